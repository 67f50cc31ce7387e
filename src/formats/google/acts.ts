/** Reads what people, administrators and apps did in Google Workspace, in any application of the Reports API but `token`. */
import type { Access, Activity } from '../../../schemas/activity.ts';
import {
  accessOfName,
  EVERYBODY,
  firstText,
  given,
  isNobody,
  kindOfAddress,
  listAt,
  objectAt,
  type ReadContext,
  recipientsOf,
  textAt,
} from '../../ingest/format.ts';
import { parametersOf, placeOf } from './place.ts';

// Field map: Admin SDK Reports API v1, activities.list, and the event names of each application, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

const TELLS_NO_ACT: ReadonlyMap<string, string> = new Map([
  ...['chrome', 'mobile', 'meet', 'gmail'].map(
    (application) => [application, `application ${application}: what devices, calls and mail went through`] as const,
  ),
  ...['rules', 'context_aware_access', 'access_evaluation', 'access_transparency'].map(
    (application) => [application, `application ${application}: what Google or a rule decided, not an act`] as const,
  ),
]);

/** Why nothing of an application is an act, or undefined. */
export const noActIn = (application: string) => TELLS_NO_ACT.get(application);

/** Google's own findings about an account, told beside its sign-ins. */
const isWarning = (event: Fields) => /^(?:account|attack)_warning$/.test(textAt(event.type) ?? '');

/** An app, where Google names it, acts for the person; a key stands for a program, or for Google itself. */
function whoOf(actor: Fields, customer: string | undefined): Pick<Activity, 'identity' | 'onBehalfOf'> | undefined {
  const account = given({ account: customer });
  const profile = typeof actor.profileId === 'number' ? String(actor.profileId) : textAt(actor.profileId);
  const person = (textAt(actor.email) ?? profile)?.toLowerCase();
  const isPerson = person !== undefined && !isNobody(person);
  const app = objectAt(actor.applicationInfo);
  const client = textAt(app?.oauthClientId);
  if (client !== undefined && !isNobody(client))
    return {
      identity: {
        id: client,
        kind: 'oauth-app',
        provider: 'google-workspace',
        ...given({ name: textAt(app?.applicationName) }),
        ...account,
      },
      ...(isPerson && { onBehalfOf: [{ id: person, kind: 'human' }] }),
    };
  if (isPerson) {
    const kind = person.endsWith('gserviceaccount.com') ? 'service-account' : 'human';
    return { identity: { id: person, kind, provider: 'google-workspace', ...account } };
  }
  const key = actor.callerType === 'KEY' ? textAt(actor.key) : undefined;
  if (key === undefined || isNobody(key) || /ANONYMOUS/.test(key)) return undefined;
  const kind = key === 'SYSTEM' ? 'provider-service' : 'api-key';
  return { identity: { id: key, kind, provider: 'google-workspace', ...account } };
}

const READS =
  /(?:^|_)(?:view|viewed|download|downloaded|preview|print|copy|export|exported|search|access|prefetch)(?:_|$)/;

function accessOf(application: string, type: string, name: string): Access {
  if (application === 'login' || application === 'saml') return 'authenticate';
  if (READS.test(name) && !type.includes('acl')) return 'read';
  if (/^(?:admin|user_accounts|groups|groups_enterprise|gcp)$/.test(application) || /acl|calendar_change/.test(type))
    return accessOfName(name) === 'read' ? 'read' : 'admin';
  const access = accessOfName(name);
  return access === 'unknown' ? 'write' : access;
}

/** Parameters that name the thing, the narrowest first: who was given a role or put into a group is told by the role or group. */
const NAMES =
  `doc_id shared_drive_id ROLE_NAME GROUP_EMAIL API_CLIENT_NAME OAUTH2_APP_ID OAUTH2_SERVICE_NAME APP_ID USER_EMAIL RESOURCE_IDENTIFIER
  DEVICE_ID ALERT_ID MOBILE_APP_PACKAGE_ID SETTING_NAME APPLICATION_NAME DOMAIN_NAME ORG_UNIT_NAME group_email group_id
  calendar_id event_id room_id matter_id note_name ASSET_ID application_name email_forwarding_destination_address
  affected_email_address doc_title resource_name app_name INVESTIGATION_OBJECT_IDENTIFIER CHART_NAME`.split(/\s+/);

function targetOf(event: Fields, parameters: Fields): Activity['resource'] {
  for (const name of NAMES) {
    const id = textAt(parameters[name]);
    if (id !== undefined) return { id, type: name.toLowerCase().replace(/_(?:id|name|email)$/, '') };
  }
  // Applications have parameters of their own beside these; the first by name, so that their order never counts.
  const other = Object.keys(parameters)
    .filter((name) => /_(?:id|email)$/i.test(name) && textAt(parameters[name]) !== undefined)
    .sort()[0];
  const id = textAt(listAt(event.resourceIds)[0]) ?? (other === undefined ? undefined : textAt(parameters[other]));
  return id === undefined ? undefined : { id };
}

