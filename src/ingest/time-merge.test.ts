/** What lies in several raw partitions must be written as if it lay in one: in order of event time, each partition in its own order. */
import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../ports/stream.ts';
import { createTimeMerge, type Timed } from './time-merge.ts';

const timed = (ms: number, value = `at ${String(ms).padStart(6, '0')}`): Timed => ({
  ms,
  message: { key: 'k', value },
});
const turns = (times: number) => new Promise((resolve) => setTimeout(resolve, times));

interface Place {
  readonly topic: string;
  readonly partition: number;
  lag: number;
}

function rig({ waitMs = 0, catchUpMs = 60_000 } = {}, places: Place[] = []) {
  const sent: OutgoingMessage[] = [];
  let nowMs = 0;
  let looks = 0;
  const merge = createTimeMerge({
    publisher: {
      async send(_topic, messages) {
        await turns(0);
        sent.push(...messages);
      },
    },
    topic: 'activities',
    lags: () => places,
    waitMs,
    catchUpMs,
    now: () => nowMs,
    onWaiting: () => {
      looks++;
    },
  });
  return {
    merge,
    looks: () => looks,
    texts: () => sent.map(({ value }) => String(value)),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** Two partitions that are behind. */
const both = (): Place[] => [0, 1].map((partition) => ({ topic: 'raw', partition, lag: 1 }));

/** The same times dealt out to so many partitions, each taken through in chunks of its own size, as a source would. */
async function dealt(times: readonly number[], partitions: number): Promise<string[]> {
  const lanes = Array.from({ length: partitions }, (_, partition) => ({
    place: { topic: 'raw', partition, lag: 1 },
    left: times.filter((_, n) => (n * 7 + (n >> 3)) % partitions === partition),
  }));
  const { merge, texts } = rig(
    {},
    lanes.map(({ place }) => place),
  );
  await Promise.all(
    lanes.map(async ({ place, left }) => {
      const rest = [...left];
      while (rest.length > 0) {
        const chunk = rest.splice(0, 3 + ((place.partition * 5) % 11));
        await turns(place.partition % 4);
        await merge.write(
          place,
          chunk.map((ms) => timed(ms)),
        );
      }
      place.lag = 0;
    }),
  );
  return texts();
}

describe('records of several partitions', () => {
  const times = Array.from({ length: 600 }, (_, n) => n * 10);
  const expected = times.map((ms) => timed(ms).message.value);

  it.each([1, 3, 12])('over %i of them come out as over one, also while catching up', async (partitions) => {
    expect(await dealt(times, partitions)).toEqual(expected);
  });

  it('keep the order of their partition where it is not that of time', async () => {
    const places = both();
    const { merge, texts } = rig({}, places);
    const writes = [
      merge.write(places[0]!, [timed(20), timed(5), timed(30)]),
      merge.write(places[1]!, [timed(10), timed(25)]),
    ];
    for (const place of places) place.lag = 0;
    await Promise.all(writes);
    expect(texts()).toEqual([10, 20, 5, 25, 30].map((ms) => timed(ms).message.value));
  });

  it('of one moment come in the same order, whichever partition holds which', async () => {
    const written = async (first: string, second: string) => {
      const places = both();
      const { merge, texts } = rig({}, places);
      const writes = [merge.write(places[0]!, [timed(1, first)]), merge.write(places[1]!, [timed(1, second)])];
      for (const place of places) place.lag = 0;
      await Promise.all(writes);
      return texts();
    };
    expect(await written('x', 'y')).toEqual(await written('y', 'x'));
  });
});

describe('waiting', () => {
  it('for a partition that is quiet ends after its bound', async () => {
    const places = [
      { topic: 'raw', partition: 0, lag: 0 },
      { topic: 'raw', partition: 1, lag: 0 },
    ];
    const { merge, texts, pass } = rig({ waitMs: 500 }, places);
    const writing = merge.write(places[0]!, [timed(10)]);
    await turns(60);
    expect(texts()).toEqual([]);
    // What comes meanwhile and is earlier goes first.
    const earlier = merge.write(places[1]!, [timed(5)]);
    await earlier;
    expect(texts()).toEqual([timed(5).message.value]);
    pass(500);
    await writing;
    expect(texts()).toHaveLength(2);
  });

  it('for one that is behind has a bound of its own', async () => {
    const places = [
      { topic: 'raw', partition: 0, lag: 0 },
      { topic: 'raw', partition: 1, lag: 9 },
    ];
    const { merge, texts, pass, looks } = rig({ waitMs: 500, catchUpMs: 10_000 }, places);
    const writing = merge.write(places[0]!, [timed(10)]);
    pass(9_999);
    await turns(60);
    expect(texts()).toEqual([]);
    // Whoever watches over the process hears that it waits, and does not take it for stuck.
    const before = looks();
    await turns(60);
    expect(looks()).toBeGreaterThan(before);
    pass(1);
    await writing;
    expect(texts()).toHaveLength(1);
  });

  it('ends though the clock is set back meanwhile', async () => {
    const places = both();
    const { merge, texts, pass } = rig({ waitMs: 500, catchUpMs: 10_000 }, places);
    const writing = merge.write(places[0]!, [timed(10)]);
    pass(-86_400_000);
    await writing;
    expect(texts()).toHaveLength(1);
  });

  it('does not concern what has no time, nor anybody at the end', async () => {
    const places = [
      { topic: 'raw', partition: 0, lag: 0 },
      { topic: 'raw', partition: 1, lag: 9 },
    ];
    const { merge, texts } = rig({ waitMs: 500 }, places);
    await merge.write({ topic: 'inventory', partition: 0 }, [timed(Number.NEGATIVE_INFINITY, 'record')]);
    const writing = merge.write(places[0]!, [timed(10)]);
    merge.hurry();
    await writing;
    expect(texts()).toEqual(['record', timed(10).message.value]);
  });

  it('ends for all with the fault of the broker', async () => {
    const fault = new Error('gone');
    const merge = createTimeMerge({
      publisher: { send: () => Promise.reject(fault) },
      topic: 'activities',
      lags: () => [],
      waitMs: 0,
      catchUpMs: 0,
      now: () => 0,
    });
    const writes = [0, 1].map((partition) => merge.write({ topic: 'raw', partition }, [timed(partition)]));
    expect(await Promise.allSettled(writes)).toEqual(writes.map(() => ({ status: 'rejected', reason: fault })));
    await merge.write({ topic: 'raw', partition: 2 }, []);
  });
});
