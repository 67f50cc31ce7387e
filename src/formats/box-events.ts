/** Reads the enterprise events of Box: what apps under their service accounts, and people, read, share and let others into. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  kindOfAddress,
  listAt,
  objectAt,
  objectIn,
  type ReadContext,
  recipientsOf,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Box API 2.0, "List user and enterprise events" (`stream_type=admin_logs`), as the samples of elastic/integrations (box_events 3, data
// stream `events`) and panther-labs/panther-analysis daa10c8 show them, November 2026.

type Fields = Readonly<Record<string, unknown>>;

const isEvent = (record: Fields | undefined) =>
  record?.type === 'event' && typeof record.event_type === 'string' && ('created_by' in record || 'source' in record);

/** The user of an app that signs in by itself; Box makes one for each. */
const OF_APP = /^AutomationUser_.*@box/i;
/** Stands for whoever Box does not know. */
const UNKNOWN_USER = '2';

function whoOf(record: Fields, context: ReadContext): Activity['identity'] | undefined {
  const by = objectAt(record.created_by) ?? objectAt(record.action_by) ?? {};
  const login = context.scrub(textAt(by.login) ?? '');
  const id = context.scrub(firstText(by.id, by.login) ?? '');
  if (id === '' || id === UNKNOWN_USER || isNobody(id)) return undefined;
  const app = textAt(objectIn(record.additional_details)?.service_name);
  const isApp = OF_APP.test(login);
  const name = isApp ? (app ?? firstText(by.name, login)) : textAt(login);
  return { id, kind: isApp ? 'service-account' : 'human', provider: 'box', ...given({ name }) };
}

const GOVERNS =
  /SHARE|COLLAB|PERMISSION|ROLE|POLICY|APPLICATION|GROUP|USER|DEVICE|LEGAL_HOLD|RETENTION|WEBHOOK|SHIELD|KEY|ACCESS_GRANTED|ACCESS_REVOKED/;

function accessOf(event: string): Access {
  if (/LOGIN(?!_ACTIVITY)|LOGOUT|AUTHENTICATE|TOKEN_/.test(event)) return 'authenticate';
  if (/DOWNLOAD|PREVIEW|ITEM_OPEN|CONTENT_ACCESS/.test(event)) return 'read';
  if (GOVERNS.test(event)) return 'admin';
  const access = accessOfName(event.toLowerCase());
  return access === 'unknown' ? 'write' : access;
}

/** A file, a folder or a user; events of sharing name them by other fields. */
function targetOf(source: Fields, context: ReadContext): Activity['resource'] {
  const id = firstText(source.id, source.item_id, source.file_id, source.folder_id, source.user_id);
  if (id === undefined) return undefined;
  const named = source.file_id === id ? 'file' : source.folder_id === id ? 'folder' : undefined;
  return { id: context.scrub(id), ...given({ type: firstText(source.type, source.item_type) ?? named }) };
}

/** Who was let in, and with which rights. */
function givenTo(record: Fields, event: string): Pick<Activity, 'change' | 'recipients'> {
  if (!/^COLLABORATION_(?:INVITE|ACCEPT|ROLE_CHANGE)$/.test(event)) return {};
  const to = objectAt(record.accessible_by) ?? {};
  const role = textAt(objectIn(record.additional_details)?.role);
  const login = textAt(to.login);
  const own = textAt(objectAt(record.created_by)?.login);
  return {
    change: { kind: 'right', ...given({ identity: textAt(to.id), rights: role === undefined ? undefined : [role] }) },
    ...given({
      recipients: login === undefined ? undefined : recipientsOf([{ id: login, kind: kindOfAddress(login, own) }]),
    }),
  };
}

function outcomeOf(event: string): Activity['outcome'] {
  if (event === 'FAILED_LOGIN' || event === 'DEVICE_TRUST_CHECK_FAILED') return 'denied';
  return /_(?:FAILED|FAILURE)$/.test(event) ? 'failed' : 'success';
}

export const format: Format = {
  id: 'box-events',
  about: {
    title: 'Box enterprise events',
    source:
      'Events of the stream `admin_logs`, one by one or as the pages they come in ({"entries": [...]}). Alerts of Box Shield are skipped.',
  },
  recognises: (raw) => isEvent(objectAt(raw)),
  split(raw) {
    const entries = objectAt(raw)?.entries;
    return isEvent(objectAt(listAt(entries)[0])) ? listAt(entries) : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.created_at, true);
    if (at === undefined) return dead('created_at: expected a time');
    const event = context.scrub(textAt(record.event_type) ?? '');
    if (event === 'SHIELD_ALERT') return skip('an alert of Box Shield');
    const identity = whoOf(record, context);
    if (identity === undefined) return skip('created_by names nobody');
    const target = targetOf(objectAt(record.source) ?? {}, context);
    return {
      status: 'read',
      activities: [
        {
          id: `box:${textAt(record.event_id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: event, service: 'box', access: accessOf(event) },
          source: given({ ip: textAt(record.ip_address) }),
          outcome: outcomeOf(event),
          ...given({ resource: target }),
          ...givenTo(record, event),
        },
      ],
    };
  },
};
