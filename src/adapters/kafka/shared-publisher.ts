/** A publisher that outlives its failures, shared by all who write to topics in this process. */
import type { OutgoingMessage, Publisher } from '../../ports/stream.ts';

export interface SharedPublisher {
  /** Like `Publisher.send`; sends nothing, and opens nothing, for an empty list. */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a publisher with the first message. After a failure that one is spent, and the next message gets another. */
export function sharedPublisher(open: () => Promise<Publisher>): SharedPublisher {
  let opening: Promise<Publisher> | undefined;
  return {
    async send(topic, messages) {
      if (messages.length === 0) return;
      opening ??= open();
      const mine = opening;
      try {
        await (await mine).send(topic, messages);
      } catch (error) {
        if (opening === mine) opening = undefined;
        await mine.then((spent) => spent.close()).catch(() => {});
        throw error;
      }
    },
    async close() {
      await opening?.then((publisher) => publisher.close()).catch(() => {});
    },
  };
}
