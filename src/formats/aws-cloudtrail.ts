/** Reads AWS CloudTrail events: who is the role or user behind the session, never the session or the key. */
import type { Access, Activity } from '../../schemas/activity.ts';
import { targetOf } from '../aws-targets/target-of.ts';
import {
  accessOfName,
  type Format,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  respelled,
  stableSubject,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';
import { callerOf, endOf, invokedFor, isByToken, toolCallOf } from './aws/agentcore.ts';
import { changeIn } from './aws/change-in.ts';
import { keptAs } from './aws/kept-as.ts';
import { openedTo } from './aws/opened-to.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An account's number, which exports that take it for one leave the zeros out of. */
const accountAt = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value).padStart(12, '0') : textAt(value);
type Identity = Activity['identity'];

/** Booleans arrive as such or, from some exporters, as text. */
function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textAt(value)?.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** IAM names are unique whatever their case, so an identity is its lower-case ARN; the name keeps the spelling. */
function principal(raw: string, kind: Identity['kind'], user: Fields, context: ReadContext, name?: string): Identity {
  const id = context.scrub(raw);
  const identity: Identity = { id: id.toLowerCase(), kind, provider: 'aws' };
  const shown = name ?? textAt(user.userName) ?? (id === identity.id ? undefined : id.slice(id.lastIndexOf('/') + 1));
  if (shown !== undefined) identity.name = shown;
  const account = accountAt(user.accountId);
  if (account !== undefined) identity.account = account;
  return identity;
}

/** Service-linked roles act for AWS itself; roles that IAM Identity Center reserves are only ever held by people. */
function roleKind(arn: string): Identity['kind'] {
  if (arn.includes(':role/aws-service-role/') || arn.includes('/AWSServiceRoleFor')) return 'provider-service';
  return arn.includes('/AWSReservedSSO_') ? 'human' : 'role';
}

/** A key that lives long signs for a machine; a console session with or without MFA is a person. */
function userKind(record: Fields, user: Fields, session: Fields | undefined): Identity['kind'] {
  const attributes = objectAt(session?.attributes);
  const isConsole =
    flag(record.sessionCredentialFromConsole) === true ||
    record.eventType === 'AwsConsoleSignIn' ||
    flag(attributes?.mfaAuthenticated) === true;
  if (isConsole) return 'human';
  return textAt(user.accessKeyId)?.startsWith('AKIA') ? 'service-account' : 'unknown';
}

function identityOf(record: Fields, user: Fields, context: ReadContext): Identity | undefined {
  const session = objectAt(user.sessionContext);
  const issuer = objectAt(session?.sessionIssuer);
  const issuerArn = textAt(issuer?.arn);
  const type = textAt(user.type);
  const arn = textAt(user.arn);
  if (issuerArn !== undefined) {
    const kind =
      issuer?.type === 'Role' || type === 'AssumedRole' ? roleKind(issuerArn) : userKind(record, user, session);
    return principal(issuerArn, kind, user, context, textAt(issuer?.userName));
  }
  if (type === 'AssumedRole' && arn !== undefined) {
    // Without the issuer the session ARN still names the role: ...:sts::ACCOUNT:assumed-role/ROLE/SESSION.
    const role = /^(arn:[^:]+):sts::(\d*):assumed-role\/([^/]+)/.exec(context.scrub(arn));
    if (role !== null)
      return principal(`${role[1]}:iam::${role[2]}:role/${role[3]}`, roleKind(arn), user, context, role[3]);
  }
  const invokedBy = textAt(user.invokedBy);
  if ((type === 'AWSService' || type === undefined) && invokedBy !== undefined)
    return principal(invokedBy, 'provider-service', user, context);
  const account = accountAt(user.accountId);
  const principalId = context.scrub(textAt(user.principalId) ?? '').split(':')[0];
  const userName = textAt(user.userName);
  if (type === 'WebIdentityUser' || type === 'SAMLUser') {
    const provider = textAt(user.identityProvider);
    const whole = userName ?? textAt(user.principalId);
    if (whole === undefined || isNobody(whole)) return undefined;
    const subject = stableSubject(context.scrub(whole));
    const id = provider === undefined ? subject : `${provider}#${subject}`;
    return { ...principal(id, type === 'SAMLUser' ? 'human' : 'workload', user, context, subject), id };
  }
  const onBehalfOf = textAt(objectAt(user.onBehalfOf)?.userId);
  if (type === 'IdentityCenterUser' && onBehalfOf !== undefined) return principal(onBehalfOf, 'human', user, context);
  if (type === 'Root') return principal(arn ?? `arn:aws:iam::${account ?? ''}:root`, 'human', user, context);
  if (arn !== undefined && !isNobody(arn))
    return principal(arn, type === 'IAMUser' ? userKind(record, user, session) : 'unknown', user, context);
  if (type === 'IAMUser' && userName !== undefined && !isNobody(userName))
    return principal(`arn:aws:iam::${account ?? ''}:user/${userName}`, userKind(record, user, session), user, context);
  const other = textAt(principalId) ?? userName ?? account;
  return other === undefined || isNobody(other)
    ? undefined
    : principal(`aws:${account ?? ''}:${other}`, 'unknown', user, context);
}

