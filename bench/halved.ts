/**
 * What half and double of a number do to a labelled set: `node dist/bench/halved.js --set DIR NAME...`. A name is a constant of
 * `src/core/constants.ts` (`TRUST_DAYS`), a part of one (`PURPOSE_LEVELS.openedOutside`), a constant of another file
 * (`detectors/call-size:CALLS_KEPT`), or an option of a detector (`call-size.tailNats`).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { z } from 'zod';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { set: { type: 'string', multiple: true, default: [] } },
});
if (values.set.length === 0) throw new Error('no labelled set: --set DIR, as often as there are sets');

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A copy of the build, whose numbers are changed; the build itself stays as it is. */
const copy = mkdtempSync(join(tmpdir(), 'tidemark-halved-'));
const CONSTANTS = 'src/core/constants';

interface Score {
  readonly recallAtFalsePerDay: Readonly<Record<string, number>>;
  readonly falsePerDay: number;
  readonly recommendation: {
    readonly atLeastExpected: number;
    readonly hardNegativeRotate: number;
    readonly hardNegativeSuspend: number;
  };
}

/** A number, or all numbers of a list or a table, or its part `member` alone, times `factor`. */
function scaled(value: unknown, factor: number, member?: string): unknown {
  if (typeof value === 'number') return value * factor;
  if (Array.isArray(value)) return value.map((one) => scaled(one, factor));
  const part = ([key, one]: [string, unknown]) => [
    key,
    member === undefined || key === member ? scaled(one, factor) : one,
  ];
  return Object.fromEntries(Object.entries(value as object).map(part));
}

/** Writes a constant of a compiled file anew in the copy; the answer puts it back. */
async function editConstant(path: string, name: string, factor: number, member?: string): Promise<() => void> {
  const file = join(copy, 'dist', `${path}.js`);
  const text = readFileSync(file, 'utf8');
  const found = new RegExp(`^((?:export )?const ${name} = )([^;]*);$`, 'm').exec(text);
  if (found === null) throw new Error(`${path} has no constant ${name}`);
  const [statement, head, expression] = found;
  const exported = (await import(new URL(`../${path}.js`, import.meta.url).href)) as Readonly<Record<string, unknown>>;
  const value = exported[name] ?? Number(expression);
  writeFileSync(
    file,
    text.replace(statement, () => `${head}${JSON.stringify(scaled(value, factor, member))};`),
  );
  return () => writeFileSync(file, text);
}

/** An option of a detector, set by a configuration file as a user sets it. */
async function editOption(id: string, option: string, factor: number): Promise<readonly string[]> {
  const { detector } = (await import(new URL(`../detectors/${id}.js`, import.meta.url).href)) as {
    readonly detector: { readonly options: z.ZodType<Record<string, number>> };
  };
  const standard = detector.options.parse({})[option];
  if (standard === undefined) throw new Error(`the detector ${id} has no option ${option}`);
  const file = join(copy, 'tidemark.yaml');
  writeFileSync(file, JSON.stringify({ detect: { detectors: { [id]: { [option]: standard * factor } } } }));
  return ['--config', file];
}

function measure(set: string, more: readonly string[]): string {
  const inventory = join(set, 'inventory.ndjson');
  const events = ['events.ndjson.gz', 'events.ndjson'].map((name) => join(set, name)).find(existsSync);
  if (events === undefined) throw new Error(`${set} holds no events.ndjson or events.ndjson.gz`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(copy, 'dist/src/cli.js'),
      ...['evaluate', '--events', events, '--truth', join(set, 'truth.json'), '--budgets', 'none', '--json'],
      ...(existsSync(inventory) ? ['--inventory', inventory] : []),
      ...more,
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) return `not run: ${stderr.trim().split('\n').slice(0, 2).join(' ')}`;
  const { score } = JSON.parse(stdout) as { readonly score: Score };
  const { recallAtFalsePerDay: recall, recommendation: advice } = score;
  const recalls = ['0.2', '1', '5'].map((budget) => recall[budget]!.toFixed(3)).join(' / ');
  return `${recalls} | ${score.falsePerDay} | ${advice.atLeastExpected}, ${advice.hardNegativeRotate}, ${advice.hardNegativeSuspend}`;
}

/** One number times `factor`, on every set. */
async function run(name: string, factor: number): Promise<readonly string[]> {
  const [path, rest] = name.includes(':') ? (name.split(':') as [string, string]) : [CONSTANTS, name];
  const [first, member] = rest.split('.') as [string, string?];
  if (/^[a-z]/.test(first)) {
    const config = await editOption(first, member!, factor);
    return values.set.map((set) => measure(set, config));
  }
  const undo = await editConstant(path, first, factor, member);
  try {
    return values.set.map((set) => measure(set, []));
  } finally {
    undo();
  }
}

const say = (line: string) => void process.stdout.write(`${line}\n`);
try {
  cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  say(
    '| number | set | recall at .2 / 1 / 5 | false a day | advice strong enough, planned changes rotated, suspended |',
  );
  say('|---|---|---|---|---|');
  const rows = (what: string, lines: readonly string[]) => {
    for (const [i, line] of lines.entries()) say(`| ${what} | ${basename(values.set[i]!)} | ${line} |`);
  };
  if (positionals.length === 0)
    rows(
      'as it stands',
      values.set.map((set) => measure(set, [])),
    );
  for (const name of positionals) {
    rows(`\`${name}\` half`, await run(name, 0.5));
    rows(`\`${name}\` double`, await run(name, 2));
  }
} finally {
  rmSync(copy, { recursive: true });
}
