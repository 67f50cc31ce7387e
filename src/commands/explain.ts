/** `tidemark explain`: one alert in full, with the activities it cites. */
import type { Command } from 'commander';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { type HomeFilter, mayBe } from '../../schemas/identity-ref.ts';
import { openTriage, openViews } from '../adapters/clickhouse/open.ts';
import { openMeans } from '../app/means.ts';
import type { Store } from '../ports/store.ts';
import type { ViewStore } from '../ports/views.ts';
import { changeOf, decisionOf } from '../render/change.ts';
import { presentAlert } from '../terminal/alert.ts';
import { presentActivities } from '../terminal/alert-activities.ts';
import { nearSince, presentChanges } from '../terminal/changes-nearby.ts';
import { type Line, outputOf, print, printJson } from '../terminal/print.ts';
import { severityOf } from '../terminal/severity.ts';
import { table } from '../terminal/table.ts';
import { createTriage } from '../triage/triage.ts';
import { alertNamed } from './lookup.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

/** How far around its evidence is looked for what the identity did besides, and how much of that is read each side. */
const AROUND_MS = 15 * 60_000;
const AROUND_MAX = 500;
/** Steps in which the store counts what the identity did meanwhile; nothing here shows them. */
const STEP_MS = 86_400_000;
/** Versions of the inventory's record that are read. */
const RECORDS_MAX = 50;
const OTHERS_SHOWN = 10;
const OTHERS_MAX = 1_000;

export function explainCommand(): Command {
  return withStore(
    command('explain', 'Show one alert: what was usual, what was seen, what to do, how to undo it.', [
      'explain 4f1c09aa --store .tidemark/demo',
      'explain 4f1c09aa --history',
      'explain 4f1c09aa --json',
    ]),
  )
    .argument('<alert-id>', 'id of the alert, or its beginning')
    .option('--history', 'its versions and everything people did about it, in place of the activities')
    .action(async (id: string, flags: Flags & { history?: boolean }) => {
      const { config } = await settingsOf(flags);
      const store = placed(config, flags);
      await withOpenStore(store, async (open) => {
        const alert = await alertNamed(open, id, store.url ?? store.path ?? '');
        if (flags.history) return tellHistory(await historyOf(open, alert), flags);
        const inOrder = await citedActivities(open, alert);
        const others = await othersOf(open, alert);
        const means = (await openMeans(config.respond))(alert);
        if (flags.json)
          return printJson({ alert, activities: inOrder, ...(means && { means }), ...(alert.incident && { others }) });
        print(...presentAlert(alert, outputOf(process.stdout), { activities: inOrder, means }));
        if (alert.incident !== undefined) print('', ...presentOthers(alert.incident, others));
        const views = openViews(open);
        print('', ...presentChanges(alert, await changesNear(views, alert), await recordsNear(views, alert)));
        print('', ...presentActivities(alert, inOrder, await aroundOf(views, alert)));
      });
    });
}

/** Those it cites, and those its evidence was found in, in order of time. */
async function citedActivities(store: Store, { tenant, activityIds, evidence }: Alert): Promise<Activity[]> {
  const ids = [...new Set([...activityIds, ...evidence.map(({ activityId }) => activityId)])];
  const found = await store.activities({ tenant, ids, limit: ids.length });
  return [...found].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Another account may know the same id. */
const homeOf = ({ provider, account = '' }: Alert['identity']): HomeFilter => ({ provider, accounts: [account] });

/** What the identity did shortly before the first evidence and after the last. */
async function aroundOf(views: ViewStore, { tenant, identity, firstAt, lastAt }: Alert): Promise<Activity[]> {
  const moved = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const of = {
    tenant,
    identity: identity.id,
    home: homeOf(identity),
    limit: AROUND_MAX,
  };
  const before = await views.activities({ ...of, since: moved(firstAt, -AROUND_MS), until: firstAt });
  const after = await views.activities({ ...of, since: lastAt, until: moved(lastAt, AROUND_MS) });
  return [...before, ...after];
}

/** What others did to the identity from a day before its first evidence to its last. */
async function changesNear(views: ViewStore, alert: Alert) {
  const { tenant, identity } = alert;
  const { changes } = await views.rate({
    tenant,
    identity: identity.id,
    home: homeOf(identity),
    since: nearSince(alert),
    until: new Date(Date.parse(alert.lastAt) + 1).toISOString(),
    stepMs: STEP_MS,
  });
  return changes;
}

/** What the inventory said of the identity up to the last evidence: with what was in force before. */
async function recordsNear(views: ViewStore, { tenant, identity, lastAt }: Alert) {
  const told = await views.recordsOf({ tenant, identity: identity.id, until: lastAt, limit: RECORDS_MAX });
  return told.filter(({ record }) => mayBe({ provider: record.provider, account: record.account }, identity));
}

/** The other alerts of its incident, newest first. */
async function othersOf(store: Store, { tenant, id, incident }: Alert): Promise<readonly Alert[]> {
  if (incident === undefined) return [];
  const found = await openTriage(store).triage.alertPage({ tenant, incident, limit: OTHERS_MAX });
  return found.filter((other) => other.id !== id);
}

function presentOthers(incident: string, others: readonly Alert[]): Line[] {
  const rows = others
    .slice(0, OTHERS_SHOWN)
    .map(({ id, raisedAt, severity, identity }) => [id.slice(0, 12), raisedAt, severityOf(severity), identity.id]);
  const rest = others.length - rows.length;
  return [
    `Incident ${incident}: ${others.length} other ${others.length === 1 ? 'alert' : 'alerts'} for the same cause`,
    ...table(rows, { indent: 2 }),
    ...(rest > 0 ? [`  ... and ${rest} more; --json shows all`] : []),
  ];
}

function historyOf(store: Store, { tenant, id }: Alert) {
  return createTriage({ store: openTriage(store).triage, clock: { now: Date.now } }).history(tenant, id);
}

function tellHistory({ versions, actions }: Awaited<ReturnType<typeof historyOf>>, { json }: Flags): void {
  if (json) {
    printJson({ versions, actions });
    return;
  }
  print(
    ...table(
      versions.map((alert) => [
        `v${alert.version}`,
        alert.standing?.at ?? alert.lastAt,
        changeOf(alert),
        severityOf(alert.severity),
        alert.change === undefined || alert.change === 'eased' ? alert.title : (decisionOf(alert) ?? alert.title),
      ]),
    ),
  );
  const rows = actions.map(({ at, action, actor, because, until, scope }) => [
    at,
    `${action} by ${actor}${because === '' ? '' : `: ${because}`}${until === undefined ? '' : ` (${scope.join(', ') || 'all evidence'} until ${until})`}`,
  ]);
  print(...table(rows));
}
