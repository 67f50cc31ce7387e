/** Counts CloudTrail acts with a target over the real records: `node dist/bench/targets.js ../shared/data [--lost]`. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { configSchema } from '../schemas/config.ts';
import { format } from '../src/formats/aws-cloudtrail.ts';
import { createReader } from '../src/ingest/reader.ts';

const [folder = '../shared/data', flag] = process.argv.slice(2);
const lines = (name: string) =>
  gunzipSync(readFileSync(join(folder, name)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const sets: Readonly<Record<string, readonly unknown[]>> = {
  'cloudtrail-invictus': lines('cloudtrail-invictus/records.ndjson.gz'),
  'cloudtrail-stratus': readdirSync(join(folder, 'cloudtrail-stratus'))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(folder, 'cloudtrail-stratus', name), 'utf8')) as unknown[]),
  'panther-tests': lines('panther-tests/tests.ndjson.gz')
    .filter(({ log_type }) => log_type === 'AWS.CloudTrail')
    .map(({ log }) => log),
};

const limits = { ...configSchema.parse({}).ingest, recordMaxBytes: 16 * 1024 * 1024, futureSkewMs: 0 };
const reader = createReader({ formats: new Map([[format.id, format]]), format: format.id, tenant: 'default', limits });
for (const [name, records] of Object.entries(sets)) {
  const counts = { acts: 0, withParameters: 0, withTarget: 0 };
  const lost = new Map<string, number>();
  for (const record of records) {
    const asked = (record as { requestParameters?: object | null }).requestParameters ?? {};
    for (const outcome of reader.readParsed(record)) {
      if (outcome.status !== 'read') continue;
      for (const { action, resource } of outcome.activities) {
        counts.acts++;
        if (resource !== undefined) counts.withTarget++;
        if (Object.keys(asked).length === 0) continue;
        counts.withParameters++;
        if (resource === undefined) lost.set(action.name, (lost.get(action.name) ?? 0) + 1);
      }
    }
  }
  process.stdout.write(`${name} ${JSON.stringify(counts)}\n`);
  if (flag === '--lost') for (const [action, times] of lost) process.stdout.write(`  ${action} ${times}\n`);
}
