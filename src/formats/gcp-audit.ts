/** Reads Google Cloud audit log entries. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  firstText,
  instantOf,
  isNobody,
  listAt,
  numberAt,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  respelled,
  stableSubject,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';
import { membersOf } from './gcp/members.ts';
import { workspaceAct } from './gcp/workspace.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A federated subject without what changes from run to run: `.../workloadIdentityPools/POOL/subject/repo:o/r:ref:...`. */
function subjectOf(text: string): string {
  const bare = /^(?:serviceAccount|user|group):(.+)$/.exec(text)?.[1] ?? text;
  const federated = /^(principal:\/\/.+\/subject\/)(.+)$/s.exec(bare);
  return federated === null ? bare : federated[1] + stableSubject(federated[2]!);
}

/**
 * Where a principal is at home: a service account's project by its address, a federated one's by its pool, a person's domain, and
 * for a name of Kubernetes the cluster. It is the same whatever project the act is in.
 */
function homeOf(id: string, labels: Fields | undefined): string | undefined {
  const pool = /^principal:\/\/iam\.googleapis\.com\/projects\/([^/]+)\//.exec(id)?.[1];
  if (pool !== undefined) return pool;
  const [name = '', domain = ''] = id.split('@');
  if (domain === '') {
    const cluster = textAt(labels?.cluster_name);
    const isInCluster = id.startsWith('system:') && cluster !== undefined;
    return isInCluster
      ? [textAt(labels?.project_id), textAt(labels?.location), cluster].filter((part) => part !== undefined).join('/')
      : undefined;
  }
  const own = /^([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/.exec(domain)?.[1];
  if (own !== undefined && !own.startsWith('gcp-sa-')) return own;
  if (domain === 'appspot.gserviceaccount.com') return name;
  if (domain.endsWith('gserviceaccount.com')) return /^(?:service-)?(\d+)(?:-|$)/.exec(name)?.[1] ?? domain;
  return domain;
}

function identityOf(info: Fields | undefined, labels: Fields | undefined): Activity['identity'] | undefined {
  const email = textAt(info?.principalEmail);
  const subject = textAt(info?.principalSubject);
  const id = email?.toLowerCase() ?? (subject === undefined ? undefined : subjectOf(subject));
  if (id === undefined || isNobody(id)) return undefined;
  let kind: Activity['identity']['kind'] = 'unknown';
  if (id.endsWith('gserviceaccount.com'))
    // Google's own agents are named service-NUMBER or live in domains of theirs; the default account of Compute Engine, in
    // the domain `developer`, is what a project's own machines run as.
    kind = /^service-\d+@|@(?:gcp-sa-[\w-]+|system|cloudservices|compute-system)\./.test(id)
      ? 'provider-service'
      : 'service-account';
  else if (id.startsWith('principal://')) kind = 'workload';
  // GKE writes the names of Kubernetes here.
  else if (id.startsWith('system:serviceaccount:')) kind = 'service-account';
  else if (id.startsWith('system:node:')) kind = 'workload';
  else if (id.startsWith('system:')) kind = 'provider-service';
  else if (id.includes('@')) kind = 'human';
  const identity: Activity['identity'] = { id, kind, provider: 'gcp' };
  if (email !== undefined && email !== id) identity.name = email;
  const home = homeOf(id, labels);
  if (home !== undefined) identity.account = home;
  return identity;
}

/** GKE: `io.k8s.GROUP.VERSION.RESOURCE[.SUBRESOURCE].VERB`, judged as the audit events of Kubernetes itself are. */
function accessInCluster(method: string): Access {
  const parts = method.split('.');
  const verb = parts.at(-1)!.toLowerCase();
  if (parts.some((part) => /^(?:exec|attach|portforward|proxy|ephemeralcontainers)$/.test(part))) return 'execute';
  if (/\.tokenreviews\.|\.serviceaccounts\.token\./.test(method)) return 'authenticate';
  if (/^(?:get|list|watch)$/.test(verb) || /accessreviews\./.test(method)) return 'read';
  if (/^io\.k8s\.(?:authorization\.rbac|rbac|certificates|admissionregistration|policy)\./.test(method))
    return /\.(?:eviction|poddisruptionbudgets)\./.test(method) ? 'write' : 'admin';
  return /^(?:create|update|patch|delete|deletecollection|post|put)$/.test(verb) ? 'write' : 'unknown';
}

/** `authenticate` for minting tokens; `admin` for policies, roles and keys; else by the last word of the method. */
function accessOf(method: string): Access {
  if (method.startsWith('io.k8s.')) return accessInCluster(method);
  const name = method.slice(method.lastIndexOf('.') + 1);
  if (/^(?:GenerateAccessToken|GenerateIdToken|SignBlob|SignJwt|ExchangeToken)$/i.test(name)) return 'authenticate';
  // Of versions of a secret: reading them is called access.
  const access = /^Access[A-Z]/.test(name) ? 'read' : accessOfName(name);
  if (access !== 'read' && method.startsWith('google.admin.AdminService.')) return 'admin';
  if (access === 'read' || /^testIamPermissions$/i.test(name)) return 'read';
  if (/^(?:(?:Stream|Server)?(?:Raw)?Predict|(?:Stream)?GenerateContent|(?:Direct|Explain)\w*)$/.test(name))
    return 'execute';
  return /IamPolic|setIamPermission|Role|ServiceAccount(?:Key)?$|ServiceAccountKey|Sink|OrgPolicy|AccessLevel|ServicePerimeter/i.test(
    method,
  )
    ? 'admin'
    : access;
}

/** A flag, which exports to BigQuery write as a text. */
const isFlag = (value: unknown, flag: boolean) => value === flag || value === String(flag);

/** The audit entry itself; a sink to BigQuery names it in another way. */
const payloadOf = (entry: Fields | undefined) =>
  objectIn(entry?.protoPayload ?? entry?.protopayload) ?? objectIn(entry?.protopayload_auditlog);

/** Names that columns of warehouses hold in small letters. */
const SPELLED = ['protoPayload', 'insertId', 'logName', 'receiveTimestamp'];
const asWritten = (entry: Fields): Fields =>
  entry.protoPayload === undefined && entry.protopayload !== undefined ? respelled(entry, SPELLED) : entry;

/**
 * gRPC status codes: 7 permission denied, 16 unauthenticated. Sign-ins to Google itself have no status: their method tells
 * how they ended.
 */
function outcomeOf(payload: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const event = /^google\.login\.LoginService\.(\w*[Ff]ail(?:ure|ed)\w*)$/.exec(textAt(payload.methodName) ?? '')?.[1];
  if (event !== undefined) return { outcome: 'denied', errorCode: event };
  const code = objectAt(payload.status)?.code;
  const number = numberAt(code) ?? 0;
  const refused = listAt(payload.authorizationInfo).some((info) => isFlag(objectAt(info)?.granted, false));
  if (number === 7 || number === 16) return { outcome: 'denied', errorCode: String(number) };
  if (number > 0) return { outcome: 'failed', errorCode: String(number) };
  return { outcome: refused ? 'denied' : 'success' };
}

function sourceOf(metadata: Fields | undefined): Activity['source'] {
  const source: Activity['source'] = {};
  // `private` and `gce-internal-ip` stand here for calls from inside Google's network: the reader makes them a workload.
  const ip = textAt(metadata?.callerIp) ?? textAt(metadata?.callerIP);
  if (ip !== undefined) source.ip = ip;
  const agent = textAt(metadata?.callerSuppliedUserAgent);
  if (agent !== undefined) source.userAgent = agent;
  return source;
}

/** A service account by its address, as it is known everywhere else, where the entry tells that beside its number or its project. */
function accountNamed(record: Fields, name: string | undefined): string | undefined {
  const email = textAt(objectAt(objectAt(record.resource)?.labels)?.email_id);
  if (email === undefined || name === undefined) return name;
  // An account that is made is asked of its project.
  if (/^projects\/[^/]+$/.test(name)) return `${name}/serviceAccounts/${email}`;
  return name.replace(/(\/serviceAccounts\/)\d+(?=$|\/)/, (_, path: string) => path + email);
}

/** The resource that access was checked for: some services leave `resourceName` out. */
const askedFor = (payload: Fields) =>
  listAt(payload.authorizationInfo)
    .map((info) => textAt(objectAt(info)?.resource))
    .find((resource) => resource !== undefined);

/** What the labels of the monitored resource call the thing, where nothing else of the entry does. */
function labelled(entry: Fields): string | undefined {
  const labels = objectAt(objectAt(entry.resource)?.labels) ?? {};
  const name = Object.keys(labels).find(
    (key) => !/^(?:project_id|location|zone|region|service|method|version)$/.test(key),
  );
  return name === undefined ? undefined : textAt(labels[name]);
}

/** Who lent the identity, nearest first: Google lists the first link first. */
function chainOf(info: Fields | undefined): Activity['onBehalfOf'] {
  const chain = listAt(info?.serviceAccountDelegationInfo).flatMap((item) => {
    const link = objectAt(item);
    const id = textAt(objectAt(link?.firstPartyPrincipal)?.principalEmail) ?? textAt(link?.principalSubject);
    return id === undefined ? [] : [{ id, kind: id.includes('gserviceaccount.com') ? 'service-account' : 'principal' }];
  });
  return chain.length === 0 ? undefined : chain.reverse();
}

/** What a method of IAM makes and for whom: a key, an account, or the rights that a change of policy adds; of several members the first. */
function changeOf(method: string, payload: Fields, context: ReadContext): Activity['change'] {
  const response = objectAt(payload.response);
  const scrubbed = (text: unknown) => context.scrub(textAt(text) ?? '');
  if (method.endsWith('CreateServiceAccountKey')) {
    const [, account = '', key = ''] = /serviceAccounts\/([^/]+)\/keys\/([^/]+)$/.exec(scrubbed(response?.name)) ?? [];
    return key === '' ? undefined : { kind: 'credential', identity: account, credential: key };
  }
  if (method.endsWith('CreateServiceAccount')) {
    const email = scrubbed(response?.email);
    return email === '' ? undefined : { kind: 'identity', identity: email };
  }
  if (!/SetIamPolicy$/i.test(method)) return undefined;
  const data = objectAt(payload.serviceData) ?? objectAt(payload.metadata);
  const added = listAt(objectAt(data?.policyDelta)?.bindingDeltas)
    .map((item) => objectAt(item))
    .filter((delta) => delta?.action === 'ADD');
  const member = scrubbed(added[0]?.member);
  const identity = member.slice(member.indexOf(':') + 1);
  if (identity === '') return undefined;
  const rights = added.filter((delta) => delta?.member === added[0]?.member).map((delta) => scrubbed(delta?.role));
  return { kind: 'right', identity, rights: rights.filter((right) => right !== '') };
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** An entry of Cloud Logging that is no audit entry: what programs print, and what the platform tells of itself. */
const isOther = (entry: Fields | undefined) =>
  entry !== undefined &&
  typeof entry.logName === 'string' &&
  /^(?:projects|organizations|folders|billingAccounts)\/[^/]+\/logs\//.test(entry.logName) &&
  (entry.textPayload !== undefined || entry.jsonPayload !== undefined);

export const format: Format = {
  id: 'gcp-audit',
  about: {
    title: 'Google Cloud audit',
    source:
      'Cloud Audit Logs entries with a protoPayload, as a log sink writes them to Pub/Sub, Cloud Storage or BigQuery; other entries are skipped.',
  },
  recognises(raw) {
    const payload = payloadOf(objectAt(raw));
    if (payload === undefined) return isOther(objectAt(raw));
    return (
      (typeof payload.methodName === 'string' || typeof payload.serviceName === 'string') &&
      // What was asked of a database is its server's to tell: a role of PostgreSQL did it.
      !/\.PgAuditEntry$/.test(textAt(objectAt(payload.request)?.['@type']) ?? '')
    );
  },
  read(raw, context) {
    const whole = objectAt(raw);
    // Warehouses keep objects as JSON in a text.
    const entry = whole && unpackedIn(asWritten(whole), ['protoPayload', 'resource', 'operation']);
    const payload = payloadOf(entry);
    if (payload === undefined && isOther(entry))
      return { status: 'skip', reason: 'an entry of Cloud Logging without a protoPayload: no audit entry' };
    if (entry === undefined || payload === undefined) return dead('protoPayload: expected an object');
    const at = instantOf(firstText(entry.timestamp, entry.receiveTimestamp), true);
    if (at === undefined) return dead('timestamp: expected a time');
    const method = textAt(payload.methodName);
    const service = textAt(payload.serviceName);
    if (method === undefined) return dead('protoPayload.methodName: expected a non-empty string');
    if (service === undefined) return dead('protoPayload.serviceName: expected a non-empty string');
    const operation = objectAt(entry.operation);
    if (operation?.last === true && operation.first !== true)
      return { status: 'skip', reason: 'the end of a long operation: it was read when it began' };
    const info = objectAt(payload.authenticationInfo);
    const labels = objectAt(objectAt(entry.resource)?.labels);
    const identity = identityOf(
      info === undefined
        ? undefined
        : {
            principalEmail: context.scrub(textAt(info.principalEmail) ?? ''),
            principalSubject: context.scrub(textAt(info.principalSubject) ?? ''),
          },
      labels,
    );
    // Denied strangers, anonymous readers and Google's own warnings leave the caller out.
    if (identity === undefined) return { status: 'skip', reason: 'protoPayload.authenticationInfo names nobody' };
    const project = textAt(labels?.project_id);
    const insertId = textAt(entry.insertId);
    const log = context.scrub(textAt(entry.logName) ?? '');
    const activity: Activity = {
      id:
        insertId === undefined
          ? `gcp:${context.hashOf(entry)}`
          : `gcp:${project ?? log.split('/')[1] ?? ''}:${insertId}`,
      at,
      tenant: context.tenant,
      identity,
      action: { name: method, service: service.replace(/\.googleapis\.com$/, ''), access: accessOf(method) },
      source: sourceOf(objectAt(payload.requestMetadata)),
      ...outcomeOf(payload),
    };
    const key = context.scrub(textAt(info?.serviceAccountKeyName) ?? '');
    if (key !== '')
      activity.credential = { id: key.slice(key.lastIndexOf('/') + 1), kind: 'signing-key', longLived: true };
    const chain = chainOf(info);
    if (chain !== undefined) activity.onBehalfOf = chain;
    const change = activity.outcome === 'success' ? changeOf(method, payload, context) : undefined;
    if (change !== undefined) activity.change = change;
    const recipients = membersOf(method, payload, { project, caller: identity.id });
    if (recipients !== undefined) activity.recipients = recipients;
    const resource = accountNamed(entry, textAt(payload.resourceName)) ?? askedFor(payload) ?? labelled(entry);
    const type = textAt(objectAt(entry.resource)?.type);
    if (resource !== undefined) {
      activity.resource = type === undefined ? { id: resource } : { id: resource, type };
      // Only where the home is a project by its name too: a number, a domain or a cluster is not to be compared with it.
      const isComparable = /@(?:[^@]+\.iam|appspot)\.gserviceaccount\.com$/.test(identity.id);
      if (project !== undefined && isComparable && identity.kind === 'service-account')
        activity.resource.account = project;
    }
    Object.assign(activity, workspaceAct(payload, identity.id));
    const scopes = listAt(payload.authorizationInfo).flatMap((item) => {
      const permission = objectAt(item);
      const name = isFlag(permission?.granted, true) ? textAt(permission?.permission) : undefined;
      return name === undefined ? [] : [name];
    });
    if (scopes.length > 0) activity.scopes = [...new Set(scopes)];
    return { status: 'read', activities: [activity] };
  },
};
