/** Identities bolted to something: field devices, renewal jobs, backup and scanning services of a provider. */
import { type Company, sourceIn } from './company.ts';
import type { Dice } from './dice.ts';
import type { Member, Step } from './member.ts';
import { words } from './names.ts';
import { crowd, DAY, every, flat, HOUR, MINUTE, monthly } from './rhythm.ts';

const iso = (at: number) => new Date(at).toISOString();
const base = (company: Company) => ({
  from: company.start,
  to: company.end,
  ordered: false,
  failing: 0.01,
  wholeSeconds: false,
});

/** Field devices: one certificate for years, a carrier that hands out another address every few hours. */
export function devices(company: Company, dice: Dice, count: number): Member[] {
  return Array.from({ length: count }, (_, index) => {
    const mine = dice.fork(index);
    const serial = `${dice.fork('model').hex(3)}-${mine.hex(8)}`.toUpperCase();
    const carrier = company.carriers[index % 3 === 0 ? 1 : 0]!;
    const topic = (name: string, access: 'read' | 'write', leaf: string, weight: number): Step => ({
      action: { name, service: 'broker', access },
      resource: () => ({ id: `site/${serial}/${leaf}`, type: 'topic' }),
      weight,
      bytes: [mine.between(200, 2000), 0.3],
    });
    return {
      ...base(company),
      group: 'device',
      log: 'mqtt',
      identity: { id: `device:${serial}`, kind: 'unknown', provider: 'iot', name: serial },
      rhythm: every(mine.pick([40, 45, 60]) * MINUTE, MINUTE, mine.int(0, 39) * MINUTE),
      steps: [
        topic('publish', 'write', 'state', 8),
        topic('publish', 'write', 'meter', 4),
        topic('subscribe', 'read', 'command', 0.4),
      ],
      acts: [1, 2],
      pauseMs: 3000,
      failing: 0.02,
      setting: (at) => ({
        credential: {
          id: mine.fork('cert').hex(32),
          kind: 'x509',
          longLived: true,
          issuedAt: iso(company.start - 300 * DAY),
        },
        source: sourceIn(
          company,
          carrier,
          `${serial}/${Math.floor(at / (7 * HOUR))}`,
          `fw/${dice.fork('firmware').int(2, 5)}.0.${index % 2}`,
        ),
      }),
      changes: [],
      inventory: { owner: `team:${company.teams[0]}`, credentials: [{ id: mine.fork('cert').hex(32), kind: 'x509' }] },
    };
  });
}

/** Renewal jobs: asleep for weeks, awake for minutes. */
export function renewals(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((name) => {
    const mine = dice.fork(name);
    const act = (text: string, service: string, access: 'read' | 'write'): Step => ({
      action: { name: text, service, access },
      resource: () => ({ id: `${name}.${company.name}.example`, type: 'zone' }),
    });
    return {
      ...base(company),
      group: 'renewal',
      log: 'edge',
      identity: { id: `svc-${name}-renew`, kind: 'service-account', provider: 'dns' },
      rhythm: monthly(mine.sample([2, 9, 12, 17, 21, 26], 2), mine.int(1, 22)),
      steps: [
        act('zones.get', 'zones', 'read'),
        act('records.update', 'records', 'write'),
        act('certificates.order', 'certificates', 'write'),
      ],
      acts: [3, 6],
      ordered: true,
      pauseMs: 30_000,
      setting: () => ({
        credential: { id: `tok_${mine.fork('token').hex(20)}`, kind: 'pat', longLived: true },
        source: sourceIn(company, company.cloud[0]!, 'gateway-1', 'lego-acme/4.9'),
      }),
      changes: [],
      inventory: mine.chance(0.5) ? { owner: `person:${mine.pick(company.people)}` } : {},
    };
  });
}

/** Backup and scanning services of a provider: broad by nature, every night something new. */
export function providers(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((name, index) => {
    const mine = dice.fork(name);
    return {
      ...base(company),
      group: 'provider',
      log: 'prov',
      identity: { id: `${name}.platform`, kind: 'provider-service', provider: 'oci' },
      rhythm: index % 2 ? every(DAY, 20 * MINUTE, mine.int(0, 5) * HOUR) : crowd(1.2, flat, company.zone),
      steps: [
        { action: { name: 'ListVolumes', service: 'block', access: 'read' }, weight: 1 },
        {
          action: { name: 'SnapshotVolume', service: 'block', access: 'write' },
          weight: 4,
          resource: (d) => ({ id: `vol-${d.fork('pool').hex(4)}${d.hex(4)}`, type: 'volume' }),
          bytes: [2e9, 0.8],
        },
      ],
      acts: index % 2 ? [10, 30] : [1, 4],
      pauseMs: 4000,
      setting: () => ({ source: { workload: `${name}.platform.oci` } }),
      changes: [],
      inventory: {},
    };
  });
}
