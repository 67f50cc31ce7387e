/** Reads records of one log format as a worker would, and gives the made-up ones of `test/samples/`. */

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';

/** `name`: what the reader is told the format is; `auto` lets it find out. */
export function formatRig(format: Format, name = format.id) {
  const reader = createReader({
    formats: new Map([[format.id, format]]),
    format: name,
    tenant: 'default',
    limits: configSchema.parse({}).ingest,
  });
  return {
    reader,
    /** The first activity of a record. Throws with the reason where it is none. */
    read(record: object): Activity {
      const outcome = reader.readParsed(record)[0]!;
      if (outcome.status !== 'read') throw new Error(outcome.reason);
      return outcome.activities[0]!;
    },
  };
}

/** Records of `test/samples/<id>.ndjson`, in order. */
export const samplesOf = ({ id }: Format) =>
  readFileSync(new URL(`../samples/${id}.ndjson`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const RULE_PACK = new URL('../../../shared/data/panther-tests/tests.ndjson.gz', import.meta.url);

/** Records of one log type out of the tests of a public rule pack (`../shared/data`); undefined where the data is not there. */
export const rulePack = existsSync(RULE_PACK)
  ? (type: string): object[] =>
      gunzipSync(readFileSync(RULE_PACK))
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ log_type }) => log_type === type)
        .map(({ log }) => log)
  : undefined;
