/** Decodes messages that were written with a schema registry: Avro, Protobuf and JSON Schema, by the schema whose id stands in front. */
import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { Agent, request } from 'undici';
import type { Config } from '../../schemas/config.ts';
import { withDeadline } from '../bounds/deadline.ts';
import { pause } from '../bounds/pause.ts';
import type { Decoder, Schema } from './schema-registry-schema.ts';

// Source: wire format of Confluent Schema Registry, magic byte 0 and four bytes of id; its REST API v1, which Karapace, Redpanda and Apicurio speak too.

type Settings = NonNullable<NonNullable<Config['kafka']>['schemaRegistry']>;

/** What a message holds, as JSON; or why nothing can be made of it. */
export type Decoded = { readonly json: string } | { readonly dead: string };

export interface SchemaRegistry {
  /**
   * Resolves when the schemas of these messages are known, or known to be missing. Rejects when the registry does not answer for
   * `retryForMs`, or when the signal ends it.
   */
  prepare(messages: Iterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Decodes a message that was prepared. Never throws. */
  decode(message: Uint8Array): Decoded;
  close(): Promise<void>;
}

/** The registry does not answer, or not as one. */
class RegistryFault extends Error {
  override readonly name = 'ConfigError';
  readonly remedy = 'See that kafka.schemaRegistry.url leads to a schema registry that this user may read.';
}

/** An answer that no further attempt would change. */
class Refused extends Error {}

const HEADER_BYTES = 5;
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
/** Schemas that one refers to, all levels together. */
const REFERENCES_MAX = 64;
/** How long a missing schema is not asked for again: one that was just registered may reach a follower later. */
const MISSING_MS = 30_000;
const FIRST_PAUSE_MS = 200;
/** Schemas asked for at once. */
const ASKED_AT_ONCE = 8;
const REASON_MAX_CHARS = 160;
const NO_SCHEMA = 'the schema registry has no schema of this id';
const TOO_MANY = 'a schema refers to too many others, or to itself';

type Told = Readonly<Record<string, unknown>>;
const isTold = (value: unknown): value is Told => typeof value === 'object' && value !== null;

type Known = { readonly decoder: Decoder } | { readonly broken: string };

/** The id of the schema in front of a message, or why there is none. */
function idOf(message: Uint8Array): number | string {
  if (message[0] === 0x7b || message[0] === 0x5b)
    return 'not written with a schema registry but what looks like JSON: leave out the encoding of this input';
  if (message.length < HEADER_BYTES || message[0] !== 0)
    return 'not written with a schema registry: it does not begin with a zero byte and the id of a schema';
  const id = new DataView(message.buffer, message.byteOffset).getInt32(1);
  return id < 0 ? NO_SCHEMA : id;
}

export interface SchemaRegistryParts {
  readonly settings: Settings;
  /** How long the registry is tried again before `prepare` gives up, and the longest pause in between. */
  readonly retryForMs: number;
  readonly maxRetryMs: number;
  readonly now: () => number;
  /** Waiting for the registry is told here, so that nobody takes it for being stuck. */
  readonly onWaiting: () => void;
}

export function createSchemaRegistry({
  settings,
  retryForMs,
  maxRetryMs,
  now,
  onWaiting,
}: SchemaRegistryParts): SchemaRegistry {
  const base = settings.url.replace(/\/+$/, '');
  const agent = new Agent({
    connections: ASKED_AT_ONCE,
    ...(settings.caFile !== undefined && { connect: { ca: read('caFile', settings.caFile) } }),
  });
  // Read once at the start, so that a file that is missing is noticed then.
  authorization(settings);
  const known = new LRUCache<number, Known>({ max: settings.schemasMax });
  /** Until when an id is not asked for again. Apart from the others: ids that nobody gave out, of which anybody can write many, displace none. */
  const missing = new LRUCache<number, number>({ max: settings.schemasMax });

  async function ask(path: string, signal: AbortSignal): Promise<Told | undefined> {
    const authorized = authorization(settings);
    const answer = await request(`${base}${path}`, {
      dispatcher: agent,
      headers: {
        accept: 'application/vnd.schemaregistry.v1+json, application/json',
        ...(authorized !== undefined && { authorization: authorized }),
      },
      signal: withDeadline(settings.timeoutMs, signal),
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of answer.body) {
      bytes += (piece as Buffer).length;
      if (bytes > ANSWER_MAX_BYTES) throw new Refused(`a schema is larger than ${ANSWER_MAX_BYTES} bytes`);
      pieces.push(piece as Buffer);
    }
    if (answer.statusCode === 404 && tellsOfMissing(pieces)) return undefined;
    if (answer.statusCode === 401 || answer.statusCode === 403)
      throw new RegistryFault(`kafka.schemaRegistry: the registry answers ${answer.statusCode}`);
    if (answer.statusCode !== 200) throw new Error(`the registry answers ${answer.statusCode}`);
    const told: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    if (!isTold(told)) throw new Error('the registry answers with no object');
    return told;
  }

  /** The schema with all that it refers to, each asked for once. */
  async function resolve(
    told: Told,
    signal: AbortSignal,
    others = new Map<string, Schema | 'under way'>(),
  ): Promise<Schema> {
    if (typeof told.schema !== 'string') throw new Refused('the registry told no schema');
    const references: { name: string; schema: Schema }[] = [];
    for (const { name, subject, version } of Array.isArray(told.references) ? told.references.filter(isTold) : []) {
      const place = `/subjects/${encodeURIComponent(String(subject))}/versions/${encodeURIComponent(String(version))}`;
      let schema = others.get(place);
      if (schema === undefined) {
        if (others.size === REFERENCES_MAX) throw new Refused(TOO_MANY);
        others.set(place, 'under way');
        const other = await ask(place, signal);
        if (other === undefined) throw new Refused('a schema refers to one that the registry does not have');
        schema = await resolve(other, signal, others);
        others.set(place, schema);
      }
      if (schema === 'under way') throw new Refused(TOO_MANY);
      references.push({ name: String(name), schema });
    }
    return { text: told.schema, references };
  }

  async function learn(id: number, signal: AbortSignal): Promise<Known | undefined> {
    try {
      const told = await ask(`/schemas/ids/${id}`, signal);
      if (told === undefined) return undefined;
      const schema = await resolve(told, signal);
      return { decoder: await decoderOf(told.schemaType ?? 'AVRO', schema) };
    } catch (error) {
      if (error instanceof Refused || error instanceof SchemaFault) return { broken: error.message };
      throw error;
    }
  }

  /** Asks again after a pause while the registry does not answer. */
  async function learnInTime(id: number, signal: AbortSignal): Promise<void> {
    const until = now() + retryForMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(maxRetryMs, pauseMs * 2)) {
      try {
        const learned = await learn(id, signal);
        if (learned === undefined) missing.set(id, now() + MISSING_MS);
        else known.set(id, learned);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof RegistryFault) throw error;
        if (now() + pauseMs > until)
          throw new RegistryFault(
            `kafka.schemaRegistry: no answer for ${Math.round(retryForMs / 1_000)} s (${causeOf(error)})`,
          );
        onWaiting();
        await pause(pauseMs, signal);
        signal.throwIfAborted();
      }
    }
  }

