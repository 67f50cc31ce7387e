/** Reads activity logs of Microsoft Graph and of Azure AD Graph, which came before it: one request of an app is one activity. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  firstText,
  instantOfMicrosoft,
  isNobody,
  objectAt,
  type Reading,
  textAt,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

const CATEGORY = 'MicrosoftGraphActivityLogs';
/** Of the interface that tools of attackers still ask: its paths begin with the tenant. */
const OLD_CATEGORY = 'AzureADGraphActivityLogs';

/** True for a request to Azure AD Graph, from a diagnostic setting or from its table. */
const isOld = (record: Fields) =>
  firstText(record.category, record.Category) === OLD_CATEGORY || record.Type === 'AADGraphActivityLogs';

/** The path without the tenant: `/v2/TENANT/users`, `/myorganization/users`. */
const withoutTenant = (path: string) => path.replace(/^(?:\/v\d+)?\/[^/]+(?=\/)/i, '');

/** A field by its name; Log Analytics begins the same names with a capital. */
function at(fields: Fields, name: string): unknown {
  return fields[name] ?? fields[name[0]!.toUpperCase() + name.slice(1)];
}

function text(fields: Fields, name: string): string | undefined {
  return textAt(at(fields, name));
}

/** Ids of zeros are nobody's. */
const someone = (id: string | undefined) => (id === undefined || isNobody(id) ? undefined : id);

function number(fields: Fields, name: string): number | undefined {
  const value = at(fields, name);
  const parsed = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof parsed === 'number' && parsed >= 0 && parsed < Number.POSITIVE_INFINITY ? parsed : undefined;
}

/** The path of a request without host, version, query and double slashes: a query holds free text. */
function pathOf(uri: string): string {
  const path = uri.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/)[0]!;
  return `/${path
    .split('/')
    .filter((part) => part !== '')
    .join('/')
    .replace(/^(?:v1\.0|beta)(?=\/|$)/i, '')
    .replace(/^\//, '')}`;
}

/**
 * The path with every id replaced, so that reading a thousand mailboxes is one kind of act. Names of the API are letters, now
 * and then with one digit (`oauth2PermissionGrants`); all else is somebody's id. What follows `root:` is a path of files.
 */
function templateOf(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/').slice(1)) {
    if (part.toLowerCase().startsWith('root:')) return `/${[...parts, 'root:', '{path}'].join('/')}`;
    const name = part.replace(/\(.*\)?$/s, '');
    const isName = /^\$?[A-Za-z][A-Za-z.]{0,63}$/.test(name) || /^[a-z]{2,}\d[A-Za-z]*$/.test(name);
    parts.push(isName ? (name.length < part.length ? `${name}({id})` : name) : '{id}');
  }
  return `/${parts.join('/')}`;
}

/** Collections and actions by which rights, credentials, memberships and sign-in are governed. */
const GOVERNS =
  /^\/(?:roleManagement|directoryRoles|policies|identity|domains|applications|servicePrincipals|oauth2PermissionGrants)(?:[/(]|$)|\/(?:appRoleAssignments|appRoleAssignedTo|addPassword|addKey|federatedIdentityCredentials|authentication|members|owners)(?:[/(]|$)/i;

/** By the HTTP method: GET and HEAD read. A POST may be a query that does not fit a URL, which its last word says. */
function accessOf(method: string, template: string): Access {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read';
  if (template === '/$batch') return 'unknown';
  const last = template.slice(template.lastIndexOf('/') + 1);
  if (method === 'POST' && accessOfName(last.replace(/^.*\./, '')) === 'read') return 'read';
  return GOVERNS.test(template) ? 'admin' : 'write';
}

function outcomeOf(status: number | undefined): Pick<Activity, 'outcome' | 'errorCode'> {
  if (status === undefined || status < 400) return { outcome: 'success' };
  return { outcome: status === 401 || status === 403 ? 'denied' : 'failed', errorCode: String(status) };
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

export const format: Format = {
  id: 'microsoft-graph-activity',
  about: {
    title: 'Microsoft Graph activity',
    source:
      'MicrosoftGraphActivityLogs and AzureADGraphActivityLogs from a diagnostic setting ({"records": [...]} in Event Hubs, lines in storage) or from the Log Analytics tables of them.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    if (record.category === CATEGORY || record.category === OLD_CATEGORY)
      return objectAt(record.properties) !== undefined;
    return (
      typeof record.RequestUri === 'string' && typeof record.RequestMethod === 'string' && record.AppId !== undefined
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const request = objectAt(record.properties) ?? record;
    const when = instantOfMicrosoft(at(request, 'timeGenerated') ?? record.time);
    if (when === undefined) return dead('timeGenerated: expected a time');
    const uri = text(request, 'requestUri');
    const method = context.scrub(text(request, 'requestMethod') ?? text(request, 'httpMethod') ?? '').toUpperCase();
    if (uri === undefined) return dead('requestUri: expected a non-empty string');
    if (method === '') return dead('requestMethod: expected a non-empty string');
    const principal = someone(text(request, 'servicePrincipalId'));
    const id = principal ?? someone(text(request, 'appId'));
    if (id === undefined) return { status: 'skip', reason: 'servicePrincipalId and appId name nobody' };
    const isOldApi = isOld(record);
    const path = isOldApi ? withoutTenant(pathOf(context.scrub(uri))) : pathOf(context.scrub(uri));
    const template = templateOf(path);
    // With the rights of a person the log names the app and the person, but not the service principal.
    const identity: Activity['identity'] = {
      id: context.scrub(id).toLowerCase(),
      kind: principal === undefined ? 'oauth-app' : 'service-account',
      provider: 'azure',
    };
    const tenant = firstText(record.tenantId, record.AadTenantId, record.AADTenantId);
    if (tenant !== undefined) identity.account = tenant;
    const event = text(request, 'requestId');
    const activity: Activity = {
      id: `graph:${event ?? context.hashOf(record)}`,
      at: when,
      tenant: context.tenant,
      identity,
      action: {
        name: `${method} ${template}`,
        service: isOldApi ? 'aad-graph' : 'graph',
        access: accessOf(method, template),
      },
      resource: { id: path, type: template.split('/')[1]!.replace(/\(.*$/, '') || 'root' },
      source: {},
      ...outcomeOf(
        number(request, 'responseStatusCode') ?? number(request, 'httpStatusCode') ?? number(record, 'resultSignature'),
      ),
    };
    const ip =
      text(request, 'ipAddress') ??
      text(request, 'iPAddress') ??
      text(request, 'callerIpAddress') ??
      textAt(record.callerIpAddress);
    if (ip !== undefined) activity.source.ip = ip;
    const agent = text(request, 'userAgent');
    if (agent !== undefined) activity.source.userAgent = agent;
    const signIn = text(request, 'signInActivityId');
    if (signIn !== undefined) activity.actor = { id: signIn, kind: 'session' };
    const person = someone(text(request, 'userId'));
    if (person !== undefined && person !== principal)
      activity.onBehalfOf = [{ id: context.scrub(person).toLowerCase(), kind: 'human' }];
    const scopes = context
      .scrub(`${text(request, 'roles') ?? ''} ${text(request, 'scopes') ?? ''}`)
      .split(/[\s,]+/)
      .filter((scope) => scope !== '');
    if (scopes.length > 0) activity.scopes = [...new Set(scopes)];
    const bytes = number(request, 'responseSizeBytes');
    if (bytes !== undefined && bytes > 0) activity.amount = { bytes };
    return { status: 'read', activities: [activity] };
  },
};
