/** As many alerts as are wanted: one the engine really raised, under an id of its own each time. */
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { briefHistory } from '../../src/demo/brief-history.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';

const END = Date.parse('2026-06-30T12:00:00Z');

/** Alerts numbered from `first`; the last eight digits of an id are its number. */
export async function alertsOf(count: number, first: number): Promise<Alert[]> {
  const settings = configSchema.parse({});
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const reader = createReader({ formats, format: 'aws-cloudtrail', tenant: 'default', limits: settings.ingest });
  const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
  const engine = createEngine({ detectors, settings, population: createPopulation() });
  const located = briefHistory(END).flatMap((raw, offset) =>
    reader
      .read(Buffer.from(JSON.stringify(raw)))
      .flatMap((outcome) => (outcome.status === 'read' ? outcome.activities : []))
      .map((activity) => ({ activity, offset })),
  );
  const alert = engine.process(located).alerts.at(-1);
  if (alert === undefined) throw new Error('the history raised no alert');
  return Array.from({ length: count }, (_, n) => ({
    ...alert,
    id: `${alert.id.slice(0, -8)}${String(first + n).padStart(8, '0')}`,
  }));
}
