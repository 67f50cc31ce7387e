/** Classes of OCSF events, by their numbers. */
import { objectAt, textAt } from '../../ingest/format.ts';

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

/** True where the event was made of a Kubernetes audit event: its users are known by name, their uid is new with every account. */
export function isKubernetes(record: Fields): boolean {
  const product = objectAt(objectAt(record.metadata)?.product);
  return (
    /kubernetes|\bEKS\b/i.test(`${textAt(product?.name) ?? ''} ${textAt(objectAt(product?.feature)?.name) ?? ''}`) ||
    textAt(objectAt(objectAt(record.actor)?.user)?.name)?.startsWith('system:serviceaccount:') === true
  );
}
