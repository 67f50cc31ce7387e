/** Attempts to blind the detectors before a real attack: each a story of records over the fleet, with the attack that it should hide. */
import type { Activity } from '../../schemas/activity.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { Hasher } from '../../src/core/hash.ts';
import { act, at, type Fleet, type Member, orders, routine, QUIET_DAYS as TODAY, worker } from './fleet.ts';

export interface Attack {
  /** Who is attacked. */
  readonly victim: string;
  readonly records: readonly Activity[];
  readonly inventory?: readonly InventoryRecord[];
  /** The life of a victim that is none of the fleet. */
  readonly life?: readonly Activity[];
  /** Hour of the fleet's life after which nothing more is told, in days from the beginning. */
  readonly days: number;
}

export interface Attempt {
  readonly name: string;
  /** Number of the family of attempts. */
  readonly family: number;
  readonly attack: keyof typeof ATTACKS;
  /** Days by which the attack comes later than without the attempt. */
  readonly laterDays?: number;
  readonly records: (fleet: Fleet, day: number) => readonly Activity[];
  /** Usual acts that do not happen because of the attempt. */
  readonly silences?: (activity: Activity, day: number) => boolean;
  readonly maxIdentities?: number;
  /** The attempt comes in by the reader of ingest, at its own time of arrival. */
  readonly isRead?: true;
  /** A person calls what is told of the attempt benign before the attack begins. */
  readonly isJudgedBenign?: true;
}

/** Two names that are one to whoever knows the key that hashes were made with: the first that count up. */
function twins(prefix: string): readonly [string, string] {
  const hasher = new Hasher({ version: 1, secret: 'tidemark' });
  const known = new Map<number, string>();
  for (let n = 0; ; n++) {
    const name = `${prefix}${n}`;
    const twin = known.get(hasher.once(name));
    if (twin !== undefined) return [twin, name];
    known.set(hasher.once(name), name);
  }
}

/** The stranger's account, and another one that the published key does not tell from it. */
const [KNOWN, STRANGER] = twins('account-');

