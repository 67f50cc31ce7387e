/** What the records of one body may be, by the configuration. */
import type { Config } from '../../schemas/config.ts';
import type { RecordLimits } from '../api/ports.ts';

export const recordLimitsOf = ({ http, ingest }: Pick<Config, 'http' | 'ingest'>): RecordLimits => ({
  recordsMax: http.recordsMax,
  recordMaxBytes: ingest.recordMaxBytes,
  shape: { depth: ingest.recordMaxDepth, values: ingest.recordMaxValues, names: ingest.recordMaxNames },
});
