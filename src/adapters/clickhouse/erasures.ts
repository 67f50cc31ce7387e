/** Keeps in ClickHouse the requests to forget somebody or something while workers run, and how far each is. */
import { randomUUID } from 'node:crypto';
import type { Erased, ErasureRequest, ErasureState, ErasureStep, ErasureStore } from '../../ports/privacy.ts';
import { ask, run } from './ask.ts';
import { gathered } from './gathered.ts';
import type { Shared } from './installation.ts';
import { type Column, instant, number, text, word } from './native.ts';

interface Row {
  readonly id: string;
  readonly event: 'asked' | ErasureStep['event'];
  readonly tenant: string;
  readonly round: number;
  readonly place: string;
  readonly body: string;
  readonly at: string;
}

const columns: readonly Column<Row>[] = [
  text('id', (row) => row.id),
  word('event', (row) => row.event),
  word('tenant', (row) => row.tenant),
  number('round', 'UInt8', (row) => row.round),
  text('place', (row) => row.place),
  text('body', (row) => row.body),
  instant('at', (row) => row.at),
];

/** Steps of one request: two rounds of as many partitions as a topic can have. */
const STEPS_MAX = 20_000;

/** What was written again after its answer was lost is one step. */
const STEPS = `
SELECT id, event, round, place, body, toUnixTimestamp64Milli(at)
FROM DB.erasure
WHERE id IN (SELECT id FROM DB.erasure WHERE event = 'asked' AND (id = {id:String} OR {id:String} = '') ORDER BY at, id LIMIT {limit:UInt32})
ORDER BY at, event
LIMIT 1 BY id, event, round, place, at
LIMIT {limit:UInt32} * ${STEPS_MAX}`;

type Cells = [id: string, event: Row['event'], round: number, place: string, body: string, at: number | string];

export class ClickHouseErasures implements ErasureStore {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  async ask(request: ErasureRequest): Promise<void> {
    const { id, at, subject } = request;
    await this.#add({
      id,
      at,
      event: 'asked',
      tenant: subject.tenant,
      round: 0,
      place: '',
      body: JSON.stringify(request),
    });
  }

  async note(id: string, tenant: string, step: ErasureStep): Promise<void> {
    const { event, at } = step;
    await this.#add({
      id,
      at,
      event,
      tenant,
      round: 'round' in step ? step.round : 0,
      place: event === 'done' ? step.place : '',
      body: event === 'done' ? JSON.stringify(step.erased) : event === 'sent' ? String(step.partitions) : '',
    });
  }

  async open(limit: number): Promise<readonly ErasureState[]> {
    return this.#states('', limit);
  }

  async find(id: string): Promise<ErasureState | undefined> {
    const [state] = await this.#states(id, 1);
    return state;
  }

  async isFinished(tenant: string, id: string): Promise<boolean> {
    const found = await this.#ask<[number]>(
      "SELECT 1 FROM DB.erasure WHERE id = {id:String} AND tenant = {tenant:String} AND event = 'finished' LIMIT 1",
      { id, tenant },
    );
    return found.length > 0;
  }

  async forget(id: string): Promise<void> {
    const { connection, database } = this.#shared;
    const statement = `ALTER TABLE ${database}.erasure DELETE WHERE id = {id:String} AND event = 'asked' SETTINGS mutations_sync = 2`;
    await run(connection, statement, { id });
  }

  async #states(id: string, limit: number): Promise<ErasureState[]> {
    const rows = await this.#ask<Cells>(STEPS, { id, limit });
    const byId = gathered(rows, (cells) => [cells[0], cells]);
    return [...byId.values()].flatMap(toState);
  }

  async #add(row: Row): Promise<void> {
    await this.#shared.writer.insert({ table: 'erasure', columns, rows: [row], token: `erasure/${randomUUID()}` });
  }

  #ask<Cell extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) {
    const { connection, database } = this.#shared;
    return ask<Cell>(connection, question.replaceAll('DB.', `${database}.`), parameters);
  }
}

/** None where the request was withdrawn, or finished and forgotten. */
function toState(rows: readonly Cells[]): ErasureState[] {
  const asked = rows.find(([, event]) => event === 'asked');
  if (asked === undefined) return [];
  const request = JSON.parse(asked[4]) as ErasureRequest;
  const sent = rows.filter(([, event]) => event === 'sent').at(-1);
  const done = rows.filter(([, event]) => event === 'done');
  return [
    {
      ...request,
      ...(sent && { sent: { round: Number(sent[2]), partitions: Number(sent[4]), atMs: Number(sent[5]) } }),
      done: done.map(([, , round, place, body]) => ({
        round: Number(round),
        place,
        erased: JSON.parse(body) as Erased[],
      })),
      finished: rows.some(([, event]) => event === 'finished'),
    },
  ];
}
