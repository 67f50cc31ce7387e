/** Reads the administrators' audit logs of AI platforms: OpenAI's organisation audit log and Anthropic's activity feed. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  instantOf,
  instantOfEpoch,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  type Reading,
  textAt,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;
type Identity = Activity['identity'];

/** Who acted, or why the record tells of no one's act. */
type Who = (Pick<Activity, 'identity' | 'credential' | 'source'> & { skip?: undefined }) | { readonly skip: string };

function sourceOf(from: Fields | undefined): Activity['source'] {
  const source: Activity['source'] = {};
  const ip = textAt(from?.ip_address);
  if (ip !== undefined) source.ip = ip;
  const agent = textAt(from?.user_agent);
  if (agent !== undefined) source.userAgent = agent;
  const place = objectAt(from?.ip_address_details);
  const country = textAt(place?.country);
  if (country !== undefined) source.country = country;
  const region = textAt(place?.region);
  if (region !== undefined) source.region = region;
  const asn = Number(place?.asn ?? 0);
  if (Number.isInteger(asn) && asn > 0 && asn <= 4_294_967_295) source.asn = asn;
  return source;
}

function person(user: Fields | undefined, provider: string): Identity | undefined {
  const email = textAt(user?.email) ?? textAt(user?.email_address);
  const id = textAt(user?.id) ?? textAt(user?.user_id) ?? email;
  if (id === undefined) return undefined;
  return email === undefined || email === id
    ? { id, kind: 'human', provider }
    : { id, kind: 'human', provider, name: email };
}

/** OpenAI: a session of a person, or a key of a person or of a service account, which outlives its keys. */
function ofOpenAi(actor: Fields): Who | undefined {
  const session = objectAt(actor.session);
  const key = objectAt(actor.api_key);
  const account = objectAt(key?.service_account);
  const keyId = textAt(key?.id);
  const id = textAt(account?.id) ?? textAt(actor.service_account_id);
  const name = textAt(account?.name);
  let identity: Identity | undefined;
  if (id !== undefined)
    identity = { id, kind: 'service-account', provider: 'openai', ...(name === undefined ? {} : { name }) };
  else identity = person(objectAt(key?.user) ?? objectAt(session?.user), 'openai');
  if (identity === undefined && keyId !== undefined) identity = { id: keyId, kind: 'api-key', provider: 'openai' };
  if (identity === undefined) return undefined;
  const source = sourceOf(session ?? actor);
  return keyId === undefined
    ? { identity, source }
    : { identity, source, credential: { id: keyId, kind: 'access-key', longLived: true } };
}

/** Anthropic: a key has no owner in this log, so it is the principal itself. */
function ofAnthropic(actor: Fields, organisation: string | undefined): Who | undefined {
  const type = textAt(actor.type) ?? '';
  const source = sourceOf(actor);
  if (type.startsWith('unauthenticated')) return { skip: 'an act before anybody has signed in names nobody' };
  const key = textAt(actor.api_key_id) ?? textAt(actor.admin_api_key_id);
  if (key !== undefined)
    return {
      identity: { id: key, kind: 'api-key', provider: 'anthropic' },
      credential: { id: key, kind: 'access-key', longLived: true },
      source,
    };
  const directory = textAt(actor.directory_id);
  if (directory !== undefined)
    return { identity: { id: directory, kind: 'service-account', provider: 'anthropic', name: type }, source };
  if (type === 'anthropic_actor' || type === 'system_actor')
    return { identity: { id: textAt(actor.service) ?? type, kind: 'provider-service', provider: 'anthropic' }, source };
  const user = person(actor, 'anthropic');
  if (user !== undefined) return { identity: user, source };
  const account = textAt(actor.service_account_id);
  if (account === undefined) return undefined;
  return {
    identity: {
      id: account,
      kind: 'service-account',
      provider: 'anthropic',
      ...(organisation === undefined ? {} : { account: organisation }),
    },
    source,
  };
}

const READ = /(?:^|[._])(?:viewed|accessed|access|listed|downloaded|read|retrieved|searched|exported)$/;

/**
 * Sign-ins authenticate; what ends in a reading word reads. OpenAI logs changes of the organisation's settings, so all else is
 * `admin`; Anthropic names use of its product `claude_...`, which writes, and settings by other words.
 */
