/** Pulls messages of Pub/Sub subscriptions, and acknowledges a message only when it was taken. */
import { Agent, request } from 'undici';
import type { Config } from '../../schemas/config.ts';
import { withDeadline } from '../bounds/deadline.ts';
import { pause } from '../bounds/pause.ts';

// Source: REST reference of Pub/Sub v1, projects.subscriptions: pull, acknowledge, modifyAckDeadline.

export type SubscriptionOptions = Config['pubSub'][string];

/** A message as it was pulled. */
export interface PulledMessage {
  readonly ackId: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** What became of messages: they are acknowledged, or come back after the deadline of the subscription. */
export type PulledTaken = { readonly status: 'taken' } | { readonly status: 'later'; readonly reason: string };

export interface PubSubParts {
  readonly options: SubscriptionOptions;
  /** Takes messages. Resolves when what they hold is durable. */
  take(messages: readonly PulledMessage[], signal: AbortSignal): Promise<PulledTaken>;
  onEvent(event: {
    readonly type: 'taken' | 'left' | 'fault';
    readonly messages?: number;
    readonly reason?: string;
  }): void;
}

export interface Subscription {
  /** Pulls until the signal ends it; may run several times at once. */
  run(signal: AbortSignal): Promise<void>;
}

/** The package of Google is optional, and not there. */
class PackageMissing extends Error {
  override readonly name = 'ConfigError';
  readonly remedy = 'Install it: npm install google-auth-library@10. An install without optional packages has it not.';
}

const GOOGLE = 'https://pubsub.googleapis.com';
const SCOPE = 'https://www.googleapis.com/auth/pubsub';
/** Longest that a pull waits for messages: Google answers within a minute and a half. */
const PULL_TIMEOUT_MS = 120_000;
const ASK_TIMEOUT_MS = 15_000;
/** Pause after a subscription that cannot be reached, and after one that had nothing to give at once. */
const FAULT_PAUSE_MS = 1_000;
const EMPTY_PAUSE_MS = 200;
/** Acknowledgements are asked for so often before the messages are left to come back. */
const ACK_ATTEMPTS = 3;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fewer messages may fit. */
class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** The messages in an answer to a pull. */
export function messagesIn(answer: unknown): readonly PulledMessage[] {
  const received = isObject(answer) && Array.isArray(answer.receivedMessages) ? answer.receivedMessages : [];
  return received.flatMap((one: unknown) =>
    isObject(one) && typeof one.ackId === 'string' && isObject(one.message)
      ? [{ ackId: one.ackId, message: one.message }]
      : [],
  );
}

/** Opens one subscription. Throws a fault when the package of Google, which is optional, is not installed. */
export async function openSubscription({ options, take, onEvent }: PubSubParts): Promise<Subscription> {
  const { subscription, endpoint = GOOGLE, answerMaxBytes, messagesMax, ackDeadlineMs } = options;
  const base = `${endpoint.replace(/\/+$/, '')}/v1/${subscription}`;
  // A stand-in wants no credentials, and shall not have any.
  const { hostname, protocol } = new URL(endpoint);
  const token = hostname.endsWith('.googleapis.com') && protocol === 'https:' ? await tokens() : undefined;
  const agent = new Agent({ headersTimeout: PULL_TIMEOUT_MS, bodyTimeout: ASK_TIMEOUT_MS });
  let running = 0;
  /** Messages asked for: fewer for a while where so many do not fit into an answer, or they would come back without end. */
  let most = messagesMax;

  async function ask(method: string, body: object, timeoutMs: number, signal?: AbortSignal): Promise<unknown> {
    const bearer = await token?.();
    const answer = await request(`${base}:${method}`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
      signal: withDeadline(timeoutMs, signal),
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of answer.body) {
      bytes += (piece as Buffer).length;
      if (bytes > answerMaxBytes) throw new TooLarge('the answer is larger than answerMaxBytes');
      pieces.push(piece as Buffer);
    }
    if (answer.statusCode !== 200) throw new Error(`Pub/Sub answers ${answer.statusCode}`);
    return JSON.parse(Buffer.concat(pieces).toString('utf8') || '{}');
  }

  /** What is not acknowledged comes back, and is known by its ids then. */
  async function acknowledge(ackIds: readonly string[], signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++)
      try {
        await ask('acknowledge', { ackIds }, ASK_TIMEOUT_MS);
        return;
      } catch (error) {
        if (attempt === ACK_ATTEMPTS || signal.aborted) throw error;
      }
  }

  async function pull(signal: AbortSignal): Promise<readonly PulledMessage[]> {
    const asked = most;
    try {
      const messages = messagesIn(await ask('pull', { maxMessages: asked }, PULL_TIMEOUT_MS, signal));
      most = Math.min(messagesMax, asked * 2);
      return messages;
    } catch (error) {
      if (error instanceof TooLarge) most = Math.max(1, Math.floor(asked / 2));
      throw error;
    }
  }

  async function once(signal: AbortSignal): Promise<void> {
    const messages = await pull(signal);
    if (messages.length === 0) return pause(EMPTY_PAUSE_MS, signal);
    const ackIds = messages.map(({ ackId }) => ackId);
    const ackDeadlineSeconds = Math.ceil(ackDeadlineMs / 1_000);
    const renew = () =>
      ask('modifyAckDeadline', { ackIds, ackDeadlineSeconds }, ASK_TIMEOUT_MS, signal).catch(() => {});
    // While messages are being taken nobody else shall get them.
    await renew();
    const hold = setInterval(() => void renew(), ackDeadlineMs / 2);
    try {
      const taken = await take(messages, signal);
      if (taken.status === 'taken') await acknowledge(ackIds, signal);
      onEvent(
        taken.status === 'taken'
          ? { type: 'taken', messages: ackIds.length }
          : { type: 'left', messages: ackIds.length, reason: taken.reason },
      );
    } finally {
      clearInterval(hold);
    }
  }

  return {
    async run(signal) {
      running++;
      try {
        while (!signal.aborted)
          try {
            await once(signal);
          } catch (error) {
            if (signal.aborted) break;
            onEvent({ type: 'fault', reason: error instanceof Error ? reasonOf(error) : 'Error' });
            await pause(FAULT_PAUSE_MS, signal);
          }
      } finally {
        if (--running === 0) await agent.close();
      }
    },
  };
}

/** Neither addresses nor what an answer says: a code that is a word, or our own words. */
function reasonOf(error: Error): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return code;
  return error.constructor === Error || error instanceof TooLarge ? error.message.slice(0, 80) : error.name;
}

/** Finds credentials as Google's own library finds them: a workload's, a machine's, a file's. */
async function tokens(): Promise<() => Promise<string>> {
  const { GoogleAuth } = await import('google-auth-library').catch(() => {
    throw new PackageMissing('pubSub needs the package google-auth-library');
  });
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  return async () => {
    const found = await auth.getAccessToken();
    if (typeof found !== 'string' || found === '') throw new Error('no credentials for Pub/Sub');
    return found;
  };
}