function outcomeOf(event: Fields, name: string, parameters: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const status = objectAt(event.status);
  if (/fail/i.test(textAt(status?.eventStatus) ?? '')) {
    const errorCode = firstText(status?.errorCode, status?.errorMessage, status?.eventStatus);
    const isRefused = status?.httpStatusCode === 401 || status?.httpStatusCode === 403;
    return { outcome: isRefused ? 'denied' : 'failed', ...given({ errorCode }) };
  }
  if (/(?:^|_)(?:failure|failed|denied|rejected)(?:_|$)/.test(name))
    return { outcome: 'denied', errorCode: firstText(parameters.login_failure_type, parameters.failure_type, name)! };
  if (/fail|incorrect/i.test(textAt(parameters.login_challenge_status) ?? ''))
    return { outcome: 'denied', errorCode: name };
  return { outcome: 'success' };
}

/** Whom an administrator gives a right: a role to an account, or scopes over everyone's data to a client. */
function changeOf(name: string, parameters: Fields, context: ReadContext): Activity['change'] {
  const about = (key: string) => textAt(context.scrub(textAt(parameters[key]) ?? ''))?.toLowerCase();
  if (name === 'assign_role') {
    const role = textAt(parameters.ROLE_NAME);
    return {
      kind: 'right',
      ...given({ identity: about('USER_EMAIL'), rights: role === undefined ? undefined : [role] }),
    };
  }
  if (name === 'create_user') return { kind: 'identity', ...given({ identity: about('USER_EMAIL') }) };
  if (name !== 'authorize_api_client_access') return undefined;
  const told = parameters.API_SCOPES;
  const scopes = (Array.isArray(told) ? told : (textAt(told) ?? '').split(/[\s,]+/)).flatMap(
    (one) => textAt(one) ?? [],
  );
  return {
    kind: 'right',
    ...given({ identity: about('API_CLIENT_NAME') }),
    ...(scopes.length > 0 && { rights: scopes }),
  };
}

/** What Google calls a document that anybody may open who has the link, or finds it. */
const OPEN = /^(?:people_with_link|public_on_the_web|anyone_with_link)$/;

/** To whom an event opens a document, a calendar or a role. A target outside is called so by Google; else the domains tell. */
function recipientsIn(event: Fields, name: string, parameters: Fields, actor: string | undefined) {
  if (name === 'assign_role' || name === 'add_group_member') {
    const user = textAt(parameters.USER_EMAIL)?.toLowerCase();
    return recipientsOf([{ id: user, kind: user === undefined ? 'unknown' : kindOfAddress(user, actor) }]);
  }
  if (name === 'authorize_api_client_access')
    return recipientsOf([{ id: textAt(parameters.API_CLIENT_NAME), kind: 'unknown' }]);
  if (!/acl_change|calendar_change/.test(textAt(event.type) ?? '') || closes(parameters.new_value)) return undefined;
  const isOpen =
    OPEN.test(textAt(parameters.visibility) ?? '') && textAt(parameters.old_visibility) !== parameters.visibility;
  const owner = firstText(parameters.owner, actor);
  const isOutside = /^external$/i.test(textAt(parameters.visibility_change) ?? '');
  const target = firstText(parameters.target_user, parameters.grantee_email)?.toLowerCase();
  const domain = textAt(parameters.target_domain)?.toLowerCase();
  return recipientsOf([
    ...(isOpen || domain === 'all' ? [EVERYBODY] : []),
    { id: target, kind: isOutside ? 'outside' : kindOfAddress(target ?? '', owner) },
    { id: domain === 'all' ? undefined : domain, kind: kindOfAddress(`@${domain}`, owner) },
  ]);
}

/** A right that is taken away; from the API a list of them. */
function closes(value: unknown): boolean {
  const [one, ...more] = Array.isArray(value) ? value : [value];
  return more.length === 0 && /^(?:none|private)$/.test(textAt(one) ?? '');
}

/** One event as an activity, or why it is none. */
export function actOf(
  record: Fields,
  event: Fields,
  application: string,
  at: string,
  id: string,
  context: ReadContext,
): Activity | string {
  if (isWarning(event)) return 'a warning of Google about an account, not an act';
  const event_name = context.scrub(textAt(event.name) ?? '').trim();
  if (event_name === '') return 'events.name: expected a non-empty string';
  const who = whoOf(objectAt(record.actor) ?? {}, textAt(objectAt(record.id)?.customerId));
  if (who === undefined) return 'actor names nobody';
  const parameters = parametersOf(event);
  const name = event_name.toLowerCase();
  const outcome = outcomeOf(event, name, parameters);
  return {
    id,
    at,
    tenant: context.tenant,
    ...who,
    action: {
      name: `${application}:${event_name}`,
      service: application,
      access: accessOf(application, (textAt(event.type) ?? '').toLowerCase(), name),
    },
    source: placeOf(record),
    ...outcome,
    ...given({
      resource: targetOf(event, parameters),
      change: outcome.outcome === 'success' ? changeOf(name, parameters, context) : undefined,
      recipients: recipientsIn(event, name, parameters, textAt(objectAt(record.actor)?.email)),
    }),
  };
}