function accessOf(type: string): Access {
  if (/(?:^|[._])(?:log(?:in|out)|sso_login|magic_link|sign_?in|sign_?out|session)(?:[._]|$)/.test(type))
    return 'authenticate';
  if (READ.test(type.replace(/[._](?:failed|denied|succeeded)$/, '')) || accessOfName(type) === 'read') return 'read';
  return type.startsWith('claude_') ? 'write' : 'admin';
}

/** What the act was done to: OpenAI's details stand under the type with underscores, Anthropic's beside it, as `..._id`. */
function resourceOf(record: Fields, type: string): Activity['resource'] {
  const details = objectAt(record[type.replaceAll('.', '_')]);
  // A list of settings that were switched: the first stands for them.
  const id = textAt(details?.id) ?? textAt(objectAt(listAt(details?.configs)[0])?.id);
  if (id !== undefined) return { id, type: type.split('.').slice(0, -1).join('.') || type };
  for (const [key, value] of Object.entries(record)) {
    const named = /_id$/.test(key) && !key.startsWith('organization') ? textAt(value) : undefined;
    if (named !== undefined) return { id: named, type: key.slice(0, -'_id'.length) };
  }
  return undefined;
}

function readFrom(record: Fields, who: Who, at: string, type: string, context: ReadContext): Reading {
  if (who.skip !== undefined) return { status: 'skip', reason: who.skip };
  if (isNobody(who.identity.id)) return NOBODY;
  const { provider } = who.identity;
  const event = textAt(record.id);
  const hasFailed = /[._]failed$|[._]denied$/.test(type);
  const activity: Activity = {
    ...who,
    id: `${provider}:${event ?? context.hashOf(record)}`,
    at,
    tenant: context.tenant,
    action: { name: type, service: provider, access: accessOf(type) },
    outcome: hasFailed ? (/login|access|denied/.test(type) ? 'denied' : 'failed') : 'success',
  };
  const organisation = textAt(record.organization_id);
  if (organisation !== undefined) activity.identity.account = organisation;
  const code = textAt(objectAt(record[type.replaceAll('.', '_')])?.error_code);
  if (hasFailed && code !== undefined) activity.errorCode = code;
  const resource = resourceOf(record, type);
  const project = textAt(objectAt(record.project)?.id);
  if (resource !== undefined) activity.resource = project === undefined ? resource : { ...resource, account: project };
  else if (project !== undefined) activity.resource = { id: project, type: 'project' };
  return { status: 'read', activities: [activity] };
}

const NOBODY: Reading = { status: 'skip', reason: 'actor names nobody' };

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

const isOpenAi = (record: Fields) =>
  instantOfEpoch(record.effective_at) !== undefined || record.object === 'organization.audit_log';

export const format: Format = {
  id: 'ai-admin',
  about: {
    title: 'OpenAI and Anthropic administration',
    source:
      "OpenAI's /v1/organization/audit_logs and Anthropic's /v1/compliance/activities, event by event or as the pages they come in.",
  },
  recognises(raw) {
    const record = objectAt(raw);
    const actor = objectAt(record?.actor);
    if (record === undefined || actor === undefined || typeof record.type !== 'string') return false;
    if (instantOfEpoch(record.effective_at) !== undefined)
      return record.object === 'organization.audit_log' || 'session' in actor || 'api_key' in actor;
    return (
      typeof record.created_at === 'string' &&
      typeof record.organization_id === 'string' &&
      typeof actor.type === 'string' &&
      actor.type.endsWith('_actor')
    );
  },
  split(raw) {
    const page = objectAt(raw);
    if (page === undefined || !Array.isArray(page.data) || typeof page.has_more !== 'boolean') return undefined;
    return page.data;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const actor = objectAt(record.actor);
    if (actor === undefined) return dead('actor: expected an object');
    const type = context.scrub(textAt(record.type) ?? '');
    if (type === '') return dead('type: expected a non-empty string');
    if (isOpenAi(record)) {
      const at = instantOfEpoch(record.effective_at);
      if (at === undefined) return dead('effective_at: expected seconds since the epoch');
      const who = ofOpenAi(actor);
      return who === undefined ? NOBODY : readFrom(record, who, at, type, context);
    }
    const at = instantOf(record.created_at, true);
    if (at === undefined) return dead('created_at: expected a time');
    const who = ofAnthropic(actor, textAt(record.organization_id));
    return who === undefined ? NOBODY : readFrom(record, who, at, type, context);
  },
};
