import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { effective, REDACTED } from './effective.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';

const root = mkdtempSync(join(tmpdir(), 'tidemark-config-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

/** A fresh directory with these files; `tidemark.yaml` is the project file. */
function place(files: Record<string, string | Uint8Array>): string {
  const directory = join(root, String(count++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  mkdirSync(directory, { recursive: true });
  return directory;
}

const load = (cwd: string, rest: Partial<ConfigSources> = {}) => loadConfig({ env: {}, cwd, ...rest });

/** Problem lines with the directory taken out. */
function problems(yaml: string | Uint8Array, rest: Partial<ConfigSources> = {}): string[] {
  const cwd = place({ 'tidemark.yaml': yaml });
  try {
    load(cwd, rest);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(`${cwd}/`, '').split('\n');
    throw error;
  }
  return [];
}

const detectors = new Map([
  ['credential-reuse', { options: z.object({ windowMs: z.number().int().min(1).default(60_000) }) }],
  [
    'scope-drift',
    { options: z.strictObject({ deep: z.strictObject({ minDays: z.number().default(3) }).prefault({}) }) },
  ],
]);
const sinks = new Map<string, { options: z.ZodType }>([
  [
    'webhook',
    {
      options: z.object({
        url: z.url(),
        secretFile: z.string().meta({ description: 'File with the secret. One line.' }),
        retries: z.number().default(1),
      }),
    },
  ],
  ['syslog', { options: z.strictObject({ host: z.string(), port: z.number().int().max(65_535) }) }],
]);

test('without any file every key has its default', () => {
  const { config, origins, files } = load(place({}));
  expect(config.detect.batchRows).toBe(10_000);
  expect(origins.get('detect.batchRows')).toBe('default');
  expect(files).toEqual([]);
});

test('flags win over environment, environment over project file, project file over user file, user file over default', () => {
  const cwd = place({
    'tidemark.yaml': 'ingest:\n  tenant: project\ndetect:\n  batchRows: 2\n  batchAgeMs: 20\nstore: {path: data}\n',
    'xdg/tidemark/config.yaml': 'ingest: {tenant: user}\ndetect:\n  batchRows: 1\n  batchAgeMs: 10\n  learnDays: 3\n',
  });
  const { config, origins } = load(cwd, {
    env: { XDG_CONFIG_HOME: join(cwd, 'xdg'), TIDEMARK_DETECT__BATCH_ROWS: '3', TIDEMARK_INGEST__TENANT: 'env' },
    overrides: { ingest: { tenant: 'flag' }, store: { path: undefined } },
  });
  expect([config.ingest.tenant, config.detect.batchRows, config.detect.batchAgeMs, config.detect.learnDays]).toEqual([
    'flag',
    3,
    20,
    3,
  ]);
  expect(config.store.path).toBe('data');
  expect(Object.fromEntries([...origins].filter(([, origin]) => origin !== 'default'))).toEqual({
    'ingest.tenant': 'command line',
    'detect.batchRows': 'env TIDEMARK_DETECT__BATCH_ROWS',
    'detect.batchAgeMs': `${join(cwd, 'tidemark.yaml')}:5:3`,
    'detect.learnDays': `${join(cwd, 'xdg/tidemark/config.yaml')}:5:3`,
    'store.path': `${join(cwd, 'tidemark.yaml')}:6:9`,
  });
});

test('a file named on the command line takes the place of the project file and must exist', () => {
  const cwd = place({ 'tidemark.yaml': 'ingest: {tenant: project}', 'other.yaml': 'detect: {batchRows: 7}' });
  const { config } = load(cwd, { path: join(cwd, 'other.yaml') });
  expect([config.ingest.tenant, config.detect.batchRows]).toEqual(['default', 7]);
  expect(() => load(cwd, { path: join(cwd, 'absent.yaml') })).toThrow(/absent\.yaml: does not exist; name an existing/);
});

test('every problem is told at once, with line, column, key and remedy', () => {
  const yaml = `kafka:
  brokers: []
  grupId: x
  inputs:
    - topic: a
      formt: auto
    - {}
telemetry:
  logLevel: inof
  port: high
stroe: {}
`;
  expect(problems(yaml).sort()).toEqual(
    [
      'tidemark.yaml:11:1 stroe: is not a known key; did you mean store?',
      'tidemark.yaml:10:3 telemetry.port: expected number, received string; give a whole number, 0 to 65535',
      'tidemark.yaml:2:3 kafka.brokers: too small: expected array to have >=1 items; give a list, 1 to 64 items',
      'tidemark.yaml:3:3 kafka.grupId: is not a known key; did you mean groupId?',
      'tidemark.yaml:6:7 kafka.inputs.0.formt: is not a known key; did you mean format?',
      'tidemark.yaml:7:7 kafka.inputs.1.topic: is missing; give text, 1 to 1024 characters: Raw topic to read',
      'tidemark.yaml:9:3 telemetry.logLevel: is not one of its values; did you mean info? one of fatal, error, warn, info, debug, trace',
    ].sort(),
  );
});

test('the options of detectors and sinks are checked at any depth, with hints for ids and types', () => {
  const yaml = `detect:
  detectors:
    credental-reuse: {windowMs: 5}
    credential-reuse: {windowMs: 0, enabled: no way, window: 1}
    scope-drift: {deep: {minDay: 2}}
sinks:
  soc: {type: webhok, url: https://soc.example}
  siem: {type: syslog, host: h, port: 70000, filter: {minSeverty: high}}
  hook: {type: webhook, url: https://soc.example, secret: hunter2}
  Bad Name: {type: syslog, host: h, port: 1}
  kindless: {url: https://soc.example}
`;
  const found = problems(yaml, { detectors, sinks });
  expect(found.map((line) => line.replace('tidemark.yaml:', '')).sort()).toEqual([
    '10:3 sinks.Bad Name: is not a valid name; use a-z, 0-9 and -, at most 63 characters',
    '11:3 sinks.kindless.type: is missing; give one of webhook, syslog',
    '3:5 detect.detectors.credental-reuse: is not a known key; did you mean credential-reuse?',
    '4:24 detect.detectors.credential-reuse.windowMs: too small: expected number to be >=1; give a whole number, 1 to 9007199254740991',
    '4:37 detect.detectors.credential-reuse.enabled: is no boolean; give true or false',
    '4:54 detect.detectors.credential-reuse.window: is not a known key; did you mean windowMs?',
    '5:26 detect.detectors.scope-drift.deep.minDay: is not a known key; did you mean minDays?',
    '7:9 sinks.soc.type: is no sink type; did you mean webhook? one of webhook, syslog',
    '8:33 sinks.siem.port: too big: expected number to be <=65535; give a whole number, -9007199254740991 to 65535',
    '8:55 sinks.siem.filter.minSeverty: is not a known key; did you mean minSeverity?',
    '9:3 sinks.hook.secretFile: is missing; give text: File with the secret',
    '9:51 sinks.hook.secret: is not a known key; a secret never stands in the configuration: put it into a file and name that in secretFile',
  ]);
  expect(found.join('\n')).not.toContain('hunter2');
});

test('environment variables are typed by the schema and reach every depth', () => {
  const cwd = place({
    'tidemark.yaml':
      'kafka: {brokers: [a:1]}\nsinks:\n  soc-hook: {type: webhook, url: https://a.example, secretFile: s}\n',
  });
  const { config, origins } = load(cwd, {
    detectors,
    sinks,
    env: {
      TIDEMARK_KAFKA__BROKERS: 'k1:9092, k2:9092',
      TIDEMARK_KAFKA__GROUP_ID: '42',
      TIDEMARK_KAFKA__TLS__ENABLED: 'true',
      TIDEMARK_KAFKA__INPUTS: '[{"topic":"raw"}]',
      TIDEMARK_KAFKA__SASL__MECHANISM: 'plain',
      TIDEMARK_KAFKA__SASL__USERNAME: 'u',
      TIDEMARK_KAFKA__SASL__PASSWORD_FILE: '/run/secrets/kafka',
      TIDEMARK_STORE__PASSWORD_FILE: '/run/secrets/store',
      TIDEMARK_ALERTS__FALSE_PER_DAY: '0.5',
      TIDEMARK_SINKS__SOC_HOOK__RETRIES: '4',
      TIDEMARK_DETECT__DETECTORS__CREDENTIAL_REUSE__ENABLED: 'false',
      TIDEMARK_INGEST__TENANT: '',
      TIDEMARK_CLICKHOUSE_URL: 'not a setting',
      PATH: '/bin',
    },
  });
  expect(config.kafka).toMatchObject({
    brokers: ['k1:9092', 'k2:9092'],
    groupId: '42',
    tls: { enabled: true },
    inputs: [{ topic: 'raw', format: 'auto' }],
    sasl: { mechanism: 'plain', username: 'u', passwordFile: '/run/secrets/kafka' },
  });
  expect(config.store.passwordFile).toBe('/run/secrets/store');
  expect(config.alerts.falsePerDay).toBe(0.5);
  expect(config.ingest.tenant).toBe('default');
  expect(config.sinks['soc-hook']).toMatchObject({ retries: 4, url: 'https://a.example' });
  expect(config.detect.detectors).toEqual({ 'credential-reuse': { enabled: false } });
  expect(origins.get('kafka.sasl.username')).toBe('env TIDEMARK_KAFKA__SASL__USERNAME');
  expect(origins.get('sinks.soc-hook.retries')).toBe('env TIDEMARK_SINKS__SOC_HOOK__RETRIES');
});

test('a mistyped or mistaken environment variable is an error that never shows its value', () => {
  const lines = (env: Record<string, string>) => problems('', { env, sinks });
  expect(lines({ TIDEMARK_KAFKA__GRUP_ID: 'x' })).toEqual([
    expect.stringContaining('env TIDEMARK_KAFKA__GRUP_ID: is no setting; did you mean TIDEMARK_KAFKA__GROUP_ID?'),
  ]);
  expect(lines({ TIDEMARK_DETECT__BATCH_ROWS: 'many' })).toEqual([
    'env TIDEMARK_DETECT__BATCH_ROWS detect.batchRows: expected number, received string; give a whole number, 1 to 100000',
  ]);
  const secret = lines({ TIDEMARK_STORE__PASSWORD: 'hunter2' }).join();
  expect(secret).toContain('did you mean TIDEMARK_STORE__PASSWORD_FILE?');
  expect(secret).not.toContain('hunter2');
  expect(lines({ TIDEMARK_SINKS: '{broken' })).toEqual([
    'env TIDEMARK_SINKS: is not JSON; write it as JSON, or set its keys one by one',
  ]);
  expect(lines({ TIDEMARK_STORE: '{"__proto__":{"path":"x"}}' })[0]).toContain('store.__proto__: is not a known key');
});

test.each([
  ['a key given twice', 'store: {}\nstore: {}\n', /^tidemark\.yaml:2:1: .*unique; keep one/],
  ['a tab', 'store:\n\tpath: x\n', /^tidemark\.yaml:2:1: Tabs .*; indent with spaces/],
  ['two documents', 'store: {}\n---\nstore: {}\n', /^tidemark\.yaml:2:1: .*; keep one document/],
  ['an unclosed bracket', 'store: [1\n', /^tidemark\.yaml:2:1: .*; align the keys/],
  ['an unknown tag', 'store: !!js/function x\n', /^tidemark\.yaml:1:8: Unresolved tag.*; remove the tag/],
  ['a missing anchor', 'store: *gone\n', /^tidemark\.yaml:1:8 store: names an anchor that does not exist/],
  ['a key that is a list', '? [a]\n: b\n', /^tidemark\.yaml:1:3: has a key that is not a word/],
  ['a list at the top', '- a\n', /^tidemark\.yaml:1:1: is not a list of settings/],
  ['a prototype key', '__proto__: {polluted: true}\n', /^tidemark\.yaml:1:1 __proto__: is not a known key/],
  [
    'a credential in a URL',
    'store: {url: "http://me:hunter2@db"}',
    /^tidemark\.yaml:1:9 store\.url: holds credentials; /,
  ],
  ['bytes that are not UTF-8', Uint8Array.of(0x61, 0xff, 0xfe, 0x3a), /^tidemark\.yaml: is not UTF-8 text; /],
  ['ten megabytes', '#'.repeat(10_000_000), /^tidemark\.yaml: is larger than 1048576 bytes; /],
  ['brackets without end', '['.repeat(100_000), /^tidemark\.yaml:1:\d+: .*; this is no configuration/],
])('%s in the file is one clear line', (_, yaml, expected) => {
  const lines = problems(yaml);
  expect(lines[0]).toMatch(expected);
  expect(lines.join()).not.toContain('hunter2');
  expect(lines.length).toBeLessThanOrEqual(21);
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('aliases that multiply are refused before they fill memory', () => {
  const bomb = Array.from({ length: 12 }, (_, level) => {
    const below = level === 0 ? '"x"' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(below).join(', ')}]`;
  }).join('\n');
  expect(problems(bomb)[0]).toMatch(/holds more than 100000 values; use fewer aliases/);
  expect(problems('a: &a [*a]')[0]).toMatch(/is nested too deeply/);
});

test('a section with nothing in it means its defaults; an empty value is still an error', () => {
  expect(load(place({ 'tidemark.yaml': 'store:\n  # path: x\ningest: {tenant: t}\n' })).config.store.database).toBe(
    'tidemark',
  );
  expect(problems('ingest:\n  tenant:\n')).toEqual([
    'tidemark.yaml:2:3 ingest.tenant: expected string, received null; give text, 1 to 1024 characters',
  ]);
});

test('a directory in place of the file is named as such', () => {
  const cwd = place({ 'tidemark.yaml/inside': '' });
  expect(() => load(cwd)).toThrow(/tidemark\.yaml: is a directory; name a YAML file/);
});

test('a problem inside a list is placed in the file that gave the list, not in one below it', () => {
  const cwd = place({
    'tidemark.yaml': 'kafka:\n  brokers: [a:1]\n  inputs: [{}]\n',
    'xdg/tidemark/config.yaml': 'kafka:\n  inputs: [{topic: a}]\n',
  });
  expect(() => load(cwd, { env: { XDG_CONFIG_HOME: join(cwd, 'xdg') } })).toThrow(
    /tidemark\.yaml:3:12 kafka\.inputs\.0\.topic: is missing/,
  );
});

test.each([
  ['a file', { 'tidemark.yaml': 'detect:\n  detectors:\n    concurrency: {enabled: false}\n' }, {}],
  ['the environment', {}, { TIDEMARK_DETECT__DETECTORS__CONCURRENCY__ENABLED: 'false' }],
])('%s may name a detector by its former id', (_, files, env) => {
  const detectors = new Map([['concurrent-use', { options: z.strictObject({ nats: z.number().default(1) }) }]]);
  const { config, origins } = load(place(files), { env, detectors });
  expect(config.detect.detectors).toEqual({ 'concurrent-use': { enabled: false } });
  expect(origins.get('detect.detectors.concurrent-use.enabled')).toMatch(/tidemark\.yaml:3|^env /);
});

test('a wrong option under a former id is told at its place', () => {
  const detectors = new Map([['concurrent-use', { options: z.strictObject({ nats: z.number().default(1) }) }]]);
  const cwd = place({ 'tidemark.yaml': 'detect:\n  detectors:\n    concurrency: {nats: much}\n' });
  expect(() => load(cwd, { detectors })).toThrow(/tidemark\.yaml:3:19 detect\.detectors\.concurrent-use\.nats/);
});

test('the effective view shows every key with its origin and no secret', () => {
  const cwd = place({
    'tidemark.yaml':
      'store: {url: "https://db.example/x"}\nsinks:\n  soc: {type: any, token: hunter2, headers: {Authorization: hunter3}, tokenFile: f}\n',
  });
  const { config, origins } = load(cwd);
  const rows = effective(config, origins);
  const row = (key: string) => rows.find((setting) => setting.key === key);
  expect(row('sinks.soc.token')?.value).toBe(REDACTED);
  expect(row('sinks.soc.headers.Authorization')?.value).toBe(REDACTED);
  expect(row('sinks.soc.tokenFile')).toEqual({
    key: 'sinks.soc.tokenFile',
    value: 'f',
    origin: `${join(cwd, 'tidemark.yaml')}:3:71`,
  });
  expect(row('store.url')).toEqual({
    key: 'store.url',
    value: 'https://db.example/x',
    origin: `${join(cwd, 'tidemark.yaml')}:1:9`,
  });
  expect(row('detect.batchRows')).toEqual({ key: 'detect.batchRows', value: 10_000, origin: 'default' });
  expect(JSON.stringify(rows)).not.toContain('hunter');
});
