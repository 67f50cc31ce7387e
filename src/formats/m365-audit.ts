/** Reads the unified audit log of Microsoft 365: Exchange, SharePoint, Teams, Entra and more, by apps and by people. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Office 365 Management Activity API, common schema and the schemas of Exchange, SharePoint and Azure Active
// Directory, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;
type Who = Pick<Activity, 'identity' | 'actor'>;

/** `UserType` of the common schema: 4 System, 5 Application, 6 ServicePrincipal, 7 and 8 policies. */
const MACHINES = new Set([5, 6]);
const SYSTEM = new Set([4, 7, 8]);
const GUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/** The app through which it was done: of Exchange, of SharePoint, or as the access context says. */
const appOf = (record: Fields) =>
  firstText(
    objectAt(record.AppAccessContext)?.ClientAppId,
    record.ClientAppId,
    record.AppId,
    record.ApplicationId,
    record.ClientApplicationId,
  );

function whoOf(record: Fields, context: ReadContext): Who | undefined {
  const user = context.scrub(textAt(record.UserId) ?? '');
  const type = Number(record.UserType);
  const account = given({ account: textAt(record.OrganizationId) });
  const principal = /^ServicePrincipal_(.+)$/.exec(user)?.[1];
  const app = context.scrub(appOf(record) ?? '').toLowerCase();
  if (principal !== undefined || MACHINES.has(type) || /^app@/i.test(user)) {
    const id = principal ?? (app === '' ? (GUID.exec(user)?.[0] ?? user) : app);
    if (id === '' || isNobody(id)) return undefined;
    const name = textAt(objectAt(record.AppAccessContext)?.ClientAppName);
    return {
      identity: { id: id.toLowerCase(), kind: 'service-account', provider: 'm365', ...given({ name }), ...account },
    };
  }
  if (user === '' || isNobody(user) || /^not available$/i.test(user)) return undefined;
  if (SYSTEM.has(type) || /^NT AUTHORITY\\|^S-1-5-18$/i.test(user))
    return { identity: { id: user.toLowerCase(), kind: 'provider-service', provider: 'm365', ...account } };
  return {
    identity: { id: user.toLowerCase(), kind: 'human', provider: 'm365', ...account },
    ...(app !== '' && !isNobody(app) && { actor: { id: app, kind: 'app' } }),
  };
}

const READ = /(?:Accessed|Viewed|Downloaded|Searched|Previewed|Exported|Read|Synced|Copied|Opened|Listed)$|^Search/;
const AUTH = /^User(?:LoggedIn|LoginFailed|LoggedOff)|LogIn|Login/;
const ADMIN =
  /^(?:Add|Remove|Set|New|Enable|Disable|Update|Install|Grant)-|Permission|Role|Policy|Sharing|SecureLink|AnonymousLink|Consent|Credential|Owner|service principal|application|Site ?Collection ?Admin|InboxRule/i;

function accessOf(operation: string, workload: string): Access {
  if (AUTH.test(operation)) return 'authenticate';
  if (READ.test(operation)) return 'read';
  if (ADMIN.test(operation)) return 'admin';
  const access = accessOfName(operation);
  if (access !== 'unknown') return access;
  // In the past tense: FileModified, FileUploaded, MessageSent.
  if (/(?:ed|Sent|Made|Set)$/.test(operation)) return 'write';
  return workload === 'AzureActiveDirectory' ? 'admin' : 'unknown';
}

function outcomeOf(record: Fields, operation: string): Pick<Activity, 'outcome' | 'errorCode'> {
  const status = textAt(record.ResultStatus) ?? '';
  const code = firstText(record.ErrorNumber, record.LogonError, record.ErrorCode) ?? status;
  if (operation === 'UserLoginFailed') return { outcome: 'denied', ...given({ errorCode: textAt(code) }) };
  // What has partly succeeded was done.
  if (!/^(?:fail|false|error|denied|blocked)/i.test(status)) return { outcome: 'success' };
  return {
    outcome: /denied|blocked|unauthori[sz]ed/i.test(`${status} ${code}`) ? 'denied' : 'failed',
    errorCode: code,
  };
}

/** What it was done to: a file, a mailbox, an object of the directory. */
function targetOf(record: Fields): Activity['resource'] {
  const item = objectAt(record.Item);
  const id =
    firstText(record.ObjectId, record.MailboxOwnerUPN, record.SiteUrl, record.TeamName, record.ChatThreadId) ??
    firstText(...listAt(record.Target).map((target) => objectAt(target)?.ID)) ??
    textAt(record.Site);
  if (id === undefined || isNobody(id) || /^(?:not available|unknown \(unknown\))$/i.test(id)) return undefined;
  return { id, ...given({ type: firstText(record.ItemType, objectAt(item)?.ItemClass, record.ObjectType) }) };
}

export const format: Format = {
  id: 'm365-audit',
  about: {
    title: 'Microsoft 365 unified audit',
    source: 'Records of the Office 365 Management Activity API, one by one or as the lists they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      typeof record.CreationTime === 'string' &&
      typeof record.Operation === 'string' &&
      (typeof record.Workload === 'string' || typeof record.RecordType === 'number') &&
      (typeof record.OrganizationId === 'string' || typeof record.UserKey === 'string')
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.CreationTime, true);
    if (at === undefined) return dead('CreationTime: expected a time');
    const operation = context.scrub(textAt(record.Operation) ?? '');
    if (operation === '') return dead('Operation: expected a non-empty string');
    const who = whoOf(record, context);
    if (who === undefined) return skip('UserId names nobody');
    const workload = context.scrub(textAt(record.Workload) ?? 'm365');
    const id = textAt(record.Id);
    const target = targetOf(record);
    return {
      status: 'read',
      activities: [
        {
          id: `m365:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: operation, service: workload, access: accessOf(operation, workload) },
          source: given({
            ip: firstText(record.ClientIP, record.ClientIPAddress, record.ActorIpAddress),
            userAgent: firstText(record.UserAgent, record.ClientInfoString),
          }),
          ...outcomeOf(record, operation),
          ...(target && { resource: target }),
        },
      ],
    };
  },
};
