/** Reads canonical activities as anything that can write JSON would write them. */
import { ACCESSES, type Activity, CREDENTIAL_KINDS, IDENTITY_KINDS, OUTCOMES } from '../../schemas/activity.ts';
import { type Format, instantOf, type Reading } from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a record: the field and what was expected there; never the value. */
class Wrong {
  readonly reason: string;
  constructor(field: string, expected: string) {
    this.reason = `${field}: expected ${expected}`;
  }
}

const ACCESS: ReadonlySet<unknown> = new Set(ACCESSES);
const OUTCOME: ReadonlySet<unknown> = new Set(OUTCOMES);
const IDENTITY_KIND: ReadonlySet<unknown> = new Set(IDENTITY_KINDS);
const CREDENTIAL_KIND: ReadonlySet<unknown> = new Set(CREDENTIAL_KINDS);

function must(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw new Wrong(field, 'a non-empty string');
  return value;
}

function may(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Wrong(field, 'a string');
  return value;
}

function oneOf<T extends string>(value: unknown, allowed: ReadonlySet<unknown>, field: string): T {
  if (!allowed.has(value)) throw new Wrong(field, `one of ${[...allowed].join(', ')}`);
  return value as T;
}

function instant(value: unknown, field: string): string {
  const text = instantOf(value);
  if (text === undefined) throw new Wrong(field, 'a time as RFC 3339 with an offset, such as 2026-03-01T10:15:30.120Z');
  return text;
}

function mayNumber(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'number' || !(value >= 0)) throw new Wrong(field, 'a number of at least 0');
  return value;
}

/** An object, or undefined where nothing is said: absent, null, or all of its fields empty. */
function mayObject(value: unknown, field: string): Fields | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new Wrong(field, 'an object');
  const fields = value as Fields;
  for (const key in fields) if (fields[key] !== '' && fields[key] !== null) return fields;
  return undefined;
}

function mustObject(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Wrong(field, 'an object');
  return value as Fields;
}

function mayList(value: unknown, field: string): readonly unknown[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (!Array.isArray(value)) throw new Wrong(field, 'an array');
  return value.length === 0 ? undefined : value;
}

function mayTexts(value: unknown, field: string): string[] | undefined {
  const list = mayList(value, field)?.filter((item) => item !== '');
  return list === undefined || list.length === 0 ? undefined : list.map((item) => must(item, field));
}

function identityOf(value: unknown): Activity['identity'] {
  const raw = mustObject(value, 'identity');
  const identity: Activity['identity'] = {
    id: must(raw.id, 'identity.id'),
    kind: oneOf(raw.kind, IDENTITY_KIND, 'identity.kind'),
    provider: must(raw.provider, 'identity.provider'),
  };
  const name = may(raw.name, 'identity.name');
  if (name !== undefined) identity.name = name;
  const account = may(raw.account, 'identity.account');
  if (account !== undefined) identity.account = account;
  const environment = may(raw.environment, 'identity.environment');
  if (environment !== undefined) identity.environment = environment;
  return identity;
}

function credentialOf(raw: Fields): NonNullable<Activity['credential']> {
  const credential: NonNullable<Activity['credential']> = {
    id: must(raw.id, 'credential.id'),
    kind: oneOf(raw.kind, CREDENTIAL_KIND, 'credential.kind'),
  };
  if (may(raw.issuedAt, 'credential.issuedAt') !== undefined)
    credential.issuedAt = instant(raw.issuedAt, 'credential.issuedAt');
  if (may(raw.expiresAt, 'credential.expiresAt') !== undefined)
    credential.expiresAt = instant(raw.expiresAt, 'credential.expiresAt');
  if (raw.longLived !== undefined && raw.longLived !== null) {
    if (typeof raw.longLived !== 'boolean') throw new Wrong('credential.longLived', 'true or false');
    credential.longLived = raw.longLived;
  }
  return credential;
}

function actorOf(raw: Fields): NonNullable<Activity['actor']> {
  const actor: NonNullable<Activity['actor']> = { id: must(raw.id, 'actor.id'), kind: must(raw.kind, 'actor.kind') };
  const version = may(raw.version, 'actor.version');
  if (version !== undefined) actor.version = version;
  const model = may(raw.model, 'actor.model');
  if (model !== undefined) actor.model = model;
  return actor;
}

