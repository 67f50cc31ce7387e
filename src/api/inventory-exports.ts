/** The inventory as files for other systems: a table that no spreadsheet takes for formulas, and a SCIM list. */
import type { InventoryItem } from '../../schemas/inventory-item.ts';
import { visible } from '../render/visible.ts';

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

const COLUMNS: readonly (readonly [head: string, of: (item: InventoryItem) => string | number])[] = [
  ['identity', ({ id }) => id],
  ['name', ({ name }) => name ?? ''],
  ['kind', ({ kind }) => kind],
  ['provider', ({ provider }) => provider],
  ['account', ({ account }) => account ?? ''],
  ['owner', ({ owner }) => owner ?? ''],
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
  ['alerts', ({ alerts }) => alerts],
];

export function inventoryCsv(items: readonly InventoryItem[]): string {
  const rows = items.map((item) => COLUMNS.map(([, of]) => csvCell(of(item))).join());
  return `${[COLUMNS.map(([head]) => head).join(), ...rows].join('\r\n')}\r\n`;
}

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
