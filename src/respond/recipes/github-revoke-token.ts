/** Takes a fine-grained personal access token's access to an organisation away. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'GitHub: revoke a personal access token for an organisation',
  documentation:
    'https://docs.github.com/en/rest/orgs/personal-access-tokens#update-the-access-a-fine-grained-personal-access-token-has-to-organization-resources',
  actions: ['rotate-credential', 'revoke-session'],
  targets: ['credential', 'session'],
  providers: ['github'],
  auth: 'bearer',
  baseUrl: 'https://api.github.com',
  permissions: 'an installation token of an app with Personal access tokens: write for the organisation',
  breaks: 'every call with this token to resources of the organisation; what it may do elsewhere goes on',
  undo: 'it cannot be undone: its owner asks for access again',
  cleanUp: ['Look for deploy keys, webhooks and workflows that were added with it.'],
  parameters: {
    organisation: { from: 'given', match: '^([\\w-]{1,39})$' },
    tokenId: { from: 'target', match: '^(?:.*[:/])?(\\d{1,19})$' },
  },
  act: {
    method: 'POST',
    path: '/orgs/{organisation}/personal-access-tokens/{tokenId}',
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    json: { action: 'revoke' },
  },
};
