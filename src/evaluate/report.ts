/** An evaluation as text for people. */
import type { Line } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import type { Evaluation } from './evaluation.ts';
import { BUDGETS, type Score } from './score.ts';

const figures = (values: Readonly<Record<string, number>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join('  ');
const tally = (values: Score['byKind']) =>
  Object.entries(values)
    .map(([name, { detected, n }]) => `${name} ${detected}/${n}`)
    .join('  ');

/** Recall at each budget by category and by variant. */
function* recall(score: Score): Generator<string> {
  yield `${score.set} seed ${score.seed}: ${score.detected} of ${score.scenarios} attacks found with ${score.falsePerDay} false alerts a day (worst day ${score.worstDay}) over ${score.identities} identities`;
  yield `  recall at ${BUDGETS.join(', ')} false a day    ${BUDGETS.map((budget) => score.recallAtFalsePerDay[String(budget)]?.toFixed(3)).join('  ')}`;
  yield `  category at 1    ${figures(score.categoryAt1)}`;
  yield `  category at 5    ${figures(score.categoryAt5)}`;
  yield `  variant at 1     ${figures(score.variantAt1)}`;
  yield `  variant at 5     ${figures(score.variantAt5)}`;
  const missed = Object.fromEntries(Object.entries(score.byKind).filter(([, { detected, n }]) => detected < n));
  if (Object.keys(missed).length > 0) yield `  missed (found/all)    ${tally(missed)}`;
}

/** Lines of the report, without line ends. */
export function* report(evaluation: Evaluation): Generator<Line> {
  const { score, minutesToDetect, budgets } = evaluation;
  yield* recall(score);
  yield `  to detection     activities median ${score.activitiesToDetect.median} p90 ${score.activitiesToDetect.p90}; minutes median ${minutesToDetect.median} p90 ${minutesToDetect.p90}; alerts a scenario ${score.alertsPerDetected}`;
  yield `  advice           at least what was needed ${score.recommendation.atLeastExpected}; on hard negatives: rotate ${score.recommendation.hardNegativeRotate}, suspend ${score.recommendation.hardNegativeSuspend}`;
  yield `  false an identity-month by kind of identity    ${figures(score.falsePerIdentity30d)}`;
  yield `  false an identity-month by kind of drift       ${figures(evaluation.falsePerIdentityMonthByDrift)}`;
  const tested = Object.entries(budgets).map(([budget, kept]) => [
    'budget',
    budget,
    `${kept.falsePerDay} false a day = ${kept.ratio} of it, worst day ${kept.worstDay}; recall ${kept.recall} (ranked ${kept.ranked})`,
  ]);
  yield* table(tested, { indent: 2 });
  const changes = Object.entries(score.hardNegatives).filter(([, row]) => row.alerts > 0);
  if (changes.length > 0) {
    yield '  benign changes alerted on (changes/all, rotate, suspend)';
    yield `    ${changes.map(([kind, row]) => `${kind} ${row.alerted}/${row.n},${row.rotate},${row.suspend}`).join('  ')}`;
  }
  if (evaluation.reliability.length > 0) {
    yield '  stated probability of misuse (from-below: alerts, mean stated, attacks among them)';
    for (const { from, to, alerts, stated, share } of evaluation.reliability)
      yield `    ${from}-${to}: ${alerts}, ${stated.toFixed(3)}, ${share.toFixed(3)}`;
  }
  yield '  p-values of benign identity-days (class: days, KS distance of the tail, chance allows, days at p<=.01 for each expected)';
  for (const [name, fit] of Object.entries(evaluation.uniformity))
    yield `    ${name}: ${fit.days}, ${fit.distance.toFixed(3)}, ${fit.critical.toFixed(3)}, ${fit.atOnePercent.toFixed(2)}`;
  yield `  ${evaluation.events} activities at ${evaluation.eventsPerSecond} a second; ${evaluation.bytesPerIdentity} bytes an identity; observed ${evaluation.observed}; verdicts fed ${evaluation.verdicts}`;
}

/** One row a detector: recall at each budget, then false alerts a day in all. */
export function comparison(rows: readonly { id: string; score: Score }[]): Line[] {
  const heads = ['detector', 'all', 'a day', ...BUDGETS.map((budget) => `@${budget}`)];
  const cells = rows.map(({ id, score }) => [
    id,
    score.recall.toFixed(2),
    score.falsePerDay.toFixed(1),
    ...BUDGETS.map((budget) => score.recallAtFalsePerDay[String(budget)]!.toFixed(2)),
  ]);
  return table([heads, ...cells], { right: heads.map((_, at) => at).slice(1) });
}
