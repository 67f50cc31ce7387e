/** Reads HashiCorp Vault and OpenBao audit logs: the response tells the request too, so one request is one activity. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  type Format,
  instantOf,
  instantOfMs,
  listAt,
  objectAt,
  type ReadContext,
  type Reading,
  textAt,
} from '../ingest/format.ts';

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
  const name = textAt(auth.display_name) ?? '';
  if (textAt(metadata.username) !== undefined) return 'human';
  if (name.includes('@') && !name.endsWith('gserviceaccount.com')) return 'human';
  if (LOGINS.some(([key]) => textAt(metadata[key]) !== undefined)) return 'service-account';
  return textAt(auth.entity_id) === undefined && name === 'token' ? 'api-key' : 'unknown';
}

/**
 * The entity is one and the same through every login method. Tokens without one, such as root tokens, have a display name; but
 * `token` is what Vault calls every token made without a name, which are many, so each of those is itself by its accessor.
 */
function identityOf(auth: Fields, request: Fields): Activity['identity'] | undefined {
  const name = textAt(auth.display_name);
  const id = textAt(auth.entity_id) ?? (name === 'token' ? textAt(auth.accessor) : name);
  if (id === undefined) return undefined;
  const identity: Activity['identity'] = { id, kind: kindOf(auth), provider: 'vault' };
  if (name !== undefined && name !== id) identity.name = name;
  const namespace = textAt(objectAt(request.namespace)?.id);
  if (namespace !== undefined) identity.account = namespace;
  return identity;
}

/** The accessor names the token without being it; batch tokens have none, but the keyed hash that Vault itself made of them. */
function credentialOf(auth: Fields): Activity['credential'] {
  const token = textAt(auth.client_token);
  const id = textAt(auth.accessor) ?? (token?.startsWith('hmac-') ? token : undefined);
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
  const chain = LOGINS.flatMap(([key, kind]) => {
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
  if (operation === 'read' || operation === 'list' || operation === 'help' || operation === 'header') return 'read';
  if (/\/lookup(?:-self|-accessor)?$|^sys\/capabilities/.test(path)) return 'read';
  const isLogin = request.mount_class === 'auth' || path.startsWith('auth/');
  if (isLogin && /\/(?:login|callback)(?:\/|$)|\/token\/(?:create|renew)/.test(path)) return 'authenticate';
  const governs = isLogin || path.startsWith('identity/') || (path.startsWith('sys/') && !SERVES.test(path));
  if (['create', 'update', 'patch', 'delete'].includes(operation)) return governs ? 'admin' : 'write';
  return operation === 'revoke' || operation === 'renew' ? 'write' : 'unknown';
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

export const format: Format = {
  id: 'vault-audit',
  about: {
    title: 'HashiCorp Vault audit',
    source: 'Lines of a file, socket or syslog audit device of Vault or OpenBao, as JSON.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined || (record.type !== 'request' && record.type !== 'response')) return false;
    const request = objectAt(record.request);
    return typeof request?.operation === 'string' && typeof request.path === 'string';
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    if (record.type === 'request') return { status: 'skip', reason: 'the request is read with its response' };
    if (record.type !== 'response') return dead('type: expected request or response');
    const at = instantOf(record.time);
    if (at === undefined) return dead('time: expected a time');
    const request = objectAt(record.request);
    const operation = textAt(request?.operation);
    const path = context.scrub(textAt(request?.path) ?? '');
    if (request === undefined || operation === undefined) return dead('request.operation: expected a non-empty string');
    if (path === '') return dead('request.path: expected a non-empty string');
    if (operation === 'rollback') return { status: 'skip', reason: "rollback: Vault's own housekeeping" };
    const caller = objectAt(record.auth) ?? {};
    // A login has no caller yet: the answer says who it has become.
    const auth =
      identityOf(caller, request) === undefined ? (objectAt(objectAt(record.response)?.auth) ?? caller) : caller;
    const identity = identityOf(auth, request);
    if (identity === undefined)
      return { status: 'skip', reason: 'a request without a token that Vault knows names nobody' };
    const type = textAt(request.mount_type);
    const service = type ?? (path.split('/')[0] || 'vault');
    const event = textAt(request.id);
    const namespace = textAt(objectAt(request.namespace)?.path) ?? '';
    // What a secrets engine gives out is a secret, whatever the engine is called.
    const isSecret = operation === 'read' && !/^(?:auth|sys|identity)\//.test(path);
    const activity: Activity = {
      id: `vault:${event ?? context.hashOf(record)}`,
      at,
      tenant: context.tenant,
      identity,
      action: {
        name: `${service}:${operation}${isSecret ? '-secret' : ''}`,
        service,
        access: accessOf(operation, path, request),
      },
      resource: type === undefined ? { id: namespace + path } : { id: namespace + path, type },
      source: {},
      ...outcomeOf(record, context),
    };
    const ip = textAt(request.remote_address);
    if (ip !== undefined) activity.source.ip = ip;
    const agent = textAt(listAt(objectAt(request.headers)?.['user-agent'])[0]);
    if (agent !== undefined) activity.source.userAgent = agent;
    const credential = credentialOf(auth);
    if (credential !== undefined) activity.credential = credential;
    const chain = chainOf(auth);
    if (chain !== undefined) activity.onBehalfOf = chain;
    const scopes = listAt(auth.policies).filter((policy): policy is string => textAt(policy) !== undefined);
    if (scopes.length > 0) activity.scopes = scopes;
    return { status: 'read', activities: [activity] };
  },
};
