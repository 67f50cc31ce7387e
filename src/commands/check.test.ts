import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { configSchema } from '../../schemas/config.ts';
import { newToken } from '../api/tokens.ts';
import { checkCommand } from './check.ts';
import { runCommand } from './run.ts';
import { makePlace } from './settings.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-check-'));
  const { line } = newToken({ name: 'ada', scope: 'admin', tenant: 'default' });
  const files = { tokens: line, good: `whsec_${Buffer.alloc(32, 1).toString('base64')}`, bad: 'hunter2' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), `${text}\n`, { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const at = (name: string) => join(directory, name);
const webhook = (secret: string, url = 'https://soc.example.org/in') => ({
  type: 'webhook',
  url,
  secretFile: at(secret),
});

function check(config: object, ...more: string[]) {
  writeFileSync(at('tidemark.yaml'), stringify(config));
  return checkWith([...(more.length > 0 ? more : ['--offline']), '--config', at('tidemark.yaml')]);
}

async function checkWith(flags: readonly string[]) {
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  await checkCommand().parseAsync([...flags, '--json'], { from: 'user' });
  vi.restoreAllMocks();
  const { ok, findings } = JSON.parse(said) as {
    ok: boolean;
    findings: { check: string; ok: boolean; says: string; remedy?: string }[];
  };
  return { ok, findings, wrong: findings.filter((finding) => !finding.ok), code: process.exitCode };
}

test('a store can be checked without a configuration: what is missing to run is told beside it, and no fault', async () => {
  const { findings, code } = await checkWith(['--store', at('store')]);
  expect(findings.map(({ check, ok }) => [check, ok])).toEqual([
    ['configuration', true],
    ['tokens', true],
    ['store', true],
  ]);
  expect(findings[1]).toMatchObject({
    says: expect.stringMatching(/no configuration.*would not start/),
    remedy: expect.stringContaining('--config'),
  });
  expect(code).toBe(0);
  expect((await checkWith(['--offline'])).wrong).toMatchObject([{ check: 'tokens' }]);
});

test('what alerts and orders go to is opened, and asked nothing', async () => {
  const { ok, findings, code } = await check({
    http: { tokensFile: at('tokens') },
    sinks: { soc: webhook('good'), log: { type: 'file', path: at('not/made/yet') } },
    respond: { responder: 'gateway', responders: { gateway: webhook('good') } },
  });
  expect(findings.map(({ check }) => check)).toEqual(['configuration', 'tokens', 'sink soc', 'responder gateway']);
  expect([ok, code]).toEqual([true, 0]);
});

test('each destination that `run` could not open is found, with its key and a remedy, and no secret in it', async () => {
  const { wrong, code } = await check({
    http: { tokensFile: at('absent') },
    sinks: { soc: webhook('bad'), plain: webhook('good', 'http://127.0.0.1:9009/') },
    respond: { responders: { gateway: webhook('absent'), other: { type: 'nothing' } } },
  });
  expect(wrong.map(({ check }) => check)).toEqual([
    'tokens',
    'sink soc',
    'sink plain',
    'responder gateway',
    'responder other',
  ]);
  for (const { says, remedy } of wrong) expect([says, remedy]).not.toContain('');
  expect(wrong[1]?.says).toContain('sinks.soc: secretFile: want whsec_');
  expect(wrong[2]?.says).toContain('delivery.allowPrivateTargets');
  expect(JSON.stringify(wrong)).not.toContain('hunter2');
  expect(code).toBe(2);
});

test('a responder that is named but not described is a mistake, with its place and the likely one', async () => {
  const { wrong, code } = await check({
    http: { tokensFile: at('tokens') },
    respond: {
      responder: 'gatway',
      responders: { gateway: webhook('good') },
      policies: [{ name: 'keys', mode: 'approve', responder: 'keys' }],
    },
  });
  expect(wrong.map(({ says }) => says)).toEqual([
    expect.stringMatching(/tidemark\.yaml:\d+:\d+ respond\.responder: names no responder$/),
    expect.stringMatching(/respond\.policies\.0\.responder: names no responder$/),
  ]);
  expect(wrong[0]?.remedy).toContain('did you mean gateway?');
  expect(code).toBe(2);
});

test.each([
  [{ telemetry: { port: 8088 } }, 'http.port: is taken: telemetry.port is 8088 too'],
  [
    { syslog: { serve: true, port: 9464, host: '0.0.0.0', allowPlaintext: true } },
    'syslog.port: is taken: telemetry.port is 9464 too',
  ],
  [{ http: { grpcPort: 9464 } }, 'http.grpcPort: is taken: telemetry.port is 9464 too'],
  [{ http: { host: '0.0.0.0' } }, 'http.host: is not loopback: tokens and records would travel in the clear'],
  [
    { kafka: { brokers: ['a:1'], inputs: [{ topic: 't', encoding: 'schema_registry' }] } },
    'kafka.inputs.0.encoding: needs a schema registry',
  ],
  [
    { kafka: { brokers: ['a:1'], schemaRegistry: { url: 'http://registry.example.com:8081' } } },
    'kafka.schemaRegistry.url: is in the clear and not this machine',
  ],
  [
    { kafka: { brokers: ['a:1'], schemaRegistry: { url: 'registry:8081' } } },
    'kafka.schemaRegistry.url: is no address over http or https',
  ],
  [{ syslog: { format: 'oktta' } }, 'syslog.format: is no format'],
  [
    { kafka: { brokers: ['127.0.0.1:9092'], inputs: [{ topic: 'a', format: 'aws-cloudtrial' }] } },
    'kafka.inputs.0.format: is no format',
  ],
])('%j is refused by check as run refuses it: before anything is opened, with exit code 2', async (config, says) => {
  const { wrong, code } = await check({ http: { tokensFile: at('tokens') }, ...config });
  expect(wrong.map((finding) => finding.says)).toEqual([expect.stringContaining(says)]);
  expect(wrong[0]?.remedy).not.toBe('');
  expect(code).toBe(2);
  await expect(runCommand().parseAsync(['--config', at('tidemark.yaml')], { from: 'user' })).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringContaining(says),
  });
});

