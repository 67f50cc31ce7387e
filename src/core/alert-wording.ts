/** Words the alerts that changed in a batch, once each, as they stood at their last change. */
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import type { ActivityContext } from './activity-context.ts';
import type { AgentAtHand, AgentChanges } from './agent-changes.ts';
import { daysAlone, scoreOf } from './alert/hindsight.ts';
import { callsAnHour, type Recommended, recommend } from './alert/recommend.ts';
import { type BaseRate, statedMisuse } from './alert/stated-odds.ts';
import { toAlert } from './alert/to-alert.ts';
import { ALWAYS_TOLD_NATS, COLD_WEEK_DAYS, FLOOD_FROM } from './constants.ts';
import type { About } from './detector.ts';
import type { EngineOutcome } from './engine-contract.ts';
import type { Facts } from './facts.ts';
import type { AgentParts } from './memory/agent-parts.ts';
import type { Episode } from './memory/episode.ts';
import { isCertain } from './memory/window.ts';
import type { Population } from './population/population.ts';

export interface AlertWordingOptions {
  /** It is bound to the activity at hand before anything is asked of this class. */
  readonly context: ActivityContext;
  readonly population: Population;
  readonly agents: AgentChanges;
  /** By detector id. */
  readonly abouts: ReadonlyMap<string, About>;
  readonly settings: Config['alerts'];
}

/** Identities and days over which the configured rate of attacks counts: 1,000 and 30. */
const PER_THOUSAND_MONTH = 30_000;

/** An open alert that changed in this batch, with what was true at its last change. */
interface Change {
  /** True when the alert has a version that was not handed out yet. */
  isNews: boolean;
  episode: Episode;
  activity: Activity;
  facts: Facts | undefined;
  ms: number;
  maturity: number;
  ageDays: number;
  activitiesAnHour: number;
  services: number;
  /** The tenant's first week. */
  isCold: boolean;
  drift: Alert['drift'];
  /** The agent whose drift is still to be worked out; absent: it is. */
  agent: AgentAtHand | undefined;
  /** Probability of misuse that may be stated. */
  misuse: number | undefined;
}

export class AlertWording {
  readonly #context: ActivityContext;
  readonly #population: Population;
  readonly #agents: AgentChanges;
  readonly #abouts: ReadonlyMap<string, About>;
  readonly #settings: Config['alerts'];
  /** By tenant, as of the last closed hour. */
  readonly #baseRates = new Map<string, BaseRate>();
  /** By id of the alert. */
  readonly #touched = new Map<string, Change>();
  /** Those of them whose drift is still to be worked out, by the parts of the agent; no more than were touched. */
  readonly #unsaid = new Map<AgentParts, Change[]>();

