/** Says whether an agent that drifts was itself changed: which part, from what to what, how long before, and whether that explains the evidence. */
import { AGENT_PARTS, type AgentPart, type Alert, type Drift } from '../../../schemas/alert.ts';
import { DAY_MS, HOUR_MS, NAMED_CAUSE_SHARE, TRUST_DAYS } from '../constants.ts';
import { type AgentParts, isFresh, type PartValue } from '../memory/agent-parts.ts';
import type { Lexicon } from '../memory/lexicon.ts';
import { toolsIn } from '../memory/tool-set.ts';
import type { WindowItem } from '../memory/window.ts';
import { telling } from './change-discount.ts';

/** Tools named of a difference. */
const TOOLS_SHOWN = 4;
const MINUTE_MS = 60_000;

/** Parts by how telling a change is. Of changes in the same second the first in this list is named, because a new version mostly comes with any other change. */
const TELLING: readonly AgentPart[] = ['model', 'tools', 'configuration', 'version', 'task'];
/** Groups of evidence that a new task may change: other work, another order, other amounts. */
const TASKS = new Set(['work', 'sequence', 'volume', 'size']);

export interface DriftContext {
  readonly lexicon: Lexicon;
  /** Others of its class that have a value, as far as is known by now. */
  peers(value: PartValue): number;
}

type Part = Drift['parts'][number] & { readonly hash: number; readonly fromHash?: number };

/** What an alert with these findings, of which there is at least one, says of the agent. */
export function driftOf(agentParts: AgentParts | undefined, items: readonly WindowItem[], around: DriftContext): Drift {
  const top = strongest(items);
  const parts = AGENT_PARTS.flatMap((_, at) => partOf(agentParts, at, top.ms, around) ?? []);
  const changed = parts
    .filter((part) => part.changed)
    .sort((a, b) =>
      a.since < b.since ? 1 : a.since > b.since ? -1 : TELLING.indexOf(a.part) - TELLING.indexOf(b.part),
    );
  const known = parts.filter(({ changed: is, varies, since }) => is || (!varies && isOld(since, top.ms)));
  const cause = changed.find(({ part }) => explains(part, items));
  return {
    cause: cause !== undefined ? nameOf(cause.part) : known.length === 0 ? 'unknown' : 'none',
    says: wording(parts, changed, cause, top.ms, around.lexicon),
    parts: parts.map(({ hash: _, fromHash: __, ...told }) => told),
  };
}

/** Fingerprint of the newest change that explains most of the findings, which other agents may have made too; 0 for none. */
export function causeOfChange(agentParts: AgentParts, items: readonly WindowItem[]): number {
  const { ms } = strongest(items);
  const changes = telling(agentParts.changes(ms)).filter(({ part }) => explains(part, items));
  return (
    changes.reduce<PartValue | undefined>((a, { to }) => (a === undefined || to.since > a.since ? to : a), undefined)
      ?.hash ?? 0
  );
}

const strongest = (items: readonly WindowItem[]) =>
  items.reduce((most, item) => (weightOf(item) > weightOf(most) ? item : most));
const weightOf = ({ nats, discountNats = 0 }: WindowItem) => nats + discountNats;
const nameOf = (part: AgentPart): Drift['cause'] => (part === 'version' ? 'configuration' : part);
const isOld = (since: string, ms: number) => ms - Date.parse(since) >= TRUST_DAYS * DAY_MS;

/** A part as it was at `ms`: the newest value by then, for a part that changed; else the one in use. */
function partOf(
  agentParts: AgentParts | undefined,
  at: number,
  ms: number,
  { lexicon, peers }: DriftContext,
): Part | undefined {
  const values = (agentParts?.values[at] ?? []).filter(({ since }) => since * 1_000 <= ms);
  const used = values.at(-1);
  if (agentParts === undefined || used === undefined) return undefined;
  const newest = values.reduce((a, b) => (b.since > a.since ? b : a));
  const from = values.filter((value) => value.since < newest.since).at(-1);
  const varies = agentParts.isRestless(at, newest);
  const changed = from !== undefined && !varies && isFresh(newest, ms);
  const value = changed ? newest : used;
  const text = ({ hash }: PartValue) => lexicon.get(hash) ?? 'an earlier value';
  return {
    part: AGENT_PARTS[at] as AgentPart,
    value: text(value),
    since: new Date(value.since * 1_000).toISOString(),
    changed,
    varies,
    hash: value.hash,
    ...(changed && { from: text(from), fromHash: from.hash, peers: peers(value) }),
  };
}

