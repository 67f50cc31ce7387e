/** Reads HashiCorp Vault and OpenBao audit logs: the response tells the request too, so one request is one activity. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  type Format,
  instantOf,
  instantOfMs,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  stableSubject,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';
import { kmipItems } from './vault/kmip.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What login methods note about whoever logged in, nearest first, and what kind of thing each names. */
const LOGINS: readonly (readonly [string, string])[] = [
  ['role_name', 'approle'],
  ['role', 'role'],
  ['service_account_name', 'kubernetes-service-account'],
  ['canonical_arn', 'aws-principal'],
  ['common_name', 'certificate'],
  ['username', 'human'],
];

/**
 * A person is told by the user name that userpass, LDAP, Okta and GitHub logins leave, or by the address in the display name of an
 * OIDC login; a machine by what the other methods note.
 */
function kindOf(auth: Fields): Activity['identity']['kind'] {
  const metadata = objectAt(auth.metadata) ?? {};
  if (taskOf(metadata) !== undefined) return 'workload';
  const name = textAt(auth.display_name) ?? '';
  if (textAt(metadata.username) !== undefined) return 'human';
  if (name.includes('@') && !name.endsWith('gserviceaccount.com')) return 'human';
  if (LOGINS.some(([key]) => textAt(metadata[key]) !== undefined)) return 'service-account';
  return textAt(auth.entity_id) === undefined && name === 'token' ? 'api-key' : 'unknown';
}

/** The task of a Nomad job that a token was made for, which outlives its allocations. */
function taskOf(metadata: Fields): string | undefined {
  const task = textAt(metadata.Task) ?? textAt(metadata.nomad_task);
  if (
    task === undefined ||
    (metadata.AllocationID ?? metadata.nomad_allocation_id ?? metadata.nomad_job_id) === undefined
  )
    return undefined;
  const namespace = textAt(metadata.Namespace) ?? textAt(metadata.nomad_namespace) ?? 'default';
  const job = textAt(metadata.nomad_job_id);
  return ['nomad', namespace, ...(job === undefined ? [] : [job]), task].join('/');
}

/** The keyed hash that Vault itself made of a token; never the token. */
function hashed(token: unknown): string | undefined {
  const text = textAt(token);
  return text?.startsWith('hmac-') ? text : undefined;
}

/** Ids that are made anew for each allocation, instance or token. */
const GENERATED = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?:^|-)i-[0-9a-f]{8,17}(?:-|$)/i;

/**
 * A name that stays, made of the display name: an OIDC subject without its branch; for a name that holds a generated id, or tells
 * the login method alone as AppRole does, the role that the method notes.
 */
function stableName(name: string, metadata: Fields): string {
  const dash = name.indexOf('-');
  const subject = dash === -1 ? name : name.slice(0, dash + 1) + stableSubject(name.slice(dash + 1));
  if (dash !== -1 && !GENERATED.test(subject)) return subject;
  const role = textAt(metadata.role_name) ?? textAt(metadata.role);
  return role === undefined ? subject : `${subject.split('-', 1)[0]}-${role}`;
}

/**
 * The entity is one and the same through every login method. A task of Nomad is known by its name. Tokens without either, such as
 * root tokens, have a display name; but `token` is what Vault calls every token made without a name, and a one-time token that
 * wraps an answer bears the name of whoever wrapped it, not of whoever holds it. Each of those is itself, by its accessor or, where a
 * batch token has none, by its hash.
 */
