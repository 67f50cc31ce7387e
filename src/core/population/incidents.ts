/** Alerts of several identities with one cause, close in time: one incident, which spends the budget once. */
import { INCIDENT_GAP_HOURS, INCIDENT_HOURS, LIKELY_FALSE } from '../constants.ts';
import type { Contribution } from '../engine-contract.ts';

/** Runs remembered of a tenant, and identities of a run; beyond them the oldest runs and the largest hashes go. */
const RUNS_MAX = 10_000;
const MEMBERS_MAX = 1_000;

/** Whose alert it is, and of which hour. */
type Place = Pick<Contribution, 'tenant' | 'identity' | 'hour'>;

/** The same, with the peer class. */
type PeerPlace = Pick<Contribution, 'tenant' | 'identity' | 'hour' | 'peers'>;

/** Alerts for one cause without a long pause between them. */
interface Run {
  readonly cause: number;
  /** Hours of its first and of its latest alert. */
  readonly since: number;
  last: number;
  /** Peer classes whose identities are in it by an alert of their own. */
  readonly peers: Set<string>;
  /** By identity: its expected false alerts. Sums, so that no order inside an hour matters. */
  readonly members: Map<number, number>;
}

export class Incidents {
  /** Tenant -> its runs by cause, each list in order of time. */
  readonly #runs = new Map<string, Map<number, Run[]>>();
  /** Grows with everything that may change what was spent. */
  changes = 0;

  /** Takes an alert that was raised for a cause and counts as such a share of a false one. */
  take({ tenant, identity, hour, peers }: PeerPlace, cause: number, falseShare: number): void {
    this.changes++;
    const causes = this.#runs.get(tenant) ?? new Map<number, Run[]>();
    this.#runs.set(tenant, causes);
    const runs = causes.get(cause) ?? [];
    causes.set(cause, runs);
    let run = runs.at(-1);
    if (run === undefined || !covers(run, hour)) {
      run = { cause, since: hour, last: hour, peers: new Set(), members: new Map() };
      runs.push(run);
    }
    run.last = Math.max(run.last, hour);
    run.peers.add(peers);
    addTo(run, identity, falseShare);
  }

  /** Adds an identity to a run that began in an hour; it does not prolong the run. A run that is forgotten by now stays forgotten. */
  join({ tenant, identity }: Place, cause: number, since: number, falseShare: number): void {
    this.changes++;
    const run = this.#runs
      .get(tenant)
      ?.get(cause)
      ?.find((one) => one.since === since);
    if (run !== undefined) addTo(run, identity, falseShare);
  }

  /** The run with an identity in it that began last, of those that were under way within a day before or after an hour. */
  of(tenant: string, identity: number, hour: number): { cause: number; since: number } | undefined {
    let latest: Run | undefined;
    for (const runs of this.#runs.get(tenant)?.values() ?? [])
      for (const run of runs) {
        if (!run.members.has(identity) || run.last < hour - INCIDENT_HOURS || run.since > hour + INCIDENT_HOURS)
          continue;
        const isLater =
          latest === undefined || run.since > latest.since || (run.since === latest.since && run.cause < latest.cause);
        if (isLater) latest = run;
      }
    return latest && { cause: latest.cause, since: latest.since };
  }

  /** Corrects what an identity's alert counts as. */
  amend({ tenant, identity }: Place, cause: number, change: number): void {
    this.changes++;
    const run = this.#runs
      .get(tenant)
      ?.get(cause)
      ?.findLast(({ members }) => members.has(identity));
    run?.members.set(identity, (run.members.get(identity) as number) + change);
  }

  /**
   * What is known of alerts for a cause around an hour: since which hour they have been raised, and whether for others
   * than the identity that asks, and for which peer classes.
   */
  around(
    tenant: string,
    cause: number,
    identity: number,
    hour: number,
  ): { since: number; shared: boolean; peers: ReadonlySet<string> } | undefined {
    const run = this.#runs
      .get(tenant)
      ?.get(cause)
      ?.findLast((one) => one.since <= hour && covers(one, hour));
    if (run === undefined) return undefined;
    return { since: run.since, shared: isShared(run, identity), peers: run.peers };
  }

  /**
   * The first run of a cause that began within a day before an hour, for somebody else than the identity that asks and for one of its peer
   * class too, while each alert in it is more likely false than not; undefined for none.
   */
  earlier(tenant: string, cause: number, { identity, hour, peers }: Omit<PeerPlace, 'tenant'>): number | undefined {
    const run = this.#runs
      .get(tenant)
      ?.get(cause)
      ?.find((one) => one.since <= hour && hour - one.since <= INCIDENT_HOURS);
    if (run === undefined || !isShared(run, identity) || !run.peers.has(peers)) return undefined;
    for (const falseShare of run.members.values()) if (falseShare < LIKELY_FALSE) return undefined;
    return run.since;
  }

  /** Expected false alerts by the day on which their run began, each run counted as its worst member. */
  spent(tenant: string): Map<number, number[]> {
    const days = new Map<number, number[]>();
    for (const runs of this.#runs.get(tenant)?.values() ?? [])
      for (const { since, members } of runs) {
        const day = Math.floor(since / 24);
        let worst = 0;
        for (const falseShare of members.values()) worst = Math.max(worst, falseShare);
        const runsOfDay = days.get(day) ?? [];
        days.set(day, runsOfDay);
        runsOfDay.push(Math.min(1, worst));
      }
    return days;
  }

  /** Forgets runs that began before a day, and of too many the oldest. */
  forget(day: number): void {
    this.changes++;
    for (const causes of this.#runs.values()) this.#keep(causes, (run) => run.since >= day * 24);
  }

  trim(): void {
    for (const causes of this.#runs.values()) {
      let held = 0;
      for (const { length } of causes.values()) held += length;
      if (held <= RUNS_MAX) continue;
      this.changes++;
      const all = [...causes.values()].flat();
      const doomed = new Set(all.sort((a, b) => a.since - b.since || a.cause - b.cause).slice(0, -RUNS_MAX));
      this.#keep(causes, (run) => !doomed.has(run));
    }
  }

  #keep(causes: Map<number, Run[]>, isKept: (run: Run) => boolean): void {
    for (const [cause, runs] of causes) {
      const kept = runs.filter(isKept);
      if (kept.length === 0) causes.delete(cause);
      else if (kept.length < runs.length) causes.set(cause, kept);
    }
  }
}

/** Whether an alert raised in an hour belongs to a run that began before. */
const covers = ({ since, last }: Run, hour: number) =>
  hour - last <= INCIDENT_GAP_HOURS && hour - since <= INCIDENT_HOURS;

const isShared = ({ members }: Run, identity: number) => members.size > (members.has(identity) ? 1 : 0);

/** Adds what an identity's alert counts as; of too many members the largest hash goes. */
function addTo({ members }: Run, identity: number, falseShare: number): void {
  members.set(identity, (members.get(identity) ?? 0) + falseShare);
  if (members.size > MEMBERS_MAX) members.delete([...members.keys()].reduce((most, one) => Math.max(most, one)));
}
