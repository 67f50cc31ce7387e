/** Reads the Microsoft Entra audit log: credentials added to an app, roles assigned, consents given, policies changed. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOfMicrosoft,
  isNobody,
  listAt,
  type NamedRecipient,
  objectAt,
  objectIn,
  type ReadContext,
  recipientsOf,
  skip,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';

// Field map: Microsoft Graph v1.0 `directoryAudit` and the AuditLogs category of diagnostic settings, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;
type Who = Pick<Activity, 'identity' | 'actor'> & { readonly ip?: string | undefined };

/** Services of Microsoft that act in every directory by these names. */
const PLATFORM =
  /^(?:Managed Service Identity|Device Registration Service|Microsoft\b.*|Azure (?:AD|MFA|ESTS|Credential)\b.*|Windows Azure\b.*|Office 365\b.*|MS-PIM|fim_password_service.*)$/i;

function whoOf(audit: Fields, tenant: string | undefined, context: ReadContext): Who | undefined {
  const by = objectAt(audit.initiatedBy) ?? {};
  const app = objectAt(by.app);
  const user = objectAt(by.user);
  const account = given({ account: tenant });
  // An app that acts by itself is known by its service principal, as in sign-ins and Graph.
  // Only services of Microsoft have none in the directory; the nil id stands for that, and the name is all there is.
  const name = textAt(app?.displayName);
  const known = [app?.servicePrincipalId, app?.appId].map(textAt).find((one) => one !== undefined && !isNobody(one));
  const id = known ?? (name !== undefined && !isNobody(name) ? name : undefined);
  if (id !== undefined) {
    return {
      identity: {
        id: context.scrub(id).toLowerCase(),
        kind:
          known === undefined || (name !== undefined && PLATFORM.test(name)) ? 'provider-service' : 'service-account',
        provider: 'azure',
        ...given({ name }),
        ...account,
      },
    };
  }
  const person = firstText(user?.id, user?.userPrincipalName);
  if (person === undefined || isNobody(person)) return undefined;
  return {
    identity: {
      id: context.scrub(person).toLowerCase(),
      kind: 'human',
      provider: 'azure',
      ...given({ name: firstText(user?.userPrincipalName, user?.displayName) }),
      ...account,
    },
    ip: textAt(user?.ipAddress),
  };
}

/** Of several things that a record lists the one that counts: that somebody was given a role is told by which. */
const ABOUT: readonly (readonly [RegExp, string])[] = [
  [/role/i, 'Role'],
  [/group/i, 'Group'],
  [/policy/i, 'Policy'],
  [/service principal|app role assignment|consent|delegated permission/i, 'ServicePrincipal'],
  [/application/i, 'Application'],
];

/** The things that a record lists; exports spell the name of their kind in more than one way. */
function targetsOf(audit: Fields): Fields[] {
  return listAt(audit.targetResources).flatMap((item) => {
    const target = objectAt(item);
    return target === undefined ? [] : [{ ...target, type: firstText(target.type, target.Type) }];
  });
}

function targetOf(audit: Fields, activity: string, context: ReadContext): Activity['resource'] {
  const targets = targetsOf(audit);
  const named = targets.filter((target) => firstText(target.id, target.displayName, target.userPrincipalName));
  const wanted = ABOUT.find(
    ([about, type]) => about.test(activity) && named.some((target) => target.type === type),
  )?.[1];
  const found = named.find((target) => target.type === wanted) ?? named[0];
  // Role assignments of older records tell the role in what was changed only.
  if (/role/i.test(activity) && found?.type !== 'Role')
    for (const target of targets)
      for (const item of listAt(target.modifiedProperties)) {
        const change = objectAt(item);
        if (change?.displayName !== 'Role.ObjectID') continue;
        const role = context.scrub(firstText(change.newValue, change.oldValue) ?? '').replaceAll('"', '');
        if (role !== '') return { id: role, type: 'Role' };
      }
  const id = firstText(found?.id, found?.userPrincipalName, found?.displayName);
  return id === undefined ? undefined : { id, ...given({ type: textAt(found?.type) }) };
}

