/** Opens what clouds wrap records in on their way: event buses, log subscriptions, delivery streams, push messages, diagnostic settings. */
import { gunzipSync } from 'node:zlib';
import { excessOf, type ShapeLimits } from '../bounds/shape.ts';
import { plainOfAny } from './any-value.ts';
import { recordOfRow } from './log-analytics.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What was inside an envelope: a value to read, or why there is none. */
export type Part =
  | { readonly value: unknown }
  /**
   * A line of text, and what the envelope says of it: a format that reads text may know it, else it is skipped. `event`: the envelope as
   * a record of its own, which a format may know.
   */
  | { readonly text: string; readonly beside: Fields; readonly skip: string; readonly event?: unknown }
  | { readonly skip: string; readonly event?: unknown }
  | { readonly dead: string; readonly of: unknown };

/** Parts one after the other, found as they are asked for; undefined in between lets others run. */
export type Parts = Iterable<Part | undefined>;

/** What may still be unpacked of one message, in bytes: an envelope within an envelope takes from the same allowance. */
export interface Allowance {
  bytes: number;
  /** Records that one text may hold. */
  readonly records: number;
  /** What a record within a text may hold; the text around it was looked at as one string. */
  readonly shape: ShapeLimits;
}

const BOM = 0xfeff;
const GZIP = 0x1f8b;
/** Most bytes that one byte of gzip unpacks to. */
const INFLATION = 1_032;
/** Characters looked at between two pauses. */
const STEP = 512 * 1024;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** What a text was found to be instead of JSON values. */
type Unfit = 'not-json' | 'too-many' | 'too-much';

/** JSON texts that follow one another without anything between, as delivery streams join records. Stops above `most`. */
function* apart(text: string, most: number): Generator<undefined, string[] | 'too-many'> {
  const found: string[] = [];
  let depth = 0;
  let start = -1;
  let quoted = false;
  let pauseAt = STEP;
  for (let i = 0; i < text.length; i++) {
    if (i >= pauseAt) {
      pauseAt = i + STEP;
      yield undefined;
    }
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 92) i++;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 123 || c === 91) {
      if (depth++ === 0) start = i;
    } else if ((c === 125 || c === 93) && depth > 0 && --depth === 0) {
      if (found.length >= most) return 'too-many';
      found.push(text.slice(start, i + 1));
    }
  }
  return found;
}

/** The value that a text is as a whole. It is looked at before it is parsed: a small text may hold what takes long. */
function wholeOf(text: string, shape: ShapeLimits): { readonly value: unknown } | Unfit {
  if (excessOf(text, shape) !== undefined) return 'too-much';
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'not-json';
  }
}

/** The JSON values in a text: one, or several in a row or line by line. */
function* valuesIn(text: string, { records, shape }: Allowance): Generator<undefined, unknown[] | Unfit> {
  const bare = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  const whole = wholeOf(bare, shape);
  if (typeof whole === 'object') return [whole.value];
  if (bare.length > STEP) yield undefined;
  const texts = yield* apart(bare, records);
  if (texts === 'too-many') return texts;
  if (texts.length < 2) return whole;
  const values: unknown[] = [];
  let read = 0;
  for (const one of texts) {
    const found = wholeOf(one, shape);
    if (typeof found !== 'object') return found;
    values.push(found.value);
    read += one.length;
    if (read < STEP) continue;
    read = 0;
    yield undefined;
  }
  return values;
}

const UNFIT: Readonly<Record<Unfit, string>> = {
  'not-json': 'holds no valid JSON',
  'too-many': 'holds more records than ingest.containerMaxRecords',
  'too-much': 'its text holds more than a record may',
};

