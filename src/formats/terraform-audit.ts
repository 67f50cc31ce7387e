/** Reads the audit trail of HCP Terraform: what tokens of teams and organisations, people and runs do to workspaces, state and secrets. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  given,
  instantOf,
  isNobody,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: HashiCorp Developer, "Audit trails API reference" of HCP Terraform, schema version 0, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** Tokens of a team or an organisation act as an account that HCP Terraform makes for them and names so. */
const OF_TOKENS = /^api-(?:org|team)[-_]/;
/** By these it is governed who may do what, with which secrets, and what runs where. */
const GOVERNS =
  /^(?:authentication_token|organization.*|team.*|user.*|polic.*|ssh_key|oauth_.*|agent.*|saml.*|sso.*|var|variable.*|varset.*|gpg_key|notification.*|vcs_.*|hook.*)$/;
/** A run is what is executed; state is read and written as any other thing. */
const RUNS = /^(?:run|plan|apply|task.*)$/;

function accessOf(type: string, action: string): Access {
  if (/^(?:read|show|list|index|download|.*_read)$/.test(action)) return 'read';
  if (RUNS.test(type)) return 'execute';
  if (GOVERNS.test(type)) return 'admin';
  const access = accessOfName(action);
  return access === 'unknown' ? 'write' : access;
}

/** Who impersonates acts; whom it is told as is whom it acts for. */
function whoOf(auth: Fields, context: ReadContext): Pick<Activity, 'identity' | 'onBehalfOf'> | undefined {
  const told = textAt(auth.accessor_id);
  const impersonator = textAt(auth.impersonator_id);
  const id = impersonator ?? told;
  if (id === undefined || isNobody(id)) return undefined;
  const name = impersonator === undefined ? context.scrub(textAt(auth.description) ?? '') : '';
  const account = given({ account: textAt(auth.organization_id) });
  return {
    identity: {
      id,
      kind: OF_TOKENS.test(name) ? 'service-account' : auth.type === 'System' ? 'provider-service' : 'human',
      provider: 'terraform',
      ...(name !== '' && { name }),
      ...account,
    },
    ...(impersonator !== undefined && told !== undefined && { onBehalfOf: [{ id: told, kind: 'impersonated' }] }),
  };
}

const isTrail = (record: Fields | undefined): record is Fields =>
  typeof record?.timestamp === 'string' &&
  typeof objectAt(record.auth)?.organization_id === 'string' &&
  typeof objectAt(record.resource)?.action === 'string' &&
  typeof objectAt(record.resource)?.type === 'string';

export const format: Format = {
  id: 'terraform-audit',
  about: {
    title: 'HCP Terraform audit trail',
    source: 'Events of the audit trails API of HCP Terraform, one by one or as the pages they come in.',
  },
  recognises: (raw) => isTrail(objectAt(raw)),
  split(raw) {
    const page = objectAt(raw);
    return Array.isArray(page?.data) && objectAt(page?.pagination) !== undefined && isTrail(objectAt(page.data[0]))
      ? page.data
      : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp, true);
    if (at === undefined) return dead('timestamp: expected a time');
    const resource = objectAt(record.resource) ?? {};
    const type = context.scrub(textAt(resource.type) ?? '');
    const action = context.scrub(textAt(resource.action) ?? '');
    if (type === '' || action === '') return dead('resource.type and resource.action: expected non-empty strings');
    const who = whoOf(objectAt(record.auth) ?? {}, context);
    if (who === undefined) return skip('auth.accessor_id names nobody');
    const target = textAt(resource.id);
    const isNewToken = type === 'authentication_token' && action === 'create';
    return {
      status: 'read',
      activities: [
        {
          id: `terraform:${textAt(record.id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: `${type}.${action}`, service: 'terraform', access: accessOf(type, action) },
          source: {},
          // The trail tells what was done.
          outcome: 'success',
          ...(target !== undefined && { resource: { id: target, type } }),
          ...(isNewToken && target !== undefined && { change: { kind: 'credential', credential: target } }),
        },
      ],
    };
  },
};
