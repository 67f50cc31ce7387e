import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeProvenance, encodeProvenance, type Provenance } from '../ingest/provenance.ts';
import { createSourceOffsets } from './source-offsets.ts';

const at = (offset: number, index = 0, partition = 0, from = 'main/raw'): Provenance => ({
  from,
  partition,
  offset,
  index,
});

/** What one writer re-keys of a raw partition, in order: records `first..last`, of which record n has `n % 4` activities. */
function written(first: number, last: number, partition: number): Provenance[] {
  const messages: Provenance[] = [];
  for (let offset = first; offset <= last; offset++)
    for (let index = 0; index < offset % 4; index++) messages.push(at(offset, index, partition));
  return messages;
}

const place = ({ from, partition, offset, index }: Provenance) => `${from}|${partition}|${offset}|${index}`;

/** A raw partition's writers: each begins at or below what is committed when it starts, and is cut off anywhere. */
const writers = fc.array(fc.record({ back: fc.nat(30), length: fc.nat(60) }), { minLength: 1, maxLength: 6 });

/** Interleaves any number of ordered streams by drawing from them in a given order. */
function interleave<T>(streams: readonly (readonly T[])[], draws: readonly number[]): T[] {
  const heads = streams.map(() => 0);
  const merged: T[] = [];
  for (let step = 0; ; step++) {
    const open = streams.map((_, number) => number).filter((number) => heads[number]! < streams[number]!.length);
    if (open.length === 0) return merged;
    const chosen = open[(draws[step % Math.max(1, draws.length)] ?? 0) % open.length]!;
    merged.push(streams[chosen]![heads[chosen]!++]!);
  }
}

