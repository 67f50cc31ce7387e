/** Gives what subscriptions of Pub/Sub hold to the intake, and lets messages go only when all of them are durable. */
import { openSubscription, type PulledMessage, type Subscription } from '../adapters/pub-sub.ts';
import type { PushIngest } from '../ingest/push-ingest.ts';
import { handOver } from './hand-over.ts';
import type { RoleParts } from './role-parts.ts';

/** Each message in an envelope of its own, which the reader opens. */
const recordOf = ({ message }: PulledMessage) => ({
  value: { receivedMessages: [{ message }] },
  size: typeof message.data === 'string' ? message.data.length : 0,
});

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
        handOver(messages.map(recordOf), (records) => intake.take(records, caller, 'pubsub', options.format), signal),
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
