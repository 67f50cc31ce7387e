/** Takes to an identity what people decided about it: a verdict, a decision on an alert, what it is to forget. */
import type { Decided } from '../../schemas/standing.ts';
import type { ActivityContext } from './activity-context.ts';
import type { Alerting } from './alerting.ts';
import type { Unlearning, Verdict } from './engine-contract.ts';
import type { IdentityStore } from './memory/identity-store.ts';
import type { MeantIdentity } from './memory/meant-identity.ts';
import type { Partition } from './partition-state.ts';
import { encodeMessage } from './population/message.ts';
import { applyVerdict } from './verdict/apply-verdict.ts';
import type { Pending } from './verdict/pending-contributions.ts';
import { unlearn } from './verdict/unlearn.ts';

interface DecisionParts {
  readonly context: Pick<ActivityContext, 'axes'>;
  readonly identities: IdentityStore;
  readonly meant: MeantIdentity;
  readonly alerting: Alerting;
  readonly partition: Partition;
  readonly learnDays: number;
}

/** The meaning of each method is that of the engine's of the same name. */
export class Decisions {
  readonly #parts: DecisionParts;

  constructor(parts: DecisionParts) {
    this.#parts = parts;
  }

  /** Benign: the alert's values become habits. True: they are condemned, and what was learned in the weeks before is not trusted. */
  verdict(verdict: Verdict): boolean {
    const { tenant, identity } = verdict;
    // Of those that share the id, the one whose alert it is takes it.
    return this.#parts.identities.names(tenant, identity).some((name) => this.#take(verdict, name));
  }

  #take(verdict: Verdict, name: string): boolean {
    const { context, identities, partition, learnDays } = this.#parts;
    const { tenant } = verdict;
    const slot = identities.named(tenant, name);
    if (slot === undefined) return false;
    const { memory, identity } = slot;
    const pending: Pending[] = [];
    const taken = applyVerdict(memory, context.axes, learnDays, verdict, (message) =>
      pending.push({ tenant, peers: memory.peers, identity, ...encodeMessage(message) }),
    );
    if (!taken) return false;
    partition.pendingContributions.put(`${verdict.alertId} ${verdict.said}`, pending);
    slot.changed = true;
    return true;
  }

  decide(decided: Decided): number | undefined {
    const { identities, meant, alerting } = this.#parts;
    const { tenant, identity, alertId, provider, account } = decided;
    const name = meant.alerted(tenant, identity, alertId) ?? meant.at(tenant, identity, { provider, account });
    const slot = name === undefined ? undefined : identities.named(tenant, name);
    // Nobody remembers the identity any more: the alert as it is stored is all there is.
    if (slot === undefined) return decided.version + 1;
    const version = alerting.decide(slot.memory, decided);
    if (version !== undefined) slot.changed = true;
    return version;
  }

  unlearn(unlearning: Unlearning): boolean {
    const { context, identities, meant } = this.#parts;
    const { tenant, identity, alertId, provider, account } = unlearning;
    const name = meant.raised(tenant, identity, alertId) ?? meant.at(tenant, identity, { provider, account });
    const slot = name === undefined ? undefined : identities.named(tenant, name);
    if (slot === undefined || !unlearn(slot.memory, context.axes, unlearning)) return false;
    slot.changed = true;
    return true;
  }
}
