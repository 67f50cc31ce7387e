/** Judges a list of alerts against what really happened: recall at an alert budget, cost of false alerts, advice, delay. */
import { adviceOf, type JudgedAlert } from './judged-alert.ts';
import { half, quantile, share } from './rounding.ts';
import type { BenignChange, Scenario, Truth } from './truth.ts';

/** False alerts a day, all identities together, at which recall is reported. */
export const BUDGETS = [0.2, 1, 5, 10, 20] as const;
/** An alert may be raised, or cite, up to a day late. */
const SLACK_S = 86_400;
const DAY_S = 86_400;

/** An alert with what it turned out to be. */
export interface Ruling {
  readonly alert: JudgedAlert;
  /** Scenarios it finds, each with the moment of detection in seconds. */
  readonly found: ReadonlyMap<string, number>;
  /** The planned change that a false alert is about. */
  readonly change: BenignChange | undefined;
  /** It cites an attack but names somebody else. */
  readonly wrongIdentity: boolean;
}

/** An alert finds a scenario when it names an identity of it, cites three or a fifth of its own activities from it, and comes in time. */
export function rule(alert: JudgedAlert, truth: Truth): Ruling {
  const found = new Map<string, number>();
  let wrongIdentity = false;
  const cited = new Map<string, number[]>();
  for (const id of alert.cites) {
    const attack = truth.attackOf.get(id);
    if (attack) cited.set(attack.scenario, [...(cited.get(attack.scenario) ?? []), attack.atS]);
  }
  for (const [id, times] of cited) {
    const scenario = truth.scenarios.get(id)!;
    const earliest = Math.min(...times);
    if (!scenario.whose.has(alert.who)) wrongIdentity = true;
    else if (
      times.length >= Math.min(3, 0.2 * alert.cites.length) &&
      earliest <= alert.raisedS + SLACK_S &&
      alert.raisedS <= scenario.endS + SLACK_S
    )
      found.set(id, Math.max(alert.raisedS, earliest));
  }
  return { alert, found, change: found.size > 0 ? undefined : changeBehind(alert, truth), wrongIdentity };
}

/** The shortest planned change that the alert is about: by cited activities, or by time where none are listed. */
function changeBehind(alert: JudgedAlert, truth: Truth): BenignChange | undefined {
  let best: BenignChange | undefined;
  for (const change of truth.changesOf.get(alert.who) ?? []) {
    const about =
      change.cited.size > 0
        ? alert.cites.some((id) => change.cited.has(id))
        : change.startS <= alert.lastS && alert.firstS <= change.endS;
    if (about && (!best || change.endS - change.startS < best.endS - best.startS)) best = change;
  }
  return best;
}

