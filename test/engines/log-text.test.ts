/** No text of a log acts on a terminal: hidden characters in every text leaf of every format, read back by every command that reads. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { createProgram } from '../../src/commands/program.ts';
import { isFault } from '../../src/fault.ts';
import type { Format } from '../../src/ingest/format.ts';
import { noteFault } from '../../src/terminal/print.ts';
import { exampleAlert, exampleDrift } from '../unit/example-alert.ts';
import { embeddedMissing } from './console-rig.ts';
import { sampleAlert, sampleDelivery, sampleTurn } from './harness/clickhouse-samples.ts';

/** Escape, OSC, bell, line ends that would begin a line, C1, bidirectional marks, zero width, tags; and wide characters, which are harmless. */
const PLANT = '\u001b[31m\u001b]0;x\u0007\r\nFORGED line\u009b1A\u0085\u202e\u2066\u200b\ufeff\u2028\u{e0041}日本🙂';
/** What may never come out, but for the line ends that end our own lines. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const SHOWS = new Set(['alerts', 'explain aaaaaaaa', 'identities --limit', 'deliveries list', 'suppressions list']);
const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString();

const formats = await discover<Format>(SHELVES.formats, 'format');

/** Every text leaf in turn with the plant behind it; then all of them at once. */
function* planted(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield `${value}${PLANT}`;
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value))
    for (const inner of planted((value as Record<string, unknown>)[key])) {
      const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[key] = inner;
      yield copy;
    }
}

const plantAll = <T>(value: T): T => {
  if (typeof value === 'string' && !/^\d{4}-\d\d-\d\dT/.test(value)) return `${value}${PLANT}` as T;
  if (Array.isArray(value)) return value.map(plantAll) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plantAll(inner)])) as T;
};

/** An alert whose every text that a log can bring is planted; ids and words of our own are not. */
function plantedAlert(id: string): Alert {
  const alert = exampleAlert({ drift: exampleDrift, incident: 'feed0001', owner: 'owner' });
  const { identity, credential, evidence, recommendation, drift } = alert;
  return {
    ...alert,
    id,
    tenant: 'default',
    title: `${alert.title}${PLANT}`,
    owner: `owner${PLANT}`,
    identity: { ...identity, id: `role/ci${PLANT}`, name: `ci${PLANT}`, account: `1${PLANT}` },
    credential: { ...credential!, id: `AKIA${PLANT}` },
    evidence: evidence.map((one) => ({
      ...one,
      field: `${one.field}`,
      seen: `${one.seen}${PLANT}`,
      usual: `${one.usual}${PLANT}`,
    })),
    recommendation: {
      ...plantAll(recommendation),
      action: 'rotate-credential',
      target: { kind: 'credential', id: `AKIA${PLANT}` },
    },
    drift: {
      ...drift!,
      says: `${drift!.says}${PLANT}`,
      parts: drift!.parts.map((part) => ({ ...part, value: `${part.value}${PLANT}` })),
    },
  };
}

