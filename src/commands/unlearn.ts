/** `tidemark unlearn`: takes back what an identity was taught in a time or around an alert. */

import { type Command, Option } from 'commander';
import { type UnlearnRequest, unlearnSchema } from '../../schemas/api.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { UsageError } from '../fault.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { createTriage } from '../triage/triage.ts';
import { type HomeFlags, homeNamed, identityNamed, withHome } from './lookup.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

interface UnlearnFlags extends Flags, HomeFlags {
  readonly from?: string;
  readonly to?: string;
  readonly since?: string;
  readonly alert?: string;
  readonly condemn?: true;
  readonly because: string;
  readonly tenant?: string;
  readonly by: string;
}

function requestOf({ from, to, since, alert, condemn, because }: UnlearnFlags): UnlearnRequest {
  const isRange = from !== undefined && to !== undefined;
  const isPart = !isRange && (from !== undefined || to !== undefined);
  if (isPart || [isRange, since !== undefined, alert !== undefined].filter(Boolean).length !== 1)
    throw new UsageError(
      'say either --alert, or --since, or --from and --to',
      'See `tidemark unlearn --help` for examples.',
    );
  const range = alert !== undefined ? { alertId: alert } : since !== undefined ? { from: since } : { from, to };
  const checked = unlearnSchema.safeParse({ ...range, because, how: condemn ? 'condemn' : 'forget' });
  if (checked.success) return checked.data;
  throw new UsageError(
    '--since, --from and --to are not times, or --because or --alert is empty or too long',
    'Write times as 2026-03-01T00:00:00Z.',
  );
}

export function unlearnCommand(): Command {
  return withHome(
    withStore(
      command(
        'unlearn',
        'Take back what an identity was taught: the values it first used in a time, or those of an alert.',
        [
          'unlearn desk --from 2026-03-01T00:00:00Z --to 2026-03-07T00:00:00Z --because "was hijacked that week"',
          'unlearn desk --since 2026-02-01T00:00:00Z --because "taught in small steps ever since"',
          'unlearn desk --alert 3f9c2a7b --condemn --because "the key was in a paste"',
        ],
      ),
    ),
  )
    .argument('<identity>', 'id of the identity, or its name')
    .option('--from <time>', 'values first used from that UTC day on, RFC 3339')
    .option('--to <time>', 'and up to the end of that UTC day, RFC 3339')
    .option('--since <time>', 'all it learned since the beginning of that UTC day, RFC 3339')
    .option('--alert <id>', 'what this alert was raised for, and all first used on its days')
    .option(
      '--condemn',
      'keep the values as bad, so that they are news whenever they are used, instead of forgetting them',
    )
    .addOption(new Option('--because <text>', 'why').makeOptionMandatory())
    .option('--tenant <tenant>', 'its tenant (default: ingest.tenant)')
    .option('--by <name>', 'who says so', 'cli')
    .action(async (name: string, flags: UnlearnFlags) => {
      const request = requestOf(flags);
      const { config } = await settingsOf(flags);
      const tenant = flags.tenant ?? config.ingest.tenant;
      const place = placed(config, flags);
      await withOpenStore(place, async (store) => {
        const identity = await identityNamed(store, tenant, name);
        const triage = createTriage({ store: openTriage(store).triage, clock: { now: Date.now } });
        // An alert says whose it is.
        const { home } = 'alertId' in request ? { home: {} } : await homeNamed(store, tenant, identity, flags);
        const { provider = flags.provider, account = flags.account } = home as Home;
        const caller = { name: flags.by, scope: 'admin' as const, tenant };
        const action = await triage.unlearn(caller, identity, { ...request, provider, account });
        if ('reason' in action) throw new UsageError(action.reason, action.remedy);
        if (flags.json) return printJson(action);
        const { countsFrom, until, scope } = action;
        print(`${identity}  ${scope[0]}  ${countsFrom.slice(0, 10)} to ${until!.slice(0, 10)}`);
        note('The process that watches this identity takes it up before its next turn.');
      });
    });
}
