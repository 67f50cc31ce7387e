/** The alerts of a partition's identities: opened, raised by threshold and budget, joined to incidents, looked at again and let go of. */
import type { Config } from '../../schemas/config.ts';
import type { Decided } from '../../schemas/standing.ts';
import type { ActivityContext } from './activity-context.ts';
import type { AgentChanges } from './agent-changes.ts';
import { daysAlone, review, scoreOf, settle } from './alert/hindsight.ts';
import type { OpenSpending } from './alert/open-spending.ts';
import { cite, keep, open, top } from './alert/to-alert.ts';
import { untaughtScore } from './alert/untaught.ts';
import { AlertIncidents, gravityOfCause, isCampaign, saysNoMore } from './alert-incidents.ts';
import { AlertWording, isPowerOfTwo } from './alert-wording.ts';
import {
  ALWAYS_TOLD_NATS,
  CARRIED_ON_DAYS,
  CITED_SHARE,
  DAY_MS,
  FLOOD_FROM,
  GATE_MS,
  GROWN_NATS,
  OBSERVE_SHARE,
  PROLONG_SHARE,
  REVIEW_DAYS,
  SCORE_FROM,
  SCORE_STEP,
  STORY_MS,
  WINDOW_MS,
} from './constants.ts';
import type { Contributions } from './contributions.ts';
import type { About } from './detector.ts';
import type { EngineOutcome } from './engine-contract.ts';
import type { Hasher } from './hash.ts';
import { type Episode, isKept } from './memory/episode.ts';
import type { Memory } from './memory/memory.ts';
import { type FindingName, isCertain, isSame, joint, noteAct, type WindowItem } from './memory/window.ts';
import type { Population } from './population/population.ts';
import { brake, type Threshold, Thresholds } from './population/threshold.ts';
import { isConfirmed, outgrow } from './verdict/apply-verdict.ts';
import type { WhoChanged } from './who-changed.ts';

export interface AlertingOptions {
  /** It is bound to the activity at hand before anything is asked of this class. */
  readonly context: ActivityContext;
  readonly population: Population;
  readonly contributions: Contributions;
  readonly hasher: Hasher;
  readonly agents: AgentChanges;
  readonly whoChanged: WhoChanged;
  /** What this partition has raised in hours that are not closed. */
  readonly spending: OpenSpending;
  /** By detector id. */
  readonly abouts: ReadonlyMap<string, About>;
  readonly settings: Config['alerts'];
  /** Nothing is opened before this event time, in ms. */
  readonly fromMs: number;
}

export class Alerting {
  readonly #context: ActivityContext;
  readonly #population: Population;
  readonly #contributions: Contributions;
  readonly #hasher: Hasher;
  readonly #whoChanged: WhoChanged;
  readonly #spending: OpenSpending;
  readonly #wording: AlertWording;
  readonly #settings: Config['alerts'];
  readonly #fromMs: number;
  readonly #incidents: AlertIncidents;
  /** By tenant, as of the last closed hour. */
  readonly #thresholds = new Map<string, Threshold & { readonly spentToday: number }>();
  readonly #levels: Thresholds;
  /** Alerts newly held since the last call of `take`. */
  #held = 0;

  constructor({
    context,
    population,
    contributions,
    hasher,
    agents,
    whoChanged,
    spending,
    abouts,
    settings,
    fromMs,
  }: AlertingOptions) {
    this.#context = context;
    this.#population = population;
    this.#levels = new Thresholds(population);
    this.#contributions = contributions;
    this.#hasher = hasher;
    this.#whoChanged = whoChanged;
    this.#spending = spending;
    this.#wording = new AlertWording({ context, population, agents, abouts, settings });
    this.#settings = settings;
    this.#fromMs = fromMs;
    this.#incidents = new AlertIncidents({ context, population, contributions, hasher, agents, spending });
  }

  /** Works out what rests on the population as it is, because an hour is about to be closed. */
  settle(): void {
    this.#wording.settle();
  }

  /** Drops what was read of the population, because an hour was closed. */
  forget(): void {
    this.#thresholds.clear();
    this.#wording.forget();
  }

