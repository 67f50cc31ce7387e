/** Where the score comes from: each group of evidence adds its nats to those before it. */
import { seenOf } from '../../src/render/evidence-row.ts';
import { fieldName } from '../../src/render/field-names.ts';
import type { Alert, Evidence } from '../api/answers.ts';
import { LogText } from './log-text.tsx';
import { odds } from './words.ts';

interface Step {
  readonly group: string;
  readonly evidence: Evidence;
  readonly nats: number;
  readonly more: number;
}

/** Evidence that hangs together counts once, by its strongest piece. */
export function stepsOf(evidence: readonly Evidence[]): Step[] {
  const groups = new Map<string, Evidence[]>();
  for (const one of evidence) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return [...groups]
    .map(([group, pieces]) => {
      const strongest = pieces.reduce((a, b) => (b.nats > a.nats ? b : a));
      return { group, evidence: strongest, nats: strongest.nats, more: pieces.length - 1 };
    })
    .sort((a, b) => b.nats - a.nats);
}

export function Waterfall({ alert }: { readonly alert: Pick<Alert, 'evidence' | 'score'> }) {
  const steps = stepsOf(alert.evidence);
  const sum = steps.reduce((total, { nats }) => total + nats, 0);
  const most = Math.max(sum, alert.score, 1);
  const width = (nats: number) => (100 * Math.max(0, nats)) / most;
  let before = 0;
  const rest = alert.score - sum;
  return (
    <table class="waterfall">
      <caption class="soft">
        Nats add up: {alert.score.toFixed(1)} is {odds(alert.score)}. Pieces of evidence that hang together count once.
      </caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Evidence</th>
          <th scope="col">Nats</th>
          <th scope="col">Picture</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ group, evidence, nats, more }) => {
          const start = before;
          before += nats;
          return (
            <tr key={group}>
              <th scope="row">
                {fieldName(evidence.field)} <LogText text={seenOf(evidence)} max={46} />
                {more > 0 && <span class="soft"> and {more} more</span>}
              </th>
              <td class="number">{nats.toFixed(1)}</td>
              <td class="waterfall-cell">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect x={width(start)} y="1" width={Math.max(0.6, width(nats))} height="8" class="waterfall-bar" />
                </svg>
              </td>
            </tr>
          );
        })}
        {Math.abs(rest) > 0.05 && (
          <tr>
            <th scope="row">
              {rest < 0
                ? 'Taken off: what a known change or its peers explain'
                : 'Added: earlier evidence of the same two hours'}
            </th>
            <td class="number">{rest.toFixed(1)}</td>
            <td class="waterfall-cell">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  x={width(Math.min(sum, alert.score))}
                  y="1"
                  width={width(Math.abs(rest))}
                  height="8"
                  class="waterfall-rest"
                />
              </svg>
            </td>
          </tr>
        )}
        <tr class="waterfall-sum">
          <th scope="row">Score</th>
          <td class="number">{alert.score.toFixed(1)}</td>
          <td class="waterfall-cell">
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect x="0" y="1" width={width(alert.score)} height="8" class="waterfall-total" />
            </svg>
          </td>
        </tr>
      </tbody>
    </table>
  );
}
