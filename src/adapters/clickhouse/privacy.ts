/** Forgets a tenant, an identity or a person in ClickHouse, and keeps the chain of what was done. */
import { randomBytes } from 'node:crypto';
import type { Erased, PrivacyRow, PrivacyStore, StoredPlace, Subject } from '../../ports/privacy.ts';
import { ask, run } from './ask.ts';
import type { Connection } from './connect.ts';
import { blank, patternOf, withoutNames } from './forget-text.ts';
import { type Column, number, text } from './native.ts';
import { StoreError } from './store-error.ts';
import type { Writer } from './writer.ts';

interface Shared {
  readonly connection: Connection;
  readonly database: string;
  readonly writer: Writer;
}

/** Tables that hold nothing of anybody, or that are seen to in a way of their own. */
const APART = new Set([
  'migration',
  'migration_lock',
  'installation',
  'received',
  'snapshot',
  'turn',
  'memory',
  'privacy',
  'erasure',
]);
/** What people decided about suspensions is chained: one row changed and none of it is proof any more. */
const CHAINED = 'suspension';
const CHAINED_WHY = 'the audit chain of suspensions is proof only as long as it is whole; it ends with its tenant';
const DEAD_WHY =
  'a record that nobody could read has no tenant: they end by store.retention.dead_letter, or with --dead-letters';

/** Memories read, and rewritten, at a time. */
const PAGE = 2_000;
const BATCH = 200;

const columns: readonly Column<PrivacyRow>[] = [
  number('seq', 'Int64', (row) => row.seq),
  ...(['tenant', 'event', 'kind', 'subject', 'by', 'why', 'at', 'detail', 'writer', 'previous', 'hash'] as const).map(
    (name) => text<PrivacyRow>(name, (row) => row[name]),
  ),
];

interface TextColumn {
  readonly name: string;
  readonly isList: boolean;
  /** The table is sorted by it. */
  readonly isKey: boolean;
}

/** One table and the rows of it that a step is about. */
interface Step {
  readonly table: string;
  readonly where: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Memory = readonly [topic: string, partition: number, key: string, bytes: string];

export class ClickHousePrivacy implements PrivacyStore {
  readonly #connection: Connection;
  readonly #database: string;
  readonly #writer: Writer;
  readonly #hashOf: (key: string) => number;

  /** `hashOf`: the keyed hash under which the population knows an identity. */
  constructor({ connection, database, writer }: Shared, hashOf: (key: string) => number) {
    this.#connection = connection;
    this.#database = database;
    this.#writer = writer;
    this.#hashOf = hashOf;
  }

  async idleSeconds(): Promise<number | undefined> {
    const [row] = await this.#ask<[number, number]>('SELECT count(), toInt64(now() - max(committed_at)) FROM DB.turn');
    return row === undefined || Number(row[0]) === 0 ? undefined : Number(row[1]);
  }

  async plan(subject: Subject): Promise<readonly Erased[]> {
    return this.#work(subject, false);
  }

  async erase(subject: Subject, place?: StoredPlace): Promise<readonly Erased[]> {
    return this.#work(subject, true, place);
  }

  async rows(after = 0): Promise<readonly PrivacyRow[]> {
    const names = columns.map(({ name }) => `\`${name}\``).join(', ');
    const found = await this.#ask<(string | number)[]>(
      `SELECT ${names} FROM DB.privacy WHERE seq > {after:Int64} ORDER BY seq, hash`,
      { after },
    );
    return found.map(
      (cells) =>
        Object.fromEntries(
          columns.map(({ name }, at) => [name, name === 'seq' ? Number(cells[at]) : cells[at]]),
        ) as unknown as PrivacyRow,
    );
  }

