/** A test of a sink goes the whole way to a real receiver and tells what that one said, and nothing that is secret. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { type HttpReceiver, httpReceiver } from '../../test/unit/http-receiver.ts';
import type { SinkType } from '../ports/delivery.ts';
import { createFingerprinter } from '../secrets.ts';
import { discover, SHELVES } from './shelves.ts';
import { testSink } from './sink-test.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const directory = mkdtempSync(join(tmpdir(), 'tidemark-sinks-'));
let types: ReadonlyMap<string, SinkType>;
let receiver: HttpReceiver;

beforeAll(async () => {
  types = await discover<SinkType>(SHELVES.sinks, 'sink');
  receiver = await httpReceiver();
  writeFileSync(join(directory, 'secret'), SECRET, { mode: 0o600 });
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await receiver.close();
  rmSync(directory, { recursive: true });
});

function tested(name: string, given: { sink?: object; delivery?: object } = {}) {
  const config = configSchema.parse({
    delivery: { allowPrivateTargets: true, timeoutMs: 2_000, ...given.delivery },
    sinks: {
      soc: { type: 'webhook', url: `${receiver.url}/hooks/in`, secretFile: join(directory, 'secret'), ...given.sink },
      archive: { type: 'file', path: join(directory, 'alerts.ndjson') },
    },
  });
  const { scrub } = createFingerprinter();
  return testSink({
    config,
    types,
    name,
    tenant: 'acme',
    clock: { now: Date.now },
    scrub: (text) => scrub('acme', text),
  });
}

test('a receiver that takes it gets one signed alert that says it is a test, and its answer is told', async () => {
  receiver.answers.push({ status: 202, body: '\n  queued as 17  \nmore' });
  const told = await tested('soc');
  expect(told).toMatchObject({ type: 'webhook', delivered: true, httpStatus: 202, said: 'queued as 17' });
  expect(told).not.toHaveProperty('remedy');
  expect(receiver.received).toHaveLength(1);
  const [{ headers, body }] = receiver.received as [HttpReceiver['received'][number]];
  expect(headers['webhook-id']).toBe(told.delivery);
  expect(headers['webhook-signature']).toMatch(/^v1,/);
  expect(JSON.parse(body).data).toMatchObject({ id: told.alert, tenant: 'acme', severity: 'low' });
  expect(body).toContain('nothing happened');
});

test('what a receiver refuses is told with its status, its words without secrets, and the remedy', async () => {
  const body = `unknown key ${SECRET} of Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U`;
  receiver.answers.push({ status: 403, body });
  const told = await tested('soc');
  expect(told).toMatchObject({ delivered: false, status: 'retry', httpStatus: 403 });
  expect(told.remedy).toContain('secret file');
  expect(told.said).toMatch(/^unknown key \[secret of this sink\]/);
  expect(JSON.stringify(told)).not.toContain(SECRET);
  expect(JSON.stringify(told)).not.toContain('dozjgNryP4J3jVmNHl0w5N');
});

test.each([
  [{ status: 404 }, 'check the path'],
  [{ status: 301, headers: { location: 'https://elsewhere.example' } }, 'redirects'],
  [{ status: 410 }, 'switch this sink off'],
  [{ status: 500, body: 'x'.repeat(5_000) }, 'The receiver failed'],
  ['silent', 'Nobody answered in time'],
  ['reset', 'Check host and port'],
] as const)('an answer of %j has its remedy', async (answer, remedy) => {
  receiver.answers.push(answer);
  const told = await tested('soc', { delivery: { timeoutMs: 500 } });
  expect(told.delivered).toBe(false);
  expect(told.remedy).toContain(remedy);
  expect((told.said ?? '').length).toBeLessThanOrEqual(201);
});

test('a target that the policy forbids is not reached, and the setting is named', async () => {
  const config = { delivery: { allowPrivateTargets: false } };
  await expect(tested('soc', config)).rejects.toMatchObject({ message: expect.stringContaining('sinks.soc') });
  expect(receiver.received).toEqual([]);
});

test('a sink that is no HTTP is tested too, and one that leaves such alerts out says so', async () => {
  const told = await tested('archive');
  expect(told).toMatchObject({ type: 'file', delivered: true });
  expect(JSON.parse(readFileSync(join(directory, 'alerts.ndjson'), 'utf8').trim())).toMatchObject({ id: told.alert });
  expect(await tested('soc', { sink: { filter: { minSeverity: 'high' } } })).toMatchObject({ filtered: true });
});

test('a name that is no sink is met with the nearest one', async () => {
  await expect(tested('sox')).rejects.toMatchObject({
    message: 'no sink is called sox',
    remedy: expect.stringContaining('Did you mean soc?'),
  });
});
