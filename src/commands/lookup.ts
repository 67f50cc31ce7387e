/** Names people type: short names of identities, beginnings of ids, and what is there instead where nothing is. */
import type { Command } from 'commander';
import type { Alert } from '../../schemas/alert.ts';
import { choicesText, chosenHome, type Home, type HomeFilter } from '../../schemas/identity-ref.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { UsageError } from '../fault.ts';
import type { Store } from '../ports/store.ts';

const TENANTS_SHOWN = 20;
const CHOICES_SHOWN = 5;

/** Shortest beginning of an id that stands for it. */
const ID_PREFIX_MIN = 4;

async function othersOf(store: Store, of: 'identities' | 'alerts', tenant: string): Promise<string> {
  const tenants = await openTriage(store).ledger.tenants(TENANTS_SHOWN + 1);
  const others = tenants.filter((one) => one.tenant !== tenant && one[of] > 0).map((one) => one.tenant);
  const more = others.length > TENANTS_SHOWN ? ', ...' : '';
  return others.length === 0 ? '' : `; tenants with ${of}: ${others.slice(0, TENANTS_SHOWN).join(', ')}${more}`;
}

/** Says that a tenant has none, and which tenants have. */
export async function noneOf(store: Store, of: 'identities' | 'alerts', tenant: string, such = ''): Promise<string> {
  return `No ${of}${such} of tenant ${tenant}${await othersOf(store, of, tenant)}.`;
}

/** The id of an identity from its id, its name, or the last part of its id. Throws a UsageError where it is none, or several. */
export async function identityNamed(store: Store, tenant: string, name: string): Promise<string> {
  const key = `${tenant}\u0000${name}`;
  if ((await store.memory(key)).some((row) => row.key === key)) return name;
  const { ledger } = openTriage(store);
  const exact = await store.activities({ tenant, identity: name, limit: 1 });
  if (exact.length > 0 || (await store.alerts({ tenant, identity: name, limit: 1 })).length > 0) return name;
  const found = await ledger.named(tenant, name, CHOICES_SHOWN + 1);
  if (found.length > 1)
    throw new UsageError(
      `${found.length > CHOICES_SHOWN ? `more than ${CHOICES_SHOWN}` : found.length} identities are called ${name}`,
      `Give the whole id: ${found.slice(0, CHOICES_SHOWN).join(', ')}`,
    );
  if (found[0] !== undefined) return found[0];
  throw new UsageError(
    `nothing is known of identity ${name} of tenant ${tenant}${await othersOf(store, 'identities', tenant)}`,
    'List them with `tidemark identities --tenant TENANT`, or name another store with --store.',
  );
}

/** The same; a name nobody has stands as it is: one may decide about an identity before it is first seen. */
export async function identityOrName(store: Store, tenant: string, name: string): Promise<string> {
  const found = await openTriage(store).ledger.named(tenant, name, 1);
  return found.length === 0 ? name : identityNamed(store, tenant, name);
}

/** Flags that say which of the identities that share an id is meant. */
export interface HomeFlags {
  readonly provider?: string;
  readonly account?: string;
}

export const withHome = (of: Command): Command =>
  of
    .option('--provider <provider>', 'of several identities with this id: the one of this provider')
    .option('--account <account>', 'and of this account, cluster or organisation');

/** Which of the identities that share an id the flags mean. Throws a UsageError with the choices where they leave several. */
export async function homeNamed(
  store: Store,
  tenant: string,
  identity: string,
  { provider, account }: HomeFlags,
): Promise<{ readonly home: Home; readonly filter: HomeFilter }> {
  const homes = await openTriage(store).ledger.homes(tenant, identity);
  const chosen = chosenHome(homes, { provider, account });
  if (!('choices' in chosen)) return chosen;
  const asked = provider === undefined && account === undefined ? '' : ' and none alone is the one asked for';
  throw new UsageError(
    `several identities of tenant ${tenant} have the id ${identity}${asked}: ${choicesText(chosen.choices)}`,
    'Say which with --provider and --account (`--account ""` for the one without an account).',
  );
}

/** The alert, of whatever tenant, whose id it is or begins so. Throws a UsageError where it is none, or several. */
export async function alertNamed(store: Store, id: string, place: string): Promise<Alert> {
  const [exact] = await store.alerts({ id, limit: 1 });
  if (exact !== undefined) return exact;
  const { triage, ledger } = openTriage(store);
  const found: Alert[] = [];
  if (id.length >= ID_PREFIX_MIN)
    for (const { tenant, alerts } of await ledger.tenants(1_000))
      if (alerts > 0) found.push(...(await triage.alertPage({ tenant, idPrefix: id, limit: CHOICES_SHOWN + 1 })));
  if (found.length > 1)
    throw new UsageError(
      `${found.length} alerts begin with ${id}`,
      `Give more of the id: ${found
        .slice(0, CHOICES_SHOWN)
        .map((alert) => alert.id)
        .join(', ')}`,
    );
  if (found[0] !== undefined) return found[0];
  throw new UsageError(
    `no alert ${id} in ${place}`,
    'List them with `tidemark alerts`, or name another store with --store.',
  );
}

/** The whole id of the incident that begins so, among the newest alerts of a tenant. Throws a UsageError where it is none, or several. */
export async function incidentNamed(store: Store, tenant: string, id: string): Promise<string> {
  const { triage } = openTriage(store);
  if ((await triage.alertPage({ tenant, incident: id, limit: 1 })).length > 0) return id;
  const newest = await triage.alertPage({ tenant, limit: 10_000 });
  const found = new Set(newest.flatMap(({ incident }) => (incident?.startsWith(id) ? [incident] : [])));
  const [whole] = found;
  if (whole === undefined)
    throw new UsageError(
      `no incident ${id} of tenant ${tenant}${await othersOf(store, 'alerts', tenant)}`,
      'Give the incident of an alert, as `tidemark alerts` and `tidemark explain` show it.',
    );
  if (found.size > 1)
    throw new UsageError(
      `${found.size} incidents begin with ${id}`,
      `Give more of the id: ${[...found].slice(0, CHOICES_SHOWN).join(', ')}`,
    );
  return whole;
}