  async append(row: PrivacyRow): Promise<'appended' | 'taken'> {
    let found: [string][] = [];
    await this.#writer.claim({
      table: 'privacy',
      columns,
      row,
      token: `privacy/${row.seq}`,
      isTaken: async () => {
        found = await this.#ask<[string]>('SELECT hash FROM DB.privacy WHERE seq = {seq:Int64}', { seq: row.seq });
        return found.length > 0;
      },
    });
    if (found.length === 1) return found[0]?.[0] === row.hash ? 'appended' : 'taken';
    throw new StoreError(
      'tampered',
      `the record of erasures at ${row.seq}: ${found.length} rows claim one place`,
      'See `tidemark audit privacy`, and find out who changed the table.',
    );
  }

  async #work(subject: Subject, isReal: boolean, place?: StoredPlace): Promise<Erased[]> {
    switch (subject.kind) {
      case 'tenant':
        return this.#tenant(subject.tenant, isReal, place);
      case 'identity':
        return this.#identity(subject.tenant, subject.identity, isReal, place);
      case 'person':
        return this.#person(subject.tenant, subject.names, isReal, place);
    }
  }

  async #tenant(tenant: string, isReal: boolean, at?: StoredPlace): Promise<Erased[]> {
    const parameters = { tenant };
    const acks = {
      table: 'signal_ack',
      where: 'stream IN (SELECT id FROM DB.signal_stream WHERE tenant = {tenant:String})',
      parameters,
    };
    const steps = (await this.#tables("name = 'tenant'")).map((table) => ({
      table,
      where: 'tenant = {tenant:String}',
      parameters,
    }));
    const done = await this.#delete([acks, ...steps], isReal);
    // Readable texts of values are the whole partition's: they come again with what others do.
    const isMine = 'startsWith(key, {prefix:String})';
    const prefix = { prefix: `${tenant}\u0000` };
    const texts = `startsWith(key, '\u0001texts:') AND (topic, partition) IN (SELECT topic, partition FROM DB.memory WHERE ${isMine})`;
    if (isReal) await this.#mutate('memory', 'DELETE', `${texts} AND ${HERE}`, { ...prefix, ...hereOf(at) });
    const memories = await this.#forgetMemories(isMine, prefix, isReal, at);
    const [dead] = await this.#ask<[number]>('SELECT count() FROM DB.dead_letter');
    const letters = Number(dead?.[0] ?? 0);
    return [
      ...done,
      ...memories,
      ...(letters > 0 ? [{ table: 'dead_letter', how: 'kept' as const, rows: letters, because: DEAD_WHY }] : []),
    ];
  }

  async #identity(tenant: string, identity: string, isReal: boolean, at?: StoredPlace): Promise<Erased[]> {
    const key = `${tenant}\u0000${identity}`;
    const ofKey = '(key = {key:String} OR startsWith(key, concat({key:String}, char(0))))';
    const keys = await this.#ask<[string]>(`SELECT DISTINCT key FROM DB.memory WHERE ${ofKey}`, { key });
    const hashes = [...new Set([key, ...keys.map(([one]) => one)])].map((one) => this.#hashOf(one));
    const mine = 'tenant = {tenant:String} AND identity_id = {identity:String}';
    const of = { tenant, identity };
    const alerts = await this.#ask<[string]>(
      `SELECT DISTINCT id FROM DB.alert WHERE ${mine} UNION DISTINCT SELECT DISTINCT id FROM DB.observe WHERE ${mine}`,
      of,
    );
    const ids = { ...of, ids: alerts.map(([id]) => id) };
    const byAlert = 'tenant = {tenant:String} AND alert_id IN {ids:Array(String)}';
    const quoted = { tenant, quoted: JSON.stringify(identity) };
    const done = await this.#delete(
      [
        { table: 'outbox', where: byAlert, parameters: ids },
        { table: 'decided', where: byAlert, parameters: ids },
        { table: 'triage', where: `(${mine}) OR (${byAlert})`, parameters: ids },
        {
          table: 'suppression',
          where: 'tenant = {tenant:String} AND position(match, {quoted:String}) > 0',
          parameters: quoted,
        },
        {
          table: 'waiting_span',
          where: 'tenant = {tenant:String} AND position(body, {quoted:String}) > 0',
          parameters: quoted,
        },
        {
          table: 'contribution',
          where: 'tenant = {tenant:String} AND identity IN {hashes:Array(UInt32)}',
          parameters: { tenant, hashes },
        },
        ...['inventory', 'activity', 'alert', 'observe'].map((table) => ({ table, where: mine, parameters: of })),
      ],
      isReal,
    );
    const memories = await this.#forgetMemories(ofKey, { key }, isReal, at);
    const chained = await this.#count({
      table: CHAINED,
      where: 'tenant = {tenant:String} AND position(content, {quoted:String}) > 0',
      parameters: quoted,
    });
    return [
      ...done,
      ...memories,
      ...(chained > 0 ? [{ table: CHAINED, how: 'kept' as const, rows: chained, because: CHAINED_WHY }] : []),
    ];
  }

  /** Whoever acts under the name is erased as an identity; everywhere else a blank of the same length takes the place of the name. */
  async #person(tenant: string, names: readonly string[], isReal: boolean, at?: StoredPlace): Promise<Erased[]> {
    const acting = await this.#ask<[string]>(
      `SELECT DISTINCT identity_id FROM DB.activity WHERE tenant = {tenant:String} AND lower(identity_id) IN {names:Array(String)}
       UNION DISTINCT SELECT DISTINCT identity_id FROM DB.inventory WHERE tenant = {tenant:String} AND lower(identity_id) IN {names:Array(String)}
       UNION DISTINCT SELECT DISTINCT identity_id FROM DB.alert WHERE tenant = {tenant:String} AND lower(identity_id) IN {names:Array(String)}
       UNION DISTINCT SELECT DISTINCT splitByChar(char(0), key)[2] FROM DB.memory
         WHERE startsWith(key, concat({tenant:String}, char(0))) AND lower(splitByChar(char(0), key)[2]) IN {names:Array(String)}`,
      { tenant, names: names.map((name) => name.toLowerCase()) },
    );
    const done: Erased[] = [];
    for (const [identity] of acting) done.push(...(await this.#identity(tenant, identity, isReal, at)));
    // The key is of this run and kept nowhere, so that no blank can be traced back.
    const secret = randomBytes(32);
    const pairs = [...new Set(names.flatMap((name) => [name, name.toLowerCase()]))].map(
      (name) => [name, blank(name.toLowerCase(), secret)] as const,
    );
    const patterns = [...new Map(pairs.map(([name, instead]) => [name.toLowerCase(), instead]))];
    for (const [name, instead] of patterns) {
      const parameters = { tenant, name, pattern: patternOf(name), instead: `\\1${instead}\\2` };
      for (const table of await this.#tables("name = 'tenant'")) {
        const named = await this.#columnsWith(table, await this.#texts(table), parameters);
        if (named.length === 0) continue;
        // What a table is sorted by cannot be changed: such rows go whole.
        const keys = named.filter(({ isKey }) => isKey);
        if (keys.length > 0 && table !== CHAINED) {
          const mine = `tenant = {tenant:String} AND (${keys.map(matching).join(' OR ')})`;
          done.push(...(await this.#delete([{ table, where: mine, parameters }], isReal)));
        }
        const where = `tenant = {tenant:String} AND (${named.map(matching).join(' OR ')})`;
        const rows = await this.#count({ table, where, parameters });
        if (table === CHAINED) {
          done.push({ table, how: 'kept', rows, because: CHAINED_WHY });
          continue;
        }
        const texts = named.filter(({ isKey }) => !isKey);
        if (rows === 0 || texts.length === 0) continue;
        if (isReal) await this.#mutate(table, `UPDATE ${texts.map(renamed).join(', ')}`, where, parameters);
        done.push({ table, how: 'renamed', rows });
      }
      const letters = {
        table: 'dead_letter',
        where: matching({ name: 'bytes', isList: false, isKey: false }),
        parameters,
      };
      // Who signed in is in the row with which a session began; without it the session is over.
      const sessions = {
        table: 'session',
        where: `position(body, {quoted:String}) > 0 AND ${matching({ name: 'body', isList: false, isKey: false })}`,
        parameters: { ...parameters, quoted: JSON.stringify(tenant) },
      };
      done.push(...(await this.#delete([letters, sessions], isReal)));
    }
    return [...merged(done), ...(await this.#rename(tenant, pairs, isReal, at))];
  }

  /** Memories of the tenant, and the texts of values, which whole partitions share. */
  async #rename(
    tenant: string,
    pairs: readonly (readonly [string, string])[],
    isReal: boolean,
    at?: StoredPlace,
  ): Promise<Erased[]> {
    let rows = 0;
    let after: readonly [string, number, string] = ['', -1, ''];
    for (;;) {
      const page = await this.#ask<Memory>(
        `SELECT topic, partition, key, base64Encode(bytes) FROM DB.memory FINAL
         WHERE (topic, toInt64(partition), key) > ({topic:String}, {partition:Int64}, {key:String})
           AND (startsWith(key, {prefix:String}) OR startsWith(key, '\u0001')) AND ${HERE}
         ORDER BY topic, partition, key LIMIT ${PAGE}`,
        { topic: after[0], partition: after[1], key: after[2], prefix: `${tenant}\u0000`, ...hereOf(at) },
      );
      const changed = page.flatMap(([topic, partition, key, bytes]) => {
        const next = withoutNames(Buffer.from(bytes, 'base64'), pairs);
        return next === undefined
          ? []
          : [{ topic, partition: Number(partition), key, bytes: Buffer.from(next).toString('base64') }];
      });
      rows += changed.length;
      if (isReal)
        for (let at = 0; at < changed.length; at += BATCH) {
          const batch = changed.slice(at, at + BATCH);
          const places = batch.map(({ topic, partition, key }) => `${topic}\u0000${partition}\u0000${key}`);
          const place = 'concat(topic, char(0), toString(partition), char(0), key)';
          await this.#mutate(
            'memory',
            `UPDATE bytes = base64Decode(transform(${place}, {places:Array(String)}, {bytes:Array(String)}, base64Encode(bytes)))`,
            `${place} IN {places:Array(String)}`,
            { places, bytes: batch.map(({ bytes }) => bytes) },
          );
        }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = [last[0], Number(last[1]), last[2]];
    }
    return rows === 0 ? [] : [{ table: 'memory', how: 'renamed', rows }];
  }

  /** Memories go, and their snapshots know that they are fewer. */
  async #forgetMemories(
    where: string,
    given: Readonly<Record<string, unknown>>,
    isReal: boolean,
    at: StoredPlace | undefined,
  ): Promise<Erased[]> {
    const parameters = { ...given, ...hereOf(at) };
    const places = await this.#ask<[string, number, number]>(
      `SELECT topic, partition, uniqExact(key) FROM DB.memory WHERE ${where} AND ${HERE} GROUP BY topic, partition`,
      parameters,
    );
    const rows = places.reduce((sum, [, , keys]) => sum + Number(keys), 0);
    if (rows === 0) return [];
    if (isReal) {
      await this.#mutate('memory', 'DELETE', `${where} AND ${HERE}`, parameters);
      for (const [topic, partition, keys] of places) {
        const of = { topic, partition: Number(partition), keys: Number(keys) };
        const there = 'topic = {topic:String} AND partition = {partition:UInt32}';
        await this.#mutate(
          'snapshot',
          'UPDATE identities = greatest(0, identities - {keys:Int64})',
          `${there} AND identities > 0`,
          of,
        );
      }
    }
    return [{ table: 'memory', how: 'deleted', rows }];
  }

  async #delete(steps: readonly Step[], isReal: boolean): Promise<Erased[]> {
    const done: Erased[] = [];
    for (const step of steps) {
      const rows = await this.#count(step);
      if (rows === 0) continue;
      if (isReal) await this.#mutate(step.table, 'DELETE', step.where, step.parameters);
      done.push({ table: step.table, how: 'deleted', rows });
    }
    return done;
  }

  /** Those of the columns in which the name stands at all, in one look. */
  async #columnsWith(
    table: string,
    texts: readonly TextColumn[],
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<TextColumn[]> {
    if (texts.length === 0) return [];
    const counts = texts.map((column) => `countIf(${matching(column)})`).join(', ');
    const [row] = await this.#ask<number[]>(
      `SELECT ${counts} FROM DB.${table} WHERE tenant = {tenant:String}`,
      parameters,
    );
    return texts.filter((_, at) => Number(row?.[at] ?? 0) > 0);
  }

  async #count({ table, where, parameters }: Step): Promise<number> {
    const [row] = await this.#ask<[number]>(`SELECT count() FROM DB.${table} WHERE ${where}`, parameters);
    return Number(row?.[0] ?? 0);
  }

  /** Waits until every replica has done it: only then is it gone. */
  #mutate(table: string, what: string, where: string, parameters: Readonly<Record<string, unknown>>): Promise<void> {
    const statement = `ALTER TABLE DB.${table} ${what} WHERE ${where} SETTINGS mutations_sync = 2`;
    return run(this.#connection, this.#named(statement), parameters);
  }

  /** Tables of ours that hold rows and have such a column. */
  async #tables(having: string): Promise<string[]> {
    const found = await this.#ask<[string]>(
      `SELECT DISTINCT table FROM system.columns WHERE database = {database:String} AND ${having} AND table IN
         (SELECT name FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree')
       ORDER BY table`,
      { database: this.#database },
    );
    return found.map(([table]) => table).filter((table) => !APART.has(table));
  }

  /** Columns of text of a table: those that a mutation may change, and those it is sorted by. */
  async #texts(table: string): Promise<readonly TextColumn[]> {
    const found = await this.#ask<[string, string, number]>(
      `SELECT name, type, is_in_sorting_key OR is_in_partition_key FROM system.columns
       WHERE database = {database:String} AND table = {table:String} AND name != 'tenant'
         AND type IN ('String', 'LowCardinality(String)', 'Array(String)', 'Array(LowCardinality(String))')
         AND default_kind NOT IN ('ALIAS', 'MATERIALIZED')`,
      { database: this.#database, table },
    );
    return found.map(([name, type, key]) => ({ name, isList: type.startsWith('Array'), isKey: Number(key) !== 0 }));
  }

  #ask<Row extends readonly unknown[]>(
    query: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<Row[]> {
    return ask<Row>(this.#connection, this.#named(query), parameters);
  }

  readonly #named = (query: string) => query.replaceAll('DB.', `${this.#database}.`);
}

