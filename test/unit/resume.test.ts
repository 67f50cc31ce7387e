/** A worker that is killed between two chunks and started anew comes to the alerts of one that never died: pump, population and memories together. */
import { expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Contribution, Located, MemoryRow } from '../../src/core/exchange.ts';
import { createPopulation } from '../../src/core/population.ts';
import type { Chunk, Turn } from '../../src/ports.ts';
import { createPump, createSurroundings } from '../../src/pump.ts';
import { act, at, engineOptions, fleet, inOrder, QUIET_DAYS, workers } from './story.ts';

const place = { topic: 'activity', partition: 0 };
const first = workers[0] as (typeof workers)[0];
const life = inOrder([
  ...fleet(12),
  act(first, at(9, 12, 40), { source: { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' } }),
  act(first, at(10, 9, 40), { action: { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' } }),
]).filter(({ activity }) => activity.at < at(QUIET_DAYS));

/** What a store keeps, in this process. */
class Kept {
  readonly turns: Turn[] = [];
  readonly memories = new Map<string, MemoryRow>();
  snapshot = -1;

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
  async commit(turn: Turn) {
    this.turns.push(structuredClone(turn));
  }
  async saveMemories(_topic: string, _partition: number, upTo: number, rows: readonly MemoryRow[]) {
    for (const row of rows) this.memories.set(row.key, row);
    this.snapshot = upTo;
  }
  async *population(after: number, upTo: number): AsyncGenerator<Contribution> {
    const all = this.turns.flatMap(({ contributions }) => contributions);
    for (const c of all.sort((a, b) => a.hour - b.hour)) if (c.hour > after && c.hour <= upTo) yield c;
  }
  alerts(): Alert[] {
    const last = new Map<string, Alert>();
    for (const { alerts } of this.turns) for (const alert of alerts) last.set(alert.id, alert);
    return [...last.values()];
  }
}

const ROWS = 97;
const chunks = Array.from({ length: Math.ceil(life.length / ROWS) }, (_, i) => life.slice(i * ROWS, (i + 1) * ROWS));

/** Works through the chunks; `killed` names those after which the process dies without saving. */
async function work(killed: (chunk: number) => boolean, snapshotEveryMs: number): Promise<Kept> {
  const store = new Kept();
  let now = 0;
  const clock = { now: () => now };
  const start = async () => {
    const population = createPopulation();
    const pump = createPump({
      cluster: 'c',
      store: store as never,
      clock,
      snapshotEveryMs,
      surroundings: createSurroundings(population, store as never, clock, 300_000),
      newEngine: () => createEngine({ ...engineOptions(), population, ownsPopulation: false }),
      newProgress: () => ({ isRepetition: () => false, save: () => '' }),
      decode: async (chunk) => ({ located: chunks[(chunk as Chunk & { n: number }).n] ?? [], repetitions: 0 }),
      plan: () => [],
      telemetry: { event: () => {} } as never,
    });
    await pump.open(place);
    return pump;
  };
  let pump = await start();
  for (const [n, chunk] of chunks.entries()) {
    now += 1_000;
    const range = { first: chunk[0]?.offset ?? 0, last: chunk.at(-1)?.offset ?? 0 };
    await pump.turn({ ...place, ...range, messages: [], n } as never, async () => {}, new AbortController().signal);
    if (killed(n)) pump = await start();
  }
  return store;
}

const shown = (store: Kept) => JSON.stringify(store.alerts());

it('the story raises alerts at all', async () => {
  expect((await work(() => false, 1e12)).alerts().length).toBeGreaterThan(0);
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
