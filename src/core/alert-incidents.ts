/** Which incident an alert belongs to: its cause, who else has it, whether it is paid for, and whether the alert says more than it. */
import type { ActivityContext } from './activity-context.ts';
import type { AgentChanges } from './agent-changes.ts';
import type { OpenSpending } from './alert/open-spending.ts';
import { causeOf, placesOf } from './alert/to-alert.ts';
import { isSuspicious } from './change.ts';
import { GRAVE_FROM, LASTING_FROM, SCORE_FROM } from './constants.ts';
import type { Contributions } from './contributions.ts';
import type { Hasher } from './hash.ts';
import { hourOf } from './instant.ts';
import type { Episode } from './memory/episode.ts';
import { isCertain, joint, type WindowItem } from './memory/window.ts';
import type { Population } from './population/population.ts';

export interface AlertIncidentsOptions {
  /** It is bound to the activity at hand before anything is asked of this class. */
  readonly context: ActivityContext;
  readonly population: Population;
  readonly contributions: Contributions;
  readonly hasher: Hasher;
  readonly agents: AgentChanges;
  /** What this partition has raised in hours that are not closed. */
  readonly spending: OpenSpending;
}

export class AlertIncidents {
  readonly #context: ActivityContext;
  readonly #population: Population;
  readonly #contributions: Contributions;
  readonly #hasher: Hasher;
  readonly #agents: AgentChanges;
  readonly #spending: OpenSpending;

  constructor({ context, population, contributions, hasher, agents, spending }: AlertIncidentsOptions) {
    this.#context = context;
    this.#population = population;
    this.#contributions = contributions;
    this.#hasher = hasher;
    this.#agents = agents;
    this.#spending = spending;
  }

  /**
   * Whether somebody else of its peer class is told of for the same cause, and it says no more: one event that moves many of a kind is
   * told once. Who is alone in its class may be anybody's victim, and stands alone.
   */
  joins(episode: Episode): boolean {
    const { memory, tenant, identityHash, hour } = this.#context;
    const { first, isCampaign = false } = this.#spending.of(tenant, episode.cause, this.#population.epoch) ?? {};
    if (!saysNoMore(episode, isCampaign)) return false;
    const gravity = gravityOfCause(episode);
    if (first !== undefined && first.identity !== identityHash && first.peers === memory.peers)
      return gravity <= (first.gravity ?? 0);
    // Of an hour that is closed nobody knows any more how grave the first one's act was.
    const run = this.#population.incident(tenant, episode.cause, identityHash, hour);
    return run?.shared === true && run.peers.has(memory.peers) && gravity < GRAVE_FROM;
  }

  /** Hash of what its findings share with those of others; 0 where they share nothing. */
  causeOf(episode: Episode): number {
    // That an agent runs another model is the change itself, under another name: it must not hide that all of them were changed alike.
    const change = this.#agents.cause(episode.items);
    const telling = ({ novelty }: WindowItem) => change === 0 || novelty?.dimension !== 'actor';
    const items = episode.items.filter(telling);
    const cause = this.#placeToldOf(items) ?? (causeOf(items) || change);
    // Whoever changed others is the cause of what follows there, though it shares none of its values with them.
    return cause === 0 && episode.items.some(({ isChange }) => isChange) ? this.#context.identityHash : cause;
  }

