/** Reads 1Password events: audit events, uses of items and sign-ins, by service accounts and by people. */
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

// Field map: 1Password Events API v2, /auditevents, /itemusages and /signinattempts, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** Clients that only programs use. */
const PROGRAM = /CLI|Connect|SDK|SCIM|Service Account/i;

function whoOf(event: Fields): Activity['identity'] | undefined {
  const user = objectAt(event.user) ?? objectAt(event.target_user) ?? objectAt(event.actor_details);
  const id = firstText(user?.uuid, event.actor_uuid);
  if (id === undefined || isNobody(id)) return undefined;
  const type = firstText(event.actor_type, user?.user_type, user?.type) ?? '';
  const email = textAt(user?.email);
  const client = textAt(objectAt(event.client)?.app_name) ?? '';
  const isService = /service/i.test(type) || (email === undefined && PROGRAM.test(client));
  return {
    id,
    kind: isService ? 'service-account' : 'human',
    provider: '1password',
    ...given({ name: firstText(email, user?.name) }),
  };
}

const READ =
  /^(?:reveal|copy|secure-copy|fill|select-sso-provider|export|view|read|share|enter-item-edit-mode|server-fetch)/;

/** An event of uses has a vault and an item, one of sign-ins a category, one of audits the kind of thing it was done to. */
function toldBy(event: Fields): { name: string; access: Access; resource?: Activity['resource'] } | undefined {
  const item = textAt(event.item_uuid);
  const vault = textAt(event.vault_uuid);
  if (item !== undefined || vault !== undefined) {
    const name = textAt(event.action) ?? 'item-usage';
    return {
      name,
      access: READ.test(name) || name === 'item-usage' ? 'read' : 'write',
      resource: { id: [vault, item].filter((part) => part !== undefined).join('/'), type: 'item' },
    };
  }
  if (textAt(event.category) !== undefined && objectAt(event.target_user) !== undefined)
    return { name: 'sign-in', access: 'authenticate' };
  const action = textAt(event.action);
  const kind = textAt(event.object_type);
  if (action === undefined || kind === undefined) return undefined;
  const id = textAt(event.object_uuid);
  return {
    name: `${kind}.${action}`,
    access: 'admin',
    ...(id !== undefined && { resource: { id, type: kind } }),
  };
}

function outcomeOf(event: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const category = textAt(event.category);
  if (category === undefined || category === 'success') return { outcome: 'success' };
  return { outcome: 'denied', errorCode: firstText(event.type, category)! };
}

export const format: Format = {
  id: 'onepassword-events',
  about: {
    title: '1Password events',
    source: 'Events of /auditevents, /itemusages and /signinattempts, or the pages they come in ({"items": [...]}).',
  },
  recognises(raw) {
    const event = objectAt(raw);
    return (
      typeof event?.uuid === 'string' &&
      typeof event.timestamp === 'string' &&
      (typeof event.item_uuid === 'string' ||
        (typeof event.category === 'string' && objectAt(event.target_user) !== undefined) ||
        (typeof event.actor_uuid === 'string' && typeof event.object_type === 'string'))
    );
  },
  split(raw) {
    const page = objectAt(raw);
    return Array.isArray(page?.items) && typeof page.cursor === 'string' && typeof page.has_more === 'boolean'
      ? listAt(page.items)
      : undefined;
  },
  read(raw, context) {
    const event = objectAt(raw);
    if (event === undefined) return dead('record: expected an object');
    const at = instantOf(event.timestamp, true);
    if (at === undefined) return dead('timestamp: expected a time');
    const told = toldBy(event);
    if (told === undefined) return dead('action, object_type: expected non-empty strings');
    const identity = whoOf(event);
    if (identity === undefined) return skip('user names nobody');
    const client = objectAt(event.client);
    const session = firstText(event.session_uuid, objectAt(event.session)?.uuid);
    const agent = [textAt(client?.app_name), textAt(client?.app_version)]
      .filter((part) => part !== undefined)
      .join('/');
    const id = textAt(event.uuid);
    return {
      status: 'read',
      activities: [
        {
          id: `1password:${id ?? context.hashOf(event)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: told.name, service: '1password', access: told.access },
          source: given({
            ip: firstText(client?.ip_address, objectAt(event.session)?.ip),
            country: firstText(event.country, objectAt(event.location)?.country),
            userAgent: agent === '' ? undefined : agent,
          }),
          ...outcomeOf(event),
          ...given({ resource: told.resource }),
          ...(session !== undefined && { actor: { id: session, kind: 'session' } }),
        },
      ],
    };
  },
};