/** The new value of a property that was changed, of whichever target; Entra writes it as JSON in a text. */
function newValue(audit: Fields, name: string): string | undefined {
  for (const target of targetsOf(audit))
    for (const item of listAt(target.modifiedProperties)) {
      const property = objectAt(item);
      if (property?.displayName === name) return textAt(property.newValue)?.replace(/^"|"$/g, '');
    }
  return undefined;
}

/** Whom an act gives a credential or a right: an app by its service principal, as in its sign-ins. */
function changeOf(audit: Fields, activity: string, context: ReadContext): Activity['change'] {
  const targets = targetsOf(audit);
  const targetId = (...types: string[]) => textAt(targets.find((one) => types.includes(textAt(one.type) ?? ''))?.id);
  const about = (id: string | undefined) => (id === undefined ? undefined : context.scrub(id).toLowerCase());
  if (/^Add service principal credentials|Certificates and secrets management/i.test(activity)) {
    const identity = about(targetId('ServicePrincipal', 'Application'));
    const credential = /KeyIdentifier=([0-9a-f-]{36})/i.exec(newValue(audit, 'KeyDescription') ?? '')?.[1];
    return { kind: 'credential', ...given({ identity, credential: credential?.toLowerCase() }) };
  }
  if (
    /^Add (?:app role assignment to service principal|delegated permission grant)|^Consent to application/i.test(
      activity,
    )
  ) {
    const identity = about(newValue(audit, 'ServicePrincipal.ObjectID') ?? targetId('ServicePrincipal'));
    const right = newValue(audit, 'AppRole.Value') ?? newValue(audit, 'DelegatedPermissionGrant.Scope')?.trim();
    return { kind: 'right', ...given({ identity, rights: right === undefined ? undefined : [right] }) };
  }
  if (!/^Add (?:eligible )?member to role/i.test(activity)) return undefined;
  const identity = about(targetId('ServicePrincipal', 'User'));
  const role = newValue(audit, 'Role.DisplayName');
  return { kind: 'right', ...given({ identity, rights: role === undefined ? undefined : [role] }) };
}

/** Acts that let somebody in beside those that `changeOf` tells of. */
const LETS_IN = /^(?:Add (?:member|owner|eligible member) to|Invite external user|Add partner to company)/i;

