/** What can be done against an identity at all, and what a step really does in the words of its vendor. */
import type { Activity } from '../../../schemas/activity.ts';

type Chain = Activity['onBehalfOf'];

/** Ids of whoever is nobody, as logs write them. */
const NOBODY = /(^|[:/])(anonymous|anonymousprincipal|unauthenticated|allusers|-)$/i;
/** Roles that AWS makes and uses for itself, wherever the record came from. */
const SERVICE_LINKED = /:role\/aws-service-role\/|\/awsservicerolefor|assumed-role\/awsservicerolefor/i;
/** Agents of Google's own services, and components of a Kubernetes control plane. */
const OF_THE_PROVIDER =
  /^service-\d+@|@(gcp-sa-[\w-]+|system|cloudservices|compute-system)\.|^system:(?!serviceaccount:|node:)/;

/** False for a provider's own service and for whoever is nobody: its user cannot contain it, and has no credential to take away. */
export function canBeContained({ id, kind }: Activity['identity']): boolean {
  return kind !== 'provider-service' && !NOBODY.test(id) && !SERVICE_LINKED.test(id) && !OF_THE_PROVIDER.test(id);
}

/** Identities whose credentials a platform makes anew for whatever runs in their place: service accounts of Kubernetes, SPIFFE. */
const ISSUED = /^(system:serviceaccount:|spiffe:\/\/)/;

/** Whether taking one credential away leaves the next one to whoever sits where it is given out. */
export const isIssuedByPlatform = ({ id }: Activity['identity']): boolean => ISSUED.test(id);

const PERSON = /^(human|user|person|source-identity|employee)$/i;

/**
 * Whether there is a person who can be asked for proof: the identity itself, or somebody it acts for. A machine cannot step up, and a
 * personal access token is a machine's, whoever's account it is of.
 */
export const canStepUp = ({ identity, credential }: Activity, chain: Chain): boolean =>
  (identity.kind === 'human' && credential?.kind !== 'pat') ||
  credential?.kind === 'password' ||
  (chain ?? []).some(({ kind }) => PERSON.test(kind));

/** What has to happen before it goes on: the person it acts for confirms, or whoever it is proves to be that. */
export function prover({ identity }: Activity, chain: Chain): string {
  const person = identity.kind === 'human' ? undefined : chain?.find(({ kind }) => PERSON.test(kind));
  return person === undefined ? 'it has proved itself again' : `${person.id}, for whom it acts, has confirmed them`;
}

/** What the end of a session stops, and how to take it back. */
export interface SessionEnd {
  readonly stops: string;
  readonly undo: string;
}

/** Whether ending one session ends all of them, and instances wait for hours for the next: AWS denies what a role began before. */
export const endsAllSessions = ({ identity: { id, provider } }: Activity): boolean =>
  provider === 'aws' && /:(role|assumed-role)\//.test(id);

/** In words of what the vendor offers: hardly any ends one session alone. */
export function sessionEnd(activity: Activity): SessionEnd {
  const { id, provider } = activity.identity;
  if (endsAllSessions(activity))
    return {
      stops: `all sessions of ${id} begun before, for AWS ends those of a role together; new ones work, and an instance may keep cached credentials that were denied for up to six hours`,
      undo: 'delete the inline policy: the old sessions work again until they expire',
    };
  if (provider === 'okta')
    return { stops: `all sessions and tokens of ${id}`, undo: 'nothing to undo: it signs in again' };
  if (provider === 'gcp' || provider === 'azure')
    return {
      stops: `nothing at once: a token of ${id} that is out works until it expires, an hour at the most where its lifetime is the usual one`,
      undo: 'enable the account again',
    };
  return {
    stops: `this session of ${id}; the identity can start another`,
    undo: 'nothing to undo: the workload obtains a new session by itself',
  };
}
