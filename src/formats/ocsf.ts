/** Reads OCSF events of API and Datastore Activity, Authentication, and changes to accounts, groups and access, as security lakes and SIEMs hold them. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  instantOf,
  instantOfEpoch,
  instantOfMs,
  isNobody,
  listAt,
  numberAt,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  textAt,
} from '../ingest/format.ts';
import {
  API_ACTIVITY,
  AUTHENTICATION,
  AUTHORIZE_SESSION,
  CHANGES,
  DATASTORE,
  type Fields,
  isKubernetes,
  plainOf,
} from './ocsf/classes.ts';
import { resourceOf } from './ocsf/resource.ts';

/** `user.type_id`: 1 a person, 2 an administrator, 3 the system itself, 4 a service. */
const KINDS: ReadonlyMap<unknown, Activity['identity']['kind']> = new Map<unknown, Activity['identity']['kind']>([
  [1, 'human'],
  [2, 'human'],
  [3, 'provider-service'],
  [4, 'service-account'],
]);

/** `activity_id` of API Activity: create, read, update, delete. */
const ACCESSES: ReadonlyMap<unknown, Access> = new Map<unknown, Access>([
  [1, 'write'],
  [2, 'read'],
  [3, 'write'],
  [4, 'write'],
]);

/** `activity_id` of Datastore Activity, without Query: what a query does, its first word says. */
const DATASTORE_ACCESSES: ReadonlyMap<unknown, Access> = new Map<unknown, Access>([
  [1, 'read'],
  [2, 'write'],
  [3, 'authenticate'],
  [5, 'write'],
  [6, 'write'],
  [7, 'write'],
  [8, 'read'],
  [9, 'write'],
  [10, 'read'],
]);

function providerOf(record: Fields, context: ReadContext): string {
  const cloud = textAt(objectAt(record.cloud)?.provider);
  const vendor = textAt(objectAt(objectAt(record.metadata)?.product)?.vendor_name);
  return context.scrub(cloud ?? vendor ?? 'ocsf').toLowerCase();
}

/** Who acts: in an authentication the user that signs in, whatever process of the host reports it; else the actor's user. */
function userOf(record: Fields): Fields | undefined {
  const actor = objectAt(objectAt(record.actor)?.user);
  const own = objectAt(record.user);
  if (record.class_uid === AUTHENTICATION) {
    if (own === undefined || nameOf(own) === undefined) return actor;
    // The same user as the actor may be told of there in more words: the account is part of who it is.
    return own.uid !== undefined && own.uid === actor?.uid ? { ...actor, ...own } : own;
  }
  // A session that gets special rights is its user's; only some products name an actor beside.
  if (record.class_uid === AUTHORIZE_SESSION) return nameOf(actor) === undefined ? own : actor;
  return CHANGES.has(record.class_uid as number) ? actor : (actor ?? own);
}

const nameOf = (user: Fields | undefined) => textAt(user?.uid) ?? textAt(user?.name) ?? textAt(user?.email_addr);

function kubernetesKind(name: string): Activity['identity']['kind'] {
  if (name.startsWith('system:serviceaccount:')) return 'service-account';
  if (name.startsWith('system:node:')) return 'workload';
  return /^(?:system|eks|aks):/.test(name) ? 'provider-service' : name.includes('@') ? 'human' : 'unknown';
}

/** The role behind an AWS session (`arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`), which is what stays. */
function roleOf(uid: string): string | undefined {
  const parts = /^(arn:[^:]+):sts::(\d*):assumed-role\/([^/]+)/.exec(uid);
  return parts === null ? undefined : `${parts[1]}:iam::${parts[2]}:role/${parts[3]}`;
}

/** The account; the published mapping of EKS writes the caller's whole ARN there. */
const accountIn = (uid: string | undefined) => ARN.exec(uid ?? '')?.[1] ?? uid;
const ARN = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;

function ofCluster(record: Fields, id: string): Activity['identity'] {
  const identity: Activity['identity'] = { id, kind: kubernetesKind(id), provider: 'kubernetes' };
  const cloud = objectAt(record.cloud);
  const cluster = textAt(objectAt(record.resource_group)?.name) ?? textAt(objectAt(record.cluster)?.name);
  const account = [accountIn(textAt(objectAt(cloud?.account)?.uid)), cluster]
    .filter((part) => part !== undefined)
    .join('/');
  if (account !== '') identity.account = account;
  return identity;
}

