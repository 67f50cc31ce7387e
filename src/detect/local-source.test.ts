import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { TurnMark } from '../ports/store.ts';
import type { Chunk } from '../ports/stream.ts';
import { LocalSourceClosed, LocalSourceFull } from '../ports/stream.ts';
import { createLocalSource, localStart } from './local-source.ts';

const activity = (id: string): Activity => ({
  id,
  at: '2026-03-01T00:00:00.000Z',
  tenant: 'acme',
  identity: { id: 'bot', kind: 'bot', provider: 'acme' },
  action: { name: 'read', service: 'docs', access: 'read' },
  source: {},
  outcome: 'success',
});
const many = (count: number, from = 0) => Array.from({ length: count }, (_, index) => activity(`a${from + index}`));
const idsOf = (chunk: Chunk) => chunk.messages.map(({ activity }) => activity!.id);
const limits = { batchRows: 3, batchBytes: 1_000_000, queueBytes: 100_000 };
const startOffset = async () => 100;

describe('a source without Kafka', () => {
  test('gives each activity one offset, in order, and answers when the turn of the last one is done', async () => {
    const source = createLocalSource({ startOffset, limits });
    const stop = new AbortController();
    const chunks: Chunk[] = [];
    const running = source.run(async (chunk) => void chunks.push(chunk), stop.signal);
    await source.submit(many(7));
    expect(chunks.flatMap(idsOf)).toEqual(many(7).map(({ id }) => id));
    expect(chunks.map(({ first, last }) => [first, last])).toEqual([
      [100, 102],
      [103, 105],
      [106, 106],
    ]);
    stop.abort();
    await running;
  });

  test('what was taken before a stop is judged, what comes later is refused', async () => {
    const source = createLocalSource({ startOffset, limits });
    const stop = new AbortController();
    const ids: string[] = [];
    const taken = source.submit(many(5));
    const running = source.run(async (chunk) => {
      stop.abort();
      ids.push(...idsOf(chunk));
    }, stop.signal);
    await taken;
    await running;
    expect(ids).toHaveLength(5);
    await expect(source.submit(many(1))).rejects.toBeInstanceOf(LocalSourceClosed);
  });

  test('refuses what would not fit, before it takes any of it, and takes again when there is room', async () => {
    const source = createLocalSource({ startOffset, limits: { ...limits, queueBytes: 2_000 } });
    const first = source.submit(many(5));
    await expect(source.submit(many(20))).rejects.toBeInstanceOf(LocalSourceFull);
    const held = source.status().heldBytes;
    expect(held).toBeGreaterThan(0);
    const stop = new AbortController();
    const ids: string[] = [];
    const running = source.run(async (chunk) => void ids.push(...idsOf(chunk)), stop.signal);
    await first;
    expect(source.status().heldBytes).toBe(0);
    await source.submit(many(5, 5));
    expect(ids).toHaveLength(10);
    stop.abort();
    await running;
  });

  test('a turn that fails ends the source, and nobody waiting is told that it was stored', async () => {
    const revoked: string[] = [];
    const source = createLocalSource({
      startOffset,
      limits,
      hooks: { onRevoked: async (_, reason) => void revoked.push(reason) },
    });
    const outage = new Error('the store is gone');
    const submitted = Promise.allSettled([source.submit(many(2)), source.submit(many(4))]);
    const running = source.run(async () => {
      throw outage;
    }, new AbortController().signal);
    await expect(running).rejects.toBe(outage);
    expect((await submitted).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(revoked).toEqual(['taken']);
  });

  test('a stop while nothing waits ends it', async () => {
    const source = createLocalSource({ startOffset, limits });
    const stop = new AbortController();
    const running = source.run(async () => {}, stop.signal);
    setImmediate(() => stop.abort());
    await once(stop.signal, 'abort');
    await running;
    expect(source.status()).toMatchObject({ partitions: 0, opened: 0, lag: 0, heldBytes: 0 });
  });
});

test('a new process begins after every committed turn, and beyond what an earlier one may have begun', async () => {
  const mark = (last: number): TurnMark => ({
    span: { topic: 'in-process/local', partition: 0, first: last, last },
    epoch: 0,
    state: '',
  });
  const store = (offset: number, marks: readonly TurnMark[]) => ({
    recall: async () => ({ offset, rows: (async function* () {})() }),
    turnsAfter: async () => marks,
  });
  expect(await localStart(store(-1, []), 1_000)).toBe(1_000_001);
  expect(await localStart(store(40, [mark(2_000_000)]), 1_000)).toBe(2_000_001);
  expect(await localStart(store(3_000_000, []), 1_000)).toBe(3_000_001);
});