/** A text as parts; lines that programs print beside their records are no records. */
function* ofText(text: string, from: string, allowance: Allowance): Generator<Part | undefined> {
  const values = yield* valuesIn(text, allowance);
  if (typeof values === 'object') for (const value of values) yield { value };
  else if (values === 'not-json' && !/^\s*[[{]/.test(text))
    yield { text, beside: {}, skip: `${from}: a line of text, not a record` };
  else yield { dead: `${from}: ${UNFIT[values]}`, of: text };
}

/** Base64, of gzip or of plain text. */
function* ofBase64(data: unknown, from: string, allowance: Allowance): Generator<Part | undefined> {
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/_=-]+$/.test(data))
    return yield { dead: `${from}: data is not base64`, of: data };
  const tooLarge = { dead: `${from}: unpacks to more than is read of one message`, of: data };
  let bytes: Buffer = Buffer.from(data, 'base64');
  if (bytes.length > 2 && bytes.readUInt16BE(0) === GZIP) {
    if (allowance.bytes <= 0) return yield tooLarge;
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: allowance.bytes });
    } catch (error) {
      const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      // What was unpacked before it failed took its time too: many that fail must not come to more than one that does not.
      allowance.bytes -= isLarge ? allowance.bytes : Math.min(allowance.bytes, bytes.length * INFLATION);
      return yield isLarge ? tooLarge : { dead: `${from}: data is no whole gzip`, of: data };
    }
  }
  allowance.bytes -= bytes.length;
  if (allowance.bytes < 0) return yield tooLarge;
  if (bytes.length > STEP) yield undefined;
  yield* ofText(bytes.toString('utf8'), from, allowance);
}

/** A value given as such or as JSON in a text. */
function* ofEither(value: unknown, from: string, allowance: Allowance): Generator<Part | undefined> {
  if (typeof value === 'string') yield* ofText(value, from, allowance);
  else yield { value };
}

function* ofEach<T>(items: Iterable<T>, parts: (item: T) => Parts): Generator<Part | undefined> {
  for (const item of items) yield* parts(item);
}

function* mapped(parts: Parts, change: (part: Part) => Part): Generator<Part | undefined> {
  for (const part of parts) yield part && change(part);
}

/** An event with the name of its cluster beside it, which is known from the envelope only. */
export function inCluster(parts: Parts, cluster: string | undefined): Parts {
  if (cluster === undefined) return parts;
  return mapped(parts, (part) =>
    'value' in part && isObject(part.value) && part.value.auditID !== undefined && part.value.cluster === undefined
      ? { value: { ...part.value, cluster } }
      : part,
  );
}

/** A line of a database with the name of its server beside it, which is known from the envelope only. */
function ofServer(parts: Parts, server: string | undefined): Parts {
  if (server === undefined) return parts;
  return mapped(parts, (part) => ('text' in part ? { ...part, beside: { cluster: server } } : part));
}

/** EventBridge: of AWS itself most events are news - a machine that started, a finding, a schedule -, and only some an act. */
function ofBus(detail: unknown, source: string, allowance: Allowance): Parts {
  return source.startsWith('aws.') && !source.startsWith('aws.partner/') && isObject(detail)
    ? [{ skip: 'an event of AWS that is news of a service, not an act', event: detail }]
    : ofPartner(ofEither(detail, 'EventBridge event', allowance), source);
}

/** An event of Okta with its organisation beside it, which only the source of the bus names: `aws.partner/okta.com/acme/logs`. */
function ofPartner(parts: Parts, source: string): Parts {
  const organization = /^aws\.partner\/okta\.com\/([^/]+)\//.exec(source)?.[1];
  if (organization === undefined) return parts;
  return mapped(parts, (part) =>
    'value' in part && isObject(part.value) ? { value: { organization, ...part.value } } : part,
  );
}

/** CloudWatch Logs, as a subscription filter sends them. */
function ofSubscription(envelope: Fields, allowance: Allowance): Parts | undefined {
  const from = 'CloudWatch Logs subscription';
  if (typeof envelope.logGroup !== 'string' || !Array.isArray(envelope.logEvents)) return undefined;
  if (envelope.messageType === 'CONTROL_MESSAGE') return [{ skip: `${from}: a message that only tests the way` }];
  if (envelope.messageType !== 'DATA_MESSAGE') return undefined;
  // EKS names the cluster in its log group only.
  const name = /^\/aws\/eks\/([^/]+)\/cluster$/.exec(envelope.logGroup)?.[1];
  const cluster = name === undefined ? undefined : [textOf(envelope.owner), name].filter(Boolean).join('/');
  const database = /^\/aws\/rds\/(?:instance|cluster)\/([^/]+)\//.exec(envelope.logGroup)?.[1];
  const server = database === undefined ? undefined : [textOf(envelope.owner), database].filter(Boolean).join('/');
  return ofEach(envelope.logEvents as readonly unknown[], (event) =>
    isObject(event)
      ? ofServer(inCluster(ofEither(event.message, from, allowance), cluster), server)
      : [{ dead: `${from}: logEvents hold no objects`, of: event }],
  );
}

