/** Deactivates an Okta application, which is how an OAuth service app is stopped. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'Okta: deactivate a service app',
  documentation: 'https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['okta'],
  auth: 'ssws',
  permissions: 'an API token or app of a custom administrator role that may only change the state of applications',
  breaks: 'every token request of the app; tokens already issued live until they expire',
  undo: 'the app is activated again',
  cleanUp: ['Rotate the secret or key of the app before it is activated again.'],
  parameters: { appId: { from: 'target', match: '^(?:okta:(?:[^:]+:)*)?(0oa[A-Za-z0-9]{17})$' } },
  act: { method: 'POST', path: '/api/v1/apps/{appId}/lifecycle/deactivate', headers: { accept: 'application/json' } },
  confirm: {
    method: 'GET',
    path: '/api/v1/apps/{appId}',
    headers: { accept: 'application/json' },
    where: { at: 'status', equals: 'INACTIVE' },
  },
  lift: { method: 'POST', path: '/api/v1/apps/{appId}/lifecycle/activate', headers: { accept: 'application/json' } },
};
