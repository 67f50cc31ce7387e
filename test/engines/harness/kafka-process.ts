/** The process of a broker: its settings, how Java is called, and when it answers. */
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';

const START_TIMEOUT_MS = 60_000;
export const CLUSTER_ID = 'dGlkZW1hcmstdGVzdHMtMA';

/** Arguments of Java; `flags` are those of its own machine. */
export const java = (libs: string, flags: readonly string[], main: string, ...args: string[]): string[] => [
  ...flags,
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-cp',
  join(libs, '*'),
  main,
  ...args,
];

/** Ports of the plain, the SASL and the TLS listener, and of the controller. */
export type Ports = readonly [plain: number, sasl: number, tls: number, controller: number];

export const LOG = 'log';
export const KEYSTORE = 'keystore.pem';

/** `home` holds the log, in a folder of this name, and what its TLS listener shows. */
export function settings(home: string, [port, saslPort, tlsPort, controllerPort]: Ports): string {
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
ssl.keystore.type=PEM
ssl.keystore.location=${join(home, KEYSTORE)}
log.dirs=${join(home, LOG)}
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

/** Comes back when the broker on this port answers; throws with what it said where it does not within a minute. */
export async function answering(port: number, output: () => string): Promise<void> {
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
