/** `tidemark identities`: who was seen, since when, who of them is still learning, and whom the inventory does not know. */

import { type Command, Option } from 'commander';
import { IDENTITY_KINDS } from '../../schemas/activity.ts';
import type { IdentityPage } from '../../schemas/api-identities.ts';
import type { Config } from '../../schemas/config.ts';
import { FLEET_LISTS, type FleetList } from '../../schemas/fleet.ts';
import { closest, type Home, homeText, mayBe } from '../../schemas/identity-ref.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { loadInventory } from '../adapters/inventory.ts';
import type { Store } from '../ports/store.ts';
import type { LookupStore } from '../ports/triage.ts';
import { learningText } from '../terminal/learning.ts';
import { note, noteFault, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count, instant } from './arguments.ts';
import { listRows, membersOfList } from './identity-lists.ts';
import { noneOf } from './lookup.ts';
import { command, type Flags, placed, settingsOf, withOpenStore, withStore } from './settings.ts';

type Identity = IdentityPage['identities'][number] & {
  /** The inventory of the configuration or of the store tells of it. */
  readonly inInventory: boolean;
  /** A record tells of its id, and not of which of several identities that have it. */
  readonly isAmbiguous?: true;
  /** When it is mature; absent where it is. */
  readonly learningUntil?: string;
};

interface Selection extends Flags {
  readonly tenant?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly unknown?: true;
  readonly learning?: true;
  readonly list?: FleetList;
  readonly limit: number;
}

const PAGE = 1_000;
const DAY_MS = 86_400_000;

/** Ids that the inventory file of the configuration tells of, with what it tells of their homes. */
function fileInventory({ ingest }: Config, tenant: string): ReadonlyMap<string, readonly Home[]> {
  if (ingest.inventoryFile === undefined) return new Map();
  const { records, faults } = loadInventory(ingest.inventoryFile, { tenant });
  for (const fault of faults) noteFault(fault);
  const told = new Map<string, Home[]>();
  for (const record of records.values())
    if (record.tenant === tenant) told.set(record.identity, [...(told.get(record.identity) ?? []), record]);
  return told;
}

/** Page after page, until there are enough or no more. */
async function collect(
  ledger: LookupStore,
  tenant: string,
  flags: Selection,
  told: ReadonlyMap<string, readonly Home[]>,
  matureAfterMs: (firstAt: string) => string | undefined,
): Promise<Identity[]> {
  const { kind, since, limit } = flags;
  const found: Identity[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await ledger.identities({ tenant, kind, since, after, limit: PAGE });
    const stored = await ledger.inventoried(
      tenant,
      page.map(({ id }) => id),
    );
    for (const one of page) {
      const learningUntil = matureAfterMs(one.firstAt);
      const record = closest([...(stored.get(one.id) ?? []), ...(told.get(one.id) ?? [])], one);
      const inInventory = record !== undefined;
      const others = page.filter(
        ({ id, provider }) => id === one.id && mayBe({ provider: record?.provider }, { provider }),
      );
      // The record counts for the one that was known first; which that is, the memory of a worker tells.
      const isAmbiguous = record !== undefined && record.account === undefined && others.length > 1;
      if ((flags.unknown && inInventory) || (flags.learning && learningUntil === undefined)) continue;
      found.push({
        ...one,
        inInventory,
        ...(isAmbiguous && { isAmbiguous }),
        ...(learningUntil !== undefined && { learningUntil }),
      });
      if (found.length === limit) return found;
    }
    if (page.length < PAGE) return found;
    after = page.at(-1)!.id;
  }
}

export function identitiesCommand(): Command {
  return withStore(
    command('identities', 'List identities, with who is still learning and whom the inventory does not know.', [
      'identities --store .tidemark/demo',
      'identities --kind agent --since 2026-03-01T00:00:00Z',
      'identities --unknown --json',
      'identities --list unusedGrants',
    ]),
  )
    .addOption(new Option('--kind <kind>', 'of this kind').choices(IDENTITY_KINDS))
    .option('--since <time>', 'active since, RFC 3339', instant)
    .option('--unknown', 'only those that the inventory does not know')
    .option('--learning', 'only those that are still learning')
    .addOption(
      new Option('--list <list>', 'one list of the fleet page, in its order')
        .choices(FLEET_LISTS)
        .conflicts(['kind', 'since', 'unknown', 'learning']),
    )
    .option('--tenant <tenant>', 'of this tenant (default: ingest.tenant)')
    .option('--limit <n>', 'at the most', count, 100)
    .action(async (flags: Selection) => {
      const { config } = await settingsOf(flags);
      const tenant = flags.tenant ?? config.ingest.tenant;
      const { learnDays } = config.detect;
      await withOpenStore(placed(config, flags), async (store) => {
        if (flags.list !== undefined) return showList(store, config, tenant, flags.list, flags);
        const { ledger } = openTriage(store);
        const told = fileInventory(config, tenant);
        const newest = (await ledger.tenants(PAGE)).find((one) => one.tenant === tenant)?.lastAt;
        const mature = (firstAt: string) => {
          const ms = Date.parse(firstAt) + learnDays * DAY_MS;
          return newest !== undefined && ms > Date.parse(newest) ? new Date(ms).toISOString() : undefined;
        };
        const identities = await collect(ledger, tenant, flags, told, mature);
        if (flags.json) return printJson(identities);
        const isFiltered = flags.kind ?? flags.since ?? flags.unknown ?? flags.learning;
        if (identities.length === 0)
          return print(
            await noneOf(store, 'identities', tenant, isFiltered === undefined ? '' : ' of that description'),
          );
        const rows = identities.map(
          ({ id, kind, provider, account, activities, firstAt, lastAt, learningUntil, inInventory, isAmbiguous }) => [
            kind,
            activities.toLocaleString('en'),
            firstAt.slice(0, 10),
            lastAt.slice(0, 10),
            learningUntil === undefined ? 'mature' : `learns until ${learningUntil.slice(0, 10)}`,
            isAmbiguous ? 'ambiguous' : inInventory ? 'known' : 'unknown',
            homeText({ provider, account }),
            id,
          ],
        );
        print(
          ...table(
            [
              ['kind', 'activities', 'first seen', 'last seen', 'habits', 'inventory', 'provider, account', 'identity'],
              ...rows,
            ],
            {
              right: [1],
            },
          ),
        );
        note(`Of tenant ${tenant} ${learningText(await ledger.learning(tenant, learnDays))}.`);
        if (identities.length === flags.limit) note('There may be more: --limit shows more.');
        if (identities.some(({ isAmbiguous }) => isAmbiguous))
          note(
            'Ambiguous: a record without an account counts for the one that was known first. Tell provider and account in it.',
          );
        note('More: tidemark identity IDENTITY');
      });
    });
}

async function showList(
  store: Store,
  config: Config,
  tenant: string,
  list: FleetList,
  { json, limit }: Selection,
): Promise<void> {
  const { members, total } = await membersOfList(store, config, tenant, list, limit);
  if (json) return printJson(members);
  if (members.length === 0) return print(await noneOf(store, 'identities', tenant, ` on the list ${list}`));
  print(...table(listRows(list, members), { right: [1] }));
  if (members.length < total) note(`The first ${members.length} of ${total}: --limit shows more.`);
  note('More: tidemark identity IDENTITY');
}
