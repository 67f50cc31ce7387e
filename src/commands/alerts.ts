/** `tidemark alerts`: the alerts of a tenant with where they stand, one line each. */

import { type Command, Option } from 'commander';
import { ALERT_KINDS, ALERT_STATUSES, SEVERITIES } from '../../schemas/alert.ts';
import type { AlertListQuery, TriagedAlert } from '../../schemas/api.ts';
import { choicesText, distinctHomes } from '../../schemas/identity-ref.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { note, type Piece, print, printJson } from '../terminal/print.ts';
import { severityOf } from '../terminal/severity.ts';
import { table } from '../terminal/table.ts';
import { incidentOf } from '../triage/incident-of.ts';
import type { Triage } from '../triage/triage.ts';
import { count, instant } from './arguments.ts';
import { identityNamed, incidentNamed, noneOf, withHome } from './lookup.ts';
import { command, type Flags, withStore } from './settings.ts';
import { granted, withTriage } from './with-triage.ts';

const PAGE = 500;

interface Selection
  extends Flags,
    Pick<
      AlertListQuery,
      'identity' | 'provider' | 'account' | 'status' | 'severity' | 'kind' | 'owner' | 'incident' | 'since'
    > {
  readonly tenant?: string;
  readonly limit: number;
}

/** Page after page, until there are enough or no more. */
async function collect(triage: Triage, tenant: string, query: Omit<AlertListQuery, 'cursor'>): Promise<TriagedAlert[]> {
  const found: TriagedAlert[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE, query.limit - found.length);
    const page = granted(await triage.alerts(tenant, { ...query, limit, cursor }));
    found.push(...page.alerts);
    cursor = page.next;
  } while (cursor !== undefined && found.length < query.limit);
  return found;
}

export function alertsCommand(): Command {
  return withHome(
    withStore(
      command('alerts', 'List alerts, newest first, those of one incident together.', [
        'alerts --status new --severity high',
        'alerts --since 2026-03-01T00:00:00Z --kind credential-reuse',
        'alerts --identity ci-deploy --json',
      ]),
    ),
  )
    .option('--identity <id>', 'of this identity: its id or its name')
    .addOption(new Option('--status <status>', 'that stand so').choices(ALERT_STATUSES))
    .addOption(new Option('--severity <severity>', 'this severe or more').choices(SEVERITIES))
    .addOption(new Option('--kind <kind>', 'of this kind, among others').choices(ALERT_KINDS))
    .option('--owner <name>', 'of identities of this owner')
    .option('--incident <id>', 'of this incident: its id, or the beginning of it')
    .option('--since <time>', 'with evidence since, RFC 3339', instant)
    .option('--tenant <tenant>', 'of this tenant (default: ingest.tenant)')
    .option('--limit <n>', 'at the most', count, 50)
    .action(async (flags: Selection) => {
      const { identity, provider, account, status, severity, kind, owner, incident, since, limit } = flags;
      const { alerts, none } = await withTriage(flags, async (triage, { tenant }, store) => {
        const query = {
          identity: identity && (await identityNamed(store, tenant, identity)),
          incident: incident && (await incidentNamed(store, tenant, incident)),
          ...{ status, severity, kind, provider, account, owner, since, limit },
        };
        if (query.identity !== undefined && provider === undefined && account === undefined) {
          const homes = distinctHomes(await openTriage(store).ledger.homes(tenant, query.identity));
          if (homes.length > 1)
            note(`Several identities have this id: ${choicesText(homes)}. One alone: --provider and --account.`);
        }
        const found = await collect(triage, tenant, query);
        const isFiltered = Object.entries(query).some(([key, value]) => key !== 'limit' && value !== undefined);
        const such = isFiltered ? ' of that description' : '';
        return { alerts: found, none: found.length > 0 ? '' : await noneOf(store, 'alerts', tenant, such) };
      });
      if (flags.json) return printJson(alerts);
      if (alerts.length === 0) return print(none);
      const rows = [...grouped(alerts)].flatMap(([incident, members]) => {
        const isOne = incident !== undefined && members.length > 1;
        const own = members.map((alert) => rowOf(alert, alert.title, isOne ? '  ' : ''));
        return isOne ? [headOf(incident, members), ...own] : own;
      });
      print(...table(rows));
      note('More: tidemark explain ALERT_ID');
    });
}

/** Alerts in their order, those of one incident together where the newest of them stands. */
function grouped(alerts: readonly TriagedAlert[]): readonly (readonly [string | undefined, readonly TriagedAlert[]])[] {
  const groups = new Map<string, [string | undefined, TriagedAlert[]]>();
  for (const alert of alerts) {
    const group = groups.get(alert.incident ?? alert.id);
    if (group === undefined) groups.set(alert.incident ?? alert.id, [alert.incident, [alert]]);
    else group[1].push(alert);
  }
  return [...groups.values()];
}

type Line = Pick<TriagedAlert, 'id' | 'raisedAt' | 'severity'> & { readonly triage: Standing };
const rowOf = ({ id, raisedAt, severity, triage }: Line, text: string, indent = ''): readonly Piece[] => [
  `${indent}${id.slice(0, 12)}`,
  raisedAt,
  severityOf(severity),
  standing(triage),
  text,
];

function headOf(id: string, members: readonly TriagedAlert[]): readonly Piece[] {
  const incident = incidentOf(id, members);
  const whose = incident.identities === 1 ? 'one identity' : `${incident.identities} identities`;
  return rowOf(incident, `incident ${id}: ${members.length} alerts of ${whose}`);
}

type Standing = Pick<TriagedAlert['triage'], 'status' | 'verdict' | 'reopened'>;
function standing({ status, verdict, reopened }: Standing): string {
  if (verdict !== undefined) return verdict === 'true' ? 'confirmed' : 'benign';
  // Somebody decided about it before, and it has grown since.
  return reopened !== undefined && status === 'new' ? 'new again' : status;
}
