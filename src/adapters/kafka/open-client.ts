/** Makes the kafkajs client: TLS, SASL, patience, and a log that says nothing by itself. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import kafkajs, { type Kafka, type KafkaConfig, type RetryOptions, type SASLOptions } from 'kafkajs';
import type { Config } from '../../../schemas/config.ts';
import { registerCodecs } from './codecs.ts';
import { KafkaError } from './kafka-error.ts';
import { oauthBearer } from './oauth-bearer.ts';

export type KafkaSettings = NonNullable<Config['kafka']>;

/** Told what the client has to say: an event in a sentence and a few fields, none of them secret. */
export type KafkaLog = (
  level: 'error' | 'warn' | 'info' | 'debug',
  message: string,
  fields: Readonly<Record<string, string | number>>,
) => void;

export const silent: KafkaLog = () => {};

/** Longest wait for a connection, and for an answer. */
const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** Attempts of a hasty client: about a second against a port that refuses. */
const HASTY_RETRIES = 3;

export interface ClientOptions {
  readonly patient: boolean;
  readonly log?: KafkaLog;
  /** Once aborted, no further attempt to connect is made: a patient client would keep the process alive for ever. */
  readonly retired?: AbortSignal;
}

/**
 * `patient`: keep trying until the caller's own deadline, as a running source or publisher must;
 * otherwise give up after about a second, as a check must. Throws KafkaError for settings that cannot work.
 */
export function openClient(kafka: KafkaSettings, options: ClientOptions): Kafka {
  for (const broker of kafka.brokers)
    if (!/^[^:\s]+:\d{1,5}$/.test(broker))
      throw new KafkaError(
        'settings',
        `kafka.brokers: "${broker}" is not host:port`,
        'Write it as host:port, IPv6 by its host name.',
      );
  refusePlaintext(
    kafka,
    kafka.brokers.map((broker) => broker.slice(0, broker.lastIndexOf(':'))),
  );
  registerCodecs();
  quietIdleTimer();
  const config: KafkaConfig = {
    clientId: kafka.clientId,
    // Without an address kafkajs gives up, which nothing else makes it do.
    brokers: () => (options.retired?.aborted ? [] : kafka.brokers),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: retryOptions(kafka, options.patient),
    logCreator: () => relay(options.log ?? silent),
    logLevel: kafkajs.logLevel.WARN,
  };
  if (kafka.tls.enabled) config.ssl = tlsOptions(kafka.tls);
  if (kafka.sasl) config.sasl = saslOptions(kafka.sasl);
  return new kafkajs.Kafka(config);
}

/** Every number is given, because kafkajs has other defaults where NODE_ENV is "test". */
export function retryOptions(kafka: KafkaSettings, patient: boolean): RetryOptions {
  return {
    initialRetryTime: 100,
    multiplier: 2,
    factor: 0.2,
    maxRetryTime: kafka.maxRetryMs,
    retries: patient ? Number.MAX_SAFE_INTEGER : HASTY_RETRIES,
  };
}

/** Throws unless the traffic to these hosts is encrypted, stays on this machine, or was permitted in the clear. */
export function refusePlaintext(kafka: KafkaSettings, hosts: readonly string[]): void {
  if (kafka.tls.enabled || kafka.allowPlaintext) return;
  const exposed = hosts.find((host) => !isLoopback(host));
  if (exposed !== undefined)
    throw new KafkaError(
      'plaintext',
      `kafka: an unencrypted connection to ${exposed}, which is not this machine, is refused`,
      'Set kafka.tls.enabled, or kafka.allowPlaintext: true where the network itself is trusted.',
    );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function tlsOptions(tls: KafkaSettings['tls']): NonNullable<KafkaConfig['ssl']> {
  return {
    ...(tls.caFile && { ca: [readSetting('kafka.tls.caFile', tls.caFile)] }),
    ...(tls.certFile && { cert: readSetting('kafka.tls.certFile', tls.certFile) }),
    ...(tls.keyFile && { key: readSetting('kafka.tls.keyFile', tls.keyFile) }),
    ...(tls.serverName && { servername: tls.serverName }),
  };
}

function saslOptions(sasl: NonNullable<KafkaSettings['sasl']>): NonNullable<KafkaConfig['sasl']> {
  if (sasl.mechanism === 'oauthbearer') {
    readSecret('kafka.sasl.tokenFile', sasl.tokenFile);
    return oauthBearer(() => readSecret('kafka.sasl.tokenFile', sasl.tokenFile));
  }
  return {
    mechanism: sasl.mechanism,
    username: sasl.username,
    password: readSecret('kafka.sasl.passwordFile', sasl.passwordFile),
  } as SASLOptions;
}

function readSecret(option: string, file: string): string {
  const secret = readSetting(option, file).split(/\r?\n/, 1)[0] ?? '';
  if (secret === '')
    throw new KafkaError('settings', `${option}: ${file} is empty`, 'Put the secret on its first line.');
  return secret;
}

function readSetting(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new KafkaError(
      'settings',
      `${option}: cannot read ${file} (${code})`,
      'Name a file this user may read.',
      error,
    );
  }
}

/** One step milder than kafkajs has it: it calls a coordinator that is still loading an error; what ends a run comes as a KafkaError. */
const LEVELS: Record<number, 'warn' | 'info' | 'debug'> = { 1: 'warn', 2: 'info' };
/** Fields passed on; all else (payloads, stacks, member metadata) stays behind. */
const FIELDS = ['broker', 'topic', 'partition', 'groupId', 'error', 'retryCount', 'retryTime'] as const;

function relay(log: KafkaLog) {
  return ({ level, log: entry }: { level: number; log: { message: string; [field: string]: unknown } }) => {
    const fields: Record<string, string | number> = {};
    for (const field of FIELDS) {
      const value = entry[field];
      if (typeof value === 'string' || typeof value === 'number') fields[field] = value;
    }
    log(LEVELS[level] ?? 'debug', entry.message, fields);
  };
}

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

let quiet = false;

/**
 * kafkajs 2.2.4 re-arms a 1 ms timer on every connection for ever, also with nothing to send. The timer only ever
 * serves waiting requests, and queueing a request arms it again, so with none waiting it is left out.
 */
function quietIdleTimer(): void {
  if (quiet) return;
  quiet = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue;
  };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
