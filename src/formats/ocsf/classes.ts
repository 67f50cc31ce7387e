/** Classes of OCSF events, by their numbers. */
import { numberAt, objectAt, textAt, unpackedIn } from '../../ingest/format.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const API_ACTIVITY = 6003;
export const AUTHENTICATION = 3002;
export const AUTHORIZE_SESSION = 3003;
export const DATASTORE = 6005;
/** Classes whose `user`, `group`, `entity` or `privileges` are what was changed: the actor is who did it. */
export const CHANGES: ReadonlyMap<number, string> = new Map([
  [3001, 'account-change'],
  [AUTHORIZE_SESSION, 'authorize-session'],
  [3004, 'entity-management'],
  [3005, 'user-access'],
  [3006, 'group-management'],
]);

/** Objects and lists that lakes keep as JSON in a text, and numbers that they keep as text. */
const PACKED =
  'actor api authorizations cloud dst_endpoint entity group http_request metadata privileges resources service session src_endpoint unmapped user'.split(
    ' ',
  );
const NUMBERS = 'class_uid category_uid type_uid activity_id status_id action_id disposition_id'.split(' ');

/** The event as the schema has it. */
export function plainOf(told: Fields): Fields {
  const event = unpackedIn(told, PACKED);
  if (typeof event.class_uid !== 'string') return event;
  const texts = NUMBERS.filter((name) => typeof event[name] === 'string' && event[name] !== '');
  return { ...event, ...Object.fromEntries(texts.map((name) => [name, numberAt(event[name])])) };
}

/** True where the event was made of a Kubernetes audit event: its users are known by name, their uid is new with every account. */
export function isKubernetes(record: Fields): boolean {
  const product = objectAt(objectAt(record.metadata)?.product);
  return (
    /kubernetes|\bEKS\b/i.test(`${textAt(product?.name) ?? ''} ${textAt(objectAt(product?.feature)?.name) ?? ''}`) ||
    textAt(objectAt(objectAt(record.actor)?.user)?.name)?.startsWith('system:serviceaccount:') === true
  );
}
