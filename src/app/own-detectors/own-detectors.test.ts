/** Detectors of one's own are loaded from a folder, held to our guarantees, and stop nothing when they fail. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { detector as where } from '../../../detectors/where.ts';
import { configSchema } from '../../../schemas/config.ts';
import { act, DAY, HOUR, START, weeks } from '../../../test/unit/detector-lives.ts';
import { checkCommand } from '../../commands/check.ts';
import { settingsOf, shelves } from '../../commands/settings.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Detector } from '../../core/detector.ts';
import { createEngine } from '../../core/engine.ts';
import { createPopulation } from '../../core/population/population.ts';
import type { DetectorFailure } from './guard.ts';
import { loadDetectors } from './load.ts';

const root = mkdtempSync(join(tmpdir(), 'tidemark-detectors-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'of-'));
});

const ours = new Map<string, Detector>([['where', where]]);
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const load = (failures: DetectorFailure[] = []) => loadDetectors(folder, ours, (failure) => failures.push(failure));
const guide = readFileSync(new URL('../../../docs/own-detectors.md', import.meta.url), 'utf8');
const example = /```js\n([\s\S]+?)```/.exec(guide)?.[1] as string;

/** A detector that is whole but for what the test is about; `head` runs when it is made. */
const source = (members: string, head = '') => `export const detector = (kit) => {
${head}
return kit.defineDetector({
  about: { title: 'A', kind: 'unusual-pattern', lane: 'statistical', learningDays: 0, techniques: ['T1078'],
    description: 'Fires when the test that it is written for wants it to, and at no other time.', blindSpots: ['all else'] },
  options: kit.z.strictObject({}),
  dimensions: [], sketches: [],
  judge: () => undefined,
  ${members}
}); };`;

async function problemsOf(work: () => Promise<unknown>) {
  const error = await work().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
}

/** Two weeks of habits, and then an act of administration from elsewhere on a Saturday. */
const life = [
  ...weeks('build', 19),
  act('build', START + 19 * DAY + 10 * HOUR, {
    action: { name: 'iam:CreateUser', service: 'iam', access: 'admin' },
    source: { ip: '203.0.113.9', asn: 64_999, country: 'RO', userAgent: 'curl/8.0' },
  }),
].map((activity, offset) => ({ activity, offset }));

/** Alerts with evidence of the named detectors alone, and without what only time tells. */
function alertsWith(detectors: ReadonlyMap<string, Detector>) {
  const engine = createEngine({
    detectors,
    settings: configSchema.parse({ alerts: { falsePerDay: 100 } }),
    population: createPopulation(),
  });
  return engine.process(life).alerts;
}

const without = alertsWith(ours);

