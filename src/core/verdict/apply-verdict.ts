/** What a verdict does to a memory: approves values for a time, or condemns them and takes the profile back, and corrects what the alert counts as. */

import { ANCHOR_DAYS, APPROVAL_DAYS, DAY_MS, DAY_ZERO, THRESHOLD_DAYS } from '../constants.ts';
import type { Verdict } from '../engine-contract.ts';
import { ALERTED, CONDEMNED, PENDING, TRUSTED } from '../memory/habits.ts';
import type { Memory, RaisedAlert } from '../memory/memory.ts';
import type { CompiledDimension } from '../novelty/compiled-dimension.ts';
import type { PopulationMessage } from '../population/message.ts';
import { rollBack, rollForward } from './anchor.ts';

/** Values approved at a time; beyond it the approval that ends first ends now. */
const APPROVALS_MAX = 64;

/** Tells the population of the identity's class. */
export type Tell = (message: PopulationMessage) => void;

/**
 * Takes a verdict on one of the latest raised alerts; `axes` are those of the tables, `learnDays` how long an identity is
 * only learned: what came then is not taken back. Of two verdicts on one alert the one said later counts. False when there is nothing to do: the alert is not remembered, or this or a later verdict was taken.
 */
export function applyVerdict(
  memory: Memory,
  axes: readonly CompiledDimension[],
  learnDays: number,
  verdict: Verdict,
  tell: Tell,
): boolean {
  const alert = memory.raised.find(({ id }) => id === verdict.alertId);
  if (alert === undefined || (alert.verdict !== undefined && verdict.said <= alert.verdict.said)) return false;
  if (alert.verdict !== undefined) withdraw(memory, learnDays, alert);
  count(alert, verdict.verdict, verdict.said, tell);
  if (verdict.verdict === 'true') condemn(memory, axes, learnDays, alert);
  else approve(memory, axes, alert, verdict, tell);
  return true;
}

/** Ends the approvals that are over at `ms`. Nobody stands for the value any more, so it has to earn its trust. */
export function endApprovals(memory: Memory, ms: number): void {
  for (const [value, untilMs] of memory.approvals) if (untilMs <= ms) endApproval(memory, value);
}

/**
 * An alert has more than a benign verdict covered. Its days are no benign ones any more: nobody has said so of what it is by
 * now, and an attack that grows behind a verdict would teach the threshold its own strength.
 */
export function outgrow(memory: Memory, alertId: string, tell: Tell): void {
  const alert = memory.raised.find(({ id }) => id === alertId);
  if (alert?.verdict?.is !== 'benign') return;
  for (const day of alert.verdict.days) tell({ kind: 'judged', as: 'benign', day, times: -1 });
  alert.verdict = { ...alert.verdict, days: [] };
}

/** True when a person called the alert an attack. */
export const isConfirmed = (memory: Memory, alertId: string) =>
  memory.raised.some(({ id, verdict }) => id === alertId && verdict?.is === 'true');

function* placesOf(memory: Memory, value: number): Generator<[table: number, at: number]> {
  for (let of = 0; of < memory.habits.tables; of++) {
    const at = memory.habits.find(of, value);
    if (at >= 0) yield [of, at];
  }
}

function endApproval(memory: Memory, value: number): void {
  memory.approvals.delete(value);
  for (const [, at] of placesOf(memory, value)) if (memory.habits.state(at) === TRUSTED) memory.habits.doubt(at);
}

