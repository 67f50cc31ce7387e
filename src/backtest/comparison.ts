/** What would have alerted against what did: what is lost, spared, new or changed, and what the SOC would have had to read. */

import type { ToldAlert } from './compared-alert.ts';
import { counterparts } from './counterparts.ts';

const DAY_MS = 86_400_000;
/** An alert raised so much later or earlier is worth a line. */
const SHIFT_MS = 3_600_000;

export type AlertVerdict = 'true' | 'benign';

/** An alert that stands in the comparison, without what only served to match it. */
export type Listed = Omit<ToldAlert, 'activityIds' | 'seen'> & { readonly verdict?: AlertVerdict };

export interface Pair {
  readonly past: Listed;
  readonly now: Listed;
  readonly changed: readonly ('severity' | 'recommendation' | 'time')[];
}

/** What one side would give the SOC to read. */
export interface Load {
  readonly alerts: number;
  readonly confirmed: number;
  readonly benign: number;
  readonly unjudged: number;
  /** On average; of less than a day, in all. */
  readonly perDay: number;
  /** UTC day with the most alerts; absent without alerts. */
  readonly worstDay?: { readonly day: string; readonly alerts: number };
  /** False alerts a day that the configuration says the SOC will bear, in each tenant. */
  readonly falsePerDay: number;
}

export interface Comparison {
  readonly days: number;
  readonly past: Load;
  readonly now: Load;
  /** Confirmed alerts that nothing would stand for. */
  readonly lost: readonly Listed[];
  /** Alerts that people called benign and that would not be raised: how many. */
  readonly spared: number;
  /** Alerts of then that would be raised again: how many, and those that would be different. */
  readonly matched: number;
  readonly changed: readonly Pair[];
  /** The lost ones among them. */
  readonly onlyThen: readonly Listed[];
  readonly onlyNow: readonly Listed[];
}

export interface Sides {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Both with those raised before `sinceMs` that had evidence since: one side may have raised earlier what the other raised later. */
  readonly past: readonly ToldAlert[];
  readonly now: readonly ToldAlert[];
  /** Last verdict on an alert of then, by `tenant\u0000id`. */
  readonly verdicts: ReadonlyMap<string, AlertVerdict>;
  readonly budgets: { readonly past: number; readonly now: number };
}

export function compareAlerts({ sinceMs, untilMs, past, now, verdicts, budgets }: Sides): Comparison {
  const inTime = ({ raisedAt }: ToldAlert) => Date.parse(raisedAt) >= sinceMs && Date.parse(raisedAt) < untilMs;
  const nowOf = counterparts(past, now);
  const thenOf = counterparts(now, past);
  const verdictOf = (alert: ToldAlert) => verdicts.get(`${alert.tenant}\u0000${alert.id}`);
  // One alert may stand for two of then: a confirmed one among them makes it one that must not be missed.
  const inherited = new Map<string, AlertVerdict>();
  for (const alert of past) {
    const verdict = verdictOf(alert);
    const counterpart = nowOf.get(alert.id);
    if (verdict !== undefined && counterpart !== undefined && inherited.get(counterpart.id) !== 'true')
      inherited.set(counterpart.id, verdict);
  }
  const listThen = (alert: ToldAlert) => listed(alert, verdictOf(alert));
  const listNow = (alert: ToldAlert) => {
    const counterpart = thenOf.get(alert.id);
    return listed(alert, inherited.get(alert.id) ?? (counterpart && verdictOf(counterpart)));
  };

  const raised = past.filter(inTime);
  const matched = raised.filter(({ id }) => nowOf.has(id));
  const onlyThen = raised.filter(({ id }) => !nowOf.has(id)).map(listThen);
  const pairs = matched.map((alert) => pair(listThen(alert), listNow(nowOf.get(alert.id)!)));
  const wouldRaise = now.filter(inTime);
  const days = (untilMs - sinceMs) / DAY_MS;
  return {
    days,
    past: loadOf(raised.map(listThen), days, budgets.past),
    now: loadOf(wouldRaise.map(listNow), days, budgets.now),
    lost: onlyThen.filter(({ verdict }) => verdict === 'true'),
    spared: onlyThen.filter(({ verdict }) => verdict === 'benign').length,
    matched: matched.length,
    changed: pairs.filter(({ changed }) => changed.length > 0),
    onlyThen,
    onlyNow: wouldRaise.filter(({ id }) => !thenOf.has(id)).map(listNow),
  };
}

function listed({ activityIds: _, seen: __, ...alert }: ToldAlert, verdict: AlertVerdict | undefined): Listed {
  return { ...alert, ...(verdict !== undefined && { verdict }) };
}

function pair(past: Listed, now: Listed): Pair {
  const changed: Pair['changed'][number][] = [];
  if (past.severity !== now.severity) changed.push('severity');
  const [a, b] = [past.recommendation, now.recommendation];
  if (a.action !== b.action || a.target.kind !== b.target.kind || a.target.id !== b.target.id)
    changed.push('recommendation');
  if (Math.abs(Date.parse(now.raisedAt) - Date.parse(past.raisedAt)) >= SHIFT_MS) changed.push('time');
  return { past, now, changed };
}

function loadOf(alerts: readonly Listed[], days: number, falsePerDay: number): Load {
  const byDay = new Map<string, number>();
  for (const { raisedAt } of alerts) byDay.set(raisedAt.slice(0, 10), (byDay.get(raisedAt.slice(0, 10)) ?? 0) + 1);
  let worstDay: Load['worstDay'];
  for (const [day, count] of byDay)
    if (worstDay === undefined || count > worstDay.alerts) worstDay = { day, alerts: count };
  const of = (verdict: AlertVerdict | undefined) => alerts.filter((alert) => alert.verdict === verdict).length;
  return {
    alerts: alerts.length,
    confirmed: of('true'),
    benign: of('benign'),
    unjudged: of(undefined),
    perDay: Math.round((alerts.length / Math.max(1, days)) * 100) / 100,
    ...(worstDay !== undefined && { worstDay }),
    falsePerDay,
  };
}