function credentialOf(user: Fields): Activity['credential'] {
  const id = textAt(user.accessKeyId);
  if (id === undefined) return undefined;
  const credential: NonNullable<Activity['credential']> = id.startsWith('AKIA')
    ? { id, kind: 'access-key', longLived: true }
    : { id, kind: id.startsWith('ASIA') ? 'session-token' : 'other' };
  const issuedAt = instantOf(objectAt(objectAt(user.sessionContext)?.attributes)?.creationDate, true);
  if (issuedAt !== undefined) credential.issuedAt = issuedAt;
  return credential;
}

/** The session name of an assumed role: an instance id, a job, a person. */
function actorOf(user: Fields, context: ReadContext): Activity['actor'] {
  if (user.type === 'FederatedUser' || user.type === 'WebIdentityUser') return undefined;
  const principalId = context.scrub(textAt(user.principalId) ?? '');
  const colon = principalId.indexOf(':');
  const session =
    /:assumed-role\/[^/]+\/(.+)$/s.exec(context.scrub(textAt(user.arn) ?? ''))?.[1] ??
    (colon === -1 ? undefined : textAt(principalId.slice(colon + 1)));
  if (session === undefined) return undefined;
  return { id: session, kind: /^i-[0-9a-f]{8,}$/.test(session) ? 'instance' : 'session' };
}

/** Nearest first: the service that calls with the identity's leave, the federated subject, the source identity, the person. */
function chainOf(user: Fields, identity: Identity): Activity['onBehalfOf'] {
  const session = objectAt(user.sessionContext);
  const chain: NonNullable<Activity['onBehalfOf']> = [];
  const invokedBy = textAt(user.invokedBy);
  if (invokedBy !== undefined && invokedBy !== identity.id) chain.push({ id: invokedBy, kind: 'service' });
  const web = objectAt(session?.webIdFederationData);
  const attributes = objectAt(web?.attributes) ?? {};
  // In the order of the alphabet: JSON objects have none.
  for (const name of Object.keys(attributes).sort()) {
    const id = name.endsWith(':sub') ? textAt(attributes[name]) : undefined;
    if (id !== undefined) chain.push({ id: stableSubject(id), kind: 'oidc-subject' });
  }
  const provider = textAt(web?.federatedProvider);
  if (provider !== undefined) chain.push({ id: provider, kind: 'identity-provider' });
  const sourceIdentity = textAt(session?.sourceIdentity) ?? textAt(objectAt(session?.attributes)?.sourceIdentity);
  if (sourceIdentity !== undefined) chain.push({ id: sourceIdentity, kind: 'source-identity' });
  const person = textAt(objectAt(user.onBehalfOf)?.userId);
  if (person !== undefined && person !== identity.id) chain.push({ id: person, kind: 'human' });
  return chain.length === 0 ? undefined : chain;
}

