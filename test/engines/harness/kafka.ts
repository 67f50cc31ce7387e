/** A real Apache Kafka broker for tests: one KRaft node on free ports, from the jars that Maven fetches once. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { configSchema } from '../../../schemas/config.ts';
import type { KafkaSettings } from '../../../src/adapters/kafka/open-client.ts';
import { freePorts } from '../../free-port.ts';

const run = promisify(execFile);
const VERSION = '4.1.0';
const POM = fileURLToPath(new URL('./kafka.pom.xml', import.meta.url));
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tidemark', `kafka-${VERSION}`);
const FETCH_TIMEOUT_MS = 150_000;
const START_TIMEOUT_MS = 60_000;

export interface Broker {
  readonly brokers: string[];
  /** Listeners that ask for more; undefined for an existing broker. */
  readonly secured: SecuredListeners | undefined;
  /** A plain client of the library, for what a test does around the adapter. */
  readonly client: Kafka;
  /** True for a broker this harness started, which may be killed. */
  readonly isOurs: boolean;
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
    await jars();
  } catch (error) {
    reason = `no Kafka broker for these tests: set KAFKA_BROKERS, or install Java 17 and Maven (${String(error).split('\n', 1)[0]})`;
  }
  if (reason && process.env.CI === 'true') throw new Error(reason);
  if (reason) process.stderr.write(`${reason}\n`);
  return reason;
}

/** Folder of the jars; fetched into a folder of its own and renamed, so that a fetch cut short is never taken for a whole one. */
async function jars(): Promise<string> {
  const libs = join(CACHE, 'libs');
  if (existsSync(libs)) return libs;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'fetch-'));
  try {
    await copyFile(POM, join(work, 'pom.xml'));
    const output = join(work, 'libs');
    await run(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', `-Dkafka.version=${VERSION}`, `-DoutputDirectory=${output}`],
      {
        cwd: work,
        timeout: FETCH_TIMEOUT_MS,
      },
    );
    await rename(output, libs).catch((error) => {
      if (!existsSync(libs)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return libs;
}

let shared: Promise<Broker> | undefined;

/**
 * One broker for all test files of a worker that only write and read: starting one costs some ten seconds of processor time. It ends
 * with the worker. A file that kills its broker starts one of its own.
 */
export function sharedKafka(): Promise<Broker> {
  shared ??= startKafka();
  return shared;
}

export async function startKafka(): Promise<Broker> {
  if (process.env.KAFKA_BROKERS) return existing(process.env.KAFKA_BROKERS.split(','));
  const libs = await jars();
  const home = await mkdtemp(join(tmpdir(), 'tidemark-kafka-'));
  const ports = (await freePorts(4)) as [number, number, number, number];
  const [port, saslPort, tlsPort] = ports;
  const certificate = await makeCertificate(home);
  const properties = join(home, 'server.properties');
  await writeFile(properties, settings(home, ports));
  const java = (memory: string, main: string, ...args: string[]) => [
    memory,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    join(libs, '*'),
    main,
    ...args,
  ];
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=worker,password=worker-secret]`,
  ]);
  const format = ['format', '-t', 'dGlkZW1hcmstdGVzdHMtMA', '-c', properties, ...scram];
  await run('java', java('-Xmx128m', 'kafka.tools.StorageTool', ...format));

  let child: ChildProcess | undefined;
  let output = '';
  async function start(): Promise<void> {
    output = '';
    const broker = ['java', ...java('-Xmx512m', 'kafka.Kafka', properties)];
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
    isOurs: true,
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

const KEYSTORE_PASSWORD = 'only-for-tests';

/** A key and a self-signed certificate for localhost, as a keystore for the broker and a PEM file for clients. */
async function makeCertificate(home: string): Promise<string> {
  const pem = join(home, 'certificate.pem');
  const file = ['-keystore', join(home, 'keystore.p12'), '-storetype', 'PKCS12'];
  const store = [...file, '-storepass', KEYSTORE_PASSWORD, '-alias', 'broker'];
  const subject = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1'];
  await run('keytool', ['-genkeypair', ...store, ...subject, '-validity', '2', '-keyalg', 'EC']);
  await run('keytool', ['-exportcert', '-rfc', '-file', pem, ...store]);
  return pem;
}

function settings(home: string, [port, saslPort, tlsPort, controllerPort]: [number, number, number, number]): string {
  const sasl = 'listener.name.sasl_plaintext';
  const login = (name: string, options = '') =>
    `sasl.jaas.config=org.apache.kafka.common.security.${name} required ${options};`;
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},SASL_PLAINTEXT://127.0.0.1:${saslPort},SSL://127.0.0.1:${tlsPort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL_PLAINTEXT://127.0.0.1:${saslPort},SSL://localhost:${tlsPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
${sasl}.plain.${login('plain.PlainLoginModule', 'user_worker="worker-secret"')}
${sasl}.scram-sha-256.${login('scram.ScramLoginModule')}
${sasl}.scram-sha-512.${login('scram.ScramLoginModule')}
${sasl}.oauthbearer.${login('oauthbearer.OAuthBearerLoginModule', 'unsecuredLoginStringClaim_sub="broker"')}
ssl.keystore.location=${join(home, 'keystore.p12')}
ssl.keystore.type=PKCS12
ssl.keystore.password=${KEYSTORE_PASSWORD}
ssl.key.password=${KEYSTORE_PASSWORD}
log.dirs=${join(home, 'log')}
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=500
log.retention.check.interval.ms=1000
num.network.threads=2
num.io.threads=2
background.threads=2
log.cleaner.enable=false
`;
}

async function answering(port: number, output: () => string): Promise<void> {
  const client = new kafkajs.Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0, initialRetryTime: 50, maxRetryTime: 50 },
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const admin = client.admin();
    try {
      if (await accepts(port)) {
        await admin.connect();
        const { brokers } = await admin.describeCluster();
        if (brokers.length > 0) return;
      }
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`the broker did not answer: ${String(error)}\n${output()}`);
    } finally {
      await admin.disconnect().catch(() => {});
    }
    if (Date.now() > deadline) throw new Error(`the broker did not answer:\n${output()}`);
    await pause(100);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const answer = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).connect(port, '127.0.0.1');
  });
}

function withClient(brokers: string[]): Pick<Broker, 'brokers' | 'client' | 'createTopic'> {
  const client = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  return {
    brokers,
    client,
    createTopic: (topic, partitions = 1, entries = {}) =>
      withAdmin(client, async (admin) => {
        const configEntries = Object.entries(entries).map(([name, value]) => ({ name, value }));
        await admin.createTopics({
          topics: [{ topic, numPartitions: partitions, configEntries }],
          waitForLeaders: false,
        });
        // kafkajs takes it for an end that the broker which it asks for leaders has not heard of the topic yet.
        const hasLeaders = async () => {
          const [told] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
          return told!.partitions.length === partitions && told!.partitions.every(({ leader }) => leader >= 0);
        };
        for (let looks = 0; looks < 300 && !(await hasLeaders().catch(() => false)); looks++) await pause(100);
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
    isOurs: false,
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
  return { ...configSchema.parse({ kafka: { brokers } }).kafka!, maxWaitMs: 50, sessionTimeoutMs: 6_000, ...more };
}
