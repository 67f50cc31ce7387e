/** How one identity differs from others of its kind and provider: what it does that few of them do, and what most of them do and it never did. */
import type { PeerHabits, Usage } from '../../../schemas/console.ts';
import type { ActCount } from '../../ports/views.ts';

/** Of peers that do a thing: below this share it is the identity's own way, from the other on it is theirs. Half and double move what is listed, and no alert. */
const FEW = 0.1;
const MOST = 0.5;
/** Acts of each list. */
const SHOWN = 20;
/** Of fewer nobody can say what most of them do. */
const PEERS_MIN = 3;

const keyOf = ({ service, name }: Pick<ActCount, 'service' | 'name'>) => `${service}\u0000${name}`;

/** `peers`: all others of its kind, and by how many of them each act was done, the commonest first, up to `limit` acts. */
export function peerHabits(
  { kind, provider, actions }: Pick<Usage, 'kind' | 'provider' | 'actions'>,
  { count, acts }: { readonly count: number; readonly acts: readonly ActCount[] },
  limit: number,
): PeerHabits {
  const told = { kind, provider, peers: count };
  if (count < PEERS_MIN) return { ...told, own: [], theirs: [] };
  const doing = new Map(acts.map((act) => [keyOf(act), act.identities]));
  // What is not among the commonest is done by no more than the last of them.
  const unlisted = acts.length < limit ? 0 : acts.at(-1)!.identities;
  const own = new Set(actions.map(keyOf));
  return {
    ...told,
    own: actions
      .map(({ service, name }) => ({ service, name, peers: doing.get(keyOf({ service, name })) ?? unlisted }))
      .filter(({ peers }) => peers < FEW * count)
      .slice(0, SHOWN),
    theirs: acts
      .filter((act) => act.identities >= MOST * count && !own.has(keyOf(act)))
      .slice(0, SHOWN)
      .map(({ service, name, identities }) => ({ service, name, peers: identities })),
  };
}
