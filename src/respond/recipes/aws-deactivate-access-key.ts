/** Sets one access key of an IAM user to inactive; its other keys and its roles go on. */
import type { RecipeText } from '../recipe.ts';

const update = (status: 'Active' | 'Inactive') => ({
  method: 'POST' as const,
  path: '/',
  form: {
    Action: 'UpdateAccessKey',
    Version: '2010-05-08',
    UserName: '{userName}',
    AccessKeyId: '{accessKeyId}',
    Status: status,
  },
});

export const recipe: RecipeText = {
  title: 'AWS: deactivate an access key',
  documentation: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html',
  actions: ['rotate-credential'],
  targets: ['credential'],
  providers: ['aws'],
  auth: 'aws',
  aws: { service: 'iam', region: 'us-east-1' },
  baseUrl: 'https://iam.amazonaws.com',
  permissions: 'iam:UpdateAccessKey on the users that may be contained',
  breaks: 'every call with this key, within seconds to a few minutes',
  undo: 'the key is set to active again',
  cleanUp: [
    'Make a new key for its rightful users, or a role in its place, and delete this one.',
    'Look for keys that it made meanwhile, for itself and for others.',
  ],
  parameters: {
    userName: { from: 'identity', match: '^arn:aws:iam::\\d{12}:user/(?:[\\w+=,.@-]+/)*([\\w+=,.@-]{1,64})$' },
    accessKeyId: { from: 'target', match: '^(AKIA[A-Z0-9]{12,124})$' },
  },
  act: update('Inactive'),
  lift: update('Active'),
};
