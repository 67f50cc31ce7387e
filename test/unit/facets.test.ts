/** What is read once for all activities with the same facet is what would be read of each of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector, Dimension } from '../../src/core/detector.ts';
import { authority, deed, type FacetPlan, origin } from '../../src/core/novelty/facets.ts';

const plans: Readonly<Record<string, FacetPlan<unknown>>> = { authority, deed, origin };
const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
const dimensions = new Map<string, Dimension>();
for (const detector of detectors.values()) for (const d of detector.dimensions) dimensions.set(d.id, d);

/** So few texts that two activities often agree in a field, and now and then in all of a facet. */
const word = fc.constantFrom('a', 'b', '198.51.100.7', 'arn:aws:iam::111122223333:role/x');
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const link = fc.record({ id: word, kind: fc.constantFrom('human', 'agent') });
const activity = fc
  .record({
    account: maybe(fc.constantFrom('111122223333', '444455556666')),
    action: fc.record({ name: word, service: word, access: fc.constantFrom('read', 'admin') }),
    resource: maybe(fc.record({ id: word, type: fc.constantFrom('t', 'u'), account: maybe(word) })),
    source: fc.record({
      ip: maybe(word),
      asn: maybe(fc.constantFrom(64_500, 64_501)),
      country: maybe(fc.constantFrom('DE', 'FR')),
      region: maybe(word),
      userAgent: maybe(fc.constantFrom('agent/1.0', 'agent/2.0')),
      workload: maybe(word),
      vpcEndpoint: maybe(word),
      vpcEndpointAccount: maybe(word),
    }),
    credential: maybe(
      fc.record({
        id: word,
        kind: fc.constantFrom('access-key', 'session-token'),
        longLived: maybe(fc.boolean()),
      }),
    ),
    actor: maybe(fc.record({ id: word, kind: fc.constantFrom('pod', 'agent'), model: maybe(word) })),
    onBehalfOf: maybe(fc.array(link, { maxLength: 2 })),
    scopes: maybe(fc.array(word, { minLength: 1, maxLength: 2 })),
    outcome: fc.constantFrom('success', 'denied', 'failed'),
    at: fc.constantFrom('2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z'),
  })
  .map(
    ({ account, at, ...rest }) =>
      ({
        id: 'x',
        at,
        tenant: 'acme',
        identity: { id: 'i', kind: 'role', provider: 'aws', account },
        ...rest,
      }) as Activity,
  );

/** The second is the first with some fields exchanged, so that facets often stay as they were. */
const pairs = fc
  .tuple(
    activity,
    activity,
    fc.subarray([
      'action',
      'resource',
      'source',
      'credential',
      'actor',
      'onBehalfOf',
      'scopes',
      'outcome',
      'at',
      'identity',
    ] as const),
  )
  .map(([first, other, exchanged]) => {
    const second = { ...first, ...Object.fromEntries(exchanged.map((field) => [field, other[field]])) } as Activity;
    return [first, JSON.parse(JSON.stringify(second)) as Activity] as const;
  });

/** All that an engine asks of a dimension. */
function answers(d: Dimension, of: Activity): unknown {
  const whole = d.whole(of);
  return whole === undefined ? undefined : [whole, d.also?.(of), d.levels(of, whole)];
}

it('most dimensions name the facet they read', () => {
  expect([...dimensions.values()].filter(({ facet }) => facet !== undefined).length).toBeGreaterThan(15);
});

describe.each([...dimensions.values()].filter(({ facet }) => facet !== undefined))('$id', (dimension) => {
  it('reads nothing but its facet', () => {
    const plan = plans[dimension.facet as string] as FacetPlan<unknown>;
    let met = 0;
    fc.assert(
      fc.property(pairs, ([first, second]) => {
        if (!plan.same(plan.keep(first), second)) return;
        met++;
        expect(plan.sample(second)).toBe(plan.sample(first));
        expect(answers(dimension, second)).toEqual(answers(dimension, first));
      }),
      { numRuns: 400 },
    );
    expect(met).toBeGreaterThan(20);
  });
});
