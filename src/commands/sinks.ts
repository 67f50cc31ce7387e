/** `tidemark sinks`: which destinations there are, and whether an alert gets there. */
import type { Command } from 'commander';
import { testSink } from '../app/sink-test.ts';
import { createFingerprinter } from '../secrets.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { command, type Flags, group, settingsOf, shelves } from './settings.ts';

interface TestFlags extends Flags {
  readonly tenant?: string;
}

export function sinksCommand(): Command {
  const list = command('list', 'List the destinations of the configuration.', ['sinks list']).action(
    async (flags: Flags) => {
      const parts = await shelves();
      const { config } = await settingsOf(flags, {}, parts);
      const sinks = Object.entries(config.sinks).map(([name, { type, filter }]) => ({ name, type, filter }));
      if (flags.json) return printJson(sinks);
      if (sinks.length === 0) return print('The configuration names no sink: alerts stay in the store.');
      print(
        ...table([
          ['name', 'type', 'takes'],
          ...sinks.map(({ name, type, filter }) => [
            name,
            type,
            Object.keys(filter).length === 0 ? 'every alert' : JSON.stringify(filter),
          ]),
        ]),
      );
      note('Does an alert get there? tidemark sinks test NAME');
    },
  );
  const test = command('test', 'Send one made-up alert, and say what came back. The receiver gets a real message.', [
    'sinks test soc',
    'sinks test soc --json',
  ])
    .argument('<name>', 'name of a sink, as under `sinks` of the configuration')
    .option('--tenant <name>', 'tenant that the alert is of (default: ingest.tenant)')
    .action(async (name: string, flags: TestFlags) => {
      const parts = await shelves();
      const { config } = await settingsOf(flags, {}, parts);
      const { scrub } = createFingerprinter();
      const tenant = flags.tenant ?? config.ingest.tenant;
      const tested = await testSink({
        config,
        types: parts.sinks,
        name,
        tenant,
        clock: { now: Date.now },
        scrub: (text) => scrub(tenant, text),
      });
      if (!tested.delivered) process.exitCode = 1;
      if (flags.json) return printJson(tested);
      const { type, status, reason, httpStatus, said, ms, alert, remedy, filtered } = tested;
      const answer = httpStatus === undefined ? [] : [['answer', `HTTP ${httpStatus}, in ${ms} ms`]];
      print(
        ...table([
          [
            tested.delivered ? 'ok' : 'FAIL',
            `${name} (${type}): ${reason === undefined ? status : `${status}, ${reason}`}`,
          ],
          ...(httpStatus === undefined ? [['', `in ${ms} ms`]] : answer),
          ...(said === undefined ? [] : [['says', said]]),
          ['alert', alert],
          ...(remedy === undefined ? [] : [['', remedy]]),
        ]),
      );
      if (filtered) note('The filter of this sink would leave such an alert out; it was sent all the same.');
    });
  return group('sinks', 'Destinations of alerts.', ['sinks test soc'], [list, test]);
}