/** By what the event says of the user; of an AWS user with a key that lives long a machine, as in CloudTrail itself. */
function userKind(record: Fields, user: Fields | undefined): Activity['identity']['kind'] {
  const said = KINDS.get(user?.type_id);
  if (said !== undefined) return said;
  const session = objectAt(objectAt(record.actor)?.session);
  return credentialOf(user, session)?.id.startsWith('AKIA') ? 'service-account' : 'unknown';
}

/**
 * The user's `uid`; where that names a session of a role, the role: by the ARN, or by the issuer of the session. An actor
 * without a user is an application or the service that calls.
 */
function identityOf(record: Fields, context: ReadContext): Activity['identity'] | undefined {
  const actor = objectAt(record.actor);
  const user = userOf(record);
  const inCluster = isKubernetes(record) ? textAt(user?.name) : undefined;
  if (inCluster !== undefined) return isNobody(inCluster) ? undefined : ofCluster(record, context.scrub(inCluster));
  const provider = providerOf(record, context);
  const uid = textAt(context.scrub(nameOf(user) ?? ''));
  const issuer = textAt(objectAt(actor?.session)?.issuer);
  const isSession = uid !== undefined && /^ARO[AI][A-Z0-9]+:/.test(uid);
  const role =
    roleOf(uid ?? '') ??
    (issuer?.includes(':role/') && (isSession || uid?.includes(':assumed-role/')) ? issuer : undefined);
  const app = textAt(actor?.app_uid) ?? textAt(actor?.app_name) ?? textAt(actor?.invoked_by);
  const raw = role ?? (isSession ? uid.split(':')[0] : uid) ?? app;
  if (raw === undefined || isNobody(raw)) return undefined;
  const id = context.scrub(raw);
  const kind =
    role !== undefined || isSession
      ? 'role'
      : uid === undefined
        ? textAt(actor?.app_uid ?? actor?.app_name) === undefined
          ? 'provider-service'
          : 'oauth-app'
        : userKind(record, user);
  const identity: Activity['identity'] = { id: id.startsWith('arn:') ? id.toLowerCase() : id, kind, provider };
  const name = textAt(user?.name);
  if (name !== undefined && name !== identity.id && role === undefined) identity.name = name;
  const account =
    textAt(objectAt(user?.account)?.uid) ??
    textAt(user?.account_uid) ??
    textAt(objectAt(objectAt(record.cloud)?.account)?.uid) ??
    ARN.exec(id)?.[1];
  // A role of a database is known to its server alone.
  const server = record.class_uid === DATASTORE && role === undefined && !isSession ? serverOf(record) : undefined;
  const home = [account, server].filter((part) => part !== undefined).join('/');
  if (home !== '') identity.account = home;
  return identity;
}

function serverOf(record: Fields): string | undefined {
  const endpoint = objectAt(record.dst_endpoint);
  return textAt(endpoint?.hostname) ?? textAt(endpoint?.instance_uid) ?? textAt(endpoint?.uid) ?? textAt(endpoint?.ip);
}

function credentialOf(user: Fields | undefined, session: Fields | undefined): Activity['credential'] {
  const listed = objectAt(listAt(user?.programmatic_credentials)[0]);
  const id = textAt(listed?.uid) ?? textAt(user?.credential_uid) ?? textAt(session?.credential_uid);
  if (id === undefined) return undefined;
  const credential: NonNullable<Activity['credential']> = id.startsWith('AKIA')
    ? { id, kind: 'access-key', longLived: true }
    : { id, kind: id.startsWith('ASIA') ? 'session-token' : 'other' };
  const issuedAt = typeof session?.created_time === 'number' ? instantOfMs(session.created_time) : undefined;
  if (issuedAt !== undefined) credential.issuedAt = issuedAt;
  const expiresAt = typeof session?.expiration_time === 'number' ? instantOfMs(session.expiration_time) : undefined;
  if (expiresAt !== undefined) credential.expiresAt = expiresAt;
  return credential;
}

/** What the product itself calls the event, where that is a name such as `user.create` and no number. */
function wordOf(record: Fields): string | undefined {
  const code = textAt(objectAt(record.metadata)?.event_code) ?? '';
  return /^[a-z][\w-]*(?:\.[\w-]+)+$/i.test(code) ? code : undefined;
}

