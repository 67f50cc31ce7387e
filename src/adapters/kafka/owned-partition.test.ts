import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Chunk, TopicMessage } from '../../ports/stream.ts';
import { ChunkPace } from './chunk-pace.ts';
import { OwnedPartition, revoked } from './owned-partition.ts';

const limits = { batchRows: 10, batchBytes: 10_000, batchAgeMs: 5, queueBytes: 1_000_000 };
const place = { topic: 't', partition: 0 };
const message = (offset: number, bytes = 10): TopicMessage => ({
  offset,
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  timestamp: 0,
});
const range = (first: number, count: number) => Array.from({ length: count }, (_, number) => message(first + number));

/** A broker that remembers the last commit of one partition. */
function ledger() {
  const commits: [number, string][] = [];
  return {
    commits,
    commit: async (_: OwnedPartition, offset: number, metadata: string) => void commits.push([offset, metadata]),
  };
}

/** Runs the tenure until `count` messages were taken. */
async function take(tenure: OwnedPartition, count: number, share = 1_000_000): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let taken = 0;
  await tenure.run(
    async (chunk, intend) => {
      await intend(1);
      chunks.push(chunk);
      taken += chunk.messages.length;
      if (taken >= count) tenure.stop();
    },
    () => share,
    () => {},
  );
  return chunks;
}

function opened(offset = 0, intent?: { first: number; last: number; epoch: number }) {
  const { commits, commit } = ledger();
  const tenure = new OwnedPartition(place, limits, commit);
  tenure.open(offset, 1_000, intent);
  tenure.paused = false;
  return { tenure, commits };
}

