/** Reads MongoDB Atlas events of organisations and projects, by API keys, service accounts and people, and audits of MongoDB's servers. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  skip,
  textAt,
} from '../ingest/format.ts';
import { isDatabaseAudit, readDatabaseAudit } from './mongodb/database-audit.ts';

// Field map: MongoDB Atlas Administration API v2, /orgs/{orgId}/events and /groups/{groupId}/events, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;
type Who = Pick<Activity, 'identity' | 'credential'>;

function whoOf(event: Fields): Who | undefined {
  const account = given({ account: textAt(event.orgId) });
  const key = textAt(event.apiKeyId);
  const publicKey = textAt(event.publicKey);
  if (key !== undefined && !isNobody(key))
    return {
      identity: { id: key, kind: 'api-key', provider: 'mongodb-atlas', ...given({ name: publicKey }), ...account },
      ...(publicKey !== undefined && { credential: { id: publicKey, kind: 'access-key', longLived: true } }),
    };
  const service = firstText(event.serviceAccountId, event.serviceAccountClientId, event.clientId);
  if (service !== undefined && !isNobody(service))
    return { identity: { id: service, kind: 'service-account', provider: 'mongodb-atlas', ...account } };
  const id = firstText(event.userId, event.username);
  if (id === undefined || isNobody(id)) return undefined;
  const name = textAt(event.username);
  // Service accounts act as users that are named after them.
  const isService = /^mdb_sa_id_/.test(name ?? '') || /^mdb_sa_id_/.test(id);
  return {
    identity: {
      id,
      kind: event.isGlobalAdmin === true ? 'provider-service' : isService ? 'service-account' : 'human',
      provider: 'mongodb-atlas',
      ...given({ name }),
      ...account,
    },
  };
}

/** Nearly all that is told changes settings or rights; only sign-ins and looks into data do not. */
function accessOf(type: string): Access {
  if (/(?:^|_)(?:LOGIN|AUTH|MFA|SESSION)(?:_|$)/.test(type)) return 'authenticate';
  if (/VIEWED|DOWNLOADED|ACCESSED|EXPORTED|_READ$|DATA_EXPLORER(?!.*(?:CRUD|MODIF|INSERT|DELETE|UPDATE))/.test(type))
    return 'read';
  return /DATA_EXPLORER|DOCUMENT|COLLECTION|INDEX/.test(type) ? 'write' : 'admin';
}

/** What an event is about, the narrowest first. */
const NAMES =
  `targetUsername targetPublicKey whitelistEntry ipAccessListEntry clusterName resourceId alertConfigId teamId
  dbUserUsername opType collection database instanceName hostname invoiceId groupId orgId`
    .split(/\s+/)
    .filter((name) => name !== '' && name !== 'opType');

function targetOf(event: Fields): Activity['resource'] {
  for (const name of NAMES) {
    const id = textAt(event[name]);
    if (id !== undefined) return { id, type: name.replace(/^target|Id$/g, '').toLowerCase() || name };
  }
  return undefined;
}

export const format: Format = {
  id: 'mongodb-atlas',
  about: {
    title: 'MongoDB Atlas events and MongoDB audit',
    source: 'Events of an organisation or project, or the pages they come in; the audit log of MongoDB servers.',
  },
  recognises(raw) {
    const event = objectAt(raw);
    if (event !== undefined && isDatabaseAudit(event)) return true;
    return (
      typeof event?.eventTypeName === 'string' &&
      typeof event.created === 'string' &&
      ('orgId' in event || 'groupId' in event)
    );
  },
  split(raw) {
    const page = objectAt(raw);
    return Array.isArray(page?.results) && textAt(objectAt(listAt(page.results)[0])?.eventTypeName) !== undefined
      ? page.results
      : undefined;
  },
  read(raw, context) {
    const event = objectAt(raw);
    if (event === undefined) return dead('record: expected an object');
    if (isDatabaseAudit(event)) return readDatabaseAudit(event, context);
    const at = instantOf(event.created, true);
    if (at === undefined) return dead('created: expected a time');
    const type = context.scrub(textAt(event.eventTypeName) ?? '');
    if (type === '') return dead('eventTypeName: expected a non-empty string');
    const who = whoOf(event);
    if (who === undefined) return skip('an event of Atlas itself: neither a key nor a user is named');
    const id = textAt(event.id);
    const isRefused = /FAILED|DENIED|UNAUTHORIZED|REJECTED/.test(type);
    return {
      status: 'read',
      activities: [
        {
          id: `atlas:${id ?? context.hashOf(event)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: type, service: 'mongodb-atlas', access: accessOf(type) },
          source: given({ ip: textAt(event.remoteAddress), userAgent: textAt(event.userAgent) }),
          outcome: isRefused ? 'denied' : 'success',
          ...given({ resource: targetOf(event) }),
        },
      ],
    };
  },
};
