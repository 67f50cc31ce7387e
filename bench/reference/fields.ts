/** The fields of an activity that every reference detector is given, cut to the level a rule writer would choose. */
import type { Activity } from '../../schemas/activity.ts';

/** Network, country, client without its numbers, action, kind and stem of the resource, delegator, credential, workload. */
export const FIELDS = [
  'network',
  'country',
  'client',
  'action',
  'resource',
  'delegator',
  'credential',
  'workload',
] as const;
export type Field = (typeof FIELDS)[number];

const prefix = (ip: string) =>
  ip.includes(':') ? ip.split(':').slice(0, 3).join(':') : ip.split('.').slice(0, 2).join('.');
const stem = (id: string) => id.split(/[/:]/).slice(0, 6).join('/').slice(0, 120);

/** Value of each field; a session credential says nothing, it is new every time. */
export function fieldsOf(activity: Activity): Partial<Record<Field, string>> {
  const { source, credential, resource, onBehalfOf } = activity;
  const network = source.asn !== undefined ? `AS${source.asn}` : source.ip ? prefix(source.ip) : undefined;
  return {
    ...(network ? { network } : {}),
    ...(source.country ? { country: source.country } : {}),
    ...(source.userAgent ? { client: source.userAgent.replace(/\d+/g, '0').slice(0, 80) } : {}),
    action: `${activity.action.service}|${activity.action.name}`,
    ...(resource ? { resource: `${resource.type ?? ''}|${stem(resource.id)}` } : {}),
    ...(onBehalfOf?.[0] ? { delegator: onBehalfOf[0].id } : {}),
    ...(credential && !['session-token', 'jwt'].includes(credential.kind) ? { credential: credential.id } : {}),
    ...(source.workload ? { workload: source.workload } : {}),
  };
}

/** Peers as a rule writer would group them: same kind at the same provider. */
export const peersOf = (activity: Activity) => `${activity.identity.provider}|${activity.identity.kind}`;

/** Finer and coarser levels beside the fields: what a careful feature table would add. */
export const LEVELS = ['address', 'version', 'service', 'access', 'resourceType', 'resourceWhole', 'chain'] as const;

export function levelsOf(activity: Activity): Partial<Record<(typeof LEVELS)[number], string>> {
  const { source, resource, action, onBehalfOf } = activity;
  return {
    ...(source.ip
      ? { address: source.ip.includes(':') ? prefix(source.ip) : source.ip.split('.').slice(0, 3).join('.') }
      : {}),
    ...(source.userAgent ? { version: source.userAgent.slice(0, 120) } : {}),
    service: action.service,
    access: `${action.service}|${action.access}`,
    ...(resource?.type ? { resourceType: resource.type } : {}),
    ...(resource ? { resourceWhole: `${action.name}|${resource.id.slice(0, 200)}` } : {}),
    chain: (onBehalfOf ?? []).map(({ kind }) => kind).join('>'),
  };
}
