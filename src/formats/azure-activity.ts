/** Reads the Azure Monitor activity log: what was done to resources through Azure Resource Manager. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  EVERYBODY,
  type Format,
  firstText,
  instantOfMicrosoft,
  isNobody,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  recipientsOf,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;
type Who = Pick<Activity, 'identity' | 'actor'>;

/** Read as acts; exports of before 2019 say the last word of the operation instead of `Administrative`. */
const ACTS = new Set(['administrative', 'write', 'delete', 'action']);
const TELLS_NO_ACT: ReadonlyMap<string, string> = new Map([
  ['policy', 'an effect of Azure Policy: the act it was applied to is a record of its own'],
  ...['servicehealth', 'resourcehealth', 'alert', 'autoscale', 'recommendation', 'security'].map(
    (category) => [category, `category ${category}: news of the platform, not an act`] as const,
  ),
]);

/** A text, or the `value` of `{value, localizedValue}`, as the REST API spells the same fields. */
function wordAt(value: unknown): string | undefined {
  return textAt(value) ?? textAt(objectAt(value)?.value);
}

/** An object id with dashes and in lower case: role evidence leaves the dashes out. */
function guid(text: string): string {
  const id = text.toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) ? id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : id;
}

/** A claim by its short name or by the URI that older tokens spell out. */
function claim(claims: Fields, short: string, uri: string): string | undefined {
  return textAt(claims[short]) ?? textAt(claims[uri]);
}

const claimsOf = (record: Fields): Fields =>
  objectIn(objectAt(record.identity)?.claims) ?? objectAt(record.claims) ?? {};

/**
 * A service principal is known by its object id, as in sign-ins and Graph; only where the log leaves that out by its app id.
 * A person is the identity of what they do through an app: the app is the portal's or the command line's, which all share.
 */
