/** Notes what an agent is made of, tells the population, takes what a change explains from its findings, and says in its alerts what changed. */
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
  /** It is bound to the activity at hand before anything is asked of this class. */
  readonly context: ActivityContext;
  readonly population: Population;
  readonly contributions: Contributions;
  readonly hasher: Hasher;
  readonly lexicon: Lexicon;
}

export class AgentChanges {
  readonly #context: ActivityContext;
  readonly #population: Population;
  readonly #contributions: Contributions;
  readonly #hasher: Hasher;
  readonly #lexicon: Lexicon;

  constructor({ context, population, contributions, hasher, lexicon }: AgentChangesOptions) {
    this.#context = context;
    this.#population = population;
    this.#contributions = contributions;
    this.#hasher = hasher;
    this.#lexicon = lexicon;
  }

  /** Notes what the agent is made of by now, under suspicion (`isGated`) too: the record only states what was seen, and makes nothing trusted. */
  note(isGated: boolean): void {
    const { memory, activity, ms } = this.#context;
    memory.agentParts = agentPartsOf(memory.agentParts, activity);
    memory.agentParts?.take(activity, ms, this.#hasher, this.#lexicon, (part, value) =>
      this.#contributions.add(
        isGated
          ? { kind: 'suspect', value, amount: 1 }
          : { kind: 'holds', dimension: partDimension(part), value, amount: 1 },
      ),
    );
  }

  /** Tells the class that the agent has joined which values its parts have. */
  introduce(): void {
    this.#context.memory.agentParts?.values.forEach((values, at) => {
      const dimension = partDimension(AGENT_PARTS[at] as AgentPart);
      for (const { hash } of values) this.#contributions.add({ kind: 'holds', dimension, value: hash, amount: 0 });
    });
  }

  /** Tells the nats of a finding that what changed of the agent explains; undefined where nothing did, and of whatever is no agent. */
  discount(): ((finding: Finding) => number) | undefined {
    const { memory, tenant, identityHash, ms } = this.#context;
    if (memory.agentParts === undefined) return undefined;
    return discountOf(memory, ms, {
      context: this.#context,
      lexicon: this.#lexicon,
      isShared: (value) => this.#population.popular(tenant, memory.peers, value, identityHash).classElders > 0,
    });
  }

  /** What an alert with these findings says of the agent; undefined for whatever is none. */
  drift(items: readonly WindowItem[]): Alert['drift'] {
    const { memory, activity, tenant, identityHash } = this.#context;
    if (!isAgent(activity)) return undefined;
    const isClosed = ({ since }: PartValue) => hourOf(since * 1_000) <= this.#population.epoch;
    return driftOf(memory.agentParts, items, {
      lexicon: this.#lexicon,
      peers: (made) => this.#population.othersWith(tenant, memory.peers, made.hash, identityHash, isClosed(made)),
    });
  }

  /** The cause that other agents with the same change may be alerted for as well: an upgrade is one cause, although the agents do nothing new. 0 for none. */
  cause(items: readonly WindowItem[]): number {
    const { agentParts } = this.#context.memory;
    return agentParts === undefined ? 0 : causeOfChange(agentParts, items);
  }
}
