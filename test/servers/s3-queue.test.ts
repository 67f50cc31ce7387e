/** Objects of S3 are read as notifications in SQS name them, with AWS's own clients against moto, which stands in for both. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema } from '../../schemas/api-records.ts';
import { build, embeddedMissing, type House, type Running } from '../engines/console-rig.ts';
import { Answer } from '../engines/harness/answer.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { freePort } from '../free-port.ts';
import { skipped } from './harness/debian.ts';

const FETCH_MS = 240_000;
const REGION = 'eu-west-1';
const folder = mkdtempSync(join(tmpdir(), 'tidemark-moto-'));
const packages = process.env.TIDEMARK_MOTO ?? join(folder, 'python');

const recordOf = (n: number) => ({
  id: `lake-${n}`,
  at: '2026-03-01T00:00:00.000Z',
  identity: { id: `bot-${n % 4}`, kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  outcome: 'success',
});

async function fetched(): Promise<string | undefined> {
  if (process.env.TIDEMARK_MOTO !== undefined) return undefined;
  const args = [
    '-m',
    'pip',
    'install',
    '-q',
    '--target',
    packages,
    'moto[s3]==5.2.5',
    'flask==3.1.3',
    'flask-cors==6.0.5',
  ];
  return promisify(execFile)('python3', args, { timeout: FETCH_MS }).then(
    () => undefined,
    ({ stderr, message }) => `no moto from pip: ${(stderr || message).trim().split('\n').at(-1)}`,
  );
}

const missing = skipped((await embeddedMissing()) ?? (await fetched()));

describe.skipIf(missing !== undefined)('objects of S3 that a queue names', () => {
  let moto: ChildProcess;
  let house: House;
  let running: Running;
  let viewer: string;
  let queueUrl: string;
  let s3: S3Client;
  let sqs: SQSClient;

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' });
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const env = { ...process.env, PYTHONPATH: packages };
    moto = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' });
    const at = { region: REGION, endpoint };
    s3 = new S3Client({ ...at, forcePathStyle: true });
    sqs = new SQSClient(at);
    await until(
      'moto answers',
      () =>
        fetch(`${endpoint}/moto-api/`).then(
          ({ ok }) => ok,
          () => false,
        ),
      120_000,
    );
    queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'lake' }))).QueueUrl!;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
    );
    await s3.send(
      new CreateBucketCommand({ Bucket: 'lake', CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'lake',
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: Attributes!.QueueArn!, Events: ['s3:ObjectCreated:*'] }],
        },
      }),
    );
    house = build();
    viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
    const s3Queues = {
      lake: { queueUrl, region: REGION, endpoint, tenant: 'acme', objectMaxBytes: 100_000, visibilityMs: 10_000 },
    };
    running = await house.start({ s3Queues });
  });
  afterAll(async () => {
    await running?.stop();
    house?.remove();
    moto?.kill();
    s3?.destroy();
    sqs?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = async (path: string) =>
    Answer.of(await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } }));
  const stored = async () =>
    (await get('/v1/identities'))
      .as(identityPageSchema)
      .identities.reduce((sum, { activities }) => sum + activities, 0);
  const put = (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body }));
  const waiting = async () => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
    );
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  };
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => JSON.stringify(recordOf(from + n))).join('\n');

  test('packed lines, a document with odd letters in its key, and an empty object are taken, and their messages go', async () => {
    await put('2026/03/01/a.ndjson.gz', gzipSync(lines(0, 500)));
    await put('odd name+ö.json', JSON.stringify([recordOf(500), recordOf(501)]));
    await put('2026/03/01/', '');
    await until('all are stored', async () => (await stored()) === 502, 120_000);
    await until('the queue is empty', async () => (await waiting()) === 0, 60_000);
    expect((await get('/v1/dead-letters')).as(deadLettersSchema).deadLetters).toEqual([]);
  });

  test('an object that is told of again counts once', async () => {
    const told = {
      Records: [
        { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'lake' }, object: { key: '2026/03/01/a.ndjson.gz' } } },
      ],
    };
    for (let i = 0; i < 2; i++)
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(told) }));
    await put('b.ndjson', lines(502, 510));
    await until('the new ones are stored', async () => (await stored()) >= 510, 120_000);
    await until('the queue is empty', async () => (await waiting()) === 0, 60_000);
    expect(await stored()).toBe(510);
  });

  test('what is too large stays in the queue, and the others are not held up', async () => {
    await put('bomb.ndjson.gz', gzipSync('x'.repeat(5_000_000)));
    await put('c.ndjson', lines(510, 520));
    await until('the others are stored', async () => (await stored()) === 520, 120_000);
    await until('it is told', () => running.log().includes('unpacks to more than objectMaxBytes'), 60_000);
    expect(await waiting()).toBe(1);
  });
});
