/** Opens what clouds wrap records in on their way: event buses, log subscriptions, delivery streams, push messages, diagnostic settings. */
import { gunzipSync } from 'node:zlib';
import { excessOf, type ShapeLimits } from '../bounds/shape.ts';
import { plainOfAny } from './any-value.ts';

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

/** What may still be unpacked of one message, in bytes: an envelope within an envelope takes from the same allowance. */
export interface Allowance {
  bytes: number;
  /** What a record within a text may hold; the text around it was looked at as one string. */
  readonly shape: ShapeLimits;
}

const BOM = 0xfeff;
const GZIP = 0x1f8b;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** JSON texts that follow one another without anything between, as delivery streams join records. */
function apart(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = -1;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 92) i++;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 123 || c === 91) {
      if (depth++ === 0) start = i;
    } else if ((c === 125 || c === 93) && depth > 0 && --depth === 0) found.push(text.slice(start, i + 1));
  }
  return found;
}

/** The JSON values in a text: one, or several in a row or line by line; undefined when there is none. */
function valuesIn(text: string): unknown[] | undefined {
  const bare = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  try {
    return [JSON.parse(bare)];
  } catch {
    try {
      const parts = apart(bare).map((part) => JSON.parse(part) as unknown);
      return parts.length > 1 ? parts : undefined;
    } catch {
      return undefined;
    }
  }
}

/** A text as parts; lines that programs print beside their records are no records. */
function ofText(text: string, from: string): Part[] {
  const values = valuesIn(text);
  if (values !== undefined) return values.map((value) => ({ value }));
  return /^\s*[[{]/.test(text)
    ? [{ dead: `${from}: holds no valid JSON`, of: text }]
    : [{ text, beside: {}, skip: `${from}: a line of text, not a record` }];
}

/** Base64, of gzip or of plain text. */
function ofBase64(data: unknown, from: string, allowance: Allowance): Part[] {
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/_=-]+$/.test(data))
    return [{ dead: `${from}: data is not base64`, of: data }];
  let bytes: Buffer = Buffer.from(data, 'base64');
  if (bytes.length > 2 && bytes.readUInt16BE(0) === GZIP) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: Math.max(1, allowance.bytes) });
    } catch (error) {
      const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      return [
        {
          dead: `${from}: ${isLarge ? 'unpacks to more than is read of one message' : 'data is no whole gzip'}`,
          of: data,
        },
      ];
    }
  }
  allowance.bytes -= bytes.length;
  if (allowance.bytes < 0) return [{ dead: `${from}: unpacks to more than is read of one message`, of: data }];
  return ofText(bytes.toString('utf8'), from);
}

/** A value given as such or as JSON in a text. */
function ofEither(value: unknown, from: string): Part[] {
  return typeof value === 'string' ? ofText(value, from) : [{ value }];
}

/** An event with the name of its cluster beside it, which is known from the envelope only. */
export function inCluster(parts: Part[], cluster: string | undefined): Part[] {
  if (cluster === undefined) return parts;
  return parts.map((part) =>
    'value' in part && isObject(part.value) && part.value.auditID !== undefined && part.value.cluster === undefined
      ? { value: { ...part.value, cluster } }
      : part,
  );
}

/** A line of a database with the name of its server beside it, which is known from the envelope only. */
function ofServer(parts: Part[], server: string | undefined): Part[] {
  if (server === undefined) return parts;
  return parts.map((part) => ('text' in part ? { ...part, beside: { cluster: server } } : part));
}

/** EventBridge: of AWS itself most events are news - a machine that started, a finding, a schedule -, and only some an act. */
function ofBus(detail: unknown, source: string): Part[] {
  return source.startsWith('aws.') && !source.startsWith('aws.partner/') && isObject(detail)
    ? [{ skip: 'an event of AWS that is news of a service, not an act', event: detail }]
    : ofPartner(ofEither(detail, 'EventBridge event'), source);
}

/** An event of Okta with its organisation beside it, which only the source of the bus names: `aws.partner/okta.com/acme/logs`. */
function ofPartner(parts: Part[], source: string): Part[] {
  const organization = /^aws\.partner\/okta\.com\/([^/]+)\//.exec(source)?.[1];
  if (organization === undefined) return parts;
  return parts.map((part) =>
    'value' in part && isObject(part.value) ? { value: { organization, ...part.value } } : part,
  );
}

