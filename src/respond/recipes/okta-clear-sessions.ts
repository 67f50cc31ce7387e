/** Ends every session of an Okta user, who must then prove who they are again. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'Okta: end all sessions of a user',
  documentation: 'https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserSessions/',
  actions: ['step-up', 'revoke-session'],
  targets: ['identity'],
  providers: ['okta'],
  auth: 'ssws',
  permissions: 'an API token or app of a custom administrator role that may only clear user sessions',
  breaks: 'every session of the user, and with them their refresh tokens; they sign in again',
  undo: 'nothing to undo: the user signs in again',
  cleanUp: ['Reset factors that were enrolled meanwhile.'],
  parameters: { userId: { from: 'target', match: '^(?:okta:(?:[^:]+:)*)?([A-Za-z0-9]{20}|[^\\s/:]+@[^\\s/:]+)$' } },
  act: { method: 'DELETE', path: '/api/v1/users/{userId}/sessions?oauthTokens=true' },
};
