/** Reads the logs of Google Workspace: which app was given, used or lost access to whose data, and what was done in Workspace. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  firstText,
  instantOf,
  isNobody,
  objectAt,
  type ReadContext,
  type Reading,
  textAt,
} from '../ingest/format.ts';
import { actOf, noActIn } from './google/acts.ts';
import { parametersOf, placeOf } from './google/place.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `authorize`, `revoke` and `request` change what an app may do; `activity` is a call, told by the verb of its API method. */
function accessOf(event: string, method: string | undefined): Access {
  if (event !== 'activity')
    return event === 'authorize' || event === 'revoke' || event === 'request' ? 'admin' : 'unknown';
  return method === undefined ? 'unknown' : accessOfName(method.slice(method.lastIndexOf('.') + 1));
}

function activityOf(
  record: Fields,
  event: Fields,
  at: string,
  id: string,
  context: ReadContext,
): Activity | string | undefined {
  const name = textAt(event.name);
  if (name === undefined) return 'events.name: expected a non-empty string';
  const parameters = parametersOf(event);
  const client = textAt(parameters.client_id);
  if (client === undefined || isNobody(client)) return undefined;
  const method = context.scrub(textAt(parameters.method_name) ?? '');
  const bucket = textAt(parameters.product_bucket) ?? textAt(parameters.api_name);
  const activity: Activity = {
    id,
    at,
    tenant: context.tenant,
    identity: { id: client, kind: 'oauth-app', provider: 'google-workspace' },
    action: {
      name: method === '' ? `oauth:${name}` : `${name}:${method}`,
      service: context.scrub(textAt(parameters.api_name) ?? 'oauth').toLowerCase(),
      access: accessOf(name, textAt(method)),
    },
    source: placeOf(record),
    outcome: 'success',
  };
  const app = textAt(parameters.app_name);
  if (app !== undefined) activity.identity.name = app;
  const customer = textAt(objectAt(record.id)?.customerId);
  if (customer !== undefined) activity.identity.account = customer;
  const person = textAt(objectAt(record.actor)?.email) ?? textAt(objectAt(record.actor)?.profileId);
  if (person !== undefined) activity.onBehalfOf = [{ id: context.scrub(person).toLowerCase(), kind: 'human' }];
  if (bucket !== undefined) activity.resource = { id: bucket, type: 'product' };
  const given = parameters.scope ?? parameters.scopes;
  const scopes = (Array.isArray(given) ? given : [given]).filter(
    (scope): scope is string => textAt(scope) !== undefined,
  );
  if (scopes.length > 0) activity.scopes = scopes;
  const bytes = Number(parameters.num_response_bytes ?? 0);
  if (bytes > 0 && bytes < Number.POSITIVE_INFINITY) activity.amount = { bytes };
  return activity;
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

export const format: Format = {
  id: 'google-workspace-token',
  about: {
    title: 'Google Workspace',
    source:
      'Activities of the Admin SDK Reports API, one by one or as its pages: of applicationName "token" the app is who acts. What devices, calls, mail and rules tell is skipped.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const id = objectAt(record?.id);
    if (record === undefined || typeof id?.applicationName !== 'string') return false;
    // The API wrote `audit#activity` before it wrote `admin#reports#activity`.
    return (
      /^(?:admin#reports|audit)#activity$/.test(textAt(record.kind) ?? '') ||
      (id.applicationName === 'token' && typeof id.time === 'string')
    );
  },
  split(raw) {
    const page = objectAt(raw);
    return page?.kind === 'admin#reports#activities' && Array.isArray(page.items) ? page.items : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    const id = objectAt(record?.id);
    if (record === undefined || id === undefined) return dead('id: expected an object');
    const application = textAt(id.applicationName);
    if (application === undefined) return dead('id.applicationName: expected a non-empty string');
    const noAct = noActIn(application);
    if (noAct !== undefined) return { status: 'skip', reason: noAct };
    const at = instantOf(id.time, true);
    if (at === undefined) return dead('id.time: expected a time');
    const events = Array.isArray(record.events) ? record.events : [objectAt(record.events) ?? record];
    const qualifier = firstText(id.uniqueQualifier, id.uniqQualifier);
    const base = qualifier === undefined ? context.hashOf(record) : `${textAt(id.customerId) ?? ''}:${at}:${qualifier}`;
    const activities: Activity[] = [];
    let reason = 'events.parameters.client_id names no app';
    for (const [index, item] of events.entries()) {
      const event = objectAt(item);
      if (event === undefined) return dead('events: expected objects');
      const name = `workspace:${base}:${index}`;
      if (application !== 'token') {
        const act = actOf(record, event, application, at, name, context);
        if (typeof act === 'string') reason = act;
        else activities.push(act);
        continue;
      }
      const activity = activityOf(record, event, at, name, context);
      if (typeof activity === 'string') return dead(activity);
      if (activity !== undefined) activities.push(activity);
    }
    if (events.length === 0) return dead('events: expected at least one');
    return activities.length === 0 ? { status: 'skip', reason } : { status: 'read', activities };
  },
};