function actionOf(record: Fields, context: ReadContext): Activity['action'] | undefined {
  const api = objectAt(record.api);
  const operation = context.scrub(textAt(api?.operation) ?? wordOf(record) ?? '');
  const name = context.scrub(textAt(objectAt(api?.service)?.name) ?? textAt(objectAt(record.service)?.name) ?? '');
  const service = name.replace(/\.(?:amazonaws|googleapis)\.com$/, '') || providerOf(record, context);
  if (isKubernetes(record) && operation !== '') return ofVerb(record, operation, context);
  const change = CHANGES.get(record.class_uid as number);
  if (change !== undefined) {
    const what =
      operation ||
      `${change}-${context
        .scrub(textAt(record.activity_name) ?? 'other')
        .toLowerCase()
        .replaceAll(' ', '-')}`;
    return { name: `${service}:${what}`, service, access: change === 'authorize-session' ? 'authenticate' : 'admin' };
  }
  if (record.class_uid === AUTHENTICATION) {
    const what = operation || context.scrub(textAt(record.activity_name) ?? 'logon').toLowerCase();
    return { name: `${service}:${what}`, service, access: 'authenticate' };
  }
  if (record.class_uid === DATASTORE) {
    const query = /^\s*([a-z]+)/i.exec(textAt(objectAt(record.query_info)?.query_string) ?? '')?.[1];
    const what = operation || context.scrub(textAt(record.activity_name) ?? query ?? '').toLowerCase();
    const access = DATASTORE_ACCESSES.get(record.activity_id) ?? accessOfName(query ?? what);
    return what === '' ? undefined : { name: `${service}:${what}`, service, access };
  }
  if (operation === '') return undefined;
  const access = ACCESSES.get(record.activity_id) ?? accessOfName(operation.slice(operation.lastIndexOf('.') + 1));
  return { name: `${service}:${operation}`, service, access };
}

/** An act in a cluster by its verb and the sort of thing, as the audit events of Kubernetes themselves are read. */
function ofVerb(record: Fields, verb: string, context: ReadContext): Activity['action'] {
  const type = context.scrub(textAt(objectAt(listAt(record.resources)[0])?.type) ?? '');
  const [resource = '', sub] = type.split('/');
  const isInside = sub !== undefined && /^(?:exec|attach|portforward|proxy|ephemeralcontainers)$/.test(sub);
  const reads = /^(?:get|list|watch)$/.test(verb) || resource.endsWith('accessreviews');
  const writes = /^(?:create|update|patch|delete|deletecollection|post|put)$/.test(verb);
  const governs = /^(?:cluster)?role(?:binding)?s$|^certificatesigningrequests$|webhookconfigurations$/.test(resource);
  const access = isInside ? 'execute' : reads ? 'read' : governs ? 'admin' : writes ? 'write' : 'unknown';
  return { name: type === '' ? verb : `${verb}:${type}`, service: 'k8s', access };
}

const authorizationsOf = (record: Fields) => [
  ...listAt(objectAt(record.actor)?.authorizations),
  ...listAt(record.authorizations),
];

const DENIED = /denied|unauthori[sz]ed|forbidden|not ?authorized|permission|^40[13]$/i;

/** `status_id` 1 is success, 2 failure; a failed sign-in is a refusal, and so is a decision of a policy to deny. */
function outcomeOf(record: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const response = objectAt(objectAt(record.api)?.response);
  const error = textAt(response?.error) ?? textAt(record.status_code) ?? textAt(record.status_detail);
  const code = typeof response?.code === 'number' && response.code >= 400 ? String(response.code) : undefined;
  // 1.8 tells the decision beside the actor as well, and what the product did about it: 2 is denied, and blocked.
  const isRefused =
    authorizationsOf(record).some((item) => /^den/i.test(textAt(objectAt(item)?.decision) ?? '')) ||
    record.action_id === 2 ||
    record.disposition_id === 2;
  if (record.status_id !== 2 && record.status !== 'Failure' && !isRefused) return { outcome: 'success' };
  const isDenied =
    isRefused || record.class_uid === AUTHENTICATION || DENIED.test(error ?? '') || DENIED.test(code ?? '');
  const errorCode = error ?? code;
  const outcome = isDenied ? 'denied' : 'failed';
  return errorCode === undefined ? { outcome } : { outcome, errorCode };
}

