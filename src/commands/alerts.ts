/** `tidemark alerts`: the alerts of a tenant with where they stand, one line each. */
import { type Command, Option } from 'commander';
import { ALERT_KINDS, ALERT_STATUSES, SEVERITIES } from '../../schemas/alert.ts';
import type { AlertListQuery, TriagedAlert } from '../../schemas/api.ts';
import type { Triage } from '../triage.ts';
import { count, instant } from './arguments.ts';
import { command, type Flags, note, print, withStore } from './settings.ts';
import { granted, withTriage } from './with-triage.ts';

const PAGE = 500;

interface Selection
  extends Flags,
    Pick<AlertListQuery, 'identity' | 'status' | 'severity' | 'kind' | 'owner' | 'since'> {
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
  return withStore(
    command('alerts', 'List alerts, newest first.', [
      'alerts --status new --severity high',
      'alerts --since 2026-03-01T00:00:00Z --kind credential-reuse',
      'alerts --identity ci-deploy --json',
    ]),
  )
    .option('--identity <id>', 'of this identity')
    .addOption(new Option('--status <status>', 'that stand so').choices(ALERT_STATUSES))
    .addOption(new Option('--severity <severity>', 'this severe or more').choices(SEVERITIES))
    .addOption(new Option('--kind <kind>', 'of this kind, among others').choices(ALERT_KINDS))
    .option('--owner <name>', 'of identities of this owner')
    .option('--since <time>', 'with evidence since, RFC 3339', instant)
    .option('--tenant <tenant>', 'of this tenant (default: ingest.tenant)')
    .option('--limit <n>', 'at the most', count, 50)
    .action(async (flags: Selection) => {
      const { identity, status, severity, kind, owner, since, limit } = flags;
      const query = { identity, status, severity, kind, owner, since, limit };
      const { alerts, tenant } = await withTriage(flags, async (triage, caller) => ({
        alerts: await collect(triage, caller.tenant, query),
        tenant: caller.tenant,
      }));
      if (flags.json) return print(JSON.stringify(alerts));
      if (alerts.length === 0) return print(`No alerts of tenant ${tenant}.`);
      for (const { id, raisedAt, severity, title, triage } of alerts)
        print(`${id.slice(0, 12)}  ${raisedAt}  ${severity.padEnd(8)}  ${standing(triage).padEnd(12)}  ${title}`);
      note('More: tidemark explain ALERT_ID');
    });
}

const standing = ({ status, verdict }: TriagedAlert['triage']) =>
  verdict === undefined ? status : verdict === 'true' ? 'confirmed' : 'benign';
