/** Reads the unified audit log of Microsoft 365: Exchange, SharePoint, Teams, Entra and more, by apps and by people. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  EVERYBODY,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  kindOfAddress,
  listAt,
  type NamedRecipient,
  objectAt,
  type ReadContext,
  recipientsOf,
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

/** `Type` 1 in a list of the directory's actors: a name. */
const NAME = 1;

/** Whoever signed in by a certificate is called so by the directory, which names the service in its list of actors. */
const nameIn = (record: Fields) =>
  textAt(
    listAt(record.Actor)
      .map(objectAt)
      .find((actor) => Number(actor?.Type) === NAME)?.ID,
  );

function whoOf(record: Fields, context: ReadContext): Who | undefined {
  const told = textAt(record.UserId);
  const user = context.scrub((told === 'Certificate' ? nameIn(record) : undefined) ?? told ?? '');
  const type = Number(record.UserType);
  const account = given({ account: textAt(record.OrganizationId) });
  const principal = /^ServicePrincipal_(.+)$/.exec(user)?.[1];
  const app = context.scrub(appOf(record) ?? '').toLowerCase();
  if (principal !== undefined || MACHINES.has(type) || /^app@/i.test(user)) {
    // SharePoint names the app that did it in the key of its user: `i:0i.t|ms.sp.ext|APP@TENANT`.
    const key = context.scrub(textAt(record.UserKey) ?? '');
    const id = principal ?? (app === '' ? (GUID.exec(user)?.[0] ?? GUID.exec(key)?.[0] ?? user) : app);
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

/** What Microsoft writes where there is nothing to name. */
const NOTHING = /^(?:not available|unknown \(unknown\))$/i;

/** An object of the directory as its own log names it: there the kind stands before the id. */
const plain = (id: unknown) =>
  typeof id === 'string'
    ? id.replace(/^(?:Application|Device|Group|Policy|Role|ServicePrincipal|User)_(?=[0-9a-f]{8}-)/, '')
    : id;

/** What it was done to: a file, a mailbox, a conversation, an object of the directory. */
function targetOf(record: Fields): Activity['resource'] {
  const item = objectAt(record.Item);
  const id = [
    record.ObjectId,
    record.MailboxOwnerUPN,
    record.SiteUrl,
    record.TeamName,
    record.ChatThreadId,
    objectAt(record.Message)?.ThreadId,
    objectAt(record.CopilotEventData)?.ThreadId,
    ...listAt(record.Target).map((target) => plain(objectAt(target)?.ID)),
    record.Site,
  ].find((one) => typeof one === 'string' && one !== '' && !isNobody(one) && !NOTHING.test(one)) as string | undefined;
  return id === undefined
    ? undefined
    : { id, ...given({ type: firstText(record.ItemType, objectAt(item)?.ItemClass, record.ObjectType) }) };
}

/** Whom a link lets in, by the operation that makes it. */
const LINKS: readonly (readonly [RegExp, NamedRecipient])[] = [
  [/^AnonymousLink(?:Created|Updated)$/, EVERYBODY],
  [/^CompanyLinkCreated$/, { id: 'the whole organisation', kind: 'own' }],
];
/** Operations of SharePoint and OneDrive that name whom something is shared with. */
const SHARES = /^(?:SharingSet|SharingInvitationCreated|AddedToSecureLink|AddedToGroup|AccessInvitationCreated)$/;
/** Parameters of Exchange cmdlets that name who may read a mailbox, or where its mail goes. */
const MAIL_GOES_TO = /^(?:ForwardTo|RedirectTo|ForwardAsAttachmentTo|ForwardingSmtpAddress|User|Trustee)$/;
const MAIL_RULES = /^(?:(?:New|Set)-InboxRule|Set-Mailbox|Add-(?:Mailbox|Recipient)Permission)$/;

/** To whom a link, a share, a rule or a permission opens something. */
function recipientsIn(record: Fields, operation: string): Activity['recipients'] {
  const link = LINKS.find(([made]) => made.test(operation))?.[1];
  if (link !== undefined) return recipientsOf([link]);
  const own = textAt(record.UserId);
  const kindOf = (id: string) => (/#ext#/i.test(id) ? 'outside' : kindOfAddress(id, own));
  if (SHARES.test(operation)) {
    const id = textAt(record.TargetUserOrGroupName)?.toLowerCase();
    const type = textAt(record.TargetUserOrGroupType) ?? '';
    // Of groups only SharePoint itself tells who is in them.
    const kind = /^(?:Guest|Partner)$/i.test(type) ? 'outside' : /^Member$/i.test(type) ? 'own' : kindOf(id ?? '');
    if (/^everyone except external users$/i.test(id ?? '')) return recipientsOf([{ id, kind: 'own' }]);
    return recipientsOf([/^everyone$/i.test(id ?? '') ? EVERYBODY : { id, kind }]);
  }
  if (!MAIL_RULES.test(operation)) return undefined;
  return recipientsOf(
    listAt(record.Parameters).flatMap((item) => {
      const parameter = objectAt(item);
      if (!MAIL_GOES_TO.test(textAt(parameter?.Name) ?? '')) return [];
      const ids = (textAt(parameter?.Value) ?? '')
        .split(/[;,\s]+/)
        .map((id) => id.replace(/^smtp:/i, '').toLowerCase());
      return ids.map((id) => ({ id, kind: kindOf(id) }));
    }),
  );
}

/** A property beside the fields of the schema, as the directory writes them: `[{"Name":"UserAgent","Value":"..."}]`. */
const extended = (record: Fields, name: string) =>
  textAt(objectAt(listAt(record.ExtendedProperties).find((item) => objectAt(item)?.Name === name))?.Value);

/** The name of a host without the port, which is another one each time. */
const withoutPort = (address: string | undefined) => address?.replace(/^\[?([A-Za-z][\w.-]*)\]?:\d+$/, '$1');

/** Alerts, investigations and detections name whom they are about, who did nothing there. */
const isFinding = (record: Fields) =>
  record.Workload === 'ThreatIntelligence' ||
  /^(?:AirInvestigation|AtpDetection$|TI(?:Mail|Url))/.test(textAt(record.Operation) ?? '') ||
  /^SecurityComplianceAlerts$/i.test(textAt(record.UserId) ?? '');

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
    if (isFinding(record)) return skip('what a protection of Microsoft found, not an act');
    const who = whoOf(record, context);
    if (who === undefined) return skip('UserId names nobody');
    const workload = context.scrub(textAt(record.Workload) ?? 'm365');
    const id = textAt(record.Id);
    const target = targetOf(record);
    const recipients = recipientsIn(record, operation);
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
            ip: withoutPort(firstText(record.ClientIP, record.ClientIPAddress, record.ActorIpAddress)),
            userAgent: firstText(record.UserAgent, record.ClientInfoString, extended(record, 'UserAgent')),
          }),
          ...outcomeOf(record, operation),
          ...(target && { resource: target }),
          ...(recipients && { recipients }),
        },
      ],
    };
  },
};
