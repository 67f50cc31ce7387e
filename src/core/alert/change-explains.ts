/** Says which change a finding is about, and how many of its nats the change explains: only what it names, and never by oneself. */
import { type Change, type Concern, isSuspicious } from '../change.ts';
import { CHANGE_EXPLAINS } from '../constants.ts';

/** What of a finding counts here. */
export interface Explainable {
  /** Id of the dimension whose value is new; absent where the finding tells of none. */
  readonly dimension?: string | undefined;
  readonly group: string;
  readonly field: string;
  readonly nats: number;
}

/** The change that a finding is about, and the nats of the finding that it explains. */
export interface Explained {
  readonly change: Change;
  readonly nats: number;
}

const WORK = new Set(['action', 'resource', 'target']);

/** Whether a finding is about order or pace of known work. The amount of data is no matter of pace. */
export const isRhythm = ({ group, field }: Pick<Explainable, 'group' | 'field'>) =>
  group === 'sequence' || (group === 'volume' && !field.startsWith('amount.'));

/** Whether a finding is of the kind that a change brings. */
export function isAbout({ kind }: Pick<Change, 'kind'>, finding: Explainable): boolean {
  const { dimension = '' } = finding;
  switch (kind) {
    case 'credential':
      return dimension === 'credential';
    case 'right':
      return WORK.has(dimension) || dimension === 'account';
    case 'deployment':
      return WORK.has(dimension) || dimension === 'client' || isRhythm(finding);
    default:
      // A new identity has no habits yet: whatever it does is what it was made for.
      return dimension !== '';
  }
}

/** Whether any finding might be about some change: only then is it worth keeping what it takes to tell. */
export const mayBeAbout = (finding: Explainable) =>
  ['credential', 'right', 'deployment'].some((kind) => isAbout({ kind } as Change, finding));

/**
 * Whether a change explains a finding: made in the usual way by another identity, with another credential, for somebody else, from
 * another place than the one it is used from for the first time; and it names what the finding is about.
 */
function explains(change: Change, concern: Concern, finding: Explainable, identity: number): boolean {
  if (change.manner !== 'usual' || change.identity === identity || concern.outcome === 'denied') return false;
  if (change.credential !== 0 && change.credential === concern.credential) return false;
  if (change.chain.includes(concern.self)) return false;
  if (change.address !== 0 && change.address === concern.address) return false;
  switch (change.kind) {
    case 'right':
      return change.rights.some((right) => names(right, concern, finding.dimension !== 'action'));
    case 'deployment':
      // A deployment moves nothing. Whom data goes to, and what is written where, is nothing that it explains either.
      if (concern.isElsewhere) return false;
      return finding.dimension === 'resource' || finding.dimension === 'target' ? concern.access === 'read' : true;
    default:
      return true;
  }
}

/**
 * The change that tells most about a finding: one that speaks against it, else the one that explains most of it, else the latest.
 * Where one speaks against it the others explain nothing, since nobody knows which of them it comes from.
 */
export function bestChange(
  changes: readonly Change[],
  concern: Concern,
  finding: Explainable,
  identity: number,
): Explained | undefined {
  const about = changes.filter((change) => isAbout(change, finding));
  const against = about.filter(isSuspicious).reduce(later, undefined);
  if (against !== undefined) return { change: against, nats: 0 };
  let best: Explained | undefined;
  for (const change of about) {
    const { share, nats } = CHANGE_EXPLAINS[change.kind];
    const eased = explains(change, concern, finding, identity) ? Math.min(Math.max(0, finding.nats) * share, nats) : 0;
    if (best === undefined || eased > best.nats || (eased === best.nats && change.ms >= best.change.ms))
      best = { change, nats: eased };
  }
  return best;
}

const later = (a: Change | undefined, b: Change) => (a === undefined || b.ms >= a.ms ? b : a);

/** Whether a right names an act, and where that is asked, its resource too. `*` names nothing, and neither does a policy of any other name than its service. */
function names(right: string, concern: Concern, withResource: boolean): boolean {
  const [act = '', resource = ''] = right.split(' ');
  if (withResource && !namesResource(resource, concern.resource)) return false;
  const action = concern.action.toLowerCase();
  if (act === action || act === `${concern.service}:${action}`.toLowerCase()) return true;
  const wild = /^([a-z0-9.-]+:)([a-z]*)\*$/.exec(act);
  if (wild !== null) return action.startsWith(`${wild[1]}${wild[2]}`);
  return ofService(act, concern);
}

/** Whether a pattern of resources names a resource. One that ends before the name of a thing begins is a whole service, and names none. */
function namesResource(pattern: string, resource = ''): boolean {
  const named = pattern.replace(/\*$/, '');
  const isThing = named.startsWith('arn:') ? /^arn:(?:[^:]*:){4}[^*]+$/.test(named) : /^[^*]+$/.test(named);
  const of = resource.toLowerCase();
  return isThing && (named === pattern ? of === named : of.startsWith(named));
}

/** Roles and managed policies that are named after one service: `roles/storage.objectViewer`, `policy/AmazonS3ReadOnlyAccess`. */
function ofService(act: string, { service, access }: Concern): boolean {
  const role = /^roles\/([a-z]+)\.([a-z]+)$/.exec(act);
  const policy = /policy\/(?:service-role\/)?(?:amazon|aws)([a-z0-9]+?)(readonlyaccess|fullaccess|poweruser)$/.exec(
    act,
  );
  const [, of = '', what = ''] = role ?? policy ?? [];
  if (of === '' || !service.toLowerCase().split(/[.:/]/).includes(of)) return false;
  return /view|read/.test(what) ? access === 'read' : true;
}
