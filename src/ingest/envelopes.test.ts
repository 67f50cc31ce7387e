import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { format as cloudtrail } from '../formats/aws-cloudtrail.ts';
import { format as kubernetes } from '../formats/kubernetes-audit.ts';
import { format as okta } from '../formats/okta.ts';
import { createReader } from './reader.ts';

const formats = new Map([cloudtrail, kubernetes, okta].map((format) => [format.id, format]));
const limits = { ...configSchema.parse({}).ingest, recordMaxBytes: 64 * 1024, futureSkewMs: 300_000 };
const reader = (format = 'auto') => createReader({ formats, format, tenant: 'default', limits });

const [event] = samplesOf(okta);
const [act] = samplesOf(cloudtrail);
const [request] = samplesOf(kubernetes);
const json = JSON.stringify;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const zipped = (text: string) => gzipSync(text).toString('base64');
const statuses = (record: unknown, format?: string) =>
  reader(format)
    .read(json(record))
    .map(({ status }) => status);

const subscription = (messages: readonly string[], change: object = {}) => ({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: '/trail',
  logStream: 's',
  subscriptionFilters: ['f'],
  logEvents: messages.map((message, n) => ({ id: String(n), timestamp: 1, message })),
  ...change,
});
const pushed = (data: string) => ({
  message: { data, messageId: '1', attributes: {} },
  subscription: 'projects/p/subscriptions/s',
});

describe('an envelope is opened, whatever format was named', () => {
  it.each<[string, object]>([
    [
      'EventBridge',
      {
        version: '0',
        id: 'e',
        'detail-type': 'SystemLog',
        source: 'aws.partner/okta.com/x',
        account: '1',
        time: 't',
        region: 'r',
        resources: [],
        detail: event,
      },
    ],
    ['CloudWatch Logs, unpacked', subscription([json(event)])],
    ['CloudWatch Logs, as a function is called with', { awslogs: { data: zipped(json(subscription([json(event)]))) } }],
    [
      'CloudWatch Logs through Kinesis',
      { Records: [{ eventSource: 'aws:kinesis', kinesis: { data: zipped(json(subscription([json(event)]))) } }] },
    ],
    [
      'CloudWatch Logs through Firehose',
      { requestId: 'r', timestamp: 1, records: [{ data: zipped(json(subscription([json(event)]))) }] },
    ],
    ['Firehose to HTTP', { requestId: 'r', timestamp: 1, records: [{ data: base64(json(event)) }] }],
    [
      'Firehose to a function',
      { invocationId: 'i', deliveryStreamArn: 'a', records: [{ recordId: '1', data: base64(json(event)) }] },
    ],
    ['SNS', { Type: 'Notification', MessageId: 'm', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: json(event) }],
    ['SNS to a function', { Records: [{ EventSource: 'aws:sns', Sns: { Message: json(event) } }] }],
    ['SQS', { Records: [{ eventSource: 'aws:sqs', messageId: 'm', body: json(event) }] }],
    ['Pub/Sub pushed', pushed(base64(json(event)))],
    ['Pub/Sub pulled', { receivedMessages: [{ ackId: 'a', message: { data: base64(json(event)), messageId: '1' } }] }],
    ['Event Hubs', { records: [event] }],
    ['a record of Firehose whose container was taken apart', { data: zipped(json(subscription([json(event)]))) }],
    [
      'a record of Kinesis whose container was taken apart',
      { eventSource: 'aws:kinesis', kinesis: { data: base64(json(event)) } },
    ],
    ['Kinesis, asked for', { Records: [{ Data: base64(json(event)), PartitionKey: 'p', SequenceNumber: '1' }] }],
    ['Pub/Sub, a message by itself', { data: base64(json(event)), messageId: '1', publishTime: 't' }],
    ['Event Hubs Capture', { SequenceNumber: 1, Offset: '1', EnqueuedTimeUtc: 't', Body: base64(json(event)) }],
    ['CloudEvent', { specversion: '1.0', id: 'c', type: 'log', source: '/s', data: event }],
    [
      'CloudEvent in base64',
      { specversion: '1.0', id: 'c', type: 'log', source: '/s', data_base64: base64(json(event)) },
    ],
    [
      'an envelope in an envelope',
      pushed(base64(json({ requestId: 'r', timestamp: 1, records: [{ data: base64(json(event)) }] }))),
    ],
  ])('%s', (_, envelope) => {
    const alone = reader().read(json(event));
    for (const name of ['auto', 'okta']) expect(reader(name).read(json(envelope))).toEqual(alone);
  });
});

