/** A publisher for as long as it works, shared by all who write to topics in this process. */
import type { OutgoingMessage, Publisher } from '../../ports/stream.ts';

/** A publisher for as long as it works: after a failure it is spent, and the next message gets another. */
export function sharedPublisher(open: () => Promise<Publisher>) {
  let opening: Promise<Publisher> | undefined;
  return {
    async publish(topic: string, message: OutgoingMessage): Promise<void> {
      opening ??= open();
      const mine = opening;
      try {
        await (await mine).send(topic, [message]);
      } catch (error) {
        if (opening === mine) opening = undefined;
        await mine.then((spent) => spent.close()).catch(() => {});
        throw error;
      }
    },
    close: async () => opening?.then((publisher) => publisher.close()).catch(() => {}),
  };
}
