/** Suspends one installation of your GitHub App: it keeps its place and loses its access. */
import type { RecipeText } from '../recipe.ts';

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

export const recipe: RecipeText = {
  title: 'GitHub: suspend an app installation',
  documentation: 'https://docs.github.com/en/rest/apps/apps#suspend-an-app-installation',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['github'],
  auth: 'app-jwt',
  baseUrl: 'https://api.github.com',
  permissions: 'the private key of the app itself; GitHub lets nobody else suspend by API',
  breaks: 'every API call and webhook of the app in the accounts of this installation',
  undo: 'the installation is unsuspended',
  cleanUp: ['Look at what the installation pushed, merged and released meanwhile.'],
  parameters: { installationId: { from: 'given', match: '^(\\d{1,19})$' } },
  act: { method: 'PUT', path: '/app/installations/{installationId}/suspended', headers },
  lift: { method: 'DELETE', path: '/app/installations/{installationId}/suspended', headers },
};
