/** Suspends an Okta user, which service accounts in Okta are; its groups and apps stay as they are. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'Okta: suspend a user',
  documentation: 'https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle/',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['okta'],
  auth: 'ssws',
  permissions: 'an API token or app of a custom administrator role that may only suspend and unsuspend users',
  breaks: 'every sign-in of the user and every session; tokens already issued live until they expire',
  undo: 'the user is unsuspended',
  cleanUp: ['Look for API tokens and app grants that it made meanwhile.'],
  parameters: { userId: { from: 'target', match: '^(?:okta:(?:[^:]+:)*)?([A-Za-z0-9]{20}|[^\\s/:]+@[^\\s/:]+)$' } },
  act: { method: 'POST', path: '/api/v1/users/{userId}/lifecycle/suspend', headers: { accept: 'application/json' } },
  confirm: {
    method: 'GET',
    path: '/api/v1/users/{userId}',
    headers: { accept: 'application/json' },
    where: { at: 'status', equals: 'SUSPENDED' },
  },
  lift: { method: 'POST', path: '/api/v1/users/{userId}/lifecycle/unsuspend', headers: { accept: 'application/json' } },
};
