/** The package as a stranger gets it: packed, installed by npx into an empty place, and run there. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { built, builtConsole } from '../built.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'tidemark-packed-'));
const home = join(directory, 'home');
/** Nothing of the checkout is in reach: another folder, and none of its settings. The cache of npm may be used. */
const env = {
  PATH: process.env.PATH,
  HOME: home,
  npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? directory, '.npm'),
  npm_config_prefer_offline: 'true',
  npm_config_update_notifier: 'false',
  // The embedded engine is a hundred megabytes, and has its own tests.
  npm_config_omit: 'optional',
  ...(process.env.npm_config_registry !== undefined && { npm_config_registry: process.env.npm_config_registry }),
};

let tarball: string;
let missing: string | undefined;

const npx = (...words: string[]) =>
  run('npx', ['--yes', `--package=${tarball}`, '--', 'tidemark', ...words], {
    cwd: directory,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });

beforeAll(async () => {
  await built('src/cli.ts');
  await builtConsole();
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: root });
  tarball = join(directory, readdirSync(directory).find((file) => file.endsWith('.tgz'))!);
  try {
    await npx('--version');
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (!/E(NOTFOUND|CONNREFUSED|AI_AGAIN|TIMEDOUT|NETUNREACH)|network/i.test(stderr) || process.env.CI === 'true')
      throw error;
    missing = 'no package registry answers, so what is packed cannot be installed';
    process.stderr.write(`skipped: ${missing}\n`);
  }
}, 600_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('npx runs it outside the checkout: version, a history, and a check of a configuration', async (context) => {
  if (missing !== undefined) return context.skip(missing);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect((await npx('--version')).stdout.trim()).toBe(version);
  await npx('demo', '--write', 'history.ndjson', '--ending', '2026-03-25T00:00:00Z');
  const replayed = JSON.parse(
    (await npx('replay', 'history.ndjson', '--store', 'none', '--json', '--report', 'report.html')).stdout,
  ) as { activities: number; alerts: number };
  expect(replayed.activities).toBeGreaterThan(1_000);
  expect(replayed.alerts).toBeGreaterThan(0);
  expect(readFileSync(join(directory, 'report.html'), 'utf8')).toContain('<article ');
  writeFileSync(join(directory, 'tidemark.yaml'), 'http: { serve: never }\n');
  expect(JSON.parse((await npx('check', '--offline', '--json')).stdout)).toMatchObject({ ok: true });
});

test('the demo runs from it, its stories told', async (context) => {
  if (missing !== undefined) return context.skip(missing);
  const { stories } = JSON.parse((await npx('demo', '--store', 'none', '--json')).stdout) as {
    stories: { expect: string; alert?: string }[];
  };
  expect(stories.filter(({ alert }) => alert !== undefined).length).toBeGreaterThan(3);
});

test('it holds the pages of the console, the licences of what is in them, and its bill of materials', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const files = stdout.split('\n');
  for (const file of ['dist/console/index.html', 'THIRD-PARTY.md', 'LICENSE', 'sbom.cdx.json'])
    expect(files).toContain(`package/${file}`);
});
