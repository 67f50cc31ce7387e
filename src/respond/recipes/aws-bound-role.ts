/** Puts a boundary that allows nothing in the place of the one that an IAM role has; the lift puts the former one back. */
import type { RecipeText } from '../recipe.ts';

const put = (boundary: string) => ({
  method: 'POST' as const,
  path: '/',
  form: {
    Action: 'PutRolePermissionsBoundary',
    Version: '2010-05-08',
    RoleName: '{roleName}',
    PermissionsBoundary: boundary,
  },
});

export const recipe: RecipeText = {
  title: 'AWS: bound a role to nothing',
  documentation: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html',
  actions: ['suspend-identity', 'narrow-scope'],
  targets: ['identity', 'scope'],
  providers: ['aws'],
  auth: 'aws',
  aws: { service: 'iam', region: 'us-east-1' },
  baseUrl: 'https://iam.amazonaws.com',
  permissions: 'iam:PutRolePermissionsBoundary on the roles that may be contained',
  breaks:
    'what its own policies allow, of all of its sessions; what policies of resources grant to its very sessions goes on, so prefer aws-deny-role where it is allowed',
  undo: 'the boundary that was given with the request is put back',
  cleanUp: ['Deactivate or rotate the keys that were out (aws-deactivate-access-key).'],
  parameters: {
    roleName: { from: 'identity', match: '^arn:aws[\\w-]*:iam::\\d{12}:role/(?:[\\w+=,.@-]+/)*([\\w+=,.@-]{1,64})$' },
    // Without the former boundary a lift would leave the role with more than it had.
    formerBoundary: { from: 'given', match: '^(arn:aws[\\w-]*:iam::(?:\\d{12}|aws):policy/[\\w+=,.@/-]{1,512})$' },
  },
  act: put('arn:aws:iam::aws:policy/AWSDenyAll'),
  lift: put('{formerBoundary}'),
};
