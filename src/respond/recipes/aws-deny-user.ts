/** Denies an IAM user everything by an inline policy that no other policy can outweigh, sessions that are out included. */
import type { RecipeText } from '../recipe.ts';

const policy = (action: string) => ({
  method: 'POST' as const,
  path: '/',
  form: {
    Action: action,
    Version: '2010-05-08',
    UserName: '{userName}',
    PolicyName: 'tidemark-{short}',
  },
});
const put = policy('PutUserPolicy');

export const recipe: RecipeText = {
  title: 'AWS: deny a user everything',
  documentation: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['aws'],
  auth: 'aws',
  aws: { service: 'iam', region: 'us-east-1' },
  baseUrl: 'https://iam.amazonaws.com',
  permissions: 'iam:PutUserPolicy, iam:GetUserPolicy and iam:DeleteUserPolicy on the users that may be contained',
  breaks:
    'every call of the user with any of its keys and its password, and of sessions made from them, within seconds to a few minutes',
  undo: 'the inline policy is deleted; keys, roles and other policies were not touched',
  cleanUp: [
    'Deactivate every access key that it has (aws-deactivate-access-key): the policy is lifted one day, and the keys are still out.',
    'Look for roles that it assumed: their sessions go on until they end (aws-revoke-role-sessions).',
  ],
  parameters: {
    userName: { from: 'identity', match: '^arn:aws[\\w-]*:iam::\\d{12}:user/(?:[\\w+=,.@-]+/)*([\\w+=,.@-]{1,64})$' },
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
  confirm: policy('GetUserPolicy'),
  lift: { ...policy('DeleteUserPolicy'), alsoDone: [404] },
};