it('records that stand one after the other in one piece of data are each read', () => {
  const joined = { requestId: 'r', timestamp: 1, records: [{ data: base64(json(event) + json(event)) }] };
  expect(statuses(joined)).toEqual(['read', 'read']);
  expect(statuses(pushed(base64(`${json(event)}\n${json(event)}\n`)))).toEqual(['read', 'read']);
});

it('files of records inside an envelope are taken apart as they are outside', () => {
  expect(statuses(pushed(zipped(json({ Records: [act, act] }))))).toEqual(['read', 'read']);
});

it('EKS names its cluster in the log group only', () => {
  const eks = subscription([json(request), 'I0301 10:00:00 starting controller'], {
    logGroup: '/aws/eks/blue/cluster',
  });
  const [first, second] = reader().read(json(eks));
  expect(first).toMatchObject({ status: 'read', activities: [{ identity: { account: '111122223333/blue' } }] });
  expect(second).toMatchObject({
    status: 'skip',
    reason: 'CloudWatch Logs subscription: a line of text, not a record',
  });
});

it('what tells of no act is skipped: a test of the way, a note that a file is there, a message without data', () => {
  expect(statuses(subscription(['x'], { messageType: 'CONTROL_MESSAGE' }))).toEqual(['skip']);
  const note = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'A' },
    s3: {},
  };
  expect(statuses({ Records: [note] })).toEqual(['skip']);
  expect(cloudtrail.recognises(note)).toBe(false);
  expect(statuses({ message: { messageId: '1' }, subscription: 's' })).toEqual(['skip']);
});

it('what a bus of AWS tells beside calls is news, and no dead record', () => {
  const told = (detail: object, source = 'aws.ec2') => ({ 'detail-type': 'x', source, account: '1', detail });
  expect(reader().read(json(told({ 'instance-id': 'i-1', state: 'running' })))[0]).toMatchObject({
    status: 'skip',
    reason: 'an event of AWS that is news of a service, not an act',
  });
  expect(statuses(told(act))).toEqual(['read']);
  expect(statuses(told({ any: 'thing' }, 'com.example.app'))).toEqual(['dead']);
});

describe('a broken or hostile envelope', () => {
  it('is dead with its reason, and only the part that is broken', () => {
    expect(statuses({ requestId: 'r', records: [{ data: '???' }, { data: base64(json(event)) }] })).toEqual([
      'dead',
      'read',
    ]);
    expect(statuses(pushed('!!'))).toEqual(['dead']);
    expect(reader().read(json(pushed(zipped('x').slice(0, 20))))[0]).toMatchObject({ status: 'dead' });
    const [broken] = reader().read(json(subscription(['{"a":'])));
    expect(broken).toMatchObject({ status: 'dead', reason: 'CloudWatch Logs subscription: holds no valid JSON' });
    expect(Buffer.from((broken as { bytes: Uint8Array }).bytes).toString()).toBe('{"a":');
  });
  it('that unpacks to more than eight longest records is not unpacked', () => {
    const bomb = zipped(json({ pad: 'x'.repeat(9 * limits.recordMaxBytes) }));
    expect(bomb.length).toBeLessThan(limits.recordMaxBytes);
    expect(reader().read(json(pushed(bomb)))[0]).toMatchObject({
      status: 'dead',
      reason: 'Pub/Sub message: unpacks to more than is read of one message',
    });
  });
  it('shares that allowance among all its parts', () => {
    const part = zipped(json({ pad: 'x'.repeat(5 * limits.recordMaxBytes) }));
    const reasons = reader()
      .read(json({ requestId: 'r', records: [{ data: part }, { data: part }] }))
      .map((outcome) => (outcome.status === 'dead' ? outcome.reason : ''));
    expect(reasons[0]).toMatch(/^no format recognises/);
    expect(reasons[1]).toBe('Firehose record: unpacks to more than is read of one message');
  });
  it('inside itself without end comes to an end', () => {
    let inside: object = event;
    for (let n = 0; n < 12; n++) inside = { specversion: '1.0', type: 't', source: 's', data: inside };
    expect(statuses(inside)).toEqual(['dead']);
  });
});

it('a record that is itself of a format is no envelope, whatever its fields are called', () => {
  expect(statuses({ ...act, records: [], message: {}, specversion: '1.0' })).toEqual(['read']);
});

