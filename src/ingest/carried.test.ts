import { expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { format as cloudtrail } from '../formats/aws-cloudtrail.ts';
import { format as azure } from '../formats/azure-activity.ts';
import { format as kubernetes } from '../formats/kubernetes-audit.ts';
import { format as okta } from '../formats/okta.ts';
import { format as postgresql } from '../formats/postgresql-audit.ts';
import { createReader } from './reader.ts';

const formats = new Map([cloudtrail, kubernetes, okta, azure, postgresql].map((format) => [format.id, format]));
const limits = configSchema.parse({}).ingest;
const reader = (format = 'auto') => createReader({ formats, format, tenant: 'default', limits });
const [event] = samplesOf(okta);
const [request] = samplesOf(kubernetes);
const json = JSON.stringify;
const text = json(event);
const agent = { type: 'filebeat', version: '9.2.0', name: 'node-7' };

it.each<[string, object]>([
  ['Filebeat', { '@timestamp': '2026-03-01T10:15:31Z', agent, ecs: { version: '8.0.0' }, message: text }],
  ['Elastic Agent, which keeps the original', { '@timestamp': 't', agent, event: { original: text, dataset: 'okta' } }],
  ['Elastic, flat', { '@timestamp': 't', message: 'Sign-in', 'event.original': text }],
  ['Logstash', { '@timestamp': 't', '@version': '1', host: { name: 'h' }, message: text, tags: [] }],
  ['Fluent Bit to HTTP', { date: 1772360131.2, log: text, stream: 'stdout' }],
  ['Fluent Bit to Kafka', { '@timestamp': 1772360131.2, log: text }],
  ['Docker', { log: `${text}\n`, stream: 'stdout', time: '2026-03-01T10:15:31Z' }],
  ['Fluentd', { message: text, tag: 'okta', hostname: 'h' }],
  ['Vector', { message: text, source_type: 'file', host: 'h', timestamp: '2026-03-01T10:15:31Z' }],
  ['Cribl and Splunk', { _raw: text, _time: 1772360131, sourcetype: 'okta:im2' }],
  ['Splunk HEC in a topic', { event, time: 1772360131, sourcetype: 'okta:im2' }],
  ['GELF', { version: '1.1', host: 'h', short_message: 'Sign-in', full_message: text }],
  ['journald', { MESSAGE: text, _SYSTEMD_UNIT: 'okta.service' }],
  ['Kafka Connect with a schema', { schema: { type: 'string', optional: false }, payload: text }],
  ['Kafka Connect with a struct', { schema: { type: 'struct', fields: [] }, payload: event }],
  ['Debezium', { schema: null, payload: { op: 'c', ts_ms: 1, source: { table: 't' }, before: null, after: event } }],
  ['a shipper before a shipper', { '@timestamp': 't', message: json({ date: 1, log: text }) }],
  ['CloudWatch Logs Insights', { '@timestamp': 't', '@message': text, '@ptr': 'p' }],
  ['Datadog archives', { _id: 'a', date: 't', service: 's', source: 'okta', attributes: event, tags: [] }],
  ['CloudTrail Lake', { eventData: event, eventCategory: 'ActivityAuditLog', metadata: {} }],
  ['answers of CloudTrail', { Events: [{ EventId: 'e', EventName: 'n', CloudTrailEvent: text }] }],
  [
    'answers of CloudWatch Logs',
    { events: [{ timestamp: 1, message: text, ingestionTime: 1 }], nextForwardToken: 'f' },
  ],
  ['answers of SQS', { Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body: text }] }],
  ['answers of Google Cloud', { entries: [event], nextPageToken: 'p' }],
  [
    'answers of Elasticsearch',
    { took: 1, hits: { total: 1, hits: [{ _index: 'i', _source: { event: { original: text } } }] } },
  ],
  ['a vendor in a document of its own', { _index: 'okta', _source: event }],
])('%s carries the record as it came', (_, document) => {
  const alone = reader().read(text);
  for (const name of ['auto', 'okta']) expect(reader(name).read(json(document))).toEqual(alone);
});

it('several records in one field are each read, and envelopes inside are opened', () => {
  expect(reader().read(json({ '@timestamp': 't', message: json([event, event]) }))).toHaveLength(2);
  const bus = { 'detail-type': 'SystemLog', source: 'aws.partner/okta.com/acme/logs', detail: event };
  expect(reader().read(json({ log: json(bus) }))[0]).toMatchObject({
    status: 'read',
    activities: [{ identity: { account: 'acme' } }],
  });
});

it('one record among others in a field suffices, and the others are told of', () => {
  expect(reader().read(json({ '@timestamp': 't', message: json([{ note: 'begins' }, event]) }))).toMatchObject([
    { status: 'dead' },
    { status: 'read' },
  ]);
  expect(reader().read(json({ message: json([{ a: 1 }, { b: 2 }]) }))).toHaveLength(1);
});

