/** Reads the audit log of Carbon Black Cloud: who makes API keys and looks at their secrets, signs in, and changes users, grants and sensors. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Carbon Black Cloud's audit log events, with records of panther-labs/panther-analysis daa10c8, November 2026. What was done stands in
// a sentence alone; one that is not known keeps its verb.

interface Told {
  readonly action: string;
  readonly access: Access;
  readonly resource?: Activity['resource'];
  readonly change?: Activity['change'];
}

const of = (id: string | undefined, type: string): Pick<Told, 'resource'> =>
  id === undefined ? {} : { resource: { id, type } };

const SENTENCES: readonly (readonly [RegExp, (found: RegExpExecArray) => Told])[] = [
  [
    /retrieved secret for API ID (\S+)/i,
    ([, id]) => ({ action: 'api-key.secret.retrieve', access: 'read', ...of(id, 'api-key') }),
  ],
  [
    /^Added API ID (\S+)/i,
    ([, id]) => ({
      action: 'api-key.create',
      access: 'admin',
      ...of(id, 'api-key'),
      change: { kind: 'identity', ...given({ identity: id }) },
    }),
  ],
  [
    /^(Deleted|Updated|Regenerated).*\bAPI (?:ID|key) (\S+)/i,
    ([, verb = '', id]) => ({ action: `api-key.${verb.toLowerCase()}`, access: 'admin', ...of(id, 'api-key') }),
  ],
  [
    /^Created grant: (\S+) with role (.+?)\.?$/i,
    ([, id, role]) => ({
      action: 'grant.create',
      access: 'admin',
      ...of(id, 'grant'),
      change: { kind: 'right', ...given({ identity: id, rights: role === undefined ? undefined : [role] }) },
    }),
  ],
  [
    /^Added user (\S+) to org/i,
    ([, id]) => ({
      action: 'user.add',
      access: 'admin',
      ...of(id, 'user'),
      change: { kind: 'identity', ...given({ identity: id }) },
    }),
  ],
  [/^(?:Logged in|Login|User \S+ logged in)/i, () => ({ action: 'login', access: 'authenticate' })],
];

/** A sentence without what is only of this one act: its first words up to a colon, an id or a number. */
const headOf = (sentence: string) => /^[A-Za-z]+(?: [a-z]+){0,3}/.exec(sentence)?.[0] ?? 'audit';

function tell(sentence: string): Told {
  for (const [form, told] of SENTENCES) {
    const found = form.exec(sentence);
    if (found !== null) return told(found);
  }
  const head = headOf(sentence);
  return { action: head, access: /^(?:viewed|requested|exported|searched)/i.test(head) ? 'read' : 'admin' };
}

export const format: Format = {
  id: 'carbon-black-audit',
  about: {
    title: 'Carbon Black Cloud audit log',
    source: 'Audit log events of the API ({"notifications": [...]}), one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.description === 'string' &&
      typeof record.loginName === 'string' &&
      typeof record.orgName === 'string' &&
      'eventId' in record &&
      'eventTime' in record
    );
  },
  split(raw) {
    const page = objectAt(raw)?.notifications;
    return Array.isArray(page) && format.recognises(page[0]) ? page : undefined;
  },
  read(raw, context: ReadContext) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.eventTime, true) ?? instantOfEpoch(record.eventTime);
    if (at === undefined) return dead('eventTime: expected a time');
    const sentence = context.scrub(textAt(record.description) ?? '');
    if (sentence === '') return dead('description: expected a non-empty string');
    const id = context.scrub(textAt(record.loginName) ?? '');
    if (id === '' || isNobody(id)) return skip('loginName names nobody');
    const { action, access, resource, change } = tell(sentence);
    const hasFailed = /\b(?:failed|denied|invalid)\b/i.test(sentence);
    const path = textAt(context.scrub((textAt(record.requestUrl) ?? '').split('?')[0]!));
    return {
      status: 'read',
      activities: [
        {
          id: `carbon-black:${context.scrub(textAt(record.eventId) ?? context.hashOf(record))}`,
          at,
          tenant: context.tenant,
          // People sign in by an address, keys of the API act under their id.
          identity: {
            id,
            kind: id.includes('@') ? 'human' : 'api-key',
            provider: 'carbon-black',
            ...given({ account: textAt(context.scrub(textAt(record.orgName) ?? '')) }),
          },
          action: { name: action, service: 'carbon-black', access },
          ...given({ resource: resource ?? (path === undefined ? undefined : { id: path, type: 'path' }) }),
          source: given({ ip: textAt(record.clientIp) }),
          outcome: hasFailed ? (access === 'authenticate' ? 'denied' : 'failed') : 'success',
          ...given({ change }),
        },
      ],
    };
  },
};
