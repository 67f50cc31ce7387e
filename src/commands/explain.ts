/** `tidemark explain`: one alert in full, with the activities it cites. */
import type { Command } from 'commander';
import type { Alert } from '../../schemas/alert.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import type { Store } from '../ports/store.ts';
import { presentAlert } from '../terminal/alert.ts';
import { createTriage } from '../triage/triage.ts';
import { command, type Flags, placed, print, settingsOf, UsageError, withOpenStore, withStore } from './settings.ts';

const ACTIVITIES_SHOWN = 10;
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
        const exact = await open.alerts({ id, limit: 1 });
        const found =
          exact.length > 0 ? exact : (await open.alerts({ limit: 10_000 })).filter((alert) => alert.id.startsWith(id));
        const [alert] = found;
        if (alert === undefined)
          throw new UsageError(
            `no alert ${id} in ${store.url ?? store.path}`,
            'List them with `tidemark alerts`, or name another store with --store.',
          );
        if (found.length > 1)
          throw new UsageError(
            `${found.length} alerts begin with ${id}`,
            `Give more of the id: ${found
              .slice(0, 5)
              .map((a) => a.id)
              .join(', ')}`,
          );
        if (flags.history) return tellHistory(await historyOf(open, alert), flags);
        const activities = await open.activities({
          tenant: alert.tenant,
          ids: alert.activityIds,
          limit: alert.activityIds.length,
        });
        const inOrder = [...activities].sort((a, b) => (a.at < b.at ? -1 : 1));
        const others = await othersOf(open, alert);
        if (flags.json) return print(JSON.stringify({ alert, activities: inOrder, ...(alert.incident && { others }) }));
        print(
          presentAlert(alert, {
            colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
            width: process.stdout.columns ?? 100,
          }),
        );
        if (alert.incident !== undefined) print(`\n${presentOthers(alert.incident, others)}`);
        print(`\nActivities (${inOrder.length} of ${alert.activityCount}):`);
        for (const { at, action, resource, source, outcome } of inOrder.slice(0, ACTIVITIES_SHOWN))
          print(
            `  ${at}  ${action.name}  ${resource?.id ?? '-'}  from ${source.ip ?? source.workload ?? source.userAgent ?? '-'}  ${outcome}`,
          );
        if (inOrder.length > ACTIVITIES_SHOWN)
          print(`  ... and ${inOrder.length - ACTIVITIES_SHOWN} more; --json shows all`);
      });
    });
}

/** The other alerts of its incident, newest first. */
async function othersOf(store: Store, { tenant, id, incident }: Alert): Promise<readonly Alert[]> {
  if (incident === undefined) return [];
  const found = await openTriage(store).triage.alertPage({ tenant, incident, limit: OTHERS_MAX });
  return found.filter((other) => other.id !== id);
}

function presentOthers(incident: string, others: readonly Alert[]): string {
  const rows = others
    .slice(0, OTHERS_SHOWN)
    .map(({ id, raisedAt, severity, identity }) => `  ${id.slice(0, 12)}  ${raisedAt}  ${severity}  ${identity.id}`);
  const rest = others.length - rows.length;
  return [
    `Incident ${incident}: ${others.length} other ${others.length === 1 ? 'alert' : 'alerts'} for the same cause`,
    ...rows,
    ...(rest > 0 ? [`  ... and ${rest} more; --json shows all`] : []),
  ].join('\n');
}

function historyOf(store: Store, { tenant, id }: Alert) {
  return createTriage({ store: openTriage(store).triage, clock: { now: Date.now } }).history(tenant, id);
}

function tellHistory({ versions, actions }: Awaited<ReturnType<typeof historyOf>>, { json }: Flags): void {
  if (json) return void print(JSON.stringify({ versions, actions }));
  for (const { version, lastAt, severity, title } of versions)
    print(`v${version}  ${lastAt}  ${severity.padEnd(8)}  ${title}`);
  for (const { at, action, actor, because, until, scope } of actions)
    print(
      `${at}  ${action} by ${actor}${because === '' ? '' : `: ${because}`}${until === undefined ? '' : ` (${scope.join(', ') || 'all evidence'} until ${until})`}`,
    );
}