describe('re-key vector', () => {
  test('a writer that dies and its successors lose nothing and repeat nothing', () => {
    fc.assert(
      fc.property(writers, (runs) => {
        const offsets = createSourceOffsets();
        const admitted: string[] = [];
        let committed = 0;
        for (const { back, length } of runs) {
          const first = Math.max(0, committed - back);
          const last = first + length;
          for (const message of written(first, last, 0)) if (offsets.admit(message)) admitted.push(place(message));
          committed = Math.max(committed, last + 1);
        }
        expect(admitted).toEqual(written(0, committed - 1, 0).map(place));
      }),
    );
  });

  test('zombies that still write beside their successors change nothing, in any interleaving', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ partition: fc.nat(2), committed: fc.nat(20), lead: fc.nat(20), tail: fc.nat(40) }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.nat(1_000), { minLength: 1, maxLength: 400 }),
        (runs, draws) => {
          const offsets = createSourceOffsets();
          const admitted: string[] = [];
          const take = (message: Provenance) => offsets.admit(message) && admitted.push(place(message));
          const partitions = [...new Set(runs.map(({ partition }) => partition))];
          const committedAt = new Map(
            partitions.map((p) => [p, Math.max(...runs.filter((r) => r.partition === p).map((r) => r.committed))]),
          );
          // What is committed was written whole before any of the later writers began.
          for (const [partition, committed] of committedAt)
            for (const message of written(0, committed - 1, partition)) take(message);
          const streams = runs.map(({ partition, lead, tail }) => {
            const committed = committedAt.get(partition)!;
            return written(Math.max(0, committed - lead), committed + tail, partition);
          });
          for (const message of interleave(streams, draws)) take(message);
          const expected = partitions.flatMap((partition) => {
            const last =
              committedAt.get(partition)! +
              Math.max(...runs.filter((r) => r.partition === partition).map((r) => r.tail));
            return written(0, last, partition).map(place);
          });
          expect([...admitted].sort()).toEqual(expected.sort());
        },
      ),
    );
  });

  test('saved and restored at any point it decides as if it had never been away', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            offset: fc.nat(40),
            index: fc.nat(3),
            partition: fc.nat(3),
            from: fc.constantFrom('a/x', 'b/y'),
          }),
          { maxLength: 80 },
        ),
        fc.nat(80),
        (messages, cut) => {
          const whole = createSourceOffsets();
          let restored = createSourceOffsets();
          messages.forEach((message, number) => {
            if (number === cut) restored = createSourceOffsets(restored.encode());
            expect(restored.admit(message)).toBe(whole.admit(message));
          });
          expect(restored.encode()).toBe(whole.encode());
        },
      ),
    );
  });

  test('it stays within its bounds whatever it is shown, and says what it forgot', () => {
    const offsets = createSourceOffsets();
    for (let number = 0; number < 10_000; number++)
      offsets.admit(
        at(
          Number.MAX_SAFE_INTEGER - 1,
          2 ** 20 - 1,
          2 ** 31 - 1 - (number % 5_000),
          `${number % 100}`.padStart(300, 'x'),
        ),
      );
    expect(offsets.encode().length).toBeLessThanOrEqual(64 * 1024);
    expect(offsets.forgotten).toBeGreaterThan(8_000);
    expect(createSourceOffsets(offsets.encode()).encode()).toBe(offsets.encode());
  });

  test('what was heard from last is forgotten last', () => {
    const offsets = createSourceOffsets();
    for (let partition = 0; partition < 1_500; partition++) offsets.admit(at(7, 0, partition));
    offsets.admit(at(8, 0, 0));
    offsets.admit(at(7, 0, 1_500));
    expect(offsets.forgotten).toBeGreaterThan(0);
    expect(offsets.admit(at(8, 0, 0))).toBe(false);
    expect(offsets.admit(at(7, 0, 1_500))).toBe(false);
    expect(offsets.admit(at(7, 0, 1))).toBe(true);
  });

  test('damage is refused, never taken for an empty past', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(() => createSourceOffsets(text)).toThrow(RangeError);
      }),
    );
    expect(() => createSourceOffsets('a\n\n1.0.0.0')).toThrow(RangeError);
    expect(() => createSourceOffsets('a\n\n0.0.-1.0')).toThrow(RangeError);
  });

  test('where a message came from is read back as written; anything else is not read', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[^|\n\r]{1,300}$/),
        fc.nat(),
        fc.maxSafeNat(),
        fc.nat(2 ** 20 - 1),
        (from, partition, offset, index) => {
          fc.pre(partition < 2 ** 31 && offset < Number.MAX_SAFE_INTEGER);
          const provenance = { from, partition, offset, index };
          expect(decodeProvenance(encodeProvenance(provenance))).toEqual(provenance);
        },
      ),
    );
    for (const junk of [
      '',
      '|',
      'a|1|2',
      'a|1|2|3|4|5',
      'a|1|2|3|',
      'a|1|2|3|a b',
      'a|-1|2|3',
      'a|1|9007199254740993|3',
      'a|1|2|1048576',
      '|1|2|3',
      'a\n|1|2|3',
    ])
      expect(decodeProvenance(junk)).toBeUndefined();
    expect(() => encodeProvenance(at(0, 0, 0, 'a|b'))).toThrow(RangeError);
    expect(() => encodeProvenance(at(-1))).toThrow(RangeError);
  });

  test('a topic that was made anew begins at 0 again: nothing of it passes for a repetition, late writers of the old one change nothing', () => {
    const of = (offset: number, generation?: string) => ({ ...at(offset), ...(generation && { generation }) });
    const offsets = createSourceOffsets();
    for (let offset = 0; offset < 600; offset++) expect(offsets.admit(of(offset, 'first'))).toBe(true);
    let admitted = 0;
    for (let offset = 0; offset < 1_000; offset++) {
      if (offsets.admit(of(offset, 'second'))) admitted++;
      expect(offsets.admit(of(offset % 600, 'first'))).toBe(false);
    }
    expect([admitted, offsets.regenerated]).toEqual([1_000, 1]);
    const again = createSourceOffsets(offsets.encode());
    expect([again.admit(of(999, 'second')), again.admit(of(1_000, 'second'))]).toEqual([false, true]);
  });

  test('what an earlier version saw, without a generation, is that of the first generation heard of', () => {
    const offsets = createSourceOffsets();
    for (let offset = 0; offset < 10; offset++) offsets.admit(at(offset));
    const upgraded = createSourceOffsets(offsets.encode());
    expect(upgraded.admit({ ...at(9), generation: 'first' })).toBe(false);
    expect(upgraded.admit({ ...at(10), generation: 'first' })).toBe(true);
    expect(upgraded.admit({ ...at(0), generation: 'second' })).toBe(true);
  });
});
