/** A real Apache Kafka broker for tests: one KRaft node on free ports, from the jars that Maven fetches once. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { configSchema } from '../../../schemas/config.ts';
import { makeTopics } from '../../../src/adapters/kafka/make-topics.ts';
import type { KafkaSettings } from '../../../src/adapters/kafka/open-client.ts';
import { freePorts } from '../../free-port.ts';
import { kafkaFiles } from './kafka-files.ts';
import { writeKeystore } from './kafka-keystore.ts';
import { answering, java, LOG, type Ports, settings } from './kafka-process.ts';

const run = promisify(execFile);

export interface Broker {
  readonly brokers: string[];
  /** Listeners that ask for more; undefined for an existing broker. */
  readonly secured: SecuredListeners | undefined;
  /** A plain client of the library, for what a test does around the adapter. */
  readonly client: Kafka;
  createTopic(topic: string, partitions?: number, entries?: Record<string, string>): Promise<void>;
  /** Kills the broker as a power failure would. */
  kill9(): Promise<void>;
  /** Starts it again on the same ports and log. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SecuredListeners {
  /** host:port with SASL PLAIN, SCRAM and OAUTHBEARER (unsigned tokens); user `worker`, password `worker-secret`. */
  readonly sasl: string;
  /** host:port with TLS. */
  readonly tls: string;
  /** PEM file of the certificate it shows. */
  readonly certificate: string;
}

/**
 * Why there can be no broker here, or undefined when there can. `KAFKA_BROKERS` names an existing one.
 * With `CI=true` a missing broker is a failure: this throws.
 */
export async function kafkaMissing(): Promise<string | undefined> {
  if (process.env.KAFKA_BROKERS) return undefined;
  let reason: string | undefined;
  try {
    await run('java', ['-version']);
    await kafkaFiles();
  } catch (error) {
    reason = `no Kafka broker for these tests: set KAFKA_BROKERS, or install Java 17 and Maven (${String(error).split('\n', 1)[0]})`;
  }
  if (reason && process.env.CI === 'true') throw new Error(reason);
  if (reason) process.stderr.write(`${reason}\n`);
  return reason;
}

let shared: Promise<Broker> | undefined;

/**
 * One broker for all test files of a run that only write and read, under names of their own. It starts when the first of them asks
 * (`kafka-for-all.ts`) and ends with the run. A file that kills its broker starts one of its own.
 */
export function sharedKafka(): Promise<Broker> {
  const place = process.env[KAFKA_FOR_ALL];
  shared ??= place === undefined || process.env.KAFKA_BROKERS ? startKafka() : askedOf(place);
  return shared;
}

/** Names the place where the run's broker is asked for. */
export const KAFKA_FOR_ALL = 'TIDEMARK_TEST_KAFKA';

async function askedOf(place: string): Promise<Broker> {
  const answer = await fetch(place);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  const { brokers, secured } = JSON.parse(text) as Pick<Broker, 'brokers' | 'secured'>;
  return { ...existing(brokers), secured };
}

export async function startKafka(): Promise<Broker> {
  if (process.env.KAFKA_BROKERS) return existing(process.env.KAFKA_BROKERS.split(','));
  const { libs, formatted, classes } = await kafkaFiles();
  const home = await mkdtemp(join(tmpdir(), 'tidemark-kafka-'));
  const ports = (await freePorts(4)) as unknown as Ports;
  const [port, saslPort, tlsPort] = ports;
  const certificate = await writeKeystore(home);
  const properties = join(home, 'server.properties');
  await writeFile(properties, settings(home, ports));
  await cp(formatted, join(home, LOG), { recursive: true });

  let child: ChildProcess | undefined;
  let output = '';
  async function start(): Promise<void> {
    output = '';
    const flags = ['-Xmx512m', `-XX:SharedArchiveFile=${classes}`];
    const broker = ['java', ...java(libs, flags, 'kafka.Kafka', properties)];
    child = spawn('sh', ['-c', LEASH, 'sh', home, ...broker], { stdio: ['pipe', 'pipe', 'pipe'] });
    const keep = (text: Buffer) => {
      output = (output + text.toString()).slice(-8_192);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    await answering(port, () => output);
  }
  async function end(last: string): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    ending.stdin?.end(last);
    await exited;
  }

  await start();
  const broker = withClient([`127.0.0.1:${port}`]);
  return {
    ...broker,
    secured: { sasl: `127.0.0.1:${saslPort}`, tls: `localhost:${tlsPort}`, certificate },
    kill9: () => end('keep\n'),
    restart: start,
    async stop() {
      await end('');
      await rm(home, { recursive: true, force: true });
    },
  };
}

/**
 * Holds the broker as long as the test process holds the other end of its input, so that no broker outlives a worker, however that ended.
 * A line `keep` kills it and keeps its files; the end of the input kills it and removes them.
 */
const LEASH = `home=$1; shift
"$@" </dev/null &
read -r said
kill -9 $!
wait $!
[ "$said" = keep ] || rm -rf "$home"`;

function withClient(brokers: string[]): Pick<Broker, 'brokers' | 'client' | 'createTopic'> {
  const client = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  return {
    brokers,
    client,
    createTopic: (topic, partitions = 1, entries = {}) =>
      withAdmin(client, async (admin) => {
        const configEntries = Object.entries(entries).map(([name, value]) => ({ name, value }));
        await makeTopics(admin, [{ topic, numPartitions: partitions, configEntries }]);
      }),
  };
}

function existing(brokers: string[]): Broker {
  const refuse = async () => {
    throw new Error('an existing broker is not ours to kill');
  };
  return {
    ...withClient(brokers),
    secured: undefined,
    kill9: refuse,
    restart: refuse,
    stop: async () => {},
  };
}

/** Runs `use` with an admin connection and closes it. */
export async function withAdmin<T>(client: Kafka, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Settings for the adapter as a user's file would give them; `more` may be quicker than a file may say. */
export function kafkaSettings(brokers: readonly string[], more: Partial<KafkaSettings> = {}): KafkaSettings {
  return { ...configSchema.parse({ kafka: { brokers } }).kafka!, maxWaitMs: 250, sessionTimeoutMs: 6_000, ...more };
}
