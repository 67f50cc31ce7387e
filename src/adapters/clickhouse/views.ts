/** The views port on ClickHouse: what the pages of the console show besides alerts. */
import type { Activity } from '../../../schemas/activity.ts';
import { POINTS_MAX, type Rate, type Sources } from '../../../schemas/console.ts';
import type { HomeFilter } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import type { Contribution } from '../../core/engine-contract.ts';
import {
  type AlertedMember,
  type Described,
  keyOf,
  kinOf,
  type Origins,
  type StoredMember,
  type StoredUsage,
  spellingsOf,
  type ViewStore,
} from '../../ports/views.ts';
import { toActivity } from './activity-columns.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { gathered } from './gathered.ts';
import { homeParameters } from './home-filter.ts';
import * as questions from './view-questions.ts';

type Cell = string | number;
type Seen = [activities: Cell, refused: Cell, days: Cell, firstMs: Cell, lastMs: Cell];

/** Before the year 0, and after the year 9999. */
const BEGINNING_MS = -1e14;
const END_MS = 1e15;
const DAY_MS = 86_400_000;
const HOURS_SHOWN_MS = 35 * DAY_MS;
const DELEGATES_MS = 30 * DAY_MS;
const CHANGES_SHOWN = 100;
const PLACES_SHOWN = 100;
const ACTIONS_SHOWN = 300;
const RESOURCES_SHOWN = 200;
const SCOPES_SHOWN = 300;
const INPUTS_SHOWN = 200;
const DAYS_SHOWN = 400;

const iso = (ms: Cell) => new Date(Number(ms)).toISOString();
const msOf = (time: string | undefined, otherwise: number) => (time === undefined ? otherwise : Date.parse(time));
const seen = ([activities, refused, days, first, last]: Seen) => ({
  activities: Number(activities),
  refused: Number(refused),
  days: Number(days),
  firstAt: iso(first),
  lastAt: iso(last),
});
/** A time that a question gives as 0 or null where there is none. */
const known = <Name extends string>(name: Name, ms: Cell | null) =>
  ms === null || Number(ms) === 0 ? {} : ({ [name]: iso(ms) } as Record<Name, string>);

export class ClickHouseViews implements ViewStore {
  readonly #connection: Connection;
  readonly #database: string;

  constructor({ connection, database }: { readonly connection: Connection; readonly database: string }) {
    this.#connection = connection;
    this.#database = database;
  }

  #ask<Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) {
    return ask<Row>(this.#connection, question.replaceAll('DB.', `${this.#database}.`), parameters);
  }