it('a cluster that the collector names is that of the event', () => {
  const { cluster: _, ...bare } = request as Record<string, unknown>;
  const accountOf = (document: object) => {
    const [outcome] = reader().read(json(document));
    return outcome?.status === 'read' ? outcome.activities[0]?.identity.account : undefined;
  };
  expect(accountOf({ message: json(bare), orchestrator: { cluster: { name: 'blue' } } })).toBe('blue');
  expect(accountOf({ log: json(bare), kubernetes: { cluster_name: 'green' } })).toBe('green');
});

it('a line of text that a format reads is the record', () => {
  const line =
    '2026-03-01 10:15:30.120 UTC,"orders","shop",4711,"192.0.2.5:51234",6a0.1,1,"authentication",2026-03-01 10:15:30 UTC,3/1,0,LOG,00000,"connection authorized: user=orders database=shop",,,,,,,,,"app","client backend",,0';
  const alone = reader().read(line);
  expect(alone[0]).toMatchObject({ status: 'read' });
  expect(reader().read(json({ '@timestamp': 't', agent, message: line }))).toEqual(alone);
});

it('what no format knows is not opened, and the document is dead as a whole', () => {
  for (const document of [
    { message: 'user signed in' },
    { message: json({ a: 1 }) },
    { message: '{"cut":' },
    { payload: { anything: event } },
  ])
    expect(reader().read(json(document))[0]).toMatchObject({
      status: 'dead',
      reason: 'no format recognises this record: docs/reference/formats.md lists what is read',
    });
});

it('documents inside documents without end come to an end', () => {
  let inside: string = text;
  for (let n = 0; n < 6; n++) inside = json({ message: inside });
  expect(reader().read(inside)[0]).toMatchObject({ status: 'dead' });
});

it('a text that holds too much is not looked into', () => {
  const many = { ...event, ...Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`n${n}`, 0])) };
  expect(reader().read(json({ message: json(many) }))[0]).toMatchObject({ status: 'dead' });
});

it('what was deleted tells of no act', () => {
  expect(reader().read(json({ schema: { type: 'string' }, payload: null }))[0]).toMatchObject({ status: 'skip' });
  const change = { op: 'd', ts_ms: 1, source: { table: 't' }, before: event, after: null };
  expect(reader().read(json(change))[0]).toMatchObject({ status: 'skip', reason: 'Debezium: a row that was deleted' });
});

const claims = json({ idtyp: 'app', 'http://schemas.microsoft.com/identity/claims/objectidentifier': 'AAAA-1' });
const data = {
  authorization: json({ action: 'Microsoft.Compute/virtualMachines/delete', scope: '/subscriptions/s/vm1' }),
  claims,
  httpRequest: json({ clientIpAddress: '192.0.2.9', method: 'DELETE' }),
  operationName: 'Microsoft.Compute/virtualMachines/delete',
  resourceUri: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm1',
  status: 'Succeeded',
  tenantId: 't-1',
};

it.each([
  [
    'its own schema',
    {
      id: 'e1',
      topic: '/subscriptions/s',
      subject: data.resourceUri,
      eventType: 'Microsoft.Resources.ResourceDeleteSuccess',
      eventTime: '2026-03-01T10:15:30.12Z',
      dataVersion: '2',
      metadataVersion: '1',
      data,
    },
  ],
  [
    'CloudEvents',
    {
      specversion: '1.0',
      id: 'e1',
      source: '/subscriptions/s',
      type: 'Microsoft.Resources.ResourceDeleteSuccess',
      time: '2026-03-01T10:15:30.12Z',
      data,
    },
  ],
])('Event Grid tells in %s what was done to a resource', (_, told) => {
  expect(reader().read(json([told]))[0]).toMatchObject({
    status: 'read',
    activities: [
      {
        id: 'azure:e1',
        at: '2026-03-01T10:15:30.120Z',
        identity: { id: 'aaaa-1', kind: 'service-account', account: 't-1' },
        action: { name: 'microsoft.compute/virtualmachines/delete', access: 'write' },
        resource: { id: data.resourceUri.toLowerCase() },
        source: { ip: '192.0.2.9' },
        outcome: 'success',
      },
    ],
  });
});

it('that an object was written is a note, and a refused operation has failed', () => {
  const note = { id: 'e', subject: 's', eventTime: '2026-03-01T10:15:30Z', dataVersion: '', metadataVersion: '1' };
  expect(
    reader().read(json({ ...note, eventType: 'Microsoft.Storage.BlobCreated', data: { url: 'u' } }))[0],
  ).toMatchObject({ status: 'skip' });
  const failed = { ...note, eventType: 'Microsoft.Resources.ResourceWriteFailure', data };
  const [outcome] = reader().read(json(failed));
  expect(outcome?.status === 'read' && outcome.activities[0]?.outcome).not.toBe('success');
});

it.each([
  '<134>1 2026-03-01T10:15:31Z host okta 7 - - ',
  '<13>Mar  1 10:15:31 host okta[7]: ',
  '@cee: ',
  '2026-03-01 INFO ',
])('what a line says before the record is passed over: %s', (header) => {
  const alone = reader().read(text);
  expect(reader().read(header + text)).toEqual(alone);
  expect(reader().read(json({ message: header + text }))).toEqual(alone);
  expect(reader().read(`${header}{"a":1}`)[0]).toMatchObject({ status: 'dead', reason: 'not valid JSON' });
});
