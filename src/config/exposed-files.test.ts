import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { exposedFiles } from './exposed-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-exposed-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, mode: number): string {
  const path = join(directory, name);
  writeFileSync(path, 'x');
  chmodSync(path, mode);
  return path;
}

function at(mode: number) {
  const store = join(directory, `store-${mode}`);
  mkdirSync(store);
  chmodSync(store, mode | 0o700);
  const config = configSchema.parse({
    store: { path: store },
    ingest: {
      pepperFile: file('pepper', mode),
      inventoryFile: file('inventory', mode),
      formatFiles: [file('acme.yaml', mode)],
    },
    respond: {
      responders: { crm: { type: 'recipe', recipe: file('crm.json', mode) }, okta: { type: 'recipe', recipe: 'okta' } },
    },
    http: {
      tokensFile: file('tokens', mode),
      certFile: file('cert', mode),
      keyFile: file('key', mode),
      signers: { soar: { tenant: 'acme', secretFile: file('signer', mode) } },
    },
    sinks: { soc: { type: 'webhook', url: 'https://soc.example', secretFile: file('hook', mode) } },
  });
  return exposedFiles(config, [file('tidemark.yaml', mode)]).map(({ key, by }) => `${key} ${by}`);
}

const SECRETS = ['ingest.pepperFile', 'http.keyFile', 'http.signers.soar.secretFile', 'sinks.soc.secretFile'];
const ALL = [
  ...SECRETS,
  ...['configuration', 'ingest.inventoryFile', 'ingest.formatFiles.0', 'respond.responders.crm.recipe'],
  ...['http.tokensFile', 'http.certFile'],
];

test('what only its owner may touch is not told', () => {
  expect(at(0o600)).toEqual([]);
});

test('of what others may read, secrets and the store are told', () => {
  expect(at(0o644).sort()).toEqual([...SECRETS.map((key) => `${key} readable`), 'store.path readable'].sort());
});

test.each([0o666, 0o620])('what others may change is told, whatever it is: %o', (mode) => {
  expect(at(mode).filter((one) => !one.startsWith('store'))).toEqual(
    expect.arrayContaining(ALL.map((key) => `${key} writable`)),
  );
});

test('what is not there is not told', () => {
  const config = configSchema.parse({ http: { tokensFile: join(directory, 'none') }, store: { path: '/none/at/all' } });
  expect(exposedFiles(config, [])).toEqual([]);
});