const LETS_IN: ReadonlyMap<string, string> = new Map([
  ['AssumeRoleWithWebIdentity', 'oidc-subject'],
  ['AssumeRoleWithSAML', 'saml-subject'],
  ['AssumeRole', 'principal'],
]);

/**
 * A role that was assumed by somebody from outside of its account, as an act of that role: no later record of the session tells who was let
 * in. Undefined where the caller is of the account, or was refused.
 */
function letInto(
  record: Fields,
  event: string,
  activity: Activity,
  user: Fields,
  context: ReadContext,
): Activity | undefined {
  const kind = LETS_IN.get(event);
  const arn = textAt(objectAt(record.requestParameters)?.roleArn);
  const account = /^arn:[^:]*:iam::(\d{12}):role\//.exec(arn ?? '')?.[1];
  if (kind === undefined || arn === undefined || account === undefined || activity.outcome !== 'success')
    return undefined;
  const { identity, at, tenant, source, action } = activity;
  if (event === 'AssumeRole' && (identity.kind === 'provider-service' || identity.account === account))
    return undefined;
  const subject = kind === 'principal' ? identity.id : (identity.name ?? identity.id);
  const provider = textAt(user.identityProvider);
  const key = textAt(objectAt(objectAt(record.responseElements)?.credentials)?.accessKeyId);
  return {
    id: `${activity.id}#role`,
    at,
    tenant,
    identity: principal(arn, roleKind(arn), { accountId: account }, context, arn.split('/').at(-1)),
    ...(key !== undefined && { credential: { id: key, kind: 'session-token' } }),
    onBehalfOf: [
      { id: subject, kind },
      ...(provider === undefined ? [] : [{ id: provider, kind: 'identity-provider' }]),
    ],
    action,
    source,
    outcome: 'success',
  };
}

const SIGNS_IN =
  /^(?:AssumeRole|AssumeRoot|GetSessionToken|GetFederationToken|ConsoleLogin|CheckMfa|SwitchRole|Authenticate|InitiateAuth|CreateToken)/;
/** All that is done there is to sign in. */
const SIGN_IN_SERVICES = new Set(['signin', 'sso-oauth']);
/** Changes who may do what, or what is recorded of it. */
const GOVERNS =
  /Polic|Permission|AccessKey|LoginProfile|Grant|Trail|Logging|EventSelector|Acl|SecurityGroup(?:In|E)gress|Detector|MFA/;
const GOVERNING_SERVICES = new Set(['iam', 'organizations', 'sso', 'sso-directory', 'identitystore', 'rolesanywhere']);
const STARTS_CODE =
  /^(?:Invoke|Run|Execute)|^(?:Send|Start)(?:Command|SSH|Serial|Session|.*Execution|Build|JobRun|Query|Automation)/;

/**
 * `authenticate` by name; else `read` where CloudTrail says readOnly; else `execute` for what starts code; else `admin` for
 * what changes rights or records; else `write`. Without the flag the verb of the name decides.
 */
function accessOf(service: string, event: string, readOnly: boolean | undefined): Access {
  if (SIGNS_IN.test(event) || SIGN_IN_SERVICES.has(service)) return 'authenticate';
  if (readOnly === true) return 'read';
  if (readOnly === undefined && accessOfName(event) === 'read') return 'read';
  if (STARTS_CODE.test(event)) return 'execute';
  const governs = GOVERNING_SERVICES.has(service) || GOVERNS.test(event);
  return governs && !/^(?:Tag|Untag)/.test(event) ? 'admin' : 'write';
}

const WENT_WELL = /^(?:[23]\d\d|0|ok|success(?:ful)?|none|no ?error)$/i;
const DENIED =
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden|^Blocked$|AuthFailure|OptInRequired|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|ExpiredToken|RequestExpired|SignatureDoesNotMatch|NoPermission/i;

function outcomeOf(record: Fields, code: string | undefined): Activity['outcome'] {
  if (code === undefined) {
    // Steps of a sign-in tell how they ended under their own name.
    const step = textAt(record.eventName) ?? '';
    const ended = objectAt(record.responseElements)?.[step] ?? objectAt(record.serviceEventDetails)?.[step];
    return ended === 'Failure' ? 'denied' : 'success';
  }
  // Managed Grafana writes the HTTP status here, of what went well too; others write a word for it.
  if (WENT_WELL.test(code)) return 'success';
  return DENIED.test(code) || code === '401' || code === '403' ? 'denied' : 'failed';
}

