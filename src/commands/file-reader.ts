/** What reads records of files under the configuration in force: networks, names of secrets, and the reader that uses both. */
import type { Config } from '../../schemas/config.ts';
import { loadNetworks, type Networks } from '../adapters/networks.ts';
import { namedFormat } from '../app/mapping-files.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { createReader, type Reader } from '../ingest/reader.ts';
import { createFingerprinter, type Fingerprinter } from '../secrets.ts';
import { note } from '../terminal/print.ts';
import type { shelves } from './settings.ts';

export interface FileReader {
  readonly networks: Networks | undefined;
  readonly fingerprinter: Fingerprinter;
  readonly reader: Reader;
}

/**
 * `format`: the id of a format, a mapping file, or `auto`. With `now`, the wall clock in ms, what is dated further ahead than
 * `ingest.futureSkewMs` is dead, as it is live. A pepper that others can read is noted.
 */
export function openFileReader(
  { ingest }: Config,
  { formats }: Awaited<ReturnType<typeof shelves>>,
  format: string,
  now?: () => number,
): FileReader {
  const { networksFile, pepperFile, tenant } = ingest;
  const networks = networksFile === undefined ? undefined : loadNetworks(networksFile);
  const fingerprinter = createFingerprinter(
    pepperFile === undefined
      ? undefined
      : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, ({ file }) =>
          note(`tidemark: ${file} can be read by others: chmod 600`),
        ),
    ingest.people,
  );
  const reader = createReader({
    formats,
    format: namedFormat(format, formats),
    tenant,
    limits: ingest,
    fingerprinter,
    ...(networks && { networks }),
    ...(now && { now }),
  });
  return { networks, fingerprinter, reader };
}
