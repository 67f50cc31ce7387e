/** What a resource's name tells, and what it leaves to the region. */
import { expect, it } from 'vitest';
import { act, START } from '../../../test/unit/detector-lives.ts';
import { resource } from './dimensions.ts';

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