type Resource = NonNullable<Activity['resource']>;

/** A resource named by the log itself; of several the most specific, which is an S3 object before its bucket, else the first. */
function listed(record: Fields): Resource | undefined {
  let best: Resource | undefined;
  for (const item of listAt(record.resources)) {
    const raw = objectAt(item);
    const id = textAt(raw?.ARN) ?? textAt(raw?.arn) ?? textAt(raw?.ARNPrefix);
    if (raw === undefined || id === undefined) continue;
    if (best !== undefined && !(id.length > best.id.length && id.startsWith(best.id))) continue;
    best = { id };
    const type = textAt(raw.type);
    if (type !== undefined) best.type = type;
    const account = accountAt(raw.accountId);
    if (account !== undefined) best.account = account;
  }
  return best;
}

function resourceOf(record: Fields, service: string, event: string): Activity['resource'] {
  const found = foundIn(record, service, event);
  if (found === undefined) return undefined;
  const caller = { region: textAt(record.awsRegion), account: accountAt(objectAt(record.userIdentity)?.accountId) };
  return { ...found, id: keptAs(service, event, found.id, caller) };
}

function foundIn(record: Fields, service: string, event: string): Resource | undefined {
  const named = listed(record);
  if (named !== undefined) return named;
  const parameters = objectAt(record.requestParameters);
  const bucket = textAt(parameters?.bucketName);
  if (service === 's3' && bucket !== undefined) {
    const key = textAt(parameters?.key);
    return key === undefined
      ? { id: `arn:aws:s3:::${bucket}`, type: 'AWS::S3::Bucket' }
      : { id: `arn:aws:s3:::${bucket}/${key}`, type: 'AWS::S3::Object' };
  }
  return targetOf(service, event, parameters, objectAt(record.responseElements)) ?? refusedOf(record);
}

/** A call that was refused may be logged without its parameters: then only the message names the thing, `on resource: role x`. */
function refusedOf(record: Fields): Resource | undefined {
  const message = textAt(record.errorMessage);
  if (message === undefined || !message.includes(' not authorized to perform: ')) return undefined;
  const [, kind, name = ''] =
    / on resource: (?:(role|user|group|policy|instance profile|server certificate) )?(\S+)/.exec(message) ?? [];
  const id = name.replace(/[.,;]$/, '');
  if (id === '' || id === '*') return undefined;
  return kind === undefined ? { id } : { id, type: kind };
}

/**
 * What runs a function writes down that it runs, with the session of the function, from an address of AWS. Anybody may call himself so,
 * which is why only acts count that keep a record of the function and lead to nothing else.
 */