function whoOf(record: Fields, context: ReadContext): Who | undefined {
  const inside = objectAt(record.identity);
  const claims = claimsOf(record);
  const evidence = objectAt(objectAt(inside?.authorization ?? record.authorization)?.evidence);
  // The evidence names whom the role was given to: of a group that is not who acted.
  const isAlone = evidence?.principalType === 'User' || evidence?.principalType === 'ServicePrincipal';
  const caller = textAt(record.caller);
  const uri = 'http://schemas.microsoft.com/identity/claims/';
  const object = claim(claims, 'oid', `${uri}objectidentifier`) ?? (isAlone ? textAt(evidence.principalId) : undefined);
  const app = textAt(claims.appid) ?? textAt(claims.azp);
  const upn =
    claim(claims, 'upn', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn') ??
    claim(claims, 'email', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress') ??
    (caller?.includes('@') ? caller : undefined) ??
    textAt(claims.name);
  const isPerson =
    claims.idtyp === 'user' ||
    evidence?.principalType === 'User' ||
    (claims.idtyp !== 'app' && (upn !== undefined || claim(claims, 'scp', `${uri}scope`) !== undefined));
  const id = object ?? (isPerson ? upn : (app ?? caller));
  if (id === undefined || isNobody(id)) return undefined;
  const identity: Activity['identity'] = {
    id: guid(context.scrub(id)),
    kind: isPerson ? 'human' : 'service-account',
    provider: 'azure',
  };
  // A managed identity is an Azure resource: its name is the last part.
  const managed = context.scrub(textAt(claims.xms_mirid) ?? '');
  const name = isPerson ? upn : textAt(managed.slice(managed.lastIndexOf('/') + 1));
  if (name !== undefined) identity.name = name;
  const tenant = claim(claims, 'tid', `${uri}tenantid`) ?? textAt(record.tenantId);
  if (tenant !== undefined) identity.account = tenant;
  const token = textAt(claims.uti);
  if (isPerson)
    return app === undefined ? { identity } : { identity, actor: { id: guid(context.scrub(app)), kind: 'app' } };
  return token === undefined ? { identity } : { identity, actor: { id: token, kind: 'session' } };
}

/** Providers and resource types that say who may do what, or what is recorded of it. */
const GOVERNS =
  /^microsoft\.(?:authorization|managedidentity)\/|\/(?:accesspolicies|diagnosticsettings|rbac\.authorization\.k8s\.io)\//;

/**
 * By the last word, as Azure names every operation: `{provider}/{type}/{read|write|delete|action}`. `admin` where it governs
 * rights or records. An `action` is a POST that does something of its own, from `restart` to handing out keys (`listKeys`):
 * `execute`, also where its name sounds like reading, for a reader's role does not permit it.
 */
function accessOf(operation: string): Access {
  const last = operation.slice(operation.lastIndexOf('/') + 1);
  if (last === 'read') return 'read';
  if (GOVERNS.test(operation)) return 'admin';
  if (last === 'write' || last === 'delete') return 'write';
  return last === 'action' ? 'execute' : 'unknown';
}

const BEGUN = /^(?:start(?:ed)?|accept(?:ed)?|in ?progress|running)$/i;
const DENIED = /forbidden|unauthori[sz]ed|authorizationfailed|disallowed|denied|\b40[13]\b/i;

function outcomeOf(record: Fields, status: string | undefined): Pick<Activity, 'outcome' | 'errorCode'> {
  if (status === undefined || !/^(?:fail|cancel)/i.test(status)) return { outcome: 'success' };
  const signature = textAt(record.resultSignature)?.replace(/^Failed\./, '');
  const errorCode = signature ?? wordAt(record.subStatus) ?? textAt(objectAt(record.properties)?.statusCode) ?? status;
  return { outcome: DENIED.test(errorCode) ? 'denied' : 'failed', errorCode };
}

/** The subscription of an Azure resource. */
const subscriptionOf = (id: string | undefined) => /^\/subscriptions\/([^/]+)/i.exec(id ?? '')?.[1]?.toLowerCase();

/**
 * Names of resources are the same whatever their case; the type is the operation without what is done. A managed identity is told with
 * its tenant, though it stands in a subscription, its `home`: what is there is not of another account.
 */
function resourceOf(id: string, operation: string, home: string | undefined): Activity['resource'] {
  const resource: NonNullable<Activity['resource']> = { id: id.toLowerCase() };
  const type = operation
    .split('/')
    .slice(0, operation.endsWith('/action') ? -2 : -1)
    .join('/');
  if (type !== '') resource.type = type;
  const subscription = subscriptionOf(resource.id);
  if (subscription !== undefined && subscription !== home) resource.account = subscription;
  return resource;
}

/** The body of a request, which the log holds as JSON in a text. */
const bodyOf = (record: Fields) => {
  const properties = objectAt(record.properties);
  return objectIn(properties?.requestbody) ?? objectIn(properties?.requestBody) ?? objectIn(properties?.responseBody);
};

/** A field of it, spelled with a small or a great first letter by clients of one kind and another. */
const field = (body: Fields | undefined, name: string) =>
  body?.[name] ?? body?.[name[0]!.toUpperCase() + name.slice(1)];

/** Whom a role is assigned, or that a container is opened to whoever knows its address. */
function recipientsIn(record: Fields, operation: string): Activity['recipients'] {
  const isAssignment = operation.endsWith('/roleassignments/write');
  if (!isAssignment && !operation.endsWith('/blobservices/containers/write')) return undefined;
  const inside = objectAt(field(bodyOf(record), 'properties'));
  if (!isAssignment)
    return /^(?:blob|container)$/i.test(textAt(field(inside, 'publicAccess')) ?? '')
      ? recipientsOf([EVERYBODY])
      : undefined;
  const id = textAt(field(inside, 'principalId'));
  // Guests of the directory are users of it too.
  const kind = textAt(field(inside, 'principalType')) === 'ForeignGroup' ? 'outside' : 'unknown';
  return recipientsOf([{ id: id === undefined ? undefined : guid(id), kind }]);
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** Objects that some exports write as JSON in a text. */
const PACKED = ['identity', 'claims', 'authorization', 'properties', 'httpRequest', 'status', 'subStatus'];

export const format: Format = {
  id: 'azure-activity',
  about: {
    title: 'Azure Monitor activity log',
    source:
      'Records of the activity log as a diagnostic setting streams them to Event Hubs or storage ({"records": [...]}), or as the REST API and `az monitor activity-log list` give them.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    const category = wordAt(record.category);
    // Logs of single resources travel in the same envelope, and have formats of their own.
    return (
      category !== undefined &&
      (ACTS.has(category.toLowerCase()) || TELLS_NO_ACT.has(category.toLowerCase())) &&
      wordAt(record.operationName) !== undefined &&
      /^\/(?:subscriptions|providers)\//i.test(textAt(record.resourceId) ?? '') &&
      (typeof record.time === 'string' || typeof record.eventTimestamp === 'string')
    );
  },
  split(raw) {
    const page = objectAt(raw);
    // A page of the REST API, told from those of other APIs of Microsoft by what is in it.
    return Array.isArray(page?.value) && textAt(objectAt(page.value[0])?.eventDataId) !== undefined
      ? page.value
      : undefined;
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = unpackedIn(told, PACKED);
    const category = context.scrub(wordAt(record.category) ?? '').toLowerCase();
    if (category === '' && typeof record.auditID === 'string')
      return { status: 'skip', reason: 'an audit event of a cluster: read it as kubernetes-audit or auto' };
    if (category === '') return dead('category: expected a non-empty string');
    if (category.startsWith('kube-audit'))
      return { status: 'skip', reason: 'an audit event of a cluster: read it as kubernetes-audit or auto' };
    const noAct = TELLS_NO_ACT.get(category);
    if (noAct !== undefined) return { status: 'skip', reason: noAct };
    if (!ACTS.has(category))
      return {
        status: 'skip',
        reason: 'a log of one resource, not the activity log: its category is not Administrative',
      };
    const at = instantOfMicrosoft(record.time ?? record.eventTimestamp);
    if (at === undefined) return dead('time: expected a time');
    const operation = context.scrub(wordAt(record.operationName) ?? '').toLowerCase();
    if (operation === '') return dead('operationName: expected a non-empty string');
    const status = wordAt(record.resultType) ?? wordAt(record.status);
    if (status !== undefined && BEGUN.test(status))
      return { status: 'skip', reason: 'the beginning of an operation: it is read when it has ended' };
    const who = whoOf(record, context);
    if (who === undefined)
      return {
        status: 'skip',
        reason:
          record.identity === undefined && record.callerIpAddress === undefined && record.httpRequest === undefined
            ? 'an operation of the platform itself: the record has no caller'
            : 'identity names nobody',
      };
    const event = textAt(record.eventDataId) ?? textAt(objectAt(record.properties)?.eventDataId);
    const activity: Activity = {
      id: `azure:${event ?? context.hashOf(record)}`,
      at,
      tenant: context.tenant,
      ...who,
      action: { name: operation, service: operation.split('/')[0]!, access: accessOf(operation) },
      source: {},
      ...outcomeOf(record, status),
    };
    const ip = firstText(
      record.callerIpAddress,
      objectAt(record.httpRequest)?.clientIpAddress,
      // The address for which the caller's token was given out, where nothing nearer to the call is told.
      objectAt(record.claims)?.ipaddr,
    );
    if (ip !== undefined) activity.source.ip = ip;
    const authorization = objectAt(objectAt(record.identity)?.authorization) ?? objectAt(record.authorization);
    const target = context.scrub(textAt(record.resourceId) ?? textAt(authorization?.scope) ?? '');
    if (target !== '')
      activity.resource = resourceOf(target, operation, subscriptionOf(textAt(claimsOf(record).xms_mirid)));
    const recipients = recipientsIn(record, operation);
    if (recipients !== undefined) activity.recipients = recipients;
    const role = textAt(objectAt(authorization?.evidence)?.role) ?? textAt(authorization?.role);
    if (role !== undefined) activity.scopes = [role];
    return { status: 'read', activities: [activity] };
  },
};
