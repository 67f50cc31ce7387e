/** Reads the team log of Dropbox: what members, administrators and linked apps do with files, sharing and the team. */
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
  recipientsOf,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Dropbox's Business API, team_log (TeamEvent, ActorLogInfo, OriginLogInfo), with records of panther-labs/panther-analysis daa10c8,
// November 2026. Loaders of warehouses write `_tag` where the API writes `.tag`.

type Fields = Readonly<Record<string, unknown>>;

const tagOf = (value: unknown): string | undefined => {
  const thing = objectAt(value);
  return firstText(thing?.['.tag'], thing?._tag);
};

type Who = Pick<Activity, 'identity' | 'onBehalfOf'>;

function personOf(value: unknown): { readonly id: string; readonly name: string | undefined } | undefined {
  const user = objectAt(value) ?? {};
  const id = firstText(user.account_id, user.team_member_id, user.email);
  return id === undefined || isNobody(id) ? undefined : { id, name: textAt(user.email) };
}

function whoOf(record: Fields, context: ReadContext): Who | undefined {
  const actor = objectAt(record.actor) ?? {};
  const tag = tagOf(actor) ?? '';
  if (tag === 'dropbox') return { identity: { id: 'dropbox', kind: 'provider-service', provider: 'dropbox' } };
  const app = objectAt(actor.app) ?? (tag === 'app' ? actor : {});
  const client = firstText(app.app_id, app.display_name);
  if (client !== undefined) {
    // Whom an app of a member works for stands in the context.
    const member = personOf(record.context);
    const name = textAt(context.scrub(textAt(app.display_name) ?? ''));
    return {
      identity: { id: context.scrub(client), kind: 'oauth-app', provider: 'dropbox', ...given({ name }) },
      ...(member !== undefined && { onBehalfOf: [{ id: context.scrub(member.id), kind: 'principal' }] }),
    };
  }
  const person = personOf(objectAt(actor.user) ?? objectAt(actor.admin) ?? objectAt(actor.reseller));
  if (person === undefined) return undefined;
  const name = textAt(context.scrub(person.name ?? ''));
  return { identity: { id: context.scrub(person.id), kind: 'human', provider: 'dropbox', ...given({ name }) } };
}

const ADMIN = new Set([
  'apps',
  'members',
  'tfa',
  'sso',
  'team_policies',
  'domains',
  'groups',
  'trusted_teams',
  'devices',
  'encryption',
]);

function accessOf(type: string, category: string): Access {
  if (category === 'logins') return /sign_in_as/.test(type) ? 'admin' : 'authenticate';
  if (ADMIN.has(category)) return 'admin';
  if (/download|view|preview|export/.test(type)) return 'read';
  const access = accessOfName(type.replace(/^(?:file|shared|paper|folder)_/, ''));
  return access === 'unknown' ? 'write' : access;
}

function targetOf(record: Fields, details: Fields, context: ReadContext): Activity['resource'] {
  const app = objectAt(details.app_info) ?? {};
  const asset = objectAt(listAt(record.assets)[0]) ?? {};
  const other = personOf(objectAt(listAt(record.participants)[0])?.user) ?? personOf(record.context);
  const found: readonly (readonly [string | undefined, string])[] = [
    [firstText(app.app_id, app.display_name), 'app'],
    [
      firstText(objectAt(asset.path)?.contextual, asset.file_id, asset.folder_id, asset.display_name),
      tagOf(asset) ?? 'file',
    ],
    [other?.id, 'member'],
  ];
  const [id, type] = found.find(([one]) => one !== undefined) ?? [];
  return id === undefined
    ? undefined
    : { id: context.scrub(id), ...given({ type: context.scrub(type ?? '') || undefined }) };
}

function changeOf(type: string, details: Fields): Activity['change'] {
  const app = objectAt(details.app_info) ?? {};
  if (/^app_link_/.test(type))
    return { kind: 'identity', ...given({ identity: firstText(app.app_id, app.display_name) }) };
  return /^member_change_admin_role$/.test(type)
    ? {
        kind: 'right',
        ...given({ rights: tagOf(details.new_value) === undefined ? undefined : [tagOf(details.new_value)!] }),
      }
    : undefined;
}

export const format: Format = {
  id: 'dropbox-team',
  about: {
    title: 'Dropbox team log',
    source: 'Events of team_log/get_events ({"events": [...]}), one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return tagOf(record?.event_type) !== undefined && tagOf(record?.event_category) !== undefined;
  },
  split(raw) {
    const page = objectAt(raw)?.events;
    return Array.isArray(page) && format.recognises(page[0]) ? page : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp, true);
    if (at === undefined) return dead('timestamp: expected a time');
    const who = whoOf(record, context);
    if (who === undefined) return skip('actor names nobody');
    const type = context.scrub(tagOf(record.event_type) ?? '');
    const details = objectAt(record.details) ?? {};
    const place = objectAt(objectAt(record.origin)?.geo_location) ?? {};
    const resource = targetOf(record, details, context);
    const hasFailed = /_fail(?:ed)?$/.test(type);
    const access = accessOf(type, tagOf(record.event_category) ?? '');
    const isShared = /^(?:shared|file_add|folder_).*(?:add|invite|member)/.test(type);
    const outside = listAt(isShared ? record.participants : []).map((one) => {
      const user = objectAt(objectAt(one)?.user) ?? {};
      return {
        id: textAt(context.scrub(firstText(user.email, user.account_id) ?? '')),
        kind: tagOf(user) === 'non_team_member' ? ('outside' as const) : ('own' as const),
      };
    });
    return {
      status: 'read',
      activities: [
        {
          id: `dropbox:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: type, service: 'dropbox', access },
          ...given({ resource }),
          source: given({ ip: textAt(place.ip_address), country: textAt(place.country) }),
          outcome: hasFailed ? (access === 'authenticate' ? 'denied' : 'failed') : 'success',
          ...given({ change: changeOf(type, details), recipients: recipientsOf(outside) }),
        },
      ],
    };
  },
};