const RUNNER = /^\[?awslambda-worker\b/i;
const KEEPS_RECORD =
  /^(logs:(CreateLogGroup|CreateLogStream|PutLogEvents|DescribeLogStreams)|xray:Put(TraceSegments|TelemetryRecords))$/;

/** Whether it is the service that runs an identity, on its own account. */
const isRunner = (record: Fields, name: string) =>
  KEEPS_RECORD.test(name) && RUNNER.test(textAt(record.userAgent) ?? '');

function sourceOf(record: Fields, name: string): Activity['source'] {
  const source: Activity['source'] = {};
  if (isRunner(record, name)) {
    const region = textAt(record.awsRegion);
    return { workload: 'lambda.amazonaws.com', ...(region !== undefined && { region }) };
  }
  const address = textAt(record.sourceIPAddress);
  // A service name or "AWS Internal" stands here when AWS itself made the call.
  if (address !== undefined) {
    // AWS puts the client before the proxies of its own that the request went through.
    const comma = address.indexOf(',');
    const first = comma === -1 ? address : address.slice(0, comma).trim();
    if (/^[0-9a-fA-F.:]+$/.test(first) && /[.:]/.test(first)) source.ip = first;
    else if (!isNobody(address)) source.workload = address;
  }
  const region = textAt(record.awsRegion);
  if (region !== undefined) source.region = region;
  const agent = textAt(record.userAgent);
  const bare = agent?.startsWith('[') && agent.endsWith(']') ? textAt(agent.slice(1, -1).trim()) : agent;
  if (bare !== undefined) source.userAgent = bare;
  const endpoint = textAt(record.vpcEndpointId);
  if (endpoint !== undefined) source.vpcEndpoint = endpoint;
  const endpointAccount = textAt(record.vpcEndpointAccountId);
  if (endpointAccount !== undefined) source.vpcEndpointAccount = endpointAccount;
  return source;
}

function idOf(record: Fields, account: string | undefined): string | undefined {
  // One act that concerns two accounts is told to both under different event ids, with one shared id.
  const shared = textAt(record.sharedEventID);
  if (shared !== undefined) return `aws:shared:${shared}`;
  const id = textAt(record.eventID);
  return id === undefined ? undefined : `aws:${accountAt(record.recipientAccountId) ?? account ?? ''}:${id}`;
}

const isInsight = (record: Fields) =>
  record.eventType === 'AwsCloudTrailInsight' ||
  record.eventCategory === 'Insight' ||
  (objectAt(record.insightDetails) !== undefined && typeof record.eventVersion === 'string');

/** The file that CloudTrail writes each hour beside its logs, to prove that they are whole. */
const isDigest = (record: Fields) =>
  typeof record.digestS3Object === 'string' && typeof record.awsAccountId === 'string' && 'logFiles' in record;

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** Objects and lists that warehouses keep as JSON in a text. */
const PACKED = [
  'userIdentity',
  'requestParameters',
  'responseElements',
  'resources',
  'additionalEventData',
  'serviceEventDetails',
];

const SPELLED =
  'eventVersion eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage requestParameters responseElements additionalEventData eventID readOnly eventType recipientAccountId serviceEventDetails vpcEndpointId vpcEndpointAccountId userIdentity'.split(
    ' ',
  );
const SPELLED_OF_IDENTITY = ['principalId', 'accountId', 'invokedBy', 'accessKeyId', 'userName', 'sessionContext'];

/** As AWS spells it: tables of Athena hold all names in small letters, those of whoever acted as well. */
function asWritten(told: Fields): Fields {
  if (told.eventName !== undefined || told.eventname === undefined) return told;
  const record = respelled(told, SPELLED);
  const identity = objectIn(record.userIdentity);
  if (identity === undefined) return record;
  const by = respelled(identity, SPELLED_OF_IDENTITY);
  const session = objectAt(by.sessionContext);
  const sessionContext = session && respelled(session, ['sessionIssuer', 'attributes', 'webIdFederationData']);
  const [issuer, attributes] = [objectAt(sessionContext?.sessionIssuer), objectAt(sessionContext?.attributes)];
  const spelled = {
    ...sessionContext,
    ...(issuer && { sessionIssuer: respelled(issuer, SPELLED_OF_IDENTITY) }),
    ...(attributes && { attributes: respelled(attributes, ['creationDate', 'mfaAuthenticated']) }),
  };
  return { ...record, userIdentity: { ...by, ...(sessionContext && { sessionContext: spelled }) } };
}

export const format: Format = {
  id: 'aws-cloudtrail',
  about: {
    title: 'AWS CloudTrail',
    source:
      'CloudTrail records, or the {"Records": [...]} files it writes to S3: management, data and network activity events.',
  },
  recognises(raw) {
    if (typeof raw !== 'object' || raw === null) return false;
    const record = raw as Fields;
    if (record.eventName === undefined && typeof record.eventname === 'string')
      return typeof record.eventsource === 'string' && record.eventsource.endsWith('.amazonaws.com');
    if (typeof record.eventName === 'string' && typeof record.eventSource === 'string')
      // ActionTrail of Alibaba Cloud has the same fields with other things in them.
      return (
        (record.userIdentity !== undefined || record.eventVersion !== undefined) &&
        (record.eventSource.endsWith('.amazonaws.com') ||
          // Notifications of S3 and the like tell where something is, not what was done.
          !(record.eventSource.endsWith('.aliyuncs.com') || record.eventSource.startsWith('aws:'))) &&
        record.acsRegion === undefined
      );
    return isInsight(record) || isDigest(record);
  },
  split(raw) {
    const records = objectAt(raw)?.Records;
    return Array.isArray(records) ? records : undefined;
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = unpackedIn(asWritten(told), PACKED);
    if (isInsight(record)) return { status: 'skip', reason: 'a CloudTrail insight is a statistic, not an act' };
    if (isDigest(record)) return { status: 'skip', reason: 'a CloudTrail digest lists files, not acts' };
    const at = instantOf(record.eventTime, true);
    if (at === undefined) return dead('eventTime: expected a time');
    const event = textAt(record.eventName);
    if (event === undefined) return dead('eventName: expected a non-empty string');
    const host = textAt(record.eventSource);
    if (host === undefined) return dead('eventSource: expected a non-empty string');
    const user = objectAt(record.userIdentity);
    if (user === undefined && record.userIdentity !== undefined && record.userIdentity !== null)
      return dead('userIdentity: expected an object');
    const caller = isByToken(record) ? callerOf(record, context) : undefined;
    const identity = caller?.identity ?? (user === undefined ? undefined : identityOf(record, user, context));
    if (user === undefined || identity === undefined) return { status: 'skip', reason: 'userIdentity names nobody' };
    const service = host.endsWith('.amazonaws.com') ? host.slice(0, -'.amazonaws.com'.length) : host;
    const end = endOf(record);
    const errorCode = textAt(record.errorCode) ?? end?.errorCode;
    const call = toolCallOf(record);
    const activity: Activity = {
      id: idOf(record, identity.account) ?? `aws:${context.hashOf(record)}`,
      at,
      tenant: context.tenant,
      identity,
      action:
        call === undefined
          ? { name: `${service}:${event}`, service, access: accessOf(service, event, flag(record.readOnly)) }
          : { name: `${service}:${context.scrub(call.name)}`, service, access: call.access },
      source: sourceOf(record, `${service}:${event}`),
      outcome: textAt(record.errorCode) === undefined && end !== undefined ? end.outcome : outcomeOf(record, errorCode),
    };
    const credential = caller?.credential ?? credentialOf(user);
    if (credential !== undefined) activity.credential = credential;
    const actor = actorOf(user, context);
    if (actor !== undefined) activity.actor = actor;
    if (caller?.scopes !== undefined) activity.scopes = caller.scopes;
    const person = invokedFor(record);
    const chain = [...(caller?.onBehalfOf ?? chainOf(user, identity) ?? []), ...(person === undefined ? [] : [person])];
    if (chain.length > 0) activity.onBehalfOf = chain;
    const resource = resourceOf(record, service, event);
    if (resource !== undefined) activity.resource = resource;
    const change =
      activity.outcome !== 'success'
        ? undefined
        : changeIn({
            service,
            event,
            parameters: objectAt(record.requestParameters),
            response: objectAt(record.responseElements),
            caller: identity,
            scrub: (text) => context.scrub(text),
          });
    if (change !== undefined) activity.change = change;
    const recipients = openedTo({
      service,
      event,
      parameters: objectAt(record.requestParameters),
      // Whose trail it is tells whose things are opened; a caller from elsewhere would call its own account its own.
      account: accountAt(record.recipientAccountId) ?? identity.account,
      scrub: (text) => context.scrub(text),
    });
    if (recipients !== undefined) activity.recipients = recipients;
    if (errorCode !== undefined && activity.outcome !== 'success') activity.errorCode = errorCode;
    const extra = objectAt(record.additionalEventData);
    const bytes = Number(extra?.bytesTransferredIn ?? 0) + Number(extra?.bytesTransferredOut ?? 0);
    if (bytes > 0) activity.amount = { bytes };
    const letIn = letInto(record, event, activity, user, context);
    return { status: 'read', activities: letIn === undefined ? [activity] : [activity, letIn] };
  },
};
