/** `tidemark inspect`: what files are read as, so that a team sees in a minute whether its logs are read right. */
import type { Command } from 'commander';
import type { Activity } from '../../schemas/activity.ts';
import { readFiles } from '../adapters/files.ts';
import type { InputError } from '../fault.ts';
import { createHistory } from '../ingest/history.ts';
import {
  createInspection,
  DISTINCT_MAX,
  type Example,
  type FormatInspection,
  type Inspection,
  type ReasonCount,
} from '../ingest/inspection.ts';
import { scrubRecord } from '../ingest/scrub-record.ts';
import type { RawRecord } from '../ports/input.ts';
import { type Line, note, noteFault, print, printJson } from '../terminal/print.ts';
import { createProgress } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';
import { count } from './arguments.ts';
import { openFileReader } from './file-reader.ts';
import { command, type Flags, settingsOf, shelves } from './settings.ts';

export interface InspectFlags extends Flags {
  readonly format: string;
  readonly networks?: string;
  readonly rows: number;
}

/** Bytes of records that are kept as examples while they wait for the rest of their trace; beyond it an example is a place only. */
const HELD_EXAMPLE_BYTES = 16 * 1024 * 1024;
/** Bytes of a record that an example shows. */
const EXAMPLE_BYTES = 300;

export function inspectCommand(): Command {
  return command(
    'inspect',
    'Tell how files are read: formats, identities, targets, what is missing, and what was skipped or dead and why. Judges and stores nothing.',
    [
      'inspect cloudtrail/',
      'inspect audit.ndjson --format okta --rows 20',
      'zcat events.gz | tidemark inspect - --json',
    ],
  )
    .argument(
      '<files...>',
      'NDJSON, JSON arrays, {"Records": [...]}, gzip of any of these, directories, or - for standard input',
    )
    .option('--format <id-or-file>', 'log format, a mapping file, or auto to recognise each record', 'auto')
    .option('--networks <file>', 'NDJSON of prefixes or a MaxMind-format database')
    .option('--rows <n>', 'identities, actions and reasons listed of each format at the most', count, 5)
    .action(async (files: string[], flags: InspectFlags) => {
      const { inspection, faults } = await inspectFiles(files, flags);
      if (flags.json) printJson({ ...inspection, faults: faults.map(({ message, remedy }) => ({ message, remedy })) });
      else if (inspection.records > 0 || faults.length === 0) print(...inspectionText(inspection));
      if (inspection.isCapped)
        note(`More than ${DISTINCT_MAX.toLocaleString('en')} were seen: identities and targets are at least as many.`);
      if (inspection.records > 0 && inspection.formats.every(({ read, skipped }) => read + skipped === 0)) {
        noteFault({
          message: 'nothing could be read',
          remedy: 'docs/reading-logs.md says how to find out why.',
        });
        process.exitCode = 1;
      }
      for (const fault of faults) noteFault(fault);
      if (faults.length > 0) process.exitCode = 1;
    });
}

export async function inspectFiles(
  files: readonly string[],
  flags: InspectFlags,
): Promise<{ inspection: Inspection; faults: readonly InputError[]; first: Activity | undefined }> {
  const parts = await shelves();
  const { config } = await settingsOf(
    flags,
    { ingest: { ...(flags.networks !== undefined && { networksFile: flags.networks }) } },
    parts,
  );
  const { tenant } = config.ingest;
  const { fingerprinter, reader } = openFileReader(config, parts, flags.format);
  const scrubber = {
    scrub: (text: string) => fingerprinter.scrub(tenant, text, true),
    name: (secret: string) => fingerprinter.fingerprint(tenant, 'token', secret),
  };
  const beginning = (bytes: Uint8Array) => {
    // What is kept is scrubbed whole and cut afterwards: a secret cut in two is recognised by nobody.
    const text = Buffer.from(scrubRecord(bytes, config.ingest.deadLetterMaxBytes, scrubber))
      .toString('utf8')
      .trim();
    return text.length > EXAMPLE_BYTES ? `${text.slice(0, EXAMPLE_BYTES)}...` : text;
  };
  const inspection = createInspection(flags.rows);
  const faults: InputError[] = [];
  let first: Activity | undefined;
  const progress = createProgress();
  let seen = 0;
  let exampleBytes = HELD_EXAMPLE_BYTES;
  const history = createHistory<RawRecord>({
    reader,
    traces: config.ingest.traces,
    whileHeld({ origin, bytes }) {
      exampleBytes -= bytes.length;
      return { origin, bytes: exampleBytes > 0 ? Buffer.from(bytes) : Buffer.alloc(0) };
    },
    onOutcome(outcome, { origin, bytes }) {
      seen++;
      if (outcome.status === 'read') first ??= outcome.activities[0];
      inspection.add(outcome, (): Example => {
        const of = outcome.status === 'dead' && outcome.bytes.length > 0 ? outcome.bytes : bytes;
        return { place: `${origin.from}, record ${origin.offset + 1}`, record: beginning(of) };
      });
    },
    onUnjoined: (format) => inspection.addUnjoined(format),
  });
  try {
    for await (const { records, fault } of readFiles(files, config.ingest)) {
      for (const record of records) history.take(record.bytes, record);
      if (fault !== undefined) faults.push(fault);
      progress.show(() => `${seen.toLocaleString('en')} records`);
    }
    // Read to the end: it is asked for no order, and so hands back nothing.
    Array.from(history.flush());
  } finally {
    progress.end();
  }
  return { inspection: inspection.result(), faults, first };
}