/** CloudWatch Logs, as a subscription filter sends them. */
function ofSubscription(envelope: Fields): Part[] | undefined {
  const from = 'CloudWatch Logs subscription';
  if (typeof envelope.logGroup !== 'string' || !Array.isArray(envelope.logEvents)) return undefined;
  if (envelope.messageType === 'CONTROL_MESSAGE') return [{ skip: `${from}: a message that only tests the way` }];
  if (envelope.messageType !== 'DATA_MESSAGE') return undefined;
  // EKS names the cluster in its log group only.
  const name = /^\/aws\/eks\/([^/]+)\/cluster$/.exec(envelope.logGroup)?.[1];
  const cluster = name === undefined ? undefined : [textOf(envelope.owner), name].filter(Boolean).join('/');
  const database = /^\/aws\/rds\/(?:instance|cluster)\/([^/]+)\//.exec(envelope.logGroup)?.[1];
  const server = database === undefined ? undefined : [textOf(envelope.owner), database].filter(Boolean).join('/');
  return envelope.logEvents.flatMap((event) =>
    isObject(event)
      ? ofServer(inCluster(ofEither(event.message, from), cluster), server)
      : [{ dead: `${from}: logEvents hold no objects`, of: event }],
  );
}

/** Records of Kinesis, SQS and SNS as functions are called with, and notes that an object lies in a bucket. */
function ofFunctionEvent(records: readonly unknown[], allowance: Allowance): Part[] | undefined {
  const [first] = records;
  if (!isObject(first)) return undefined;
  const source = textOf(first.eventSource) ?? textOf(first.EventSource);
  if (source === undefined || !source.startsWith('aws:')) return undefined;
  return records.flatMap((record): Part[] => {
    if (!isObject(record)) return [{ dead: `${source} event: holds no object`, of: record }];
    if (isObject(record.kinesis)) return ofBase64(record.kinesis.data, `${source} event`, allowance);
    if (isObject(record.Sns)) return ofEither(record.Sns.Message, `${source} event`);
    if (record.body !== undefined) return ofEither(record.body, `${source} event`);
    return [{ skip: 'a notification of AWS that tells where something is, not what was done' }];
  });
}

/** Firehose: as it calls an HTTP endpoint, or a function that changes records on their way. */
function ofFirehose(envelope: Fields, allowance: Allowance): Part[] | undefined {
  const { records } = envelope;
  if (!Array.isArray(records) || (envelope.requestId ?? envelope.invocationId) === undefined) return undefined;
  const [first] = records;
  if (!isObject(first) || typeof first.data !== 'string') return undefined;
  return records.flatMap((record) =>
    ofBase64(isObject(record) ? record.data : undefined, 'Firehose record', allowance),
  );
}

/** Pub/Sub: one message pushed, or several as they are pulled. */
function ofPubSub(envelope: Fields, allowance: Allowance): Part[] | undefined {
  const messages = Array.isArray(envelope.receivedMessages) ? envelope.receivedMessages : [envelope];
  if (messages === envelope.receivedMessages ? messages.length === 0 : typeof envelope.subscription !== 'string')
    return undefined;
  const parts: Part[] = [];
  for (const item of messages) {
    const message = isObject(item) ? item.message : undefined;
    if (!isObject(message) || (message.messageId ?? message.message_id ?? message.data) === undefined) return undefined;
    if (message.data === undefined) parts.push({ skip: 'Pub/Sub message: without data' });
    else parts.push(...ofBase64(message.data, 'Pub/Sub message', allowance));
  }
  return parts;
}

/** Kafka Connect, whose JSON converter puts the schema beside the value. */
function ofConnect(envelope: Fields): Part[] | undefined {
  if (!('schema' in envelope && 'payload' in envelope) || Object.keys(envelope).length !== 2) return undefined;
  if (envelope.schema !== null && !isObject(envelope.schema)) return undefined;
  return envelope.payload === null
    ? [{ skip: 'Kafka Connect: a value that was deleted' }]
    : ofEither(envelope.payload, 'Kafka Connect');
}

/** A change of a row as Debezium tells it: the row as it is now is the record. */
function ofChange(envelope: Fields): Part[] | undefined {
  const { op, source, after } = envelope;
  if (typeof op !== 'string' || !/^[crudt]$/.test(op) || !isObject(source) || !('after' in envelope)) return undefined;
  return after === null || after === undefined
    ? [{ skip: 'Debezium: a row that was deleted' }]
    : ofEither(after, 'Debezium');
}

/** Outcomes of operations on resources, as Event Grid calls them. */
const RESOURCE_EVENT = /^Microsoft\.Resources\.Resource(?:Write|Delete|Action)(Success|Failure|Cancel)$/;

/** Event Grid in its own schema. What was done to a resource is told as in the activity log, in other places. */
function ofEventGrid(envelope: Fields): Part[] | undefined {
  const { eventType, eventTime, data } = envelope;
  if (typeof eventType !== 'string' || typeof eventTime !== 'string' || !isObject(data)) return undefined;
  if (typeof envelope.subject !== 'string' || !('dataVersion' in envelope || 'metadataVersion' in envelope))
    return undefined;
  const ended = RESOURCE_EVENT.exec(eventType)?.[1];
  if (ended !== undefined) return [{ value: ofResource(data, ended, eventTime, textOf(envelope.id)) }];
  return /^Microsoft\.(?:Storage|EventGrid)\./.test(eventType)
    ? [{ skip: 'a notification of Azure that tells where something is, not what was done' }]
    : [{ value: data }];
}

