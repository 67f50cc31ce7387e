/** Reads Microsoft Entra sign-ins of service principals, managed identities and agents; those of people are skipped. */
import type { Activity } from '../../schemas/activity.ts';
import { type Format, instantOfMicrosoft, isNobody, objectAt, type Reading, textAt } from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

const MACHINES = new Set([
  'ServicePrincipalSignInLogs',
  'ManagedIdentitySignInLogs',
  'MicrosoftServicePrincipalSignInLogs',
]);
const PEOPLE = new Set(['SignInLogs', 'NonInteractiveUserSignInLogs', 'ADFSSignInLogs']);
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The first of the names that holds a text; Log Analytics begins the same names with a capital. Ids of zeros are nobody's. */
function field(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textAt(fields[name]) ?? textAt(fields[name[0]!.toUpperCase() + name.slice(1)]);
    if (text !== undefined && text !== NOBODY) return text;
  }
  return undefined;
}

/** An object, also where an exporter wrote it as JSON in a text. */
function inside(value: unknown): Fields | undefined {
  if (typeof value !== 'string' || !value.startsWith('{')) return objectAt(value);
  try {
    return objectAt(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** The category of a diagnostic setting: of the envelope, of the table in Log Analytics, or told by the REST API's event types. */
function categoryOf(record: Fields): string | undefined {
  const named = textAt(record.category) ?? textAt(record.Type) ?? textAt(record.Category);
  const category = named?.replace(/^AAD(?=[A-Z])/, '').replace(/^SigninLogs$/, 'SignInLogs');
  if (category !== undefined && (MACHINES.has(category) || PEOPLE.has(category))) return category;
  if (typeof record.createdDateTime !== 'string') return undefined;
  // Version 1.0 of the API has no event types: it lists the sign-ins of people only.
  if (record.signInEventTypes === undefined)
    return typeof record.userPrincipalName === 'string' && typeof record.appId === 'string' && 'status' in record
      ? 'SignInLogs'
      : undefined;
  if (!Array.isArray(record.signInEventTypes)) return undefined;
  if (record.signInEventTypes.includes('managedIdentity')) return 'ManagedIdentitySignInLogs';
  return record.signInEventTypes.includes('servicePrincipal') ? 'ServicePrincipalSignInLogs' : 'SignInLogs';
}

/** Another log of the tenant in the same event hub: of risks, provisioning. Audits and requests to Graph have formats of their own. */
function isOtherLog(record: Fields): boolean {
  const category = textAt(record.category);
  return (
    category !== undefined &&
    category !== 'MicrosoftGraphActivityLogs' &&
    category !== 'AzureADGraphActivityLogs' &&
    category !== 'AuditLogs' &&
    objectAt(record.properties)?.initiatedBy === undefined &&
    /\/providers\/microsoft\.aadiam$/i.test(textAt(record.resourceId) ?? '')
  );
}

function credentialOf(signIn: Fields, category: string): Activity['credential'] {
  const type = field(signIn, 'clientCredentialType') ?? '';
  const federated = field(signIn, 'federatedCredentialId');
  if (federated !== undefined) return { id: federated, kind: 'jwt' };
  const thumbprint = field(signIn, 'servicePrincipalCredentialThumbprint');
  const id = field(signIn, 'servicePrincipalCredentialKeyId') ?? thumbprint;
  if (id === undefined) return undefined;
  // The platform renews a managed identity's certificate by itself; what an owner put there lives until they change it.
  if (category === 'ManagedIdentitySignInLogs') return { id, kind: 'x509' };
  if (type === 'clientSecret') return { id, kind: 'password', longLived: true };
  const isKey = /^(?:certificate|clientAssertion)$/i.test(type) || thumbprint !== undefined;
  return isKey ? { id, kind: 'x509', longLived: true } : { id, kind: 'other' };
}

function sourceOf(record: Fields, signIn: Fields): Activity['source'] {
  const source: Activity['source'] = {};
  const ip = field(signIn, 'ipAddress', 'IPAddress') ?? field(record, 'callerIpAddress', 'calleripaddress');
  if (ip !== undefined) source.ip = ip;
  const asn = Number(signIn.autonomousSystemNumber ?? signIn.AutonomousSystemNumber ?? 0);
  if (Number.isInteger(asn) && asn > 0 && asn <= 4_294_967_295) source.asn = asn;
  const place = inside(signIn.location) ?? inside(signIn.LocationDetails);
  const country = textAt(place?.countryOrRegion);
  if (country !== undefined) source.country = country;
  const region = textAt(place?.state);
  if (region !== undefined) source.region = region;
  const agent = field(signIn, 'userAgent');
  if (agent !== undefined) source.userAgent = agent;
  return source;
}

/** The service itself had no answer: nobody was refused. */
const UNAVAILABLE = new Set(['50000', '90012', '90033', '90036']);

/** The first of the values that is a code, as a number or as text. */
const codeIn = (...values: readonly unknown[]): string | undefined =>
  values.flatMap((value) => (typeof value === 'number' ? String(value) : (textAt(value) ?? [])))[0];

/** 0 is a token given. Any other code is a request refused, but for those that say that the service could not answer. */
function outcomeOf(record: Fields, signIn: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const status = inside(signIn.status) ?? inside(signIn.Status);
  const code = codeIn(status?.errorCode, record.resultType, record.resulttype, record.ResultType) ?? '0';
  if (code === '0' || code === '' || /^success/i.test(code)) return { outcome: 'success' };
  return { outcome: UNAVAILABLE.has(code) ? 'failed' : 'denied', errorCode: code };
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

export const format: Format = {
  id: 'entra-signin',
  about: {
    title: 'Microsoft Entra sign-ins of machines',
    source:
      'ServicePrincipalSignInLogs and ManagedIdentitySignInLogs from a diagnostic setting ({"records": [...]}), the AAD...SignInLogs tables of Log Analytics, or /auditLogs/signIns of Microsoft Graph. Sign-ins of people are skipped.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    if (categoryOf(record) === undefined) return isOtherLog(record);
    return objectAt(record.properties) !== undefined || field(record, 'createdDateTime', 'timeGenerated') !== undefined;
  },
  split(raw) {
    const page = objectAt(raw);
    return textAt(page?.['@odata.context'])?.includes('auditLogs/signIns') && Array.isArray(page?.value)
      ? page.value
      : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const category = categoryOf(record);
    if (category === undefined && isOtherLog(record))
      return { status: 'skip', reason: 'a log of Entra other than its sign-ins' };
    if (category === undefined)
      return dead('category: expected a category of sign-ins, such as ServicePrincipalSignInLogs');
    if (PEOPLE.has(category)) return { status: 'skip', reason: 'the sign-in of a person' };
    const signIn = objectAt(record.properties) ?? record;
    const at = instantOfMicrosoft(field(signIn, 'createdDateTime') ?? field(record, 'time', 'timeGenerated'));
    if (at === undefined) return dead('createdDateTime: expected a time');
    const app = field(signIn, 'appId');
    const id = field(signIn, 'servicePrincipalId') ?? app;
    if (id === undefined || isNobody(id)) return { status: 'skip', reason: 'servicePrincipalId names nobody' };
    const agent = inside(signIn.agent) ?? inside(signIn.Agent);
    const isAgent = /^agentic/i.test(textAt(agent?.agentType) ?? '');
    const isPlatform = category === 'MicrosoftServicePrincipalSignInLogs';
    const identity: Activity['identity'] = {
      id: context.scrub(id).toLowerCase(),
      kind: isAgent ? 'agent' : isPlatform ? 'provider-service' : 'service-account',
      provider: 'azure',
    };
    const name = field(signIn, 'servicePrincipalName', 'appDisplayName');
    if (name !== undefined) identity.name = name;
    // In Log Analytics `TenantId` is the workspace.
    const tenant =
      textAt(record.tenantId) ??
      textAt(record.tenantid) ??
      textAt(record.AADTenantId) ??
      /^\/tenants\/([^/]+)/i.exec(textAt(record.resourceId) ?? '')?.[1]?.toLowerCase();
    if (tenant !== undefined) identity.account = tenant;
    const event = field(signIn, 'id');
    const activity: Activity = {
      id: `entra:${event ?? context.hashOf(record)}`,
      at,
      tenant: context.tenant,
      identity,
      action: { name: 'sign-in', service: 'entra', access: 'authenticate' },
      source: sourceOf(record, signIn),
      ...outcomeOf(record, signIn),
    };
    const credential = credentialOf(signIn, category);
    if (credential !== undefined) activity.credential = credential;
    const token = field(signIn, 'uniqueTokenIdentifier');
    if (token !== undefined) activity.actor = { id: token, kind: 'session' };
    const chain: NonNullable<Activity['onBehalfOf']> = [];
    const parent = isAgent ? textAt(agent?.parentAppId) : undefined;
    if (parent !== undefined) chain.push({ id: context.scrub(parent).toLowerCase(), kind: 'agent-blueprint' });
    const owner = field(signIn, 'appOwnerTenantId');
    if (owner !== undefined && owner !== tenant && !isPlatform) chain.push({ id: owner, kind: 'app-owner-tenant' });
    if (chain.length > 0) activity.onBehalfOf = chain;
    const resource =
      field(signIn, 'resourceIdentity') ?? (signIn === record && record.Type ? undefined : field(signIn, 'resourceId'));
    if (resource !== undefined) activity.resource = { id: context.scrub(resource).toLowerCase(), type: 'app' };
    return { status: 'read', activities: [activity] };
  },
};
