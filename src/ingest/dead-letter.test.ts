import { describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import type { DeadLetter } from '../ports/store.ts';
import { createFingerprinter } from '../secrets.ts';
import { createDeadLetterBuilder, createDeadLetterWriter, type Shed } from './dead-letter.ts';

const { ingest } = configSchema.parse({});
const deadLetter = createDeadLetterBuilder({
  fingerprinter: createFingerprinter('pepper'),
  limits: ingest,
  now: () => 0,
});
const letter = (from: string, offset: number, text: string) =>
  deadLetter({ from, partition: 0, offset }, 'default', {
    format: 'auto',
    reason: 'not a JSON object',
    bytes: Buffer.from(text),
  });
const array = (from: string, offset: number, length: number) =>
  Array.from({ length }, (_, index) => letter(from, offset, String(index)));

function build() {
  const stored: DeadLetter[] = [];
  const shed: Shed[] = [];
  const clock = { ms: 0 };
  const setAside = createDeadLetterWriter(
    { setAside: async (letters) => void stored.push(...letters) },
    { perMinute: 3, perMessage: 5, sources: 2 },
    () => clock.ms,
    (one) => shed.push(one),
  );
  return { stored, shed, clock, setAside };
}

describe('the budget of dead letters', () => {
  test('a message of thousands of unreadable records counts once: a few are kept, the rest is counted and told', async () => {
    const { stored, shed, setAside } = build();
    await setAside(array('raw', 7, 7_000));
    expect(stored).toHaveLength(6);
    expect(stored.at(-1)?.reason).toContain('6995 more records of this message');
    expect(shed).toEqual([{ from: 'raw', records: 6_995, over: 'message', reason: 'not a JSON object' }]);
    await setAside([letter('raw', 8, 'x'), letter('raw', 9, 'y')]);
    expect(shed).toHaveLength(1);
  });

  test('a source over its budget is shed and told with one letter a minute; it never stops, and others keep theirs', async () => {
    const { stored, shed, clock, setAside } = build();
    for (let offset = 0; offset < 10; offset++) await setAside([letter('raw', offset, `${offset}`)]);
    expect(stored).toHaveLength(4);
    expect(stored.at(-1)?.reason).toContain('more of this source');
    expect(shed.map(({ over, records }) => [over, records])).toEqual(Array(7).fill(['minute', 1]));
    await setAside([letter('other', 0, 'a')]);
    expect(stored.at(-1)?.origin.from).toBe('other');
    clock.ms = 60_000;
    await setAside([letter('raw', 11, 'b')]);
    expect(stored.at(-1)?.origin).toEqual({ from: 'raw', partition: 0, offset: 11 });
  });

  test('the same message set aside again has the same letters', async () => {
    const { stored, setAside } = build();
    await setAside(array('raw', 1, 9));
    const ids = stored.splice(0).map(({ id }) => id);
    await setAside(array('raw', 1, 9));
    expect(stored.map(({ id }) => id)).toEqual(ids);
  });
});
