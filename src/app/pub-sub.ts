/** Gives what subscriptions of Pub/Sub hold to the intake, and lets messages go only when all of them are durable. */
import { openSubscription, type PulledMessage, type PulledTaken, type Subscription } from '../adapters/pub-sub.ts';
import type { RawRecord } from '../api/ports.ts';
import { pause } from '../bounds/pause.ts';
import type { PushIngest } from '../ingest/push-ingest.ts';
import type { RoleParts } from './role-parts.ts';

/** Each message in an envelope of its own, which the reader opens. */
const recordOf = ({ message }: PulledMessage) => ({
  value: { receivedMessages: [{ message }] },
  size: typeof message.data === 'string' ? message.data.length : 0,
});

/** Hands messages over, waiting while too much is under way; half of them at a time where they hold too many records. */
async function handOver(
  messages: readonly PulledMessage[],
  give: (records: RawRecord[]) => ReturnType<PushIngest['take']>,
  signal: AbortSignal,
): Promise<PulledTaken> {
  for (;;) {
    if (signal.aborted) return { status: 'later', reason: 'the process ends' };
    const outcome = await give(messages.map(recordOf));
    const [only] = messages;
    if (outcome.status === 'taken') return { status: 'taken' };
    if (outcome.status === 'busy') await pause(outcome.retryAfterMs, signal);
    else if (outcome.status === 'too-many' && messages.length > 1) {
      const half = Math.ceil(messages.length / 2);
      const first = await handOver(messages.slice(0, half), give, signal);
      return first.status === 'taken' ? handOver(messages.slice(half), give, signal) : first;
    } else if (outcome.status === 'too-many' && only !== undefined)
      // It would come again and again and hold as many each time: set aside, it can be looked at and taken apart.
      return setAside(only, outcome.reason, give, signal);
    else return { status: 'later', reason: outcome.reason };
  }
}

/** One message as a dead letter. */
async function setAside(
  { message }: PulledMessage,
  reason: string,
  give: (records: RawRecord[]) => ReturnType<PushIngest['take']>,
  signal: AbortSignal,
): Promise<PulledTaken> {
  const record = { unreadable: reason, bytes: Buffer.from(JSON.stringify({ message })) };
  for (;;) {
    if (signal.aborted) return { status: 'later', reason: 'the process ends' };
    const outcome = await give([record]);
    if (outcome.status === 'taken') return { status: 'taken' };
    if (outcome.status !== 'busy') return { status: 'later', reason: outcome.reason };
    await pause(outcome.retryAfterMs, signal);
  }
}

/** Opens every subscription of the configuration. `close` resolves when what was begun is done. Throws a fault when a package is missing. */
export async function openPubSub(
  parts: Pick<RoleParts, 'config' | 'telemetry'>,
  intake: PushIngest,
): Promise<{ close(): Promise<void> }> {
  const { config, telemetry } = parts;
  const controller = new AbortController();
  const open: Subscription[] = [];
  for (const [name, options] of Object.entries(config.pubSub)) {
    const caller = { name, scope: 'ingest' as const, tenant: options.tenant ?? config.ingest.tenant };
    const subscription = await openSubscription({
      options,
      take: (messages, signal) =>
        handOver(messages, (records) => intake.take(records, caller, 'pubsub', options.format), signal),
      onEvent({ type, messages = 0, reason }) {
        if (type === 'taken') telemetry.event('pubsub-taken', { queue: name, messages });
        else telemetry.event('pubsub-left', { queue: name, outcome: type, reason: reason ?? type, messages });
      },
    });
    for (let reader = 0; reader < options.readers; reader++) open.push(subscription);
  }
  const running = Promise.allSettled(open.map((subscription) => subscription.run(controller.signal)));
  return {
    async close() {
      controller.abort();
      await running;
    },
  };
}
