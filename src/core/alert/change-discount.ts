/** Says how many nats of a finding a new model, version, configuration or tool set of an agent explains: the same work in another order, at another pace, with new tools. */
import { ALONE_SHARE, DAY_MS, EXPLAINED_NATS, EXPLAINED_SHARE, NEW_TOOL_NATS } from '../constants.ts';
import type { DetectorContext, Finding } from '../detector.ts';
import { type AgentParts, type PartChange, TOOLS } from '../memory/agent-parts.ts';
import type { Lexicon } from '../memory/lexicon.ts';
import type { Memory } from '../memory/memory.ts';
import { toolsIn } from '../memory/tool-set.ts';
import { action, actor } from '../novelty/dimensions.ts';
import { isRhythm } from './change-explains.ts';

export interface DiscountContext {
  readonly context: Pick<DetectorContext, 'activity' | 'novelty'>;
  readonly lexicon: Lexicon;
  /** Whether others of its class have a value. */
  isShared(value: number): boolean;
}

/** The changes that may explain a finding. A task explains nothing, because an intruder can give one too. */
export const telling = (changes: readonly PartChange[]): readonly PartChange[] =>
  changes.some(({ part }) => part === 'task') ? changes.filter(({ part }) => part !== 'task') : changes;

/** Tells the nats of a finding that what changed of the agent by event time `ms` explains; undefined where nothing did. */
export function discountOf(
  { agentParts, raised }: Pick<Memory, 'agentParts' | 'raised'>,
  ms: number,
  discountContext: DiscountContext,
): ((finding: Finding) => number) | undefined {
  if (agentParts === undefined) return undefined;
  // A change that came with a confirmed attack explains nothing.
  const isBlamed = ({ to }: PartChange) =>
    raised.some(({ verdict, lastDay }) => verdict?.is === 'true' && lastDay >= Math.floor((to.since * 1_000) / DAY_MS));
  const changes = telling(agentParts.changes(ms)).filter((change) => !isBlamed(change));
  if (changes.length === 0) return undefined;
  const share = changes.some(({ to }) => discountContext.isShared(to.hash)) ? 1 : ALONE_SHARE;
  return (finding) => {
    if (finding.nats <= 0) return 0;
    if (isModel(finding)) return Math.min(finding.nats, EXPLAINED_NATS);
    if (!isRhythm(finding)) {
      if (!isCall(finding, discountContext.context)) return 0;
      const came = whenDeclared(discountContext.context, agentParts, changes, discountContext.lexicon);
      if (came === undefined) return 0;
      // Only reading is explained: an intruder slips a tool in to write or to send.
      if (came === 'now' && discountContext.context.activity.action.access === 'read')
        return Math.min(finding.nats * EXPLAINED_SHARE, NEW_TOOL_NATS);
    }
    return Math.min(finding.nats * EXPLAINED_SHARE, EXPLAINED_NATS) * share;
  };
}

/** Whether a finding says that the model is new: the change that explains must not be evidence at the same time. */
const isModel = ({ novelty }: Finding) => novelty?.dimension === actor && novelty.level > 0;

/**
 * A first call of a tool, and where it reads, the kind of thing it reads. Whom data goes to, what an act leads to and what is refused
 * are nothing that a change of the agent explains.
 */
function isCall({ group, field, novelty }: Finding, context: DiscountContext['context']): boolean {
  if (group !== 'work' || novelty === undefined || context.activity.outcome === 'denied') return false;
  if (field === action.field) return true;
  const isReading = field === 'resource.id' && novelty.level === 0 && context.activity.action.access === 'read';
  return isReading && context.novelty(action) !== undefined;
}

/** Whether the agent declares the tool that is called - in its run or, where the log does not repeat that with every call, before - and whether only since its tools changed. */
function whenDeclared(
  { activity: { action, run } }: DiscountContext['context'],
  agentParts: AgentParts,
  changes: readonly PartChange[],
  lexicon: Lexicon,
): 'now' | 'before' | undefined {
  const { name } = action;
  const tool = name.slice(name.lastIndexOf(':') + 1);
  const has = (tools: readonly string[] | undefined) => tools?.some((one) => one === name || one === tool) ?? false;
  const set = agentParts.current(TOOLS);
  if (!has(run?.declared ?? (set && toolsIn(set.hash, lexicon)))) return undefined;
  const change = changes.find(({ part }) => part === 'tools');
  const before = change && toolsIn(change.from.hash, lexicon);
  return before === undefined || has(before) ? 'before' : 'now';
}
