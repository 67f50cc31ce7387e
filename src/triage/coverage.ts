/** What a decision covers: the evidence that a person saw or named, and what of an alert lies beyond it. */
import { type Alert, type Evidence, SEVERITIES, type Severity } from '../../schemas/alert.ts';
import type { Covered, TriageAction } from '../../schemas/api.ts';

/** Unnamed evidence of less than this in sum, in nats, does not matter: it is half of what makes the weakest alert. */
const LEFT_OVER_NATS = 3;

/** Ids of detectors whose findings are invariants: facts, not unusual values. */
export type Invariants = ReadonlySet<string>;
export const NO_INVARIANTS: Invariants = new Set();

type Piece = Pick<Evidence, 'field' | 'seen'>;

const keyOf = ({ field, seen }: Piece) => `${field}\u0000${seen}`;

/** Whether the first is more severe than the second. */
export const isAbove = (one: Severity, other: Severity) => SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other);

/** The most severe of some; undefined of none. */
export const highest = (severities: readonly Severity[]): Severity | undefined =>
  severities.reduce<Severity | undefined>(
    (most, one) => (most === undefined || isAbove(one, most) ? one : most),
    undefined,
  );

/** What an alert shows, for the record of a decision about it. */
export const coveredBy = ({ version, severity, evidence }: Alert): Covered => ({
  version,
  severity,
  evidence: evidence.map(({ field, seen }) => ({ field, seen })),
});

/** Latest event time of what an alert shows, RFC 3339: weak evidence may be later than `lastAt`. */
export const shownUntil = ({ lastAt, evidence }: Alert): string =>
  evidence.reduce((latest, { at }) => (Date.parse(at) > Date.parse(latest) ? at : latest), lastAt);

/** Pieces that every one of the alerts has. */
export function sharedBy(alerts: readonly Alert[]): Piece[] {
  const [first, ...others] = alerts;
  const sets = others.map(({ evidence }) => new Set(evidence.map(keyOf)));
  return (first?.evidence ?? []).filter((piece) => sets.every((set) => set.has(keyOf(piece))));
}

/**
 * Evidence of an alert that matters and that nobody named. A network that is named covers the address in it, where the same
 * detector found both in one activity. An invariant always matters; of the rest nothing does while all of it together is weak.
 */
export function beyond(alert: Alert, named: readonly Piece[], invariants: Invariants): Evidence[] {
  const keys = new Set(named.map(keyOf));
  const isNamed = (piece: Piece) => keys.has(keyOf(piece));
  const foundIn = ({ detector, activityId }: Evidence) => `${detector}\u0000${activityId}`;
  const networks = new Set(alert.evidence.filter((one) => one.field === 'source.asn' && isNamed(one)).map(foundIn));
  return weighed(
    alert.evidence.filter((piece) => !isNamed(piece) && !(piece.field === 'source.ip' && networks.has(foundIn(piece)))),
    invariants,
  );
}

function weighed(left: Evidence[], invariants: Invariants): Evidence[] {
  if (left.some(({ detector }) => invariants.has(detector))) return left;
  // What says nothing of its strength matters.
  const nats = left.reduce((sum, piece) => sum + (piece.nats ?? Number.POSITIVE_INFINITY), 0);
  return nats < LEFT_OVER_NATS ? [] : left;
}

/** Why an alert, as it stands now, is beyond what a person decided about it; undefined while the decision holds. */
export function outgrown(alert: Alert, action: TriageAction, invariants: Invariants): string | undefined {
  // More of an attack is still the attack that was confirmed.
  if (action.action === 'true') return undefined;
  const { covers } = action;
  if (covers !== undefined && isAbove(alert.severity, covers.severity))
    return `it is ${alert.severity} by now, and was ${covers.severity}`;
  // Without a new version only the wording changed.
  if (action.action !== 'benign' || alert.version <= (covers?.version ?? 1)) return undefined;
  // A decision recorded by an earlier version says only until when it had seen evidence.
  const named = covers?.evidence ?? alert.evidence.filter(({ at }) => Date.parse(at) <= Date.parse(action.countsFrom));
  const [first, ...others] = beyond(alert, named, invariants);
  if (first === undefined) return undefined;
  return `since then ${first.field} ${first.seen}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}