test('what others on this machine can touch is a warning with its remedy, and no failure', async () => {
  const config = { http: { tokensFile: at('tokens') }, sinks: { soc: webhook('good') } };
  writeFileSync(at('tidemark.yaml'), stringify(config));
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const lines = async () => {
    said.mockClear();
    await checkCommand().parseAsync(['--offline', '--config', at('tidemark.yaml')], { from: 'user' });
    return said.mock.calls.join('').split('\n');
  };
  expect((await lines()).filter((line) => line.startsWith('warn'))).toEqual([]);
  try {
    chmodSync(at('tokens'), 0o666);
    chmodSync(at('good'), 0o644);
    const found = await lines();
    const warned = found.flatMap((line, n) => (line.startsWith('warn') ? [[line, found[n + 1]?.trim()]] : []));
    expect(warned).toEqual([
      [
        `warn  permissions: sinks.soc.secretFile ${at('good')} is a secret that others on this machine can read`,
        `chmod 600 ${at('good')}`,
      ],
      [
        `warn  permissions: http.tokensFile ${at('tokens')} can be changed by others on this machine`,
        `chmod go-w ${at('tokens')}, and look at what stands in it`,
      ],
    ]);
    expect(process.exitCode).toBe(0);
  } finally {
    for (const name of ['tokens', 'good']) chmodSync(at(name), 0o600);
  }
});

test('a store that is not there yet is no fault, and is not made by looking', async () => {
  const path = at('none/yet');
  const { findings, code } = await check({ http: { tokensFile: at('tokens') }, store: { path } }, '--store', path);
  expect(findings.find((finding) => finding.check === 'store')).toMatchObject({
    ok: true,
    says: expect.stringContaining('is not there yet'),
  });
  expect(code).toBe(0);
  expect(existsSync(at('none'))).toBe(false);
  const { wrong } = await check({ http: { tokensFile: at('tokens') } }, '--store', at('tokens/store'));
  expect(wrong).toMatchObject([{ check: 'store', says: expect.stringContaining('is no directory') }]);
});