  /** Weighs what was found in the activity at hand, `strongest` nats at the most, of which `fresh` is new in the window. */
  weigh(fresh: readonly WindowItem[], strongest: number): void {
    const { memory, ms, tenant } = this.#context;
    const score = joint(memory.window);
    const { episode } = memory;
    if (
      episode !== undefined &&
      (ms - episode.lastMs > this.#settings.episodeQuietMs ||
        anotherStory(episode, memory.window, ms, this.#thresholdOf(tenant).nats))
    ) {
      // What waited for the budget is told before another story takes its place: held is not dropped.
      if (episode.held === true) this.#raiseHeld(episode);
      if (episode.raised) memory.former = episode;
      memory.episode = undefined;
    }
    const isNews = memory.episode === undefined || fresh.some((item) => tellsMore(memory.episode as Episode, item));
    if (memory.episode !== undefined) for (const item of fresh) keep(memory.episode, item);
    if (ms < this.#fromMs) memory.episode = undefined;
    else this.#decide(score, strongest, fresh.length > 0, isNews);
    this.#tell(score);
  }

  /** Tells a finding that is known already of the act at hand: its things are named, and the gravest act leads. */
  noteAct(of: FindingName): void {
    const { memory, act } = this.#context;
    noteAct(memory.window, of, act);
    const { episode } = memory;
    // An alert that was told of is worded anew, whether the act came in the same batch as its last change or in a later one.
    if (episode !== undefined && noteAct(episode.items, of, act) && episode.version > 0) this.#emit(episode, false);
  }

  /**
   * Reviews the open alert and the one before it: hindsight may explain them, others may share their cause, and they may be over.
   * `isNewHour`: an hour was closed since the identity was last heard of.
   */
  review(isNewHour: boolean): void {
    const { memory, ms } = this.#context;
    this.#release();
    for (const episode of [memory.episode, memory.former]) {
      if (episode === undefined || !isInReview(episode, ms)) continue;
      const before = episode.explainedNats;
      const alone = daysAlone(episode);
      const isChanged = isNewHour && this.#whoChanged.revisit(episode.items, false);
      if (isChanged) settle(episode);
      const isMet = this.#incidents.meet(episode);
      if (!review(episode, this.#context, this.#population.epoch) && !isMet && !isChanged) continue;
      const [was, is] = [Math.floor(before), Math.floor(episode.explainedNats)];
      const isCarriedOn = alone < CARRIED_ON_DAYS && daysAlone(episode) >= CARRIED_ON_DAYS;
      this.#emit(episode, isMet || isChanged || isCarriedOn || is !== was, is > was && !isMet && !isCarriedOn);
    }
    this.#retire();
  }

  /** Raises a held alert once there is budget again, once an alert of the same cause was raised, or when it has waited as long as alerts are reviewed. */
  #release(): void {
    const { memory, ms, tenant } = this.#context;
    const { episode } = memory;
    if (episode?.held !== true) return;
    const isOverdue = ms - episode.lastMs > REVIEW_DAYS * DAY_MS;
    if (this.#brakeOf(tenant) === 0 || isOverdue) this.#raiseHeld(episode);
    else if (this.#isPaid(episode)) this.#raiseHeld(episode, true);
  }

  #raiseHeld(episode: Episode, isOver = false): void {
    const { share } = this.#thresholdOf(this.#context.tenant);
    this.#raise(episode, 1 - share(scoreOf(episode)), isOver);
    this.#emit(episode);
  }

  /** Probability that what the identity at hand does now is benign: 1 while there is no alert of it. */
  benignShare(): number {
    const { memory, ms, tenant } = this.#context;
    if (!this.isGated(memory, ms)) return 1;
    const { share } = this.#thresholdOf(tenant);
    return Math.max(0, 1 - share(scoreOf(memory.episode as Episode)));
  }

  /** Whether an identity is under suspicion, so that nothing new is learned of it. */
  isGated({ episode }: Memory, ms: number): boolean {
    return episode !== undefined && isKept(episode) && ms - episode.lastMs < GATE_MS;
  }

  /** Whether an alert still has that version, and where it stands from now on: the number of the version that says so. */
  decide(memory: Memory, { alertId, version, status, standing }: Decided): number | undefined {
    const episode = [memory.episode, memory.former].find((one) => one?.id === alertId);
    const known = memory.raised.find(({ id }) => id === alertId);
    if ((episode?.version ?? known?.version ?? version) !== version) return undefined;
    if (episode !== undefined) {
      episode.version = version + 1;
      episode.decided = { status, standing };
      episode.isEased = undefined;
    }
    if (known !== undefined) known.version = version + 1;
    return version + 1;
  }

  /** The alerts that changed since the last call, worded as they stand now. */
  take(): Pick<EngineOutcome, 'alerts' | 'news' | 'observed' | 'held'> {
    const held = this.#held;
    this.#held = 0;
    return { ...this.#wording.take(), held };
  }

  /** Tells the population of a higher score of the day: from these the threshold follows. */
  #tell(score: number): void {
    const { memory, maturity } = this.#context;
    if (score <= memory.dayMax) return;
    memory.dayMax = score;
    if (score < SCORE_FROM || score < memory.dayContributed + SCORE_STEP || maturity < 1) return;
    // An attack that a person confirmed says nothing about benign days, however long it goes on.
    if (memory.episode !== undefined && isConfirmed(memory, memory.episode.id)) return;
    // An incident costs once: what says no more than it would count one event as many times as it has members.
    if (memory.episode?.joins === true) return;
    memory.dayContributed = score;
    this.#contributions.add({ kind: 'score', nats: score });
  }

  #thresholdOf(tenant: string): Threshold & { readonly spentToday: number } {
    let threshold = this.#thresholds.get(tenant);
    if (threshold === undefined) {
      const { falsePerDay } = this.#settings;
      const { nats, share } = this.#levels.of(tenant, falsePerDay);
      threshold = { nats, share, spentToday: this.#population.spentToday(tenant) };
      this.#thresholds.set(tenant, threshold);
    }
    return threshold;
  }

  /** Nats by which the threshold is up for what was spent today: what the closed hours tell, and what this partition has raised since. */
  #brakeOf(tenant: string): number {
    const open = this.#spending.since(tenant, this.#population.epoch);
    return brake(this.#thresholdOf(tenant).spentToday + open, this.#settings.falsePerDay);
  }

  #decide(score: number, strongest: number, isChanged: boolean, isNews: boolean): void {
    const { memory, activity, ms, delayMs, tenant, sensitivity } = this.#context;
    const { nats: threshold, share } = this.#thresholdOf(tenant);
    const isFirst = memory.episode === undefined;
    if (memory.episode === undefined) {
      if (score < threshold * OBSERVE_SHARE && !memory.window.some(isCertain)) return;
      memory.episode = this.#open();
    }
    const { episode } = memory;
    if (isChanged) episode.sensitivity = Math.max(episode.sensitivity, sensitivity.level);
    if (delayMs > 0) episode.delayMs = Math.max(episode.delayMs ?? 0, delayMs);
    if (strongest < CITED_SHARE * top(episode.items)) {
      if (isChanged) this.#emit(episode, isNews);
      return;
    }
    if (isChanged || strongest >= PROLONG_SHARE * top(episode.items)) episode.lastMs = ms;
    episode.activityCount++;
    const bytes = activity.amount?.bytes ?? 0;
    if (bytes > 0) episode.bytes = (episode.bytes ?? 0) + bytes;
    episode.sensitivity = Math.max(episode.sensitivity, sensitivity.level);
    cite(episode, activity.id, strongest);
    if (!isChanged && episode.version > 0) {
      this.#emit(episode, isPowerOfTwo(episode.activityCount));
      return;
    }
    if (score > episode.score) {
      episode.score = score;
      episode.p = this.#population.pOf(tenant, memory.peers, score);
      episode.credential = activity.credential;
      episode.delegation = activity.onBehalfOf;
    }
    const untaught = untaughtScore(memory.window, sensitivity.level);
    if (untaught > Math.max(score, episode.untaughtScore ?? 0)) episode.untaughtScore = untaught;
    const wasRaised = episode.raised;
    if (!wasRaised) this.#raiseOrHold(episode, score, 1 - share(score));
    else if (episode.joins === true && !saysNoMore(episode, true)) this.#standAlone(episode, 1 - share(score));
    this.#emit(episode, isNews || isFirst || episode.raised !== wasRaised);
  }

  /**
   * What is over the threshold is raised, or held while today's budget is spent: held, it is learned from as little as if it had been
   * raised, and it is raised at the next sign of life once there is budget again. What is certain, strong, or asks for a suspension is never
   * held: who ought to be stopped today is stopped too late the day after tomorrow.
   */
  #raiseOrHold(episode: Episode, score: number, amount: number): void {
    const { memory, tenant } = this.#context;
    const { nats } = this.#thresholdOf(tenant);
    const certain = memory.window.some(isCertain);
    if (!certain && score < nats) return;
    const isOver = !certain && score < Math.min(nats + this.#brakeOf(tenant), Math.max(nats, ALWAYS_TOLD_NATS));
    if (!isOver || this.#isPaid(episode)) this.#raise(episode, amount, isOver);
    else if (this.#wording.asksToSuspend(episode)) this.#raise(episode, amount);
    else if (episode.held !== true) {
      episode.held = true;
      this.#held++;
      this.#foldHeld(episode, amount);
    }
  }

  /** Whether an incident that is told of already pays for it. */
  #isPaid(episode: Episode): boolean {
    if (this.#incidents.runOfChanger(episode) !== undefined) return true;
    const cause = this.#incidents.causeOf(episode);
    return this.#incidents.isPaid(cause) || this.#incidents.followed(episode, cause) !== undefined;
  }

  /** Of the alerts that wait on one day, the fourth, the eighth and so on is told, with their number: all of them are one incident. */
  #foldHeld(episode: Episode, amount: number): void {
    const { tenant, hour, memory } = this.#context;
    const since = hour - (hour % 24);
    const waiting = this.#spending.fold(tenant, 0, since);
    if (waiting < FLOOD_FROM || !isPowerOfTwo(waiting)) return;
    this.#begin(episode);
    episode.cause = this.#hasher.of(`over the budget\u0000${tenant}`);
    episode.thread = this.#incidents.idOf(episode.cause, since);
    episode.incident = episode.thread;
    episode.folded = waiting;
    this.#spend(episode, amount);
    memory.raise(episode, amount);
  }

  #begin(episode: Episode): void {
    episode.raised = true;
    episode.held = false;
    episode.raisedMs = this.#context.ms;
  }

  /** An incident costs once. */
  #spend(episode: Episode, amount: number): void {
    const { cause } = episode;
    const { tenant, hour, identityHash, memory } = this.#context;
    const first = { identity: identityHash, peers: memory.peers, gravity: gravityOfCause(episode) };
    if (!this.#incidents.isPaid(cause)) this.#spending.add(tenant, hour, cause, amount, first);
    this.#contributions.add({ kind: 'raised', cause, falseShare: amount });
  }

  #open(): Episode {
    const { key, memory, activity, ms } = this.#context;
    return open(this.#hasher.id(`${key}\u0000${activity.id}\u0000${ms}`), memory.window, activity, ms);
  }

  /** What was folded has grown beyond what its incident tells: it is an alert of its own from now on, and costs like one. */
  #standAlone(episode: Episode, amount: number): void {
    const { tenant, hour, memory, identityHash } = this.#context;
    episode.joins = undefined;
    episode.folded = undefined;
    this.#spending.add(tenant, hour, 0, amount, { identity: identityHash, peers: memory.peers });
  }

  /**
   * `amount` is what it spends of the budget: its probability of being false. With `isOver` the day has none left, and the alert is told
   * because its incident was: it is folded into that.
   */
  #raise(episode: Episode, amount: number, isOver = false): void {
    const { memory, hour, tenant, identityHash } = this.#context;
    this.#begin(episode);
    const changed = this.#incidents.runOfChanger(episode);
    const cause = changed === undefined ? this.#incidents.causeOf(episode) : changed.cause;
    const followed = changed === undefined ? this.#incidents.followed(episode, cause) : undefined;
    const run = changed ?? followed;
    episode.cause = cause;
    if (run !== undefined) {
      episode.thread = this.#incidents.idOf(run.cause, run.since);
      episode.incident = episode.thread;
      if (followed !== undefined) episode.joins = true;
      if (isOver || followed !== undefined) episode.folded = this.#spending.fold(tenant, run.cause, run.since);
      memory.raise(episode, amount);
      this.#contributions.add({ kind: 'joined', ...run, falseShare: amount });
      return;
    }
    if (episode.cause !== 0) {
      const began = this.#population.incident(tenant, episode.cause, identityHash, hour)?.since ?? hour;
      episode.thread = this.#incidents.idOf(episode.cause, began);
      this.#incidents.meet(episode);
      if (this.#incidents.joins(episode)) episode.joins = true;
      if (isOver || episode.joins === true) episode.folded = this.#spending.fold(tenant, episode.cause, began);
    }
    this.#spend(episode, amount);
    if (episode.joins !== true && episode.items.some(isCampaign)) this.#spending.noteCampaign(tenant, episode.cause);
    memory.raise(episode, amount);
  }

  /**
   * Notes that an open alert changed; it is worded once, at the end of the batch. Only news makes a version: new evidence,
   * or twice as much of the known, so that a busy identity does not fill anybody's inbox.
   */
  #emit(episode: Episode, isNews = true, isEased = false): void {
    const { memory } = this.#context;
    if (isNews) {
      episode.version++;
      episode.isEased = isEased || undefined;
      // What was decided about an alert is held against its last version, also when the episode itself is over.
      const known = memory.raised.find(({ id }) => id === episode.id);
      if (known?.version !== undefined) known.version = episode.version;
    }
    if (episode.raised && memory.blame(episode))
      outgrow(memory, episode.id, (message) => this.#contributions.add(message));
    this.#wording.note(episode, isNews);
  }

  /** Drops episodes to which nothing will be added and that hindsight no longer reviews; otherwise the memory would carry them for ever. */
  #retire(): void {
    const { memory, ms } = this.#context;
    const { episode, former } = memory;
    if (former !== undefined && !isInReview(former, ms)) memory.former = undefined;
    if (episode === undefined || isInReview(episode, ms)) return;
    if (episode.held === true) return;
    if (ms - episode.lastMs > Math.max(this.#settings.episodeQuietMs, GATE_MS)) memory.episode = undefined;
  }
}

/**
 * Whether the findings since the open alert was raised are a second break-in, not more of the first. They are where they say more by
 * themselves than the alert did, not counting what joined within a window of the raising: that belongs to the first, however long it goes
 * on. From a day on they are where they would be told by themselves: who read yesterday's alert has judged it, and is told of today's.
 */
function anotherStory(episode: Episode, items: readonly WindowItem[], ms: number, threshold: number): boolean {
  const since = ms - episode.raisedMs;
  if (since < WINDOW_MS) return false;
  const [fresh, earlier] = partedAt(episode, items, episode.raisedMs + WINDOW_MS);
  if (earlier.length === 0) return false;
  if (fresh.length > 0 && joint(fresh) > joint(earlier)) return true;
  if (!episode.raised || since < STORY_MS) return false;
  const [today] = partedAt(episode, items, episode.raisedMs + STORY_MS);
  return today.length > 0 && joint(today) >= threshold;
}

/** Findings that joined an alert, or come to it, from a time on, and those that it had before. */
function partedAt(episode: Episode, items: readonly WindowItem[], ms: number): [WindowItem[], WindowItem[]] {
  const fresh = items.filter((item) => {
    const known = episode.items.findIndex((old) => isSame(old, item));
    return known < 0 || (episode.sinceMs[known] as number) >= ms;
  });
  return [fresh, episode.items.filter((_, at) => (episode.sinceMs[at] as number) < ms)];
}

/** Whether what comes after an alert may still explain it. */
const isInReview = (episode: Episode, ms: number) => episode.raised && ms - episode.raisedMs <= REVIEW_DAYS * DAY_MS;

/** A finding that the alert does not hold, or one that is by now twice as strong as when it was last told of. */
function tellsMore(episode: Episode, item: WindowItem): boolean {
  const known = episode.items.find((old) => isSame(old, item));
  return known === undefined || Math.floor(item.nats / GROWN_NATS) > Math.floor(known.nats / GROWN_NATS);
}
