/** The real name of the thing that an act is aimed at, and its bytes, as a person reads them. */
import type { Activity } from '../../schemas/activity.ts';

/** Longest name of a thing that a finding keeps, in UTF-16 units. It moves no alert. */
const NAME_UNITS = 120;

/** An ARN: partition, service, region, account, the rest. */
const ARN = /^arn:[^:]*:([^:]*):[^:]*:(\d*):(.+)$/;
/** An id of Azure's resource manager: subscription, resource group, and the kinds and names after the last provider. */
const AZURE =
  /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)(?:\/providers(?:\/(?:.*\/providers\/)?[^/]+\/(.+))?)?\/?$/i;

/**
 * Names a thing. Of an ARN in the identity's own account what is left out says nothing: `user/deploy`, `secret:db-AbCdEf`,
 * `bucket/key`. A thing in another account keeps all of it. Of an id of Azure it says what stands where:
 * `vaults/reports/secrets/api in rg-reports`, with the subscription where that is another one. Undefined where the act has no thing.
 */
export function thingOf({ resource, identity }: Pick<Activity, 'resource' | 'identity'>): string | undefined {
  if (resource === undefined) return undefined;
  const azure = azureThing(resource.id, identity.account);
  if (azure !== undefined) return cut(azure, NAME_UNITS);
  const [, , account, rest] = ARN.exec(resource.id) ?? [];
  const isOwn = account === '' || account === identity.account;
  const name = rest !== undefined && isOwn ? rest : resource.id;
  return cut(name, NAME_UNITS);
}

function azureThing(id: string, account: string | undefined): string | undefined {
  const [, subscription = '', group, path] = AZURE.exec(id) ?? [];
  if (group === undefined) return undefined;
  const name = path === undefined ? `resource group ${group}` : `${path} in ${group}`;
  return subscription.toLowerCase() === account?.toLowerCase() ? name : `${name}, subscription ${subscription}`;
}

/** Cuts the middle out of a name that is too long: of a path the beginning says whose it is, and the end what. */
function cut(name: string, units: number): string {
  if (name.length <= units) return name;
  const head = Math.floor(units / 2);
  return `${name.slice(0, head - 1)}…${name.slice(name.length - (units - head))}`.replace(
    /[\ud800-\udbff]…|…[\udc00-\udfff]/g,
    '…',
  );
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes for people: `734 MB`. */
export function inUnits(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const n = bytes / 1_000 ** power;
  return `${power === 0 || n >= 100 ? Math.round(n) : Math.round(n * 10) / 10} ${UNITS[power]}`;
}
