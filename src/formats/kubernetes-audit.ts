/** Reads Kubernetes API server audit events: one request is one activity, however many stages were logged. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  EVERYBODY,
  type Format,
  instantOf,
  isNobody,
  listAt,
  type NamedRecipient,
  numberAt,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  recipientsOf,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

function kindOf(username: string): Activity['identity']['kind'] {
  if (username.startsWith('system:serviceaccount:')) return 'service-account';
  if (username.startsWith('system:node:')) return 'workload';
  if (username.startsWith('system:') || username.startsWith('eks:') || username.startsWith('aks:'))
    return 'provider-service';
  return username.includes('@') ? 'human' : 'unknown';
}

/** First value of one of the user's extra fields; exporters that cannot keep a slash in a key spell it out. */
function extra(user: Fields, name: string): string | undefined {
  const all = objectAt(user.extra);
  const value =
    all?.[name] ?? all?.[name.replaceAll('.', '_').replaceAll('/', '_slash_')] ?? all?.[name.split('/').at(-1)!];
  return textAt(Array.isArray(value) ? value[0] : value);
}

function credentialOf(user: Fields): Activity['credential'] {
  const id = extra(user, 'authentication.kubernetes.io/credential-id');
  if (id !== undefined) {
    if (id.startsWith('JTI=')) return { id, kind: 'jwt' };
    return { id, kind: id.startsWith('X509') ? 'x509' : 'other' };
  }
  const key = extra(user, 'accessKeyId');
  return key === undefined ? undefined : { id: key, kind: key.startsWith('AKIA') ? 'access-key' : 'session-token' };
}

const READS = new Set(['get', 'list', 'watch']);
const RUNS_INSIDE = new Set(['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers']);
const GOVERNING_GROUPS = new Set([
  'rbac.authorization.k8s.io',
  'certificates.k8s.io',
  'admissionregistration.k8s.io',
  'policy',
]);

/**
 * `execute` for subresources that reach into a running container; `authenticate` for token requests and reviews; `read` for
 * get, list, watch and access reviews; `admin` for writes to groups that govern rights; else `write` where a verb is known.
 */
function accessOf(verb: string, group: string, resource: string, subresource: string | undefined): Access {
  if (subresource !== undefined && RUNS_INSIDE.has(subresource)) return 'execute';
  if (resource === 'tokenreviews' || (resource === 'serviceaccounts' && subresource === 'token')) return 'authenticate';
  if (READS.has(verb) || resource.endsWith('accessreviews')) return 'read';
  if (verb === 'impersonate' || verb === 'escalate' || verb === 'bind' || verb === 'approve') return 'admin';
  if (GOVERNING_GROUPS.has(group) && subresource !== 'eviction' && resource !== 'poddisruptionbudgets') return 'admin';
  if (['create', 'update', 'patch', 'delete', 'deletecollection', 'post', 'put'].includes(verb)) return 'write';
  return 'unknown';
}

/**
 * True for a stream into a container: it ends when whoever opened it leaves, so it is read as it begins. Its end has the same id
 * and counts no more.
 */
function isLong(record: Fields): boolean {
  const subresource = textAt(objectAt(record.objectRef)?.subresource);
  return subresource !== undefined && RUNS_INSIDE.has(subresource);
}

/** Reasons of refusals, as the API server names them. */
const CODES: ReadonlyMap<unknown, number> = new Map([
  ['Forbidden', 403],
  ['Unauthorized', 401],
]);

function outcomeOf(record: Fields, code: number | undefined): Activity['outcome'] {
  const decision = textAt(objectAt(record.annotations)?.['authorization.k8s.io/decision']);
  if (decision === 'forbid' || code === 401 || code === 403) return 'denied';
  if (record.stage === 'Panic') return 'failed';
  return code === undefined || code < 400 ? 'success' : 'failed';
}

