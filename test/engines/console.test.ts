import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as dialTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { activitySchema } from '../../schemas/activity.ts';
import {
  alertPageSchema,
  classesSchema,
  deadLettersSchema,
  deliveriesSchema,
  historySchema,
  identityPageSchema,
  learnedSchema,
  problemSchema,
  profileSchema,
  suppressedSchema,
  suppressionSchema,
  suppressionsSchema,
  takenSchema,
  triagedAlertSchema,
} from '../../schemas/api.ts';
import { configSchema } from '../../schemas/config.ts';
import { openStore, openTriage } from '../../src/adapters/clickhouse/open.ts';
import { shelves } from '../../src/commands/settings.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Engine } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { createVerdictFeed } from '../../src/detect/verdict-feed.ts';
import { selfSigned } from '../unit/self-signed.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { story, VICTIM } from './harness/story.ts';
import { install } from './harness/tidemark.ts';

const missing = await embeddedMissing();
const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const RECORDS = story();
/** Shaped like a token of a vendor, and of nobody. */
const CANARY = `ghp_${randomBytes(18).toString('hex')}`;
const DAY_MS = 86_400_000;
const ahead = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** One request with a token. */
async function ask(
  { url }: Pick<Running, 'url'>,
  token: string | undefined,
  path: string,
  { method, body, headers }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as string }),
  });
  return Answer.of(answer);
}

