import { describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { format as activityFormat } from '../formats/activity.ts';
import type { DeadLetter } from '../ports/store.ts';
import { LocalSourceClosed, LocalSourceFull } from '../ports/stream.ts';
import { createFingerprinter } from '../secrets.ts';
import { createDeadLetterBuilder } from './dead-letter.ts';
import { createPushIngest, type PushIngestParts } from './push-ingest.ts';
import { createReader, UnknownFormat } from './reader.ts';

const { ingest } = configSchema.parse({});
const caller = { name: 'box', scope: 'ingest', tenant: 'acme' } as const;
const record = (id: string, more: object = {}) => ({
  value: {
    id,
    at: '2026-03-01T00:00:00.000Z',
    identity: { id: 'bot', kind: 'bot', provider: 'acme' },
    action: { name: 'read', service: 'docs', access: 'read' },
    source: {},
    outcome: 'success',
    ...more,
  },
});
const junk = (count: number) => Array.from({ length: count }, (_, index) => ({ bytes: `junk ${index}` }));

function build(parts: Partial<PushIngestParts> = {}) {
  const written: Activity[] = [];
  const letters: DeadLetter[] = [];
  const formats = new Map([['activity', activityFormat]]);
  const clock = { ms: 0, now: () => clock.ms };
  const intake = createPushIngest({
    reader: (tenant, format) => createReader({ formats, format, tenant, limits: ingest }),
    write: async (activities) => void written.push(...activities),
    setAside: async (buried) => void letters.push(...buried),
    deadLetter: createDeadLetterBuilder({ fingerprinter: createFingerprinter(), limits: ingest, now: clock.now }),
    limits: { ...ingest, deadLettersPerMinute: 10 },
    queueBytes: 10_000,
    clock,
    ...parts,
  });
  return { intake, written, letters, clock };
}

describe('taking in records', () => {
  test('every record is counted under what became of it, and the tenant is that of the token', async () => {
    const { intake, written, letters } = build();
    const records = [record('a'), record('b', { tenant: 'acme' }), record('c', { tenant: 'other' }), ...junk(2)];
    expect(await intake.take(records, caller, 'http', 'auto')).toEqual({
      status: 'taken',
      taken: {
        records: 5,
        read: 2,
        activities: 2,
        skipped: {},
        dead: { 'tenant: not the one of the token': 1, 'not valid JSON': 2 },
      },
    });
    expect(written.map(({ id, tenant }) => [id, tenant])).toEqual([
      ['a', 'acme'],
      ['b', 'acme'],
    ]);
    expect(letters.map(({ origin }) => origin)).toEqual(
      [2, 3, 4].map((offset) => ({ from: 'http/acme/box', partition: 0, offset })),
    );
  });

  test('the same request again gives the same dead letters', async () => {
    const { intake, letters } = build();
    for (let time = 0; time < 2; time++) await intake.take(junk(3), caller, 'http', 'auto');
    expect(new Set(letters.map(({ id }) => id)).size).toBe(3);
  });

  test('a sender of junk is refused, of whom nothing more is kept; others and the next minute are not', async () => {
    const { intake, written, letters, clock } = build();
    expect((await intake.take(junk(10), caller, 'http', 'auto')).status).toBe('taken');
    const refused = await intake.take([record('a'), ...junk(1)], caller, 'http', 'auto');
    expect(refused).toMatchObject({ status: 'busy', retryAfterMs: 60_000 });
    expect([written, letters.length]).toEqual([[], 10]);
    expect((await intake.take([record('a')], caller, 'http', 'auto')).status).toBe('taken');
    expect((await intake.take(junk(1), { ...caller, name: 'other' }, 'http', 'auto')).status).toBe('taken');
    clock.ms = 60_000;
    expect((await intake.take(junk(1), caller, 'http', 'auto')).status).toBe('taken');
  });

  test.each([
    [new LocalSourceFull('full'), 'busy'],
    [new LocalSourceClosed('stopping'), 'closed'],
  ])('%s is told as a value, and nothing is buried', async (error, status) => {
    const { intake, letters } = build({ write: () => Promise.reject(error) });
    expect(await intake.take([record('a'), ...junk(1)], caller, 'http', 'auto')).toMatchObject({ status });
    expect(letters).toEqual([]);
  });

  test('an outage is passed on, and what was under way no longer counts', async () => {
    let broken = true;
    const { intake } = build({
      write: async () => {
        if (broken) throw new Error('gone');
      },
    });
    await expect(intake.take([record('a')], caller, 'http', 'auto')).rejects.toThrow('gone');
    broken = false;
    expect((await intake.take([record('a')], caller, 'http', 'auto')).status).toBe('taken');
  });

  test('more under way than there is room for is refused until there is room again', async () => {
    let release = () => {};
    const { intake } = build({
      write: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    });
    const big = Array.from({ length: 8 }, (_, index) => record(String(index)));
    const first = intake.take(big, caller, 'http', 'auto');
    expect((await intake.take(big, caller, 'http', 'auto')).status).toBe('busy');
    release();
    expect((await first).status).toBe('taken');
    const second = intake.take(big, caller, 'http', 'auto');
    release();
    expect((await second).status).toBe('taken');
  });

  test('a format nobody knows is refused', async () => {
    await expect(build().intake.take([record('a')], caller, 'http', 'none')).rejects.toBeInstanceOf(UnknownFormat);
  });
});
