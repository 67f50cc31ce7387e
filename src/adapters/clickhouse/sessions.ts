/** Keeps in ClickHouse the sessions of people who signed in. */
import { randomUUID } from 'node:crypto';
import type { OpenSession, SessionEvent, SessionStore } from '../../ports/sessions.ts';
import { ask } from './ask.ts';
import type { Shared } from './installation.ts';
import { type Column, instant, text, word } from './native.ts';

const iso = (ms: number) => new Date(ms).toISOString();

const columns: readonly Column<SessionEvent>[] = [
  text('id', (row) => row.id),
  word('event', (row) => row.event),
  instant('at', (row) => iso(row.at)),
  instant('until', (row) => iso(row.until)),
  text('cookie', (row) => row.cookie),
  text('former', (row) => row.former),
  text('person', (row) => row.person),
  text('body', (row) => row.body),
  text('sealed', (row) => row.sealed),
];

/** More than a session of the longest time, renewed and used all the time, can have. */
const EVENTS_MAX = 10_000;

const OF_COOKIE = `
SELECT id, event, toUnixTimestamp64Milli(at), toUnixTimestamp64Milli(until), cookie, former, person, body, sealed
FROM DB.session
WHERE id IN (SELECT id FROM DB.session WHERE cookie = {hash:String})
ORDER BY at, event
LIMIT ${EVENTS_MAX}`;

const OPEN = `
SELECT id, anyIf(person, event = 'began'), anyIf(body, event = 'began'), toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(maxIf(at, event IN ('began', 'used'))), toUnixTimestamp64Milli(max(until))
FROM DB.session
WHERE until > fromUnixTimestamp64Milli({now:Int64})
GROUP BY id
HAVING countIf(event = 'ended') = 0 AND countIf(event = 'began') > 0
ORDER BY maxIf(at, event IN ('began', 'used')) DESC, id
LIMIT {limit:UInt32}`;

type EventCells = [
  string,
  SessionEvent['event'],
  number | string,
  number | string,
  ...[string, string, string, string, string],
];
type OpenCells = [string, string, string, number | string, number | string, number | string];

export class ClickHouseSessions implements SessionStore {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  async add(events: readonly SessionEvent[]): Promise<void> {
    await this.#shared.writer.insert({ table: 'session', columns, rows: events, token: `session/${randomUUID()}` });
  }

  async ofCookie(hash: string): Promise<readonly SessionEvent[]> {
    const rows = await this.#ask<EventCells>(OF_COOKIE, { hash });
    return rows.map(([id, event, at, until, cookie, former, person, body, sealed]) => ({
      id,
      event,
      at: Number(at),
      until: Number(until),
      cookie,
      former,
      person,
      body,
      sealed,
    }));
  }

  async open(now: number, limit: number): Promise<readonly OpenSession[]> {
    const rows = await this.#ask<OpenCells>(OPEN, { now, limit });
    return rows.map(([id, person, body, beganAt, usedAt, until]) => ({
      id,
      person,
      body,
      beganAt: Number(beganAt),
      usedAt: Number(usedAt),
      until: Number(until),
    }));
  }

  #ask<Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) {
    const { connection, database } = this.#shared;
    return ask<Row>(connection, question.replaceAll('DB.', `${database}.`), parameters);
  }
}
