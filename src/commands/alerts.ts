/** `tidemark alerts`: the alerts in the store, one line each. */
import { type Command, Option } from 'commander';
import { ALERT_STATUSES } from '../../schemas/alert.ts';
import type { AlertQuery } from '../ports.ts';
import { count, instant } from './arguments.ts';
import { command, type Flags, note, placed, print, settingsOf, withOpenStore, withStore } from './settings.ts';

interface Selection extends Flags {
  readonly identity?: string;
  readonly status?: NonNullable<AlertQuery['status']>;
  readonly since?: string;
  readonly limit: number;
}

export function alertsCommand(): Command {
  return withStore(
    command('alerts', 'List alerts, newest first.', [
      'alerts --since 2026-03-01T00:00:00Z',
      'alerts --identity ci-deploy --json',
    ]),
  )
    .option('--identity <id>', 'of this identity')
    .addOption(new Option('--status <status>', 'in this state').choices(ALERT_STATUSES))
    .option('--since <time>', 'raised since, RFC 3339', instant)
    .option('--limit <n>', 'at the most', count, 50)
    .action(async (flags: Selection) => {
      const { config } = await settingsOf(flags);
      const { identity, status, since, limit } = flags;
      const query = { ...(identity && { identity }), ...(status && { status }), ...(since && { since }), limit };
      const alerts = await withOpenStore(placed(config, flags), (store) => store.alerts(query));
      if (flags.json) return print(JSON.stringify(alerts));
      if (alerts.length === 0) return print('No alerts.');
      for (const { id, raisedAt, severity, title } of alerts)
        print(`${id.slice(0, 12)}  ${raisedAt}  ${severity.padEnd(8)}  ${title}`);
      note('More: tidemark explain ALERT_ID');
    });
}