/** A record of Kinesis, SQS or SNS as functions are called with, or a note that an object lies in a bucket. */
function ofFunctionRecord(record: Fields, allowance: Allowance): Parts | undefined {
  const source = textOf(record.eventSource) ?? textOf(record.EventSource);
  if (source === undefined || !source.startsWith('aws:')) return undefined;
  if (isObject(record.kinesis)) return ofBase64(record.kinesis.data, `${source} event`, allowance);
  if (isObject(record.Sns)) return ofEither(record.Sns.Message, `${source} event`, allowance);
  if (record.body !== undefined) return ofEither(record.body, `${source} event`, allowance);
  return [{ skip: 'a notification of AWS that tells where something is, not what was done' }];
}

/** Base64 of gzip or of a JSON object or list, told by its first characters. */
const PACKED = /^(?:H4sI|e[wy]|W[13wy])[A-Za-z0-9+/_-]*=*$/;
/** Fields in which streams and queues hand over what they were given: Kinesis, Firehose, Pub/Sub, Event Hubs, Kafka over REST. */
const PACKED_IN = ['data', 'Data', 'Body', 'body', 'value'];

/** A record of a stream by itself, as its container was taken apart or as it is asked for. */
function ofPacked(raw: Fields, allowance: Allowance): Parts | undefined {
  const field = PACKED_IN.find((key) => typeof raw[key] === 'string' && PACKED.test(raw[key]));
  return field === undefined ? undefined : ofBase64(raw[field], 'base64 of a stream', allowance);
}

/** Records of streams and queues together, as functions are called with them or as they are asked for. */
function ofStream(records: readonly unknown[], allowance: Allowance): Parts | undefined {
  const [first] = records;
  if (!isObject(first) || (ofFunctionRecord(first, allowance) ?? ofPacked(first, allowance)) === undefined)
    return undefined;
  return records.map((value) => ({ value }));
}

/** Firehose: as it calls an HTTP endpoint, or a function that changes records on their way. */
function ofFirehose(envelope: Fields, allowance: Allowance): Parts | undefined {
  const { records } = envelope;
  if (!Array.isArray(records) || (envelope.requestId ?? envelope.invocationId) === undefined) return undefined;
  const [first] = records;
  if (!isObject(first) || typeof first.data !== 'string') return undefined;
  return ofEach(records as readonly unknown[], (record) =>
    ofBase64(isObject(record) ? record.data : undefined, 'Firehose record', allowance),
  );
}

/** Pub/Sub: one message pushed, or several as they are pulled. */
function ofPubSub(envelope: Fields, allowance: Allowance): Parts | undefined {
  const pulled = Array.isArray(envelope.receivedMessages);
  const items: readonly unknown[] = pulled ? (envelope.receivedMessages as unknown[]) : [envelope];
  if (pulled ? items.length === 0 : typeof envelope.subscription !== 'string') return undefined;
  const messages: Fields[] = [];
  for (const item of items) {
    const message = isObject(item) ? item.message : undefined;
    if (!isObject(message) || (message.messageId ?? message.message_id ?? message.data) === undefined) return undefined;
    messages.push(message);
  }
  return ofEach(
    messages,
    ({ data }): Parts =>
      data === undefined ? [{ skip: 'Pub/Sub message: without data' }] : ofBase64(data, 'Pub/Sub message', allowance),
  );
}

/** Kafka Connect, whose JSON converter puts the schema beside the value. */
function ofConnect(envelope: Fields, allowance: Allowance): Parts | undefined {
  if (!('schema' in envelope && 'payload' in envelope) || Object.keys(envelope).length !== 2) return undefined;
  if (envelope.schema !== null && !isObject(envelope.schema)) return undefined;
  return envelope.payload === null
    ? [{ skip: 'Kafka Connect: a value that was deleted' }]
    : ofEither(envelope.payload, 'Kafka Connect', allowance);
}

