/** Fleet, classes and inventory as files for other systems: tables that no spreadsheet takes for formulas, and a SCIM list. */
import type { ClassFit } from '../../schemas/api-identities.ts';
import type { FleetMember } from '../../schemas/fleet.ts';
import type { InventoryItem } from '../../schemas/inventory-item.ts';
import { visible } from '../render/visible.ts';

export const CSV = 'text/csv; charset=utf-8';
export const SCIM = 'application/scim+json; charset=utf-8';
const MACHINE = 'urn:tidemark:params:scim:schemas:core:1.0:MachineIdentity';

/** What a spreadsheet may read as the beginning of a formula, behind blanks and in its full-width form too. */
const FORMULA = /^\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]/;

/** A cell that no spreadsheet takes for a formula, and that stays one cell. */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const shown = visible(value);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return `"${safe.replaceAll('"', '""')}"`;
}

type Columns<T> = readonly (readonly [head: string, of: (row: T) => string | number])[];

function csvOf<T>(columns: Columns<T>, rows: readonly T[]): string {
  const lines = rows.map((row) => columns.map(([, of]) => csvCell(of(row))).join());
  return `${[columns.map(([head]) => head).join(), ...lines].join('\r\n')}\r\n`;
}

/** Who it is about, in every table of identities. */
const WHO: Columns<Pick<FleetMember, 'id' | 'name' | 'kind' | 'provider' | 'account' | 'owner'>> = [
  ['identity', ({ id }) => id],
  ['name', ({ name }) => name ?? ''],
  ['kind', ({ kind }) => kind],
  ['provider', ({ provider }) => provider],
  ['account', ({ account }) => account ?? ''],
  ['owner', ({ owner }) => owner ?? ''],
];

const INVENTORY: Columns<InventoryItem> = [
  ...WHO,
  ['proposed owner', ({ proposedOwner }) => proposedOwner?.value ?? ''],
  ['because', ({ proposedOwner }) => proposedOwner?.because ?? ''],
  ['purpose', ({ purpose }) => purpose ?? ''],
  ['proposed purpose', ({ proposedPurpose }) => proposedPurpose?.value ?? ''],
  ['end', ({ expiresAt }) => expiresAt ?? ''],
  ['attested', ({ attestedAt }) => attestedAt ?? ''],
  ['attested until', ({ attestedUntil }) => attestedUntil ?? ''],
  ['lacks', ({ gaps }) => gaps.join(' ')],
  ['made by', ({ made }) => made.map(({ by, what }) => `${by} ${what}`).join('; ')],
  ['reaches', ({ reaches }) => reaches.map(({ system, through }) => [...through, system].join(' > ')).join('; ')],
  ['first seen', ({ firstAt }) => firstAt],
  ['last seen', ({ lastAt }) => lastAt],
  ['activities', ({ activities }) => activities],
  ['long-lived credentials', ({ longLived }) => longLived],
  ['oldest of them since', ({ credentials }) => credentials?.oldestSince ?? ''],
  ['last use of one', ({ credentials }) => credentials?.lastAt ?? ''],
  ['used at the same time', ({ credentials }) => credentials?.overlapping ?? ''],
  ['alerts', ({ alerts }) => alerts],
];

const FLEET: Columns<FleetMember> = [
  ...WHO,
  ['first seen', ({ firstAt }) => firstAt],
  ['last seen', ({ lastAt }) => lastAt],
  ['end', ({ endAt }) => endAt ?? ''],
  ['activities', ({ activities }) => activities],
  ['long-lived credentials', ({ longLived }) => longLived],
  ['grants', ({ granted }) => granted ?? ''],
  ['grants never used', ({ unused }) => unused ?? ''],
  ['grants that nobody of its kind uses', ({ unneeded }) => unneeded ?? ''],
  ['alerts', ({ alerts }) => alerts],
  ['highest score', ({ score }) => score],
];

const CLASSES: Columns<ClassFit> = [
  ['peer class', ({ peers }) => peers],
  ['alerts a day', ({ observed }) => observed],
  ['expected a day', ({ expected }) => expected],
  ['model misfit', ({ misfit }) => (misfit ? 'yes' : 'no')],
];

export const inventoryCsv = (items: readonly InventoryItem[]): string => csvOf(INVENTORY, items);
export const fleetCsv = (members: readonly FleetMember[]): string => csvOf(FLEET, members);
export const classesCsv = (classes: readonly ClassFit[]): string => csvOf(CLASSES, classes);

/** A list response with a resource an identity: `id`, `userName`, `active` and `meta` as SCIM has them, the rest in a schema of our own. */
export function scimList(items: readonly InventoryItem[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: items.length,
    startIndex: 1,
    itemsPerPage: items.length,
    Resources: items.map(({ id, name, firstAt, lastAt, ...rest }) => ({
      schemas: [MACHINE],
      id: [rest.provider, rest.account ?? '', id].map(encodeURIComponent).join('/'),
      externalId: id,
      userName: id,
      displayName: name ?? id,
      active: rest.expiresAt === undefined || rest.expiresAt > lastAt,
      meta: { resourceType: 'MachineIdentity', created: firstAt, lastModified: lastAt },
      [MACHINE]: rest,
    })),
  };
}
