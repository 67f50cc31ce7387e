/** `tidemark identities --list`: the lists of the fleet page, for who has no console. */
import type { Config } from '../../schemas/config.ts';
import type { FleetList, FleetMember } from '../../schemas/fleet.ts';
import { homeText } from '../../schemas/identity-ref.ts';
import { openViews } from '../adapters/clickhouse/open.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { readFleet } from '../app/api/fleet-reader.ts';
import type { Store } from '../ports/store.ts';
import { noteFault } from '../terminal/print.ts';

/** What a list is about, beside who they are. */
const COLUMNS: Readonly<Record<FleetList, readonly (readonly [string, (of: FleetMember) => string])[]>> = {
  all: [],
  drifting: [
    ['score', ({ score }) => score.toFixed(1)],
    ['alerts', ({ alerts }) => String(alerts)],
  ],
  unowned: [],
  unusedGrants: [
    ['granted', ({ granted }) => String(granted ?? '')],
    ['never used', ({ unused }) => String(unused ?? '')],
    ['nor by its kind', ({ unneeded }) => String(unneeded ?? '')],
  ],
  longLived: [['long-lived keys', ({ longLived }) => String(longLived)]],
  dormant: [['long-lived keys', ({ longLived }) => String(longLived)]],
  fresh: [],
  ended: [['end', ({ endAt }) => endAt?.slice(0, 10) ?? '']],
};

/** The identities of a list in its order, at the most so many, and how many there are. */
export async function membersOfList(
  store: Store,
  config: Config,
  tenant: string,
  list: FleetList,
  limit: number,
): Promise<{ readonly members: readonly FleetMember[]; readonly total: number }> {
  const { inventoryFile } = config.ingest;
  const loaded = inventoryFile === undefined ? undefined : loadInventory(inventoryFile, { tenant });
  for (const fault of loaded?.faults ?? []) noteFault(fault);
  const inventory = loaded?.records ?? new Map();
  const { lists } = await readFleet({ config, views: openViews(store), inventory }, tenant);
  return { members: lists[list].slice(0, limit).map(({ member }) => member), total: lists[list].length };
}

/** Rows for a table, the head first. */
export function listRows(list: FleetList, members: readonly FleetMember[]): string[][] {
  const more = COLUMNS[list];
  return [
    [
      'kind',
      'activities',
      'first seen',
      'last seen',
      ...more.map(([head]) => head),
      'owner',
      'provider, account',
      'identity',
    ],
    ...members.map((member) => [
      member.kind,
      member.activities.toLocaleString('en'),
      member.firstAt.slice(0, 10),
      member.lastAt.slice(0, 10),
      ...more.map(([, of]) => of(member)),
      member.owner ?? 'none known',
      homeText(member),
      member.id,
    ]),
  ];
}