function sourceOf(record: Fields): Activity['source'] {
  const endpoint = objectAt(record.src_endpoint);
  const place = objectAt(endpoint?.location);
  const network = objectAt(endpoint?.autonomous_system);
  const source: Activity['source'] = {};
  const ip = textAt(endpoint?.ip);
  if (ip !== undefined) source.ip = ip;
  const workload =
    textAt(endpoint?.svc_name) ??
    (ip === undefined ? (textAt(endpoint?.domain) ?? textAt(endpoint?.hostname)) : undefined);
  if (workload !== undefined) source.workload = workload;
  if (typeof network?.number === 'number') source.asn = network.number;
  const org = textAt(network?.name);
  if (org !== undefined) source.org = org;
  const country = textAt(place?.country);
  if (country !== undefined) source.country = country;
  const region = textAt(place?.region) ?? textAt(objectAt(record.cloud)?.region);
  if (region !== undefined) source.region = region;
  const agent = textAt(objectAt(record.http_request)?.user_agent);
  if (agent !== undefined) source.userAgent = agent;
  return source;
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

export const format: Format = {
  id: 'ocsf',
  about: {
    title: 'OCSF API and Datastore Activity, Authentication and account changes',
    source:
      'OCSF 1.0 to 1.8 events of classes 6003, 6005 and 3001 to 3006, such as Amazon Security Lake holds, as JSON; other classes are skipped.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      numberAt(record?.class_uid) !== undefined &&
      (numberAt(record?.category_uid) ?? numberAt(record?.type_uid)) !== undefined &&
      objectIn(record?.metadata) !== undefined
    );
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = plainOf(told);
    const { class_uid: kind } = record;
    if (typeof kind !== 'number') return dead('class_uid: expected a number');
    if (kind !== API_ACTIVITY && kind !== AUTHENTICATION && kind !== DATASTORE && !CHANGES.has(kind))
      return {
        status: 'skip',
        reason:
          'a class other than API Activity (6003), Datastore Activity (6005) and those of identities (3001 to 3006)',
      };
    // The schema says milliseconds; mappings in use write other units as well.
    const at = instantOfEpoch(record.time) ?? instantOf(record.time_dt);
    if (at === undefined) return dead('time: expected milliseconds since the epoch, or time_dt: a time');
    const identity = identityOf(record, context);
    if (identity === undefined) return { status: 'skip', reason: 'actor.user names nobody' };
    const action = actionOf(record, context);
    if (action === undefined) return dead('api.operation: expected a non-empty string');
    const actor = objectAt(record.actor);
    const user = userOf(record);
    const own = objectAt(record.session);
    // The session of a process that only reports a sign-in is not that of who signs in.
    const isReported = kind === AUTHENTICATION && user === objectAt(record.user);
    const session = isReported ? own : (objectAt(actor?.session) ?? own);
    const metadata = objectAt(record.metadata);
    const event =
      textAt(metadata?.uid) ??
      textAt(metadata?.original_event_uid) ??
      (isKubernetes(record) ? textAt(objectAt(objectAt(record.api)?.request)?.uid) : undefined);
    const activity: Activity = {
      id: event === undefined ? `ocsf:${context.hashOf(record)}` : `ocsf:${identity.provider}:${event}`,
      at,
      tenant: context.tenant,
      identity,
      action,
      source: sourceOf(record),
      ...outcomeOf(record),
    };
    const credential = credentialOf(user, session);
    if (credential !== undefined) activity.credential = credential;
    const name =
      /:assumed-role\/[^/]+\/(.+)$/s.exec(context.scrub(textAt(user?.uid) ?? ''))?.[1] ?? textAt(session?.uid);
    const model = textAt(objectAt(record.ai_model)?.name);
    const application = objectAt(objectAt(record.message_context)?.application);
    const agent = textAt(application?.uid) ?? textAt(application?.name);
    if (agent !== undefined) activity.actor = { id: agent, kind: 'agent', ...(model !== undefined && { model }) };
    else if (name !== undefined) activity.actor = { id: name, kind: 'session', ...(model !== undefined && { model }) };
    const invoker = textAt(actor?.invoked_by);
    if (invoker !== undefined && invoker !== identity.id) activity.onBehalfOf = [{ id: invoker, kind: 'service' }];
    const resource = resourceOf(record);
    if (resource !== undefined) activity.resource = resource;
    const scopes = authorizationsOf(record).flatMap((item) => {
      const policy = objectAt(objectAt(item)?.policy);
      const scope = textAt(policy?.name) ?? textAt(policy?.uid);
      return scope === undefined ? [] : [scope];
    });
    if (scopes.length > 0) activity.scopes = scopes;
    return { status: 'read', activities: [activity] };
  },
};