  /** Looked up as one that is used: it is among the last to be forgotten. */
  const isUnknown = (id: number) => known.get(id) === undefined && (missing.get(id) ?? 0) <= now();

  return {
    async prepare(messages, signal) {
      const wanted = new Set<number>();
      for (const message of messages) {
        const id = idOf(message);
        if (typeof id === 'number' && isUnknown(id)) wanted.add(id);
      }
      const ids = [...wanted];
      for (let from = 0; from < ids.length; from += ASKED_AT_ONCE)
        await Promise.all(ids.slice(from, from + ASKED_AT_ONCE).map((id) => learnInTime(id, signal)));
    },
    decode(message) {
      const id = idOf(message);
      if (typeof id === 'string') return { dead: id };
      const found = known.get(id);
      if (found === undefined) return { dead: NO_SCHEMA };
      if ('broken' in found) return { dead: found.broken };
      try {
        return { json: found.decoder(message.subarray(HEADER_BYTES)) };
      } catch {
        return { dead: 'not what its schema says' };
      }
    },
    close: () => agent.close(),
  };
}

/** Whether a 404 is a registry's word on a schema. Of an address that leads elsewhere it says nothing of any, and nothing may be lost by it. */
function tellsOfMissing(pieces: readonly Buffer[]): boolean {
  try {
    const told: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    return isTold(told) && String(told.error_code).startsWith('404') && told.error_code !== 404;
  } catch {
    return false;
  }
}

/** A schema that cannot be read. */
class SchemaFault extends Error {}

async function decoderOf(type: unknown, schema: Schema): Promise<Decoder> {
  if (type === 'JSON') return (payload) => Buffer.from(payload).toString('utf8');
  if (type !== 'AVRO' && type !== 'PROTOBUF') throw new SchemaFault('the schema is none of AVRO, PROTOBUF and JSON');
  // Loaded by those who need them. That they cannot be loaded is no fault of the schema.
  const make =
    type === 'AVRO'
      ? (await import('./schema-registry-avro.ts')).avroDecoder
      : (await import('./schema-registry-protobuf.ts')).protobufDecoder;
  try {
    return make(schema);
  } catch (error) {
    throw new SchemaFault(`the schema cannot be read: ${causeOf(error)}`);
  }
}

/** The code of an error where it is a word: that of one that took too long is a number. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { readonly code?: unknown };
  return (typeof code === 'string' ? code : error.message).slice(0, REASON_MAX_CHARS);
}

function read(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RegistryFault(`kafka.schemaRegistry.${key}: cannot read ${file} (${causeOf(error)})`);
  }
}

/** The header that authenticates, read anew each time, so that a token may be renewed. */
function authorization({ username, passwordFile, tokenFile }: Settings): string | undefined {
  const first = (key: string, file: string) => read(key, file).split(/\r?\n/, 1)[0] ?? '';
  if (tokenFile !== undefined) return `Bearer ${first('tokenFile', tokenFile)}`;
  if (username === undefined) return undefined;
  const password = passwordFile === undefined ? '' : first('passwordFile', passwordFile);
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
