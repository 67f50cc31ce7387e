/** Who acted through what, with whoever had it act for the first time. */
import type { Alert } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { type Hop, PathGraph } from './path-graph.tsx';
import { homeOf } from './words.ts';

/** `since`: when each delegator was first seen to have it act; undefined while that is not known. */
function hopsOf(
  { identity, delegation = [], evidence, credential, firstAt }: Alert,
  since: ReadonlyMap<string, string> | undefined,
): Hop[] {
  const acts = evidence.filter(({ field }) => field.startsWith('resource') || field.startsWith('action'));
  // What was touched says more than an act without a thing.
  const done = acts.find(({ things = [] }) => things.length > 0) ?? acts[0];
  const thing = done?.things?.[0];
  const isNew = (id: string) => (since?.get(id) ?? '') >= firstAt;
  return [
    ...[...delegation]
      .reverse()
      .map(
        ({ id, kind }): Hop =>
          isNew(id) ? { id, kind: `${kind}, never before had it act`, tone: 'target' } : { id, kind },
      ),
    { id: identity.id, kind: identity.kind, tone: 'identity', home: homeOf(identity) },
    ...(credential === undefined ? [] : [{ id: credential.id, kind: credential.kind }]),
    ...(done === undefined
      ? []
      : [
          {
            id: thing ?? done.action ?? done.seen,
            kind: thing === undefined ? 'did' : `${done.action ?? 'acted'} on`,
            tone: 'target' as const,
          },
        ]),
  ];
}

export function AlertPath({ alert }: { readonly alert: Alert }) {
  const { identity, delegation = [] } = alert;
  const since = useResource(`since ${alert.id} ${delegation.length}`, async () => {
    if (delegation.length === 0) return new Map<string, string>();
    const { delegators } = await got(
      api.GET('/v1/identities/{id}/usage', { params: { path: { id: identity.id }, query: homeOf(identity) } }),
    );
    return new Map(delegators.map(({ id, firstAt }) => [id, firstAt]));
  });
  return <PathGraph hops={hopsOf(alert, since.data)} label="Delegation path, whoever started it first" />;
}
