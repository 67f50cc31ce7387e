/** Makes topics, and comes back when they can be used. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';

/** A broker hears of a topic some milliseconds after the controller made it, and on a busy machine some seconds. */
const KNOWN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Makes what is not there yet, and waits until the broker that is asked lists all of it, with leaders: the client's own wait ends with an
 * error where the broker does not know the topic yet. Gives what is listed then, or after half a minute; whoever asks for a topic
 * without a leader later is told so then.
 */
export async function makeTopics(admin: Admin, topics: ITopicConfig[]): Promise<Set<string>> {
  await admin.createTopics({ topics, waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  const deadline = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const listed = new Set(await admin.listTopics());
    const areThere = names.every((name) => listed.has(name)) && (await haveLeaders(admin, names).catch(() => false));
    if (areThere || performance.now() > deadline) return listed;
    await pause(LOOK_EVERY_MS);
  }
}

async function haveLeaders(admin: Admin, topics: string[]): Promise<boolean> {
  const told = await admin.fetchTopicMetadata({ topics });
  return told.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
}