describe.skipIf((await embeddedMissing()) !== undefined)('what a log says, on a terminal', () => {
  let directory: string;
  let store: string;
  const file = (name: string) => join(directory, name);

  /** What a command writes and how it ends; on a terminal of some width, or into a pipe. */
  async function tidemark(
    words: readonly string[],
    columns?: number,
  ): Promise<{ out: string; err: string; code: number }> {
    const [out, err]: [string[], string[]] = [[], []];
    const was = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
    vi.stubEnv('NO_COLOR', '1');
    Object.assign(process.stdout, { isTTY: columns !== undefined, columns });
    let code = 0;
    try {
      const program = await createProgram((error) => {
        throw error;
      });
      await program.parseAsync([...words], { from: 'user' });
      code = Number(process.exitCode ?? 0);
    } catch (error) {
      if (isFault(error)) noteFault(error);
      else if (!String((error as { code?: string }).code).startsWith('commander.')) throw error;
      code = 2;
    } finally {
      process.exitCode = undefined;
      Object.assign(process.stdout, was);
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    }
    return { out: out.join(''), err: err.join(''), code };
  }

  /** Nothing hidden is in what was written, and no line of it was begun by a log. */
  function harmless({ out, err }: { out: string; err: string }, what: string): void {
    for (const text of [out, err]) {
      for (const line of text.split('\n'))
        expect(HIDDEN.exec(line)?.[0].codePointAt(0)?.toString(16), `${what}: ${line}`).toBeUndefined();
      expect(text, what).not.toMatch(/^\s*FORGED/m);
    }
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-text-'));
    store = file('store');
    const inputs = [...formats.keys()].map((id) => {
      const samples = readFileSync(new URL(`../samples/${id}.ndjson`, import.meta.url), 'utf8')
        .trim()
        .split('\n');
      const records = samples.map((line) => JSON.parse(line)).flatMap((record) => [record, ...planted(record)]);
      writeFileSync(file(`${id}.ndjson`), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      return id;
    });
    for (const id of inputs) {
      const replayed = await tidemark(['replay', file(`${id}.ndjson`), '--format', id, '--store', 'none']);
      harmless(replayed, `replay of ${id}`);
      // What this one knows is nobody's act, and is left out.
      expect(replayed.out).toMatch(id === 'no-activity' ? /^ +skipped +[1-9]/m : /^activities +[1-9]/m);
    }
    const kept = await tidemark(['replay', ...inputs.map((id) => file(`${id}.ndjson`)), '--store', store]);
    harmless(kept, 'replay of all');
    expect(kept.out).toMatch(/^activities +[1-9]/m);
    const open = await openStore(configSchema.parse({ store: { path: store } }).store);
    const alert = plantedAlert('aaaaaaaa1111');
    const delivery = sampleDelivery('msg_1', { alertId: alert.id, sink: `desk${PLANT}` });
    const others = ['bbbbbbbb2222', 'cccccccc3333'].map((id) => ({
      ...plantedAlert(id),
      kinds: sampleAlert(id).kinds,
    }));
    await open.commit(
      sampleTurn(0, 4, {
        alerts: [alert, ...others],
        deliveries: [delivery],
      }),
    );
    await open.settle([{ delivery, status: 'refused', attempts: 1, notBefore: 0, reason: `HTTP 400 ${PLANT}` }]);
    await open.close();
  }, 300_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  afterEach(() => void vi.restoreAllMocks());

  test('every command that reads or decides, to a pipe and on terminals of 40 and 200 columns', async () => {
    const common = ['--store', store];
    const listed = await tidemark(['identities', '--json', '--limit', '5000', ...common]);
    const identities = JSON.parse(listed.out) as { id: string; kind: string }[];
    const odd = identities.filter(({ id }) => HIDDEN.test(id));
    expect(odd.length, 'identities whose id was planted').toBeGreaterThan(5);
    const looked = [odd[0]!, odd.at(-1)!, identities.find(({ id }) => !HIDDEN.test(id))!].map(({ id }) => id);
    const decided: readonly (readonly string[])[] = [
      ['acknowledge', 'aaaaaaaa', '--by', `ada${PLANT}`, '--because', `why${PLANT}`],
      ['comment', 'aaaaaaaa', `note${PLANT}`, '--by', `bob${PLANT}`],
      ['verdict', 'bbbbbbbb', '--true', '--because', `why${PLANT}`],
      [
        'suppressions',
        'add',
        '--owner',
        `net${PLANT}`,
        '--until',
        IN_A_MONTH,
        '--because',
        `VPN${PLANT}`,
        '--evidence',
        `source.asn=1${PLANT}`,
      ],
      [
        'suppressions',
        'add',
        '--owner',
        'net',
        '--until',
        IN_A_MONTH,
        '--because',
        'VPN',
        '--identity',
        `role/ci${PLANT}`,
        '--dry-run',
      ],
      ['suspensions', 'request', '--alert', 'aaaaaaaa', '--why', `seen${PLANT}`],
      ['unlearn', looked[0]!, '--since', '2020-01-01', '--because', `taught${PLANT}`],
    ];
    for (const words of decided) harmless(await tidemark([...words, ...common]), words.join(' '));
    const reading: readonly (readonly string[])[] = [
      ['alerts'],
      ['alerts', '--owner', `nobody${PLANT}`],
      ['alerts', '--identity', `nobody${PLANT}`],
      ['explain', 'aaaaaaaa'],
      ['explain', 'aaaaaaaa', '--history'],
      ['explain', `no${PLANT}`],
      ['identities', '--limit', '5000'],
      ['identities', '--unknown', '--tenant', `no${PLANT}`],
      ...looked.flatMap((id) => [
        ['identity', id],
        ['identity', id, '--learned'],
      ]),
      ['tenants'],
      ['classes'],
      ['dead-letters', 'list', '--limit', '5000'],
      ['deliveries', 'list'],
      ['suppressions', 'list'],
      ['suspensions', 'list'],
      ['suspensions', 'preview', 'sus_'],
      ['suspensions', 'preview', `sus${PLANT}`],
      ['audit', 'list'],
      ['audit', 'verify'],
      ['backtest', '--since', '2020-01-01', '--false-per-day', '100'],
    ];
    for (const words of reading) {
      const piped = await tidemark([...words, ...common]);
      harmless(piped, words.join(' '));
      // What was planted is there to be seen, not merely absent.
      if (SHOWS.has(words.slice(0, 2).join(' '))) expect(piped.out, words.join(' ')).toContain('\\u001b');
      if (['backtest', 'identity', 'identities', 'dead-letters'].includes(words[0]!)) continue;
      for (const columns of [40, 200])
        harmless(await tidemark([...words, ...common], columns), `${words.join(' ')} at ${columns}`);
      const json =
        words[0] === 'explain' || words[0] === 'suspensions' || piped.code !== 0
          ? undefined
          : await tidemark([...words, '--json', ...common]);
      if (json !== undefined) expect(() => JSON.parse(json.out), words.join(' ')).not.toThrow();
      if (json !== undefined) harmless(json, `${words.join(' ')} --json`);
    }
    const exact = JSON.parse((await tidemark(['explain', 'aaaaaaaa', '--json', ...common])).out) as { alert: Alert };
    expect(exact.alert.title.endsWith(PLANT)).toBe(true);
    const rows = (await tidemark(['alerts', ...common])).out.trimEnd().split('\n');
    expect(rows).toHaveLength(4);
    expect(rows.filter((row) => /^ *(incident|[abc]{8}\d{4}|feed0001)/.test(row)).length).toBe(4);
  }, 600_000);

  test('names of files and values of a configuration, in what check and config say', async () => {
    const bad = file('bad\u001b[31m\n.yaml');
    writeFileSync(
      bad,
      `store: { path: "x\\e[31m\\u202e" }\nnosuch: 1\nkafka: { brokers: ["a\\u009b\\n"], inputs: [] }\n`,
    );
    for (const words of [['check', '--offline'], ['config', 'show'], ['alerts'], ['run']])
      harmless(await tidemark([...words, '--config', bad]), words.join(' '));
    const odd = file('odd.yaml');
    writeFileSync(odd, `ingest: { tenant: "t\\e[31m\\u202e\\n" }\n`);
    for (const words of [['check', '--offline'], ['config', 'show'], ['alerts']])
      harmless(await tidemark([...words, '--config', odd]), words.join(' '));
    harmless(await tidemark(['replay', file(`no${PLANT}`)]), 'replay of a file that is not there');
    harmless(await tidemark(['replay', bad, '--format', `no${PLANT}`]), 'replay with an unknown format');
    harmless(await tidemark(['evaluate', '--events', file(`no${PLANT}`), '--truth', file(`no${PLANT}`)]), 'evaluate');
    harmless(await tidemark(['receive', '--secret-file', file(`no${PLANT}`)]), 'receive');
    harmless(await tidemark([`no${PLANT.replace('\n', '')}`]), 'an unknown command');
  });
});