function identityOf(auth: Fields, request: Fields, cluster: string | undefined): Activity['identity'] | undefined {
  const name = textAt(auth.display_name);
  const metadata = objectAt(auth.metadata) ?? {};
  const isOwn = name === 'token' || listAt(auth.policies).includes('response-wrapping');
  const own = textAt(auth.accessor) ?? hashed(auth.client_token);
  const named = name === undefined ? undefined : stableName(name, metadata);
  const id = textAt(auth.entity_id) ?? taskOf(metadata) ?? (isOwn ? own : named);
  if (id === undefined || isNobody(id)) return undefined;
  const identity: Activity['identity'] = {
    id,
    kind: isOwn && id === own ? 'api-key' : kindOf(auth),
    provider: 'vault',
  };
  if (named !== undefined && named !== id) identity.name = named;
  // Names are unique in one namespace of one cluster; the log tells the namespace, a collector may tell the cluster.
  const place = [cluster, textAt(objectAt(request.namespace)?.id)].filter((part) => part !== undefined);
  if (place.length > 0) identity.account = place.join('/');
  return identity;
}

/** The accessor names the token without being it; batch tokens have none, but the keyed hash that Vault itself made of them. */
function credentialOf(auth: Fields): Activity['credential'] {
  const id = textAt(auth.accessor) ?? hashed(auth.client_token);
  if (id === undefined) return undefined;
  const credential: NonNullable<Activity['credential']> = { id, kind: 'session-token' };
  const issuedAt = instantOf(auth.token_issue_time);
  if (issuedAt !== undefined) credential.issuedAt = issuedAt;
  const ttl = auth.token_ttl;
  if (typeof ttl === 'number' && ttl > 0 && issuedAt !== undefined) {
    const expiresAt = instantOfMs(Date.parse(issuedAt) + ttl * 1_000);
    if (expiresAt !== undefined) credential.expiresAt = expiresAt;
  } else if (listAt(auth.policies).includes('root')) credential.longLived = true;
  return credential;
}

function chainOf(auth: Fields): Activity['onBehalfOf'] {
  const metadata = objectAt(auth.metadata) ?? {};
  const chain: NonNullable<Activity['onBehalfOf']> = LOGINS.flatMap(([key, kind]) => {
    const value = textAt(metadata[key]);
    if (value === undefined) return [];
    const namespace = key === 'service_account_name' ? textAt(metadata.service_account_namespace) : undefined;
    return [{ id: namespace === undefined ? value : `${namespace}/${value}`, kind }];
  });
  return chain.length === 0 ? undefined : chain;
}

/** Below sys/, what serves the caller and governs nothing. */
const SERVES = /^sys\/(?:wrapping|leases\/(?:lookup|renew|revoke$)|renew|tools|health|seal-status)/;

/**
 * By the operation, as Vault names it alike for every engine: read, list and help read. Logins, and creating or renewing tokens,
 * authenticate. Writes to login methods, identities and the system itself are `admin`.
 */
function accessOf(operation: string, path: string, request: Fields): Access {
  const token = TOKENS.exec(path)?.[1];
  // A token without a parent outlives whoever made it; ending others' tokens is governing too, ending one's own is logging out.
  if (token === 'create-orphan' || token === 'revoke' || token === 'revoke-accessor' || token === 'revoke-orphan')
    return 'admin';
  if (token === 'revoke-self' || token === 'create' || token?.startsWith('renew')) return 'authenticate';
  if (operation === 'read' || operation === 'list' || operation === 'help' || operation === 'header') return 'read';
  if (/\/lookup(?:-self|-accessor)?$|^sys\/capabilities/.test(path)) return 'read';
  const isLogin = request.mount_class === 'auth' || path.startsWith('auth/');
  if (isLogin && /\/(?:login|callback)(?:\/|$)|\/token\/(?:create|renew)/.test(path)) return 'authenticate';
  const governs = isLogin || path.startsWith('identity/') || (path.startsWith('sys/') && !SERVES.test(path));
  if (['create', 'update', 'patch', 'delete'].includes(operation)) return governs ? 'admin' : 'write';
  return operation === 'revoke' || operation === 'renew' ? 'write' : 'unknown';
}

