/** Which alerts a suppression hides: those it looks for, of which nothing that matters lies beyond what it names. */

import type { Alert, Severity } from '../../schemas/alert.ts';
import type { Suppression, SuppressionMatch } from '../../schemas/api.ts';
import { detectorIds } from '../../schemas/detector-ids.ts';
import { mayBe, tellsLess } from '../../schemas/identity-ref.ts';
import { beyond, type Invariants, isAbove, NO_INVARIANTS } from './coverage.ts';

/** The most severe that is hidden where nobody named one and no alert was seen when the suppression was made. */
export const UNSEEN_SEVERITY: Severity = 'low';

const namedBy = ({ evidence }: SuppressionMatch) => (evidence === undefined ? [] : [evidence].flat());

/** True when the alert is what the suppression looks for, with whatever else it has; whatever the suppression leaves open matches. */
export function looksFor(match: SuppressionMatch, alert: Alert): boolean {
  const { identity, kinds, detectors } = match;
  if (identity !== undefined && alert.identity.id !== identity) return false;
  if (!isAt(match, alert.identity)) return false;
  if (kinds !== undefined && !alert.kinds.every((kind) => kinds.includes(kind))) return false;
  if (detectors !== undefined) {
    const meant = detectorIds(detectors);
    if (!detectorIds(alert.detectors).every((detector) => meant.includes(detector))) return false;
  }
  const named = namedBy(match);
  return named.length === 0 || named.some((piece) => has(alert, piece));
}

/** An account that was told later, or told less of, is the same. */
function isAt({ provider, account }: SuppressionMatch, identity: Alert['identity']): boolean {
  if (!mayBe({ provider }, identity)) return false;
  const other = identity.account ?? '';
  return account === undefined || account === other || tellsLess(account, other) || tellsLess(other, account);
}

const has = ({ evidence }: Alert, { field, seen }: { field: string; seen: string }) =>
  evidence.some((piece) => piece.field === field && piece.seen === seen);

/** Why an alert that the suppression looks for is told all the same; undefined when it is hidden. */
export function toldAllTheSame(
  match: SuppressionMatch,
  alert: Alert,
  invariants: Invariants,
  maxSeverity: Severity = match.maxSeverity ?? UNSEEN_SEVERITY,
): string | undefined {
  const named = namedBy(match);
  const left = beyond(alert, named, invariants);
  const listed = (pieces: typeof left) => pieces.map(({ field, seen }) => `${field}=${seen}`).join(', ');
  if (named.length > 0 && left.length > 0) return `it has evidence that is not named: ${listed(left)}`;
  const detectors = detectorIds(match.detectors ?? []);
  const firm = left.filter(({ detector }) => invariants.has(detector) && !detectors.includes(detector));
  if (match.invariants !== true && firm.length > 0) return `it has evidence of an invariant: ${listed(firm)}`;
  return isAbove(alert.severity, maxSeverity)
    ? `it is ${alert.severity}, and no more than ${maxSeverity} is hidden`
    : undefined;
}

/** True when the suppression hides the alert, whenever that was. */
export const matches = (match: SuppressionMatch, alert: Alert, invariants: Invariants = NO_INVARIANTS): boolean =>
  looksFor(match, alert) && toldAllTheSame(match, alert, invariants) === undefined;

/** The suppression that hides an alert as it stands, judged by the time of its evidence. */
export function suppressionOf(
  alert: Alert,
  suppressions: readonly Suppression[],
  invariants: Invariants = NO_INVARIANTS,
): Suppression | undefined {
  const lastMs = Date.parse(alert.lastAt);
  return suppressions.find(
    ({ tenant, lifted, from, until, match }) =>
      !lifted &&
      tenant === alert.tenant &&
      Date.parse(from) <= lastMs &&
      lastMs <= Date.parse(until) &&
      matches(match, alert, invariants),
  );
}