const activityOf = (id: string, more: object = {}) => ({
  id,
  at: '2026-03-01T00:00:00.000Z',
  identity: { id: 'bot', kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  source: { ip: '10.0.0.7' },
  outcome: 'success',
  ...more,
});

describe.skipIf(missing !== undefined)('a house without Kafka', () => {
  let house: House;
  let receiver: Receiver;
  let running: Running;
  let config: object;
  const token: Record<string, string> = {};

  beforeAll(async () => {
    receiver = await startReceiver(SECRET);
    house = build();
    writeFileSync(`${house.directory}/webhook.secret`, SECRET, { mode: 0o600 });
    for (const scope of ['ingest', 'viewer', 'analyst', 'responder', 'admin'] as const)
      token[scope] = house.admit({ name: `the-${scope}`, scope, tenant: 'acme' });
    for (const scope of ['ingest', 'admin'] as const)
      token[`${scope} of another`] = house.admit({ name: `other-${scope}`, scope, tenant: 'other' });
    config = {
      ingest: { tenant: 'acme' },
      sinks: { soc: { type: 'webhook', url: receiver.url, secretFile: `${house.directory}/webhook.secret` } },
      delivery: { allowPrivateTargets: true, pollMs: 50 },
      http: { bodyMaxBytes: 4 * 1024 * 1024, requestTimeoutMs: 1_000 },
      syslog: { serve: true, port: 0, messageMaxBytes: 20_000 },
    };
    running = await house.start(config);
  });
  afterAll(async () => {
    await running?.stop();
    await receiver?.close();
    house?.remove();
  });

  const get = (path: string, by = 'viewer') => ask(running, token[by], path);
  const post = (path: string, body: unknown, by = 'analyst', headers?: Record<string, string>) =>
    ask(running, token[by], path, { body, ...(headers && { headers }) });
  const send = (body: unknown, headers?: Record<string, string>) => post('/v1/activities', body, 'ingest', headers);
  const alertOfVictim = async () => {
    const { alerts } = (await get(`/v1/alerts?identity=${encodeURIComponent(VICTIM)}`)).as(alertPageSchema);
    return alerts[0]!;
  };

  test('CloudTrail sent as gzip is stored when the answer comes, judged, and told to a verified webhook', async () => {
    for (let from = 0; from < RECORDS.length; from += 1_000) {
      const part = RECORDS.slice(from, from + 1_000);
      const { status, json } = await send(gzipSync(part.join('\n')), { 'content-encoding': 'gzip' });
      expect(status).toBe(200);
      expect(json).toEqual({ records: part.length, read: part.length, activities: part.length, skipped: {}, dead: {} });
    }
    const { identities } = (await get('/v1/identities')).as(identityPageSchema);
    expect(identities.map(({ id }) => id)).toContain(VICTIM);
    const sum = identities.reduce((all, { activities }) => all + activities, 0);
    expect(sum).toBe(RECORDS.length);
    const alert = await alertOfVictim();
    expect(alert).toMatchObject({ tenant: 'acme', triage: { status: 'new', actions: 0 } });
    await until('the webhook has it', () => receiver.bodies.size > 0);
    expect(receiver.unverified).toEqual([]);
  });

  test('the same records sent again, and again after a restart, change nothing', async () => {
    const before = await get('/v1/alerts?limit=500');
    expect((await send(RECORDS.slice(-800).join('\n'))).status).toBe(200);
    await running.stop();
    running = await house.start(config);
    expect((await send(RECORDS.slice(-800).join('\n'))).status).toBe(200);
    const { identities } = (await get('/v1/identities')).as(identityPageSchema);
    const sum = identities.reduce((all, { activities }) => all + activities, 0);
    expect(sum).toBe(RECORDS.length);
    expect((await get('/v1/alerts?limit=500')).json).toEqual(before.json);
  });

  test('an identity has its habits, another tenant has neither it nor the alert', async () => {
    const path = `/v1/identities/${encodeURIComponent(VICTIM)}`;
    const profile = (await get(path)).as(profileSchema);
    expect(profile).toMatchObject({ identity: VICTIM, tenant: 'acme' });
    expect(profile.habits.length).toBeGreaterThan(0);
    expect((await get(path, 'admin of another')).status).toBe(404);
    const { learned } = (await get(`${path}/learned`)).as(learnedSchema);
    expect(learned.length).toBeGreaterThan(10);
    expect(learned[0]?.activity?.at.slice(0, 10)).toBe(learned[0]?.firstOn);
    expect((await get(`${path}/learned?since=2099-01-01T00:00:00Z`)).json).toEqual({ learned: [] });
    expect((await get(`${path}/learned?since=yesterday`)).status).toBe(400);
    expect((await get(`${path}/learned`, 'admin of another')).status).toBe(404);
    const { classes } = (await get('/v1/classes')).as(classesSchema);
    expect(classes.length).toBeGreaterThan(0);
    for (const { expected, observed } of classes) expect(Math.min(expected, observed)).toBeGreaterThanOrEqual(0);
    expect((await get('/v1/classes', 'admin of another')).json).toEqual({ classes: [] });
    const { id } = await alertOfVictim();
    for (const place of [`/v1/alerts/${id}`, `/v1/alerts/${id}/history`])
      expect((await get(place, 'admin of another')).status).toBe(404);
    for (const [place, body] of [
      [`/v1/alerts/${id}/acknowledge`, {}],
      [`/v1/alerts/${id}/comments`, { comment: 'hello' }],
      [`/v1/alerts/${id}/verdict`, { verdict: 'true', because: 'no' }],
    ] as const)
      expect((await post(place, body, 'admin of another')).status).toBe(404);
    expect((await get('/v1/alerts', 'admin of another')).json).toEqual({ alerts: [] });
    expect((await get('/v1/deliveries', 'admin of another')).json).toEqual({ deliveries: [] });
    expect((await get(`/v1/alerts/${id}/history`)).as(historySchema).actions).toEqual([]);
  });

  test('a record that names another tenant than the token is a dead letter, and nobody sees it there', async () => {
    const { status, json } = await send([activityOf('strange-1', { tenant: 'other' }), activityOf('own-1')]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ records: 2, activities: 1, dead: { 'tenant: not the one of the token': 1 } });
    expect((await get('/v1/identities', 'admin of another')).json).toEqual({ identities: [] });
    const letters = (await get('/v1/dead-letters', 'analyst')).as(deadLettersSchema).deadLetters;
    expect(letters[0]).toMatchObject({ from: 'http/acme/the-ingest', reason: 'tenant: not the one of the token' });
    expect((await get('/v1/dead-letters', 'admin of another')).json).toEqual({ deadLetters: [] });
  });

  test('a tenant whose name begins another does not see or take its dead letters', async () => {
    const below = house.admit({ name: 'below', scope: 'admin', tenant: 'acme/eu' });
    const beside = house.admit({ name: 'beside', scope: 'admin', tenant: 'acm' });
    await until('they are let in', async () => (await ask(running, beside, '/v1/alerts')).status === 200);
    expect((await ask(running, below, '/v1/activities', { body: 'junk of acme/eu' })).status).toBe(200);
    const letters = async (by: string | undefined) =>
      (await ask(running, by, '/v1/dead-letters?limit=500')).as(deadLettersSchema).deadLetters;
    const [own] = await letters(below);
    expect(own).toMatchObject({ from: 'http/acme/eu/below' });
    for (const other of [token.admin, beside, token['admin of another']]) {
      expect((await letters(other)).map(({ id }) => id)).not.toContain(own!.id);
      const replayed = await ask(running, other, '/v1/dead-letters/replay', { body: { ids: [own!.id] } });
      expect(replayed.json).toEqual({ replayed: 0, left: 1 });
    }
    expect((await letters(below)).map(({ id }) => id)).toContain(own!.id);
  });

  test('the store is open to its user alone', () => {
    expect(statSync(`${house.directory}/store`).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['nothing', '', 400],
    ['blank lines', '\n \n', 400],
    ['no JSON', 'once upon a time', 200],
    ['bytes', randomBytes(2_000), 200],
    ['a number', '7', 200],
    ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 200],
    ['an array of nothing', '[]', 200],
    ['half an object', '{"eventVersion": "1.08", "userId', 200],
    ['an object of traps', '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {}}}', 200],
  ])('junk in place of records is counted or refused, never an error of ours: %s', async (_, body, status) => {
    const answer = await send(body);
    expect(answer.status).toBe(status);
    if (status === 200) {
      const { records, read, skipped, dead } = answer.as(takenSchema);
      const count = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect(read + count(skipped) + count(dead)).toBe(records);
      expect(read).toBe(0);
    } else expect(answer.json).toMatchObject({ status, remedy: expect.stringMatching(/./) });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('gzip that is cut off, is a bomb, or is no gzip is refused, and so is what is too large', async () => {
    const zip = gzipSync(RECORDS.slice(0, 50).join('\n'));
    const gzip = { 'content-encoding': 'gzip' };
    expect((await send(zip.subarray(0, zip.length / 2), gzip)).status).toBe(400);
    expect((await send('plain', gzip)).status).toBe(400);
    expect((await send(gzipSync(Buffer.alloc(200 * 1024 * 1024)), gzip)).status).toBe(413);
    expect((await send(zip, { 'content-encoding': 'br' })).status).toBe(415);
    expect((await send(Buffer.alloc(5 * 1024 * 1024, 'x'))).status).toBe(413);
    expect((await send('{}\n'.repeat(20_001))).status).toBe(413);
    const refused = await send('x', { 'content-encoding': 'zstd' });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect((await send([activityOf('after-the-bomb')])).as(takenSchema).activities).toBe(1);
  });

  test('without the right token nothing is told and nothing is done', async () => {
    const { id } = await alertOfVictim();
    expect((await ask(running, undefined, '/v1/alerts')).status).toBe(401);
    for (const wrong of ['x', `${token.admin}x`, token.admin!.slice(0, -1), 'tdm_', 'a'.repeat(5_000)])
      expect((await ask(running, wrong, '/v1/alerts')).status).toBe(401);
    expect(
      (await ask(running, undefined, '/v1/alerts', { headers: { authorization: `Basic ${token.admin}` } })).status,
    ).toBe(401);
    expect((await get('/v1/alerts', 'ingest')).status).toBe(403);
    expect((await post('/v1/activities', [activityOf('x')], 'analyst')).status).toBe(403);
    expect((await post(`/v1/alerts/${id}/acknowledge`, {}, 'viewer')).status).toBe(403);
    expect((await post('/v1/deliveries/replay', { ids: ['x'] }, 'analyst')).status).toBe(403);
    expect((await post('/v1/dead-letters/replay', { ids: ['x'] }, 'responder')).status).toBe(403);
    expect((await get(`/v1/alerts/${id}`)).as(triagedAlertSchema).triage.actions).toBe(0);
  });

  test('a token that is taken out of the file is refused from then on', async () => {
    const spare = house.admit({ name: 'spare', scope: 'viewer', tenant: 'acme' });
    await until('it is let in', async () => (await ask(running, spare, '/v1/alerts')).status === 200);
    const kept = readFileSync(house.tokensFile, 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('spare:'));
    writeFileSync(house.tokensFile, kept.join('\n'));
    await until('it is refused', async () => (await ask(running, spare, '/v1/alerts')).status === 401);
    expect((await get('/v1/alerts')).status).toBe(200);
  });

  test('HEC: events and raw lines are taken, acknowledged once durable, and nobody else has their acknowledgement', async () => {
    const channel = randomUUID();
    const hec = (path: string, body: unknown, by = 'ingest', headers = {}) =>
      ask(running, undefined, path, { body, headers: { authorization: `Splunk ${token[by]}`, ...headers } });
    const events = [
      { time: 1, host: 'h', event: activityOf('hec-1') },
      {
        sourcetype: 'x',
        event: JSON.stringify(activityOf('hec-2', { identity: { id: 'hec"}{', kind: 'bot', provider: 'acme' } })),
      },
    ];
    const chained = events.map((event) => JSON.stringify(event)).join('');
    const header = { 'x-splunk-request-channel': channel };
    expect((await hec('/services/collector/event', chained, 'ingest', header)).json).toEqual({
      text: 'Success',
      code: 0,
      ackId: 0,
    });
    const raw = await hec(`/services/collector/raw?channel=${channel}`, `${JSON.stringify(activityOf('hec-3'))}\n`);
    expect(raw.json).toEqual({ text: 'Success', code: 0, ackId: 1 });
    expect((await hec('/services/collector', chained)).json).toEqual({ text: 'Success', code: 0 });
    const acks = { acks: [0, 1, 2] };
    expect((await hec('/services/collector/ack', acks, 'ingest', header)).json).toEqual({
      acks: { 0: true, 1: true, 2: false },
    });
    expect((await hec('/services/collector/ack', acks, 'ingest of another', header)).json).toMatchObject({
      acks: { 0: false },
    });
    expect((await hec('/services/collector/ack', acks)).status).toBe(400);
    expect((await get('/v1/identities?limit=500')).as(identityPageSchema).identities.map(({ id }) => id)).toContain(
      'hec"}{',
    );
    for (const junk of ['', '{"event":', '[1]', '{"a":1}', '{"event":""}', '}{', '"event"'])
      expect(await hec('/services/collector/event', junk)).toMatchObject({ status: 400, json: { code: 6 } });
    expect(await ask(running, 'wrong', '/services/collector/event', { body: chained })).toMatchObject({
      status: 401,
      json: { code: 3 },
    });
    expect((await ask(running, undefined, '/services/collector/health')).json).toMatchObject({ code: 17 });
  });

  test('a client that dawdles over head or body is cut off', async () => {
    const { port } = new URL(running.url);
    for (const beginning of [
      'POST /v1/activities HTTP/1.1\r\nhost: x\r\n',
      `POST /v1/activities HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token.ingest}\r\ncontent-length: 1000\r\n\r\n{"id"`,
    ]) {
      const socket = dial(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.write(beginning);
      await once(socket, 'close');
      expect(socket.destroyed).toBe(true);
    }
    expect((await send([activityOf('after-the-slow')])).as(takenSchema).activities).toBe(1);
  });

  test('an incident that nobody has is not found, and cannot be judged', async () => {
    expect((await get('/v1/incidents/feedfeedfeed0001')).status).toBe(404);
    const judged = await post('/v1/incidents/feedfeedfeed0001/verdict', { verdict: 'true', because: 'no' });
    expect(judged.json).toMatchObject({ status: 404, remedy: expect.stringContaining('stands alone') });
    expect((await get('/v1/alerts?incident=feedfeedfeed0001')).json).toEqual({ alerts: [] });
  });

  test('a verdict needs its reasons and bounds, is kept in the history, and moves the alert', async () => {
    const { id, evidence } = await alertOfVictim();
    const verdict = (body: object) => post(`/v1/alerts/${id}/verdict`, body);
    const benign = { verdict: 'benign', scope: 'all-evidence', until: ahead(30), because: 'planned work' };
    for (const wrong of [
      {},
      { verdict: 'maybe', because: 'x' },
      { ...benign, until: undefined },
      { ...benign, scope: undefined },
      { ...benign, scope: [] },
      { ...benign, because: ' ' },
      { ...benign, tenant: 'other' },
      { ...benign, until: 'tomorrow' },
    ])
      expect((await verdict(wrong)).status).toBe(400);
    for (const wrong of [
      { ...benign, until: ahead(91) },
      { ...benign, until: ahead(-1) },
      { ...benign, scope: ['no.such'] },
    ]) {
      const refused = await verdict(wrong);
      expect(refused.status).toBe(422);
      expect(refused.as(problemSchema).remedy).toMatch(/./);
    }
    expect((await get(`/v1/alerts/${id}`)).as(triagedAlertSchema).triage.actions).toBe(0);

    expect((await post(`/v1/alerts/${id.slice(0, 12)}/acknowledge`, {})).as(triagedAlertSchema).triage).toEqual({
      status: 'acknowledged',
      actions: 1,
    });
    expect((await post(`/v1/alerts/${id}/comments`, { comment: 'asked the owner' })).status).toBe(201);
    expect((await verdict({ ...benign, scope: [evidence[0]!.field] })).as(triagedAlertSchema).triage).toMatchObject({
      status: 'resolved',
      verdict: 'benign',
    });
    expect(
      (await verdict({ verdict: 'true', because: 'the owner knows nothing of it' })).as(triagedAlertSchema).triage,
    ).toMatchObject({
      status: 'acknowledged',
      verdict: 'true',
    });
    const { versions, actions } = (await get(`/v1/alerts/${id}/history`)).as(historySchema);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => versions[0]!.version + index));
    expect(actions.map(({ action, actor }) => [action, actor])).toEqual(
      ['acknowledge', 'comment', 'benign', 'true'].map((action) => [action, 'the-analyst']),
    );
    expect((await get('/v1/alerts?status=acknowledged')).as(alertPageSchema).alerts.map(({ id }) => id)).toContain(id);
    expect((await get('/v1/alerts?status=resolved')).as(alertPageSchema).alerts).toEqual([]);
  });

  test('a suppression that would have hidden a confirmed alert is refused with the list; a harmless one works until lifted', async () => {
    const confirmed = await alertOfVictim();
    const wish = { owner: 'ada', until: ahead(30), because: 'noisy', match: { identity: VICTIM } };
    const refused = await post('/v1/suppressions', wish);
    expect(refused.status).toBe(422);
    expect(refused.as(suppressedSchema).wouldHide).toContainEqual(
      expect.objectContaining({ id: confirmed.id, confirmed: true }),
    );
    const { field, seen } = confirmed.evidence[0]!;
    expect((await post('/v1/suppressions', { ...wish, match: { evidence: { field, seen } } })).status).toBe(422);
    expect((await post('/v1/suppressions', { ...wish, match: { kinds: ['scope-drift'] } })).status).toBe(400);
    expect((await post('/v1/suppressions', { ...wish, owner: '' })).status).toBe(400);
    const harmless = { ...wish, match: { identity: 'bot' } };
    expect((await post('/v1/suppressions', { ...harmless, until: ahead(120) })).status).toBe(422);
    expect(await post('/v1/suppressions', { ...harmless, dryRun: true })).toMatchObject({
      status: 200,
      json: { wouldHide: [] },
    });
    expect((await get('/v1/suppressions')).json).toEqual({ suppressions: [] });
    const made = await post('/v1/suppressions', harmless);
    expect(made).toMatchObject({
      status: 201,
      json: { suppression: { owner: 'ada', actor: 'the-analyst', lifted: false } },
    });
    const { id } = made.as(suppressedSchema).suppression!;
    expect((await get('/v1/suppressions', 'admin of another')).json).toEqual({ suppressions: [] });
    expect((await ask(running, token['admin of another'], `/v1/suppressions/${id}`, { method: 'DELETE' })).status).toBe(
      404,
    );
    expect(
      (await ask(running, token.analyst, `/v1/suppressions/${id}`, { method: 'DELETE' })).as(suppressionSchema).lifted,
    ).toBe(true);
    expect((await get('/v1/suppressions')).as(suppressionsSchema).suppressions).toMatchObject([{ id, lifted: true }]);
  });

  test('a settled delivery is sent once more under its id with its body; that of another tenant is not', async () => {
    await until(
      'all are settled',
      async () => (await get('/v1/deliveries?status=pending')).as(deliveriesSchema).deliveries.length === 0,
    );
    const delivery = (await get('/v1/deliveries?status=delivered')).as(deliveriesSchema).deliveries[0]!;
    const before = receiver.requests.filter(({ id }) => id === delivery.id).length;
    expect((await post('/v1/deliveries/replay', { ids: [delivery.id] }, 'admin of another')).json).toEqual({
      replayed: 0,
      left: 1,
    });
    expect((await post('/v1/deliveries/replay', { ids: [delivery.id] }, 'responder')).json).toEqual({
      replayed: 1,
      left: 0,
    });
    await until('it came again', () => receiver.requests.filter(({ id }) => id === delivery.id).length > before);
    expect(receiver.bodies.get(delivery.id)?.size).toBe(1);
    await until(
      'it is settled',
      async () => (await get('/v1/deliveries?status=pending')).as(deliveriesSchema).deliveries.length === 0,
    );
    expect(
      (await get(`/v1/deliveries?alert=${delivery.alertId}`))
        .as(deliveriesSchema)
        .deliveries.find(({ id }) => id === delivery.id),
    ).toMatchObject({
      status: 'delivered',
      attempts: delivery.attempts + 1,
    });
  });

  test('dead letters are read again once the cause is mended', async () => {
    await running.stop();
    running = await house.start({ ...config, ingest: { tenant: 'acme', futureSkewMs: 0 } });
    const ahead = activityOf('early', { at: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await send([ahead])).as(takenSchema).dead).toEqual({
      'at: further in the future than ingest.futureSkewMs': 1,
    });
    const early = '/v1/dead-letters?reason=at';
    const { id } = (await get(early, 'analyst')).as(deadLettersSchema).deadLetters[0]!;
    expect((await post('/v1/dead-letters/replay', { ids: [id] }, 'admin of another')).json).toEqual({
      replayed: 0,
      left: 1,
    });
    expect((await post('/v1/dead-letters/replay', { ids: [id] }, 'admin')).json).toEqual({ replayed: 0, left: 1 });
    await running.stop();
    running = await house.start({ ...config, ingest: { tenant: 'acme', futureSkewMs: DAY_MS } });
    const again = (await get(early, 'analyst')).as(deadLettersSchema).deadLetters;
    expect(again).toHaveLength(1);
    expect((await post('/v1/dead-letters/replay', { ids: [again[0]!.id] }, 'admin')).json).toEqual({
      replayed: 1,
      left: 0,
    });
    expect((await get(early, 'analyst')).as(deadLettersSchema).deadLetters).toEqual([]);
  });

  test('every route is described, and every answer tells the browser to be careful', async () => {
    const described = await ask(running, undefined, '/openapi.json');
    const { openapi, paths } = described.as(
      z.object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    );
    expect(openapi).toBe('3.1.0');
    for (const path of ['/v1/activities', '/v1/alerts/{id}/verdict', '/v1/suppressions', '/services/collector/ack'])
      expect(paths).toHaveProperty([path]);
    const operations = Object.values(paths).flatMap((path) => Object.entries(path));
    expect(operations.length).toBeGreaterThan(20);
    expect(described.text).not.toContain('$ref');
    for (const { headers } of [
      await get('/v1/alerts'),
      await get('/nowhere'),
      await ask(running, undefined, '/v1/alerts'),
      await send('\n'),
    ]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a query or a cursor nobody gave is refused in words', async () => {
    for (const query of ['limit=0', 'limit=501', 'status=odd', 'tenant=other', 'since=yesterday', 'limit=1&limit=2'])
      expect((await get(`/v1/alerts?${query}`)).status).toBe(400);
    for (const cursor of ['x', 'e30', Buffer.from('["x","y"]').toString('base64url')])
      expect((await get(`/v1/alerts?cursor=${cursor}`)).status).toBe(422);
    const seen: string[] = [];
    let page = await get('/v1/alerts?limit=1');
    for (;;) {
      const { alerts, next } = page.as(alertPageSchema);
      seen.push(...alerts.map(({ id }) => id));
      if (next === undefined) break;
      page = await get(`/v1/alerts?limit=1&cursor=${next}`);
    }
    expect(seen).toEqual((await get('/v1/alerts?limit=500')).as(alertPageSchema).alerts.map(({ id }) => id));
  });

  describe('syslog', () => {
    const line = (msg: string, by: string | undefined) =>
      `<134>1 2026-03-01T00:00:00Z host app 7 - ${by === undefined ? '-' : `[meta@1 a="\\]"][tidemark@1 token="${by}"]`} ${msg}`;
    const counted = (text: string) => `${Buffer.byteLength(text)} ${text}`;
    const identities = async () =>
      (await get('/v1/identities?limit=500')).as(identityPageSchema).identities.map(({ id }) => id);
    const named = (id: string) =>
      JSON.stringify(activityOf(randomUUID(), { identity: { id, kind: 'bot', provider: 'acme' } }));
    const speak = async (...parts: (string | Buffer)[]) => {
      const [host, port] = running.syslog!.split(':');
      const socket = dial(Number(port), host);
      socket.on('error', () => {});
      socket.resume();
      for (const part of parts) socket.write(part);
      return socket;
    };

    test('messages framed by length and by newline are taken, and a token once named counts for the connection', async () => {
      const first = line(named('by-length'), token.ingest);
      const socket = await speak(
        counted(first).slice(0, 30),
        counted(first).slice(30),
        counted(line(named('by-length-2'), undefined)),
      );
      const other = await speak(
        `${line(named('by-newline'), token.ingest)}\n${line(`\uFEFF${named('with-bom')}`, undefined)}\r\n`,
      );
      await until('all are stored', async () => {
        const known = await identities();
        return ['by-length', 'by-length-2', 'by-newline', 'with-bom'].every((id) => known.includes(id));
      });
      socket.destroy();
      other.destroy();
    });

    test.each([
      ['no token', () => `${line(named('nobody'), undefined)}\n`],
      ['a wrong token', () => `${line(named('nobody'), 'wrong')}\n`],
      ['a token that may not send', () => `${line(named('nobody'), token.viewer)}\n`],
      ['no syslog', () => 'GET / HTTP/1.1\r\n\r\n'],
      ['a message without end', () => 'x'.repeat(30_000)],
      ['a length without measure', () => '99999999 <134>1 '],
      ['a length of another kind', () => '12a <134>1 '],
    ])('the connection ends on %s, and nothing is stored', async (_, text) => {
      const socket = await speak(text());
      await once(socket, 'close');
      expect(await identities()).not.toContain('nobody');
    });

    test('junk in a message is a dead letter, and the connection goes on', async () => {
      const socket = await speak(
        counted(line('once upon a time', token.ingest)),
        counted(line(named('after-junk'), undefined)),
      );
      await until('the next is stored', async () => (await identities()).includes('after-junk'));
      await until('the junk is set aside', async () =>
        (await get('/v1/dead-letters?limit=500', 'analyst'))
          .as(deadLettersSchema)
          .deadLetters.some(({ from }) => from === 'syslog/acme/the-ingest'),
      );
      socket.destroy();
    });
  });

  test('a verdict and a delivery asked for on the command line are there when the process runs again', async () => {
    const { id } = await alertOfVictim();
    const { deliveries } = (await get('/v1/deliveries?status=delivered&sink=soc')).as(deliveriesSchema);
    const delivery = deliveries[0]!.id;
    await running.stop();
    const shell = await install({ store: { path: `${house.directory}/store` }, ingest: { tenant: 'acme' } });
    const tidemark = async (...args: string[]) => {
      const process = shell.start(...args);
      return { code: await process.ended, output: process.output() };
    };
    const because = ['--because', 'seen in a paste'];
    expect((await tidemark('verdict', id, '--benign', ...because)).code).toBe(2);
    expect((await tidemark('verdict', 'f'.repeat(32), '--true', ...because)).output).toContain(
      'there is no such alert',
    );
    expect((await tidemark('unlearn', VICTIM, '--alert', id, '--from', '2026-03-01T00:00:00Z', ...because)).code).toBe(
      2,
    );
    expect((await tidemark('unlearn', 'nobody', '--alert', id, ...because)).output).toContain('nothing is known');
    const unlearned = await tidemark('unlearn', VICTIM, '--alert', id, '--condemn', ...because);
    expect(unlearned).toMatchObject({ code: 0, output: expect.stringContaining('condemn') });
    const given = await tidemark('verdict', id.slice(0, 10), '--true', ...because);
    expect(given).toMatchObject({ code: 0, output: expect.stringContaining('true') });
    expect((await tidemark('deliveries', 'list', '--sink', 'soc')).output).toContain(delivery);
    expect(await tidemark('deliveries', 'replay', delivery)).toMatchObject({ code: 0 });
    await shell.remove();
    const before = receiver.requests.filter((request) => request.id === delivery).length;
    running = await house.start(config);
    await until('it came again', () => receiver.requests.filter((request) => request.id === delivery).length > before);
    expect((await get(`/v1/alerts/${id}/history`)).as(historySchema).actions.at(-1)).toMatchObject({
      action: 'true',
      actor: 'cli',
    });
  });

  test('no secret planted in a request comes back in an answer or stands in the log', async () => {
    const answers = [
      await send(CANARY),
      await send([
        activityOf(CANARY, { source: { ip: '10.0.0.1', userAgent: `x ${CANARY}` }, resource: { id: `a/${CANARY}` } }),
      ]),
      await send({ eventVersion: CANARY, userIdentity: CANARY }),
      await send([activityOf('c1')], { 'content-encoding': CANARY }),
      await get(`/v1/alerts?status=${CANARY}`),
      await get(`/v1/alerts/${CANARY}`),
      await get(`/${CANARY}`),
      await ask(running, CANARY, '/v1/alerts'),
      await post('/services/collector/event', `{"event": {"password": "${CANARY}"}}`, 'ingest'),
      await post('/services/collector/event', CANARY, 'ingest'),
      await post(`/v1/alerts/${CANARY}/verdict`, { verdict: CANARY, because: CANARY }),
      await post('/v1/suppressions', { owner: 'x', until: CANARY, because: 'x', match: {} }),
      await get('/v1/dead-letters', 'analyst'),
      await get('/v1/identities?limit=500'),
      await get('/v1/identities/bot'),
    ];
    for (const { text } of answers) expect(text).not.toContain(CANARY);
    expect(running.log()).not.toContain(CANARY);
    for (const one of Object.values(token)) expect(running.log()).not.toContain(one);
    expect(running.log()).not.toContain(SECRET);
  });
});

describe.skipIf(missing !== undefined)('what people decide', () => {
  afterEach(stopEverything);

  test('an alert somebody asked not to be told of is stored, shown as suppressed, and sent nowhere', async () => {
    const receiver = await startReceiver(SECRET);
    const house = build();
    writeFileSync(`${house.directory}/webhook.secret`, SECRET, { mode: 0o600 });
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const running = await house.start({
      ingest: { tenant: 'acme', futureSkewMs: DAY_MS },
      sinks: { soc: { type: 'webhook', url: receiver.url, secretFile: `${house.directory}/webhook.secret` } },
      delivery: { allowPrivateTargets: true, pollMs: 50 },
    });
    // The story as if the theft came a little after now: a suppression counts from when it was made.
    const records = RECORDS.map((record) => JSON.parse(record));
    const cut = records.findIndex(({ sourceIPAddress }) => sourceIPAddress === '203.0.113.66');
    const shiftMs = Date.now() + 1_800_000 - Date.parse(records[cut].eventTime);
    for (const record of records) record.eventTime = new Date(Date.parse(record.eventTime) + shiftMs).toISOString();
    const send = (part: unknown[]) => ask(running, token, '/v1/activities', { body: part });
    expect((await send(records.slice(0, cut))).status).toBe(200);
    const match = { identity: VICTIM, invariants: true, maxSeverity: 'critical' };
    const until30 = { owner: 'ada', until: ahead(30), because: 'exercise', match };
    expect((await ask(running, token, '/v1/suppressions', { body: until30 })).status).toBe(201);
    // The next turn looks into the store when the last look is two seconds old.
    await pause(2_100);
    expect((await send(records.slice(cut))).status).toBe(200);
    const answer = await ask(running, token, `/v1/alerts?identity=${encodeURIComponent(VICTIM)}`);
    const [hidden] = answer.as(alertPageSchema).alerts;
    expect(hidden?.triage.status).toBe('suppressed');
    expect((await ask(running, token, '/v1/alerts?status=suppressed')).as(alertPageSchema).alerts[0]?.id).toBe(
      hidden?.id,
    );
    expect((await ask(running, token, `/v1/deliveries?alert=${hidden?.id}`)).as(deliveriesSchema).deliveries).toEqual(
      [],
    );
    await running.stop();
    await receiver.close();
    house.remove();
  });

  test('what a benign verdict approves is a habit of the identity after the next turn, until an administrator has it unlearned', async () => {
    const house = build();
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const responder = house.admit({ name: 'bob', scope: 'responder', tenant: 'acme' });
    const stranger = house.admit({ name: 'eve', scope: 'admin', tenant: 'other' });
    const running = await house.start({ ingest: { tenant: 'acme' }, detect: { snapshotEveryMs: 1_000 } });
    const send = (part: readonly string[]) => ask(running, token, '/v1/activities', { body: part.join('\n') });
    expect((await send(RECORDS.slice(0, -6))).status).toBe(200);
    const victim = encodeURIComponent(VICTIM);
    const alert = (await ask(running, token, `/v1/alerts?identity=${victim}`)).as(alertPageSchema).alerts[0]!;
    const trusted = async () => {
      const answer = await ask(running, token, `/v1/identities/${victim}`);
      const habits = answer.status === 200 ? answer.as(profileSchema).habits : [];
      return habits.flatMap(({ values }) =>
        values.filter(({ state }) => state === 'trusted').map(({ value }) => value),
      );
    };
    // A snapshot is due when the last one is a second old.
    await pause(1_100);
    expect((await send(RECORDS.slice(-6, -3))).status).toBe(200);
    await until('a snapshot is there', async () => (await trusted()).length > 0);
    expect(await trusted()).not.toContain('curl');
    const body = { verdict: 'benign', scope: 'all-evidence', until: ahead(30), because: 'a drill' };
    expect(
      (await ask(running, token, `/v1/alerts/${alert.id}/verdict`, { body })).as(triagedAlertSchema).triage.verdict,
    ).toBe('benign');
    await pause(2_100);
    expect((await send(RECORDS.slice(-3, -1))).status).toBe(200);
    await until('a snapshot shows it', async () => (await trusted()).includes('curl'));

    const wish = { alertId: alert.id.slice(0, 12), because: 'it was no drill' };
    const unlearn = (body: object, who = token) => ask(running, who, `/v1/identities/${victim}/unlearn`, { body });
    expect((await unlearn(wish, responder)).status).toBe(403);
    expect((await unlearn(wish, stranger)).status).toBe(404);
    expect((await unlearn({ to: '2026-03-02T00:00:00Z', because: 'no beginning' })).status).toBe(400);
    const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z', because: 'backwards' };
    expect((await unlearn(range)).status).toBe(422);
    expect((await unlearn({ ...wish, alertId: 'f'.repeat(32) })).status).toBe(404);
    const { status, json } = await unlearn(wish);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      action: 'unlearn',
      alertId: alert.id,
      identity: VICTIM,
      actor: 'ada',
      scope: ['forget'],
    });
    expect((await ask(running, token, `/v1/identities/${victim}/unlearn`)).json).toEqual({ actions: [json] });
    await pause(2_100);
    expect((await send(RECORDS.slice(-1))).status).toBe(200);
    await until('a snapshot has it no more', async () => !(await trusted()).includes('curl'));
    expect((await trusted()).length).toBeGreaterThan(0);
    await running.stop();
    house.remove();
  });

  test('verdicts reach the engine that knows the identity, once and in order, and an engine opened anew has them all', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidemark-feed-'));
    const settings = configSchema.parse({ store: { path: directory } });
    const store = await openStore(settings.store);
    const { triage } = openTriage(store);
    const { detectors } = await shelves();
    const given: string[] = [];
    /** A real engine that says which verdicts it is given. */
    const open = (name: string, identity: string): Engine => {
      const real = createEngine({ detectors, settings, population: createPopulation() });
      const activity = activitySchema.parse(
        activityOf(randomUUID(), { tenant: 'acme', identity: { id: identity, kind: 'bot', provider: 'acme' } }),
      );
      real.process([{ activity, offset: 0 }]);
      return {
        process: (batch) => real.process(batch),
        updateInventory: (told) => real.updateInventory(told),
        changed: () => real.changed(),
        restore: (row) => real.restore(row),
        held: () => ({ identities: 1, dropped: 0, repeated: 0 }),
        size: () => real.size(),
        profile: (tenant, id) => real.profile(tenant, id),
        learningRecord: (tenant, id) => real.learningRecord(tenant, id),
        verdict: (verdict) => {
          if (verdict.identity === identity) given.push(`${name}: ${verdict.verdict} ${verdict.alertId}`);
          return real.verdict(verdict);
        },
        unlearn: (unlearning) => {
          const taken = real.unlearn(unlearning);
          if (taken) given.push(`${name}: ${unlearning.how} ${unlearning.from} ${unlearning.to}`);
          return taken;
        },
      };
    };
    let now = Date.now();
    const feed = createVerdictFeed({
      store: triage,
      clock: { now: () => now },
      onFault: (error) => expect.unreachable(String(error)),
    });
    const record = (
      alertId: string,
      identity: string,
      action: 'benign' | 'true' | 'comment' | 'unlearn',
      atMs: number,
    ) =>
      triage.record({
        id: randomUUID(),
        tenant: 'acme',
        alertId,
        identity,
        action,
        actor: 'ada',
        at: new Date(atMs).toISOString(),
        countsFrom: '2026-03-01T00:00:00.000Z',
        because: 'x',
        scope: action === 'unlearn' ? ['condemn'] : [],
        ...(action === 'benign' && { until: ahead(1) }),
        ...(action === 'unlearn' && { until: '2026-03-02T00:00:00.000Z' }),
      });
    const [one, two] = [open('one', 'bot-1'), open('two', 'bot-2')];
    await record('second', 'bot-1', 'true', now - 1_000);
    await record('first', 'bot-1', 'benign', now - 2_000);
    await record('noted', 'bot-1', 'comment', now - 500);
    await record('foreign', 'bot-9', 'true', now);
    const turn = async (...engines: Engine[]) => {
      now += 5_000;
      await feed.refresh();
      for (const engine of engines) feed.instruct(engine);
    };
    await turn(one, two);
    await turn(one, two);
    expect(given).toEqual(['one: benign first', 'one: true second']);
    await record('third', 'bot-2', 'true', now);
    await turn(one, two);
    expect(given.slice(2)).toEqual(['two: true third']);
    await turn(open('again', 'bot-1'));
    expect(given.slice(3)).toEqual(['again: benign first', 'again: true second']);
    await record('', 'bot-2', 'unlearn', now);
    await turn(one, two);
    await turn(one, two);
    expect(given.slice(5)).toEqual(['two: condemn 2026-03-01T00:00:00.000Z 2026-03-02T00:00:00.000Z']);
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });
});