function whatOf(record: Fields, verb: string, context: ReadContext): Pick<Activity, 'action' | 'resource'> {
  const reference = objectAt(record.objectRef);
  const resource = textAt(reference?.resource);
  if (reference === undefined || resource === undefined) {
    // A request to the server itself: the path without its query is the thing.
    const path = context.scrub(textAt(record.requestURI) ?? '/').split('?')[0]!;
    const access = READS.has(verb) ? 'read' : accessOf(verb, '', '', undefined);
    return { action: { name: `${verb}:${path}`, service: 'k8s', access } };
  }
  const group = textAt(reference.apiGroup) ?? '';
  const subresource = textAt(reference.subresource);
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const action = { name: `${verb}:${what}`, service: 'k8s', access: accessOf(verb, group, resource, subresource) };
  const name = textAt(reference.name);
  // A namespace stands in itself, but not while it is made.
  const namespace = resource === 'namespaces' && name !== undefined ? undefined : textAt(reference.namespace);
  const id = [namespace, name].filter((part) => part !== undefined).join('/');
  const type = group === '' ? resource : `${group}/${resource}`;
  // All things of a sort, in the whole cluster, are told by the sort.
  return { action, resource: { id: id === '' ? type : id, type } };
}

/** True for an act that gives a role to somebody. */
const binds = (record: Fields, verb: string) =>
  /^(?:create|update|patch)$/.test(verb) &&
  /^(?:cluster)?rolebindings$/.test(textAt(objectAt(record.objectRef)?.resource) ?? '');

/** Groups in which everybody is who reaches the API server, signed in or not. */
const ANYBODY = /^system:(?:anonymous|unauthenticated|authenticated)$/;

/** Whom a binding gives its role. */
function recipientsIn(record: Fields, verb: string): Activity['recipients'] {
  if (!binds(record, verb)) return undefined;
  return recipientsOf(
    listAt(objectAt(record.requestObject)?.subjects).map((item): NamedRecipient => {
      const subject = objectAt(item);
      const name = textAt(subject?.name);
      if (name !== undefined && ANYBODY.test(name)) return EVERYBODY;
      if (subject?.kind !== 'ServiceAccount') return { id: name, kind: 'unknown' };
      const namespace = textAt(subject.namespace) ?? textAt(objectAt(record.objectRef)?.namespace) ?? '';
      return { id: name === undefined ? name : `system:serviceaccount:${namespace}:${name}`, kind: 'own' };
    }),
  );
}

/** Whom a binding gives a role: of several the first account of a workload, else the first; only logs at level Request tell. */
function changeOf(record: Fields, verb: string, context: ReadContext): Activity['change'] {
  if (!binds(record, verb)) return undefined;
  const request = objectAt(record.requestObject);
  const subjects = listAt(request?.subjects).map((item) => objectAt(item));
  const subject = subjects.find((one) => one?.kind === 'ServiceAccount') ?? subjects[0];
  const name = textAt(subject?.name);
  if (name === undefined) return undefined;
  const namespace = textAt(subject?.namespace) ?? textAt(objectAt(record.objectRef)?.namespace);
  const isWorkload = subject?.kind === 'ServiceAccount' && namespace !== undefined;
  const identity = context.scrub(isWorkload ? `system:serviceaccount:${namespace}:${name}` : name);
  const role = objectAt(request?.roleRef);
  const right = [textAt(role?.kind), textAt(role?.name)].filter((part) => part !== undefined).join('/');
  return { kind: 'right', identity, ...(right !== '' && { rights: [right] }) };
}

function chainOf(record: Fields, user: Fields, context: ReadContext): Activity['onBehalfOf'] {
  const chain: NonNullable<Activity['onBehalfOf']> = [];
  const impersonated = textAt(objectAt(record.impersonatedUser)?.username);
  if (impersonated !== undefined) chain.push({ id: impersonated, kind: 'impersonated' });
  const role = extra(user, 'canonicalArn');
  if (role !== undefined) chain.push({ id: context.scrub(role).toLowerCase(), kind: 'role' });
  return chain.length === 0 ? undefined : chain;
}

/**
 * The cluster, where the record or its envelope says: names of users are unique in one cluster only. The API server leaves it out;
 * `cluster` is put beside the event by whoever opened the envelope, the other names by collectors.
 */
