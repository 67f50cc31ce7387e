/** Makes topics, and comes back when they can be used. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';

/** A broker hears of a topic some milliseconds after the controller made it, and on a busy machine some seconds. */
const KNOWN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Makes what is not there yet, and waits until the broker that is asked lists all of it: the client's own wait ends with an error
 * where the broker does not know the topic yet. Gives what is listed then, or after half a minute.
 */
export async function makeTopics(admin: Admin, topics: ITopicConfig[]): Promise<Set<string>> {
  await admin.createTopics({ topics, waitForLeaders: false });
  const deadline = Date.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const listed = new Set(await admin.listTopics());
    if (topics.every(({ topic }) => listed.has(topic)) || Date.now() > deadline) return listed;
    await pause(LOOK_EVERY_MS);
  }
}