describe('a detector of your own', () => {
  it('is loaded from the folder as the guide writes it, takes its options and raises alerts under its id', async () => {
    put('weekend-admin.js', example);
    put('README.md', 'not a detector');
    put('weekend-admin.test.js', 'this is no detector either');
    writeFileSync(
      join(folder, 'tidemark.yaml'),
      `detect:\n  detectorsFolder: ${folder}\n  detectors:\n    weekend-admin: {weekendNats: 12}\n`,
    );
    const parts = await shelves();
    const { config } = await settingsOf({ config: join(folder, 'tidemark.yaml') }, {}, parts);
    expect([...parts.own.keys()]).toEqual(['weekend-admin']);
    const engine = createEngine({ detectors: parts.detectors, settings: config, population: createPopulation() });
    const evidence = engine.process(life).alerts.flatMap((alert) => alert.evidence);
    const mine = evidence.filter(({ detector }) => detector === 'weekend-admin');
    expect(mine[0]).toMatchObject({ nats: 12, seen: 'iam:CreateUser at a weekend' });
  });

  it('has its options checked like ours: an unknown one is told with its line', async () => {
    put('weekend-admin.js', example);
    const file = join(folder, 'tidemark.yaml');
    writeFileSync(
      file,
      `detect:\n  detectorsFolder: ${folder}\n  detectors:\n    weekend-admin:\n      weekendNat: 12\n`,
    );
    const [problem] = await problemsOf(async () => settingsOf({ config: file }, {}, await shelves()));
    expect(problem).toMatchObject({ at: `${file}:5:7`, remedy: expect.stringContaining('weekendNats') });
  });

  it.each([
    ['broken.js', 'export const detector = (kit) => {\n  return kit.(\n};', /broken\.js(:2)?/, 'could not be loaded'],
    ['throws.js', 'export const detector = () => {\n  throw new Error("no");\n};', /throws\.js:2/, 'Error: no'],
    ['nothing.mjs', 'export const other = 1;', /nothing\.mjs/, 'does not export a function'],
    ['where.js', example, /where\.js/, 'there is a detector where already'],
    ['concurrency.js', example, /concurrency\.js/, 'there is a detector concurrency already'],
    ['Bad Name.js', example, /Bad Name\.js/, 'its name is no id'],
    ['typed.ts', example, /typed\.ts/, 'is TypeScript'],
    ['half.js', 'export const detector = () => ({ about: {} });', /half\.js/, 'is not whole: about.title'],
    ['foreign.js', source("dimensions: [{ id: 'x', cap: 1, depth: 1 }],"), /foreign\.js/, 'none of the kit'],
    [
      'huge.js',
      source('sketches: [table],', "const table = kit.defineSketch({ name: 'huge', cap: 1000, fields: 1000 });"),
      /huge\.js/,
      'out of bounds',
    ],
    [
      'twin.js',
      source(
        'dimensions: [mine],',
        "const mine = kit.defineDimension({ id: 'network', field: 'x', cap: 1, depth: 1, whole: () => 'x', levels: () => ['x'] });",
      ),
      /twin\.js/,
      'there is a dimension network already',
    ],
  ])('%s is refused with its place and a remedy', async (name, text, at, wrong) => {
    put(name, text);
    const [problem] = await problemsOf(load);
    expect(problem?.at).toMatch(at);
    expect(problem?.wrong).toContain(wrong);
    expect(problem?.remedy).not.toBe('');
  });

  it('a folder that is not there is told as such', async () => {
    folder = join(folder, 'absent');
    expect((await problemsOf(load))[0]).toMatchObject({ at: folder, wrong: 'does not exist' });
  });

  it.each([
    ['throws', "judge() { throw new Error('oops'); },"],
    ['throws no error', "judge() { throw 'oops'; },"],
    ['answers later', 'async judge() { return []; },'],
    ['is rejected later', "async judge() { throw new Error('late'); },"],
    ['answers no list', 'judge: () => 42,'],
    ['answers junk', 'judge: () => [null],'],
    [
      'says NaN nats',
      "judge: () => [{ field: 'a', group: 'a', seen: 'a', nats: NaN, key: 1, usual: () => 'a', says: () => 'a' }],",
    ],
    ['reads what is not there', 'judge: (context) => context.memory.habits.size,'],
    ['writes while it judges', 'judge(context) { context.sketch(table).touch(1); },\n sketches: [table],'],
    ['learns badly', "learn() { throw new Error('oops'); },"],
    ['writes elsewhere', 'observe(context) { context.sketch(table).set(0, 0, 1); },\n sketches: [table],'],
    [
      'remembers no number',
      'count(context) { const t = context.sketch(table); t.set(t.touch(1), 0, NaN); },\n sketches: [table],',
    ],
    ['has a dimension that throws', 'dimensions: [bad], judge(context) { context.novelty(bad); },'],
  ])(
    'one that %s stops nothing: the others raise what they raise without it, and the failure is told',
    async (_, members) => {
      put(
        'hostile.js',
        source(
          members,
          `const table = kit.defineSketch({ name: 'hostile', cap: 2, fields: 1 });
         const bad = kit.defineDimension({ id: 'hostile', field: 'x', cap: 2, depth: 2,
           whole() { throw new Error('unreadable'); }, levels: () => 1 });`,
        ),
      );
      const failures: DetectorFailure[] = [];
      const own = (await load(failures)).get('hostile');
      const alerts = alertsWith(new Map([...ours, ['hostile', own?.guarded as Detector]]));
      expect(without.length).toBeGreaterThan(0);
      expect(alerts.map(({ id, score, evidence }) => ({ id, score, evidence }))).toEqual(
        without.map(({ id, score, evidence }) => ({ id, score, evidence })),
      );
      expect(failures[0]).toMatchObject({ detector: 'hostile', file: join(folder, 'hostile.js') });
    },
  );

  it('its texts are cut and asked safely, and its numbers and rates are kept apart from ours', async () => {
    put(
      'loud.js',
      source(`judge: (context) => context.activity.action.access === 'admin' ? [{ field: 'a', group: 'loud', seen: 'x'.repeat(9000),
        nats: 1e9, key: 1, rate: 'pace:3', usual() { throw new Error('no'); }, says: () => 7 }] : undefined,`),
    );
    const failures: DetectorFailure[] = [];
    const own = (await load(failures)).get('loud');
    const evidence = alertsWith(new Map([['loud', own?.guarded as Detector]])).flatMap((alert) => alert.evidence);
    expect(evidence[0]).toMatchObject({ nats: 30, usual: 'not told' });
    expect(evidence[0]?.seen.length).toBeLessThanOrEqual(1_024);
    expect(failures.map(({ step }) => step)).toContain('finding');
  });
});

describe('tidemark check --detectors', () => {
  async function check(...args: string[]) {
    let said = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    try {
      await checkCommand().parseAsync(['--json', ...args], { from: 'user' });
      return { ...JSON.parse(said), code: process.exitCode } as {
        ok: boolean;
        code: number;
        detectors: { id: string; breaches: { says: string }[] }[];
      };
    } finally {
      write.mockRestore();
      process.exitCode = undefined;
    }
  }

  it('is content with the one of the guide', async () => {
    put('weekend-admin.js', example);
    expect(await check('--detectors', folder)).toMatchObject({ ok: true, code: 0, detectors: [{ breaches: [] }] });
  }, 60_000);

  it('tells what a detector breaks: a variable that remembers, a clock, an option without a meaning, an exception', async () => {
    put(
      'remembers.js',
      source('judge(context) { if (seen++ > 50) context.sketch(table); },', 'let seen = 0; const table = {};'),
    );
    put(
      'clock.js',
      source(
        "judge: () => [{ field: 'a', group: 'a', seen: String(Date.now()), nats: 1, key: 1, usual: () => 'a', says: () => 'a' }],",
      ),
    );
    put(
      'mute.js',
      source(
        "options: kit.z.object({ a: kit.z.number().default(1) }), about: { title: 'A', kind: 'lifecycle', lane: 'invariant', description: 'short', blindSpots: [], techniques: [], learningDays: 0 },",
      ),
    );
    const { ok, code, detectors } = await check('--detectors', folder);
    expect([ok, code]).toEqual([false, 1]);
    const says = Object.fromEntries(detectors.map(({ id, breaches }) => [id, breaches.map((b) => b.says).join('\n')]));
    expect(says.remembers).toContain('is used but not declared');
    expect(says.clock).toContain('time is context.ms');
    for (const part of ['blindSpots is empty', 'use z.strictObject', 'option a has no description'])
      expect(says.mute).toContain(part);
  }, 120_000);

  it('says what to do where no folder is named', async () => {
    await expect(check('--detectors')).rejects.toThrow('no folder of detectors is named');
  });
});