const n = (value: number) => value.toLocaleString('en');

function percent(part: number, of: number): string {
  if (part === 0 || of === 0) return '0 %';
  const share = (part / of) * 100;
  return share < 1 ? 'under 1 %' : `${share > 99 && part < of ? 99 : Math.round(share)} %`;
}

/** Numbers by name, the largest first. */
const listed = (counts: Readonly<Record<string, number>>, say: (value: number) => string) =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([name, value]) => `${name} ${say(value)}`)
    .join(', ');

/** The report as lines for a person. */
export function inspectionText({ records, formats }: Inspection): Line[] {
  if (records === 0) return ['There is no record in these files.'];
  const sum = (of: 'read' | 'skipped' | 'dead') => formats.reduce((total, one) => total + one[of], 0);
  return [
    `${n(records)} ${records === 1 ? 'record' : 'records'}: ${n(sum('read'))} read, ${n(sum('skipped'))} skipped, ${n(sum('dead'))} dead.`,
    ...formats.flatMap((one) => ['', ...formatText(one)]),
  ];
}

function formatText(one: FormatInspection): Line[] {
  const { format, read, skipped, dead, acts, first, last, identities, targets, kinds, told, outcomes, accesses } = one;
  const share = (value: number) => percent(value, acts);
  const title = format === 'auto' ? 'of no format' : format;
  const lines: Line[] = [[{ text: title, tint: 'bold' }, `: ${n(read)} read, ${n(skipped)} skipped, ${n(dead)} dead`]];
  if (acts > 0)
    lines.push(
      ...table(
        [
          ['acts', `${n(acts)}, from ${first} to ${last}`],
          ['identities', `${n(identities)}: ${listed(kinds, n)}`],
          ['targets', n(targets)],
          ['told', listed(told, share)],
          ['outcome', listed(outcomes, share)],
          ['access', listed(accesses, share)],
        ],
        { indent: 2 },
      ),
      ...section(
        'identities with the most acts',
        one.topIdentities.map(({ acts: times, id, name, kind, provider, account }) => [
          n(times),
          `${kind} of ${provider}${account === undefined ? '' : `, ${account}`}`,
          name === undefined || name === id ? id : `${name} (${id})`,
        ]),
      ),
      ...section(
        'actions seen most',
        one.topActions.map(({ acts: times, name, withTarget }) => [
          n(times),
          `target in ${percent(withTarget, times)}`,
          name,
        ]),
      ),
      ...section(
        'actions without a target',
        one.targetless.map(({ acts: times, name, withTarget }) => [n(times - withTarget), `of ${n(times)}`, name]),
      ),
    );
  lines.push(...reasons('skipped', one.skips), ...reasons('dead', one.deaths));
  for (const hint of one.hints) lines.push(...table([[{ text: '!', tint: 'yellow' }, hint]], { indent: 2 }));
  return lines;
}

const section = (title: string, rows: readonly (readonly string[])[]): Line[] =>
  rows.length === 0 ? [] : [`  ${title}`, ...table(rows, { indent: 4, right: [0] })];

const reasons = (title: string, of: readonly ReasonCount[]): Line[] =>
  section(
    title,
    of.flatMap(({ reason, records, example }) => [
      [n(records), reason],
      ...(example === undefined ? [] : [['', `${example.place}: ${example.record}`]]),
    ]),
  );
