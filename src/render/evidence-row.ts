/** One piece of evidence in words: what was seen by its real names, and how common that is where there is anything to say. */
import type { Evidence, Prevalence } from '../../schemas/alert.ts';

/** Things named of one piece; of more it says how many. */
const THINGS_NAMED = 8;

/** Fields whose `seen` may be a pattern or a type: there the things themselves are named. */
const OF_THE_ACT = new Set(['resource.id', 'action.name', 'action.access', 'run.declared']);

function listed(names: readonly string[], isMore: boolean): string {
  const rest = names.length - THINGS_NAMED;
  if (rest <= 0) return `${names.join(', ')}${isMore ? ' and more' : ''}`;
  return `${names.slice(0, THINGS_NAMED).join(', ')} and ${rest}${isMore ? ' or' : ''} more`;
}

/** What was seen, with the names of the things that the act was aimed at. */
export function seenOf({ field, seen, action, things, moreThings }: Evidence): string {
  if (!OF_THE_ACT.has(field) || action === undefined) return seen;
  const act = field === 'action.access' ? seen : action;
  return things === undefined ? act : `${act} → ${listed(things, moreThings === true)}`;
}

const percent = (share: number) => (share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`);

/** `on 12 % of its own days, by 33 % of its peers`; empty where nobody has ever had it, which the sentence says. */
export function commonness({ identity, peers, tenant }: Prevalence): string {
  const parts = [
    identity > 0 ? `on ${percent(identity)} of its own days` : '',
    peers > 0 ? `by ${percent(peers)} of its peers` : '',
    tenant > 0 ? `by ${percent(tenant)} of the tenant` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