function approve(
  memory: Memory,
  axes: readonly CompiledDimension[],
  alert: RaisedAlert,
  verdict: Verdict,
  tell: Tell,
): void {
  const { scope } = verdict;
  const untilMs =
    verdict.until === undefined ? Date.parse(verdict.at) + APPROVAL_DAYS * DAY_MS : Date.parse(verdict.until);
  const shownMs = Date.parse(verdict.at);
  for (const [index, [field, value]] of alert.values.entries()) {
    if (scope !== undefined && !scope.includes(field)) continue;
    // What came after the evidence that the person saw is not what was approved.
    if ((alert.sinceMs?.[index] ?? shownMs) > shownMs) continue;
    for (const [of, at] of placesOf(memory, value)) {
      const state = memory.habits.state(at);
      const known = memory.approvals.get(value);
      if (state === TRUSTED && known === undefined) continue;
      memory.habits.trust(at, memory.day);
      memory.approvals.set(value, Math.max(known ?? untilMs, untilMs));
      // Under suspicion the value was not told as a habit. Now that it is approved, peers learn of it, unless its detector is off.
      const axis = axes[of];
      if (state === ALERTED && axis !== undefined)
        tell({ kind: 'holds', dimension: axis.dimension.id, value, amount: 1 });
    }
  }
  while (memory.approvals.size > APPROVALS_MAX) {
    const [first] = [...memory.approvals].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    endApproval(memory, (first as [number, number])[0]);
  }
}

/** Condemns the values of the alert, unless they were habits before an intruder can have taught them; what was learned with them is doubted. */
function condemn(memory: Memory, axes: readonly CompiledDimension[], learnDays: number, alert: RaisedAlert): void {
  const { habits, approvals } = memory;
  const anchor = anchorOf(memory, learnDays, alert);
  for (const [, value] of alert.values)
    for (const [, at] of placesOf(memory, value)) {
      const isOld = habits.state(at) === TRUSTED && habits.trusted(at) < anchor && !approvals.has(value);
      if (!isOld) habits.setState(at, CONDEMNED);
    }
  for (const [, value] of alert.values) approvals.delete(value);
  rollBack(memory, axes, anchor);
}

/** Day from which nothing that was learned is believed after a true verdict. It never lies in the learning period, since nothing else is known of the identity. */
function anchorOf({ firstMs }: Memory, learnDays: number, { firstDay }: RaisedAlert): number {
  const learned = Math.ceil(firstMs / DAY_MS + learnDays);
  return Math.min(firstDay, Math.max(firstDay - ANCHOR_DAYS, learned)) - DAY_ZERO;
}

/** Takes back what an earlier verdict did to the values of an alert. */
function withdraw(memory: Memory, learnDays: number, alert: RaisedAlert): void {
  for (const [, value] of alert.values) {
    if (memory.approvals.has(value)) endApproval(memory, value);
    for (const [, at] of placesOf(memory, value)) {
      const state = memory.habits.state(at);
      if (state === CONDEMNED || state === PENDING) memory.habits.setState(at, ALERTED);
    }
  }
  if (alert.verdict?.is !== 'true') return;
  const others = memory.raised.filter((other) => other !== alert && other.verdict?.is === 'true');
  rollForward(memory, Math.min(...others.map((other) => anchorOf(memory, learnDays, other))));
}

const standing = (is: Verdict['verdict']) => (is === 'true' ? 'attack' : 'benign');

/** Corrects what the alert counts as: an attack is no false alert on any of its days, and a benign alert is a whole one on the day it was raised. */
function count(alert: RaisedAlert, is: Verdict['verdict'], said: string, tell: Tell): void {
  const { verdict: before } = alert;
  if (before?.is !== is || before.days.length === 0) {
    if (before !== undefined)
      for (const day of before.days) tell({ kind: 'judged', as: standing(before.is), day, times: -1 });
    const first = Math.max(alert.firstDay, alert.lastDay - THRESHOLD_DAYS);
    const days =
      is === 'true' ? Array.from({ length: alert.lastDay - first + 1 }, (_, n) => first + n) : [alert.raisedDay];
    for (const day of days) tell({ kind: 'judged', as: standing(is), day, times: 1 });
    const counted = is === 'true' ? 0 : 1;
    if (alert.cause === undefined) tell({ kind: 'amended', day: alert.raisedDay, change: counted - alert.counted });
    else tell({ kind: 'cause-amended', cause: alert.cause, change: counted - alert.counted });
    alert.counted = counted;
    alert.verdict = { is, said, days };
  } else alert.verdict = { ...before, said };
}
