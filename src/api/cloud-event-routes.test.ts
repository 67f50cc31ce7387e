/** Events of Azure Event Grid over a real socket, the real way in behind it and an array in place of the store. */
import { afterEach, expect, test } from 'vitest';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { intakeParts } from '../../test/unit/intake-parts.ts';
import { format as activity } from '../formats/activity.ts';
import { format as azure } from '../formats/azure-activity.ts';
import { cloudEventRoutes } from './cloud-event-routes.ts';
import { type Console, startConsole } from './server.ts';

const TOKEN = 'tdm_a-token-of-this-test';
const NOW = Date.parse('2026-03-02T00:00:00Z');
const [act] = samplesOf(activity) as [Record<string, unknown>];
const json = JSON.stringify;

const open = new Set<Console>();
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
});

async function start() {
  const { parts, written, letters } = intakeParts([azure, activity], TOKEN, { now: () => NOW });
  const server = await startConsole(parts, cloudEventRoutes(parts));
  open.add(server);
  const ask = async (method: string, body?: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/v1/cloudevents`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const deliver = (body: unknown, headers: Record<string, string> = {}) =>
    ask('POST', json(body), {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    });
  return { ask, deliver, written, letters };
}

const cloudEvent = (id: string) => ({
  specversion: '1.0',
  type: 'com.acme.audit',
  source: '/acme/audit',
  id,
  time: '2026-03-01T10:00:00Z',
  datacontenttype: 'application/json',
  data: { ...act, id },
});

const validation = (data: object) => [
  {
    id: '2d1781af-3a4c-4d7c-bd0c-e34b19da4e66',
    topic: '/subscriptions/00000000-0000-0000-0000-000000000001',
    subject: '',
    data,
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    eventTime: '2026-03-01T10:00:00Z',
    metadataVersion: '1',
    dataVersion: '2',
  },
];

test('a sender of CloudEvents is told that it may send, before it has a token', async () => {
  const { ask, written } = await start();
  const { status, headers } = await ask('OPTIONS', undefined, {
    'webhook-request-origin': 'eventgrid.azure.net',
    'webhook-request-rate': '120',
  });
  expect([status, headers.get('webhook-allowed-origin'), headers.get('webhook-allowed-rate')]).toEqual([
    200,
    'eventgrid.azure.net',
    '*',
  ]);
  expect((await ask('OPTIONS')).status).toBe(400);
  expect((await ask('OPTIONS', undefined, { 'webhook-request-origin': 'a b<script>' })).status).toBe(400);
  expect((await ask('POST', json(cloudEvent('x')), { 'content-type': 'application/cloudevents+json' })).status).toBe(
    401,
  );
  expect(written).toEqual([]);
});

test('who asks without a token puts nothing of its own into the answer but a name, and validates nothing', async () => {
  const { ask, written } = await start();
  for (const origin of ['https://example.com/x', 'a,b', 'a;b', 'a\tb', '"a"', '-a', 'a'.repeat(254), '\u00e4.example'])
    expect([origin, (await ask('OPTIONS', undefined, { 'webhook-request-origin': origin })).status]).toEqual([
      origin,
      400,
    ]);
  const { headers } = await ask('OPTIONS', undefined, {
    'webhook-request-origin': 'eventgrid.example',
    'webhook-request-callback': 'http://127.0.0.1:1/never-asked',
    origin: 'https://elsewhere.example',
    'access-control-request-method': 'POST',
  });
  // It is no leave for pages of other sites.
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  const code = json(validation({ validationCode: 'a code' }));
  const unknown = { 'content-type': 'application/json', 'aeg-event-type': 'SubscriptionValidation' };
  for (const more of [{}, { authorization: 'Bearer tdm_not-one-of-ours-at-all' }]) {
    const { status, body } = await ask('POST', code, { ...unknown, ...more });
    expect(status).toBe(401);
    expect(json(body)).not.toContain('a code');
  }
  expect(written).toEqual([]);
});

test('a validation of Event Grid is answered with its code, and is no record', async () => {
  const { deliver, written, letters } = await start();
  const header = { 'aeg-event-type': 'SubscriptionValidation' };
  const { status, body } = await deliver(validation({ validationCode: '512d38b6-c7b8' }), header);
  expect([status, body]).toEqual([200, { validationResponse: '512d38b6-c7b8' }]);
  expect((await deliver(validation({}), header)).status).toBe(400);
  expect((await deliver(validation({ validationCode: 'c'.repeat(257) }), header)).status).toBe(400);
  expect((await deliver('['.repeat(100_000), header)).status).toBe(400);
  expect((await deliver({ data: { validationCode: 1 } }, header)).status).toBe(400);
  expect([written, letters]).toEqual([[], []]);
});

test('CloudEvents alone and in a batch, and events in its own schema, are opened', async () => {
  const { deliver, written, letters } = await start();
  await deliver(cloudEvent('one'), { 'content-type': 'application/cloudevents+json; charset=utf-8' });
  await deliver([cloudEvent('two'), cloudEvent('three')], { 'content-type': 'application/cloudevents-batch+json' });
  const own = { ...validation({ ...act, id: 'four' })[0]!, subject: 's', eventType: 'Acme.Audit' };
  const { status, body } = await deliver([own], { 'aeg-event-type': 'Notification' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ activities: 1 });
  expect(written.map(({ id }) => id)).toEqual(['one', 'two', 'three', 'four']);
  expect(letters).toEqual([]);
});
