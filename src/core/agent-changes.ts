/** Notes what an agent is made of, tells the population, takes what a change explains from its findings, and says in its alerts what changed. */
import { AGENT_PARTS, type AgentPart, type Alert } from '../../schemas/alert.ts';
import type { ActivityContext } from './activity-context.ts';
import { causeOfChange, driftOf } from './alert/agent-drift.ts';
import { discountOf } from './alert/change-discount.ts';
import type { Contributions } from './contributions.ts';
import type { Finding } from './detector.ts';
import type { Hasher } from './hash.ts';
import { hourOf } from './instant.ts';
import { type AgentParts, agentPartsOf, isAgent, type PartValue, partDimension } from './memory/agent-parts.ts';
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

/** An agent whose alert changed, as far as it takes to say later what it was made of then. */
export interface AgentAtHand {
  readonly agentParts: AgentParts | undefined;
  readonly tenant: string;
  readonly peers: string;
  readonly identityHash: number;
}

export class AgentChanges {
  /** Called before an agent's parts change. */
  readonly #beforeChange: ((parts: AgentParts) => void)[] = [];
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

  /** Calls `listener` before what an agent is made of changes, so that what was true until then can still be said. */
  beforeChange(listener: (parts: AgentParts) => void): void {
    this.#beforeChange.push(listener);
  }

  /** Notes what the agent is made of by now, under suspicion (`isGated`) too: the record only states what was seen, and makes nothing trusted. */
  note(isGated: boolean): void {
    const { memory, activity, ms } = this.#context;
    memory.agentParts = agentPartsOf(memory.agentParts, activity);
    memory.agentParts?.take(activity, ms, this.#hasher, this.#lexicon, {
      isChanging: (parts) => {
        for (const listener of this.#beforeChange) listener(parts);
      },
      isNew: (part, value) =>
        this.#contributions.add(
          isGated
            ? { kind: 'suspect', value, amount: 1 }
            : { kind: 'holds', dimension: partDimension(part), value, amount: 1 },
        ),
    });
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

  /** The agent at hand; undefined for whatever is none. */
  atHand(): AgentAtHand | undefined {
    const { memory, activity, tenant, identityHash } = this.#context;
    if (!isAgent(activity)) return undefined;
    return { agentParts: memory.agentParts, tenant, peers: memory.peers, identityHash };
  }

  /** What an alert with these findings says of an agent, as long as neither its parts nor the population have changed. */
  drift({ agentParts, tenant, peers, identityHash }: AgentAtHand, items: readonly WindowItem[]): Alert['drift'] {
    const isClosed = ({ since }: PartValue) => hourOf(since * 1_000) <= this.#population.epoch;
    return driftOf(agentParts, items, {
      lexicon: this.#lexicon,
      peers: (made) => this.#population.othersWith(tenant, peers, made.hash, identityHash, isClosed(made)),
    });
  }

  /** The cause that other agents with the same change may be alerted for as well: an upgrade is one cause, although the agents do nothing new. 0 for none. */
  cause(items: readonly WindowItem[]): number {
    const { agentParts } = this.#context.memory;
    return agentParts === undefined ? 0 : causeOfChange(agentParts, items);
  }
}
