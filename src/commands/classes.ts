/** `tidemark classes`: how often each peer class alerts against its share of the budget, and which of them the model does not fit. */
import type { Command } from 'commander';
import type { ClassFit } from '../../schemas/api-identities.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { asJudged } from '../app/budget-in-force.ts';
import { FIT_DAYS } from '../core/constants.ts';
import { fitOf } from '../core/population/class-fit.ts';
import { print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface ClassesFlags extends Flags {
  readonly tenant?: string;
}

export function classesCommand(): Command {
  return withStore(
    command('classes', 'Show observed against expected alerts of each peer class, misfits first.', [
      'classes --store .tidemark/demo',
      'classes --tenant acme --json',
    ]),
  )
    .option('--tenant <tenant>', 'of this tenant (default: ingest.tenant)')
    .action(async (flags: ClassesFlags) => {
      const { config } = await settingsOf(flags);
      const tenant = flags.tenant ?? config.ingest.tenant;
      const { today, rows, falsePerDay } = await withOpenStore(placed(config, flags), async (store) => ({
        ...(await openTriage(store).ledger.classDays(tenant, FIT_DAYS)),
        falsePerDay: (await asJudged(config, store)).alerts.falsePerDay,
      }));
      const classes = fitOf(rows, today, falsePerDay);
      if (flags.json) return printJson({ classes });
      if (classes.length === 0)
        return print(`No peer classes of tenant ${tenant}: nobody was active on a whole day yet.`);
      present(classes, falsePerDay);
    });
}

function present(classes: readonly ClassFit[], falsePerDay: number): void {
  print(`alerts a day over the last ${FIT_DAYS} days, under a budget of ${falsePerDay} false ones`);
  const order = [...classes].sort(
    (a, b) => Number(b.misfit) - Number(a.misfit) || b.observed - a.observed || (a.peers < b.peers ? -1 : 1),
  );
  const rows = order.map(({ peers, observed, expected, misfit }) => [
    peers,
    observed.toFixed(2),
    expected.toFixed(2),
    misfit ? 'model misfit' : '',
  ]);
  print(...table([['peer class', 'observed', 'expected', ''], ...rows], { right: [1, 2] }));
}
