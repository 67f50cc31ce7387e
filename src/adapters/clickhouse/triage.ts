/** The triage and lookup ports on ClickHouse: alerts and what was done about them, identities, deliveries, dead letters. */

import type { Alert } from '../../../schemas/alert.ts';
import type { Suppression, TriageAction } from '../../../schemas/api.ts';
import type { IdentityPage } from '../../../schemas/api-identities.ts';
import type { DeliveryListQuery, DeliveryState } from '../../../schemas/api-records.ts';
import { distinctHomes, heirOf, type KnownHome } from '../../../schemas/identity-ref.ts';
import type { DeadLetter } from '../../ports/store.ts';
import type {
  AlertPageQuery,
  LetterCount,
  LetterOrigins,
  LookupStore,
  TenantSummary,
  TriageStore,
} from '../../ports/triage.ts';
import { ask, run } from './ask.ts';
import type { Connection } from './connect.ts';
import { fleetingIds } from './fleeting.ts';
import { homeParameters } from './home-filter.ts';
import { type Column, flag, instant, itself, number, text, word, words } from './native.ts';
import { readStoredAlert } from './stored-alert.ts';
import * as questions from './triage-questions.ts';
import type { Writer } from './writer.ts';

interface Shared {
  readonly connection: Connection;
  readonly database: string;
  readonly writer: Writer;
}

const EPOCH = '1970-01-01T00:00:00.000Z';
/** Before the year 0. */
const BEGINNING_MS = -1e14;
/** After the year 9999. */
const END_MS = 1e15;
const SUPPRESSIONS_MAX = 10_000;
const DAY_MS = 86_400_000;

const iso = (ms: number | string) => new Date(Number(ms)).toISOString();
const msOf = (time: string | undefined) => (time === undefined ? BEGINNING_MS : Date.parse(time));

function asker({ connection, database }: Shared) {
  const named = (question: string) => question.replaceAll('DB.', `${database}.`);
  return {
    ask: <Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) =>
      ask<Row>(connection, named(question), parameters),
    run: (question: string, parameters: Readonly<Record<string, unknown>>) =>
      run(connection, named(question), parameters),
  };
}

const actionColumns: readonly Column<TriageAction>[] = [
  word('tenant', (row) => row.tenant),
  text('alert_id', (row) => row.alertId),
  text('id', (row) => row.id),
  text('identity_id', (row) => row.identity),
  text('identity_provider', (row) => row.provider ?? ''),
  text('identity_account', (row) => row.account ?? ''),
  word('action', (row) => row.action),
  text('actor', (row) => row.actor),
  instant('at', (row) => row.at),
  instant('counts_from', (row) => row.countsFrom),
  text('because', (row) => row.because),
  instant('until', (row) => row.until ?? EPOCH),
  words('scope', (row) => row.scope, itself),
  text('covers', (row) => (row.covers === undefined ? '' : JSON.stringify(row.covers))),
];

interface SuppressionState {
  readonly suppression: Suppression;
  readonly version: number;
}

const suppressionColumns: readonly Column<SuppressionState>[] = [
  word('tenant', (row) => row.suppression.tenant),
  text('id', (row) => row.suppression.id),
  text('owner', (row) => row.suppression.owner),
  text('actor', (row) => row.suppression.actor),
  instant('valid_from', (row) => row.suppression.from),
  instant('until', (row) => row.suppression.until),
  text('because', (row) => row.suppression.because),
  text('match', (row) => JSON.stringify(row.suppression.match)),
  flag('lifted', (row) => row.suppression.lifted),
  number('version', 'Int64', (row) => row.version),
];

type ActionCells = [
  string,
  string,
  string,
  string,
  string,
  string,
  TriageAction['action'],
  string,
  string,
  string,
  string,
  string,
  string[],
  string,
];

type HomeCells = [
  kind: string,
  provider: string,
  name: string,
  account: string,
  activities: string,
  first: string,
  last: string,
];

/** One for each provider and account; what was stored before the account was told is the only one's that tells more. */
function identitiesOf(id: string, cells: readonly HomeCells[]): IdentityPage['identities'] {
  const all = cells.map(([kind, provider, name, account, activities, first, last]) => ({
    kind,
    provider,
    name,
    account,
    activities: Number(activities),
    firstMs: Number(first),
    last: Number(last),
  }));
  const distinct = distinctHomes(all);
  return distinct.map((own) => {
    const parts = [own, ...all.filter((one) => heirOf(one, all) === own)];
    return {
      id,
      kind: own.kind,
      provider: own.provider,
      ...(own.account !== '' && { account: own.account }),
      ...(own.name !== '' && { name: own.name }),
      activities: parts.reduce((sum, { activities }) => sum + activities, 0),
      firstAt: iso(Math.min(...parts.map(({ firstMs }) => firstMs))),
      lastAt: iso(Math.max(...parts.map(({ last }) => last))),
    };
  });
}

