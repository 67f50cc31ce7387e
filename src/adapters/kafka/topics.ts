/** Looks after the topics: makes Tidemark's own, and says which of the others are missing. */
import type { Admin } from 'kafkajs';
import type { TopicPartition } from '../../ports/stream.ts';
import { KafkaError, toKafkaError } from './kafka-error.ts';
import { makeTopics } from './make-topics.ts';
import { type KafkaLog, type KafkaSettings, openClient, refusePlaintext } from './open-client.ts';

/** Alerts are few and wanted in order. */
const ALERT_PARTITIONS = 1;

/**
 * What we write is dated by the broker: it refuses what a worker dates more than an hour ahead, so that a wrong clock would end the worker, and
 * by other dates it would keep messages for too long or too short a time.
 */
const OWN_TOPIC = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];

/** In the words of the protocol, where -1 leaves it to the brokers. */
const replicasOf = ({ replicationFactor = -1 }: KafkaSettings) => replicationFactor;

/**
 * Creates the activity and the alert topic where they are missing and `kafka.createTopics` permits it; raw topics never.
 * Throws KafkaError naming the first topic that is missing afterwards. Safe from any number of processes at once.
 */
export async function ensureTopics(kafka: KafkaSettings, alertTopic: string, log?: KafkaLog): Promise<void> {
  await withAdmin(kafka, log, async (admin) => {
    let present = new Set(await admin.listTopics());
    if (kafka.createTopics) {
      const own = [
        { topic: kafka.activityTopic, numPartitions: kafka.activityPartitions },
        { topic: alertTopic, numPartitions: ALERT_PARTITIONS },
      ].filter(({ topic }) => !present.has(topic));
      const topics = own.map((topic) => ({
        ...topic,
        replicationFactor: replicasOf(kafka),
        configEntries: OWN_TOPIC,
      }));
      if (topics.length > 0) present = await makeTopics(admin, topics);
    }
    const [missing] = missingTopics(kafka, alertTopic, present);
    if (missing) throw missing;
  });
}

/**
 * Makes the activity topic where it is missing and gives the number of its partitions, for history that is learned into them. Throws a
 * KafkaError while workers read it: what they learn meanwhile would be judged without that history.
 */
export async function prepareActivityTopic(kafka: KafkaSettings, alertTopic: string, log?: KafkaLog): Promise<number> {
  const { inventory: _, ...own } = kafka;
  await ensureTopics({ ...own, inputs: [] }, alertTopic, log);
  return withAdmin(kafka, log, async (admin) => {
    const group = `${kafka.groupId}-detect`;
    const { groups } = await admin.describeGroups([group]);
    const members = groups.reduce((sum, one) => sum + one.members.length, 0);
    if (members > 0)
      throw new KafkaError(
        'other',
        `kafka: ${members} workers of the group "${group}" are running`,
        'Stop `tidemark run` until the history is learned.',
      );
    const { topics } = await admin.fetchTopicMetadata({ topics: [kafka.activityTopic] });
    return topics[0]!.partitions.length;
  });
}

/** What stands in the way of moving to another activity topic. */
export interface TopicStanding {
  /** Processes that read or write the topic as members of our groups. */
  readonly members: number;
  readonly partitions: number;
  /** Offsets that no worker has judged yet, and where the partitions end, together. */
  readonly unread: number;
  readonly end: number;
}

/** Looks at the activity topic, and at who works on it. Throws a KafkaError where it does not exist. */
export async function readStanding(kafka: KafkaSettings, log?: KafkaLog): Promise<TopicStanding> {
  return withAdmin(kafka, log, async (admin) => {
    const topic = kafka.activityTopic;
    if (!(await admin.listTopics()).includes(topic))
      throw new KafkaError('missing-topic', `kafka: topic "${topic}" does not exist`, 'Correct kafka.activityTopic.');
    const detect = `${kafka.groupId}-detect`;
    const { groups } = await admin.describeGroups([detect, `${kafka.groupId}-ingest`]);
    const bounds = await admin.fetchTopicOffsets(topic);
    const [of] = await admin.fetchOffsets({ groupId: detect, topics: [topic] });
    const committed = new Map(of?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    const unread = bounds.map(({ partition, low, high }) =>
      Math.max(0, Number(high) - Math.max(Number(low), committed.get(partition) ?? -1)),
    );
    return {
      members: groups.reduce((sum, one) => sum + one.members.length, 0),
      partitions: bounds.length,
      unread: unread.reduce((sum, one) => sum + one, 0),
      end: bounds.reduce((sum, { high }) => sum + Number(high), 0),
    };
  });
}

/**
 * Makes a topic with so many partitions, where `kafka.createTopics` permits it. Throws a KafkaError where one of that name has another number of
 * them, or holds messages.
 */
export async function makeEmptyTopic(kafka: KafkaSettings, topic: string, partitions: number): Promise<void> {
  await withAdmin(kafka, undefined, async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) {
      if (!kafka.createTopics)
        throw new KafkaError(
          'missing-topic',
          `kafka: topic "${topic}" does not exist and kafka.createTopics is false`,
          `Create it with ${partitions} partitions.`,
        );
      const made = {
        topic,
        numPartitions: partitions,
        replicationFactor: replicasOf(kafka),
        configEntries: OWN_TOPIC,
      };
      await makeTopics(admin, [made]);
      // Nobody has written to it.
      return;
    }
    const bounds = await admin.fetchTopicOffsets(topic);
    if (bounds.length !== partitions)
      throw new KafkaError(
        'other',
        `kafka: topic "${topic}" has ${bounds.length} partitions, not ${partitions}`,
        'Name a topic that is not there yet.',
      );
    if (bounds.some(({ high }) => Number(high) > 0))
      throw new KafkaError(
        'other',
        `kafka: topic "${topic}" holds messages, which the habits know nothing of`,
        'Name a topic that is not there yet.',
      );
  });
}

