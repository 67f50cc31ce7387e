/** Asks a broker for the ids of topics, which tell one that was made anew from the one of the same name before it. */
import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';

/** Ids by topic; a topic that does not exist, or whose broker gives none, is left out. */
export type TopicIds = ReadonlyMap<string, string>;

export interface TopicIdReader {
  /** Rejects as the client does where the broker does not answer. */
  read(topics: readonly string[]): Promise<TopicIds>;
  close(): Promise<void>;
}

interface Encoder {
  writeInt8(value: number): Encoder;
  writeUVarInt(value: number): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeBufferInternal(value: Buffer): void;
}

interface Connection {
  send(exchange: {
    readonly request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<Encoder> };
    readonly response: { decode(payload: Buffer): Promise<object>; parse(data: object): Promise<object> };
  }): Promise<unknown>;
}

/** What this module uses of kafkajs beyond its public interface. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: {
    refreshMetadataIfNecessary(topics: readonly string[]): Promise<void>;
    findConnectedBroker(): Promise<{
      readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
      readonly connectionPool: Connection;
    }>;
  };
}

const METADATA = 3;
/** The first version with ids in the answer, and the one spoken where the broker has it. */
const FIRST_WITH_IDS = 10;
const SPOKEN = 12;
const ID_BYTES = 16;
/** What a broker that has no ids gives as one. */
const NO_ID = Buffer.alloc(ID_BYTES);
const METADATA_MAX_AGE_MS = 60_000;

/**
 * kafkajs speaks versions of the protocol that know no ids, so one request is written here and sent over a connection of its
 * own. With another version of kafkajs, or a broker that has no ids (before Kafka 2.8, Azure Event Hubs), no id is given.
 */
export function openTopicIds(client: Kafka): TopicIdReader {
  const cluster = clusterOf(client);
  let connected: Promise<void> | undefined;
  return {
    async read(topics) {
      if (cluster === undefined) return new Map();
      connected ??= cluster.connect();
      await connected.catch((error) => {
        connected = undefined;
        throw error;
      });
      await cluster.brokerPool.refreshMetadataIfNecessary([]);
      const broker = await cluster.brokerPool.findConnectedBroker();
      const most = broker.versions[METADATA]?.maxVersion ?? 0;
      if (most < FIRST_WITH_IDS) return new Map();
      const version = Math.min(most, SPOKEN) < SPOKEN ? FIRST_WITH_IDS : SPOKEN;
      const ids = new Map<string, string>();
      await broker.connectionPool.send({
        request: {
          apiKey: METADATA,
          apiVersion: version,
          apiName: 'Metadata',
          encode: async () => encodeRequest(topics, version),
        },
        response: {
          async decode(payload) {
            for (const [topic, id] of decodeIds(payload, version)) ids.set(topic, id);
            return {};
          },
          parse: async (data) => data,
        },
      });
      return ids;
    },
    async close() {
      await connected?.then(() => cluster?.disconnect()).catch(() => {});
    },
  };
}

function clusterOf(client: Kafka): Cluster | undefined {
  const make = Object.getOwnPropertySymbols(client).find(({ description }) => description?.endsWith('createCluster'));
  if (make === undefined) return undefined;
  const create = (client as unknown as Record<symbol, (options: object) => Cluster>)[make];
  return create?.({ metadataMaxAge: METADATA_MAX_AGE_MS, allowAutoTopicCreation: false });
}

/** A flexible request: its header ends with a byte that kafkajs does not write, so the body begins with it. */
function encodeRequest(topics: readonly string[], version: number): Encoder {
  const Made = createRequire(import.meta.url)('kafkajs/src/protocol/encoder') as new () => Encoder;
  const encoder = new Made();
  encoder.writeUVarInt(0).writeUVarInt(topics.length + 1);
  for (const topic of topics) {
    encoder.writeBufferInternal(NO_ID);
    encoder.writeUVarIntString(topic).writeUVarInt(0);
  }
  // No automatic creation, no rights of the cluster (until version 10) or the topics.
  encoder.writeInt8(0).writeInt8(0);
  if (version === FIRST_WITH_IDS) encoder.writeInt8(0);
  return encoder.writeUVarInt(0);
}

/** Topics and their ids out of an answer, after its correlation id. Throws a RangeError for one that is cut off. */
function* decodeIds(payload: Buffer, version: number): Generator<readonly [string, string]> {
  let at = 0;
  const skip = (bytes: number) => {
    at += bytes;
  };
  const uvarint = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = payload.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const text = () => {
    const length = uvarint() - 1;
    if (length < 0) return '';
    at += length;
    return payload.toString('utf8', at - length, at);
  };
  const tags = () => {
    for (let left = uvarint(); left > 0; left--) {
      uvarint();
      skip(uvarint());
    }
  };
  const integers = () => skip(4 * Math.max(0, uvarint() - 1));
  tags();
  skip(4);
  for (let brokers = uvarint() - 1; brokers > 0; brokers--) {
    skip(4);
    text();
    skip(4);
    text();
    tags();
  }
  text();
  skip(4);
  for (let topics = uvarint() - 1; topics > 0; topics--) {
    const error = payload.readInt16BE(at);
    skip(2);
    const name = text();
    const id = payload.subarray(at, at + ID_BYTES);
    skip(ID_BYTES + 1);
    for (let partitions = uvarint() - 1; partitions > 0; partitions--) {
      skip(2 + 4 + 4 + 4);
      integers();
      integers();
      integers();
      tags();
    }
    skip(4);
    tags();
    if (error === 0 && !id.equals(NO_ID)) yield [name, id.toString('base64url')];
  }
  if (version === FIRST_WITH_IDS) skip(4);
}
