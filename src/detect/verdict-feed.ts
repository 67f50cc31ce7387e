/** Brings what people decided to where it counts: verdicts and unlearning to the engine that knows the identity, suppressions to the planning of deliveries. */
import type { Alert } from '../../schemas/alert.ts';
import { APPROVAL_MAX_DAYS, type Suppression, type TriageAction } from '../../schemas/api.ts';
import { elapsed } from '../bounds/elapsed.ts';
import { createShares } from '../bounds/shares.ts';
import type { Engine, Unlearning, Verdict } from '../core/engine-contract.ts';
import { isFault } from '../fault.ts';
import type { Clock } from '../ports/outside.ts';
import type { TriageStore } from '../ports/triage.ts';
import { type Invariants, NO_INVARIANTS } from '../triage/coverage.ts';
import { suppressionOf } from '../triage/suppressing.ts';

const DAY_MS = 86_400_000;
/** Pause between two looks into the store. */
const LOOK_EVERY_MS = 2_000;
/** Rows of the store may become visible later than rows stored after them. */
const OVERLAP_MS = 60_000;
/** Most verdicts and unlearnings of 90 days that are kept, beyond them the newest of each tenant; people give fewer. */
const DECISIONS_MAX = 10_000;

export interface VerdictFeed {
  /** Looks into the store, seldom; what cannot be read now is read later. Call it between turns. */
  refresh(): Promise<void>;
  /**
   * Gives the engine every verdict and unlearning it has not had from this process, in order. An engine that was opened anew gets
   * those of 90 days again, since its snapshot may be older than they are: an engine takes what it knows for nothing. True when
   * the engine has changed and should be saved before its next turn.
   */
  instruct(engine: Engine): boolean;
  /** Lets go of what it has read, because it may name somebody who is forgotten; the next look reads what is left. */
  forget(): void;
  /** True when somebody asked not to be told of such alerts, and this one has nothing beyond what they named. */
  isSuppressed(alert: Alert): boolean;
}

export interface VerdictFeedParts {
  readonly store: Pick<TriageStore, 'actions' | 'suppressions'>;
  readonly clock: Clock;
  /** Called when the store did not answer; the work goes on with what is known. */
  readonly onFault: (error: unknown) => void;
  /** Detectors whose findings are facts. */
  readonly invariants?: Invariants;
}

export function toVerdict(taken: TriageAction): Verdict {
  const { id, tenant, alertId, identity, action, at: said, countsFrom, until, scope } = taken;
  return {
    tenant,
    alertId,
    identity,
    verdict: action === 'benign' ? 'benign' : 'true',
    said: `${said} ${id}`,
    at: countsFrom,
    ...(until !== undefined && { until }),
    ...(scope.length > 0 && { scope }),
  };
}

export function toUnlearning(action: TriageAction): Unlearning {
  const { id, tenant, alertId, identity, provider, account, countsFrom, until, scope } = action;
  return {
    id,
    tenant,
    identity,
    ...(provider !== undefined && { provider }),
    ...(account !== undefined && { account }),
    from: countsFrom,
    to: until ?? countsFrom,
    ...(alertId !== '' && { alertId }),
    how: scope.includes('condemn') ? 'condemn' : 'forget',
  };
}

export function createVerdictFeed({
  store,
  clock,
  onFault,
  invariants = NO_INVARIANTS,
}: VerdictFeedParts): VerdictFeed {
  let kept = createShares<TriageAction>(DECISIONS_MAX);
  let decisions: TriageAction[] = [];
  let suppressions: readonly Suppression[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  const had = new WeakMap<Engine, Set<string>>();

  async function look(): Promise<void> {
    const now = clock.now();
    const oldest = now - APPROVAL_MAX_DAYS * DAY_MS;
    // What was read under a clock that was ahead says nothing of what was stored since.
    const storedSince = Math.max(oldest, (readAt > now ? oldest : readAt) - OVERLAP_MS);
    try {
      const fresh = await store.actions({ kinds: ['benign', 'true', 'unlearn'], storedSince, limit: DECISIONS_MAX });
      suppressions = await store.suppressions(now);
      const news = fresh.filter(({ tenant, id }) => kept.get(tenant, id) === undefined);
      for (const action of news) kept.set(action.tenant, action.id, action);
      if (news.length > 0)
        decisions = [...kept.inTurn()].sort((a, b) => (a.at === b.at ? compare(a.id, b.id) : compare(a.at, b.at)));
      readAt = now;
    } catch (error) {
      if (!isFault(error)) throw error;
      onFault(error);
    }
    lookedAt = now;
  }

  return {
    async refresh() {
      if (elapsed(clock.now(), lookedAt) < LOOK_EVERY_MS) return;
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    },
    instruct(engine) {
      const done = had.get(engine) ?? new Set();
      had.set(engine, done);
      let isChanged = false;
      for (const action of decisions) {
        if (done.has(action.id)) continue;
        done.add(action.id);
        const taken =
          action.action === 'unlearn' ? engine.unlearn(toUnlearning(action)) : engine.verdict(toVerdict(action));
        isChanged ||= taken;
      }
      return isChanged;
    },
    forget() {
      kept = createShares(DECISIONS_MAX);
      decisions = [];
      suppressions = [];
      readAt = Number.NEGATIVE_INFINITY;
      lookedAt = Number.NEGATIVE_INFINITY;
    },
    isSuppressed: (alert) => suppressionOf(alert, suppressions, invariants) !== undefined,
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
