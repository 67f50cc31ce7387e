/** What is published: all that a user needs to run, and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundled, installed } from '../../src/reference/third-party.ts';

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
    'THIRD-PARTY.md',
    'sbom.cdx.json',
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
    /^(dist\/(src|detectors|schemas|bench\/world)\/.*\.(js|d\.ts)|dist\/console\/(index\.html|assets\/[^/]+\.(js|css|svg))|schemas\/(json|clickhouse)\/.*\.(json|sql)|[A-Z-]+\.md|LICENSE|package\.json|sbom\.cdx\.json)$/;
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

const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, object> };

test('everything that is installed with it may be used and handed on freely', () => {
  const free = /^(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|MPL-2\.0|CC0-1\.0)$/;
  const all = (license: string) => license.replace(/^\(|\)$/g, '').split(' AND ');
  expect(installed(lock.packages).filter(({ license }) => !all(license).every((one) => free.test(one)))).toEqual([]);
});

test('the page on other people’s work holds the licence of each package that is built into the console', () => {
  const page = readFileSync(`${root}THIRD-PARTY.md`, 'utf8');
  const inside = bundled(root, lock.packages);
  expect(inside).toEqual(
    expect.arrayContaining(['@preact/signals', '@preact/signals-core', 'openapi-fetch', 'preact', 'uplot']),
  );
  expect(inside).not.toContain('vite');
  for (const name of inside) expect(page).toMatch(new RegExp(`### ${name} [\\s\\S]{0,200}?(copyright|license)`, 'i'));
});

test('the bill of materials names every package that is installed or built in, and none that only builds or tests it', () => {
  const bill = JSON.parse(readFileSync(`${root}sbom.cdx.json`, 'utf8')) as {
    components: { name: string; purl: string; hashes?: object[]; licenses: object[] }[];
  };
  const names = bill.components.map(({ name }) => name);
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Record<
    'dependencies' | 'optionalDependencies',
    Record<string, string>
  >;
  expect(names).toEqual(
    expect.arrayContaining([
      ...Object.keys(dependencies),
      ...Object.keys(optionalDependencies),
      ...bundled(root, lock.packages),
    ]),
  );
  for (const name of ['vitest', 'typescript', 'vite', 'playwright-core', 'oidc-provider'])
    expect(names).not.toContain(name);
  // npm notes no hash for builds for other machines that it did not unpack.
  expect(bill.components.filter(({ name, hashes }) => hashes === undefined && !/-(darwin|arm64)/.test(name))).toEqual(
    [],
  );
  expect(new Set(bill.components.map(({ purl }) => purl)).size).toBe(bill.components.length);
});
