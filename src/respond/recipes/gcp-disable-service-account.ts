/** Disables a Google service account: it gets no more tokens, and neither do its keys. */
import type { RecipeText } from '../recipe.ts';

const ACCOUNT = '/v1/projects/-/serviceAccounts/{email}';

export const recipe: RecipeText = {
  title: 'GCP: disable a service account',
  documentation: 'https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/disable',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['gcp'],
  auth: 'google-jwt',
  baseUrl: 'https://iam.googleapis.com',
  permissions:
    'iam.serviceAccounts.disable, iam.serviceAccounts.enable and iam.serviceAccounts.get on the accounts that may be contained',
  breaks:
    'every token request of the account, by its keys, its workloads and whoever impersonates it; tokens that are out work until they expire, an hour at the most where the lifetime is the usual one',
  undo: 'the account is enabled again',
  cleanUp: [
    'Disable keys that were made meanwhile (gcp-disable-key): they work again when the account is enabled.',
    'Look for tokens of other accounts that it could mint (serviceAccountTokenCreator).',
  ],
  parameters: {
    email: { from: 'identity', match: '^(?:.*[/:])?([a-z0-9-]{1,63}@[a-z0-9.-]{1,190}\\.gserviceaccount\\.com)$' },
  },
  act: { method: 'POST', path: `${ACCOUNT}:disable`, json: {} },
  confirm: { method: 'GET', path: ACCOUNT, where: { at: 'disabled', equals: true } },
  lift: { method: 'POST', path: `${ACCOUNT}:enable`, json: {} },
};
