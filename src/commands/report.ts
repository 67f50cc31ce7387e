/** `tidemark report`: one page about a tenant for those who have no console. */
import type { Command } from 'commander';
import { reportOfStore } from '../app/report.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { reportPage } from '../report/page.ts';
import { createFingerprinter } from '../secrets.ts';
import { note, printJson, writeText } from '../terminal/print.ts';
import { version } from '../version.ts';
import { instant } from './arguments.ts';
import { noneOf } from './lookup.ts';
import { command, type Flags, placed, settingsOf, shelves, withOpenStore, withStore } from './settings.ts';

interface ReportFlags extends Flags {
  readonly out: string;
  readonly since?: string;
  readonly tenant?: string;
}

export function reportCommand(): Command {
  return withStore(
    command('report', 'Write one page about a tenant, to hand round: it needs no console and runs no script.', [
      'report --store .tidemark/demo --out report.html',
      'report --since 2026-03-01T00:00:00Z --tenant acme --out - | mail-it',
    ]),
  )
    .requiredOption('--out <file>', 'file to write; - for standard output')
    .option('--since <time>', 'alerts with evidence since, RFC 3339 (default: all)', instant)
    .option('--tenant <name>', 'of this tenant (default: ingest.tenant)')
    .action(async (flags: ReportFlags) => {
      const parts = await shelves();
      const { config } = await settingsOf(flags, {}, parts);
      const { pepperFile } = config.ingest;
      const fingerprinter = createFingerprinter(
        pepperFile === undefined ? undefined : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, () => {}),
        config.ingest.people,
      );
      const tenant = flags.tenant ?? config.ingest.tenant;
      const { report, none } = await withOpenStore(placed(config, flags), async (store) => {
        const { since } = flags;
        const settings = { config, shelves: parts, version, tenant, since, now: Date.now() };
        const found = await reportOfStore(settings, store, fingerprinter);
        // A page about nobody is never handed over without a word.
        return { report: found, none: found.fleet.identities > 0 ? '' : await noneOf(store, 'alerts', tenant, '') };
      });
      writeText(flags.out, reportPage(report));
      if (none !== '') note(none);
      if (flags.json && flags.out !== '-')
        printJson({ out: flags.out, tenant, alerts: report.alertsInAll, identities: report.fleet.identities });
      else if (flags.out !== '-') note(`Wrote ${flags.out}: ${report.alertsInAll} alerts of tenant ${tenant}.`);
    });
}
