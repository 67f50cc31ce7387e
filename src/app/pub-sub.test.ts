/** Messages of a subscription, pulled from a stand-in over HTTP, with the real way in behind and arrays in place of the store. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { intakeParts } from '../../test/unit/intake-parts.ts';
import { type PubSubServer, startPubSub } from '../../test/unit/pub-sub-server.ts';
import { messagesIn } from '../adapters/pub-sub.ts';
import { format as gcp } from '../formats/gcp-audit.ts';
import type { PushIngest } from '../ingest/push-ingest.ts';
import { openPubSub } from './pub-sub.ts';

const [entry] = samplesOf(gcp);
const json = (insertId: string) => JSON.stringify({ ...entry, insertId });
let server: PubSubServer;
let closing: { close(): Promise<void> } | undefined;
beforeEach(async () => {
  server = await startPubSub();
});
afterEach(async () => {
  await closing?.close();
  closing = undefined;
  await server.close();
});

async function start(options: object = {}, http: object = {}) {
  const rig = intakeParts([gcp], 'tdm_unused', { http });
  const events: { readonly event: string; readonly [key: string]: unknown }[] = [];
  const config = configSchema.parse({
    pubSub: { audit: { subscription: server.subscription, endpoint: server.url, tenant: 'acme', ...options } },
  });
  const telemetry = { event: (event: string, values: object) => void events.push({ event, ...values }) };
  closing = await openPubSub({ config, telemetry } as never, rig.parts.intake as PushIngest);
  return { ...rig, events };
}

test('what a message holds is read, and it is acknowledged when that is durable', async () => {
  server.publish(json('a'), json('b') + json('c'), gzipSync(json('d')));
  const { written, events } = await start();
  await expect.poll(() => server.left.size).toBe(0);
  expect(written.map(({ id }) => id.at(-1))).toEqual(['a', 'b', 'c', 'd']);
  expect(written.every(({ tenant }) => tenant === 'acme')).toBe(true);
  // The server hears of it before we do.
  await expect.poll(() => events).toContainEqual({ event: 'pubsub-taken', queue: 'audit', messages: 3 });
  // Others are kept off while messages are taken, and a stand-in is given no credentials.
  expect(server.asked.map(({ method }) => method).slice(0, 3)).toEqual(['pull', 'modifyAckDeadline', 'acknowledge']);
  expect(server.asked.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test('what cannot be read is a dead letter and does not come back', async () => {
  server.publish('{"cut":', json('a'));
  const { written, letters } = await start();
  await expect.poll(() => server.left.size).toBe(0);
  expect(written).toHaveLength(1);
  expect(letters.map(({ reason }) => reason)).toEqual(['Pub/Sub message: holds no valid JSON']);
});

test('what could not be written stays, and is taken when it comes again', async () => {
  server.publish(json('a'));
  const rig = intakeParts([gcp], 'tdm_unused');
  rig.faults.push(Object.assign(new Error('away'), { remedy: 'Start it.' }));
  const events: object[] = [];
  const config = configSchema.parse({
    pubSub: { audit: { subscription: server.subscription, endpoint: server.url, tenant: 'acme' } },
  });
  const telemetry = { event: (event: string, values: object) => void events.push({ event, ...values }) };
  closing = await openPubSub({ config, telemetry } as never, rig.parts.intake as PushIngest);
  await expect.poll(() => events.length).toBe(1);
  expect(events[0]).toMatchObject({ event: 'pubsub-left', outcome: 'fault' });
  expect(server.left.size).toBe(1);
  server.expire();
  await expect.poll(() => server.left.size, { timeout: 15_000 }).toBe(0);
  expect(rig.written.map(({ id }) => id.at(-1))).toEqual(['a']);
}, 20_000);

test('messages that hold too many records together are taken in halves', async () => {
  server.publish(...['a', 'b', 'c', 'd'].map(json));
  const { written } = await start({}, { recordsMax: 2 });
  await expect.poll(() => server.left.size).toBe(0);
  expect(written).toHaveLength(4);
});

test('a message that alone holds too many is set aside, with the reason', async () => {
  server.publish(json('a') + json('b') + json('c'));
  const { letters, written } = await start({}, { recordsMax: 2 });
  await expect.poll(() => server.left.size).toBe(0);
  expect(written).toEqual([]);
  expect(letters.map(({ reason }) => reason)).toEqual(['more than 2 records in one request']);
  // Put back where more are taken, it is opened as it would have been.
  const larger = intakeParts([gcp], 'tdm_unused');
  const caller = { name: 'admin', scope: 'admin', tenant: 'acme' } as const;
  await larger.parts.intake.take([{ bytes: letters[0]!.bytes }], caller, 'http', 'auto');
  expect(larger.written.map(({ id }) => id.at(-1))).toEqual(['a', 'b', 'c']);
});

test('a subscription that refuses is told of by its status, and asked again after a pause', async () => {
  server.faults.push(403);
  const { events } = await start();
  await expect
    .poll(() => events)
    .toContainEqual({
      event: 'pubsub-left',
      queue: 'audit',
      outcome: 'fault',
      messages: 0,
      reason: 'Pub/Sub answers 403',
    });
});

test('an answer larger than its bound is not taken', async () => {
  server.publish('x'.repeat(80 * 1024));
  const { events } = await start({ answerMaxBytes: 64 * 1024 });
  await expect
    .poll(() => events)
    .toContainEqual(expect.objectContaining({ outcome: 'fault', reason: 'the answer is larger than answerMaxBytes' }));
});

test('messages that do not fit into an answer together are asked for in fewer at a time', async () => {
  const wide = (insertId: string) => JSON.stringify({ ...entry, insertId, padding: 'x'.repeat(20 * 1024) });
  server.publish(...['a', 'b', 'c', 'd'].map(wide));
  const { written, events } = await start({ answerMaxBytes: 64 * 1024, messagesMax: 4 });
  // What was handed out in vain comes back.
  await expect.poll(() => events.filter(({ outcome }) => outcome === 'fault')).toHaveLength(1);
  server.expire();
  await expect.poll(() => server.left.size, { timeout: 5_000 }).toBe(0);
  expect(written.map(({ id }) => id.at(-1)).sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('what answers with something else, or leads elsewhere, is told of and not followed', async () => {
  server.publish(json('a'));
  server.junk.push([200, '<html>'], [302, '{}']);
  const { written, events } = await start();
  await expect.poll(() => server.left.size, { timeout: 5_000 }).toBe(0);
  expect(events.slice(0, 2).map(({ reason }) => reason)).toEqual(['SyntaxError', 'Pub/Sub answers 302']);
  expect(written).toHaveLength(1);
});

test.each([[undefined], [{}], [{ receivedMessages: {} }], [{ receivedMessages: [1, {}, { ackId: 'a' }] }]])(
  'an answer without messages holds none: %j',
  (answer) => {
    expect(messagesIn(answer)).toEqual([]);
  },
);
