/** What a new place is worth, and what it is not. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './where.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const settled = () => new Life('where', detector).live(weeks('web', 29));

describe('where', () => {
  it('finds an AS, a country and a client never used, each by its coarsest new level', () => {
    const found = settled().finds(
      act('web', LATER, { source: { ip: '203.0.113.9', asn: 64999, country: 'KP', userAgent: 'curl/8.1' } }),
    );
    expect(found.map((f) => f.seen)).toEqual(expect.arrayContaining(['AS64999', 'KP', 'curl']));
    expectNats(found[0]?.nats, 5, RAREST_NATS - 0.5);
  });

  it('says that a place is on the open net where the identity was only ever inside', () => {
    const inside = new Life('where', detector).live(weeks('web', 29, () => ({ source: { ip: '10.1.2.3' } })));
    const out = { source: { ip: '203.0.113.9', asn: 64999, country: 'KP' } };
    const marks = (life: Life, change: object) =>
      life
        .finds(act('web', LATER, change))
        .filter(({ group }) => group === 'network')
        .map(({ isOutside }) => isOutside === true);
    expect(marks(inside, out)).toContain(true);
    expect(marks(inside, { source: { ip: '172.16.4.5' } })).not.toContain(true);
    expect(marks(settled(), out)).not.toContain(true);
  });

  it('does not take what another log tells, or does not tell, for another client or credential', () => {
    const told = { ip: '198.51.100.7', asn: 64500, country: 'DE' };
    const signIns = () => new Life('where', detector).live(weeks('app', 29, () => ({ source: told })));
    const audit = { name: 'entra:AddOwner', service: 'entra', access: 'admin' } as const;
    const log = { credential: undefined, source: { ...told, userAgent: 'curl/8.5.0' } };
    const fields = (change: object) =>
      signIns()
        .finds(act('app', LATER, change))
        .map(({ field }) => field);
    expect(fields({ ...log, action: audit })).toEqual([]);
    expect(fields(log)).toEqual(expect.arrayContaining(['credential.id', 'source.userAgent']));
  });

  it('says nothing of ordinary work', () => {
    expect(settled().finds(act('web', LATER))).toEqual([]);
  });

  it('takes a new address in a known network, or a new version of a known client, for much less than a new network', () => {
    const near = settled().nats(
      act('web', LATER, {
        source: { ip: '198.51.100.8', asn: 64500, country: 'DE', userAgent: 'aws-sdk-go-v2/1.30.3' },
      }),
    );
    const version = settled().nats(
      act('web', LATER, {
        source: { ip: '198.51.100.7', asn: 64500, country: 'DE', userAgent: 'aws-sdk-go-v2/1.30.4' },
      }),
    );
    const far = settled().nats(
      act('web', LATER, {
        source: { ip: '203.0.113.9', asn: 64999, country: 'DE', userAgent: 'aws-sdk-go-v2/1.30.3' },
      }),
    );
    expectNats(far, 5, RAREST_NATS - 0.5);
    expectNats(near, 0, far - 1);
    expectNats(version, 0, far - 2);
  });

  it('takes a new place of a person for much less than that of a machine, for people travel', () => {
    const abroad = { source: { ip: '203.0.113.9', asn: 64999, country: 'KP', userAgent: 'aws-sdk-go-v2/1.30.3' } };
    const of = (kind: 'human' | 'role') => {
      const who = (id: string) => ({ identity: { id, kind, provider: 'aws', account: '111111111111' } });
      const life = new Life('where', detector).live(weeks('web', 29, (_ms, peer) => who(peer)));
      return (field: string) => life.nats(act('web', LATER, { ...who('web'), ...abroad }), field);
    };
    for (const field of ['source.ip', 'source.country'])
      expectNats(of('role')(field), of('human')(field) + 1.5, RAREST_NATS);
  });

  it('takes a roll-out across the class for a roll-out', () => {
    const upgrade = (ms: number) =>
      ms > START + 25 * DAY
        ? { source: { ip: '198.51.100.7', asn: 64500, country: 'DE', userAgent: 'other-sdk/2.0' } }
        : {};
    const life = new Life('where', detector).live(weeks('web', 29, (ms, peer) => (peer === 'web' ? {} : upgrade(ms))));
    const alone = settled().nats(act('web', LATER, upgrade(LATER)), 'source.userAgent');
    expectNats(alone, 3, RAREST_NATS - 2);
    expectNats(life.nats(act('web', LATER, upgrade(LATER)), 'source.userAgent'), 0, alone / 10);
  });

  it('is silent about an identity that comes from somewhere else every day', () => {
    const roaming = (ms: number, peer: string) =>
      peer === 'web'
        ? {
            source: {
              ip: `203.0.${Math.floor(ms / DAY) % 250}.${Math.floor(ms / HOUR) % 250}`,
              userAgent: 'aws-sdk-go-v2/1.30.3',
            },
          }
        : {};
    const life = new Life('where', detector).live(weeks('web', 40, roaming));
    expect(
      life.nats(act('web', START + 41 * DAY, { source: { ip: '203.0.251.4', userAgent: 'aws-sdk-go-v2/1.30.3' } })),
    ).toBeLessThan(1.5);
  });
});
