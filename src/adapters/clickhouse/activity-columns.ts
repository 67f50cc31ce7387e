/** How an activity lies in the `activity` table, and how it is read back unchanged. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Located } from '../../core/engine-contract.ts';
import type { Span } from '../../ports/stream.ts';
import {
  type Column,
  instant,
  itself,
  maybeFlag,
  maybeInstant,
  maybeNumber,
  number,
  text,
  word,
  words,
} from './native.ts';

/** Bits that say whether an optional list or object was there at all, which '' and [] cannot tell. */
const PRESENT = { onBehalfOf: 1, scopes: 2, declared: 4, amount: 8 } as const;

const NOBODY: readonly string[] = [];

/** Columns of one chunk. Text is absent where it is ''; the schema forbids empty text. */
export function activityColumns(span: Pick<Span, 'topic' | 'partition'>): readonly Column<Located>[] {
  return [
    word('tenant', (row) => row.activity.tenant),
    text('id', (row) => row.activity.id),
    instant('at', (row) => row.activity.at),
    word('identity_id', (row) => row.activity.identity.id),
    word('identity_kind', (row) => row.activity.identity.kind),
    word('identity_provider', (row) => row.activity.identity.provider),
    word('identity_name', (row) => row.activity.identity.name),
    word('identity_account', (row) => row.activity.identity.account),
    word('identity_environment', (row) => row.activity.identity.environment),
    word('credential_id', (row) => row.activity.credential?.id),
    word('credential_kind', (row) => row.activity.credential?.kind),
    maybeInstant('credential_issued_at', (row) => row.activity.credential?.issuedAt),
    maybeInstant('credential_expires_at', (row) => row.activity.credential?.expiresAt),
    maybeFlag('credential_long_lived', (row) => row.activity.credential?.longLived),
    text('actor_id', (row) => row.activity.actor?.id),
    word('actor_kind', (row) => row.activity.actor?.kind),
    word('actor_version', (row) => row.activity.actor?.version),
    word('actor_model', (row) => row.activity.actor?.model),
    word('actor_config', (row) => row.activity.actor?.config),
    words(
      'on_behalf_of_id',
      (row) => row.activity.onBehalfOf,
      (link) => link.id,
    ),
    words(
      'on_behalf_of_kind',
      (row) => row.activity.onBehalfOf,
      (link) => link.kind,
    ),
    word('action_name', (row) => row.activity.action.name),
    word('action_service', (row) => row.activity.action.service),
    word('action_access', (row) => row.activity.action.access),
    text('resource_id', (row) => row.activity.resource?.id),
    word('resource_type', (row) => row.activity.resource?.type),
    word('resource_account', (row) => row.activity.resource?.account),
    word('source_ip', (row) => row.activity.source.ip),
    maybeNumber('source_asn', 'UInt32', (row) => row.activity.source.asn),
    word('source_org', (row) => row.activity.source.org),
    word('source_country', (row) => row.activity.source.country),
    word('source_region', (row) => row.activity.source.region),
    word('source_user_agent', (row) => row.activity.source.userAgent),
    word('source_workload', (row) => row.activity.source.workload),
    word('source_vpc_endpoint', (row) => row.activity.source.vpcEndpoint),
    word('outcome', (row) => row.activity.outcome),
    word('error_code', (row) => row.activity.errorCode),
    words('scopes', (row) => row.activity.scopes, itself),
    text('run_id', (row) => row.activity.run?.id),
    words('run_declared', (row) => row.activity.run?.declared, itself),
    word('run_task', (row) => row.activity.run?.task),
    maybeNumber('amount_bytes', 'Float64', (row) => row.activity.amount?.bytes),
    maybeNumber('amount_records', 'Float64', (row) => row.activity.amount?.records),
    number('present', 'UInt8', (row) => presence(row.activity)),
    word('topic', () => span.topic),
    number('partition', 'UInt32', () => span.partition),
    number('offset', 'Int64', (row) => row.offset),
  ];
}

