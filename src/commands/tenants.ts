/** `tidemark tenants`: whose history a store holds. */
import type { Command } from 'commander';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count } from './arguments.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

export function tenantsCommand(): Command {
  return withStore(
    command('tenants', 'List tenants, with how many identities and alerts each has.', [
      'tenants --store .tidemark/demo',
      'tenants --json',
    ]),
  )
    .option('--limit <n>', 'at the most', count, 1_000)
    .action(async (flags: Flags & { limit: number }) => {
      const { config } = await settingsOf(flags);
      const tenants = await withOpenStore(placed(config, flags), (store) =>
        openTriage(store).ledger.tenants(flags.limit),
      );
      if (flags.json) return printJson(tenants);
      if (tenants.length === 0) return print('The store is empty: no activity of any tenant is stored.');
      print(
        ...table(
          [
            ['tenant', 'identities', 'alerts', 'newest activity'],
            ...tenants.map(({ tenant, identities, alerts, lastAt }) => [
              tenant,
              identities.toLocaleString('en'),
              alerts.toLocaleString('en'),
              lastAt ?? '-',
            ]),
          ],
          { right: [1, 2] },
        ),
      );
    });
}