describe.skipIf(missing !== undefined)('bounds of a token, and TLS', () => {
  afterEach(stopEverything);

  test('beyond its share a token is told when to come again, and others are not held up', async () => {
    const house = build();
    const hasty = house.admit({ name: 'hasty', scope: 'viewer', tenant: 'acme' });
    const other = house.admit({ name: 'other', scope: 'viewer', tenant: 'acme' });
    const running = await house.start({ http: { requestsPerSecond: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(running, hasty, '/v1/alerts')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ask(running, other, '/v1/alerts')).status).toBe(200);
    await running.stop();
    house.remove();
  });

  test('syslog over TLS is taken', async () => {
    const { key, cert, certFile } = selfSigned(['localhost'], ['127.0.0.1']);
    const house = build();
    const token = house.admit({ name: 'box', scope: 'ingest', tenant: 'acme' });
    const viewer = house.admit({ name: 'eye', scope: 'viewer', tenant: 'acme' });
    const keyFile = `${house.directory}/key.pem`;
    writeFileSync(keyFile, key, { mode: 0o600 });
    const running = await house.start({ syslog: { serve: true, port: 0, certFile, keyFile } });
    const socket = dialTls({
      port: Number(running.syslog!.split(':')[1]),
      host: '127.0.0.1',
      servername: 'localhost',
      ca: cert,
    });
    await once(socket, 'secureConnect');
    socket.write(`<13>1 - - - - - [tidemark@1 token="${token}"] ${JSON.stringify(activityOf('tls-1'))}\n`);
    await until(
      'it is stored',
      async () => (await ask(running, viewer, '/v1/identities')).as(identityPageSchema).identities.length === 1,
    );
    socket.destroy();
    await running.stop();
    house.remove();
  });
});
