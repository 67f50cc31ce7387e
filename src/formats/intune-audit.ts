/** Reads the audit of Microsoft Intune: what apps and people change on devices, policies, scripts and roles of device management. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOfMicrosoft,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Microsoft Graph v1.0, resource types auditEvent, auditActor and auditResource of intune-auditing; the category AuditLogs of
// Intune's diagnostic settings and the table IntuneAuditLogs of Log Analytics, which have no published schema: shapes of their
// records as in SEKOIA-IO/intake-formats 01a1747.

type Fields = Readonly<Record<string, unknown>>;
type Who = Pick<Activity, 'identity' | 'actor'>;

/** `<null>` and ids of zeros stand for nothing. */
const someone = (value: unknown): string | undefined => {
  const text = textAt(value);
  return text === undefined || text === '<null>' || isNobody(text) ? undefined : text;
};

/** An app by itself is known by its id only: its service principal is not told. A person is known by object id, as in Entra. */
function whoOf(actor: Fields, tenant: string | undefined, context: ReadContext): Who | undefined {
  const lower = (id: string) => context.scrub(id).toLowerCase();
  const app = someone(actor.Application ?? actor.applicationId);
  const person = someone(actor.ObjectId ?? actor.userId) ?? someone(actor.UPN ?? actor.userPrincipalName);
  const account = given({ account: tenant });
  if (person !== undefined)
    return {
      identity: {
        id: lower(person),
        kind: 'human',
        provider: 'azure',
        ...given({ name: someone(actor.UPN ?? actor.userPrincipalName) }),
        ...account,
      },
      ...(app !== undefined && { actor: { id: lower(app), kind: 'app' } }),
    };
  if (app === undefined) return undefined;
  const name = firstText(actor.ApplicationName, actor.applicationDisplayName, actor.servicePrincipalName);
  return { identity: { id: lower(app), kind: 'oauth-app', provider: 'azure', ...given({ name }), ...account } };
}

/** What says who may do what on devices, or what runs on them. */
const GOVERNS =
  /Role|Polic|Configuration|Script|Assignment|Certificate|Connector|Scope|Enrollment|Baseline|Intent|Partner|App\b|Apps?$/;
const WRITES = /^(?:create|patch|update|delete|assign|set|add|remove|rename|sync|upload|import|set ?reference)\b/i;

/** By the words before the type: `Create RoleAssignment`, `wipe ManagedDevice`, `Get recovery key ManagedDevice`. */
function accessOf(operation: string, type: string): Access {
  if (/^(?:get|list|view|read|export)\b/i.test(operation)) return 'read';
  if (GOVERNS.test(type)) return 'admin';
  // What is done on a device - wiped, locked, its passcode reset - is done by the device.
  return WRITES.test(operation) || /reference\b/i.test(operation) ? 'write' : 'execute';
}

function outcomeOf(result: string): Pick<Activity, 'outcome' | 'errorCode'> {
  if (!/fail|error|denied|unauthori[sz]ed|forbidden|timeout/i.test(result)) return { outcome: 'success' };
  return { outcome: /denied|unauthori[sz]ed|forbidden/i.test(result) ? 'denied' : 'failed', errorCode: result };
}

const isOfGraph = (record: Fields) =>
  typeof record.activityDateTime === 'string' &&
  typeof record.componentName === 'string' &&
  objectAt(record.actor) !== undefined;

/** `properties` of a diagnostic setting and `Properties` of a table, which has them as text. */
const propertiesOf = (record: Fields) => objectIn(record.properties ?? record.Properties);

export const format: Format = {
  id: 'intune-audit',
  about: {
    title: 'Microsoft Intune audit',
    source:
      'AuditLogs of a diagnostic setting of Intune ({"records": [...]}), rows of IntuneAuditLogs from Log Analytics, or /deviceManagement/auditEvents of Microsoft Graph.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    if (isOfGraph(record)) return true;
    const properties =
      record.category === 'AuditLogs' || record.Type === 'IntuneAuditLogs' ? propertiesOf(record) : undefined;
    return objectAt(properties?.Actor) !== undefined && properties?.AuditEventId !== undefined;
  },
  split(raw) {
    const page = objectAt(raw);
    return textAt(page?.['@odata.context'])?.includes('deviceManagement/auditEvents') && Array.isArray(page?.value)
      ? page.value
      : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const audit = isOfGraph(record) ? record : propertiesOf(record);
    if (audit === undefined) return dead('properties: expected an object');
    const at = instantOfMicrosoft(firstText(record.activityDateTime, record.time, record.TimeGenerated));
    if (at === undefined) return dead('time: expected a time');
    const operation = context
      .scrub(firstText(record.operationName, record.OperationName, record.activityType, record.displayName) ?? '')
      .trim();
    if (operation === '') return dead('operationName: expected a non-empty string');
    const actor = objectAt(audit.Actor ?? audit.actor) ?? {};
    // In a row of Log Analytics `TenantId` is the workspace.
    const who = whoOf(actor, textAt(record.tenantId), context);
    if (who === undefined) return skip('the actor names nobody: a device that enrolls or checks in');
    const [thing] = listAt(audit.resources).map((item) => objectAt(item));
    const target = [...listAt(audit.TargetObjectIds), thing?.resourceId].map(someone).find((id) => id !== undefined);
    // Scrubbed before it is cut: half a secret is not known as one.
    const type =
      context
        .scrub(textAt(thing?.type) ?? '')
        .split('.')
        .at(-1) || operation.split(' ').at(-1)!;
    const scopes = listAt(actor.UserPermissions ?? actor.userPermissions)
      .flatMap((item) => context.scrub(textAt(item) ?? '').split(' '))
      .filter((scope) => scope !== '');
    const id = firstText(audit.AuditEventId, record.id);
    return {
      status: 'read',
      activities: [
        {
          id: `intune:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: operation, service: 'intune', access: accessOf(operation, type) },
          source: given({ ip: textAt(actor.ipAddress) }),
          ...outcomeOf(context.scrub(firstText(record.resultType, record.ResultType, record.activityResult) ?? '')),
          ...(target !== undefined && { resource: { id: target, type } }),
          ...(scopes.length > 0 && { scopes }),
        },
      ],
    };
  },
};