/** Whom an act gives a right or a credential, or lets in. A guest is called so by the name that he has in the directory. */
function recipientsIn(audit: Fields, activity: string, change: Activity['change']): Activity['recipients'] {
  if (change === undefined && !LETS_IN.test(activity)) return undefined;
  const people = targetsOf(audit).filter(
    ({ type }) => type === 'User' || (change === undefined && type === 'ServicePrincipal'),
  );
  const isInvited = /^Invite external|partner/i.test(activity);
  const named = people.map((person): NamedRecipient => {
    const id = firstText(person.userPrincipalName, person.id, person.displayName)?.toLowerCase();
    return { id, kind: isInvited || /#ext#/i.test(id ?? '') ? 'outside' : 'unknown' };
  });
  return recipientsOf(named.length > 0 ? named : [{ id: change?.identity, kind: 'unknown' }]);
}

/** Nearly all that is audited changes rights; what is done to users, devices and their own data does not by itself. */
function accessOf(category: string, activity: string): Access {
  if (
    /role|credential|password|permission|consent|owner|member|polic|mfa|strong authentication|federation/i.test(
      activity,
    )
  )
    return 'admin';
  return /^(?:UserManagement|Device|Contact|Label|Agreement|TermsOfUse|ResourceManagement|ProvisioningManagement)$/i.test(
    category,
  )
    ? 'write'
    : 'admin';
}

function outcomeOf(audit: Fields, context: ReadContext): Pick<Activity, 'outcome' | 'errorCode'> {
  const result = firstText(audit.result, audit.resultType) ?? '';
  if (!/fail|timeout|unknownfuture/i.test(result)) return { outcome: 'success' };
  const reason = firstText(audit.resultReason, audit.resultDescription) ?? result;
  const isRefused = /denied|insufficient|unauthori[sz]ed|forbidden|not allowed|AuthorizationRequestDenied/i.test(
    reason,
  );
  return { outcome: isRefused ? 'denied' : 'failed', errorCode: context.scrub(reason).slice(0, ERROR_MAX_CHARS) };
}

/** Reasons are sentences; their beginning tells them apart. */
const ERROR_MAX_CHARS = 120;

/** The value of an additional detail by its key. */
const detail = (audit: Fields, key: string) =>
  listAt(audit.additionalDetails)
    .map((item) => objectAt(item))
    .find((item) => item?.key === key)?.value;

/** The directory as a resource of Azure, whose diagnostic settings these are. */
const ENTRA = /\/providers\/microsoft\.(?:aadiam|authorization)$/i;

const isAudit = (audit: Fields | undefined) =>
  audit !== undefined &&
  objectIn(audit.initiatedBy) !== undefined &&
  (typeof audit.activityDisplayName === 'string' || typeof audit.activityDateTime === 'string');

/** Objects and lists that warehouses keep as JSON in a text. */
const PACKED = ['initiatedBy', 'targetResources', 'additionalDetails'];

export const format: Format = {
  id: 'entra-audit',
  about: {
    title: 'Microsoft Entra audit',
    source:
      'AuditLogs of a diagnostic setting ({"records": [...]}), or /auditLogs/directoryAudits of Microsoft Graph as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    if (record.category === 'AuditLogs')
      return isAudit(objectIn(record.properties)) || ENTRA.test(textAt(record.resourceId) ?? '');
    return (
      (isAudit(record) && typeof record.loggedByService === 'string') ||
      (ENTRA.test(textAt(record.resourceId) ?? '') && isAudit(objectIn(record.properties)))
    );
  },
  split(raw) {
    const page = objectAt(raw);
    return textAt(page?.['@odata.context'])?.includes('auditLogs/directoryAudits') && Array.isArray(page?.value)
      ? page.value
      : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const audit = unpackedIn(objectIn(record.properties) ?? record, PACKED);
    const at = instantOfMicrosoft(firstText(audit.activityDateTime, record.time));
    if (at === undefined) return dead('activityDateTime: expected a time');
    const activity = context.scrub(firstText(audit.activityDisplayName, record.operationName) ?? '').trim();
    if (activity === '') return dead('activityDisplayName: expected a non-empty string');
    const tenant = firstText(
      record.tenantId,
      /^\/tenants\/([^/]+)/i.exec(textAt(record.resourceId) ?? '')?.[1],
      audit.tenantId,
    );
    const who = whoOf(audit, tenant, context);
    if (who === undefined) return skip('initiatedBy names nobody');
    const { ip, ...whoever } = who;
    const id = textAt(audit.id);
    const target = targetOf(audit, activity, context);
    const outcome = outcomeOf(audit, context);
    const told = changeOf(audit, activity, context);
    const change = outcome.outcome === 'success' ? told : undefined;
    const recipients = recipientsIn(audit, activity, told);
    return {
      status: 'read',
      activities: [
        {
          id: `entra:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...whoever,
          action: { name: activity, service: 'entra', access: accessOf(textAt(audit.category) ?? '', activity) },
          source: given({
            ip: ip ?? textAt(record.callerIpAddress),
            userAgent: firstText(audit.userAgent, detail(audit, 'User-Agent')),
          }),
          ...outcome,
          ...(target && { resource: target }),
          ...(change && { change }),
          ...(recipients && { recipients }),
        },
      ],
    };
  },
};
