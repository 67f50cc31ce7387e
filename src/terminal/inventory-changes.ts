/** What changed in the inventory's record of an identity, from one version to the next, in a few words. */
import type { InventoryRecord } from '../../schemas/inventory.ts';

/** A record as it was told, and when that was. */
export interface ToldRecord {
  readonly at: string;
  readonly record: InventoryRecord;
}

/** Changes of one version that are told. */
const TOLD = 3;

type Key = keyof InventoryRecord;
const NOT_TOLD: ReadonlySet<Key> = new Set(['identity', 'tenant', 'attestedBy', 'attestedUntil', 'evidenceOnly']);
const NAMES: Partial<Record<Key, string>> = {
  expiresAt: 'expiry',
  offboardedAt: 'retired',
  grantedScopes: 'granted scopes',
  neverSuspend: 'never suspend',
  canary: 'decoy',
  canaryResources: 'decoys',
  attestedAt: 'confirmed',
  baselineChangedAt: 'changed on purpose',
};

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A value for people; of an object in a list its id. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  return String(value);
}

/** Of lists what came and what went. */
function listed(name: string, before: readonly unknown[], after: readonly unknown[]): string {
  const left = (from: readonly unknown[], of: readonly unknown[]) =>
    from.filter((one) => !of.some((other) => same(one, other))).map(shown);
  const came = left(after, before);
  const went = left(before, after).filter((one) => !came.includes(one));
  const parts = [
    ...(came.length > 0 ? [`${before.length === 0 ? '' : 'new or changed '}${came.slice(0, TOLD).join(', ')}`] : []),
    ...(went.length > 0 ? [`without ${went.slice(0, TOLD).join(', ')}`] : []),
  ];
  return `${name}: ${parts.join(', ')}`;
}

function changed(key: Key, before: InventoryRecord | undefined, after: InventoryRecord): string {
  const name = NAMES[key] ?? key;
  const [was, is] = [before?.[key], after[key]];
  if (key === 'attestedAt' && is !== undefined) return `confirmed by ${after.attestedBy ?? 'its owner'}`;
  if (Array.isArray(was) || Array.isArray(is)) return listed(name, (was as unknown[]) ?? [], (is as unknown[]) ?? []);
  if (typeof is === 'boolean' && was === undefined) return `${name}: ${is ? 'yes' : 'no'}`;
  return was === undefined ? `${name}: ${shown(is)}` : `${name}: ${shown(was)} → ${shown(is)}`;
}

/** What each version said anew, of those told from `since` on, oldest first; `versions` are of one identity, oldest first. */
export function inventoryChanges(versions: readonly ToldRecord[], since: string): { at: string; says: string }[] {
  return versions.flatMap(({ at, record }, index) => {
    if (at < since) return [];
    const before = versions[index - 1]?.record;
    const keys = (Object.keys({ ...before, ...record }) as Key[]).filter(
      (key) => !NOT_TOLD.has(key) && !same(before?.[key], record[key]),
    );
    if (keys.length === 0) return [];
    const says = keys.slice(0, TOLD).map((key) => changed(key, before, record));
    const rest = keys.length - says.length;
    return [{ at, says: `${says.join('; ')}${rest > 0 ? ` and ${rest} more` : ''}` }];
  });
}
