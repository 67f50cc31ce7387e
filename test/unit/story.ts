/** Stories as data: weeks of a made-up fleet's quiet work, then the event in question, told to a real engine with every detector on. */
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { type Config, configSchema } from '../../schemas/config.ts';
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine, type EngineOptions } from '../../src/core/engine.ts';
import type { Contribution, Engine, Located } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';

export const detectors = await discover<Detector>(SHELVES.detectors, 'detector');

/** A Monday. Days of a story are counted from here. */
const START_MS = Date.UTC(2026, 0, 5);
/** Days of quiet before the event: the default learning time three times over, and a month for monthly rates. */
export const QUIET_DAYS = 28;

export function at(day: number, hour = 12, minute = 0, second = 0): string {
  return new Date(START_MS + ((day * 24 + hour) * 3_600 + minute * 60 + second) * 1_000).toISOString();
}

type Change = { [K in keyof Activity]?: Activity[K] | undefined };

/** Who acts: what all acts have in common, and the acts of a usual day. */
export interface Persona {
  readonly base: Omit<Activity, 'id' | 'at' | 'action' | 'outcome'>;
  readonly acts: readonly Change[];
  /** Hours of the day at which it works. */
  readonly hours: readonly number[];
}

const workday = [8, 10, 12, 14, 16];

export const orders = (name: string, access: Activity['action']['access'] = 'read') => ({
  name: `orders:${name}`,
  service: 'orders',
  access,
});

/** A service account with a key of its own, on an address of its own in the company's network. */
export function worker(n: number, change: Partial<Persona['base']> = {}): Persona {
  return {
    base: {
      tenant: 'acme',
      identity: { id: `orders-worker-${n}`, kind: 'service-account', provider: 'example', account: 'acme-prod' },
      credential: { id: `key-of-worker-${n}`, kind: 'access-key', longLived: true },
      source: { ip: `192.0.2.${n}`, asn: 64_500, country: 'NL', userAgent: 'example-sdk/1.4.2 linux' },
      ...change,
    },
    acts: [
      { action: orders('ListOrders'), resource: { id: 'orders/open', type: 'queue' } },
      { action: orders('GetOrder'), resource: { id: `orders/shard-${n}`, type: 'order' }, amount: { bytes: 2_000 } },
      { action: orders('PutReport', 'write'), resource: { id: `reports/worker-${n}`, type: 'report' } },
    ],
    hours: workday,
  };
}

/** An AI agent with short sessions that is driven by its desk and declares its tools in every run. */
export function agent(n: number, change: Partial<Persona['base']> = {}): Persona {
  const declared = ['mail:search', 'mail:read', 'calendar:list'];
  const tool = (name: string, access: Activity['action']['access']) => ({ name, service: 'tools', access });
  return {
    base: {
      tenant: 'acme',
      identity: { id: `desk-agent-${n}`, kind: 'agent', provider: 'example', account: 'acme-prod' },
      actor: { id: `desk-agent-${n}`, kind: 'agent', model: 'example-model-1' },
      onBehalfOf: [{ id: `clerk-${n}@example.com`, kind: 'human' }],
      source: { ip: `198.51.100.${n}`, asn: 64_501, country: 'NL', userAgent: 'example-agent/2.0' },
      run: { id: 'run', declared },
      ...change,
    },
    acts: [
      { action: tool('mail:search', 'read'), resource: { id: `mailbox/clerk-${n}`, type: 'mailbox' } },
      { action: tool('mail:read', 'read'), resource: { id: `mailbox/clerk-${n}`, type: 'mailbox' } },
      { action: tool('calendar:list', 'read'), resource: { id: `calendar/clerk-${n}`, type: 'calendar' } },
    ],
    hours: workday,
  };
}

/** One act. Its id follows from who, when and what, so that a story told twice is the same story. */
export function act(who: Persona, when: string, change: Change = {}): Activity {
  const merged: Record<string, unknown> = { ...who.base, ...who.acts[0], outcome: 'success', ...change, at: when };
  merged.source = { ...who.base.source, ...change.source };
  for (const key of Object.keys(merged)) if (merged[key] === undefined) delete merged[key];
  const activity = merged as unknown as Activity;
  const about = `${activity.credential?.id} ${activity.source.ip} ${activity.resource?.id}`;
  return { ...activity, id: `${activity.identity.id} ${when} ${activity.action.name} ${about}`.slice(0, 256) };
}

/** The usual work of days `from` to `to` (exclusive), each act a minute after the other. */
export function routine(who: Persona, from: number, to: number, change: Change = {}): Activity[] {
  const out: Activity[] = [];
  for (let day = from; day < to; day++)
    for (const hour of who.hours)
      who.acts.forEach((usual, minute) => {
        out.push(act(who, at(day, hour, minute * 3 + 1), { ...usual, ...change }));
      });
  return out;
}

/** Reproducible dice. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const FLEET = 12;
export const workers = Array.from({ length: FLEET }, (_, i) => worker(i + 1));
export const agents = Array.from({ length: 4 }, (_, i) => agent(i + 1));

const known = new Map<number, readonly Activity[]>();

/** A fleet's days. Until the event there are the small changes that life brings: a new thing, another action, a new version, a stand-in. */
export function fleet(days: number): readonly Activity[] {
  let told = known.get(days);
  if (told === undefined) {
    told = [...workers, ...agents].flatMap((who) => routine(who, 0, days)).concat(changes());
    known.set(days, told);
  }
  return told;
}

