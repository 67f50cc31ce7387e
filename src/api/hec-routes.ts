/** Logs in as the Splunk HTTP Event Collector takes them, for forwarders that speak it; acknowledged when durable. */
import { z } from 'zod';
import { chainedObjects, recordsOf } from './body.ts';
import { formatSchema, takeRecords } from './ingest-routes.ts';
import type { ConsoleParts, RawRecord, RecordLimits } from './ports.ts';
import { malformed } from './problem.ts';
import { type Asked, type Route, route } from './route.ts';

const CHANNELS_MAX = 10_000;
const ACKS_MAX = 10_000;
const CHANNEL = /^[0-9A-Za-z-]{1,64}$/;

const answerSchema = z.object({ text: z.string(), code: z.number(), ackId: z.number().optional() });
const querySchema = (formats: readonly string[]) =>
  z.object({ channel: z.string().regex(CHANNEL).optional(), format: formatSchema(formats) });

/** Splunk's code and text for each of our problems. */
const CODES: Readonly<Record<number, readonly [code: number, text: string]>> = {
  400: [6, 'Invalid data format'],
  401: [3, 'Invalid authorization'],
  403: [4, 'Invalid token'],
  413: [27, 'Request entity too large'],
  415: [6, 'Invalid data format'],
  429: [9, 'Server is busy'],
  503: [9, 'Server is busy'],
};
const phrase = (status: number, detail: string) => {
  const [code, text] = CODES[status] ?? [8, 'Internal server error'];
  return { body: { text, code, detail } };
};

/**
 * Acknowledgement ids by channel. A request is answered only when its records are durable, so every id that was ever given is
 * acknowledged; a process that was restarted does not know the ids of the one before, and the sender sends again.
 */
export function createChannels(channelsMax = CHANNELS_MAX) {
  /** By sender, each with its channels in order of use. */
  const given = new Map<string, Map<string, number>>();
  let channels = 0;
  const senderOf = ({ caller }: Pick<Asked<unknown, unknown>, 'caller'>) => `${caller.tenant}\u0000${caller.name}`;

  /** Whoever has most of them gives, so that a flood of channels costs its sender alone. */
  function makeRoom(): void {
    const [sender, fullest] = [...given].reduce((most, one) => (one[1].size > most[1].size ? one : most));
    const [oldest] = fullest.keys();
    if (oldest !== undefined && fullest.delete(oldest)) channels--;
    if (fullest.size === 0) given.delete(sender);
  }

  return {
    next(asked: Pick<Asked<unknown, unknown>, 'caller'>, channel: string): number {
      const sender = senderOf(asked);
      const own = given.get(sender) ?? new Map<string, number>();
      given.set(sender, own);
      const id = own.get(channel) ?? 0;
      if (!own.delete(channel)) channels++;
      own.set(channel, id + 1);
      if (channels > channelsMax) makeRoom();
      return id;
    },
    isDone: (asked: Pick<Asked<unknown, unknown>, 'caller'>, channel: string, id: number) =>
      id < (given.get(senderOf(asked))?.get(channel) ?? 0),
  };
}

function channelOf({ headers }: Asked<unknown, unknown>, query: { channel?: string | undefined }): string | undefined {
  const header = headers['x-splunk-request-channel'];
  const channel = query.channel ?? (typeof header === 'string' ? header : undefined);
  if (channel !== undefined && !CHANNEL.test(channel)) throw malformed('the channel is not a GUID', 'Send a GUID.');
  return channel;
}

/** Splunk's own loggers put what they were given beside its severity: what was given is the record. */
function insideOf(event: unknown): unknown {
  if (typeof event !== 'object' || event === null) return event;
  const { message, severity, ...rest } = event as Readonly<Record<string, unknown>>;
  const isWrapped = message !== undefined && typeof severity === 'string' && Object.keys(rest).length === 0;
  return isWrapped ? message : event;
}

/** `event` of each envelope: the record itself, or its text. */
async function* eventsOf(bytes: Buffer, limits: RecordLimits): AsyncGenerator<RawRecord> {
  for await (const { event } of chainedObjects(bytes, limits)) {
    if (event === undefined || event === '') throw malformed('an object has no event', 'Put the record into "event".');
    const record = insideOf(event);
    yield typeof record === 'string' ? { bytes: record } : { value: record };
  }
}

export function hecRoutes(parts: Pick<ConsoleParts, 'intake' | 'formats' | 'recordLimits' | 'notReady'>): Route[] {
  const channels = createChannels();
  const { recordLimits } = parts;
  const taking = (
    path: string,
    summary: string,
    cut: (bytes: Buffer, limits: RecordLimits) => AsyncIterable<RawRecord>,
  ) =>
    route({
      method: 'POST',
      path,
      scope: 'ingest',
      summary,
      query: querySchema(parts.formats),
      records: true,
      basic: true,
      answer: answerSchema,
      phrase,
      async run(asked) {
        const channel = channelOf(asked, asked.query);
        await takeRecords(parts, cut(asked.body, recordLimits), asked.caller, 'hec', asked.query.format);
        const ack = channel === undefined ? {} : { ackId: channels.next(asked, channel) };
        return { body: { text: 'Success', code: 0, ...ack } };
      },
    });
  const event = 'Send events as Splunk HEC takes them.';
  const raw = 'Send raw records, one a line.';
  const health = (path: string) =>
    route({
      method: 'GET',
      path,
      scope: undefined,
      summary: 'Whether events are taken now, as Splunk HEC says it.',
      answer: answerSchema,
      async run() {
        return parts.notReady().length === 0
          ? { body: { text: 'HEC is healthy', code: 17 } }
          : { status: 503, body: { text: 'HEC is unhealthy, queues are full', code: 18 } };
      },
    });
  return [
    taking('/services/collector', event, eventsOf),
    taking('/services/collector/event', event, eventsOf),
    taking('/services/collector/event/1.0', event, eventsOf),
    taking('/services/collector/raw', raw, recordsOf),
    taking('/services/collector/raw/1.0', raw, recordsOf),
    route({
      method: 'POST',
      path: '/services/collector/ack',
      scope: 'ingest',
      summary: 'Ask which requests of a channel are durable.',
      query: z.object({ channel: z.string().regex(CHANNEL).optional() }),
      body: z.object({ acks: z.array(z.number().int().min(0)).max(ACKS_MAX) }),
      answer: z.object({ acks: z.record(z.string(), z.boolean()) }),
      basic: true,
      phrase,
      async run(asked) {
        const channel = channelOf(asked, asked.query);
        if (channel === undefined) throw malformed('no channel was named', 'Send x-splunk-request-channel.');
        const acks = asked.body.acks.map((id) => [id, channels.isDone(asked, channel, id)] as const);
        return { body: { acks: Object.fromEntries(acks) } };
      },
    }),
    health('/services/collector/health'),
    health('/services/collector/health/1.0'),
  ];
}
