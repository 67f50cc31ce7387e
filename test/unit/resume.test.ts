/** A worker that is killed between two chunks and started anew comes to the alerts of one that never died: pump, population and memories together. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { createEngine } from '../../src/core/engine.ts';
import type {
  Contribution,
  Engine,
  InventoryUpdate,
  Located,
  LocatedDecision,
  LocatedRecord,
  MemoryRow,
} from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { inStoredOrder, toldIn } from '../../src/detect/event-hours.ts';
import { createPopulationFeed } from '../../src/detect/population-feed.ts';
import { createPump } from '../../src/detect/pump.ts';
import type { Turn } from '../../src/ports/store.ts';
import type { Chunk } from '../../src/ports/stream.ts';
import { act, agents, at, engineOptions, fleet, inOrder, type Persona, QUIET_DAYS, routine, workers } from './story.ts';

const HOUR_MS = 3_600_000;
const place = { topic: 'activity', partition: 0 };
const first = workers[0] as (typeof workers)[0];
const second = workers[1] as (typeof workers)[0];
const elsewhere = { source: { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' } };
/** Another model and tool set, and whom it writes to is new. */
const upgraded = {
  actor: { id: 'run', kind: 'agent', model: 'example-model-2', version: '2.0.0' },
  run: { id: 'run', declared: ['mail:search', 'mail:read', 'mail:send'] },
};
const mailed = {
  ...upgraded,
  action: { name: 'mail:send', service: 'tools', access: 'write' as const },
  resource: { id: 'someone@example.net', type: 'recipient' },
};
const life = inOrder([
  ...fleet(12),
  act(first, at(9, 12, 40), elsewhere),
  act(second, at(9, 12, 44), elsewhere),
  act(first, at(10, 9, 40), { action: { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' } }),
  ...agents.slice(0, 3).flatMap((one) => routine(one, 10, 11, upgraded)),
  act(agents[0] as Persona, at(10, 12, 50), mailed),
  // Dated days before it arrived.
  ...routine(workers[3] as Persona, 6, 9, elsewhere).map((one) => ({ ...one, receivedAt: at(10, 15, 20) })),
]).filter(({ activity }) => activity.at < at(QUIET_DAYS));

/** What a store keeps, in this process. */
class Kept {
  readonly turns: Turn[] = [];
  readonly memories = new Map<string, MemoryRow>();
  snapshot = -1;
  /** Times it was saved for what people said. */
  saved = 0;
  /** All that was told, sorted as long as nothing is added. */
  #told: Contribution[] | undefined;

  async recall() {
    const rows = [...this.memories.values()];
    const { snapshot } = this;
    return {
      offset: snapshot,
      rows: (async function* () {
        yield* rows;
      })(),
    };
  }
  async turnsAfter(_topic: string, _partition: number, offset: number) {
    return this.turns.filter(({ span }) => span.last > offset);
  }
  async *stored(_topic: string, _partition: number, after: number, upTo: number): AsyncGenerator<Located> {
    for (const turn of this.turns) for (const l of turn.activities) if (l.offset > after && l.offset <= upTo) yield l;
  }
  async *inventory(
    _topic: string,
    _partition: number,
    after: number,
    upTo: number,
    which: 'all' | 'in-force',
  ): AsyncGenerator<LocatedRecord> {
    const found = this.turns
      .flatMap(({ inventory = [] }) => inventory)
      .filter(({ offset }) => offset > after && offset <= upTo);
    const last = new Map(found.map((one) => [one.record.identity, one.offset]));
    for (const one of found) if (which === 'all' || last.get(one.record.identity) === one.offset) yield one;
  }
  async commit(turn: Turn) {
    this.turns.push(structuredClone(turn));
    this.#told = undefined;
  }
  async saveMemories(_topic: string, _partition: number, upTo: number, rows: readonly MemoryRow[]) {
    for (const row of rows) this.memories.set(row.key, row);
    this.snapshot = upTo;
  }
  async *population(after: number, upTo: number): AsyncGenerator<Contribution> {
    this.#told ??= this.turns.flatMap(({ contributions }) => contributions).sort(inStoredOrder);
    for (const c of this.#told) if (toldIn(c) > after && toldIn(c) <= upTo) yield c;
  }
  async lastTold() {
    return this.turns
      .flatMap(({ contributions }) => contributions)
      .reduce((last, one) => Math.max(last, toldIn(one)), -1);
  }
  alerts({ id: wanted }: { readonly id?: string } = {}): Alert[] {
    const last = new Map<string, Alert>();
    for (const { alerts } of this.turns) for (const alert of alerts) last.set(alert.id, alert);
    return [...last.values()].filter(({ id }) => wanted === undefined || id === wanted);
  }
  async *decisions(_topic: string, _partition: number, after: number, upTo: number): AsyncGenerator<LocatedDecision> {
    for (const { decisions = [] } of this.turns)
      for (const one of decisions) if (one.offset > after && one.offset <= upTo) yield one;
  }
  async heard() {
    return new Map<string, ReadonlySet<string>>();
  }
}

const ROWS = 97;
const chunks = Array.from({ length: Math.ceil(life.length / ROWS) }, (_, i) => life.slice(i * ROWS, (i + 1) * ROWS));

/** What the inventory says while it goes on: half way between two activities, and twice in one chunk. */
const told = new Map<number, InventoryUpdate[]>();
const tell = (chunk: number, row: number, about: Partial<InventoryRecord>, isEvidence = false) => {
  const offset = (chunks[chunk]?.[row]?.offset ?? 0) + 0.5;
  const record: InventoryRecord = { tenant: 'acme', identity: first.base.identity.id, ...about };
  told.set(chunk, [...(told.get(chunk) ?? []), { record, isEvidence, offset }]);
};
const late = chunks.length - 6;
tell(2, 5, { owner: 'team-early', tier: 3 });
tell(late, 10, { owner: 'team-late', credentials: [{ id: 'unused', revokedAt: at(8, 0, 0) }] });
tell(late, 40, { owner: 'team-late', tier: 1, offboardedAt: at(8, 12, 0) });
tell(late + 1, 3, { credentials: [{ id: 'unused', rotatedAt: at(9, 0, 0) }] }, true);

/** Before this chunk people say of each alert so far that it was benign or an attack, and that its last day be unlearned. */
const SPOKEN = late;

function instruct(engine: Engine, alerts: readonly Alert[]): boolean {
  const taken = alerts.map(({ id, tenant, identity, lastAt }, i) => {
    const whose = { tenant, identity: identity.id };
    const verdict = i % 2 === 0 ? ('benign' as const) : ('true' as const);
    const isJudged = engine.verdict({ ...whose, alertId: id, verdict, said: id, at: lastAt });
    return engine.unlearn({ ...whose, id, from: lastAt, to: lastAt, how: 'condemn' }) || isJudged;
  });
  return taken.includes(true);
}

/** Every alert so far is acknowledged, each twice, as where a message was sent again. */
const decided = (alerts: readonly Alert[], from: number): LocatedDecision[] =>
  [...alerts, ...alerts].map(({ tenant, identity, id, version }, i) => ({
    decided: {
      tenant,
      identity: identity.id,
      provider: identity.provider,
      alertId: id,
      version,
      status: 'acknowledged',
      change: 'acknowledged',
      standing: { at: '2026-11-02T03:14:07.000Z', by: 'ada', because: 'looking', page: 'acknowledged' },
      fellows: [],
    },
    offset: from + i / 1_000,
  }));

/**
 * Works through the chunks; `killed` names those after which the process dies without saving, and by a half less those before
 * which it does. A process that `speaks` gives a new engine all that people said before, as the feed does.
 */
async function work(
  killed: (chunk: number) => boolean,
  snapshotEveryMs: number,
  speaks = false,
  decides = false,
  {
    store = new Kept(),
    onEvent = () => {},
    log = chunks,
  }: { store?: Kept; onEvent?: (event: string) => void; log?: readonly (readonly Located[])[] } = {},
): Promise<Kept> {
  let decisions: readonly LocatedDecision[] = [];
  let now = 0;
  const clock = { now: () => now };
  const start = async () => {
    const pump = createPump({
      cluster: 'c',
      store: store as never,
      clock,
      snapshotEveryMs,
      lateAfterMs: HOUR_MS,
      aheadMs: Number.MAX_SAFE_INTEGER,
      populationFeed: createPopulationFeed(store as never, clock, {
        population: createPopulation(),
        newPopulation: () => createPopulation(),
        topic: 'c/activity',
        partitions: async () => 1,
        lagOf: () => undefined,
        waitMs: 1_000,
        aheadMs: Number.MAX_SAFE_INTEGER,
      }),
      newEngine: (population) =>
        createEngine({ ...engineOptions({ lateAfterMs: HOUR_MS }), population, ownsPopulation: false }),
      newDedup: () => ({ isRepetition: () => false, save: () => '' }),
      decode: async (chunk) => {
        const { n } = chunk as Chunk & { n: number };
        const decided = n === SPOKEN ? { decisions } : {};
        return { located: log[n] ?? [], inventory: told.get(n) ?? [], ...decided, repetitions: 0 };
      },
      plan: () => [],
      telemetry: { event: onEvent } as never,
    });
    await pump.open(place);
    return pump;
  };
  const said: Alert[] = [];
  let pump = await start();
  for (const [n, chunk] of log.entries()) {
    now += 1_000;
    if (speaks) {
      if (n === SPOKEN) said.push(...store.alerts());
      if (instruct(pump.engineOf(place) as Engine, said)) {
        await pump.save(place);
        store.saved++;
      }
      if (killed(n - 0.5)) {
        pump = await start();
        expect(instruct(pump.engineOf(place) as Engine, said)).toBe(false);
      }
    }
    if (decides && n === SPOKEN) decisions = decided(store.alerts(), (chunk[2]?.offset ?? 0) + 0.5);
    const range = { first: chunk[0]?.offset ?? 0, last: chunk.at(-1)?.offset ?? 0 };
    await pump.turn({ ...place, ...range, messages: [], n } as never, async () => {}, new AbortController().signal);
    if (killed(n)) pump = await start();
  }
  return store;
}

const shown = (store: Kept) => JSON.stringify(store.alerts());

it('the story raises alerts at all, two of them are an incident, and one is of an agent that was changed', async () => {
  const alerts = (await work(() => false, 1e12)).alerts();
  expect(alerts.some(({ drift }) => drift?.parts.some(({ changed }) => changed))).toBe(true);
  const incidents = alerts.flatMap(({ incident }) => incident ?? []);
  expect(incidents).toHaveLength(2);
  expect(new Set(incidents).size).toBe(1);
});

it('killed before the first hour of others is closed, a worker comes to the same alerts', async () => {
  expect(shown(await work((n) => n === 3, 1e12))).toBe(shown(await work(() => false, 1e12)));
});

it.each([
  ['once, late, without a snapshot', (n: number) => n === chunks.length - 4, 1e12],
  ['once, late, after snapshots', (n: number) => n === chunks.length - 4, 7_000],
  ['after every tenth chunk', (n: number) => n % 10 === 9, 13_000],
] as const)('killed %s, a worker comes to the same alerts', async (_when, killed, snapshotEveryMs) => {
  expect(shown(await work(killed, snapshotEveryMs))).toBe(shown(await work(() => false, snapshotEveryMs)));
});

it.each([
  ['between two words of the inventory', (n: number) => n === late, 1e12],
  ['after them', (n: number) => n === late + 1, 1e12],
  ['after them, with snapshots', (n: number) => n === late + 2, 3_000],
] as const)('killed %s, a worker knows what the inventory said', async (_when, killed, snapshotEveryMs) => {
  const alone = await work(() => false, snapshotEveryMs);
  const one = await work(killed, snapshotEveryMs);
  expect(shown(one)).toBe(shown(alone));
  expect(one.turns.flatMap(({ inventory }) => inventory)).toEqual(alone.turns.flatMap(({ inventory }) => inventory));
  expect(alone.alerts().map(({ owner }) => owner)).toContain('team-late');
  // Evidence adds to what is known.
  expect(alone.turns.flatMap(({ inventory = [] }) => inventory).at(-1)?.record).toMatchObject({
    owner: 'team-late',
    tier: 1,
    credentials: [{ id: 'unused', rotatedAt: at(9, 0, 0) }],
  });
});

const written = (store: Kept) =>
  JSON.stringify(store.turns.map(({ contributions, alerts }) => [contributions, alerts]));

it('what people say is saved once and changes what comes after', async () => {
  const quiet = await work(() => false, 1e12);
  const spoken = await work(() => false, 1e12, true);
  expect(spoken.saved).toBe(1);
  expect(written(spoken)).not.toBe(written(quiet));
});

it.each([
  ['just before they were told', (n: number) => n === SPOKEN - 1, 1e12],
  ['right after they were told', (n: number) => n === SPOKEN - 0.5, 1e12],
  ['after the turn that first counted it', (n: number) => n === SPOKEN, 1e12],
  ['late', (n: number) => n === chunks.length - 2, 1e12],
  ['after every tenth chunk and after every of the last', (n: number) => n % 10 === 9 || n > SPOKEN, 13_000],
] as const)(
  'killed %s, a worker given verdicts and unlearning writes what it would have written',
  async (_when, killed, snapshotEveryMs) => {
    const whole = await work(() => false, snapshotEveryMs, true);
    const broken = await work(killed, snapshotEveryMs, true);
    expect(written(broken)).toBe(written(whole));
    expect(broken.saved).toBe(1);
  },
);

const versions = (store: Kept) =>
  store.turns
    .flatMap(({ alerts }) => alerts)
    .map(({ id, version, status, change }) => `${id} ${version} ${status} ${change}`);

it('a decision is one version of its alert, numbered with the others, and holds for what comes after', async () => {
  const quiet = await work(() => false, 1e12);
  const store = await work(() => false, 1e12, false, true);
  const told = store.turns.flatMap(({ alerts }) => alerts).filter(({ change }) => change === 'acknowledged');
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  for (const { id, version } of told) {
    const all = store.turns.flatMap(({ alerts }) => alerts).filter((alert) => alert.id === id);
    const before = all.filter((alert) => alert.version < version);
    expect(before.at(-1)?.version).toBe(version - 1);
    expect(before.every(({ status }) => status === 'new')).toBe(true);
    const after = all.filter((alert) => alert.version > version);
    expect(after.every(({ status, standing }) => status === 'acknowledged' && standing?.by === 'ada')).toBe(true);
    // The decision moves nothing but the numbers of what comes after it.
    const last = quiet.alerts({ id })[0] as Alert;
    expect({ ...all.at(-1), version: 0, status: 'new', change: last.change, standing: undefined }).toEqual({
      ...last,
      version: 0,
      standing: undefined,
    });
  }
});

it.each([
  ['just before it was told', (n: number) => n === SPOKEN - 1, 1e12],
  ['after the turn that told it', (n: number) => n === SPOKEN, 1e12],
  ['late, with snapshots', (n: number) => n === chunks.length - 2, 3_000],
  ['after every chunk from there', (n: number) => n >= SPOKEN, 1e12],
] as const)('killed %s, a worker numbers a decision as it would have', async (_when, killed, snapshotEveryMs) => {
  expect(versions(await work(killed, snapshotEveryMs, false, true))).toEqual(
    versions(await work(() => false, snapshotEveryMs, false, true)),
  );
});

describe('a store that lost more than memories', () => {
  /** What is kept of a whole life, of which a part is lost before the next process starts. */
  class Lossy extends Kept {
    lost: 'turns' | 'population' | undefined;
    override async recall() {
      return this.lost === 'turns' ? { offset: -1, rows: (async function* () {})() } : super.recall();
    }
    override async turnsAfter(topic: string, partition: number, offset: number) {
      return this.lost === 'turns' ? [] : super.turnsAfter(topic, partition, offset);
    }
    override async *population(after: number, upTo: number) {
      if (this.lost === undefined) yield* super.population(after, upTo);
    }
    override async lastTold() {
      return this.lost === undefined ? super.lastTold() : -1;
    }
  }
  const last = chunks.length - 1;

  it.each([
    ['turns', 'turns-missing'],
    ['population', 'population-missing'],
  ] as const)('tells that its %s are gone, and remembers who was there', async (lost, event) => {
    const store = new Lossy();
    const events: string[] = [];
    const killed = (chunk: number) => {
      if (chunk !== last) return false;
      store.lost = lost;
      if (lost === 'turns') store.memories.clear();
      events.length = 0;
      return true;
    };
    await work(killed, 1_000, false, false, { store, onEvent: (name) => void events.push(name) });
    expect(events).toContain(event);
    const identities = new Set(life.map(({ activity }) => activity.identity.id));
    const remembered = [...store.memories.keys()].map((key) => key.split('\u0000')[1]);
    if (lost === 'turns') for (const id of identities) expect(remembered).toContain(id);
  });

  it('says nothing of it where nothing is lost', async () => {
    const events: string[] = [];
    await work((chunk) => chunk === last, 1_000, false, false, { onEvent: (name) => void events.push(name) });
    expect(events.filter((name) => name.endsWith('-missing'))).toEqual([]);
  });

  it('says nothing of it in the very first hour, in which nothing is closed yet', async () => {
    const until = (life[0] as Located).activity.at.slice(0, 13);
    const hour = life.filter(({ activity }) => activity.at.startsWith(until));
    const half = hour.length >> 1;
    const events: string[] = [];
    await work((chunk) => chunk === 0, 1, false, false, {
      onEvent: (name) => void events.push(name),
      log: [hour.slice(0, half), hour.slice(half)],
    });
    expect(events).toContain('memories-saved');
    expect(events.filter((name) => name.endsWith('-missing'))).toEqual([]);
  });
});