function clusterOf(record: Fields, context: ReadContext): string | undefined {
  const named =
    textAt(record.cluster) ??
    textAt(objectAt(record.cluster)?.name) ??
    textAt(record.cluster_name) ??
    textAt(record.clusterName);
  return named === undefined ? undefined : context.scrub(named).toLowerCase();
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** Objects and lists that warehouses keep as JSON in a text. */
const PACKED = ['user', 'objectRef', 'responseStatus', 'sourceIPs', 'annotations'];

export const format: Format = {
  id: 'kubernetes-audit',
  about: {
    title: 'Kubernetes audit',
    source:
      'audit.k8s.io events from the API server log or webhook, one by one or in an EventList; EKS, and AKS in the envelope of a diagnostic setting, alike. The cluster is the account of an identity where the envelope or a field `cluster` names it.',
  },
  recognises(raw) {
    if (typeof raw !== 'object' || raw === null) return false;
    const record = raw as Fields;
    // Some collectors leave the kind out.
    if (record.kind === undefined || record.kind === null)
      return (
        typeof record.auditID === 'string' &&
        typeof record.verb === 'string' &&
        typeof record.stage === 'string' &&
        objectIn(record.user) !== undefined
      );
    if (record.kind !== 'Event') return false;
    return (
      (typeof record.apiVersion === 'string' && record.apiVersion.startsWith('audit.k8s.io/')) ||
      typeof record.auditID === 'string' ||
      (typeof record.verb === 'string' && (record.objectRef !== undefined || record.user !== undefined))
    );
  },
  split(raw) {
    const list = objectAt(raw);
    return list?.kind === 'EventList' && Array.isArray(list.items) ? list.items : undefined;
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = unpackedIn(told, PACKED);
    const stage = textAt(record.stage);
    if (stage === 'RequestReceived' || (stage === 'ResponseStarted' && !isLong(record)))
      return { status: 'skip', reason: `stage ${stage}: the request is read once, when it is complete` };
    const at = instantOf(record.requestReceivedTimestamp ?? record.stageTimestamp ?? record.timestamp, true);
    if (at === undefined) return dead('requestReceivedTimestamp: expected a time');
    const verb = textAt(record.verb);
    if (verb === undefined) return dead('verb: expected a non-empty string');
    const user = objectAt(record.user);
    const username = textAt(user?.username);
    if (record.user !== undefined && record.user !== null && user === undefined)
      return dead('user: expected an object');
    if (user === undefined || username === undefined || isNobody(username))
      return { status: 'skip', reason: 'a request without a user, or of system:anonymous, names nobody' };
    const status = objectAt(record.responseStatus);
    // A failure says so without a number too, and then names its reason.
    const code =
      numberAt(status?.code) || (status?.status === 'Failure' ? (CODES.get(status.reason) ?? 500) : undefined);
    const outcome = outcomeOf(record, code);
    const audit = textAt(record.auditID);
    const identity: Activity['identity'] = { id: username, kind: kindOf(username), provider: 'kubernetes' };
    const cluster = clusterOf(record, context);
    if (cluster !== undefined) identity.account = cluster;
    const activity: Activity = {
      id: audit === undefined ? `k8s:${context.hashOf(record)}` : `k8s:${audit}`,
      at,
      tenant: context.tenant,
      identity,
      ...whatOf(record, verb, context),
      source: {},
      outcome,
    };
    // First come the addresses that the client claims in X-Forwarded-For; the last is the peer itself.
    const ip = textAt(Array.isArray(record.sourceIPs) ? record.sourceIPs.at(-1) : record.sourceIPs);
    if (ip !== undefined) activity.source.ip = ip;
    const agent = textAt(record.userAgent);
    if (agent !== undefined) activity.source.userAgent = agent;
    const credential = credentialOf(user);
    if (credential !== undefined) activity.credential = credential;
    const pod = extra(user, 'authentication.kubernetes.io/pod-name');
    const session = pod === undefined ? extra(user, 'sessionName') : undefined;
    if (pod !== undefined) activity.actor = { id: pod, kind: 'pod' };
    else if (session !== undefined) activity.actor = { id: session, kind: 'session' };
    const chain = chainOf(record, user, context);
    if (chain !== undefined) activity.onBehalfOf = chain;
    const change = outcome === 'success' ? changeOf(record, verb, context) : undefined;
    if (change !== undefined) activity.change = change;
    const recipients = recipientsIn(record, verb);
    if (recipients !== undefined) activity.recipients = recipients;
    const groups = listAt(user.groups).filter((group): group is string => textAt(group) !== undefined);
    if (groups.length > 0) activity.scopes = groups;
    if (outcome !== 'success' && code !== undefined) activity.errorCode = textAt(status?.reason) ?? String(code);
    return { status: 'read', activities: [activity] };
  },
};
