/** What the identity at hand is made of, where it is an agent: noted, told to the population, weighed in its favour, and said in its alerts. */
import { AGENT_PARTS, type AgentPart, type Alert } from '../../schemas/alert.ts';
import type { ActivityContext } from './activity-context.ts';
import { causeOfChange, driftOf } from './alert/agent-drift.ts';
import { discountOf } from './alert/change-discount.ts';
import type { Contributions } from './contributions.ts';
import type { Finding } from './detector.ts';
import type { Hasher } from './hash.ts';
import { hourOf } from './instant.ts';
import { agentPartsOf, isAgent, type PartValue, partDimension } from './memory/agent-parts.ts';
import type { Lexicon } from './memory/lexicon.ts';
import type { WindowItem } from './memory/window.ts';
import type { Population } from './population/population.ts';

export interface AgentChangesOptions {
  /** Turned to the activity at hand whenever anything is asked. */
  readonly context: ActivityContext;
  readonly population: Population;
  readonly contributions: Contributions;
  readonly hasher: Hasher;
  readonly lexicon: Lexicon;
}

export class AgentChanges {
  readonly #sight: ActivityContext;
  readonly #population: Population;
  readonly #contributions: Contributions;
  readonly #hasher: Hasher;
  readonly #lexicon: Lexicon;

  constructor({ context, population, contributions, hasher, lexicon }: AgentChangesOptions) {
    this.#sight = context;
    this.#population = population;
    this.#contributions = contributions;
    this.#hasher = hasher;
    this.#lexicon = lexicon;
  }

  /** Notes what the agent is made of by now, whatever it is suspected of (`isGated`): a fact, trusted by nobody. */
  note(isGated: boolean): void {
    const { memory, activity, ms } = this.#sight;
    memory.agentParts = agentPartsOf(memory.agentParts, activity);
    memory.agentParts?.take(activity, ms, this.#hasher, this.#lexicon, (part, value) =>
      this.#contributions.add(
        isGated
          ? { kind: 'suspect', value, amount: 1 }
          : { kind: 'holds', dimension: partDimension(part), value, amount: 1 },
      ),
    );
  }

  /** Tells a class that the agent has joined what it is made of. */
  introduce(): void {
    this.#sight.memory.agentParts?.values.forEach((values, at) => {
      const dimension = partDimension(AGENT_PARTS[at] as AgentPart);
      for (const { hash } of values) this.#contributions.add({ kind: 'holds', dimension, value: hash, amount: 0 });
    });
  }

  /** Tells the nats of a finding that what changed of the agent explains; undefined where nothing did, and of whatever is no agent. */
  discount(): ((finding: Finding) => number) | undefined {
    const { memory, tenant, identityHash, ms } = this.#sight;
    if (memory.agentParts === undefined) return undefined;
    return discountOf(memory, ms, {
      context: this.#sight,
      lexicon: this.#lexicon,
      isShared: (value) => this.#population.popular(tenant, memory.peers, value, identityHash).classHolders > 0,
    });
  }

  /** What an alert with these findings says of the agent; undefined for whatever is none. */
  drift(items: readonly WindowItem[]): Alert['drift'] {
    const { memory, activity, tenant, identityHash } = this.#sight;
    if (!isAgent(activity)) return undefined;
    const isClosed = ({ since }: PartValue) => hourOf(since * 1_000) <= this.#population.epoch;
    return driftOf(memory.agentParts, items, {
      lexicon: this.#lexicon,
      peers: (made) => this.#population.othersWith(tenant, memory.peers, made.hash, identityHash, isClosed(made)),
    });
  }

  /** What others who were changed alike may be alerted on for as well: an upgrade is one cause, though they do nothing new. 0 for none. */
  cause(items: readonly WindowItem[]): number {
    const { agentParts } = this.#sight.memory;
    return agentParts === undefined ? 0 : causeOfChange(agentParts, items);
  }
}
