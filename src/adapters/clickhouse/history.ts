/** Stored history in order of event time on ClickHouse, in pages: reads and never writes. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Alert } from '../../../schemas/alert.ts';
import type { HistoryStore, Period, StoredHistory } from '../../ports/store.ts';
import { toActivity } from './activity-columns.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import * as questions from './history-questions.ts';
import { readStoredAlert } from './stored-alert.ts';

const ROWS_PER_PAGE = 10_000;
const MINUTES_PER_PAGE = 20_000;
const ALERTS_PER_PAGE = 1_000;
const MINUTE_MS = 60_000;

type Place = [topic: string, partition: number, offset: number | string];

export class ClickHouseHistory implements HistoryStore {
  readonly #ask: <Row extends readonly unknown[]>(
    question: string,
    parameters: Readonly<Record<string, unknown>>,
  ) => Promise<Row[]>;

  readonly #rowsPerPage: number;

  constructor(
    { connection, database }: { readonly connection: Connection; readonly database: string },
    rowsPerPage = ROWS_PER_PAGE,
  ) {
    this.#rowsPerPage = rowsPerPage;
    this.#ask = (question, parameters) => ask(connection, question.replaceAll('DB.', `${database}.`), parameters);
  }

  async extent({ fromMs, untilMs }: Period): Promise<StoredHistory> {
    const [[rows, first, last, tenants, tenant]] = (await this.#ask<[string, string, string, string, string]>(
      questions.EXTENT,
      { from: fromMs, until: untilMs },
    )) as [[string, string, string, string, string]];
    const [decision] = await this.#ask<[string]>(questions.FIRST_DECISION, {});
    return {
      activities: Number(rows),
      ...(Number(rows) > 0 && { firstMs: Number(first), lastMs: Number(last) }),
      ...(Number(tenants) === 1 && { tenant }),
      ...(decision !== undefined && { firstDecisionMs: Number(decision[0]) }),
    };
  }

  async *activities(period: Period): AsyncGenerator<readonly Activity[]> {
    for await (const stretch of this.#stretches(period)) yield* this.#inOrder(stretch);
  }

  /** Neighbouring minutes that together fill about a page: a page of many small questions, or of one minute again and again, would read the table over and over. */
  async *#stretches({ fromMs, untilMs }: Period): AsyncGenerator<Period> {
    let from = fromMs;
    for (;;) {
      const minutes = await this.#ask<[string, string]>(questions.MINUTES, {
        from,
        until: untilMs,
        limit: MINUTES_PER_PAGE,
      });
      let rows = 0;
      for (const [minute, count] of minutes) {
        const beginMs = Number(minute) * MINUTE_MS;
        if (rows > 0 && rows + Number(count) > this.#rowsPerPage) {
          yield { fromMs: from, untilMs: beginMs };
          from = beginMs;
          rows = 0;
        }
        rows += Number(count);
      }
      const isLast = minutes.length < MINUTES_PER_PAGE;
      const end = isLast ? untilMs : (Number(minutes.at(-1)![0]) + 1) * MINUTE_MS;
      if (rows > 0) yield { fromMs: from, untilMs: Math.min(end, untilMs) };
      if (isLast) return;
      from = end;
    }
  }

  async *#inOrder({ fromMs, untilMs }: Period): AsyncGenerator<readonly Activity[]> {
    let after = { at: fromMs - 1, topic: '', partition: 0, offset: 0, id: '', tenant: '', identity: '' };
    for (;;) {
      const page = await this.#ask<[...Place, ...unknown[]]>(questions.IN_ORDER, {
        from: fromMs,
        until: untilMs,
        ...after,
        limit: this.#rowsPerPage,
      });
      const activities = page.map(([_, __, ___, ...cells]) => toActivity(cells));
      if (activities.length > 0) yield activities;
      if (page.length < this.#rowsPerPage) return;
      const [topic, partition, offset] = page.at(-1)!;
      const { at, id, tenant, identity } = activities.at(-1)!;
      after = { at: Date.parse(at), topic, partition, offset: Number(offset), id, tenant, identity: identity.id };
    }
  }

  async *alerts({ fromMs, untilMs }: Period): AsyncGenerator<readonly Alert[]> {
    let after = { at: Number.MIN_SAFE_INTEGER, tenant: '', id: '' };
    for (;;) {
      const page = await this.#ask<[string]>(questions.ALERTS_WITHIN, {
        from: fromMs,
        until: untilMs,
        ...after,
        limit: ALERTS_PER_PAGE,
      });
      const alerts = page.map(([body]) => readStoredAlert(body));
      if (alerts.length > 0) yield alerts;
      const last = alerts.at(-1);
      if (last === undefined || page.length < ALERTS_PER_PAGE) return;
      after = { at: Date.parse(last.raisedAt), tenant: last.tenant, id: last.id };
    }
  }
}
