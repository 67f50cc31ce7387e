/** What reads files under the configuration in force: networks, names of secrets, the reader that uses both, and files as one history. */
import type { Config } from '../../schemas/config.ts';
import { fileParts } from '../adapters/files-tree.ts';
import { loadNetworks, type Networks } from '../adapters/networks.ts';
import { namedFormat } from '../app/mapping-files.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { createDeadLetterBuilder } from '../ingest/dead-letter.ts';
import type { Format } from '../ingest/format.ts';
import { type HistoryBatch, readHistory } from '../ingest/history-batches.ts';
import { mergeByTime } from '../ingest/merge-by-time.ts';
import { createReader, type Reader } from '../ingest/reader.ts';
import { createFingerprinter, type Fingerprinter } from '../secrets.ts';
import { note } from '../terminal/print.ts';
import { topicParts } from './history-topics.ts';

export interface FileReader {
  readonly networks: Networks | undefined;
  readonly fingerprinter: Fingerprinter;
  readonly reader: Reader;
  /** One more, for records of another format or tenant. */
  readerOf(format: string | undefined, tenant: string): Reader;
}

/**
 * `format`: the id of a format, a mapping file, or `auto`. With `now`, the wall clock in ms, what is dated further ahead than
 * `ingest.futureSkewMs` is dead, as it is live. A pepper that others can read is told to `onExposed`.
 */
export function openFileReader(
  { ingest }: Pick<Config, 'ingest'>,
  { formats }: { readonly formats: Map<string, Format> },
  format: string,
  now?: () => number,
  onExposed = (file: string) => note(`tidemark: ${file} can be read by others: chmod 600`),
): FileReader {
  const { networksFile, pepperFile, tenant } = ingest;
  const networks = networksFile === undefined ? undefined : loadNetworks(networksFile);
  const fingerprinter = createFingerprinter(
    pepperFile === undefined
      ? undefined
      : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, ({ file }) => onExposed(file)),
    ingest.people,
  );
  const asFiles = namedFormat(format, formats);
  const readerOf = (own: string | undefined, of: string) =>
    createReader({
      formats,
      format: own ?? asFiles,
      tenant: of,
      limits: ingest,
      fingerprinter,
      ...(networks && { networks }),
      ...(now && { now }),
    });
  return { networks, fingerprinter, reader: readerOf(undefined, tenant), readerOf };
}

/** Files and topics that are one history; plain data, so that another thread can be told. */
export interface HistoryTask {
  readonly files: readonly string[];
  readonly topics: readonly string[];
  readonly config: Pick<Config, 'ingest' | 'detect' | 'http' | 'kafka'>;
  readonly format: string;
  /** What is dated ahead of now is dead: now by the clock, or a time in ms. */
  readonly now?: 'clock' | number;
  /** Whether what cannot be read is kept. */
  readonly keepsDead: boolean;
}

export const clockOf = ({ now }: HistoryTask): (() => number) | undefined =>
  now === undefined ? undefined : now === 'clock' ? Date.now : () => now;

/** Reads files and topics as one, in order of event time. */
export function readTask(
  { files, topics, config, keepsDead }: HistoryTask,
  { reader, readerOf, fingerprinter }: FileReader,
): AsyncGenerator<HistoryBatch> {
  const { ingest, kafka } = config;
  const ofTopics = kafka === undefined ? [] : topicParts(topics, { config, kafka, readerOf });
  const build = createDeadLetterBuilder({ fingerprinter, limits: ingest, now: Date.now });
  return readHistory({
    input: mergeByTime([...fileParts(files, ingest), ...ofTopics], reader, ingest),
    reader,
    limits: ingest,
    ...(keepsDead && { deadLetter: (origin, unreadable) => build(origin, ingest.tenant, unreadable) }),
  });
}
