/** Puts a boundary that allows nothing in the place of the one that an IAM user has; the lift puts the former one back. */
import type { RecipeText } from '../recipe.ts';

const put = (boundary: string) => ({
  method: 'POST' as const,
  path: '/',
  form: {
    Action: 'PutUserPermissionsBoundary',
    Version: '2010-05-08',
    UserName: '{userName}',
    PermissionsBoundary: boundary,
  },
});

export const recipe: RecipeText = {
  title: 'AWS: bound a user to nothing',
  documentation: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html',
  actions: ['suspend-identity', 'narrow-scope'],
  targets: ['identity', 'scope'],
  providers: ['aws'],
  auth: 'aws',
  aws: { service: 'iam', region: 'us-east-1' },
  baseUrl: 'https://iam.amazonaws.com',
  permissions: 'iam:PutUserPermissionsBoundary on the users that may be contained',
  breaks:
    'what its own policies allow, of all of its sessions; what policies of resources grant to its very sessions goes on, so prefer aws-deny-user where it is allowed',
  undo: 'the boundary that was given with the request is put back',
  cleanUp: ['Deactivate or rotate the keys that were out (aws-deactivate-access-key).'],
  parameters: {
    userName: { from: 'identity', match: '^arn:aws[\\w-]*:iam::\\d{12}:user/(?:[\\w+=,.@-]+/)*([\\w+=,.@-]{1,64})$' },
    // Without the former boundary a lift would leave the user with more than it had.
    formerBoundary: { from: 'given', match: '^(arn:aws[\\w-]*:iam::(?:\\d{12}|aws):policy/[\\w+=,.@/-]{1,512})$' },
  },
  act: put('arn:aws:iam::aws:policy/AWSDenyAll'),
  lift: put('{formerBoundary}'),
};