/** Rulings of the judged month, best score first. */
export function rank(alerts: readonly JudgedAlert[], truth: Truth): Ruling[] {
  return alerts
    .filter((alert) => alert.lastS >= truth.learnS)
    .map((alert) => rule(alert, truth))
    .sort(
      ({ alert: a }, { alert: b }) =>
        b.score - a.score || a.raisedS - b.raisedS || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
}

/** Scenarios found by the best alerts before `perDay` false ones a day are spent. */
export function foundAt(
  ranked: readonly Ruling[],
  truth: Truth,
  perDay: number,
  costs: (ruling: Ruling) => boolean = () => true,
): Set<string> {
  const found = new Set<string>();
  let spent = 0;
  for (const ruling of ranked) {
    if (ruling.found.size === 0 && costs(ruling) && ++spent > perDay * truth.days + 1e-9) break;
    for (const id of ruling.found.keys()) found.add(id);
  }
  return found;
}

type Key = 'category' | 'variant' | 'source' | 'kind' | 'difficulty';
const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
const by = <T>(map: ReadonlyMap<string, T[]>, value: (rows: T[]) => unknown) =>
  Object.fromEntries(sorted(map).map(([key, rows]) => [key, value(rows)]));

function groups(truth: Truth, key: Key, found: { has(id: string): boolean }): Map<string, boolean[]> {
  const out = new Map<string, boolean[]>();
  for (const [id, scenario] of truth.scenarios) {
    const name = scenario.told[key] || '-';
    out.set(name, [...(out.get(name) ?? []), found.has(id)]);
  }
  return out;
}
const hits = (flags: readonly boolean[]) => flags.filter(Boolean).length;
const recalls = (truth: Truth, key: Key, found: { has(id: string): boolean }) =>
  by(groups(truth, key, found), (flags) => half(hits(flags) / flags.length, 3)) as Record<string, number>;
const tallies = (truth: Truth, key: Key, found: { has(id: string): boolean }) =>
  by(groups(truth, key, found), (flags) => ({
    n: flags.length,
    detected: hits(flags),
    recall: half(hits(flags) / flags.length, 3),
  })) as Record<string, { n: number; detected: number; recall: number }>;

/** False alerts an identity in 30 days, by a property of the identity. */
function perIdentity(truth: Truth, wrong: readonly Ruling[], key: 'kind' | 'group'): Record<string, number> {
  const members = new Map<string, number>();
  const alerts = new Map<string, number>();
  for (const person of Object.values(truth.people)) members.set(person[key], (members.get(person[key]) ?? 0) + 1);
  for (const { alert } of wrong) {
    const name = Object.hasOwn(truth.people, alert.who) ? truth.people[alert.who]![key] : 'unknown';
    alerts.set(name, (alerts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(
    sorted(members).map(([name, count]) => [name, half((((alerts.get(name) ?? 0) / count) * 30) / truth.days, 3)]),
  );
}

/** What became of each kind of planned change. */
function changeTable(truth: Truth, wrong: readonly Ruling[]) {
  const table: Record<
    string,
    { n: number; alerted: number; alerts: number; rotate: number; suspend: number; expect: string }
  > = {};
  for (const { told } of truth.changes) {
    table[told.kind] ??= { n: 0, alerted: 0, alerts: 0, rotate: 0, suspend: 0, expect: told.expect.alert };
    table[told.kind]!.n++;
  }
  const touched = new Set<string>();
  for (const { alert, change } of wrong) {
    if (!change) continue;
    const row = table[change.told.kind]!;
    row.alerts++;
    if (alert.advice === 2) row.rotate++;
    if (alert.advice === 3) row.suspend++;
    if (!touched.has(change.told.id)) row.alerted++;
    touched.add(change.told.id);
  }
  return table;
}

/** False alerts of each judged day that had any. */
export function falseByDay(ranked: readonly Ruling[], truth: Truth): Map<number, number> {
  const days = new Map<number, number>();
  for (const { alert, found } of ranked) {
    if (found.size > 0) continue;
    const day = Math.floor((alert.raisedS - truth.learnS) / DAY_S);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return days;
}

/** Earliest detection, strongest advice and number of alerts of each scenario found. */
function detections(ranked: readonly Ruling[]) {
  const detected = new Map<string, { atS: number; advice: number; alerts: number }>();
  for (const { alert, found } of ranked)
    for (const [id, moment] of found) {
      const known = detected.get(id);
      detected.set(id, {
        atS: Math.min(moment, known?.atS ?? Number.POSITIVE_INFINITY),
        advice: Math.max(alert.advice, known?.advice ?? 0),
        alerts: (known?.alerts ?? 0) + 1,
      });
    }
  return detected;
}

/** The judge's figures; shares are rounded to three places, half to even. */
export function score(alerts: readonly JudgedAlert[], truth: Truth) {
  const ranked = rank(alerts, truth);
  const detected = detections(ranked);
  const wrong = ranked.filter(({ found }) => found.size === 0);
  const tolerated = ({ alert, change }: Ruling) => change?.told.expect.alert === 'no-suspend' && alert.advice < 3;
  const at = (costs?: (ruling: Ruling) => boolean) =>
    Object.fromEntries(
      BUDGETS.map((budget) => [
        String(budget),
        half(foundAt(ranked, truth, budget, costs).size / Math.max(1, truth.scenarios.size), 3),
      ]),
    );
  const one = foundAt(ranked, truth, 1);
  const five = foundAt(ranked, truth, 5);
  const scenario = (id: string): Scenario => truth.scenarios.get(id)!;
  const steps = [...detected].map(([id, { atS }]) =>
    Math.max(1, scenario(id).timesS.filter((time) => time <= atS + 1e-6).length),
  );
  const waits = [...detected].map(([id, { atS }]) => Math.max(0, atS - scenario(id).startS));
  const changes = changeTable(truth, wrong);
  const rows = Object.values(changes);
  const people = Object.keys(truth.people).length;
  const adequate = [...detected].filter(
    ([id, { advice }]) => advice >= (adviceOf(scenario(id).told.expect.action) ?? 0),
  ).length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    set: truth.set,
    seed: truth.seed,
    identities: people,
    scenarios: truth.scenarios.size,
    detected: detected.size,
    recall: share(detected.size, truth.scenarios.size),
    recallAtFalsePerDay: at(),
    recallAtFalsePerDayToleratedFree: at((ruling) => !tolerated(ruling)),
    categoryAt1: recalls(truth, 'category', one),
    categoryAt5: recalls(truth, 'category', five),
    variantAt1: recalls(truth, 'variant', one),
    variantAt5: recalls(truth, 'variant', five),
    alerts: ranked.length,
    alertsWhileLearning: alerts.length - ranked.length,
    falseAlerts: wrong.length,
    falsePerDay: half(wrong.length / truth.days, 2),
    worstDay: Math.max(0, ...falseByDay(ranked, truth).values()),
    falsePer1000IdentityDays: half((wrong.length / truth.days / Math.max(1, people)) * 1000, 2),
    falseTolerated: wrong.filter(tolerated).length,
    falsePerIdentity30d: perIdentity(truth, wrong, 'kind'),
    falsePerIdentity30dByGroup: perIdentity(truth, wrong, 'group'),
    wrongIdentity: ranked.filter(({ wrongIdentity }) => wrongIdentity).length,
    alertsPerDetected: half(sum([...detected.values()].map((hit) => hit.alerts)) / Math.max(1, detected.size), 2),
    activitiesToDetect: { median: quantile(steps, 0.5), p90: quantile(steps, 0.9) },
    secondsToDetect: { median: quantile(waits, 0.5), p90: quantile(waits, 0.9) },
    byCategory: tallies(truth, 'category', detected),
    byVariant: tallies(truth, 'variant', detected),
    bySource: tallies(truth, 'source', detected),
    byKind: tallies(truth, 'kind', detected),
    ...([...truth.scenarios.values()].some(({ told }) => told.difficulty !== undefined)
      ? { byDifficulty: tallies(truth, 'difficulty', detected) }
      : {}),
    recommendation: {
      atLeastExpected: share(adequate, detected.size),
      falseRotate: wrong.filter(({ alert }) => alert.advice === 2).length,
      falseSuspend: wrong.filter(({ alert }) => alert.advice === 3).length,
      hardNegativeRotate: sum(rows.map((row) => row.rotate)),
      hardNegativeSuspend: sum(rows.map((row) => row.suspend)),
    },
    hardNegatives: changes,
  };
}

export type Score = ReturnType<typeof score>;