function changes(): Activity[] {
  const out: Activity[] = [];
  const roll = dice(7);
  for (const who of [...workers, ...agents])
    for (let day = 0; day < QUIET_DAYS; day++) {
      const isAgent = who.base.identity.kind === 'agent';
      const [thing, verb, version, standIn] = [roll(), roll(), roll(), roll()];
      const any = Math.floor(roll() * 1e6);
      if (thing < 0.06)
        out.push(
          act(who, at(day, 10, 30), { resource: { id: `extra/${any}/x`, type: isAgent ? 'mailbox' : 'report' } }),
        );
      if (verb < 0.03 && !isAgent)
        out.push(act(who, at(day, 11, 31), { action: orders(`Count${'ABCDEFGH'[any % 8]}`) }));
      if (version < 0.02)
        out.push(act(who, at(day, 14, 32), { source: { userAgent: `${who.base.source.userAgent} (${any})` } }));
      if (standIn < 0.06 && isAgent)
        out.push(
          act(who, at(day, 14, 33), { onBehalfOf: [{ id: `clerk-${1 + (any % 4)}@example.com`, kind: 'human' }] }),
        );
    }
  return out;
}

/** Something a detector said of one activity. */
export interface Said {
  readonly detector: string;
  readonly activity: Activity;
  readonly nats: number;
  readonly kind: string;
  readonly says: string;
}

export interface Told {
  /** Alerts in their last version. */
  readonly alerts: readonly Alert[];
  readonly observed: readonly Alert[];
  /** Every finding, whether it came to an alert or not. */
  readonly said: readonly Said[];
  readonly engine: Engine;
  readonly contributions: readonly Contribution[];
}

export interface Setting {
  readonly inventory?: readonly (Partial<InventoryRecord> & { identity: string })[];
  readonly declared?: (ip: string) => boolean;
  readonly lateAfterMs?: number;
  readonly config?: object;
  /** Only these detectors. */
  readonly only?: readonly string[];
  /** Acts of the fleet that did not happen. */
  readonly skip?: (activity: Activity) => boolean;
}

/** A fleet of sixteen bears fewer false alerts than a company: one in five days. */
export const settings = (config: object = {}): Config =>
  configSchema.parse({ alerts: { falsePerDay: 0.2 }, ...config });

/** When an activity comes to the engine: history at its own time. */
const comesAt = ({ at: own, receivedAt = own }: Activity) => receivedAt;

export function inOrder(activities: readonly Activity[]): Located[] {
  return [...activities]
    .sort((a, b) => {
      const [first, second] = [comesAt(a), comesAt(b)];
      return first < second || (first === second && (a.at < b.at || (a.at === b.at && a.id < b.id))) ? -1 : 1;
    })
    .map((activity, offset) => ({ activity, offset }));
}

export function engineOptions(setting: Setting = {}, shelf: ReadonlyMap<string, Detector> = detectors): EngineOptions {
  const { inventory, declared, lateAfterMs, only } = setting;
  return {
    detectors: only === undefined ? shelf : new Map([...shelf].filter(([id]) => only.includes(id))),
    settings: settings(setting.config),
    population: createPopulation(),
    ...(inventory && { inventory: inventory.map((r) => inventorySchema.parse({ tenant: 'acme', ...r })) }),
    ...(declared && { declared }),
    ...(lateAfterMs !== undefined && { lateAfterMs }),
  };
}

/** The shelf, with every finding overheard. */
function overheard(said: Said[]): Map<string, Detector> {
  return new Map(
    [...detectors].map(([id, detector]) => [
      id,
      {
        ...detector,
        judge: (context, own) => {
          const findings = detector.judge(context, own);
          for (const f of findings ?? [])
            said.push({
              detector: id,
              activity: context.activity,
              nats: f.nats,
              kind: f.kind ?? detector.about.kind,
              says: f.says(),
            });
          return findings;
        },
      },
    ]),
  );
}

/** Tells a story to an engine with the fleet around it; activities are put in order of time. */
export function tell(events: readonly Activity[], setting: Setting = {}, days = QUIET_DAYS + 3): Told {
  return tellAlone([...fleet(days).filter((a) => !setting.skip?.(a)), ...events], setting);
}

/** Tells a story without the fleet. */
export function tellAlone(activities: readonly Activity[], setting: Setting = {}): Told {
  const said: Said[] = [];
  const engine = createEngine(engineOptions(setting, overheard(said)));
  return { ...collect(engine, [inOrder(activities)]), said, engine };
}

/** What an engine makes of batches, every alert in its last version. */
export function collect(engine: Engine, batches: Iterable<readonly Located[]>) {
  const alerts = new Map<string, Alert>();
  const observed = new Map<string, Alert>();
  const contributions: Contribution[] = [];
  const delivered: string[] = [];
  for (const batch of batches) {
    const outcome = engine.process(batch);
    for (const alert of outcome.alerts) {
      alerts.set(alert.id, alert);
      observed.delete(alert.id);
    }
    for (const alert of outcome.observed) observed.set(alert.id, alert);
    contributions.push(...outcome.contributions);
    delivered.push(...outcome.news);
  }
  return { alerts: [...alerts.values()], observed: [...observed.values()], contributions, delivered };
}

/** Strongest thing a detector said of an identity's acts from `since` on; 0 = nothing. */
export function strength(told: Told, detector: string, identity: string, since = at(QUIET_DAYS, 0)): number {
  return told.said
    .filter((s) => s.detector === detector && s.activity.identity.id === identity && s.activity.at >= since)
    .reduce((most, s) => Math.max(most, s.nats), 0);
}

export const alertsOf = (told: Pick<Told, 'alerts'>, identity: string, since = at(QUIET_DAYS, 0)) =>
  told.alerts.filter((a) => a.identity.id === identity && a.lastAt >= since);
