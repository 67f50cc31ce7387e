/** What makes two deliveries one activity: the same act of the same identity at the same time under the same id. */
import type { Activity } from '../../schemas/activity.ts';

/** The parts of it, in the order in which the store gives them back; absent is the empty text. */
export type ActCells = readonly [
  tenant: string,
  id: string,
  identity: string,
  provider: string,
  account: string,
  atMs: number | string,
  action: string,
  resource: string,
  outcome: string,
  address: string,
];

export const actKey = (cells: ActCells): string => cells.join('\u0000');

/**
 * One text for all that says whose an activity is, when it was and what was done. The id alone says too little: whoever calls an API chooses
 * it in some logs, and could make the act of another vanish.
 */
export const keyOfAct = ({ tenant, id, identity, at, action, resource, outcome, source }: Activity): string =>
  actKey([
    tenant,
    id,
    identity.id,
    identity.provider,
    identity.account ?? '',
    Date.parse(at),
    action.name,
    resource?.id ?? '',
    outcome,
    source.ip ?? '',
  ]);