test.each(['tokens/store', '/proc/x/store'])(
  'a directory that cannot be made, %s, is one line with a remedy',
  async (place) => {
    const path = place.startsWith('/') ? place : at(place);
    const made = () => makePlace(configSchema.parse({ store: { path } }).store);
    expect(made).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: expect.stringMatching(/^the store .* cannot be written: .*$/),
      }),
    );
  },
);

async function checkFormat(mapping: string, record: object) {
  writeFileSync(at('acme.yaml'), mapping);
  writeFileSync(at('sample.ndjson'), `${JSON.stringify(record)}\n`);
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  await checkCommand().parseAsync(['--format', at('acme.yaml'), at('sample.ndjson'), '--json'], { from: 'user' });
  vi.restoreAllMocks();
  const { ok, first } = JSON.parse(said) as { ok: boolean; first?: object };
  return { ok, first, code: process.exitCode };
}

const page = readFileSync(new URL('../../docs/mapping-files.md', import.meta.url), 'utf8');
const [, mapping = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? [];
const record = {
  app: 'payments',
  event_id: 'e-1',
  ts: '2026-03-01T10:00:00Z',
  actor: { type: 'service', client_id: 'billing', key_id: 'key-7', user: 'ada', scopes: 'pay read' },
  tenant_id: 'shop',
  operation: 'createPayment',
  method: 'POST',
  object: { type: 'payment', id: '17' },
  client: { ip: '192.0.2.7' },
  status: 403,
};

test('the mapping file of the documentation reads a record, and says what it makes of it', async () => {
  expect(await checkFormat(mapping, record)).toMatchObject({
    ok: true,
    code: 0,
    first: {
      id: 'acme-payments:e-1',
      at: '2026-03-01T10:00:00.000Z',
      identity: { id: 'billing', kind: 'service-account', provider: 'acme-payments', account: 'shop' },
      credential: { id: 'key-7', kind: 'access-key' },
      action: { name: 'createPayment', access: 'write' },
      resource: { id: 'payment/17', type: 'payment' },
      source: { ip: '192.0.2.7' },
      onBehalfOf: [{ id: 'ada' }],
      scopes: ['pay', 'read'],
      outcome: 'denied',
    },
  });
});

test('a record that a mapping file cannot read fails, and so does a file that is wrong, with the page that describes it', async () => {
  expect(await checkFormat(mapping, { ...record, ts: 'yesterday' })).toMatchObject({ ok: false, code: 1 });
  const wrong = checkFormat(mapping.replace('recognise:', 'recognize:'), record);
  await expect(wrong).rejects.toMatchObject({
    name: 'ConfigError',
    remedy: expect.stringContaining('docs/mapping-files.md'),
  });
  await expect(wrong).rejects.toThrow('acme.yaml:2:1 recognize: is not a known key');
});

test('every key and certificate that run would read is read, and each that cannot be used is told', async () => {
  writeFileSync(at('short'), 'short', { mode: 0o600 });
  const { wrong, code } = await check({
    http: {
      tokensFile: at('tokens'),
      certFile: at('short'),
      keyFile: at('short'),
      signers: { gate: { tenant: 'acme', secretFile: at('short') } },
    },
    ingest: { pepperFile: at('absent') },
    respond: { enabled: true, links: { url: 'https://tidemark.example.com', keyFile: at('short') } },
    signals: {
      streams: { issuer: 'https://tidemark.example.com', keyFile: at('short') },
      transmitters: { idp: { issuer: 'a', audience: 'b', tenant: 'acme', keysFile: at('short') } },
    },
  });
  expect(wrong.map((one) => one.check)).toEqual([
    'pepper',
    'certificate',
    'signers',
    'approval links',
    'streams',
    'transmitters',
  ]);
  expect(code).toBe(2);
});
