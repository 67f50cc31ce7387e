/** Disables one key of a Google service account; its other keys and attached workloads go on. */
import type { RecipeText } from '../recipe.ts';

const KEY = '/v1/projects/-/serviceAccounts/{email}/keys/{keyId}';

export const recipe: RecipeText = {
  title: 'GCP: disable a key of a service account',
  documentation: 'https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/disable',
  actions: ['rotate-credential'],
  targets: ['credential'],
  providers: ['gcp'],
  auth: 'google-jwt',
  baseUrl: 'https://iam.googleapis.com',
  permissions:
    'iam.serviceAccountKeys.disable, iam.serviceAccountKeys.enable and iam.serviceAccountKeys.get on the accounts that may be contained',
  breaks:
    'every token request with this key; tokens that it got before work until they expire, an hour at the most where the lifetime is the usual one',
  undo: 'the key is enabled again',
  cleanUp: [
    'Make a new key for its rightful users, or none where a workload identity can take its place, and delete this one.',
  ],
  parameters: {
    email: { from: 'identity', match: '^(?:.*[/:])?([a-z0-9-]{1,63}@[a-z0-9.-]{1,190}\\.gserviceaccount\\.com)$' },
    keyId: { from: 'target', match: '^(?:.*/keys/)?([0-9a-f]{40})$' },
  },
  act: { method: 'POST', path: `${KEY}:disable`, json: {} },
  confirm: { method: 'GET', path: KEY, where: { at: 'disabled', equals: true } },
  lift: { method: 'POST', path: `${KEY}:enable`, json: {} },
};
