/** A real incident end to end: every record accounted for, the stolen session found, the innocent left alone, the same bytes every time. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { readFiles } from '../../src/adapters/files.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { type Replayed, replay } from '../../src/detect/replay.ts';
import type { Format } from '../../src/ingest/format.ts';
import { readHistory } from '../../src/ingest/history-batches.ts';
import { createReader } from '../../src/ingest/reader.ts';

const records = fileURLToPath(new URL('../../../shared/data/cloudtrail-invictus/records.ndjson.gz', import.meta.url));
const present = existsSync(records);
if (!present && process.env.CI === 'true') throw new Error('../shared/data is needed where CI=true');

const [formats, detectors] = [
  await discover<Format>(SHELVES.formats, 'format'),
  await discover<Detector>(SHELVES.detectors, 'detector'),
];

async function run(batchRows: number): Promise<Replayed> {
  const config = configSchema.parse({});
  return replay({
    input: readHistory({
      input: readFiles([records], config.ingest),
      reader: createReader({ formats, format: 'auto', tenant: 'default', limits: config.ingest }),
      limits: config.ingest,
    }),
    engine: createEngine({ detectors, settings: config, population: createPopulation() }),
    store: undefined,
    batchRows,
  });
}

describe.skipIf(!present)(
  'a real CloudTrail incident of one hour, without a day of history (needs ../shared/data)',
  () => {
    let replayed: Replayed;
    let stolen: Alert | undefined;
    beforeAll(async () => {
      replayed = await run(10_000);
      stolen = replayed.alerts.find((alert) => alert.detectors.includes('credential-off-platform'));
    });

    it('accounts for all 2,826 records', () => {
      const { summary, faults } = replayed;
      expect(faults).toEqual([]);
      expect(summary).toMatchObject({ records: 2_826, read: 2_826, skipped: {}, dead: {}, late: 0 });
      expect(summary.activities).toBe(2_826);
    });

    it("tells of the instance role's session that speaks from elsewhere while the instance goes on at home", () => {
      expect(stolen?.kinds).toContain('credential-reuse');
      expect(stolen?.identity.kind).toBe('role');
      expect(stolen?.evidence.find((e) => e.detector === 'credential-off-platform')?.seen).toMatch(
        /^instance i-[0-9a-f]+ at /,
      );
    });

    it('advises to end that session, not to stop the role', () => {
      expect(stolen?.recommendation.action).toBe('revoke-session');
      expect(['session', 'credential']).toContain(stolen?.recommendation.target.kind);
      expect(stolen?.recommendation.target.id).toBe(stolen?.credential?.id);
    });

    it('cites activities after the theft, of that session', () => {
      expect(stolen?.activityIds.length).toBeGreaterThan(0);
      expect(stolen?.firstAt.slice(0, 16)).toBe('2023-07-10T11:57');
    });

    it('advises to suspend nobody, least of all who runs the infrastructure code', () => {
      expect(replayed.alerts.filter(({ recommendation }) => recommendation.action === 'suspend-identity')).toEqual([]);
      expect(
        replayed.alerts.filter(
          (alert) => /terraform/i.test(alert.identity.id) && alert.recommendation.action !== 'observe',
        ),
      ).toEqual([]);
    });

    it('does not flood: a handful of alerts for an hour of a tenant nobody knows', () => {
      expect(replayed.alerts.length).toBeLessThanOrEqual(5);
    });

    it('gives the same bytes again, and in batches of one and of all', async () => {
      const bytes = JSON.stringify(replayed.alerts);
      for (const batchRows of [10_000, 1, 777]) expect(JSON.stringify((await run(batchRows)).alerts)).toBe(bytes);
    });
  },
);
