/** Finds what an OCSF event is about, by its class. */
import type { Activity } from '../../../schemas/activity.ts';
import { targetOf } from '../../aws-targets/target-of.ts';
import { listAt, objectAt, objectIn, textAt } from '../../ingest/format.ts';
import { AUTHENTICATION, CHANGES, DATASTORE, type Fields, isKubernetes } from './classes.ts';

const nameOf = (thing: Fields | undefined) => textAt(thing?.uid) ?? textAt(thing?.name) ?? textAt(thing?.email_addr);

function insideOf(entity: Fields): Fields | undefined {
  if (nameOf(entity) !== undefined) return undefined;
  return ['policy', 'group', 'user', 'device', 'org', 'email']
    .map((kind) => objectAt(entity[kind]))
    .find((thing) => nameOf(thing) !== undefined);
}

/** What was changed: a group or an entity before the user it was changed for, since that tells more. */
function changedBy(record: Fields): Activity['resource'] {
  const actor = objectAt(objectAt(record.actor)?.user);
  for (const type of ['group', 'entity', 'user', 'resource'] as const) {
    const entity = objectAt(record[type]);
    // A managed entity holds what it is under the name of its kind: `{"type":"Policy","policy":{...}}`.
    const thing = type === 'entity' && entity !== undefined ? (insideOf(entity) ?? entity) : entity;
    const uid = textAt(thing?.uid);
    // The published mapping of CloudTrail writes the caller's id beside the name of the user that was changed.
    const isCaller = uid !== undefined && (uid === actor?.uid || uid === actor?.uid_alt);
    const name = textAt(thing?.name) ?? textAt(thing?.email_addr);
    const id = isCaller ? (name ?? uid) : (uid ?? name);
    if (id !== undefined) return { id, type: textAt(entity?.type) ?? textAt(thing?.type) ?? type };
  }
  const [privilege] = listAt(record.privileges);
  return typeof privilege === 'string' && privilege !== '' ? { id: privilege, type: 'privilege' } : undefined;
}

/** A table before its database, an object before its bucket: the narrowest that is named. */
function datastoreOf(record: Fields): Activity['resource'] {
  const nameIn = (thing: Fields | undefined) => textAt(thing?.name) ?? textAt(thing?.uid);
  const [database, table, bucket] = [record.database, record.table, record.databucket].map(objectAt);
  const file = objectAt(bucket?.file);
  const inBucket = [textAt(bucket?.uid) ?? textAt(bucket?.name), textAt(file?.path) ?? textAt(file?.name)];
  const inDatabase = [nameIn(database), nameIn(table)].filter((part) => part !== undefined);
  if (inBucket[0] !== undefined) return { id: inBucket.filter((part) => part !== undefined).join('/'), type: 'bucket' };
  if (inDatabase.length === 0) return undefined;
  return { id: inDatabase.join('.'), type: nameIn(table) === undefined ? 'database' : 'table' };
}

/** The model of an AI operation (1.8). */
function modelOf(record: Fields): Activity['resource'] {
  const model = objectAt(record.ai_model);
  const id = textAt(model?.uid) ?? textAt(model?.name);
  return id === undefined ? undefined : { id, type: 'model' };
}

/** The parameters of a call that stand beside the mapped fields under their own names: `requestParameters.trailName`. */
function unmapped(record: Fields, prefix: string): Fields {
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(objectAt(record.unmapped) ?? {}))
    if (key.startsWith(prefix)) found[key.slice(key.lastIndexOf('.') + 1)] = value;
  return { ...objectIn(objectAt(record.unmapped)?.[prefix.slice(0, -1)]), ...found };
}

/** What a call of AWS is about, as in CloudTrail itself, by the parameters that the event carries along. */
function requestedOf(record: Fields): Activity['resource'] {
  const api = objectAt(record.api);
  const service = /^([\w-]+)\.amazonaws\.com$/.exec(textAt(objectAt(api?.service)?.name) ?? '')?.[1];
  const operation = textAt(api?.operation);
  if (service === undefined || operation === undefined) return undefined;
  const parameters = objectIn(objectAt(api?.request)?.data) ?? unmapped(record, 'requestParameters.');
  const answer = objectIn(objectAt(api?.response)?.data) ?? unmapped(record, 'responseElements.');
  return targetOf(service, operation, parameters, answer);
}

/** The thing itself; undefined where the event names none. */
export function resourceOf(record: Fields): Activity['resource'] {
  const store = record.class_uid === DATASTORE ? datastoreOf(record) : undefined;
  if (store !== undefined) return store;
  const listed = objectAt(listAt(record.resources)[0]);
  const service = objectAt(record.service) ?? objectAt(record.dst_endpoint);
  const changed = CHANGES.has(record.class_uid as number) ? changedBy(record) : undefined;
  if (changed !== undefined) return changed;
  const place = isKubernetes(record) ? textAt(listed?.namespace) : undefined;
  const own = place === undefined ? (textAt(listed?.uid) ?? textAt(listed?.name)) : textAt(listed?.name);
  const id = place === undefined ? own : [place, own].filter((part) => part !== undefined).join('/');
  if (listed !== undefined && id !== undefined) {
    const type = textAt(listed.type);
    const account = textAt(objectAt(objectAt(listed.owner)?.account)?.uid);
    return { id, ...(type === undefined ? {} : { type }), ...(account === undefined ? {} : { account }) };
  }
  const target = textAt(service?.uid) ?? textAt(service?.name) ?? textAt(service?.hostname);
  if (record.class_uid === AUTHENTICATION && target !== undefined) return { id: target, type: 'service' };
  return requestedOf(record) ?? modelOf(record);
}
