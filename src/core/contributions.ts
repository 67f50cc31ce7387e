/** Collects what a batch tells the population, in order; where the engine owns the population, it is told at once. */
import type { Contribution } from './engine-contract.ts';
import type { NoveltyContext } from './novelty/moment.ts';
import { encodeMessage, type PopulationMessage } from './population/message.ts';
import type { Population } from './population/population.ts';

export class Contributions {
  readonly #moment: NoveltyContext;
  readonly #own: Population | undefined;
  #batch: Contribution[] = [];

  /** `own` is told at once; without it, whoever shares the population among engines merges what batches give. */
  constructor(moment: NoveltyContext, own: Population | undefined) {
    this.#moment = moment;
    this.#own = own;
  }

  /** Adds a message of the identity and the hour at hand. */
  add(message: PopulationMessage): void {
    const { tenant, memory, identityHash: identity, hour } = this.#moment;
    const { dimension, value, amount } = encodeMessage(message);
    this.put({ tenant, peers: memory.peers, dimension, value, identity, hour, amount, told: undefined }, message);
  }

  /** `message`: what the contribution says, where that is at hand. */
  put(contribution: Contribution, message?: PopulationMessage): void {
    this.#batch.push(contribution);
    this.#own?.merge(contribution, message);
  }

  /** Returns all contributions since the last call. */
  take(): readonly Contribution[] {
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }
}
