/** `tidemark config show`: the configuration in force, without secrets, and where each value was said. */
import type { Command } from 'commander';
import { effective } from '../config/effective.ts';
import { print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { command, type Flags, group, settingsOf } from './settings.ts';

export function configCommand(): Command {
  const show = command('show', 'Print the configuration in force.', [
    'config show --effective',
    'config show --config tidemark.yaml --json',
  ])
    .option('--effective', 'defaults too, each with where it was said')
    .action(async (flags: Flags & { effective?: boolean }) => {
      const { config, origins } = await settingsOf(flags);
      const settings = effective(config, origins).filter(({ origin }) => flags.effective || origin !== 'default');
      if (flags.json) return printJson(settings);
      print(...table(settings.map(({ key, value, origin }) => [key, `${JSON.stringify(value)}  # ${origin}`])));
      if (settings.length === 0) print('Everything is at its default; --effective shows the defaults.');
    });
  return group('config', 'Look at the configuration.', ['config show --effective'], [show]);
}
