import { expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { briefHistory } from '../demo/brief-history.ts';
import { format } from '../formats/aws-cloudtrail.ts';
import { readHistory } from '../ingest/history-batches.ts';
import { createReader } from '../ingest/reader.ts';
import { replay } from './replay.ts';

it('whoever seems to be taught for many days is named once, as it was told last', async () => {
  const config = configSchema.parse({});
  const records = briefHistory(Date.parse('2026-11-27T16:05:00Z')).map((raw, offset) => ({
    origin: { from: 'brief', partition: 0, offset },
    bytes: Buffer.from(JSON.stringify(raw)),
  }));
  const engine = createEngine({ detectors: new Map(), settings: config, population: createPopulation() });
  let days = 0;
  const one = { tenant: 'default', identity: 'deployer', within: 14 };
  const process = engine.process.bind(engine);
  Object.assign(engine, {
    process: (batch: Parameters<typeof process>[0]) => ({
      ...process(batch),
      taught: [
        { ...one, days: ++days },
        { ...one, days, place: '111122223333' },
      ],
    }),
  });
  const { summary } = await replay({
    input: readHistory({
      input: (async function* () {
        yield { records };
      })(),
      reader: createReader({
        formats: new Map([[format.id, format]]),
        format: format.id,
        tenant: 'default',
        limits: config.ingest,
      }),
      limits: config.ingest,
    }),
    engine,
    store: undefined,
    batchRows: 50,
  });
  expect(days).toBeGreaterThan(1);
  expect(summary.taught).toEqual([
    { ...one, days },
    { ...one, days, place: '111122223333' },
  ]);
});
