/** What a resource's name tells and what it leaves to the region, and what is a place. */
import { describe, expect, it } from 'vitest';
import { act, START } from '../../../test/unit/detector-lives.ts';
import { endpointOwner, isFirstEndpoint, reach, resource, workload } from './dimensions.ts';

const levelsOf = (id: string) => {
  const activity = act('web', START, { resource: { id, type: 'thing' } });
  return resource.levels(activity, resource.whole(activity) as string);
};

it.each([
  ['arn:aws:sqs:eu-west-1:111111111111:orders', 'arn:aws:sqs:ap-southeast-2:111111111111:orders'],
  ['projects/p/locations/europe-west1/keyRings/r', 'projects/p/locations/us-central1/keyRings/r'],
  ['projects/p/zones/europe-west1-b/instances/web', 'projects/p/zones/us-east4-c/instances/web'],
])('%s is the same thing in another region', (one, other) => {
  expect(levelsOf(other)).toEqual(levelsOf(one));
});

it.each([
  ['arn:aws:sqs:eu-west-1:111111111111:orders', 'arn:aws:sqs:eu-west-1:111111111111:invoices'],
  ['arn:aws:sqs:eu-west-1:111111111111:orders', 'arn:aws:sns:eu-west-1:111111111111:orders'],
  ['arn:aws:iam::111111111111:user/ada', 'arn:aws:iam::111111111111:role/ada'],
  ['projects/p/locations/europe-west1/keyRings/r', 'projects/q/locations/europe-west1/keyRings/r'],
])('%s is not %s', (one, other) => {
  expect(levelsOf(other)).not.toEqual(levelsOf(one));
});

it.each(['lambda.amazonaws.com', 'cloudformation.amazonaws.com', 'pubsub.googleapis.com'])(
  '%s, which calls on behalf of an identity, is no place that somebody is at',
  (name) => {
    const activity = act('web', START, { source: { workload: name } });
    expect([workload, reach].map((dimension) => dimension.whole(activity))).toEqual([undefined, undefined]);
  },
);

it.each(['cluster/shop/web', 'lambda.amazonaws.com.example.net'])('%s is a place', (name) => {
  const activity = act('web', START, { source: { workload: name } });
  expect([workload, reach].map((dimension) => dimension.whole(activity))).toEqual([name, 'in a workload']);
});

describe('a private endpoint whose account the log does not tell', () => {
  const through = act('web', START, { source: { ip: '10.7.0.5', vpcEndpoint: 'vpce-1' } });
  /** Who else holds the endpoint, or met it under an alert, and how many came from this address. */
  const around = (holders: number, suspects: number, atAddress = 0, habits: readonly string[] = []) => ({
    activity: through,
    holders: ({ id }: { id: string }) => (id === 'network' ? 0 : holders),
    suspects: ({ id }: { id: string }) => (id === 'network' ? atAddress : suspects),
    holds: (_: unknown, __: number, text: string) => habits.includes(text),
  });

  it('is ours once two others came through it, under an alert too, if each has an address of its own', () => {
    expect(endpointOwner(around(2, 0))).toBe('own');
    expect(endpointOwner(around(0, 2))).toBe('own');
    expect(endpointOwner(around(1, 1))).toBe('own');
    expect(endpointOwner(around(0, 1))).toBe('unknown');
    // One machine with the sessions of several is a thief with all of them.
    expect(endpointOwner(around(0, 3, 1))).toBe('unknown');
  });

  it('is most likely a change of the network for who never came through one, and strange for who always did', () => {
    expect(isFirstEndpoint(around(0, 0))).toBe(true);
    expect(isFirstEndpoint(around(0, 0, 0, ['through a private endpoint']))).toBe(false);
    const told = { ...around(0, 0), activity: { ...through, source: { ...through.source, vpcEndpointAccount: '9' } } };
    expect([endpointOwner(told), isFirstEndpoint(told)]).toEqual(['foreign', false]);
  });
});
