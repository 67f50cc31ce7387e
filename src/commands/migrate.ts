/** `tidemark migrate`: brings the tables of the store up to date. */
import type { Command } from 'commander';
import { migrate } from '../adapters/clickhouse/open.ts';
import { print, printJson } from '../terminal/print.ts';
import { command, type Flags, placed, settingsOf, withStore } from './settings.ts';

export function migrateCommand(): Command {
  return withStore(
    command('migrate', 'Create or update the tables of the store.', [
      'migrate --store http://127.0.0.1:8123',
      'migrate --config tidemark.yaml --dry-run',
    ]),
  )
    .option('--dry-run', 'say what would run, change nothing')
    .action(async (flags: Flags & { dryRun?: boolean }) => {
      const { config } = await settingsOf(flags);
      const done = await migrate(placed(config, flags), { dryRun: flags.dryRun === true });
      if (flags.json) return printJson(done);
      const verb = flags.dryRun ? 'would apply' : 'applied';
      if (done.files.length === 0) print('The store is up to date.');
      print(...done.files.map((file) => `${verb} ${file}`));
    });
}