describe('log records of OpenTelemetry', () => {
  const logs = (bodies: readonly unknown[], attributes: readonly object[] = []) => ({
    resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: bodies.map((body) => ({ body })) }] }],
  });
  const text = (record: unknown) => ({ stringValue: json(record) });

  /** As the Collector turns a parsed line into a map. */
  const any = (value: unknown): object => {
    if (typeof value === 'string') return { stringValue: value };
    if (typeof value === 'boolean') return { boolValue: value };
    if (typeof value === 'number')
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    if (Array.isArray(value)) return { arrayValue: { values: value.map(any) } };
    if (value === null) return {};
    return { kvlistValue: { values: Object.entries(value as object).map(([key, one]) => ({ key, value: any(one) })) } };
  };

  it('are the records in their bodies, as text or as a map, and lines of text are skipped', () => {
    const [bare] = reader().read(json(act));
    const outcomes = reader().read(json(logs([text(act), any(act), { stringValue: 'started' }, undefined])));
    expect(outcomes.map(({ status }) => status)).toEqual(['read', 'read', 'skip', 'skip']);
    expect(outcomes.slice(0, 2)).toEqual([bare, bare]);
  });

  it('know the cluster that only their resource names', () => {
    const named = [{ key: 'k8s.cluster.name', value: { stringValue: 'prod' } }];
    const { cluster: _, ...bare } = request as Record<string, unknown>;
    const [outcome] = reader().read(json(logs([text(bare)], named)));
    expect(outcome?.status === 'read' && outcome.activities[0]?.identity.account).toBe('prod');
  });

  it('are bounded like records: a text that holds too much is dead by itself', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`n${n}`, 0]));
    expect(statuses(logs([text(many), text(act)]))).toEqual(['dead', 'read']);
  });
});

describe('a small envelope that unfolds into much', () => {
  const names = (count: number) => `{${Array.from({ length: count }, (_, n) => `"n${n}":0`).join()}}`;
  const firehose = (...data: string[]) => ({ requestId: 'r', records: data.map((one) => ({ data: one })) });
  const reasons = (record: unknown) => [
    ...new Set(
      reader()
        .read(json(record))
        .map((outcome) => (outcome.status === 'dead' ? outcome.reason : outcome.status)),
    ),
  ];
  const tooMuch = 'its text holds more than a record may';

  it.each<[string, unknown, string]>([
    ['names in a text', { Type: 'Notification', TopicArn: 'a', Message: names(4_500) }, `SNS notification: ${tooMuch}`],
    ['names in gzip', firehose(zipped(names(9_000))), `Firehose record: ${tooMuch}`],
    ['depth in gzip', firehose(zipped('['.repeat(400_000))), `Firehose record: ${tooMuch}`],
    [
      'empty objects in a row',
      firehose(zipped('{}'.repeat(200_000))),
      'Firehose record: holds more records than ingest.containerMaxRecords',
    ],
    [
      'lines',
      { 'detail-type': 'a', source: 'b', detail: '{"x":1}\n'.repeat(5_000) },
      'EventBridge event: holds more records than ingest.containerMaxRecords',
    ],
  ])('is one dead record: %s', (_, record, reason) => {
    const small = createReader({
      formats,
      format: 'auto',
      tenant: 'default',
      limits: { ...limits, containerMaxRecords: 4_000 },
    });
    const [only, ...more] = small.read(json(record));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ status: 'dead', reason });
  });

  it('gzip that fails takes from what the message may unpack to as well', () => {
    const bomb = zipped('x'.repeat(9 * limits.recordMaxBytes));
    const whole = 'Firehose record: unpacks to more than is read of one message';
    expect(reasons(firehose(bomb, zipped(json(act))))).toEqual([whole]);
    const broken = bomb.slice(0, bomb.length / 2);
    expect(reasons(firehose(...Array<string>(9).fill(broken)))).toEqual([
      'Firehose record: data is no whole gzip',
      whole,
    ]);
  });

  it('others may run while it is opened', () => {
    const wide = { ...limits, recordMaxBytes: 1024 * 1024 };
    const open = createReader({ formats, format: 'auto', tenant: 'default', limits: wide });
    const outcomes = [...open.each(json(firehose(zipped('{"a":1} '.repeat(900_000)))))];
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
    const whole = [...open.each(json(firehose(zipped(json({ a: 'x'.repeat(7_000_000) })))))];
    expect(whole.filter((outcome) => outcome === undefined).length).toBeGreaterThan(0);
  });
});