  /**
   * Of the names of one strange place - its network, country, region - the one that another was told of: which of them is the strongest changes from
   * one member of a wave to the next.
   */
  #placeToldOf(items: readonly WindowItem[]): number | undefined {
    const { tenant, identityHash, hour, memory } = this.#context;
    const of = { identity: identityHash, hour, peers: memory.peers };
    return placesOf(items).find(
      (place) =>
        this.#spending.of(tenant, place, this.#population.epoch) !== undefined ||
        this.#population.incident(tenant, place, identityHash, hour) !== undefined ||
        this.#population.earlierIncident(tenant, place, of) !== undefined,
    );
  }

  /**
   * The incident of earlier that day that it says no more than, though there was a pause: machines that move come to the new place when they
   * next have work. Only a place is followed so, and only while nothing in the incident is likely an attack.
   */
  followed(episode: Episode, cause: number): { cause: number; since: number } | undefined {
    const { tenant, identityHash, hour, memory } = this.#context;
    if (!placesOf(episode.items).includes(cause) || this.isPaid(cause)) return undefined;
    if (!saysNoMore({ items: episode.items, cause }, false)) return undefined;
    const since = this.#population.earlierIncident(tenant, cause, {
      identity: identityHash,
      hour,
      peers: memory.peers,
    });
    return since === undefined ? undefined : { cause, since };
  }

  /** The incident of whoever made what is used here, where that speaks against it or is in doubt. */
  runOfChanger({ items }: Episode): { cause: number; since: number } | undefined {
    const { tenant } = this.#context;
    for (const { change } of items) {
      if (change === undefined || change.isOwn || !(isSuspicious(change) || change.manner === 'doubted')) continue;
      const run = this.#population.incidentOf(tenant, change.identity, hourOf(change.ms));
      if (run !== undefined) return run;
    }
    return undefined;
  }

  /** An incident is paid for when it begins: further alerts of its cause are told with it, and cost nothing. */
  isPaid(cause: number): boolean {
    const { tenant, identityHash, hour } = this.#context;
    if (cause === 0) return false;
    return (
      this.#spending.of(tenant, cause, this.#population.epoch) !== undefined ||
      this.#population.incident(tenant, cause, identityHash, hour) !== undefined
    );
  }

  /** Id of the incident of a cause that began in an hour. */
  idOf(cause: number, since: number): string {
    return this.#hasher.id(`incident\u0000${this.#context.tenant}\u0000${cause}\u0000${since}`);
  }

  /** An alert is part of an incident from when an alert of somebody else is known to have its cause. Returns whether it is now. */
  meet(episode: Episode): boolean {
    if (episode.incident !== undefined) return false;
    const { tenant, identityHash } = this.#context;
    const run = this.runOfChanger(episode);
    if (run !== undefined) {
      episode.incident = this.idOf(run.cause, run.since);
      this.#contributions.add({ kind: 'joined', ...run, falseShare: 0 });
      return true;
    }
    if (episode.cause === 0) return false;
    const met = this.#population.incident(tenant, episode.cause, identityHash, hourOf(episode.raisedMs));
    if (met === undefined || !met.shared) return false;
    episode.incident = this.idOf(episode.cause, met.since);
    return true;
  }
}

/** Several owners share the source: the cause itself seen from above, which has to be said once. */
export const isCampaign = ({ group }: WindowItem) => group === 'campaign';

/** Findings about what is done, to what, whose and for whom. */
const DEEDS: ReadonlySet<string> = new Set(['work', 'account', 'refusal']);

/** Gravity, 0 to 1, of the act that is the cause: who begins with the same service may do worse in it. 0 where the cause is a circumstance, since usual work goes on in it. */
export const gravityOfCause = ({ items, cause }: Episode): number =>
  items.reduce(
    (most, { group, novelty, act }) =>
      DEEDS.has(group) && novelty?.value === cause ? Math.max(most, act?.gravity ?? 0) : most,
    0,
  );

/**
 * Whether the findings beside the shared cause are an ordinary day's, and no act gives rights or hides traces: then an alert says no more
 * than its incident. What tells of the same value, or of another circumstance in the cause's group, is the cause under another name, and
 * so is a campaign that was told. What is done is chosen one by one: another thing of the cause's group says more. Only that a new act
 * meets a known thing for the first time does not.
 */
export function saysNoMore({ items, cause }: Pick<Episode, 'items' | 'cause'>, isCampaignTold: boolean): boolean {
  if (items.some((item) => isCertain(item) || (item.gravity ?? 0) >= LASTING_FROM)) return false;
  const causes = items.filter(({ novelty }) => novelty?.value === cause);
  const groups = new Set(causes.map(({ group }) => group).filter((group) => !DEEDS.has(group)));
  const values = new Set(items.filter(({ group }) => groups.has(group)).map(({ novelty }) => novelty?.value));
  const acts = new Set(causes.filter(({ novelty }) => novelty?.dimension === 'action').map(({ act }) => act?.name));
  const isCause = ({ group, novelty, act }: WindowItem) =>
    groups.has(group) ||
    (novelty !== undefined &&
      (novelty.value === cause ||
        values.has(novelty.value) ||
        (novelty.dimension === 'target' && acts.has(act?.name))));
  const rest = items.filter((item) => !isCause(item) && !(isCampaignTold && isCampaign(item)));
  return joint(rest) < SCORE_FROM;
}