describe('a tenure', () => {
  test('cuts by rows, and what is left by age', async () => {
    const { tenure } = opened();
    tenure.append(range(0, 25));
    expect((await take(tenure, 25)).map(({ first, last }) => [first, last])).toEqual([
      [0, 9],
      [10, 19],
      [20, 24],
    ]);
  });

  test('what comes alone is taken at once, however old a chunk may grow; what comes meanwhile shares the next', async () => {
    const { commit } = ledger();
    const tenure = new OwnedPartition(place, { ...limits, batchAgeMs: 3_600_000 }, commit);
    tenure.open(0, 1_000, undefined);
    tenure.paused = false;
    tenure.append(range(0, 1));
    const chunks: [number, number][] = [];
    await tenure.run(
      async ({ first, last }) => {
        chunks.push([first, last]);
        if (chunks.length === 1) for (const offset of [1, 2, 3]) tenure.append(range(offset, 1));
        else tenure.stop();
      },
      () => 1_000_000,
      () => {},
    );
    expect(chunks).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });

  test('a chunk that is neither full nor old waits for as long as the last one of the process took', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const pace = new ChunkPace();
      const now = performance.now();
      pace.begun();
      expect(pace.from).toBe(now);
      pace.ended(40);
      pace.begun();
      expect(pace.from).toBe(now + 40);
    } finally {
      vi.useRealTimers();
    }
  });

  test('cuts by bytes, and a message larger than a chunk goes alone', async () => {
    const { tenure } = opened();
    tenure.append([message(0, 4_000), message(1, 4_000), message(2, 50_000), message(3, 10)]);
    expect((await take(tenure, 4)).map(({ messages }) => messages.map(({ offset }) => offset))).toEqual([
      [0, 1],
      [2],
      [3],
    ]);
  });

  test('what is held back is not committed, and is looked at while nothing is to be read', async () => {
    const { commits, commit } = ledger();
    const tenure = new OwnedPartition(place, limits, commit);
    tenure.open(5, 15, undefined);
    tenure.paused = false;
    tenure.append(range(5, 10));
    let heldFrom: number | undefined;
    const rests: number[] = [];
    const onRest = async () => {
      rests.push(commits.length);
      heldFrom = heldFrom === 8 ? 12 : undefined;
      if (heldFrom === undefined) tenure.stop();
    };
    await tenure.run(
      async () => {
        heldFrom = 8;
      },
      () => 1_000_000,
      () => {},
      { heldFrom: () => heldFrom, onRest },
    );
    expect(rests).toEqual([1, 2]);
    expect(commits.map(([offset]) => offset)).toEqual([8, 12, 15]);
  });

  test('a partition in which something is held back rests only when all of it was read', async () => {
    const { commits, commit } = ledger();
    const tenure = new OwnedPartition(place, limits, commit);
    tenure.open(0, 11, undefined);
    tenure.paused = false;
    tenure.append(range(0, 10));
    let rests = 0;
    setTimeout(() => tenure.append(range(10, 1)), 50);
    await tenure.run(
      async () => {},
      () => 1_000_000,
      () => {},
      {
        heldFrom: () => 3,
        onRest: async () => {
          rests++;
          expect(tenure.position).toBe(11);
          tenure.stop();
        },
      },
    );
    expect(rests).toBe(1);
    expect(commits.map(([offset]) => offset)).toEqual([3]);
  });

  test('commits the unchanged offset with the intent before a step, and the next offset after it', async () => {
    const { tenure, commits } = opened(5);
    tenure.append(range(5, 3));
    await take(tenure, 3);
    expect(commits).toEqual([
      [5, '{"intent":[5,7],"epoch":1}'],
      [8, ''],
    ]);
  });

  test('rebuilds an intended chunk exactly, however it arrives and whatever the limits are now', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
        async (last, sizes) => {
          const { tenure } = opened(0, { first: 0, last, epoch: 3 });
          const taking = take(tenure, last + 20);
          let next = 0;
          for (const size of [...sizes, last + 20]) {
            tenure.append(range(next, size));
            next += size;
            await new Promise((resolve) => setImmediate(resolve));
          }
          const [first, ...rest] = await taking;
          expect(first).toMatchObject({ first: 0, last, intended: { epoch: 3 } });
          expect(first!.messages.map(({ offset }) => offset)).toEqual(range(0, last + 1).map(({ offset }) => offset));
          for (const chunk of rest) expect(chunk.intended).toBeUndefined();
          const all = rest.flatMap(({ messages }) => messages.map(({ offset }) => offset));
          expect(all).toEqual(all.map((_, number) => last + 1 + number));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a chunk of which the log holds only a part keeps its bounds; one of which nothing is left does not come', async () => {
    const part = opened(0, { first: 0, last: 9, epoch: 3 });
    part.tenure.append([message(4), message(9), message(10)]);
    expect((await take(part.tenure, 3)).map(({ first, last, messages }) => [first, last, messages.length])).toEqual([
      [0, 9, 2],
      [10, 10, 1],
    ]);
    const none = opened(0, { first: 0, last: 9, epoch: 3 });
    none.tenure.append([message(12)]);
    expect((await take(none.tenure, 1)).map(({ first, intended }) => [first, intended])).toEqual([[12, undefined]]);
  });

  test('messages that come again are left out', async () => {
    const { tenure } = opened();
    tenure.append(range(0, 5));
    tenure.append(range(2, 6));
    expect((await take(tenure, 8)).flatMap(({ messages }) => messages.map(({ offset }) => offset))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
  });

  test('once taken it begins nothing more, and what a step then says is not an error', async () => {
    const { tenure, commits } = opened();
    tenure.append(range(0, 30));
    let steps = 0;
    await tenure.run(
      async () => {
        steps += 1;
        tenure.revoke();
        throw revoked(place);
      },
      () => 1_000_000,
      () => {},
    );
    tenure.append(range(30, 10));
    expect([steps, commits, tenure.heldBytes]).toEqual([1, [], 0]);
  });

  test('a step that rejects passes its own error on and leaves the offset where it was', async () => {
    const { tenure, commits } = opened();
    tenure.append(range(0, 3));
    const poison = new TypeError('poison');
    const running = tenure.run(
      async () => {
        throw poison;
      },
      () => 1_000_000,
      () => {},
    );
    await expect(running).rejects.toBe(poison);
    expect(commits).toEqual([]);
  });

  test('bytes count until their step has ended', async () => {
    const { tenure } = opened();
    tenure.append(range(0, 3));
    const before = tenure.heldBytes;
    expect(before).toBe(3 * (10 + 64));
    await tenure.run(
      async () => {
        expect(tenure.heldBytes).toBe(before);
        tenure.stop();
      },
      () => 1_000_000,
      () => {},
    );
    expect(tenure.heldBytes).toBe(0);
  });

  test('the chunk that comes next can be asked for during a step: it keeps its bounds, and its bytes count', async () => {
    const { tenure, commits } = opened();
    tenure.append(range(0, 25));
    const bytes = tenure.heldBytes;
    const asked: [number, number][] = [];
    const taken: [number, number][] = [];
    await tenure.run(
      async ({ first, last }, intend, _, following) => {
        taken.push([first, last]);
        await intend(1);
        const next = following?.();
        if (next !== undefined) asked.push([next.first, next.last]);
        expect(following?.()).toBe(next);
        if (first === 0) {
          expect([tenure.heldBytes, tenure.lag]).toEqual([bytes, 1_000]);
          // What comes meanwhile is of a later chunk, though there would be room.
          tenure.append(range(25, 5));
        }
        if (last === 29) tenure.stop();
      },
      () => 1_000_000,
      () => {},
    );
    expect(asked).toEqual([
      [10, 19],
      [20, 29],
    ]);
    expect(taken).toEqual([[0, 9], ...asked]);
    expect([tenure.heldBytes, commits.at(-1)?.[0]]).toEqual([0, 30]);
  });

  test('who stops, or loses the partition, is given no further chunk', async () => {
    for (const end of ['stop', 'revoke'] as const) {
      const { tenure } = opened();
      tenure.append(range(0, 25));
      await tenure.run(
        async (_chunk, _intend, _taken, following) => {
          tenure[end]();
          expect(following?.()).toBeUndefined();
        },
        () => 1_000_000,
        () => {},
      );
    }
  });
});
