/** Streams of security events and what was acknowledged of them, in ClickHouse. What is to be told is the alerts themselves. */
import type { SignalStream } from '../../../schemas/signals.ts';
import type { SignalAck, SignalStore } from '../../ports/respond.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { type Column, flag, instant, number, text, word } from './native.ts';
import { readStoredAlert } from './stored-alert.ts';
import type { Writer } from './writer.ts';

interface State {
  readonly stream: SignalStream;
  readonly deleted: boolean;
}

const streamColumns: readonly Column<State>[] = [
  word('tenant', ({ stream }) => stream.tenant),
  text('owner', ({ stream }) => stream.owner),
  text('id', ({ stream }) => stream.id),
  text('body', ({ stream }) => JSON.stringify(stream)),
  flag('deleted', ({ deleted }) => deleted),
  number('version', 'Int64', ({ stream }) => stream.version),
];

const ackColumns = (stream: string, until: string): readonly Column<SignalAck>[] => [
  text('stream', () => stream),
  text('alert_id', (row) => row.alertId),
  number('version', 'UInt32', (row) => row.version),
  word('event', (row) => row.event),
  instant('until', () => until),
];

const STREAMS = `
SELECT body
FROM DB.signal_stream FINAL
WHERE tenant = {tenant:String} AND owner = {owner:String} AND NOT deleted
ORDER BY id
LIMIT {limit:UInt32}`;

/** Alert versions not yet acknowledged, once for each kind of event, in the order in which they were stored. */
const PENDING = `
SELECT event, body
FROM
(
    SELECT id, version, body, stored_at, arrayJoin({events:Array(String)}) AS event
    FROM DB.alert FINAL
    WHERE tenant = {tenant:String} AND toUnixTimestamp(stored_at) * 1000 >= {since:Int64}
)
WHERE (id, version, event) NOT IN (SELECT alert_id, version, event FROM DB.signal_ack WHERE stream = {stream:String})
ORDER BY stored_at, id, version, event
LIMIT {limit:UInt32}`;

const KNOWN = `
SELECT DISTINCT id, version
FROM DB.alert
WHERE tenant = {tenant:String} AND id IN {ids:Array(String)}`;

export class ClickHouseSignals implements SignalStore {
  readonly #writer: Writer;
  readonly #connection: Connection;
  readonly #database: string;

  constructor(shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer }) {
    this.#writer = shared.writer;
    this.#connection = shared.connection;
    this.#database = shared.database;
  }

  async streams(tenant: string, owner: string, limit: number): Promise<readonly SignalStream[]> {
    const rows = await this.#ask<[string]>(STREAMS, { tenant, owner, limit });
    return rows.map(([body]) => JSON.parse(body) as SignalStream);
  }

  async save(stream: SignalStream, deleted: boolean): Promise<void> {
    await this.#writer.insert({ table: 'signal_stream', columns: streamColumns, rows: [{ stream, deleted }] });
  }

  async pending(query: Parameters<SignalStore['pending']>[0]) {
    const rows = await this.#ask<[string, string]>(PENDING, {
      tenant: query.tenant,
      stream: query.stream,
      events: query.events,
      // Stored times are whole seconds.
      since: Math.floor(query.sinceMs / 1_000) * 1_000,
      limit: query.limit,
    });
    return rows.map(([event, body]) => ({ event, alert: readStoredAlert(body) }));
  }

  async acknowledge(tenant: string, stream: string, acks: readonly SignalAck[], untilMs: number): Promise<void> {
    if (acks.length === 0) return;
    const ids = [...new Set(acks.map(({ alertId }) => alertId))];
    const rows = await this.#ask<[string, number]>(KNOWN, { tenant, ids });
    const known = new Set(rows.map(([id, version]) => `${id}.${version}`));
    // Only alert versions that exist are acknowledged; otherwise a receiver could fill the table.
    await this.#writer.insert({
      table: 'signal_ack',
      columns: ackColumns(stream, new Date(untilMs).toISOString()),
      rows: acks.filter(({ alertId, version }) => known.has(`${alertId}.${version}`)),
    });
  }

  #ask<Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) {
    return ask<Row>(this.#connection, question.replaceAll('DB.', `${this.#database}.`), parameters);
  }
}
