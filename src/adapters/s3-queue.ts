/** Reads objects of S3 that notifications in an SQS queue name, and deletes a notification only when its object was taken. */

import { addAbortSignal, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../../schemas/config.ts';
import { withDeadline } from '../bounds/deadline.ts';
import { pause } from '../bounds/pause.ts';

/** Longest that a question to the queue waits for messages: what SQS allows. */
const WAIT_S = 20;
/** Longest that the queue may take for an answer, besides that wait: none of it is held for good by a connection that died in silence. */
const ANSWER_MS = 15_000;
/** Longest that S3 may be silent while it sends an object: longer than its own pauses, and no reader is held for good. */
const SILENCE_MS = 60_000;
/** Pause after a queue that cannot be reached. */
const FAULT_PAUSE_MS = 5_000;
const GZIP = 0x1f8b;

export type QueueOptions = Config['s3Queues'][string];

/** One object as a notification names it. */
export interface Named {
  readonly bucket: string;
  readonly key: string;
  readonly size: number | undefined;
}

/** What became of an object: its notification may go, or it comes back after the queue's own time. */
export type Taken = { readonly status: 'taken' } | { readonly status: 'later'; readonly reason: string };

export interface S3QueueParts {
  readonly options: QueueOptions;
  /** Takes the bytes of one object, unpacked. Resolves when what it holds is durable. */
  take(bytes: Buffer, named: Named, signal: AbortSignal): Promise<Taken>;
  /** How long S3 may be silent while it sends an object, in ms; a minute. */
  readonly silenceMs?: number;
  /** How long the queue may take for an answer, besides the time that it waits for messages, in ms; a quarter of a minute. */
  readonly answerMs?: number;
  /** How long the queue is asked to wait for messages, in seconds; what SQS allows. */
  readonly waitS?: number;
  /** `left`: the notification stays in the queue. */
  onEvent(event: {
    readonly type: 'taken' | 'gone' | 'left' | 'no-notification' | 'fault';
    readonly reason?: string;
  }): void;
}

/** The packages of AWS are optional, and not there. */
class PackageMissing extends Error {
  override readonly name = 'ConfigError';
  readonly remedy =
    'Install them: npm install @aws-sdk/client-sqs @aws-sdk/client-s3. An install without optional packages has neither.';
}

export interface S3Queue {
  /** Reads until the signal ends it; may run several times at once, each reading one object at a time. */
  run(signal: AbortSignal): Promise<void>;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Keys in notifications are written as in a form: `a+b%2Fc`. EventBridge writes them as they are. */
function keyOf(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const sizeOf = (value: unknown) => (typeof value === 'number' && value >= 0 ? value : undefined);

/**
 * The objects that a message of the queue names: a notification of S3, the same through SNS, or an event of EventBridge. An empty
 * list is a message that names none, such as the one that S3 sends when notifications are set up; undefined is no notification.
 */
export function objectsIn(body: string): readonly Named[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  if (value.Type === 'Notification' && typeof value.Message === 'string') return objectsIn(value.Message);
  if (value.Event === 's3:TestEvent') return [];
  if (typeof value['detail-type'] === 'string' && isObject(value.detail)) {
    const { bucket, object } = value.detail;
    const [name, key] = [
      isObject(bucket) ? textOf(bucket.name) : undefined,
      isObject(object) ? textOf(object.key) : undefined,
    ];
    if (name === undefined || key === undefined) return undefined;
    const isMade = value['detail-type'] === 'Object Created';
    return isMade ? [{ bucket: name, key, size: isObject(object) ? sizeOf(object.size) : undefined }] : [];
  }
  if (!Array.isArray(value.Records)) return undefined;
  const found: Named[] = [];
  for (const record of value.Records as readonly unknown[]) {
    if (!isObject(record) || !isObject(record.s3)) return undefined;
    if (!/^(?:s3:)?ObjectCreated:/.test(textOf(record.eventName) ?? '')) continue;
    const { bucket, object } = record.s3;
    const name = isObject(bucket) ? textOf(bucket.name) : undefined;
    const key = isObject(object) ? keyOf(textOf(object.key) ?? '') : undefined;
    if (name === undefined || key === undefined || key === '') return undefined;
    found.push({ bucket: name, key, size: isObject(object) ? sizeOf(object.size) : undefined });
  }
  return found;
}

/** Opens the clients. Throws a Fault when the packages of AWS, which are optional, are not installed. */
export async function openS3Queue(parts: S3QueueParts): Promise<S3Queue> {
  const { options, take, onEvent, silenceMs = SILENCE_MS, answerMs = ANSWER_MS, waitS = WAIT_S } = parts;
  const [sqsPackage, s3Package] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-s3'),
  ]).catch(() => {
    throw new PackageMissing('s3Queues needs the packages @aws-sdk/client-sqs and @aws-sdk/client-s3');
  });
  const { DeleteMessageCommand, ChangeMessageVisibilityCommand, ReceiveMessageCommand, SQSClient } = sqsPackage;
  const { GetObjectCommand, S3Client } = s3Package;
  const { queueUrl, region, endpoint, visibilityMs, objectMaxBytes } = options;
  const where = { region, ...(endpoint !== undefined && { endpoint }) };
  const sqs: SQSClient = new SQSClient(where);
  const s3: S3Client = new S3Client({ ...where, ...(endpoint !== undefined && { forcePathStyle: true }) });
  const unzip = promisify(gunzip);
  let running = 0;

  /** The bytes of an object, unpacked; a text says why not, undefined that it is gone. */
  async function bytesOf({ bucket, key, size }: Named, signal: AbortSignal): Promise<Buffer | string | undefined> {
    if (size !== undefined && size > objectMaxBytes) return 'the object is larger than objectMaxBytes';
    const silence = new AbortController();
    const clock = setTimeout(() => silence.abort(), silenceMs);
    try {
      const abortSignal = AbortSignal.any([signal, silence.signal]);
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      const chunks: Buffer[] = [];
      let total = 0;
      // The client stops listening to the signal when the headers are there.
      for await (const chunk of addAbortSignal(abortSignal, answer.Body as Readable) as AsyncIterable<Buffer>) {
        clock.refresh();
        total += chunk.length;
        if (total > objectMaxBytes) return 'the object is larger than objectMaxBytes';
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      if (bytes.length < 2 || bytes.readUInt16BE(0) !== GZIP) return bytes;
      return await unzip(bytes, { maxOutputLength: objectMaxBytes });
    } catch (error) {
      if (silence.signal.aborted) return `S3 sent nothing of the object for ${silenceMs / 1_000} s`;
      const name = error instanceof Error ? error.name : 'Error';
      if (name === 'NoSuchKey' || name === 'NoSuchBucket') return undefined;
      return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? 'the object unpacks to more than objectMaxBytes'
        : name;
    } finally {
      clearTimeout(clock);
    }
  }

  /** True when the notification may be deleted: everything that it names was taken, or is gone. */
  async function done(body: string, signal: AbortSignal): Promise<boolean> {
    const named = objectsIn(body);
    if (named === undefined) {
      onEvent({ type: 'no-notification' });
      return false;
    }
    for (const one of named) {
      const bytes = await bytesOf(one, signal);
      if (typeof bytes === 'string') {
        onEvent({ type: 'left', reason: bytes });
        return false;
      }
      if (bytes === undefined) {
        onEvent({ type: 'gone' });
        continue;
      }
      const taken = await take(bytes, one, signal);
      if (taken.status === 'later') {
        onEvent({ type: 'left', reason: taken.reason });
        return false;
      }
      onEvent({ type: 'taken' });
    }
    return true;
  }

  return {
    async run(signal) {
      running++;
      try {
        while (!signal.aborted) {
          try {
            const ask = new ReceiveMessageCommand({
              QueueUrl: queueUrl,
              MaxNumberOfMessages: 1,
              WaitTimeSeconds: waitS,
              VisibilityTimeout: Math.ceil(visibilityMs / 1_000),
            });
            const { Messages = [] } = await sqs.send(ask, {
              abortSignal: withDeadline(waitS * 1_000 + answerMs, signal),
            });
            for (const { Body = '', ReceiptHandle = '' } of Messages) {
              const message = { QueueUrl: queueUrl, ReceiptHandle };
              // While an object is being read nobody else shall get its notification.
              const hold = setInterval(() => {
                const more = { ...message, VisibilityTimeout: Math.ceil(visibilityMs / 1_000) };
                sqs
                  .send(new ChangeMessageVisibilityCommand(more), { abortSignal: withDeadline(answerMs) })
                  .catch(() => {});
              }, visibilityMs / 2);
              try {
                if (await done(Body, signal))
                  await sqs.send(new DeleteMessageCommand(message), { abortSignal: withDeadline(answerMs) });
              } finally {
                clearInterval(hold);
              }
            }
          } catch (error) {
            if (signal.aborted) break;
            onEvent({ type: 'fault', reason: error instanceof Error ? error.name : 'Error' });
            await pause(FAULT_PAUSE_MS, signal);
          }
        }
      } finally {
        if (--running === 0) {
          sqs.destroy();
          s3.destroy();
        }
      }
    },
  };
}