export class ClickHouseTriage implements TriageStore {
  readonly #writer: Writer;
  readonly #ask: ReturnType<typeof asker>['ask'];

  constructor(shared: Shared) {
    this.#writer = shared.writer;
    this.#ask = asker(shared).ask;
  }

  async alertPage(query: AlertPageQuery): Promise<readonly Alert[]> {
    const rows = await this.#ask<[string]>(questions.ALERT_PAGE, {
      tenant: query.tenant,
      idPrefix: query.idPrefix ?? '',
      identity: query.identity ?? '',
      ...homeParameters(query.home),
      owner: query.owner ?? '',
      incident: query.incident ?? '',
      cause: query.cause ?? '',
      kinds: query.kinds ?? [],
      severities: query.severities ?? [],
      since: msOf(query.since),
      beforeAt: query.after === undefined ? END_MS : Date.parse(query.after.raisedAt),
      beforeId: query.after?.id ?? '',
      limit: query.limit,
    });
    return rows.map(([body]) => readStoredAlert(body));
  }

  async versions(tenant: string, id: string, limit: number): Promise<readonly Alert[]> {
    const rows = await this.#ask<[string]>(questions.VERSIONS, { tenant, id, limit });
    return rows.map(([body]) => readStoredAlert(body));
  }

  async record(action: TriageAction): Promise<void> {
    await this.#writer.insert({ table: 'triage', columns: actionColumns, rows: [action], token: action.id });
  }

  async actions(query: Parameters<TriageStore['actions']>[0]): Promise<readonly TriageAction[]> {
    const rows = await this.#ask<ActionCells>(questions.ACTIONS, {
      tenant: query.tenant ?? '',
      everyAlert: query.alertIds === undefined,
      alertIds: query.alertIds ?? [],
      identity: query.identity ?? '',
      kinds: query.kinds ?? [],
      storedSince: query.storedSince ?? BEGINNING_MS,
      limit: query.limit,
    });
    return rows
      .map(
        ([
          id,
          tenant,
          alertId,
          identity,
          provider,
          account,
          action,
          actor,
          at,
          from,
          because,
          until,
          scope,
          covers,
        ]): TriageAction => ({
          id,
          tenant,
          alertId,
          identity,
          ...(provider !== '' && { provider }),
          ...(account !== '' && { account }),
          action,
          actor,
          at: iso(at),
          countsFrom: iso(from),
          because,
          ...(Number(until) > 0 && { until: iso(until) }),
          scope,
          ...(covers !== '' && { covers: JSON.parse(covers) }),
        }),
      )
      .reverse();
  }

  async suppressions(now: number, tenant?: string): Promise<readonly Suppression[]> {
    const rows = await this.#ask<[string, string, string, string, string, string, string, string, boolean]>(
      questions.SUPPRESSIONS,
      { now, tenant: tenant ?? '', limit: SUPPRESSIONS_MAX },
    );
    return rows.map(([id, of, owner, actor, from, until, because, match, lifted]) => ({
      id,
      tenant: of,
      owner,
      actor,
      from: iso(from),
      until: iso(until),
      because,
      match: JSON.parse(match),
      lifted,
    }));
  }

  async saveSuppression(suppression: Suppression, now: number): Promise<void> {
    await this.#writer.insert({
      table: 'suppression',
      columns: suppressionColumns,
      rows: [{ suppression, version: now }],
    });
  }
}

const fromOf = ({ from, since }: { readonly from: LetterOrigins; readonly since?: string | undefined }) => ({
  origins: from.origins,
  others: from.unless !== undefined,
  unless: from.unless ?? [],
  since: msOf(since),
});

export class ClickHouseLookups implements LookupStore {
  readonly #shared: Shared;
  readonly #ask: ReturnType<typeof asker>['ask'];
  readonly #run: ReturnType<typeof asker>['run'];

  constructor(shared: Shared) {
    this.#shared = shared;
    const { ask, run } = asker(shared);
    this.#ask = ask;
    this.#run = run;
  }