function presence(activity: Activity): number {
  return (
    (activity.onBehalfOf === undefined ? 0 : PRESENT.onBehalfOf) |
    (activity.scopes === undefined ? 0 : PRESENT.scopes) |
    (activity.run?.declared === undefined ? 0 : PRESENT.declared) |
    (activity.amount === undefined ? 0 : PRESENT.amount)
  );
}

const INSTANTS = new Set(['at', 'credential_issued_at', 'credential_expires_at']);
const PLACE = new Set(['topic', 'partition', 'offset']);
const names = activityColumns({ topic: '', partition: 0 })
  .map((column) => column.name)
  .filter((name) => !PLACE.has(name));

/** What to select so that `toActivity` can read the row; instants as milliseconds. */
export const ACTIVITY_SELECT = names
  .map((name) => (INSTANTS.has(name) ? `toUnixTimestamp64Milli(activity.${name})` : `activity.${name}`))
  .join(', ');

/** A row selected by `ACTIVITY_SELECT` as the activity it was. */
export function toActivity(row: readonly unknown[]): Activity {
  const cell = new Map(names.map((name, index) => [name, row[index]]));
  const textOf = (name: string) => (cell.get(name) === '' ? undefined : (cell.get(name) as string));
  const list = (name: string) => (cell.get(name) as string[] | undefined) ?? NOBODY;
  const numeral = (name: string) => (cell.get(name) === null ? undefined : Number(cell.get(name)));
  const time = (name: string) => (cell.get(name) === null ? undefined : new Date(Number(cell.get(name))).toISOString());
  const present = Number(cell.get('present'));
  const kinds = list('on_behalf_of_kind');

  return known({
    id: textOf('id'),
    at: time('at'),
    tenant: textOf('tenant'),
    identity: known({
      id: textOf('identity_id'),
      kind: textOf('identity_kind'),
      provider: textOf('identity_provider'),
      name: textOf('identity_name'),
      account: textOf('identity_account'),
      environment: textOf('identity_environment'),
    }),
    credential:
      textOf('credential_id') &&
      known({
        id: textOf('credential_id'),
        kind: textOf('credential_kind'),
        issuedAt: time('credential_issued_at'),
        expiresAt: time('credential_expires_at'),
        longLived: cell.get('credential_long_lived') ?? undefined,
      }),
    actor:
      textOf('actor_id') &&
      known({
        id: textOf('actor_id'),
        kind: textOf('actor_kind'),
        version: textOf('actor_version'),
        model: textOf('actor_model'),
        config: textOf('actor_config'),
      }),
    onBehalfOf:
      present & PRESENT.onBehalfOf
        ? list('on_behalf_of_id').map((id, index) => ({ id, kind: kinds[index] }))
        : undefined,
    action: { name: textOf('action_name'), service: textOf('action_service'), access: textOf('action_access') },
    resource:
      textOf('resource_id') &&
      known({ id: textOf('resource_id'), type: textOf('resource_type'), account: textOf('resource_account') }),
    source: known({
      ip: textOf('source_ip'),
      asn: numeral('source_asn'),
      org: textOf('source_org'),
      country: textOf('source_country'),
      region: textOf('source_region'),
      userAgent: textOf('source_user_agent'),
      workload: textOf('source_workload'),
      vpcEndpoint: textOf('source_vpc_endpoint'),
    }),
    outcome: textOf('outcome'),
    errorCode: textOf('error_code'),
    scopes: present & PRESENT.scopes ? list('scopes') : undefined,
    run:
      textOf('run_id') &&
      known({
        id: textOf('run_id'),
        declared: present & PRESENT.declared ? list('run_declared') : undefined,
        task: textOf('run_task'),
      }),
    amount:
      present & PRESENT.amount
        ? known({ bytes: numeral('amount_bytes'), records: numeral('amount_records') })
        : undefined,
  }) as Activity;
}

/** Leaves out members that are undefined: an absent field is absent, not undefined. */
function known(fields: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name];
  return fields;
}