function resourceOf(raw: Fields): NonNullable<Activity['resource']> {
  const resource: NonNullable<Activity['resource']> = { id: must(raw.id, 'resource.id') };
  const type = may(raw.type, 'resource.type');
  if (type !== undefined) resource.type = type;
  const account = may(raw.account, 'resource.account');
  if (account !== undefined) resource.account = account;
  return resource;
}

function sourceOf(raw: Fields): Activity['source'] {
  const source: Activity['source'] = {};
  const ip = may(raw.ip, 'source.ip');
  if (ip !== undefined) source.ip = ip;
  const asn = mayNumber(raw.asn, 'source.asn');
  if (asn !== undefined) source.asn = asn;
  const org = may(raw.org, 'source.org');
  if (org !== undefined) source.org = org;
  const country = may(raw.country, 'source.country');
  if (country !== undefined) source.country = country;
  const region = may(raw.region, 'source.region');
  if (region !== undefined) source.region = region;
  const userAgent = may(raw.userAgent, 'source.userAgent');
  if (userAgent !== undefined) source.userAgent = userAgent;
  const workload = may(raw.workload, 'source.workload');
  if (workload !== undefined) source.workload = workload;
  const vpcEndpoint = may(raw.vpcEndpoint, 'source.vpcEndpoint');
  if (vpcEndpoint !== undefined) source.vpcEndpoint = vpcEndpoint;
  return source;
}

function rest(raw: Fields, activity: Activity): void {
  const errorCode = may(raw.errorCode, 'errorCode');
  if (errorCode !== undefined) activity.errorCode = errorCode;
  const scopes = mayTexts(raw.scopes, 'scopes');
  if (scopes !== undefined) activity.scopes = scopes;
  const run = mayObject(raw.run, 'run');
  if (run !== undefined) {
    activity.run = { id: must(run.id, 'run.id') };
    const declared = mayTexts(run.declared, 'run.declared');
    if (declared !== undefined) activity.run.declared = declared;
  }
  const amount = mayObject(raw.amount, 'amount');
  if (amount !== undefined) {
    activity.amount = {};
    const bytes = mayNumber(amount.bytes, 'amount.bytes');
    if (bytes !== undefined) activity.amount.bytes = bytes;
    const records = mayNumber(amount.records, 'amount.records');
    if (records !== undefined) activity.amount.records = records;
  }
}

function activityOf(raw: Fields, tenant: string): Activity {
  const action = mustObject(raw.action, 'action');
  const activity: Activity = {
    id: must(raw.id, 'id'),
    at: instant(raw.at, 'at'),
    tenant: may(raw.tenant, 'tenant') ?? tenant,
    identity: identityOf(raw.identity),
    action: {
      name: must(action.name, 'action.name'),
      service: must(action.service, 'action.service'),
      access: oneOf(action.access, ACCESS, 'action.access'),
    },
    source: sourceOf(mayObject(raw.source, 'source') ?? {}),
    outcome: oneOf(raw.outcome, OUTCOME, 'outcome'),
  };
  const credential = mayObject(raw.credential, 'credential');
  if (credential !== undefined && credential.id !== '') activity.credential = credentialOf(credential);
  const actor = mayObject(raw.actor, 'actor');
  if (actor !== undefined && actor.id !== '') activity.actor = actorOf(actor);
  const chain = mayList(raw.onBehalfOf, 'onBehalfOf');
  if (chain !== undefined)
    activity.onBehalfOf = chain.map((link) => {
      const { id, kind } = mustObject(link, 'onBehalfOf');
      return { id: must(id, 'onBehalfOf.id'), kind: must(kind, 'onBehalfOf.kind') };
    });
  const resource = mayObject(raw.resource, 'resource');
  if (resource !== undefined && resource.id !== '') activity.resource = resourceOf(resource);
  rest(raw, activity);
  return activity;
}

export const format: Format = {
  id: 'activity',
  about: { title: 'Canonical activity', source: 'One JSON object an act, as described in docs/reference/activity.md.' },
  recognises(raw) {
    if (typeof raw !== 'object' || raw === null) return false;
    const { at, identity, action, outcome } = raw as Fields;
    return (
      typeof at === 'string' &&
      typeof outcome === 'string' &&
      typeof identity === 'object' &&
      identity !== null &&
      typeof action === 'object' &&
      action !== null
    );
  },
  read(raw, context): Reading {
    try {
      return { status: 'read', activities: [activityOf(mustObject(raw, 'record'), context.tenant)] };
    } catch (error) {
      if (error instanceof Wrong) return { status: 'dead', reason: error.reason };
      throw error;
    }
  },
};