  async identities(query: Parameters<LookupStore['identities']>[0]): Promise<IdentityPage['identities']> {
    const rows = await this.#ask<[string, HomeCells[]]>(questions.IDENTITIES, {
      tenant: query.tenant,
      after: query.after ?? '',
      kind: query.kind ?? '',
      since: msOf(query.since),
      limit: query.limit,
    });
    return rows.flatMap(([id, homes]) => identitiesOf(id, homes));
  }

  async homes(tenant: string, identity: string): Promise<readonly KnownHome[]> {
    const rows = await this.#ask<[string, string, string]>(questions.HOMES, { tenant, identity });
    return rows.map(([provider, account, first]) => ({
      provider,
      ...(account !== '' && { account }),
      firstMs: Number(first),
    }));
  }

  async tenants(limit: number): Promise<readonly TenantSummary[]> {
    const rows = await this.#ask<[string, string, string, string]>(questions.TENANTS, { limit });
    return rows.map(([tenant, identities, alerts, last]) => ({
      tenant,
      identities: Number(identities),
      alerts: Number(alerts),
      ...(Number(last) > BEGINNING_MS && { lastAt: iso(last) }),
    }));
  }

  async named(tenant: string, name: string, limit: number): Promise<readonly string[]> {
    const rows = await this.#ask<[string]>(questions.NAMED, { tenant, name, limit });
    return rows.map(([id]) => id);
  }

  async inventoried(tenant: string, identities: readonly string[]): ReturnType<LookupStore['inventoried']> {
    const rows = await this.#ask<[string, [string, string][]]>(questions.INVENTORIED, { tenant, identities });
    const homes = (told: readonly [string, string][]) =>
      told.map(([provider, account]) => ({ ...(provider && { provider }), ...(account && { account }) }));
    return new Map(rows.map(([id, told]) => [id, homes(told)]));
  }

  async learning(tenant: string, learnDays: number): ReturnType<LookupStore['learning']> {
    const learnMs = Math.round(learnDays * DAY_MS);
    const [row] = await this.#ask<[string, string, string]>(questions.LEARNING, { tenant, learnMs });
    const [identities, learning, first] = (row ?? [0, 0, 0]).map(Number) as [number, number, number];
    return { identities, learning, ...(learning > 0 && { until: iso(first + learnMs) }) };
  }

  fleeting(limit: number): ReturnType<LookupStore['fleeting']> {
    return fleetingIds(this.#shared.connection, this.#shared.database, limit);
  }

  async classDays(tenant: string, days: number): ReturnType<LookupStore['classDays']> {
    const [newest] = await this.#ask<[number]>(questions.NEWEST_DAY, { tenant });
    const today = newest?.[0] ?? 0;
    const found = await this.#ask<[string, number, number, string]>(questions.CLASS_DAYS, {
      tenant,
      today,
      from: today - days,
    });
    const rows = found.map(([peers, day, identityDays, alerts]) => ({
      peers,
      day,
      identityDays,
      alerts: Number(alerts),
    }));
    return { today, rows };
  }

  async deliveries(tenant: string | undefined, query: DeliveryListQuery): Promise<readonly DeliveryState[]> {
    const rows = await this.#ask<
      [string, string, string, number, DeliveryState['status'], number, string, string, string]
    >(questions.DELIVERIES, {
      tenant: tenant ?? '',
      status: query.status ?? '',
      sink: query.sink ?? '',
      alert: query.alert ?? '',
      limit: query.limit,
    });
    return rows.map(([id, sink, alertId, alertVersion, status, attempts, notBefore, createdAt, reason]) => ({
      id,
      sink,
      alertId,
      alertVersion,
      status,
      attempts,
      notBefore: iso(notBefore),
      createdAt: iso(createdAt),
      reason,
    }));
  }

  async redeliver(tenant: string | undefined, ids: readonly string[]): Promise<number> {
    const parameters = { tenant: tenant ?? '', ids };
    const settled = await this.#ask(questions.SETTLED_AMONG, parameters);
    if (settled.length > 0) await this.#run(questions.REDELIVER, parameters);
    return settled.length;
  }

  async letters(query: Parameters<LookupStore['letters']>[0]): Promise<readonly DeadLetter[]> {
    const rows = await this.#ask<[string, string, number, string, string, string, string, boolean, string]>(
      questions.LETTERS,
      {
        ...fromOf(query),
        reason: query.reason ?? '',
        everyId: query.ids === undefined,
        ids: query.ids ?? [],
        limit: query.limit,
      },
    );
    return rows.map(([id, from, partition, offset, format, reason, bytes, truncated, at]) => ({
      id,
      origin: { from, partition, offset: Number(offset) },
      format,
      reason,
      bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
      truncated,
      at: iso(at),
    }));
  }

  async letterCounts(query: Parameters<LookupStore['letterCounts']>[0]): Promise<readonly LetterCount[]> {
    const rows = await this.#ask<[string, string, number | string, string]>(questions.LETTER_COUNTS, {
      ...fromOf(query),
      limit: query.limit,
    });
    return rows.map(([format, reason, records, lastAt]) => ({
      format,
      reason,
      records: Number(records),
      lastAt: iso(lastAt),
    }));
  }
}