/** How many partitions the activity topic has. */
export function activityPartitions(kafka: KafkaSettings, log?: KafkaLog): Promise<number> {
  return withAdmin(kafka, log, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [kafka.activityTopic] });
    return topics[0]!.partitions.length;
  });
}

/** The offsets that a partition holds now: from the first to before the last. */
export interface Bounds extends TopicPartition {
  readonly low: number;
  readonly high: number;
}

/** Where the partitions of topics begin and end now. Throws a KafkaError for one that does not exist. */
export async function readBounds(kafka: KafkaSettings, topics: readonly string[]): Promise<Bounds[]> {
  return withAdmin(kafka, undefined, async (admin) => {
    const present = new Set(await admin.listTopics());
    const bounds: Bounds[] = [];
    for (const topic of topics) {
      if (!present.has(topic))
        throw new KafkaError('missing-topic', `kafka: topic "${topic}" does not exist`, 'Correct its name.');
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        bounds.push({ topic, partition, low: Number(low), high: Number(high) });
    }
    return bounds.sort((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition);
  });
}

/** Removes a group that nobody will read as again. It would go by itself, later. */
export async function forgetGroup(kafka: KafkaSettings, group: string): Promise<void> {
  await withAdmin(kafka, undefined, (admin) => admin.deleteGroups([group])).catch(() => undefined);
}

/** What stands in the way of running: empty when the broker answers and every topic is there or may be created. */
export async function checkKafka(kafka: KafkaSettings, alertTopic: string): Promise<readonly KafkaError[]> {
  try {
    return await withAdmin(kafka, undefined, async (admin) => {
      const present = new Set(await admin.listTopics());
      if (kafka.createTopics) present.add(kafka.activityTopic).add(alertTopic);
      return missingTopics(kafka, alertTopic, present);
    });
  } catch (error) {
    return [toKafkaError(error, `kafka ${kafka.brokers.join(', ')}`)];
  }
}

function missingTopics(kafka: KafkaSettings, alertTopic: string, present: ReadonlySet<string>): KafkaError[] {
  const { inventory } = kafka;
  const raw = [
    ...kafka.inputs.map(({ topic }) => ({ key: 'kafka.inputs', topic })),
    ...(inventory === undefined ? [] : [{ key: 'kafka.inventory', topic: inventory.topic }]),
  ]
    .filter(({ topic }) => !present.has(topic))
    .map(
      ({ key, topic }) =>
        new KafkaError(
          'missing-topic',
          `${key}: topic "${topic}" does not exist`,
          'Create it where its producer lives, or correct its name; Tidemark never creates a raw topic.',
        ),
    );
  const own = [kafka.activityTopic, alertTopic]
    .filter((topic) => !present.has(topic))
    .map(
      (topic) =>
        new KafkaError(
          'missing-topic',
          `kafka: topic "${topic}" does not exist and kafka.createTopics is false`,
          `Create it (${topic === alertTopic ? ALERT_PARTITIONS : kafka.activityPartitions} partitions), or set kafka.createTopics: true.`,
        ),
    );
  return [...raw, ...own];
}

async function withAdmin<T>(
  kafka: KafkaSettings,
  log: KafkaLog | undefined,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = openClient(kafka, { patient: false, ...(log && { log }) }).admin();
  try {
    await admin.connect();
    // A broker may advertise other addresses than the one it was found by.
    refusePlaintext(
      kafka,
      (await admin.describeCluster()).brokers.map(({ host }) => host),
    );
    return await use(admin);
  } catch (error) {
    throw toKafkaError(error, `kafka ${kafka.brokers.join(', ')}`);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