/** What is done with tokens stands in the path: every such request is an update. */
const TOKENS =
  /^auth\/token\/(create|create-orphan|renew|renew-self|renew-accessor|revoke|revoke-self|revoke-accessor|revoke-orphan|lookup|lookup-self|lookup-accessor|tidy)(?:\/|$)/;

/**
 * `ENGINE:OPERATION`, with `-secret` where a secret was given out, whatever the engine is called. Of tokens, of the system and of
 * identities the path says what is done, and every such write would be one `update` otherwise.
 */
function actionName(service: string, operation: string, path: string): string {
  const token = TOKENS.exec(path)?.[1];
  if (token !== undefined) return `${service}:${token}`;
  if (operation === 'read' && !/^(?:auth|sys|identity)\//.test(path)) return `${service}:${operation}-secret`;
  if (operation === 'read' || operation === 'list') return `${service}:${operation}`;
  const part =
    /^sys\/((?:wrapping|leases|generate-root|rekey|storage|tools|policies|plugins|config)\/[a-z-]+|[a-z-]+)/.exec(
      path,
    )?.[1] ?? /^identity\/([a-z-]+)/.exec(path)?.[1];
  return part === undefined ? `${service}:${operation}` : `${service}:${operation}-${part.replaceAll('/', '-')}`;
}

/** The first line of the error with words in it: Vault puts a count before it. */
function outcomeOf(record: Fields, context: ReadContext): Pick<Activity, 'outcome' | 'errorCode'> {
  const error = textAt(context.scrub(textAt(record.error) ?? ''));
  if (error === undefined) return { outcome: 'success' };
  const line = /\* ([^\n]+)/.exec(error)?.[1] ?? error.split('\n')[0]!;
  const isDenied =
    /permission denied|invalid (?:credential|token|role|secret|username)|bad token|missing client token/i;
  return { outcome: isDenied.test(error) ? 'denied' : 'failed', errorCode: line.trim() || 'error' };
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** The KMIP engine knows its machines by their certificates only. A request may hold several operations, each of them an act. */
function readKmip(
  record: Fields,
  request: Fields,
  at: string,
  cluster: string | undefined,
  context: ReadContext,
): Reading {
  const serial = textAt(request.client_certificate_serial_number);
  if (serial === undefined || isNobody(serial))
    return { status: 'skip', reason: 'a KMIP request without a certificate names nobody' };
  const id = `vault:${textAt(request.id) ?? context.hashOf(record)}`;
  const place = [cluster, textAt(objectAt(request.namespace)?.id)].filter((part) => part !== undefined);
  const ip = textAt(request.remote_address);
  const act: Activity = {
    id,
    at,
    tenant: context.tenant,
    identity: {
      id: serial,
      kind: 'workload',
      provider: 'vault',
      ...(place.length > 0 && { account: place.join('/') }),
    },
    credential: { id: serial, kind: 'x509' },
    action: { name: 'kmip:request', service: 'kmip', access: 'unknown' },
    source: ip === undefined ? {} : { ip },
    ...outcomeOf(record, context),
  };
  const items = kmipItems(request, objectAt(record.response));
  if (items.length === 0) return { status: 'read', activities: [act] };
  return {
    status: 'read',
    activities: items.map(({ action, outcome, errorCode, key }, n) => ({
      ...act,
      id: n === 0 ? id : `${id}:${n}`,
      action,
      ...(outcome !== undefined &&
        act.outcome === 'success' && { outcome, ...(errorCode !== undefined && { errorCode }) }),
      ...(key !== undefined && { resource: { id: key, type: 'kmip-object' } }),
    })),
  };
}

/** A token or a secret id that was made for somebody else: who uses it is known by its accessor. */
function changeOf(path: string, operation: string, response: Fields | undefined): Activity['change'] {
  if (operation !== 'update' && operation !== 'create') return undefined;
  if (/^auth\/token\/create(?:-orphan|\/|$)/.test(path)) {
    const accessor = textAt(objectAt(response?.auth)?.accessor);
    return accessor === undefined ? undefined : { kind: 'credential', credential: accessor };
  }
  return undefined;
}

/** Objects and lists that warehouses keep as JSON in a text. */
const PACKED = ['auth', 'request', 'response'];

export const format: Format = {
  id: 'vault-audit',
  about: {
    title: 'HashiCorp Vault audit',
    source: 'Lines of a file, socket or syslog audit device of Vault or OpenBao, as JSON.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    const request = objectIn(record.request);
    if (record.type === 'kmip-request' || record.type === 'kmip-response')
      return typeof record.time === 'string' && request !== undefined;
    if (record.type !== 'request' && record.type !== 'response') return false;
    return typeof request?.operation === 'string' && typeof request.path === 'string';
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = unpackedIn(told, PACKED);
    if (record.type === 'request' || record.type === 'kmip-request')
      return { status: 'skip', reason: 'the request is read with its response' };
    if (record.type !== 'response' && record.type !== 'kmip-response')
      return dead('type: expected request or response');
    const at = instantOf(record.time);
    if (at === undefined) return dead('time: expected a time');
    const request = objectAt(record.request);
    const named = textAt(record.cluster) ?? textAt(record.cluster_name) ?? textAt(record.vault_cluster);
    const cluster = named === undefined ? undefined : context.scrub(named);
    if (record.type === 'kmip-response') return readKmip(record, request ?? {}, at, cluster, context);
    const operation = textAt(request?.operation);
    const path = context.scrub(textAt(request?.path) ?? '');
    if (request === undefined || operation === undefined) return dead('request.operation: expected a non-empty string');
    if (path === '') return dead('request.path: expected a non-empty string');
    if (operation === 'rollback') return { status: 'skip', reason: "rollback: Vault's own housekeeping" };
    const caller = objectAt(record.auth) ?? {};
    // A login has no caller yet: the answer says who it has become.
    const auth =
      identityOf(caller, request, cluster) === undefined
        ? (objectAt(objectAt(record.response)?.auth) ?? caller)
        : caller;
    const identity = identityOf(auth, request, cluster);
    if (identity === undefined)
      return { status: 'skip', reason: 'a request without a token that Vault knows names nobody' };
    const type = textAt(request.mount_type);
    const service = type ?? (path.split('/')[0] || 'vault');
    const event = textAt(request.id);
    const namespace = textAt(objectAt(request.namespace)?.path) ?? '';
    const activity: Activity = {
      id: `vault:${event ?? context.hashOf(record)}`,
      at,
      tenant: context.tenant,
      identity,
      action: {
        name: actionName(service, operation, path),
        service,
        access: accessOf(operation, path, request),
      },
      resource: type === undefined ? { id: namespace + path } : { id: namespace + path, type },
      source: {},
      ...outcomeOf(record, context),
    };
    const change = activity.outcome === 'success' ? changeOf(path, operation, objectAt(record.response)) : undefined;
    if (change !== undefined) activity.change = change;
    const ip = textAt(request.remote_address);
    if (ip !== undefined) activity.source.ip = ip;
    const agent = textAt(listAt(objectAt(request.headers)?.['user-agent'])[0]);
    if (agent !== undefined) activity.source.userAgent = agent;
    const credential = credentialOf(auth);
    if (credential !== undefined) activity.credential = credential;
    const metadata = objectAt(auth.metadata);
    const allocation = textAt(metadata?.AllocationID) ?? textAt(metadata?.nomad_allocation_id);
    if (allocation !== undefined) activity.actor = { id: allocation, kind: 'allocation' };
    const chain = chainOf(auth);
    if (chain !== undefined) activity.onBehalfOf = chain;
    const scopes = listAt(auth.policies).filter((policy): policy is string => textAt(policy) !== undefined);
    if (scopes.length > 0) activity.scopes = scopes;
    return { status: 'read', activities: [activity] };
  },
};
