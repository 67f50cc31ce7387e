/** A made-up fleet for stories of attackers who try to blind the detectors: quiet weeks with the small changes that life brings. */
import type { Activity } from '../../schemas/activity.ts';
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import { Dice } from '../world/dice.ts';

const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
export const TENANT = 'acme';
/** Days of quiet before an attempt begins. */
export const QUIET_DAYS = 28;

export const at = (day: number, hour = 12, minute = 0, second = 0): string =>
  new Date(START_MS + day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000).toISOString();

type Change = { [Key in keyof Activity]?: Activity[Key] | undefined };

/** Who acts, and what it does on every day. */
export interface Member {
  readonly base: Omit<Activity, 'id' | 'at' | 'action' | 'outcome'>;
  readonly acts: readonly Change[];
}

const HOURS = [8, 10, 12, 14, 16] as const;

export const orders = (name: string, access: Activity['action']['access'] = 'read'): Activity['action'] => ({
  name: `orders:${name}`,
  service: 'orders',
  access,
});

export function worker(id: string, place: number): Member {
  return {
    base: {
      tenant: TENANT,
      identity: { id, kind: 'service-account', provider: 'example', account: 'acme-prod' },
      credential: { id: `key-of-${id}`, kind: 'access-key', longLived: true },
      source: {
        ip: `192.0.${2 + (place >> 8)}.${place & 255}`,
        asn: 64_500,
        country: 'NL',
        userAgent: 'example-sdk/1.4.2 linux',
      },
    },
    acts: [
      { action: orders('ListOrders'), resource: { id: 'orders/open', type: 'queue' } },
      {
        action: orders('GetOrder'),
        resource: { id: `orders/shard-${place}`, type: 'order' },
        amount: { bytes: 2_000 },
      },
      { action: orders('PutReport', 'write'), resource: { id: `reports/${id}`, type: 'report' } },
    ],
  };
}

/** One act; its id follows from who, when and what. */
export function act(who: Member, when: string, change: Change = {}): Activity {
  const merged: Record<string, unknown> = { ...who.base, ...who.acts[0], outcome: 'success', ...change, at: when };
  merged.source = { ...who.base.source, ...change.source };
  const activity = merged as unknown as Activity;
  return {
    ...activity,
    id: `${activity.identity.id} ${when} ${activity.action.name} ${activity.resource?.id}`.slice(0, 256),
  };
}

/** The usual work of days `from` to `to`, the last one not included. */
export function routine(who: Member, from: number, to: number, change: Change = {}): Activity[] {
  const out: Activity[] = [];
  for (let day = from; day < to; day++)
    for (const hour of HOURS)
      who.acts.forEach((usual, n) => void out.push(act(who, at(day, hour, n * 3 + 1), { ...usual, ...change })));
  return out;
}

export interface Fleet {
  readonly members: readonly Member[];
  /** The fleet's life until the end of day `days`. */
  life(days: number): Activity[];
  readonly inventory: readonly InventoryRecord[];
}

const MEMBERS = 24;

/** The same fleet for a seed. */
export function fleetOf(seed: number): Fleet {
  const members = Array.from({ length: MEMBERS }, (_, n) => worker(`worker-${n + 1}`, n + 1));
  return {
    members,
    life(days) {
      const dice = new Dice(`adversary/${seed}`);
      const roll = () => dice.next();
      const out = members.flatMap((who) => routine(who, 0, days));
      for (const who of members)
        for (let day = 0; day < days; day++) {
          const [thing, verb, version] = [roll(), roll(), roll()];
          const any = Math.floor(roll() * 1e6);
          if (thing < 0.06) out.push(act(who, at(day, 10, 30), { resource: { id: `extra/${any}/x`, type: 'report' } }));
          if (verb < 0.03) out.push(act(who, at(day, 11, 31), { action: orders(`Count${'ABCDEFGH'[any % 8]}`) }));
          if (version < 0.02)
            out.push(act(who, at(day, 14, 32), { source: { userAgent: `example-sdk/1.4.3 (${any})` } }));
        }
      return out;
    },
    inventory: members.map(({ base }) =>
      inventorySchema.parse({ tenant: TENANT, identity: base.identity.id, owner: 'orders team' }),
    ),
  };
}
