/** The words of the console: what fields, detectors, steps and shares mean to a person who sees them for the first time. */
import { STEPS } from '../../src/render/steps.ts';
import type { Alert, Evidence } from '../api/answers.ts';

export const KINDS: Readonly<Record<string, string>> = {
  'credential-reuse': 'Credential reuse',
  'unexpected-source': 'Unexpected source',
  'scope-drift': 'Scope drift',
  'unusual-pattern': 'Unusual pattern',
  lifecycle: 'Lifecycle',
  delegation: 'Delegation',
};

const NAMES: Readonly<Record<string, string>> = STEPS;
export const actionName = (action: string) => NAMES[action] ?? action;

export const STATUSES: Readonly<Record<string, string>> = {
  new: 'New',
  acknowledged: 'Acknowledged',
  suppressed: 'Suppressed',
  expired: 'Expired',
  resolved: 'Resolved',
};

/** What a version of an alert tells that no person said on this page. */
export const CHANGES: Readonly<Record<string, string>> = {
  eased: 'explained in part by what came later',
  suppressed: 'hidden by a suppression',
  expired: 'expired',
  contained: 'contained',
  released: 'containment lifted',
  reopened: 'new again',
};

/** Where an alert stands, with the verdict that put it there. */
export function standing({ triage }: Pick<Alert, 'triage'>): string {
  if (triage.verdict === 'true') return 'Confirmed';
  if (triage.verdict === 'benign') return 'Benign';
  return triage.reopened === undefined ? (STATUSES[triage.status] ?? triage.status) : 'New again';
}

/** Where the sentence of an alert goes on with what is less grave. */
const GOES_ON = /; (?=also |so far |its |woke )/;

/** The sentence of an alert, parted behind what is gravest. */
export function headline(title: string): { readonly head: string; readonly rest: string } {
  const at = title.search(GOES_ON);
  if (at === -1) return { head: title, rest: '' };
  const rest = title.slice(at + 2);
  return { head: `${title.slice(0, at)}.`, rest: `${rest[0]!.toUpperCase()}${rest.slice(1)}` };
}

export const percent = (share: number) => (share > 0 && share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`);

const NEVER = 0.000_001;

/** What the prevalence of a value means, as one sentence. */
export function meaning({ prevalence: { identity, peers, tenant } }: Pick<Evidence, 'prevalence'>): string {
  const own =
    identity < NEVER
      ? 'This identity never had it before'
      : identity < 0.1
        ? `This identity had it on ${percent(identity)} of its days`
        : `This identity has it on ${percent(identity)} of its days`;
  if (peers < NEVER && tenant < NEVER)
    return identity < NEVER ? `${own}, and neither did anybody else here.` : `${own}, and nobody else here ever.`;
  if (peers >= 0.5) return `${own}, though ${percent(peers)} of its peers do: it may be joining them.`;
  if (peers < NEVER) return `${own}, none of its peers has it, and ${percent(tenant)} of all identities do.`;
  return `${own}; ${percent(peers)} of its peers and ${percent(tenant)} of all identities do.`;
}

/** How often a benign identity-day is this surprising, in words. */
export function odds(nats: number): string {
  const days = Math.exp(nats);
  if (days < 2) return 'as common as not';
  const rounded = days < 100 ? Math.round(days) : Number(days.toPrecision(2));
  return rounded > 1e9 ? 'less than one benign day in a billion' : `one benign day in ${rounded.toLocaleString('en')}`;
}

export function pWords(p: number): string {
  if (p <= 0) return 'No benign day of its class was as surprising.';
  const one = Math.round(1 / p);
  if (one > 1_000_000) return 'No benign day of its class comes near it.';
  return one < 2
    ? 'Most benign days of its class are as surprising.'
    : `About one benign day in ${one.toLocaleString('en')} of its class is as surprising.`;
}

export const SEVERITY_ORDER = ['critical', 'high', 'medium', 'low', 'info'] as const;

const CAUSES: Readonly<Record<string, string>> = {
  model: 'Its model was changed',
  configuration: 'Its version or instructions were changed',
  tools: 'Its tools were changed',
  task: 'Its task was changed',
  none: 'Nothing about the agent changed: it behaves otherwise as it is',
  unknown: 'It is not known whether the agent was changed',
};
/** Where a part changed and explains nothing, it is not said that nothing did. */
export function causeName({ cause, parts }: NonNullable<Alert['drift']>): string {
  const changed = cause === 'none' ? parts.filter((part) => part.changed).map(({ part }) => part) : [];
  return changed.length === 0
    ? (CAUSES[cause] ?? cause)
    : `Its ${changed.join(' and ')} changed, which does not explain this`;
}

export const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** The vendor's own name for a thing: the end of its id. */
export const shortName = (id: string) => id.split(/[/:]/).at(-1) || id;

/** What tells an identity from others of its id. */
export const homeOf = ({
  provider,
  account,
}: {
  readonly provider: string;
  readonly account?: string | undefined;
}) => ({
  provider,
  ...(account !== undefined && { account }),
});
