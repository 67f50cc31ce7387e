/** `tidemark config show`: the configuration in force, without secrets, and where each value was said. */
import type { Command } from 'commander';
import { effective } from '../config/effective.ts';
import { command, type Flags, group, print, settingsOf } from './settings.ts';

export function configCommand(): Command {
  const show = command('show', 'Print the configuration in force.', [
    'config show --effective',
    'config show --config tidemark.yaml --json',
  ])
    .option('--effective', 'defaults too, each with where it was said')
    .action(async (flags: Flags & { effective?: boolean }) => {
      const { config, origins } = await settingsOf(flags);
      const settings = effective(config, origins).filter(({ origin }) => flags.effective || origin !== 'default');
      if (flags.json) return print(JSON.stringify(settings));
      const width = Math.max(0, ...settings.map(({ key }) => key.length));
      for (const { key, value, origin } of settings)
        print(`${key.padEnd(width)}  ${JSON.stringify(value)}  # ${origin}`);
      if (settings.length === 0) print('Everything is at its default; --effective shows the defaults.');
    });
  return group('config', 'Look at the configuration.', ['config show --effective'], [show]);
}
