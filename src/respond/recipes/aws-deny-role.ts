/** Denies an IAM role everything by an inline policy that no other policy can outweigh, sessions that are out included. */
import type { RecipeText } from '../recipe.ts';

const policy = (action: string) => ({
  method: 'POST' as const,
  path: '/',
  form: {
    Action: action,
    Version: '2010-05-08',
    RoleName: '{roleName}',
    PolicyName: 'tidemark-{short}',
  },
});
const put = policy('PutRolePolicy');

export const recipe: RecipeText = {
  title: 'AWS: deny a role everything',
  documentation: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['aws'],
  auth: 'aws',
  aws: { service: 'iam', region: 'us-east-1' },
  baseUrl: 'https://iam.amazonaws.com',
  permissions: 'iam:PutRolePolicy, iam:GetRolePolicy and iam:DeleteRolePolicy on the roles that may be contained',
  breaks:
    'every call of every session of the role, new ones too, within seconds to a few minutes; whoever runs on an instance profile stays denied until it is lifted',
  undo: 'the inline policy is deleted; keys, roles and other policies were not touched',
  cleanUp: [
    'Look for what it passed on: roles it assumed keep their own sessions, so end those of each (aws-revoke-role-sessions).',
    'Look at its trust policy: whoever may assume it again can when it is lifted.',
  ],
  parameters: {
    roleName: { from: 'identity', match: '^arn:aws[\\w-]*:iam::\\d{12}:role/(?:[\\w+=,.@-]+/)*([\\w+=,.@-]{1,64})$' },
  },
  act: {
    ...put,
    form: {
      ...put.form,
      PolicyDocument: {
        $json: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
      },
    },
  },
  confirm: policy('GetRolePolicy'),
  lift: { ...policy('DeleteRolePolicy'), alsoDone: [404] },
};