/** A change of a row as Debezium tells it: the row as it is now is the record. */
function ofChange(envelope: Fields, allowance: Allowance): Parts | undefined {
  const { op, source, after } = envelope;
  if (typeof op !== 'string' || !/^[crudt]$/.test(op) || !isObject(source) || !('after' in envelope)) return undefined;
  return after === null || after === undefined
    ? [{ skip: 'Debezium: a row that was deleted' }]
    : ofEither(after, 'Debezium', allowance);
}

/** Outcomes of operations on resources, as Event Grid calls them. */
const RESOURCE_EVENT = /^Microsoft\.Resources\.Resource(?:Write|Delete|Action)(Success|Failure|Cancel)$/;

/** Event Grid in its own schema. What was done to a resource is told as in the activity log, in other places. */
function ofEventGrid(envelope: Fields, { shape }: Allowance): Parts | undefined {
  const { eventType, eventTime, data } = envelope;
  if (typeof eventType !== 'string' || typeof eventTime !== 'string' || !isObject(data)) return undefined;
  if (typeof envelope.subject !== 'string' || !('dataVersion' in envelope || 'metadataVersion' in envelope))
    return undefined;
  const ended = RESOURCE_EVENT.exec(eventType)?.[1];
  if (ended !== undefined) return [{ value: ofResource(data, ended, eventTime, textOf(envelope.id), shape) }];
  return /^Microsoft\.(?:Storage|EventGrid)\./.test(eventType)
    ? [{ skip: 'a notification of Azure that tells where something is, not what was done' }]
    : [{ value: data }];
}

/** A value given as such or as JSON in a text; undefined for a text that is none. */
function inText(value: unknown, shape: ShapeLimits): unknown {
  if (typeof value !== 'string') return value;
  const whole = wholeOf(value, shape);
  return typeof whole === 'object' ? whole.value : undefined;
}

function ofResource(
  data: Fields,
  ended: string,
  time: string,
  eventDataId: string | undefined,
  shape: ShapeLimits,
): Fields {
  return {
    ...data,
    authorization: inText(data.authorization, shape),
    claims: inText(data.claims, shape),
    httpRequest: inText(data.httpRequest, shape),
    category: 'Administrative',
    resourceId: data.resourceUri,
    resultType: ended === 'Success' ? 'Success' : 'Failed',
    time,
    ...(eventDataId !== undefined && { eventDataId }),
  };
}

/** A row of a table of Log Analytics, exported to Event Hubs or storage or asked for there. */
function ofTable(row: Fields, { shape }: Allowance): Parts | undefined {
  const record = recordOfRow(row, (column) => inText(column, shape));
  return record && [{ value: record }];
}

/** The audit event that a diagnostic setting of AKS wraps, as text or as an object. */
function ofAks(envelope: Fields, allowance: Allowance): Parts | undefined {
  if (typeof envelope.category !== 'string' || !envelope.category.startsWith('kube-audit')) return undefined;
  const log = isObject(envelope.properties) ? envelope.properties.log : undefined;
  if (log === undefined) return undefined;
  return inCluster(ofEither(log, 'AKS diagnostic setting', allowance), textOf(envelope.resourceId)?.toLowerCase());
}

/** Log records of OpenTelemetry, whose bodies are the records: as JSON in a text, or as a map. */
function ofLogRecords(envelope: Fields, allowance: Allowance): Parts | undefined {
  const groups: readonly unknown[] | undefined = Array.isArray(envelope.resourceLogs)
    ? envelope.resourceLogs
    : Array.isArray(envelope.scopeLogs)
      ? [envelope]
      : undefined;
  return (
    groups &&
    ofEach(groups, (group) => {
      const { resource, scopeLogs } = isObject(group) ? group : {};
      const records = ofEach(listOf(scopeLogs), (scope) =>
        ofEach(listOf(isObject(scope) ? scope.logRecords : undefined), (record) =>
          ofLogRecord(record, resource, allowance),
        ),
      );
      return inCluster(records, textOf(attributeOf(resource, 'k8s.cluster.name')));
    })
  );
}

