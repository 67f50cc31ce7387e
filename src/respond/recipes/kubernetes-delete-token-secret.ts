/** Deletes a service account token secret: the token in it stops working at once. */
import type { RecipeText } from '../recipe.ts';

const PATH = '/api/v1/namespaces/{namespace}/secrets/{secret}';

export const recipe: RecipeText = {
  title: 'Kubernetes: delete a service account token secret',
  documentation: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/',
  actions: ['rotate-credential', 'revoke-session'],
  targets: ['credential', 'session', 'identity'],
  providers: ['kubernetes'],
  auth: 'bearer',
  permissions: 'verb delete on secrets in the namespaces that may be contained, and get to confirm',
  breaks: 'everything that uses this long-lived token; tokens that pods get projected go on',
  undo: 'it cannot be undone: create a new token secret and give it to its users',
  cleanUp: [
    'Restart nothing: pods use projected tokens. Give a new token to whoever used this one from outside.',
    'Look for token secrets that were made meanwhile.',
  ],
  parameters: {
    namespace: { from: 'identity', match: '^system:serviceaccount:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?):' },
    secret: { from: 'given', match: '^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$' },
  },
  act: { method: 'DELETE', path: PATH },
};
