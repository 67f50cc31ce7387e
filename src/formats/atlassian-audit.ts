/** Reads the audit log of an Atlassian organisation: what people, apps and API tokens do to users, products, policies and keys. */
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

// Field map: Atlassian Admin REST API, "Organizations", version 1: events of an organisation, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

const thingsOf = (value: unknown): Fields[] =>
  listAt(value).flatMap((item) => {
    const thing = objectAt(item);
    return thing === undefined ? [] : [thing];
  });
const attributesOf = (thing: Fields | undefined) => objectAt(thing?.attributes) ?? {};

function whoOf(
  attributes: Fields,
  context: ReadContext,
): Pick<Activity, 'identity' | 'credential' | 'onBehalfOf'> | undefined {
  const actor = objectAt(attributes.actor);
  const id = textAt(actor?.id);
  if (id === undefined || isNobody(id)) return undefined;
  const auth = objectAt(actor?.auth);
  const token = textAt(auth?.tokenId);
  const email = textAt(actor?.email);
  const lender = objectAt(actor?.onBehalfOf);
  const principal = firstText(lender?.id, lender?.email);
  const isApp = /app|bot|connect\.atlassian\.com$/i.test(`${textAt(actor?.accountType) ?? ''} ${email ?? ''}`);
  const home = thingsOf(attributes.container)[0];
  const site = firstText(attributesOf(home).siteHostName, attributesOf(home).siteName, home?.id);
  return {
    identity: {
      id,
      kind: isApp ? 'oauth-app' : email === undefined ? 'unknown' : 'human',
      provider: 'atlassian',
      ...given({
        name: email ?? textAt(actor?.name),
        account: textAt(context.scrub(site ?? '').replace(/^https?:\/\//, '')),
      }),
    },
    ...(principal !== undefined && { onBehalfOf: [{ id: principal, kind: 'principal' }] }),
    ...(token !== undefined && { credential: { id: token, kind: 'pat', longLived: true } }),
  };
}

/** Rights, members, keys and policies; most of what an organisation logs. */
const GOVERNS =
  /user|group|role|admin|access|policy|token|api_key|domain|saml|scim|idp|app|permission|product|allowlist|verification|export/;

function accessOf(action: string): Access {
  // Whoever logs in as somebody else may all that they may.
  if (/logged_in_as_/.test(action)) return 'admin';
  if (/login|logged_in|logged_out|logout|authenticat/.test(action)) return 'authenticate';
  const access = accessOfName(action.replace(/ed$/, ''));
  if (access === 'read') return 'read';
  return GOVERNS.test(action) ? 'admin' : access === 'unknown' ? 'write' : access;
}

/** Acts that let somebody in: the user that stands among the things is who. */
const LETS_IN = /^user_(?:added|invited|granted)|_(?:granted|added_to)_/;

export const format: Format = {
  id: 'atlassian-audit',
  about: {
    title: 'Atlassian organisation audit log',
    source: 'Events of the admin API of an organisation, one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const attributes = objectAt(record?.attributes);
    return (
      typeof attributes?.action === 'string' &&
      typeof attributes.time === 'string' &&
      objectAt(attributes.actor) !== undefined &&
      (record?.type === 'events' || Array.isArray(attributes.context) || Array.isArray(attributes.container))
    );
  },
  split(raw) {
    const page = objectAt(raw);
    const [first] = listAt(page?.data);
    return objectAt(first)?.type === 'events' && objectAt(objectAt(first)?.attributes)?.actor !== undefined
      ? listAt(page?.data)
      : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    const attributes = objectAt(record?.attributes);
    if (record === undefined || attributes === undefined) return dead('attributes: expected an object');
    const at = instantOf(attributes.time, true);
    if (at === undefined) return dead('attributes.time: expected a time');
    const action = context.scrub(textAt(attributes.action) ?? '');
    if (action === '') return dead('attributes.action: expected a non-empty string');
    const who = whoOf(attributes, context);
    if (who === undefined) return skip('attributes.actor names nobody');
    const things = thingsOf(attributes.context);
    // That somebody came into a group is told by which.
    const about = things.find(({ type }) => type === 'groups' || type === 'roles') ?? things[0];
    const target = firstText(about?.id, attributesOf(about).name, attributesOf(about).email);
    const user = things.find(({ type }) => type === 'users');
    const letIn = context
      .scrub(firstText(attributesOf(user).email, user?.id, attributesOf(user).name) ?? '')
      .toLowerCase();
    const recipients = LETS_IN.test(action) ? recipientsOf([{ id: letIn, kind: 'unknown' }]) : undefined;
    const place = objectAt(attributes.location);
    return {
      status: 'read',
      activities: [
        {
          id: `atlassian:${textAt(record.id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: action, service: 'atlassian', access: accessOf(action) },
          ...(target !== undefined && { resource: { id: target, ...given({ type: textAt(about?.type) }) } }),
          ...(recipients && { recipients }),
          source: given({ ip: textAt(place?.ip), country: textAt(place?.countryName) }),
          outcome: /fail|denied|blocked/.test(action) ? 'denied' : 'success',
        },
      ],
    };
  },
};
