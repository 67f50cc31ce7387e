/** `tidemark migrate`: brings the tables of the store up to date. */
import type { Command } from 'commander';
import {
  closesToEarlier,
  migrate,
  openHashKey,
  openStore,
  restoreTables,
  savedFormats,
} from '../adapters/clickhouse/open.ts';
import { note, noteFault, print, printJson } from '../terminal/print.ts';
import { fatesOf, habitsText, refuseUnreadable } from './saved-habits.ts';
import { command, type Flags, placed, settingsOf, withStore } from './settings.ts';

export function migrateCommand(): Command {
  return withStore(
    command('migrate', 'Create or update the tables of the store.', [
      'migrate --store http://127.0.0.1:8123',
      'migrate --config tidemark.yaml --dry-run',
    ]),
  )
    .option('--dry-run', 'say what would run, change nothing')
    .option('--restore-tables', 'make again, empty, the tables and columns that somebody dropped')
    .action(async (flags: Flags & { dryRun?: boolean; restoreTables?: boolean }) => {
      const { config } = await settingsOf(flags);
      const place = placed(config, flags);
      const habits = fatesOf(await savedFormats(place));
      // Tables that are brought up to date cannot go back, so whoever cannot read the habits does not touch them.
      if (flags.dryRun !== true) refuseUnreadable(habits);
      const done = await migrate(place, { dryRun: flags.dryRun === true });
      const restored = flags.restoreTables && !flags.dryRun ? await restoreTables(place) : [];
      if (flags.dryRun !== true && (await hasPublishedKey(place))) noteFault(PUBLISHED);
      if (flags.json) return printJson({ ...done, restored, habits });
      const verb = flags.dryRun ? 'would apply' : 'applied';
      if (done.files.length === 0 && restored.length === 0) print('The store is up to date.');
      print(...restored.map((name) => `made ${name} again, empty`));
      print(...done.files.map((file) => `${verb} ${file}`), ...habits.map(habitsText));
      if (done.isOlder && closesToEarlier(done.files))
        note(`Earlier builds of Tidemark refuse the store ${flags.dryRun ? 'after that' : 'from now on'}.`);
      if (flags.dryRun) refuseUnreadable(habits);
    });
}

/** Makes the key of the value hashes where the store has none yet, and tells whether it is the published one. */
async function hasPublishedKey(place: Parameters<typeof openStore>[0]): Promise<boolean> {
  const store = await openStore(place, { migrate: false });
  try {
    return (await openHashKey(store)).version === 1;
  } finally {
    await store.close();
  }
}

const PUBLISHED = {
  message: 'this store hashes values under the key that was published with the first versions',
  remedy:
    'It keeps that key, since its habits were learned under it. Whoever knows the key can make a value that passes for a habit. docs/guarantees.md tells how to change to a secret key; the habits are learned again from the stored activities then.',
};