function ofLogRecord(record: unknown, resource: unknown, allowance: Allowance): Parts {
  const from = 'OTLP log record';
  if (!isObject(record)) return [{ dead: `${from}: not an object`, of: record }];
  const body = plainOfAny(record.body);
  const isEvent = record.eventName !== undefined || attributeOf(record, 'event.name') !== undefined;
  const parts = ofBody(body, from, allowance);
  // An event with a name, whose body is no record, may be one itself.
  return isEvent
    ? mapped(parts, (part) => ('skip' in part ? { ...part, event: { ...record, resource } } : part))
    : parts;
}

function ofBody(body: unknown, from: string, allowance: Allowance): Parts {
  if (typeof body === 'string') return ofText(body, from, allowance);
  return isObject(body) ? [{ value: body }] : [{ skip: `${from}: its body is no record` }];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An attribute of a resource, as OTLP writes them. */
function attributeOf(resource: unknown, name: string): unknown {
  const pair = listOf(isObject(resource) ? resource.attributes : undefined).find(
    (one) => isObject(one) && one.key === name,
  );
  return isObject(pair) ? plainOfAny(pair.value) : undefined;
}

/**
 * What is inside an envelope, or undefined when `raw` is none. An envelope is told by fields that only it has; whoever is unsure
 * leaves the value alone.
 */
export function openEnvelope(raw: Fields, allowance: Allowance): Parts | undefined {
  if (typeof raw['detail-type'] === 'string' && raw.detail !== undefined && typeof raw.source === 'string')
    return ofBus(raw.detail, raw.source, allowance);
  if (isObject(raw.awslogs)) return ofBase64(raw.awslogs.data, 'CloudWatch Logs subscription', allowance);
  if (raw.messageType !== undefined) {
    const parts = ofSubscription(raw, allowance);
    if (parts !== undefined) return parts;
  }
  if (raw.eventSource !== undefined || raw.EventSource !== undefined) {
    const parts = ofFunctionRecord(raw, allowance);
    if (parts !== undefined) return parts;
  }
  if (Array.isArray(raw.Records)) return ofStream(raw.Records, allowance);
  if (raw.Type === 'Notification' && typeof raw.TopicArn === 'string')
    return ofEither(raw.Message, 'SNS notification', allowance);
  if (raw.message !== undefined || raw.receivedMessages !== undefined) {
    const parts = ofPubSub(raw, allowance);
    if (parts !== undefined) return parts;
  }
  if (Array.isArray(raw.records))
    // Event Hubs, and the diagnostic settings of Azure, which use the same name.
    return ofFirehose(raw, allowance) ?? raw.records.map((value: unknown) => ({ value }));
  if (typeof raw.specversion === 'string' && typeof raw.type === 'string' && raw.source !== undefined) {
    if (raw.data_base64 !== undefined) return ofBase64(raw.data_base64, 'CloudEvent', allowance);
    const ended = isObject(raw.data) ? RESOURCE_EVENT.exec(raw.type)?.[1] : undefined;
    if (ended !== undefined)
      return [
        { value: ofResource(raw.data as Fields, ended, textOf(raw.time) ?? '', textOf(raw.id), allowance.shape) },
      ];
    return raw.data === undefined ? undefined : ofEither(raw.data, 'CloudEvent', allowance);
  }
  if (raw.eventType !== undefined) {
    const parts = ofEventGrid(raw, allowance);
    if (parts !== undefined) return parts;
  }
  if (raw.payload !== undefined || raw.after !== undefined) {
    const parts = ofConnect(raw, allowance) ?? ofChange(raw, allowance);
    if (parts !== undefined) return parts;
  }
  if (raw.TimeGenerated !== undefined) return ofTable(raw, allowance);
  if (raw.resourceLogs !== undefined || raw.scopeLogs !== undefined) return ofLogRecords(raw, allowance);
  return (raw.category === undefined ? undefined : ofAks(raw, allowance)) ?? ofPacked(raw, allowance);
}