/** Memories of one partition, or of all of them. */
const HERE = "({here:String} = '' OR (topic = {here:String} AND partition = {part:UInt32}))";
const hereOf = (at: StoredPlace | undefined) => ({ here: at?.topic ?? '', part: at?.partition ?? 0 });

/** The plain search goes first: patterns are slow, and hardly a row has the name at all. */
const matches = (of: string) =>
  `(positionCaseInsensitiveUTF8(${of}, {name:String}) > 0 AND match(${of}, {pattern:String}))`;

const matching = ({ name, isList }: TextColumn) =>
  isList ? `arrayExists(x -> ${matches('x')}, \`${name}\`)` : matches(`\`${name}\``);

/** Twice, because what is behind one name is taken for what is before the next. */
const replaced = (of: string) =>
  `replaceRegexpAll(replaceRegexpAll(${of}, {pattern:String}, {instead:String}), {pattern:String}, {instead:String})`;

const renamed = ({ name, isList }: TextColumn) =>
  `\`${name}\` = ${isList ? `arrayMap(x -> ${replaced('toString(x)')}, \`${name}\`)` : replaced(`toString(\`${name}\`)`)}`;

/** One line a table and way. */
function merged(done: readonly Erased[]): Erased[] {
  const all = new Map<string, Erased>();
  for (const one of done) {
    const key = `${one.table} ${one.how}`;
    all.set(key, { ...one, rows: one.rows + (all.get(key)?.rows ?? 0) });
  }
  return [...all.values()];
}
