import { afterEach, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { span, spansOf } from '../../test/unit/spans.ts';
import { format } from '../formats/otel-genai.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { WaitingRecord, WaitingStore } from '../ports/waiting.ts';
import { createFingerprinter } from '../secrets.ts';
import { createDeadLetterBuilder } from './dead-letter.ts';
import { createPushIngest } from './push-ingest.ts';
import { createPushedTraces, type PushedTraces, type PushedTracesParts } from './pushed-traces.ts';
import { createReader } from './reader.ts';

const { ingest } = configSchema.parse({});
const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const fingerprinter = createFingerprinter('pepper');
const caller = { name: 'desk', scope: 'ingest', tenant: 'acme' } as const;

/** What stays when a process dies. */
function shelf() {
  const rows = new Map<string, WaitingRecord>();
  let inserts = 0;
  const store: WaitingStore = {
    async keep(records) {
      inserts++;
      await new Promise((resolve) => setImmediate(resolve));
      for (const record of records) rows.set(record.id, record);
    },
    async done(records) {
      for (const { id } of records) rows.delete(id);
    },
    left: async () => [...rows.values()].sort((a, b) => a.arrivedMs - b.arrivedMs),
  };
  return { rows, store, inserts: () => inserts };
}

const opened: PushedTraces[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** One process over what the last one left. */
function processOver(place: ReturnType<typeof shelf>, more: Partial<PushedTracesParts> = {}) {
  const written: Activity[] = [];
  const letters: DeadLetter[] = [];
  const clock = { ms: NOW, now: () => clock.ms };
  const shared = {
    reader: (tenant: string, id: string) =>
      createReader({
        formats: new Map([['otel-genai', format]]),
        format: id,
        tenant,
        limits: ingest,
        fingerprinter,
        now: clock.now,
      }),
    write: async (activities: readonly Activity[]) => void written.push(...activities),
    setAside: async (set: readonly DeadLetter[]) => void letters.push(...set),
    deadLetter: createDeadLetterBuilder({ fingerprinter, limits: ingest, now: clock.now }),
    queueBytes: 100_000,
    clock,
  };
  const traces = createPushedTraces({
    ...shared,
    limits: ingest.traces,
    waiting: place.store,
    scrub: (tenant, body) => fingerprinter.scrub(tenant, body),
    everyMs: 1,
    ...more,
  });
  opened.push(traces);
  const intake = createPushIngest({ ...shared, traces, recordsMax: 1_000, unpackedMaxBytes: 256 << 20 });
  return {
    traces,
    written,
    clock,
    send: (...exports: readonly object[]) =>
      intake.take(
        exports.map((value) => ({ value })),
        caller,
        'http',
        'auto',
      ),
    until: async (count: number) => {
      for (let n = 0; written.length < count && n < 2_000; n++) await new Promise((resolve) => setTimeout(resolve, 1));
      return written.map(({ id, identity }) => `${id} ${identity.id}`).sort();
    },
  };
}

const tool = spansOf('desk', [
  span(
    'b',
    'execute_tool pay',
    {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'pay',
      'gen_ai.tool.call.arguments': '{"recipient":"till-1"}',
      'oauth.token': 'very-secret-token',
      'gen_ai.tool.call.result': 'x'.repeat(5_000),
    },
    { above: 'a' },
  ),
]);
const agent = spansOf('desk', [
  span('a', 'invoke_agent clerk', {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'clerk',
    'gen_ai.system_instructions': 'be kind',
  }),
]);

test('a span is durable when its sender gets the answer, waits for its trace, and counts once with the time at which it arrived', async () => {
  const place = shelf();
  const { traces, send, clock, until, written } = processOver(place);
  await traces.open();
  expect(await send(tool)).toEqual({
    status: 'taken',
    taken: { records: 1, read: 0, activities: 0, waiting: 1, skipped: {}, dead: {} },
  });
  expect([...place.rows.values()].map(({ sender, tenant }) => [sender, tenant])).toEqual([['http/acme/desk', 'acme']]);
  clock.ms += 5_000;
  await send(agent);
  clock.ms += ingest.traces.settleMs;
  expect(await until(2)).toEqual(['otel:t:a clerk', 'otel:t:b clerk']);
  const paid = written.find(({ id }) => id === 'otel:t:b');
  expect(paid?.receivedAt).toBe(new Date(NOW).toISOString());
  expect(paid?.resource).toEqual({ id: 'till-1', type: 'recipient' });
  await traces.close();
  expect(place.rows.size).toBe(0);
});

test('a process that begins after a crash reads what waited as the first one would have, and its secrets were never written down', async () => {
  const undisturbed = processOver(shelf());
  await undisturbed.traces.open();
  await undisturbed.send(tool, agent);
  undisturbed.clock.ms += ingest.traces.settleMs;
  await undisturbed.until(2);

  const place = shelf();
  const first = processOver(place);
  await first.send(tool);
  const kept = [...place.rows.values()].map(({ body }) => body).join();
  expect(kept).not.toMatch(/very-secret-token|x{100}/);
  const second = processOver(place);
  await second.traces.open();
  await second.send(agent);
  expect([...place.rows.values()].map(({ body }) => body).join()).not.toContain('be kind');
  second.clock.ms += ingest.traces.settleMs;
  await second.until(2);
  expect(JSON.stringify(second.written)).toBe(JSON.stringify(undisturbed.written));
});

test('what cannot be written is tried again, and nothing is let go before', async () => {
  const place = shelf();
  let isDown = true;
  const faults: unknown[] = [];
  const written: Activity[] = [];
  const { traces, send, clock } = processOver(place, {
    write: async (activities) => {
      if (isDown) throw new Error('no store');
      written.push(...activities);
    },
    onFault: (error) => void faults.push(error),
    queueBytes: 100,
  });
  await traces.open();
  await send(agent);
  clock.ms += ingest.traces.settleMs;
  for (let n = 0; faults.length < 2 && n < 2_000; n++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(place.rows.size).toBe(1);
  expect(await send(agent)).toMatchObject({ status: 'busy' });
  isDown = false;
  for (let n = 0; place.rows.size > 0 && n < 2_000; n++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(written.map(({ id }) => id)).toEqual(['otel:t:a']);
});

test('spans that agents have nothing to do with are not written down', async () => {
  const place = shelf();
  const { send } = processOver(place);
  const taken = await send(spansOf('shop', [span('h', 'GET /', { 'http.route': '/' })]));
  expect(taken).toMatchObject({
    taken: { records: 1, skipped: { 'a span without GenAI or MCP attributes is not an act of an agent': 1 } },
  });
  expect(place.rows.size).toBe(0);
});

test('requests that come at once are written down together', async () => {
  const place = shelf();
  const { send } = processOver(place);
  await Promise.all(Array.from({ length: 50 }, () => send(agent)));
  expect(place.rows.size).toBe(50);
  expect(place.inserts()).toBeLessThan(10);
});
