/** Reads Salesforce event monitoring: connected apps and what they query, logins, and administrators who sign in as others. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Salesforce EventLogFile (API 62) and the objects of Real-Time Event Monitoring, such as ApiEvent and LoginEvent; SetupAuditTrail.

type Fields = Readonly<Record<string, unknown>>;

/** How pages and code of the platform perform: nobody's acts. */
const PERFORMANCE =
  /Performance|^Apex(?!RestApi)|^Lightning(?!Login)|^Visualforce|^QueuedExecution|^FlowExecution|^TimeBased|^AuraRequest|^Console|^Insufficient|^ConcurrentLong/;
const ADMIN =
  /OAuth|ConnectedApp|Permission|SetupAudit|Metadata|Package|Certificate|Guest|Group|Sandbox|Credential|Identity/i;

/** A field of the log file, or the same of the object that is told at once. */
const field = (event: Fields, file: string, object?: string) => firstText(event[file], object && event[object]);

const numberOf = (value: unknown) => {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) && number > 0 ? number : undefined;
};

function timeOf(event: Fields): string | undefined {
  const compact = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?$/.exec(textAt(event.TIMESTAMP) ?? '');
  return (
    instantOf(field(event, 'TIMESTAMP_DERIVED', 'EventDate'), true) ??
    (compact === null
      ? instantOf(event.TIMESTAMP, true)
      : instantOf(
          `${compact[1]}-${compact[2]}-${compact[3]}T${compact[4]}:${compact[5]}:${compact[6]}${compact[7] ?? ''}Z`,
        ))
  );
}

/** A connected app is the identity, and the user whose token it holds the delegator; without one the user is. */
function whoOf(event: Fields, type: string): Pick<Activity, 'identity' | 'onBehalfOf'> | undefined {
  const isAs = type.startsWith('LoginAs');
  const user = isAs
    ? // The event that is told at once has the name alone.
      (field(event, 'DELEGATED_USER_ID_DERIVED', 'DelegatedUserId') ??
      field(event, 'DELEGATED_USER_ID', 'DelegatedUsername'))
    : (field(event, 'USER_ID_DERIVED', 'UserId') ?? field(event, 'USER_ID'));
  const name = isAs ? field(event, 'DELEGATED_USER_NAME', 'DelegatedUsername') : field(event, 'USER_NAME', 'Username');
  const account = given({ account: field(event, 'ORGANIZATION_ID') });
  const app = field(event, 'CONNECTED_APP_ID', 'ConnectedAppId');
  const isUser = user !== undefined && !isNobody(user);
  // That an app was given or lost its rights is done by the user.
  if (app !== undefined && !isNobody(app) && !/^OAuth.*Revoked$/i.test(type))
    return {
      identity: {
        id: app,
        kind: 'oauth-app',
        provider: 'salesforce',
        ...given({ name: field(event, 'CONNECTED_APP_NAME', 'Application') }),
        ...account,
      },
      ...(isUser && { onBehalfOf: [{ id: user, kind: 'principal' }] }),
    };
  if (!isUser || field(event, 'USER_TYPE', 'UserType') === 'Guest') return undefined;
  const isService = /(?:^|[._@-])(?:integration|api|svc|service|sync|bot)(?:$|[._@-])/i.test(name ?? '');
  return {
    identity: {
      id: user,
      kind: /^Automated/i.test(field(event, 'USER_TYPE', 'UserType') ?? '')
        ? 'provider-service'
        : isService
          ? 'service-account'
          : name === undefined
            ? 'unknown'
            : 'human',
      provider: 'salesforce',
      ...given({ name }),
      ...account,
    },
  };
}

/** Which object an event is of, where a query left out what says it: by the fields that only this one has. */
function objectOf(event: Fields): string {
  if (event.DelegatedUsername !== undefined || event.LoginAsCategory !== undefined) return 'LoginAsEvent';
  if (event.ReportId !== undefined) return 'ReportEvent';
  if (event.ListViewId !== undefined) return 'ListViewEvent';
  if (event.QueriedEntities !== undefined) return 'ApiEvent';
  if (event.LoginType !== undefined) return 'LoginEvent';
  // Of those that name a session a logout alone is not held against policies.
  const isHeld = 'EvaluationTime' in event || 'PolicyOutcome' in event || 'Operation' in event;
  return event.SessionLevel === undefined || isHeld ? 'Event' : 'LogoutEvent';
}

/** A row of SetupAuditTrail: what was changed in the organisation's setup. */
const isSetup = (event: Fields) =>
  typeof event.Action === 'string' &&
  typeof event.CreatedDate === 'string' &&
  typeof event.CreatedById === 'string' &&
  'Section' in event;

/** An administrator who signed in as another is the one who acts; only a name is told of whom. */
function ofSetup(event: Fields, context: ReadContext): Reading {
  const at = instantOf(event.CreatedDate, true);
  if (at === undefined) return dead('CreatedDate: expected a time');
  const action = context.scrub(textAt(event.Action) ?? '');
  const user = textAt(event.CreatedById);
  const delegate = textAt(event.DelegateUser);
  if (action === '' || user === undefined || isNobody(user)) return skip('CreatedById names nobody');
  const id = textAt(event.Id);
  const section = textAt(event.Section);
  const name = textAt(objectAt(event.CreatedBy)?.Username);
  return {
    status: 'read',
    activities: [
      {
        id: `salesforce:setup:${id ?? context.hashOf(event)}`,
        at,
        tenant: context.tenant,
        identity: {
          id: delegate ?? user,
          kind: (delegate ?? name) === undefined ? 'unknown' : 'human',
          provider: 'salesforce',
          ...given({ name: delegate === undefined ? name : undefined }),
        },
        ...(delegate !== undefined && { onBehalfOf: [{ id: user, kind: 'principal' }] }),
        action: { name: `SetupAuditTrail.${action}`, service: 'salesforce', access: 'admin' },
        source: {},
        outcome: 'success',
        ...(section !== undefined && { resource: { id: section, type: 'setup-section' } }),
      },
    ],
  };
}

