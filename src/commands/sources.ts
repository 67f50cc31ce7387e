/** `tidemark sources`: who sends records, and who fell silent. */
import type { Command } from 'commander';
import { openSources } from '../adapters/clickhouse/open.ts';
import { sourcesOf } from '../app/api/sources.ts';
import { createSourceBook } from '../sources/source-book.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface SourcesFlags extends Flags {
  readonly tenant?: string;
}

export function sourcesCommand(): Command {
  return withStore(
    command('sources', 'Show topics, senders and accounts that records come from, those that fell silent first.', [
      'sources --config tidemark.yaml',
      'sources --tenant acme --json',
    ]),
  )
    .option('--tenant <tenant>', 'of this tenant (default: ingest.tenant)')
    .action(async (flags: SourcesFlags) => {
      const { config } = await settingsOf(flags);
      const tenant = flags.tenant ?? config.ingest.tenant;
      const sources = await withOpenStore(placed(config, flags), async (store) => {
        const { sourcesMax } = config.ingest;
        const book = createSourceBook({ store: openSources(store), sourcesMax, now: Date.now, tenant });
        await book.refresh();
        return sourcesOf(await book.states(tenant));
      });
      if (flags.json) return printJson({ sources });
      if (sources.length === 0) {
        note('What comes in stands here half a minute later. `tidemark tenants` lists who has something stored.');
        return print(`No records of tenant ${tenant} came in over Kafka, HTTP or syslog yet.`);
      }
      const rows = sources.map(({ kind, name, state, lastAt, silentSeconds }) => [
        kind,
        name,
        state === 'silent' ? `silent for ${Math.round((silentSeconds ?? 0) / 60)} minutes` : state,
        lastAt,
      ]);
      print(...table([['kind', 'source', 'state', 'last records'], ...rows]));
    });
}
