/** `tidemark console`: looks at a store in a browser, without `tidemark run`. */
import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { serveReadOnly } from '../app/read-only.ts';
import type { Store } from '../ports/store.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { version } from '../version.ts';
import { command, type Flags, placed, settingsOf, shelves, withOpenStore, withStore } from './settings.ts';

const PORT_MAX = 65_535;
/** Tenants among which one is chosen. */
const TENANTS_READ = 1_000;

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > PORT_MAX) throw new InvalidArgumentError('It takes a port, 0 for any.');
  return port;
}

/** The tenant of the configuration, or where nothing is stored of it the one with most alerts. */
async function tenantOf(store: Store, configured: string): Promise<string> {
  const tenants = await openTriage(store).ledger.tenants(TENANTS_READ);
  const [most] = [...tenants].sort((a, b) => b.alerts - a.alerts || b.identities - a.identities);
  if (most === undefined || tenants.some(({ tenant }) => tenant === configured)) return configured;
  const others = tenants.length === 1 ? '' : ` Of ${tenants.length} tenants: tidemark tenants, --tenant.`;
  note(`Nothing is stored of tenant ${configured}: this shows tenant ${most.tenant}.${others}`);
  return most.tenant;
}

export function consoleCommand(): Command {
  return withStore(
    command('console', 'Look at a store in a browser: alerts, identities, fleet, suspensions. Changes nothing.', [
      'console --store .tidemark/demo',
      'console --store https://clickhouse.example.com:8443 --tenant acme',
    ]),
  )
    .option(
      '--tenant <name>',
      'whose store it is looked at for (default: ingest.tenant, or who has most alerts where nothing is stored of it)',
    )
    .option('--port <port>', 'port of the loopback address; 0: any that is free', portOf, 0)
    .action(async (flags: Flags & { tenant?: string; port: number }) => {
      const parts = await shelves();
      const { config } = await settingsOf(flags, {}, parts);
      const place = placed(config, flags);
      await withOpenStore(place, async (store) => {
        const server = await serveReadOnly({
          config,
          place,
          store,
          shelves: parts,
          version,
          tenant: flags.tenant ?? (await tenantOf(store, config.ingest.tenant)),
          port: flags.port,
          onLink: (url) => (flags.json ? printJson({ url }) : print(url)),
          onFailure: (route, error) => note(`${route} failed: ${String(error)}`),
        });
        note('Open the link in a browser; it works once, and a new one follows. Ctrl+C ends this.');
        await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
        await server.close();
      });
    });
}