  constructor({ context, population, agents, abouts, settings }: AlertWordingOptions) {
    this.#context = context;
    this.#population = population;
    this.#agents = agents;
    this.#abouts = abouts;
    this.#settings = settings;
    agents.beforeChange((parts) => this.#say(parts));
  }

  /** Works out what still rests on the population as it is, because an hour is about to be closed. */
  settle(): void {
    for (const parts of this.#unsaid.keys()) this.#say(parts);
  }

  /** Drops what was read of the population, because an hour was closed. */
  forget(): void {
    this.#baseRates.clear();
  }

  /** Notes that an alert changed with the activity at hand; `isNews`: it has a version that is to be handed out. */
  note(episode: Episode, isNews: boolean): void {
    const known = this.#touched.get(episode.id);
    const change = this.#fill(known ?? ({} as Change), episode);
    change.isNews = (known?.isNews ?? false) || isNews;
    this.#noteDrift(change);
    if (known === undefined) this.#touched.set(episode.id, change);
  }

  /** Whether an alert would ask for a suspension, as it stands at the activity at hand. */
  asksToSuspend(episode: Episode): boolean {
    return this.#advise(this.#fill({} as Change, episode)).action === 'suspend-identity';
  }

  /** The alerts that changed since the last call, worded as they stand now. */
  take(): Pick<EngineOutcome, 'alerts' | 'news' | 'observed'> {
    this.settle();
    const alerts: Alert[] = [];
    const observed: Alert[] = [];
    const news: string[] = [];
    for (const change of this.#touched.values()) {
      const { episode, isNews } = change;
      const alert = toAlert(episode, { ...change, abouts: this.#abouts }, this.#advise(change));
      (episode.raised ? alerts : observed).push(alert);
      if (episode.raised && isNews && !isFoldedAway(episode, alert)) news.push(episode.id);
    }
    this.#touched.clear();
    return { alerts, news, observed };
  }

  #fill(change: Change, episode: Episode): Change {
    const context = this.#context;
    const { memory, ms } = context;
    change.episode = episode;
    change.activity = context.activity;
    change.facts = context.facts;
    change.ms = ms;
    change.services = context.services();
    change.maturity = context.maturity;
    change.ageDays = context.ageDays;
    change.activitiesAnHour = callsAnHour(memory.activities, memory.firstMs, ms);
    change.isCold = this.#population.historyDays(context.tenant) < COLD_WEEK_DAYS;
    // What hindsight explains is less surprising than it was.
    const eased = episode.explainedNats > 0 ? this.#population.pOf(context.tenant, memory.peers, scoreOf(episode)) : 0;
    change.misuse = statedMisuse(Math.max(episode.p, eased), this.#baseRateOf(context.tenant), daysAlone(episode));
    return change;
  }

  /** What is said of an agent is worked out once for all that it does until its parts change, an hour closes, or the batch ends. */
  #noteDrift(change: Change): void {
    const agent = this.#agents.atHand();
    change.drift = undefined;
    const before = change.agent?.agentParts;
    change.agent = agent;
    const parts = agent?.agentParts;
    if (agent === undefined || parts === undefined) {
      if (agent !== undefined) change.drift = this.#agents.drift(agent, change.episode.items);
      change.agent = undefined;
    } else if (before !== parts) {
      const unsaid = this.#unsaid.get(parts);
      if (unsaid === undefined) this.#unsaid.set(parts, [change]);
      else if (!unsaid.includes(change)) unsaid.push(change);
    }
  }

  /** Works out what alerts say of the agent that has these parts. */
  #say(parts: AgentParts): void {
    for (const change of this.#unsaid.get(parts) ?? []) {
      if (change.agent?.agentParts !== parts) continue;
      change.drift = this.#agents.drift(change.agent, change.episode.items);
      change.agent = undefined;
    }
    this.#unsaid.delete(parts);
  }

  #advise({ episode, activity, facts, ms, activitiesAnHour, services, isCold, misuse }: Change): Recommended {
    return recommend(episode, {
      activity,
      facts,
      ms,
      activitiesAnHour,
      services,
      ttlMs: this.#settings.recommendationTtlMs,
      downstream: facts?.record.peers?.length ?? 0,
      isCold,
      misuse,
    });
  }

  /** How often attacks come to a tenant, as of the last closed hour. */
  #baseRateOf(tenant: string): BaseRate {
    const known = this.#baseRates.get(tenant);
    if (known !== undefined) return known;
    const identitiesPerDay = this.#population.identitiesPerDay(tenant);
    const { attacksPerThousandMonth: told } = this.#settings;
    const attacksPerDay =
      told === undefined ? this.#population.attacksPerDay(tenant) : (told / PER_THOUSAND_MONTH) * identitiesPerDay;
    const rate = { attacksPerDay, identitiesPerDay };
    this.#baseRates.set(tenant, rate);
    return rate;
  }
}

/**
 * Whether an alert is seen with its incident and not delivered by itself: the fourth, the eighth and so on is, and whatever is severe. A new
 * key or a proof is what the cause asks for, and the first one told of it; a suspension is for what this identity has done.
 */
const isFoldedAway = ({ folded, joins, items }: Episode, { score, severity, recommendation }: Alert): boolean =>
  folded !== undefined &&
  !(folded >= FLOOD_FROM && isPowerOfTwo(folded)) &&
  score < ALWAYS_TOLD_NATS &&
  !(joins === true && recommendation.action === 'suspend-identity') &&
  severity !== 'high' &&
  severity !== 'critical' &&
  !items.some(isCertain);

/** At each doubling: so is told of what goes on and on. */
export const isPowerOfTwo = (n: number): boolean => (n & (n - 1)) === 0;
