/** Moves what is remembered of one activity topic to another with more partitions, inside ClickHouse. */
import type { Move, MoveCounts, MoveStep, MoveStore } from '../../ports/moves.ts';
import { ask, run } from './ask.ts';
import { insertValue, type Shared, storedValue } from './installation.ts';

const STEPS: readonly MoveStep[] = ['begun', 'copied', 'done'];
const stepName = (to: string, step: MoveStep) => `moved/${to}/${step}`;
const goneName = (from: string) => `moved-from/${from}`;

/** The key of the message that an identity's activities come with; of a memory the part of its key that says so. */
const OF_IDENTITY = 'concat(tenant, char(0), identity_id)';
const OF_MEMORY = "arrayStringConcat(arraySlice(splitByChar('\\0', key), 1, 2), char(0))";
const OF_DECIDED = "concat(tenant, char(0), JSONExtractString(decided, 'identity'))";
/** As `partitionOf` chooses it. */
const partitionOf = (key: string, count = '{partitions:UInt32}') => `toUInt32(kafkaMurmurHash(${key}) % ${count})`;
/** The new partitions that come from an old one. */
const CHILDREN = 'arrayJoin(range(partition, {partitions:UInt32}, {parents:UInt32}))';
const OLD = 'topic = {from:String}';
const ISNT_OF_PARTITION = "NOT startsWith(key, '\\x01')";

/** Copies of one kind of row. The same rows again are one, since they have one key. */
const COPIES: readonly string[] = [
  `INSERT INTO DB.memory (topic, partition, key, offset, bytes)
   SELECT {to:String}, ${partitionOf(OF_MEMORY)}, key, offset, bytes FROM DB.memory FINAL WHERE ${OLD} AND ${ISNT_OF_PARTITION}`,
  `INSERT INTO DB.memory (topic, partition, key, offset, bytes)
   SELECT {to:String}, child, key, offset, bytes
   FROM (SELECT partition, key, offset, bytes, ${CHILDREN} AS child FROM DB.memory FINAL WHERE ${OLD} AND NOT (${ISNT_OF_PARTITION}))
   WHERE child = partition OR key NOT IN {alone:Array(String)}`,
  `INSERT INTO DB.inventory (topic, partition, offset, tenant, identity_id, record, stored_at)
   SELECT {to:String}, ${partitionOf(OF_IDENTITY)}, offset, tenant, identity_id, record, stored_at FROM DB.inventory FINAL WHERE ${OLD}`,
  `INSERT INTO DB.decided (topic, partition, offset, tenant, alert_id, decided, stored_at)
   SELECT {to:String}, ${partitionOf(OF_DECIDED)}, offset, tenant, alert_id, decided, stored_at FROM DB.decided FINAL WHERE ${OLD}`,
  // The last turn of each says what the log is, and is written apart.
  `INSERT INTO DB.turn (topic, partition, first, last, epoch, id, state)
   SELECT {to:String}, child, first, last, epoch, concat({to:String}, '/', toString(child), '/', toString(first), '-', toString(last), '/moved'), ''
   FROM (SELECT partition, first, last, epoch, ${CHILDREN} AS child FROM DB.turn FINAL WHERE ${OLD}
         AND (partition, last) NOT IN (SELECT partition, max(last) FROM DB.turn WHERE ${OLD} GROUP BY partition))`,
  `INSERT INTO DB.reached (topic, partition, offset, hour)
   SELECT {to:String}, child, offset, hour FROM (SELECT ${CHILDREN} AS child, offset, hour FROM DB.reached FINAL WHERE ${OLD})`,
];

/** Tables whose rows of the old topic go when the new one has all of them. */
const REMEMBERED = ['memory', 'snapshot', 'turn', 'reached', 'inventory', 'decided'];

export class ClickHouseMoves implements MoveStore {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  async moveTo(topic: string) {
    let found: { move: Move; step: MoveStep } | undefined;
    for (const step of STEPS) {
      const value = await storedValue(this.#shared, stepName(topic, step));
      if (value !== undefined) found = { move: JSON.parse(value) as Move, step };
    }
    return found;
  }

  goneTo(topic: string): Promise<string | undefined> {
    return storedValue(this.#shared, goneName(topic));
  }

  async note(move: Move, step: MoveStep): Promise<void> {
    if (step === 'copied') await this.#add(goneName(move.from), move.to);
    await this.#add(stepName(move.to, step), JSON.stringify(move));
  }

  async count({ from, parents }: Pick<Move, 'from' | 'parents'>): Promise<MoveCounts> {
    const count = async (table: string, what: string, where = '1') => {
      const question = `SELECT ${what} FROM DB.${table} WHERE ${OLD} AND ${where}`;
      const [row] = await this.#ask<[number | string]>(question, { from, parents });
      return Number(row?.[0] ?? 0);
    };
    const key = 'uniqExact(partition, key)';
    return {
      identities: await count('memory', key, ISNT_OF_PARTITION),
      activities: await count('activity', 'count()'),
      inventory: await count('inventory', 'count()'),
      decisions: await count('decided', 'count()'),
      turns: await count('turn', 'count()'),
      misplaced: await count(
        'memory',
        key,
        `${ISNT_OF_PARTITION} AND partition != ${partitionOf(OF_MEMORY, '{parents:UInt32}')}`,
      ),
    };
  }

  async copy(move: Move, alone: readonly string[]): Promise<ReadonlyMap<number, number>> {
    // What was copied, removed by hand and copied again must not pass for a repetition.
    for (const statement of COPIES)
      await this.#run(`${statement} SETTINGS insert_deduplicate = 0, max_execution_time = 0`, { ...move, alone });
    const rows = await this.#ask<[number, number | string]>(
      `SELECT partition, uniqExact(key) FROM DB.memory WHERE topic = {to:String} AND ${ISNT_OF_PARTITION} GROUP BY partition`,
      { to: move.to },
    );
    return new Map(rows.map(([partition, identities]) => [partition, Number(identities)]));
  }

  takeActivities(move: Move): Promise<void> {
    const changes = `topic = {to:String}, partition = ${partitionOf(OF_IDENTITY)}`;
    return this.#run(
      `ALTER TABLE DB.activity UPDATE ${changes} WHERE ${OLD} SETTINGS mutations_sync = 2, max_execution_time = 0`,
      { ...move },
    );
  }

  async forget({ from }: Move): Promise<void> {
    for (const table of REMEMBERED)
      await this.#run(
        `ALTER TABLE DB.${table} DELETE WHERE ${OLD} SETTINGS mutations_sync = 2, max_execution_time = 0`,
        { from },
      );
  }

  async #add(name: string, value: string): Promise<void> {
    if ((await storedValue(this.#shared, name)) !== undefined) return;
    await insertValue(this.#shared, { name, value, at: new Date().toISOString() }, `installation/${name}`);
  }

  #ask<Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) {
    return ask<Row>(this.#shared.connection, this.#named(question), parameters);
  }

  #run(statement: string, parameters: Readonly<Record<string, unknown>>): Promise<void> {
    return run(this.#shared.connection, this.#named(statement), parameters);
  }

  readonly #named = (text: string) => text.replaceAll('DB.', `${this.#shared.database}.`);
}