/** Whether the change explains at least half of the evidence. */
function explains(part: AgentPart, items: readonly WindowItem[]): boolean {
  const isExplained = ({ group, discountNats }: WindowItem) =>
    part === 'task' ? TASKS.has(group) : discountNats !== undefined;
  const sum = (some: readonly WindowItem[]) => some.reduce((nats, item) => nats + weightOf(item), 0);
  return sum(items.filter(isExplained)) >= NAMED_CAUSE_SHARE * sum(items);
}

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

export const many = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;

/** A time between two events: `14 minutes`. */
export function span(ms: number): string {
  if (ms < 2 * HOUR_MS) return many(Math.max(1, Math.round(ms / MINUTE_MS)), 'minute');
  return ms < 2 * DAY_MS ? many(Math.round(ms / HOUR_MS), 'hour') : many(Math.floor(ms / DAY_MS), 'day');
}

function wording(
  parts: readonly Part[],
  changed: readonly Part[],
  cause: Part | undefined,
  ms: number,
  lexicon: Lexicon,
): string {
  const age = ({ since }: Part) => ms - Date.parse(since);
  const together = new Map<string, string[]>();
  for (const part of changed) {
    const before = age(part) < MINUTE_MS ? 'at the same time' : `${span(age(part))} before`;
    const peers = part.peers === 0 ? 'alone of its peers' : `as with ${many(part.peers ?? 0, 'peer')}`;
    const when = `${before} (${peers})`;
    const known = together.get(when);
    if (known === undefined) together.set(when, [`its ${part.part} changed ${differenceOf(part, lexicon)}`]);
    else known.push(`its ${part.part} ${differenceOf(part, lexicon)}`);
  }
  const clauses = [...together].map(([when, changes]) => `${listed(changes)} ${when}`);
  if (clauses.length > 0 && cause === undefined) clauses.push(`${clauses.pop()}, which does not explain it`);
  const steady = parts.filter((part) => !part.changed && !part.varies);
  const restless = parts.filter(({ varies }) => varies);
  const settled = steady.filter((part) => isOld(part.since, ms));
  const young = steady.filter((part) => !isOld(part.since, ms));
  const names = (some: readonly Part[]) => listed(some.map(({ part }) => part));
  const isOne = (some: readonly Part[]) => some.length === 1 && some[0]?.part !== 'tools';
  if (settled.length > 0)
    clauses.push(
      `its ${names(settled)} ${isOne(settled) ? 'is the one' : 'are those'} it had for ${span(Math.min(...settled.map(age)))}`,
    );
  if (young.length > 0)
    clauses.push(
      `its ${names(young)} ${isOne(young) ? 'is' : 'are'} known for ${span(Math.min(...young.map(age)))} only`,
    );
  if (restless.length > 0)
    clauses.push(`its ${names(restless)} ${isOne(restless) ? 'changes' : 'change'} all the time`);
  return clauses.length > 0 ? clauses.join('; ') : 'the log does not tell its model, version or tools';
}

/** From what to what; of tools, those that came and went. */
function differenceOf({ part, value, from, hash, fromHash }: Part, lexicon: Lexicon): string {
  const whole = `from ${from} to ${value}`;
  if (part !== 'tools' || fromHash === undefined) return whole;
  const [before, now] = [toolsIn(fromHash, lexicon), toolsIn(hash, lexicon)];
  if (before === undefined || now === undefined) return whole;
  const shown = (verb: string, some: readonly string[], others: readonly string[]) => {
    const names = some.filter((name) => !others.includes(name));
    if (names.length === 0) return [];
    const more = names.length - TOOLS_SHOWN;
    return [`${verb} ${names.slice(0, TOOLS_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
  };
  return `(${[...shown('added', now, before), ...shown('removed', before, now)].join('; ')})`;
}

/** The sentence of an alert with what is to be said of the agent. */
export const withDrift = (title: string, drift: Alert['drift']) =>
  drift === undefined ? title : `${title.replace(/\.$/, '')}; ${drift.says}.`;