function ofResource(data: Fields, ended: string, time: string, eventDataId: string | undefined): Fields {
  const inText = (value: unknown) => (typeof value === 'string' ? valuesIn(value)?.[0] : value);
  return {
    ...data,
    authorization: inText(data.authorization),
    claims: inText(data.claims),
    httpRequest: inText(data.httpRequest),
    category: 'Administrative',
    resourceId: data.resourceUri,
    resultType: ended === 'Success' ? 'Success' : 'Failed',
    time,
    ...(eventDataId !== undefined && { eventDataId }),
  };
}

/** The audit event that a diagnostic setting of AKS wraps, as text or as an object. */
function ofAks(envelope: Fields): Part[] | undefined {
  if (typeof envelope.category !== 'string' || !envelope.category.startsWith('kube-audit')) return undefined;
  const log = isObject(envelope.properties) ? envelope.properties.log : undefined;
  if (log === undefined) return undefined;
  return inCluster(ofEither(log, 'AKS diagnostic setting'), textOf(envelope.resourceId)?.toLowerCase());
}

/** Log records of OpenTelemetry, whose bodies are the records: as JSON in a text, or as a map. */
function ofLogRecords(envelope: Fields, { shape }: Allowance): Part[] | undefined {
  const from = 'OTLP log record';
  const groups = Array.isArray(envelope.resourceLogs)
    ? envelope.resourceLogs
    : Array.isArray(envelope.scopeLogs)
      ? [envelope]
      : undefined;
  return groups?.flatMap((group) => {
    const { resource, scopeLogs } = isObject(group) ? group : {};
    const cluster = textOf(attributeOf(resource, 'k8s.cluster.name'));
    const parts: Part[] = [];
    for (const scope of listOf(scopeLogs))
      for (const record of listOf(isObject(scope) ? scope.logRecords : undefined)) {
        if (!isObject(record)) parts.push({ dead: `${from}: not an object`, of: record });
        else {
          const body = plainOfAny(record.body);
          if (typeof body === 'string' && excessOf(body, shape) !== undefined)
            parts.push({ dead: `${from}: its text holds more than a record may`, of: body });
          else parts.push(...asEvents(ofBody(body, from), record, resource));
        }
      }
    return inCluster(parts, cluster);
  });
}

function ofBody(body: unknown, from: string): Part[] {
  if (typeof body === 'string') return ofText(body, from);
  return isObject(body) ? [{ value: body }] : [{ skip: `${from}: its body is no record` }];
}

/** A log record that is an event with a name, and whose body is no record, may be one itself. */
function asEvents(parts: Part[], record: Fields, resource: unknown): Part[] {
  const [only] = parts;
  if (only === undefined || parts.length > 1 || !('skip' in only)) return parts;
  const isEvent = record.eventName !== undefined || attributeOf(record, 'event.name') !== undefined;
  return isEvent ? [{ ...only, event: { ...record, resource } }] : parts;
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
export function openEnvelope(raw: Fields, allowance: Allowance): readonly Part[] | undefined {
  if (typeof raw['detail-type'] === 'string' && raw.detail !== undefined && typeof raw.source === 'string')
    return ofBus(raw.detail, raw.source);
  if (isObject(raw.awslogs)) return ofBase64(raw.awslogs.data, 'CloudWatch Logs subscription', allowance);
  if (raw.messageType !== undefined) {
    const parts = ofSubscription(raw);
    if (parts !== undefined) return parts;
  }
  if (Array.isArray(raw.Records)) return ofFunctionEvent(raw.Records, allowance);
  if (raw.Type === 'Notification' && typeof raw.TopicArn === 'string') return ofEither(raw.Message, 'SNS notification');
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
      return [{ value: ofResource(raw.data as Fields, ended, textOf(raw.time) ?? '', textOf(raw.id)) }];
    return raw.data === undefined ? undefined : ofEither(raw.data, 'CloudEvent');
  }
  if (raw.eventType !== undefined) {
    const parts = ofEventGrid(raw);
    if (parts !== undefined) return parts;
  }
  if (raw.payload !== undefined || raw.after !== undefined) {
    const parts = ofConnect(raw) ?? ofChange(raw);
    if (parts !== undefined) return parts;
  }
  if (raw.resourceLogs !== undefined || raw.scopeLogs !== undefined) return ofLogRecords(raw, allowance);
  return raw.category === undefined ? undefined : ofAks(raw);
}