const AWAY = { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' };
const GRANT: Activity['action'] = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' };
const victimOf = ({ members }: Fleet) => members[0] as Member;
const HOURS = [8, 10, 12, 14, 16];
const range = (count: number) => Array.from({ length: count }, (_, n) => n);
const received = (records: readonly Activity[], receivedAt: string) => records.map((one) => ({ ...one, receivedAt }));
const named = (one: Activity, id: string): Activity => ({ ...one, id });

/** The attacks, each begun on a day. */
export const ATTACKS = {
  /** The key is used from elsewhere, and gives itself rights. */
  theft: (fleet: Fleet, day: number): Attack => {
    const who = victimOf(fleet);
    const grant = { action: GRANT, resource: { id: 'accounts/root', type: 'account' } };
    return {
      victim: who.base.identity.id,
      records: [act(who, at(day, 14, 41), { source: AWAY }), act(who, at(day, 14, 44), { source: AWAY, ...grant })],
      days: day + 1,
    };
  },
  /** The key is used from elsewhere for its usual work. */
  elsewhere: (fleet: Fleet, day: number): Attack => {
    const who = victimOf(fleet);
    return {
      victim: who.base.identity.id,
      records: [act(who, at(day, 14, 41), { source: AWAY }), act(who, at(day, 14, 44), { source: AWAY })],
      days: day + 1,
    };
  },
  /** The same of a workload that the owners have had for three weeks alone. */
  newcomer: (_: Fleet, day: number): Attack => {
    const who = worker('worker-of-late', 200);
    const grant = { action: GRANT, resource: { id: 'accounts/root', type: 'account' } };
    return {
      victim: who.base.identity.id,
      life: routine(who, day - 21, day + 1),
      records: [act(who, at(day, 14, 41), { source: AWAY }), act(who, at(day, 14, 44), { source: AWAY, ...grant })],
      days: day + 1,
    };
  },
  /** From its own place, with its usual act, the workload reads things it never read, and much. */
  reading: (fleet: Fleet, day: number): Attack => {
    const who = victimOf(fleet);
    return {
      victim: who.base.identity.id,
      records: range(120).map((n) =>
        act(who, at(day, 14, 40 + Math.floor(n / 60), n % 60), {
          action: orders('GetOrder'),
          resource: { id: `customers/part-${n}/all`, type: 'order' },
          amount: { bytes: 50_000_000 },
        }),
      ),
      days: day + 1,
    };
  },
  /** From its own place the workload reads other things, and much, into an account that is not its own. */
  exfiltration: (fleet: Fleet, day: number): Attack => {
    const who = victimOf(fleet);
    return {
      victim: who.base.identity.id,
      records: range(40).map((n) =>
        act(who, at(day, 14, 40, n), {
          action: orders('ExportOrders', 'write'),
          resource: { id: `vault/customers-${n}`, type: 'export', account: STRANGER },
          amount: { bytes: 50_000_000 },
        }),
      ),
      days: day + 1,
    };
  },
  /** A key that the inventory calls revoked is used after a silence: an invariant. */
  revoked: (fleet: Fleet, day: number): Attack => {
    const who = victimOf(fleet);
    const old = { id: 'key-of-last-year', kind: 'access-key' as const, longLived: true };
    const [first] = fleet.inventory as [InventoryRecord];
    return {
      victim: who.base.identity.id,
      records: [act(who, at(day, 14, 41), { credential: old })],
      inventory: [{ ...first, credentials: [{ id: old.id, revokedAt: at(2) }] }, ...fleet.inventory.slice(1)],
      days: day + 1,
    };
  },
} as const;

/** New identities of the attacker's making that do the work of the class, each on so many days. */
const forged = (count: number, from: number, days: number, perDay = 1) =>
  range(count).flatMap((n) => {
    const who = worker(`forged-${n}`, 300 + n);
    return range(days).flatMap((day) =>
      range(perDay).flatMap((hour) =>
        who.acts.map((usual, minute) => act(who, at(from + day, 8 + 2 * hour, minute), usual)),
      ),
    );
  });

/** The same from the thief's place, with the thief's act. */
const alike = (count: number, from: number, days: number) =>
  range(count).flatMap((n) => {
    const who = worker(`forged-${n}`, 300 + n);
    return range(days).flatMap((day) => [
      ...who.acts.map((usual, minute) => act(who, at(from + day, 9, minute), { ...usual, source: AWAY })),
      act(who, at(from + day, 9, 30), {
        source: AWAY,
        action: GRANT,
        resource: { id: 'accounts/root', type: 'account' },
      }),
    ]);
  });

/** Members that were there before, whose keys the attacker has too. */
const older = (fleet: Fleet, count: number) => fleet.members.slice(1, 1 + count);

/** They do the thief's act from the thief's place, each at some time of some days. */
const alikeOlder = (fleet: Fleet, count: number, from: number, days: number) =>
  older(fleet, count).flatMap((who) => [
    ...routine(who, from, from + days, { source: AWAY }),
    ...range(days).map((n) =>
      act(who, at(from + n, 12, 40), {
        source: AWAY,
        action: GRANT,
        resource: { id: 'accounts/root', type: 'account' },
      }),
    ),
  ]);

/** Alerts of others, all of the attacker's making: each identity does something new from somewhere new. */
const decoys = (fleet: Fleet, day: number, count: number, hour: number) =>
  range(count).map((n) => {
    const who = fleet.members[1 + (n % (fleet.members.length - 1))] as Member;
    return act(who, at(day, hour, Math.floor(n / 6), (n * 7) % 60), {
      source: { ip: `198.51.100.${n}`, asn: 65_000 + n, country: `C${n}`, userAgent: `tool-${n}/1.0` },
      action: orders(`Odd${n}`, 'write'),
      resource: { id: `odd/${n}`, type: `odd-${n}` },
    });
  });

export const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'five days of the theft, dated into the past and sent at once',
    family: 9,
    attack: 'theft',
    records: (fleet, day) =>
      received(
        [
          ...routine(victimOf(fleet), day - 5, day, { source: AWAY }),
          ...range(5).map((n) => act(victimOf(fleet), at(day - 1 - n, 9, 50), { source: AWAY, action: GRANT })),
        ],
        at(day, 8, 20),
      ),
  },
  {
    name: 'a use of the revoked key dated before it was revoked, every hour of a day',
    family: 9,
    attack: 'revoked',
    records: (fleet, day) =>
      HOURS.flatMap((hour) =>
        received(
          [
            act(victimOf(fleet), at(1, hour, 50), {
              credential: { id: 'key-of-last-year', kind: 'access-key', longLived: true },
            }),
          ],
          at(day - 1, hour, 51),
        ),
      ),
  },
  {
    name: 'the ids of the attack used before it, by another tenant and by another identity',
    family: 10,
    attack: 'theft',
    records: (fleet, day) =>
      ATTACKS.theft(fleet, day).records.flatMap((one) => [
        named({ ...act(worker('other', 900), at(day, 14, 41)), tenant: 'other', at: one.at }, one.id),
        named({ ...act(worker('forged-0', 300), at(day, 14, 41)), at: one.at }, one.id),
      ]),
  },
  {
    name: 'harmless records of the victim with the ids and the times of the attack, sent before it',
    family: 10,
    attack: 'theft',
    records: (fleet, day) =>
      received(
        ATTACKS.theft(fleet, day).records.map(({ id, at: when }) => named(act(victimOf(fleet), when), id)),
        at(day, 14, 40),
      ),
  },
  {
    name: 'a fortnight with a known account whose hash under the published key is that of the stranger',
    family: 11,
    attack: 'exfiltration',
    laterDays: 14,
    records: (fleet, day) =>
      range(14).map((n) =>
        act(victimOf(fleet), at(day - 14 + n, 10, 40), {
          resource: { id: 'orders/open', type: 'queue', account: KNOWN },
        }),
      ),
  },
  {
    name: 'a first act from elsewhere that a person calls benign',
    family: 13,
    attack: 'theft',
    isJudgedBenign: true,
    records: (fleet, day) => [act(victimOf(fleet), at(day, 12, 41), { source: AWAY })],
  },
  {
    name: 'one record dated 400 days ahead',
    family: 16,
    attack: 'theft',
    isRead: true,
    records: (fleet, day) => received([act(victimOf(fleet), at(day + 400, 9, 41))], at(day, 9, 41)),
  },
  {
    name: 'sixty decoys in the morning',
    family: 12,
    attack: 'theft',
    records: (fleet, day) => decoys(fleet, day, 60, 8),
  },
  {
    name: 'sixty decoys in the hour of the attack',
    family: 12,
    attack: 'theft',
    records: (fleet, day) => decoys(fleet, day, 60, 14),
  },
  {
    name: 'sixty decoys in the morning',
    family: 12,
    attack: 'exfiltration',
    records: (fleet, day) => decoys(fleet, day, 60, 8),
  },
  {
    name: 'sixty decoys in the hour of the attack',
    family: 12,
    attack: 'revoked',
    records: (fleet, day) => decoys(fleet, day, 60, 14),
  },
  {
    name: 'three thousand made-up identities in a table for two hundred',
    family: 14,
    attack: 'theft',
    maxIdentities: 200,
    records: (_, day) =>
      range(3_000).map((n) => act(worker(`forged-${n}`, 300 + n), at(day, 9, Math.floor(n / 60), n % 60))),
  },
  {
    name: 'three thousand made-up identities that come back a week later',
    family: 14,
    attack: 'theft',
    laterDays: 8,
    maxIdentities: 200,
    records: (_, day) =>
      [0, 8].flatMap((later) =>
        range(3_000).map((n) =>
          act(worker(`forged-${n}`, 300 + n), at(day - 8 + later, 9, Math.floor(n / 60), n % 60)),
        ),
      ),
  },
  {
    name: 'a harmless new thing a day for a fortnight',
    family: 15,
    attack: 'exfiltration',
    laterDays: 14,
    records: (fleet, day) =>
      range(14).map((n) =>
        act(victimOf(fleet), at(day - 14 + n, 10, 40), { resource: { id: `extra/new-${n}/x`, type: 'report' } }),
      ),
  },
  {
    name: 'a harmless new thing and act a day for five weeks',
    family: 15,
    attack: 'exfiltration',
    laterDays: 35,
    records: (fleet, day) =>
      range(35).map((n) =>
        act(victimOf(fleet), at(day - 35 + n, 10, 40), {
          action: orders(`List${n}`),
          resource: { id: `extra/new-${n}/x`, type: 'report' },
        }),
      ),
  },
  {
    name: 'thirty made-up members of the class, a week long',
    family: 15,
    attack: 'theft',
    laterDays: 7,
    records: (_, day) => forged(30, day - 7, 7),
  },
  {
    name: 'thirty made-up members from the place of the thief, with his act, three weeks long',
    family: 15,
    attack: 'theft',
    laterDays: 21,
    records: (_, day) => alike(30, day - 21, 21),
  },
  {
    name: 'three hundred made-up members from the place of the thief, with his act, a week long',
    family: 15,
    attack: 'theft',
    laterDays: 7,
    records: (_, day) => alike(300, day - 7, 7),
  },
  ...[30, 300].map(
    (count): Attempt => ({
      name: `${count} made-up members from the place of the thief, with his act, older than the victim`,
      family: 15,
      attack: 'newcomer',
      laterDays: 25,
      records: (_, day) => alike(count, day - 25, 3),
    }),
  ),
  {
    name: 'thirty made-up members that stay, from the place of the thief, with his act, older than the victim',
    family: 15,
    attack: 'newcomer',
    laterDays: 25,
    records: (_, day) => alike(30, day - 25, 25),
  },
  {
    name: 'a new act a day for a fortnight, each done once',
    family: 15,
    attack: 'exfiltration',
    laterDays: 14,
    records: (fleet, day) =>
      range(14).map((n) => act(victimOf(fleet), at(day - 14 + n, 10, 40), { action: orders(`Look${n}`) })),
  },
  {
    name: 'five older members taken to the place of the thief by steps, with his act in the end',
    family: 15,
    attack: 'theft',
    laterDays: 12,
    records: (fleet, day) => [
      ...older(fleet, 5).flatMap((who) => [
        ...routine(who, day - 12, day - 8, { source: { userAgent: AWAY.userAgent } as typeof AWAY }),
        ...routine(who, day - 8, day - 4, { source: { ...AWAY, country: 'NL' } }),
      ]),
      ...alikeOlder(fleet, 5, day - 4, 4),
    ],
  },
  {
    name: 'twelve older members from the place of the thief, with his act, a week long',
    family: 15,
    attack: 'theft',
    laterDays: 7,
    records: (fleet, day) => alikeOlder(fleet, 12, day - 7, 7),
  },
  {
    name: 'twelve older members do the theft in the hour before',
    family: 15,
    attack: 'theft',
    records: (fleet, day) =>
      older(fleet, 12).flatMap((who) => [
        act(who, at(day, 13, 40), { source: AWAY }),
        act(who, at(day, 13, 44), {
          source: AWAY,
          action: GRANT,
          resource: { id: 'accounts/root', type: 'account' },
        }),
      ]),
  },
  {
    name: 'one step of the theft every two days',
    family: 15,
    attack: 'theft',
    laterDays: 10,
    records: (fleet, day) =>
      range(5).flatMap((n) => [
        act(victimOf(fleet), at(day - 10 + 2 * n, 12, 40), {
          source: n < 2 ? { userAgent: AWAY.userAgent } : n < 4 ? { ...AWAY, country: 'NL' } : AWAY,
        }),
      ]),
  },
  {
    name: 'the workload is stopped and carried on from the place of the thief',
    family: 17,
    attack: 'theft',
    records: (fleet, day) => routine(victimOf(fleet), day + 1, day + 5, { source: AWAY }),
    silences: ({ identity, source, at: when }, day) =>
      identity.id === 'worker-1' && when > at(day, 14, 30) && source.ip !== AWAY.ip,
  },
];

/** The same attempts before a weaker attack, which has less to lose. */
export const AGAIN: readonly Attempt[] = ATTEMPTS.flatMap((attempt): Attempt[] => {
  const weaker = attempt.attack === 'theft' ? 'elsewhere' : attempt.attack === 'exfiltration' ? 'reading' : undefined;
  return weaker === undefined ? [] : [{ ...attempt, attack: weaker }];
});

export { TODAY };
