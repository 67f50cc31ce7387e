import { expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import type { Detector } from '../core/detector.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { replay } from '../detect/replay.ts';
import type { Format } from '../ingest/format.ts';
import { readHistory } from '../ingest/history-batches.ts';
import { createReader } from '../ingest/reader.ts';
import { briefHistory } from './brief-history.ts';

const HOUR_MS = 3_600_000;
const END = Date.parse('2026-11-27T16:05:00Z');
const config = configSchema.parse({});
const formats = await discover<Format>(SHELVES.formats, 'format');
const detectors = await discover<Detector>(SHELVES.detectors, 'detector');

async function judged(end: number) {
  const records = briefHistory(end).map((raw, offset) => ({
    origin: { from: 'brief', partition: 0, offset },
    bytes: Buffer.from(JSON.stringify(raw)),
  }));
  return replay({
    input: readHistory({
      input: (async function* () {
        yield { records };
      })(),
      reader: createReader({ formats, format: 'aws-cloudtrail', tenant: 'default', limits: config.ingest }),
      limits: config.ingest,
    }),
    engine: createEngine({ detectors, settings: config, population: createPopulation() }),
    store: undefined,
    batchRows: 10_000,
  });
}

test('fits one request of the API, is in order, and is the same for the same end', () => {
  const records = briefHistory(END);
  const bytes = records.reduce((sum: number, raw) => sum + JSON.stringify(raw).length + 1, 0);
  expect(records.length).toBeLessThan(config.http.recordsMax);
  expect(bytes).toBeLessThan(config.http.bodyMaxBytes);
  const times = records.map((raw) => (raw as { eventTime: string }).eventTime);
  expect(times).toEqual([...times].sort());
  expect(Date.parse(times.at(-1)!)).toBeLessThan(END);
  expect(JSON.stringify(briefHistory(END))).toBe(JSON.stringify(records));
});

// Sessions change every six hours: whenever somebody tries it, it must come out so.
test.each([0, 5, 10, 15, 20, 31, 50])(
  'the theft is the one thing that is told, whenever it ends: %s hours later',
  async (hours) => {
    const { alerts, summary } = await judged(END + hours * HOUR_MS);
    expect(summary).toMatchObject({ skipped: {}, dead: {} });
    expect(alerts.map(({ identity }) => identity.name)).toEqual(['orders-api']);
    expect(alerts[0]?.kinds).toContain('credential-reuse');
    expect(alerts[0]?.recommendation.action).toBe('revoke-session');
  },
);
