import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { objectsIn, openS3Queue } from './s3-queue.ts';

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'logs' }, object: { key, size: 12 } },
});
const json = JSON.stringify;

describe('a message of the queue names', () => {
  it('the objects of a notification, by keys as they are in the bucket', () => {
    expect(objectsIn(json({ Records: [record('a+b%2Fc%C3%B6.json.gz'), record('d')] }))).toEqual([
      { bucket: 'logs', key: 'a b/cö.json.gz', size: 12 },
      { bucket: 'logs', key: 'd', size: 12 },
    ]);
  });

  it('the same through SNS, and as EventBridge tells it', () => {
    const wanted = [{ bucket: 'logs', key: 'x y', size: 12 }];
    expect(objectsIn(json({ Type: 'Notification', Message: json({ Records: [record('x+y')] }) }))).toEqual(wanted);
    const detail = { bucket: { name: 'logs' }, object: { key: 'x y', size: 12 } };
    expect(objectsIn(json({ source: 'aws.s3', 'detail-type': 'Object Created', detail }))).toEqual(wanted);
    expect(objectsIn(json({ source: 'aws.s3', 'detail-type': 'Object Deleted', detail }))).toEqual([]);
  });

  it('nothing, where it is a test or tells of a removal', () => {
    expect(objectsIn(json({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'logs' }))).toEqual([]);
    expect(objectsIn(json({ Records: [record('x', 'ObjectRemoved:Delete')] }))).toEqual([]);
  });

  it.each([
    '',
    'x',
    '[]',
    '{}',
    '{"Records":[1]}',
    '{"Records":[{"s3":{}}]}',
    json({ Records: [record('%zz')] }),
    'null',
  ])('no notification: %s', (body) => {
    const found = objectsIn(body);
    expect(found === undefined || found.length === 0).toBe(true);
  });
});

describe('an object that S3 begins to send and does not end', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('is left in the queue after a silence, and the next one is read', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
    const keys = ['stalls', 'flows'];
    const deleted: string[] = [];
    // Both services at one address: questions to the queue are POSTs, objects are read with GET.
    const server = createServer((request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-length': '10' });
        if (request.url?.includes('stalls')) return void response.write('begun');
        return void response.end('0123456789');
      }
      const target = String(request.headers['x-amz-target']);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('content-type', 'application/x-amz-json-1.0');
        if (target.endsWith('DeleteMessage')) deleted.push(JSON.parse(Buffer.concat(chunks).toString()).ReceiptHandle);
        const key = target.endsWith('ReceiveMessage') ? keys.shift() : undefined;
        const body = key && json({ Records: [record(key)] });
        const sum = body && createHash('md5').update(body).digest('hex');
        const message = body && { MessageId: key, ReceiptHandle: key, Body: body, MD5OfBody: sum };
        response.end(json(message === undefined ? {} : { Messages: [message] }));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ended = new AbortController();
    const events: string[] = [];
    const taken: string[] = [];
    const queue = await openS3Queue({
      options: {
        ...{ queueUrl: `${endpoint}/1/q`, region: 'eu-west-1', endpoint, format: 'auto', readers: 1 },
        ...{ visibilityMs: 60_000, objectMaxBytes: 1_000 },
      } as Parameters<typeof openS3Queue>[0]['options'],
      silenceMs: 200,
      async take(bytes) {
        taken.push(bytes.toString());
        return { status: 'taken' };
      },
      onEvent({ type, reason = '' }) {
        events.push(`${type} ${reason}`.trim());
        if (type === 'taken') setTimeout(() => ended.abort(), 200);
      },
    });
    await queue.run(ended.signal);
    server.closeAllConnections();
    server.close();
    expect(events).toEqual(['left S3 sent nothing of the object for 0.2 s', 'taken']);
    expect(taken).toEqual(['0123456789']);
    expect(deleted).toEqual(['flows']);
  }, 30_000);

  it('goes on after an answer of the queue that never comes, to a question as to a deletion', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
    const asked: string[] = [];
    const server = createServer((request, response) => {
      if (request.method === 'GET') return void response.end('0123456789');
      const what = String(request.headers['x-amz-target']).split('.')[1] as string;
      request.resume().on('end', () => {
        asked.push(what);
        const isFirst = asked.indexOf(what) === asked.length - 1;
        if (what === 'ChangeMessageVisibility' || isFirst) return;
        response.setHeader('content-type', 'application/x-amz-json-1.0');
        const body = json({ Records: [record('flows')] });
        const sum = createHash('md5').update(body).digest('hex');
        const message = { MessageId: 'm', ReceiptHandle: 'h', Body: body, MD5OfBody: sum };
        response.end(json(what === 'ReceiveMessage' ? { Messages: [message] } : {}));
        if (what === 'DeleteMessage') ended.abort();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ended = new AbortController();
    const events: string[] = [];
    const queue = await openS3Queue({
      options: {
        ...{ queueUrl: `${endpoint}/1/q`, region: 'eu-west-1', endpoint, format: 'auto', readers: 1 },
        ...{ visibilityMs: 60_000, objectMaxBytes: 1_000 },
      } as Parameters<typeof openS3Queue>[0]['options'],
      answerMs: 300,
      waitS: 0,
      take: async () => ({ status: 'taken' }),
      onEvent: ({ type }) => events.push(type),
    });
    await queue.run(ended.signal);
    server.closeAllConnections();
    server.close();
    expect(asked).toEqual(['ReceiveMessage', 'ReceiveMessage', 'DeleteMessage', 'ReceiveMessage', 'DeleteMessage']);
    expect(events).toEqual(['fault', 'taken', 'fault', 'taken']);
  }, 60_000);
});