  async activities(query: Parameters<ViewStore['activities']>[0]): Promise<readonly Activity[]> {
    const rows = await this.#ask(questions.ACTIVITY_PAGE, {
      tenant: query.tenant,
      identity: query.identity ?? '',
      since: msOf(query.since, BEGINNING_MS),
      until: msOf(query.until, END_MS),
      beforeAt: msOf(query.after?.at, END_MS),
      beforeId: query.after?.id ?? '',
      limit: query.limit,
      ...homeParameters(query.home),
    });
    return rows.map(toActivity);
  }

  async rate({ tenant, identity, home, since, until, stepMs }: Parameters<ViewStore['rate']>[0]): Promise<Rate> {
    const time = { tenant, identity, since: Date.parse(since), until: Date.parse(until), ...homeParameters(home) };
    // A vendor's name of a thing is the end of its id. An address at a mail domain is a name as a whole: everybody there ends alike.
    const name = identity.split(/[/:]/).at(-1) || identity;
    const [points, changes] = await Promise.all([
      this.#ask<[Cell, Cell, Cell]>(questions.RATE, { ...time, step: stepMs, limit: POINTS_MAX }),
      this.#ask<[string, Cell, string, string, string, string]>(questions.CHANGES, {
        ...time,
        name,
        limit: CHANGES_SHOWN,
      }),
    ]);
    return {
      points: points.map(([at, activities, refused]) => ({
        at: iso(at),
        activities: Number(activities),
        refused: Number(refused),
      })),
      changes: changes.map(([id, at, by, action, resource, outcome]) => ({
        id,
        at: iso(at),
        by,
        action,
        resource,
        outcome,
      })),
    };
  }

  async usage(tenant: string, identity: string, home: HomeFilter): Promise<StoredUsage | undefined> {
    const of = { tenant, identity, ...homeParameters(home) };
    const [who] = await this.#ask<[string, string, string, string, string, ...Seen]>(questions.WHO, of);
    if (who === undefined) return undefined;
    const [kind, provider, name, account, environment, ...cells] = who;
    const life = seen(cells);
    const lastMs = Date.parse(life.lastAt);
    const [hours, sources, actions, resources, credentials, delegators, delegates, scopes] = await Promise.all([
      this.#ask<[Cell, Cell, Cell]>(questions.HOURS, { ...of, since: lastMs - HOURS_SHOWN_MS, limit: POINTS_MAX }),
      this.#ask<[string, Cell, string, string[], ...Seen]>(questions.SOURCES_OF, { ...of, limit: PLACES_SHOWN }),
      this.#ask<[string, string, string, ...Seen]>(questions.ACTIONS_OF, { ...of, limit: ACTIONS_SHOWN }),
      this.#ask<[string, string, ...Seen]>(questions.RESOURCES_OF, { ...of, limit: RESOURCES_SHOWN }),
      this.#ask<[string, string, Cell | null, Cell | null, boolean | number, ...Seen]>(questions.CREDENTIALS_OF, {
        ...of,
        limit: PLACES_SHOWN,
      }),
      this.#ask<[string, string, ...Seen]>(questions.DELEGATORS_OF, { ...of, limit: PLACES_SHOWN }),
      this.#ask<[string, string, ...Seen]>(questions.DELEGATES_OF, {
        ...of,
        since: lastMs - DELEGATES_MS,
        limit: PLACES_SHOWN,
      }),
      this.#ask<[string, ...Seen]>(questions.SCOPES_OF, { ...of, limit: SCOPES_SHOWN }),
    ]);
    const party = ([id, kind, ...rest]: [string, string, ...Seen]) => ({ id, kind, ...seen(rest) });
    return {
      identity,
      kind,
      provider,
      ...(name !== '' && { name }),
      ...(account !== '' && { account }),
      ...(environment !== '' && { environment }),
      ...life,
      hours: hours.map(([hour, activities, refused]) => ({
        at: iso(Number(hour) * 1_000),
        activities: Number(activities),
        refused: Number(refused),
      })),
      sources: sources.map(([place, ips, ip, clients, ...rest]) => ({
        place: place === '' ? 'the log does not tell' : place,
        ips: Number(ips),
        ip,
        clients: clients.filter((client) => client !== ''),
        ...seen(rest),
      })),
      actions: actions.map(([service, name, access, ...rest]) => ({ service, name, access, ...seen(rest) })),
      resources: resources.map(([id, type, ...rest]) => ({ id, type, ...seen(rest) })),
      credentials: credentials.map(([id, kind, issued, expires, longLived, ...rest]) => ({
        id,
        kind,
        ...known('issuedAt', issued),
        ...known('expiresAt', expires),
        longLived: Boolean(longLived),
        ...seen(rest),
      })),
      delegators: delegators.map(party),
      delegates: delegates.map(party),
      scopes: scopes.map(([scope, ...rest]) => ({ scope, ...seen(rest) })),
    };
  }

  async grants(tenant: string, identity: string | undefined, limit: number): ReturnType<ViewStore['grants']> {
    const rows = await this.#ask<[string, string, Cell, string, [string, string][]]>(questions.GRANTS, {
      tenant,
      identity: identity ?? '',
      limit,
    });
    return gathered(rows, ([subject, right, at, by, homes]) => [
      subject,
      { right, at: iso(at), by, homes: homes.map(([provider, account]) => ({ provider, account })) },
    ]);
  }

  async peerActs(
    tenant: string,
    of: Parameters<ViewStore['peerActs']>[1],
    home: HomeFilter,
    limit: number,
  ): ReturnType<ViewStore['peerActs']> {
    const { identity, kind, provider: ofProvider } = of;
    const asked = { tenant, identity, kind, ofProvider, ...homeParameters(home) };
    const [[count], acts] = await Promise.all([
      this.#ask<[Cell]>(questions.PEERS, asked),
      this.#ask<[string, string, Cell]>(questions.PEER_ACTS, { ...asked, limit }),
    ]);
    return {
      count: Number(count?.[0] ?? 0),
      acts: acts.map(([service, name, identities]) => ({ service, name, identities: Number(identities) })),
    };
  }

  async actsOf(tenant: string, identities: readonly string[]): ReturnType<ViewStore['actsOf']> {
    const rows = await this.#ask<[string, string, string, [string, string][], string[]]>(questions.ACTS_BY_IDENTITY, {
      tenant,
      identities,
      limit: ACTIONS_SHOWN,
    });
    return new Map(
      rows.map(([id, provider, account, acts, scopes]) => [
        keyOf({ id, provider, account }),
        { acts: acts.map(([service, name]) => ({ service, name })), scopes },
      ]),
    );
  }

  async actsOfKin(tenant: string, limit: number): ReturnType<ViewStore['actsOfKin']> {
    const rows = await this.#ask<[string, string, [string, string][]]>(questions.ACTS_BY_KIN, { tenant, limit });
    return new Map(
      rows.map(([kind, provider, acts]) => [
        kinOf({ kind, provider }),
        acts.map(([service, name]) => ({ service, name })),
      ]),
    );
  }

  async fleet(tenant: string, limit: number): Promise<readonly StoredMember[]> {
    const rows = await this.#ask<[string, string, string, string, string, Cell, Cell, Cell, Cell]>(questions.FLEET, {
      tenant,
      limit,
    });
    return rows.map(([id, kind, provider, account, name, first, last, activities, longLived]) => ({
      id,
      kind,
      provider,
      account,
      name,
      firstMs: Number(first),
      lastMs: Number(last),
      activities: Number(activities),
      longLived: Number(longLived),
    }));
  }

  async recordsOf({ tenant, identity, until, limit }: Parameters<ViewStore['recordsOf']>[0]) {
    const rows = await this.#ask<[Cell, string]>(questions.RECORDS_OF, {
      tenant,
      identity,
      until: Date.parse(until),
      limit,
    });
    return rows.reverse().map(([at, record]) => ({ at: iso(at), record: JSON.parse(record) as InventoryRecord }));
  }

  async described(tenant: string, limit: number): Promise<ReadonlyMap<string, readonly Described[]>> {
    const rows = await this.#ask<[string, string, string, string, string, string, string, string[], string, string]>(
      questions.DESCRIBED,
      {
        tenant,
        limit,
      },
    );
    return gathered(
      rows,
      ([id, provider, account, owner, purpose, expiresAt, offboardedAt, grantedScopes, attestedAt, attestedUntil]) => [
        id,
        {
          provider: provider || undefined,
          account: account || undefined,
          owner: owner || undefined,
          purpose: purpose || undefined,
          expiresAt: expiresAt || undefined,
          offboardedAt: offboardedAt || undefined,
          grantedScopes: grantedScopes.length > 0 ? grantedScopes : undefined,
          attestedAt: attestedAt || undefined,
          attestedUntil: attestedUntil || undefined,
        },
      ],
    );
  }

  async origins(tenant: string, identities: readonly string[] | undefined, limit: number): Promise<Origins> {
    const of = {
      tenant,
      limit,
      everybody: identities === undefined,
      identities: identities ?? [],
      subjects: (identities ?? []).flatMap(spellingsOf),
    };
    const [makers, people, reaches, credentials] = await Promise.all([
      this.#ask<[string, string, string, string, string, string, Cell, string, string]>(questions.MAKERS, of),
      this.#ask<[string, string, string, string, Cell]>(questions.PEOPLE, of),
      this.#ask<[string, string, string, string, string[], string[], Cell]>(questions.REACHES, of),
      this.#ask<[string, string, string, [string, Cell, Cell, Cell][]]>(questions.CREDENTIALS, {
        ...of,
        each: PLACES_SHOWN,
      }),
    ]);
    return {
      makers: gathered(makers, ([id, kind, by, byKind, starter, action, ms, provider, account]) => [
        id,
        { kind, by, byKind, starter, action, ms: Number(ms), home: { provider, account } },
      ]),
      people: gathered(people, ([id, provider, account, person, acts]) => [
        keyOf({ id, provider, account }),
        { id: person, activities: Number(acts) },
      ]),
      reaches: gathered(reaches, ([id, provider, account, service, onBehalfOf, access, acts]) => [
        keyOf({ id, provider, account }),
        { service, onBehalfOf, access, activities: Number(acts) },
      ]),
      credentials: new Map(
        credentials.map(([id, provider, account, all]) => [
          keyOf({ id, provider, account }),
          all.map(([id, since, first, last]) => ({ id, since: iso(since), firstAt: iso(first), lastAt: iso(last) })),
        ]),
      ),
    };
  }

  async alerted(tenant: string, since: string, limit: number): Promise<ReadonlyMap<string, AlertedMember>> {
    const rows = await this.#ask<[string, string, string, Cell, Cell, string]>(questions.ALERTED, {
      tenant,
      since: Date.parse(since),
      limit,
    });
    return new Map(
      rows.map(([id, provider, account, alerts, score, owner]) => [
        keyOf({ id, provider, account }),
        { alerts: Number(alerts), score: Number(score), owner },
      ]),
    );
  }

  async sources(tenant: string, now: number): Promise<Pick<Sources, 'inputs' | 'sinks'>> {
    const [inputs, sinks] = await Promise.all([
      this.#ask<[string, Cell, Cell, Cell, Cell, Cell, Cell, Cell]>(questions.INPUTS, {
        tenant,
        now: Math.floor(now / 1_000),
        limit: INPUTS_SHOWN,
      }),
      this.#ask<[string, Cell, Cell, Cell, Cell]>(questions.SINKS, { tenant, limit: INPUTS_SHOWN }),
    ]);
    return {
      inputs: inputs.map(([provider, identities, activities, lastHour, lastDay, newest, stored, delay]) => ({
        provider,
        identities: Number(identities),
        activities: Number(activities),
        lastHour: Number(lastHour),
        lastDay: Number(lastDay),
        newestAt: iso(newest),
        storedAt: iso(Number(stored) * 1_000),
        ...(delay !== null && { delaySeconds: Math.max(0, Math.round(Number(delay))) }),
      })),
      sinks: sinks.map(([sink, pending, delivered, refused, oldest]) => ({
        sink,
        pending: Number(pending),
        delivered: Number(delivered),
        refused: Number(refused),
        ...(Number(pending) > 0 && { oldestPendingAt: iso(oldest) }),
      })),
    };
  }

  async scored(tenant: string, days: number, limit: number): ReturnType<ViewStore['scored']> {
    const [newest] = await this.#ask<[number]>(questions.NEWEST_HOUR, { tenant });
    if (newest === undefined) return undefined;
    const newestHour = Number(newest[0]);
    const found = await this.#ask<[number, string, string, string, number, number, number]>(questions.SCORED, {
      tenant,
      after: newestHour - days * 24,
      limit: limit + 1,
    });
    if (found.length > limit) return 'too-many';
    const rows = found.map(
      ([hour, of, peers, dimension, value, identity, amount]): Contribution => ({
        hour,
        tenant: of,
        peers,
        dimension,
        value,
        identity,
        amount,
      }),
    );
    return { newestHour, rows };
  }

  async raised(tenant: string, since: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#ask<[string, Cell]>(questions.RAISED, {
      tenant,
      since: Date.parse(since),
      limit: DAYS_SHOWN,
    });
    return new Map(rows.map(([day, alerts]) => [day, Number(alerts)]));
  }

  async stamp(tenant: string): Promise<string> {
    const [row] = await this.#ask<[string]>(questions.STAMP, { tenant });
    return row?.[0] ?? '';
  }
}