function accessOf(type: string, method: string | undefined): Access {
  if (/^Log(?:in|out)/.test(type)) return 'authenticate';
  if (ADMIN.test(type) && !/Usage|ApiConnectedApp/i.test(type)) return 'admin';
  if (/^Report|^ListView|^ContentTransfer|^Dashboard|^Document|^Search|Result/.test(type)) return 'read';
  const access = accessOfName(method ?? '');
  if (access !== 'unknown' || method === undefined) return access;
  return /upsert|undelete|emptyRecycle/i.test(method) ? 'write' : 'unknown';
}

function outcomeOf(event: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const login = field(event, 'LOGIN_STATUS', 'Status');
  if (login !== undefined && !/^(?:LOGIN_NO_ERROR|Success)$/i.test(login))
    return { outcome: 'denied', errorCode: login };
  const request = field(event, 'REQUEST_STATUS', 'STATUS') ?? '';
  if (request === 'A' || /unauthori[sz]ed|denied/i.test(request)) return { outcome: 'denied', errorCode: request };
  if (/^(?:F|U|R|fail.*|error)$/i.test(request)) return { outcome: 'failed', errorCode: request };
  return outcomeOfHttp(event.STATUS_CODE);
}

export const format: Format = {
  id: 'salesforce',
  about: {
    title: 'Salesforce event monitoring',
    source:
      'Rows of EventLogFile as JSON, events of Real-Time Event Monitoring, or rows of SetupAuditTrail. Events of performance are skipped.',
  },
  recognises(raw) {
    const event = objectAt(raw);
    if (event === undefined) return false;
    if (typeof event.EVENT_TYPE === 'string')
      return typeof event.ORGANIZATION_ID === 'string' && ('TIMESTAMP' in event || 'TIMESTAMP_DERIVED' in event);
    if (isSetup(event)) return true;
    return typeof event.EventIdentifier === 'string' && typeof event.EventDate === 'string' && 'UserId' in event;
  },
  read(raw, context) {
    const event = objectAt(raw);
    if (event === undefined) return dead('record: expected an object');
    if (isSetup(event)) return ofSetup(event, context);
    const at = timeOf(event);
    if (at === undefined) return dead('TIMESTAMP_DERIVED or EventDate: expected a time');
    const kind = textAt(objectAt(event.attributes)?.type);
    const told = field(event, 'EVENT_TYPE') ?? kind ?? objectOf(event);
    const type = context.scrub(told);
    if (PERFORMANCE.test(type)) return skip('how a page or code of the platform performed, not an act');
    const who = whoOf(event, type);
    if (who === undefined) return skip('neither a connected app nor a user is named');
    const method = firstText(event.METHOD_NAME, event.OPERATION_TYPE, event.Operation, event.METHOD);
    const scrubbed = method === undefined ? undefined : context.scrub(method);
    const app = field(event, 'CONNECTED_APP_ID', 'ConnectedAppId');
    const target = type.startsWith('LoginAs')
      ? (field(event, 'USER_ID_DERIVED', 'UserId') ?? field(event, 'USER_ID'))
      : firstText(
          event.ENTITY_NAME,
          event.QueriedEntities,
          event.REPORT_ID_DERIVED,
          event.REPORT_ID,
          event.ReportId,
          event.ENTITY_ID,
          /^OAuth/i.test(type) ? app : undefined,
          /^Log(?:in|out)$/.test(type) ? undefined : event.URI,
        );
    const id = field(event, 'REQUEST_ID', 'EventIdentifier');
    const session = field(event, 'SESSION_KEY', 'SessionKey');
    const login = type === 'Login' ? field(event, 'SOURCE_IP', 'SourceIp') : undefined;
    const scopes = context
      .scrub(textAt(event.OAUTH_SCOPES) ?? '')
      .split(/[\s,]+/)
      .filter((scope) => scope !== '');
    const rows = numberOf(
      event.ROWS_PROCESSED ?? event.RowsProcessed ?? event.RECORDS_PROCESSED ?? event.NUMBER_OF_RECORDS,
    );
    return {
      status: 'read',
      activities: [
        {
          // A request may be told by several events.
          id: id === undefined ? `salesforce:${context.hashOf(event)}` : `salesforce:${type}:${id}`,
          at,
          tenant: context.tenant,
          ...who,
          action: {
            name: scrubbed === undefined ? type : `${type}.${scrubbed}`,
            service: 'salesforce',
            access: accessOf(type, scrubbed),
          },
          source: given({
            ip: login ?? field(event, 'CLIENT_IP', 'SourceIp') ?? field(event, 'SOURCE_IP'),
            userAgent: firstText(
              event.USER_AGENT,
              event.UserAgent,
              event.BROWSER_TYPE,
              event.CLIENT_NAME,
              event.Client,
            ),
          }),
          ...outcomeOf(event),
          ...(target !== undefined && { resource: { id: target } }),
          ...(session !== undefined && { actor: { id: session, kind: 'session' } }),
          ...(scopes.length > 0 && { scopes }),
          ...given({ amount: rows === undefined ? undefined : { records: rows } }),
        },
      ],
    };
  },
};
