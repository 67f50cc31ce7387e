/** Deliveries of Amazon Data Firehose over a real socket, the real way in behind it and an array in place of the store. */
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { intakeParts } from '../../test/unit/intake-parts.ts';
import { format as cloudtrail } from '../formats/aws-cloudtrail.ts';
import { firehoseRoutes } from './firehose-routes.ts';
import { type Console, startConsole } from './server.ts';

const TOKEN = 'tdm_a-token-of-this-test';
const ID = 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f';
const NOW = 1_772_360_130_000;
const [act] = samplesOf(cloudtrail);
const json = JSON.stringify;
const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');

const open = new Set<Console>();
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
});

async function start() {
  const { parts, written, letters } = intakeParts([cloudtrail], TOKEN, {
    ingest: { recordMaxBytes: 32 * 1024 },
    now: () => NOW,
  });
  const server = await startConsole(parts, firehoseRoutes(parts));
  open.add(server);
  const deliver = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/v1/firehose`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amz-firehose-protocol-version': '1.0',
        'x-amz-firehose-request-id': ID,
        'x-amz-firehose-access-key': TOKEN,
        ...headers,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() };
  };
  return { deliver, written, letters };
}

const delivery = (...data: readonly (string | Buffer)[]) =>
  json({ requestId: ID, timestamp: NOW, records: data.map((one) => ({ data: base64(one) })) });

test('every record of a delivery is read, and the answer is the one that Firehose demands', async () => {
  const rig = await start();
  const subscription = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: 'trail',
    logStream: 's',
    subscriptionFilters: ['f'],
    logEvents: [{ id: '1', timestamp: NOW, message: json({ ...act, eventID: 'c' }) }],
  };
  const two = json({ ...act, eventID: 'a' }) + json({ ...act, eventID: 'b' });
  const answer = await rig.deliver(delivery(two, gzipSync(json(subscription))));
  expect(answer).toMatchObject({ status: 200, body: { requestId: ID, timestamp: NOW } });
  expect(answer.type).toMatch(/^application\/json/);
  expect(rig.written.map(({ id }) => id.at(-1))).toEqual(['a', 'b', 'c']);
  expect(rig.written.every(({ tenant }) => tenant === 'acme')).toBe(true);
});

test('a delivery may be compressed', async () => {
  const rig = await start();
  expect((await rig.deliver(gzipSync(delivery(json(act))), { 'content-encoding': 'gzip' })).status).toBe(200);
  expect(rig.written).toHaveLength(1);
});

test('what cannot be read is set aside with its reason, and the rest is taken', async () => {
  const rig = await start();
  expect((await rig.deliver(delivery('{"cut":', 'x'.repeat(40 * 1024), json(act)))).status).toBe(200);
  expect(rig.written).toHaveLength(1);
  expect(rig.letters.map(({ reason }) => reason)).toContain('Firehose record: holds no valid JSON');
  expect(rig.letters.some(({ reason }) => reason.includes('longer than ingest.recordMaxBytes'))).toBe(true);
});

test.each([7, {}, { data: 7 }])('a record that is %j does not hold up the others of its delivery', async (odd) => {
  const rig = await start();
  const records = [{ data: base64(json(act)) }, odd];
  expect((await rig.deliver(json({ requestId: ID, timestamp: NOW, records }))).status).toBe(200);
  expect(rig.written).toHaveLength(1);
  expect(rig.letters.map(({ reason }) => reason)).toEqual(['Amazon Data Firehose: not {"data": base64}']);
});

test.each<[number, string, string, Record<string, string>]>([
  [401, 'no token was sent', delivery('{}'), { 'x-amz-firehose-access-key': '' }],
  [401, 'the token is not known', delivery('{}'), { 'x-amz-firehose-access-key': 'tdm_wrong' }],
  [400, 'the body is empty', ' ', {}],
])('is refused with %i in the words of Firehose: %s', async (status, errorMessage, body, headers) => {
  const rig = await start();
  const answer = await rig.deliver(body, headers);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ requestId: ID, timestamp: NOW, errorMessage: expect.stringContaining(errorMessage) });
  expect(rig.written).toEqual([]);
});
