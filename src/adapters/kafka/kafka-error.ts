/** What can go wrong between Tidemark and Kafka, told apart by class and kind, each with the next step for the reader. */
import type { Fault } from '../../fault.ts';

export type KafkaFaultKind =
  | 'unreachable'
  | 'tls'
  | 'authentication'
  | 'authorization'
  | 'missing-topic'
  | 'plaintext'
  | 'settings'
  | 'too-large'
  /** The broker does not believe the time of a message, which is that of our clock. */
  | 'clock'
  /** The partition went to another member of the group: what was begun there must be dropped, not finished. */
  | 'revoked'
  | 'closed'
  | 'other';

/** An outage or a wrong setting. Never carries a secret: only names of brokers, topics, files and error codes. */
export class KafkaError extends Error implements Fault {
  readonly kind: KafkaFaultKind;
  readonly remedy: string;
  /** kafkajs reads this member of an error thrown inside it. False, because trying again does not help. */
  readonly retriable = false;

  constructor(kind: KafkaFaultKind, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'KafkaError';
    this.kind = kind;
    this.remedy = remedy;
  }
}

/** The fields by which kafkajs tells its errors apart. */
interface ClientError {
  readonly name?: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly broker?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** The cause at the bottom: kafkajs wraps an error once per layer that gave up on it. */
export function rootCause(error: unknown): ClientError & { readonly message?: string } {
  let current = error;
  // A KafkaError is as deep as anybody needs to look: below it is what it was made from.
  for (let depth = 0; depth < 10 && typeof current === 'object' && current !== null; depth++) {
    if (current instanceof KafkaError) break;
    const { cause, errors } = current as ClientError;
    const next = cause ?? errors?.[0];
    if (next === undefined || next === current) break;
    current = next;
  }
  return typeof current === 'object' && current !== null ? current : {};
}

const REFUSED_RIGHTS = /^(TOPIC|GROUP|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED$/;
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_OSSL|HOSTNAME_MISMATCH)/;
const CONNECTION_NAMES = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
]);

/** Says in one line what an error of the client means; a KafkaError stays as it is. */
export function toKafkaError(error: unknown, doing: string): KafkaError {
  const root = rootCause(error);
  if (root instanceof KafkaError) return root;
  const detail = String(root.message ?? error);
  const fault = (kind: KafkaFaultKind, remedy: string) => new KafkaError(kind, `${doing}: ${detail}`, remedy, error);
  if (root.name === 'KafkaJSSASLAuthenticationError')
    return fault(
      'authentication',
      'Check kafka.sasl: the mechanism, the user name and the file that holds the secret.',
    );
  if (TLS_CODES.test(String(root.code ?? '')))
    return fault('tls', 'Check kafka.tls: caFile must hold the authority that signed the certificate of the broker.');
  if (REFUSED_RIGHTS.test(root.type ?? ''))
    return fault(
      'authorization',
      'Grant this user Read and Describe on the topics and the group, Write and Create on its own topics.',
    );
  if (root.type === 'UNKNOWN_TOPIC_OR_PARTITION')
    return fault('missing-topic', 'Create the topic, or correct its name in the configuration.');
  if (root.type === 'MESSAGE_TOO_LARGE' || root.type === 'RECORD_LIST_TOO_LARGE')
    return fault('too-large', 'Raise max.message.bytes of the topic.');
  if (root.type === 'INVALID_TIMESTAMP')
    return fault(
      'clock',
      'Set the clock of this machine right. With message.timestamp.type=LogAppendTime on the topic the broker does not ask for it.',
    );
  if (root.type === 'INVALID_REPLICATION_FACTOR')
    return fault('settings', 'Lower kafka.replicationFactor to the number of brokers at the most.');
  if (CONNECTION_NAMES.has(root.name ?? '') || typeof root.code === 'string')
    return fault(
      'unreachable',
      'Check that the broker runs, that kafka.brokers and its advertised listeners can be reached, and whether it expects TLS.',
    );
  return fault('other', 'The log of the broker may say more.');
}

/** True where the same request may succeed later without anybody mending anything. */
export function isPassing(error: unknown): boolean {
  const root = rootCause(error);
  return root.retriable === true || CONNECTION_NAMES.has(root.name ?? '');
}

const FENCED = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
]);

/** True where the group is being formed anew: the answer comes with the next assignment. */
export function isFenced(error: unknown): boolean {
  return FENCED.has(rootCause(error).type ?? '');
}
