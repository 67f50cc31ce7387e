/** The lockfile must install on every machine: `npm install` leaves out, without a word, packages its registry does not carry. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockfile = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Entry>;
};

/** Optional dependencies that have no entry where Node would look for them. */
function missing(packages: Readonly<Record<string, Entry>>): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => {
        const folders = path
          .split('/node_modules/')
          .map((_, depth, steps) => steps.slice(0, depth + 1).join('/node_modules/'));
        return ![...folders.map((folder) => `${folder}/`), ''].some(
          (at) => `${at}node_modules/${name}`.replace(/^\//, '') in packages,
        );
      })
      .map((name) => `${path || 'package.json'} needs ${name}`),
  );
}

test('every optional dependency named in the lockfile has its own entry', () => {
  expect(missing(lockfile.packages)).toEqual([]);
});

test('an optional dependency without its entry is caught', () => {
  const packages = {
    '': { optionalDependencies: { a: '1' } },
    'node_modules/a': { optionalDependencies: { 'a-darwin': '1' } },
  };
  expect(missing(packages)).toEqual(['node_modules/a needs a-darwin']);
  expect(missing({ ...packages, 'node_modules/a/node_modules/a-darwin': {} })).toEqual([]);
  expect(missing({ ...packages, 'node_modules/a-darwin': {} })).toEqual([]);
});

test('nothing is fetched from a private registry', () => {
  const elsewhere = Object.entries(lockfile.packages).filter(
    ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
  );
  expect(elsewhere).toEqual([]);
});

test('every package has an exact version', () => {
  const loose = Object.entries(lockfile.packages).filter(([, { version }]) => !/^\d+\.\d+\.\d+/.test(version ?? ''));
  expect(loose).toEqual([]);
});
