/** What is published: all that a user needs to run, and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = existsSync(`${root}dist/src/cli.js`);
const inCi = process.env.CI === 'true';

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
) as [{ files: { path: string }[] }];
const paths = packed.files.map(({ path }) => path);

test('the package holds schemas, licence and readme', () => {
  const expected = [
    'package.json',
    'LICENSE',
    'README.md',
    ...['json', 'clickhouse'].flatMap((folder) =>
      readdirSync(`${root}schemas/${folder}`).map((file) => `schemas/${folder}/${file}`),
    ),
  ];
  expect(paths).toEqual(expect.arrayContaining(expected));
  expect(expected.length).toBeGreaterThan(8);
});

test('the package holds no test, no benchmark and no records', () => {
  const product =
    /^(dist\/(src|detectors|schemas|bench\/world)\/.*\.(js|d\.ts)|dist\/console\/(index\.html|assets\/[^/]+\.(js|css|svg))|schemas\/(json|clickhouse)\/.*\.(json|sql)|[A-Z]+\.md|LICENSE|package\.json)$/;
  expect(paths.filter((path) => !product.test(path) || /\.test\./.test(path))).toEqual([]);
});

test.skipIf(!built && !inCi)('the package holds every built part (needs `npm run build`)', () => {
  const parts = ['detectors', 'src/formats', 'src/sinks'].flatMap((shelf) =>
    readdirSync(root + shelf)
      .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
      .map((file) => `dist/${shelf}/${file.replace(/ts$/, 'js')}`),
  );
  expect(paths).toEqual(expect.arrayContaining(['dist/src/cli.js', 'dist/console/index.html', ...parts]));
});
