/** `tidemark deliveries`: what went to which destination, what did not, and the way to send it once more. */
import { type Command, Option } from 'commander';
import { DELIVERY_STATUSES, type DeliveryListQuery } from '../../schemas/api-records.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { UsageError } from '../fault.ts';
import type { LookupStore } from '../ports/triage.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count } from './arguments.ts';
import { command, type Flags, group, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface Selection extends Flags {
  readonly status?: NonNullable<DeliveryListQuery['status']>;
  readonly sink?: string;
  readonly alert?: string;
  readonly tenant?: string;
  readonly limit: number;
}

const selecting = (target: Command) =>
  withStore(target)
    .addOption(new Option('--status <status>', 'in this state').choices(DELIVERY_STATUSES))
    .option('--sink <name>', 'to this sink')
    .option('--alert <id>', 'of this alert, or the beginning of its id')
    .option('--tenant <tenant>', 'of this tenant (default: every one)')
    .option('--limit <n>', 'at the most', count, 100);

const select = (ledger: LookupStore, { status, sink, alert, tenant, limit }: Selection) =>
  ledger.deliveries(tenant, { status, sink, alert, limit });

async function withLedger<T>(flags: Flags, use: (ledger: LookupStore) => Promise<T>): Promise<T> {
  const { config } = await settingsOf(flags);
  return withOpenStore(placed(config, flags), (store) => use(openTriage(store).ledger));
}

export function deliveriesCommand(): Command {
  const list = selecting(
    command('list', 'List deliveries, newest first.', [
      'deliveries list --status refused',
      'deliveries list --sink soc --json',
    ]),
  ).action(async (flags: Selection) => {
    const deliveries = await withLedger(flags, (ledger) => select(ledger, flags));
    if (flags.json) return printJson(deliveries);
    if (deliveries.length === 0) return print('No deliveries.');
    const rows = deliveries.map(({ id, createdAt, sink, alertId, alertVersion, status, attempts, reason }) => [
      id,
      createdAt,
      sink,
      `${alertId.slice(0, 12)} v${alertVersion}`,
      `${status} (${attempts})`,
      reason,
    ]);
    print(...table(rows));
    note('Once more: tidemark deliveries replay ID');
  });

  const replay = selecting(
    command('replay', 'Send settled deliveries once more, with the same id and body.', [
      'deliveries replay msg_0f3c2b1a9d8e7f60a1b2c3d4e5f60718',
      'deliveries replay --status refused --sink soc --dry-run',
    ]),
  )
    .argument('[ids...]', 'ids of deliveries; without any: those the flags select')
    .option('--dry-run', 'say what would be sent, change nothing')
    .action(async (named: string[], flags: Selection & { dryRun?: boolean }) => {
      if (named.length === 0 && flags.status === undefined && flags.sink === undefined && flags.alert === undefined)
        throw new UsageError('nothing was selected', 'Name ids, or --status, --sink or --alert.');
      await withLedger(flags, async (ledger) => {
        const ids =
          named.length > 0
            ? named
            : (await select(ledger, flags)).filter(({ status }) => status !== 'pending').map(({ id }) => id);
        const replayed = flags.dryRun || ids.length === 0 ? 0 : await ledger.redeliver(flags.tenant, ids);
        if (flags.json) return printJson({ selected: ids.length, replayed });
        print(
          flags.dryRun
            ? `would send ${ids.length} deliveries once more`
            : `${replayed} deliveries will be sent once more`,
        );
      });
    });
  return group(
    'deliveries',
    'What went to destinations, and what did not.',
    ['deliveries list --status refused', 'deliveries replay --status refused --sink soc --dry-run'],
    [list, replay],
  );
}
