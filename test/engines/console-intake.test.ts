/** What is sent to a house without Kafka: records, junk and bombs by HTTP, HEC and syslog. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema, takenSchema } from '../../schemas/api-records.ts';
import { Acme, activityOf, ask, type By, RECORDS, SECRET } from './console-acme.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';

const missing = await embeddedMissing();

/** Shaped like a token of a vendor, and of nobody. */
const CANARY = `ghp_${randomBytes(18).toString('hex')}`;

describe.skipIf(missing !== undefined)('what is sent', () => {
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.open({ story: false });
  });
  afterAll(() => acme?.close());

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
    const answer = await acme.send(body);
    expect(answer.status).toBe(status);
    if (status === 200) {
      const { records, read, skipped, dead } = answer.as(takenSchema);
      const count = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect(read + count(skipped) + count(dead)).toBe(records);
      expect(read).toBe(0);
    } else expect(answer.json).toMatchObject({ status, remedy: expect.stringMatching(/./) });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('CloudTrail sent as gzip is counted to the last record', async () => {
    const records = RECORDS.slice(0, 1_000);
    const zip = gzipSync(records.join('\n'));
    expect(await acme.send(zip, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 200,
      json: { records: 1_000, read: 1_000, activities: 1_000, skipped: {}, dead: {} },
    });
  });

  test('gzip that is cut off, is a bomb, or is no gzip is refused, and so is what is too large', async () => {
    const zip = gzipSync(RECORDS.slice(0, 50).join('\n'));
    const gzip = { 'content-encoding': 'gzip' };
    expect((await acme.send(zip.subarray(0, zip.length / 2), gzip)).status).toBe(400);
    expect((await acme.send('plain', gzip)).status).toBe(400);
    expect((await acme.send(gzipSync(Buffer.alloc(200 * 1024 * 1024)), gzip)).status).toBe(413);
    expect((await acme.send(zip, { 'content-encoding': 'br' })).status).toBe(415);
    expect((await acme.send(Buffer.alloc(5 * 1024 * 1024, 'x'))).status).toBe(413);
    expect((await acme.send('{}\n'.repeat(20_001))).status).toBe(413);
    const refused = await acme.send('x', { 'content-encoding': 'zstd' });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect((await acme.send([activityOf('after-the-bomb')])).as(takenSchema).activities).toBe(1);
  });

  test('HEC: events and raw lines are taken, acknowledged once durable, and nobody else has their acknowledgement', async () => {
    const channel = randomUUID();
    const hec = (path: string, body: unknown, by: By = 'ingest', headers = {}) =>
      ask(acme.running, undefined, path, { body, headers: { authorization: `Splunk ${acme.token[by]}`, ...headers } });
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
    expect(
      (await acme.get('/v1/identities?limit=500')).as(identityPageSchema).identities.map(({ id }) => id),
    ).toContain('hec"}{');
    for (const junk of ['', '{"event":', '[1]', '{"a":1}', '{"event":""}', '}{', '"event"'])
      expect(await hec('/services/collector/event', junk)).toMatchObject({ status: 400, json: { code: 6 } });
    expect(await ask(acme.running, 'wrong', '/services/collector/event', { body: chained })).toMatchObject({
      status: 401,
      json: { code: 3 },
    });
    expect((await ask(acme.running, undefined, '/services/collector/health')).json).toMatchObject({ code: 17 });
  });

  test('a client that dawdles over head or body is cut off', async () => {
    const { port } = new URL(acme.running.url);
    for (const beginning of [
      'POST /v1/activities HTTP/1.1\r\nhost: x\r\n',
      `POST /v1/activities HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${acme.token.ingest}\r\ncontent-length: 1000\r\n\r\n{"id"`,
    ]) {
      const socket = dial(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.write(beginning);
      await once(socket, 'close');
      expect(socket.destroyed).toBe(true);
    }
    expect((await acme.send([activityOf('after-the-slow')])).as(takenSchema).activities).toBe(1);
  });

  describe('syslog', () => {
    const line = (msg: string, by: string | undefined) =>
      `<134>1 2026-03-01T00:00:00Z host app 7 - ${by === undefined ? '-' : `[meta@1 a="\\]"][tidemark@1 token="${by}"]`} ${msg}`;
    const counted = (text: string) => `${Buffer.byteLength(text)} ${text}`;
    const identities = async () =>
      (await acme.get('/v1/identities?limit=500')).as(identityPageSchema).identities.map(({ id }) => id);
    const named = (id: string) =>
      JSON.stringify(activityOf(randomUUID(), { identity: { id, kind: 'bot', provider: 'acme' } }));
    const speak = async (...parts: (string | Buffer)[]) => {
      const [host, port] = acme.running.syslog!.split(':');
      const socket = dial(Number(port), host);
      socket.on('error', () => {});
      socket.resume();
      for (const part of parts) socket.write(part);
      return socket;
    };

    test('messages framed by length and by newline are taken, and a token once named counts for the connection', async () => {
      const first = line(named('by-length'), acme.token.ingest);
      const socket = await speak(
        counted(first).slice(0, 30),
        counted(first).slice(30),
        counted(line(named('by-length-2'), undefined)),
      );
      const other = await speak(
        `${line(named('by-newline'), acme.token.ingest)}\n${line(`\uFEFF${named('with-bom')}`, undefined)}\r\n`,
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
      ['a token that may not send', () => `${line(named('nobody'), acme.token.viewer)}\n`],
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
        counted(line('once upon a time', acme.token.ingest)),
        counted(line(named('after-junk'), undefined)),
      );
      await until('the next is stored', async () => (await identities()).includes('after-junk'));
      await until('the junk is set aside', async () =>
        (await acme.get('/v1/dead-letters?limit=500', 'analyst'))
          .as(deadLettersSchema)
          .deadLetters.some(({ from }) => from === 'syslog/acme/the-ingest'),
      );
      socket.destroy();
    });
  });

  test('no secret planted in a request comes back in an answer or stands in the log', async () => {
    const answers = [
      await acme.send(CANARY),
      await acme.send([
        activityOf(CANARY, { source: { ip: '10.0.0.1', userAgent: `x ${CANARY}` }, resource: { id: `a/${CANARY}` } }),
      ]),
      await acme.send({ eventVersion: CANARY, userIdentity: CANARY }),
      await acme.send([activityOf('c1')], { 'content-encoding': CANARY }),
      await acme.get(`/v1/alerts?status=${CANARY}`),
      await acme.get(`/v1/alerts/${CANARY}`),
      await acme.get(`/${CANARY}`),
      await ask(acme.running, CANARY, '/v1/alerts'),
      await acme.post('/services/collector/event', `{"event": {"password": "${CANARY}"}}`, 'ingest'),
      await acme.post('/services/collector/event', CANARY, 'ingest'),
      await acme.post(`/v1/alerts/${CANARY}/verdict`, { verdict: CANARY, because: CANARY }),
      await acme.post('/v1/suppressions', { owner: 'x', until: CANARY, because: 'x', match: {} }),
      await acme.get('/v1/dead-letters', 'analyst'),
      await acme.get('/v1/identities?limit=500'),
      await acme.get('/v1/identities/bot'),
    ];
    for (const { text } of answers) expect(text).not.toContain(CANARY);
    expect(acme.running.log()).not.toContain(CANARY);
    for (const one of Object.values(acme.token)) expect(acme.running.log()).not.toContain(one);
    expect(acme.running.log()).not.toContain(SECRET);
  });
});
