/** An identity comes through a private endpoint of an account that nobody here has to do with. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineDimension, numberOption, POPULARITY } from '../src/core/detector.ts';

const options = z.strictObject({
  foreignNats: numberOption(
    12,
    0,
    30,
    'Nats of an endpoint of an account that nobody in the tenant ever came through. Half: it ranks with a new network; double: every new partner is an incident.',
  ),
});
type Options = z.infer<typeof options>;

/** Account of the private endpoint, where it is not the identity's own. */
const endpointAccount = defineDimension({
  id: 'endpoint-account',
  facet: 'origin',
  field: 'source.vpcEndpointAccount',
  cap: 8,
  depth: 1,
  whole: (a) => a.source.vpcEndpointAccount,
  levels: (_a, whole) => [whole],
});

/** The endpoint itself: one that was in use before its account was told is no stranger. */
const endpoint = defineDimension({
  id: 'endpoint',
  facet: 'origin',
  field: 'source.vpcEndpoint',
  cap: 12,
  depth: 1,
  whole: (a) => a.source.vpcEndpoint,
  levels: (_a, whole) => [whole],
});

export const detector = defineDetector<Options>({
  about: {
    title: 'Endpoint of a foreign account',
    kind: 'credential-reuse',
    lane: 'invariant',
    description:
      'Fires when an identity comes through a private endpoint of an account that is neither its own nor one that anybody in the tenant came through before: the sign of credentials that are used from the network of a thief.',
    blindSpots: [
      'logs that do not tell the account of the endpoint',
      'a thief behind an endpoint of the same account or of a partner',
    ],
    techniques: ['T1078.004', 'T1550.001'],
    learningDays: 7,
  },
  options,
  dimensions: [endpointAccount, endpoint],
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { activity } = context;
    const n = context.novelty(endpointAccount);
    if (n === undefined || n.popularity > POPULARITY.nobody) return undefined;
    if (activity.source.vpcEndpointAccount === activity.identity.account) return undefined;
    const through = activity.source.vpcEndpoint;
    if (through !== undefined && context.holds(endpoint, 0, through)) return undefined;
    return [
      {
        field: endpointAccount.field,
        group: 'network',
        seen: n.seen,
        usual: () => {
          const { account } = activity.identity;
          return context.known(endpointAccount, 0) > 0 || account === undefined
            ? context.usual(endpointAccount)
            : `its own account ${account}, or none told`;
        },
        nats: own.foreignNats * n.weight,
        prevalence: n.prevalence,
        key: n.value,
        value: n.value,
        novelty: n,
        // Its own account is what it differs from.
        isFirst: context.known(endpointAccount, 0) === 0 && activity.identity.account === undefined,
        contain: 'credential',
        says: () => `came through a private endpoint of account ${n.seen}, which nobody here ever came through`,
      },
    ];
  },
});
