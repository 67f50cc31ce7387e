/** What the pages of the console show besides alerts: the budget, the fleet, one identity's life, sources, the audit trail. */
import { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import { type Caller, homeQuerySchema } from '../../schemas/api.ts';
import {
  type ActivityPage,
  type ActivityQuery,
  type AuditPage,
  activityPageSchema,
  activityQuerySchema,
  auditPageSchema,
  auditQuerySchema,
  type Budget,
  budgetSchema,
  callerSchema,
  type PeerHabits,
  POINTS_MAX,
  peerHabitsSchema,
  type Rate,
  type RateQuery,
  rateQuerySchema,
  rateSchema,
  type SignedIn,
  type Sources,
  sourcesSchema,
  type Usage,
  usageSchema,
  type Verified,
  verifiedSchema,
} from '../../schemas/console.ts';
import {
  type Fleet,
  type FleetList,
  type FleetMember,
  type FleetPage,
  type FleetQuery,
  fleetPageSchema,
  fleetQuerySchema,
  fleetSchema,
  fleetTableQuerySchema,
} from '../../schemas/fleet.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import {
  type InventoryItem,
  type InventoryPage,
  inventoryPageSchema,
  inventoryQuerySchema,
} from '../../schemas/inventory-item.ts';
import { cefLine } from '../render/cef.ts';
import { ecsDocument } from '../render/ecs.ts';
import { ocsfFinding } from '../render/ocsf.ts';
import { visible, visibleJson } from '../render/visible.ts';
import type { ChangeStreams } from './change-stream.ts';
import { CSV, fleetCsv, inventoryCsv, SCIM, scimList } from './inventory-exports.ts';
import type { ConsoleParts } from './ports.ts';
import { ambiguous, busy, malformed, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

/** The homes of several identities that share an id, where it was not told which is meant. */
interface Choices {
  readonly choices: readonly Home[];
}

/** What the routes ask of whoever reads the store for pages; the tenant is always the caller's. */
export interface ViewPort {
  me(caller: Caller): SignedIn;
  budget(tenant: string): Promise<Budget>;
  fleet(tenant: string): Promise<Fleet>;
  /** Undefined: the cursor is not one that can be read. */
  fleetPage(tenant: string, query: FleetQuery): Promise<FleetPage | undefined>;
  members(tenant: string, list: FleetList): Promise<readonly FleetMember[]>;
  /** Undefined: the cursor is not one that can be read. */
  inventory(tenant: string, query: z.infer<typeof inventoryQuerySchema>): Promise<InventoryPage | undefined>;
  items(tenant: string): Promise<readonly InventoryItem[]>;
  /** Where identities of this id are at home, of those that it may be. */
  homes(tenant: string, identity: string, told: Home): Promise<readonly Home[]>;
  /** One of them; undefined where no such identity was seen. */
  item(tenant: string, identity: string, told: Home): Promise<InventoryItem | undefined>;
  /** Undefined: the cursor, or the list of ids, is not one that can be read. */
  activities(tenant: string, query: ActivityQuery): Promise<ActivityPage | Choices | undefined>;
  rate(tenant: string, identity: string, query: RateQuery): Promise<Rate | Choices>;
  usage(tenant: string, identity: string, told: Home): Promise<Usage | Choices | undefined>;
  peers(tenant: string, identity: string, told: Home): Promise<PeerHabits | Choices | undefined>;
  sources(tenant: string): Promise<Sources>;
  /** Absent where nobody keeps suspensions. */
  readonly audit?:
    | {
        page(tenant: string, after: number, limit: number): Promise<AuditPage>;
        verify(tenant: string): Promise<Verified>;
      }
    | undefined;
  readonly changes: ChangeStreams;
}

const TOO_MANY_STREAMS_MS = 10_000;
const FORMS: Readonly<Record<string, (alert: Alert) => unknown>> = {
  json: (alert) => alert,
  ocsf: ocsfFinding,
  ecs: ecsDocument,
  cef: cefLine,
};

const badCursor = () => malformed('`cursor` cannot be read', 'Take `next` of the page before as it is.');

export function viewRoutes(door: ViewPort, { triage }: Pick<ConsoleParts, 'triage'>): Route[] {
  const { audit } = door;
  return [
    route({
      method: 'GET',
      path: '/v1/me',
      scope: 'viewer',
      summary: 'Whom the token speaks for, and what can be done here.',
      answer: callerSchema,
      run: async ({ caller }) => ({ body: door.me(caller) }),
    }),
    route({
      method: 'GET',
      path: '/v1/budget',
      scope: 'viewer',
      summary: 'The false alerts that were asked for and spent, and the threshold that follows from them.',
      answer: budgetSchema,
      run: async ({ caller }) => ({ body: await door.budget(caller.tenant) }),
    }),
    route({
      method: 'GET',
      path: '/v1/alerts/:id/as/:form',
      scope: 'viewer',
      summary: 'One alert in the words of a standard: json, ocsf or ecs; cef is one line of text.',
      answer: z.unknown(),
      async run({ caller, params }) {
        const render = FORMS[params.form!];
        if (render === undefined) throw malformed('there is no such form', 'It is json, ocsf, ecs or cef.');
        const found = await triage.alert(caller.tenant, params.id!);
        if (found === undefined) throw unknown('such alert');
        const { triage: standing, ...alert } = found;
        const body = render({ ...alert, status: standing.status });
        if (typeof body !== 'string') return { body };
        return { body: visible(body), headers: { 'content-type': 'text/plain; charset=utf-8' } };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/activities',
      scope: 'viewer',
      summary: 'Stored activities, newest first: of one identity, or by their ids.',
      query: activityQuerySchema,
      answer: activityPageSchema,
      async run({ caller, query }) {
        const page = await door.activities(caller.tenant, query);
        if (page === undefined)
          throw malformed('`cursor` or `ids` cannot be read', 'Take `next` as it is; ids are a JSON array of strings.');
        if ('choices' in page) throw ambiguous(query.identity ?? '', page.choices);
        return { body: page };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id/rate',
      scope: 'viewer',
      summary: 'How much one identity did in each step of a time, and what others changed about it meanwhile.',
      query: rateQuerySchema,
      answer: rateSchema,
      async run({ caller, params, query }) {
        const steps = (Date.parse(query.until) - Date.parse(query.since)) / query.stepMs;
        if (!(steps > 0) || steps > POINTS_MAX)
          throw malformed(`since, until and stepMs make no 1 to ${POINTS_MAX} steps`, 'Choose a longer step.');
        const rate = await door.rate(caller.tenant, params.id!, query);
        if ('choices' in rate) throw ambiguous(params.id!, rate.choices);
        return { body: rate };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id/usage',
      scope: 'viewer',
      summary: 'What one identity did, to what, from where, with what, when, and for whom: all of it that is stored.',
      query: homeQuerySchema,
      answer: usageSchema,
      async run({ caller, params, query }) {
        const usage = await door.usage(caller.tenant, params.id!, query);
        if (usage === undefined) throw unknown('such identity');
        if ('choices' in usage) throw ambiguous(params.id!, usage.choices);
        return { body: usage };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id/peers',
      scope: 'viewer',
      summary:
        'How one identity differs from others of its kind and provider. Of fewer than three of them nothing is said.',
      query: homeQuerySchema,
      answer: peerHabitsSchema,
      async run({ caller, params, query }) {
        const habits = await door.peers(caller.tenant, params.id!, query);
        if (habits === undefined) throw unknown('such identity');
        if ('choices' in habits) throw ambiguous(params.id!, habits.choices);
        return { body: habits };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/fleet',
      scope: 'viewer',
      summary: 'All identities in numbers, and those that somebody should look at.',
      answer: fleetSchema,
      run: async ({ caller }) => ({ body: await door.fleet(caller.tenant) }),
    }),
    route({
      method: 'GET',
      path: '/v1/fleet/identities',
      scope: 'viewer',
      summary: 'One list of the fleet, page by page, in its order.',
      query: fleetQuerySchema,
      answer: fleetPageSchema,
      async run({ caller, query }) {
        const page = await door.fleetPage(caller.tenant, query);
        if (page === undefined) throw badCursor();
        return { body: page };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/fleet.csv',
      scope: 'viewer',
      summary: 'All identities, or one list of them, as a table for a spreadsheet; no cell is a formula.',
      query: fleetTableQuerySchema,
      answers: CSV,
      run: async ({ caller, query: { list } }) => ({
        body: fleetCsv(await door.members(caller.tenant, list)),
        headers: { 'content-type': CSV, 'content-disposition': `attachment; filename="tidemark-fleet-${list}.csv"` },
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/inventory',
      scope: 'viewer',
      summary:
        'Every identity that was seen, known to the inventory or not: what it lacks, who should be asked and why, who made it, and what it reaches.',
      query: inventoryQuerySchema,
      answer: inventoryPageSchema,
      async run({ caller, query }) {
        const page = await door.inventory(caller.tenant, query);
        if (page === undefined) throw badCursor();
        return { body: page };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/inventory.csv',
      scope: 'viewer',
      summary: 'The same of all identities as a table for a spreadsheet; no cell is a formula.',
      answers: CSV,
      run: async ({ caller }) => ({
        body: inventoryCsv(await door.items(caller.tenant)),
        headers: { 'content-type': CSV, 'content-disposition': 'attachment; filename="tidemark-inventory.csv"' },
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/inventory.scim',
      scope: 'viewer',
      summary:
        'The same as a SCIM list (RFC 7644) of resources, for an identity governance system; it is not a SCIM server.',
      answers: SCIM,
      run: async ({ caller }) => ({
        body: visibleJson(scimList(await door.items(caller.tenant))),
        headers: { 'content-type': SCIM, 'content-disposition': 'attachment; filename="tidemark-inventory.json"' },
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/sources',
      scope: 'viewer',
      summary: 'What comes in and what goes out: rates, delays, dead letters, deliveries, and whether all is well.',
      answer: sourcesSchema,
      run: async ({ caller }) => ({ body: await door.sources(caller.tenant) }),
    }),
    route({
      method: 'GET',
      path: '/v1/changes',
      scope: 'viewer',
      summary:
        'Server-sent events: `change` when alerts, triage, suppressions or suspensions changed, `stale` when the store does not answer.',
      answers: 'text/event-stream',
      async run({ caller }) {
        const stream = door.changes.open(caller);
        if (stream === undefined)
          throw busy('this token, or everybody together, reads too many streams', TOO_MANY_STREAMS_MS);
        return { body: stream, headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } };
      },
    }),
    ...(audit === undefined
      ? []
      : [
          route({
            method: 'GET',
            path: '/v1/audit',
            scope: 'viewer',
            summary: 'Rows of the audit chain, in order.',
            query: auditQuerySchema,
            answer: auditPageSchema,
            run: async ({ caller, query }) => ({ body: await audit.page(caller.tenant, query.after, query.limit) }),
          }),
          route({
            method: 'GET',
            path: '/v1/audit/verification',
            scope: 'viewer',
            summary: 'Goes through the whole chain: whether each row is as it was written.',
            answer: verifiedSchema,
            run: async ({ caller }) => ({ body: await audit.verify(caller.tenant) }),
          }),
        ]),
  ];
}
