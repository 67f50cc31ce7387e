/** Revokes a Vault token by its accessor, and with it every lease and child token. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'Vault: revoke a token by its accessor',
  documentation: 'https://developer.hashicorp.com/vault/api-docs/auth/token#revoke-a-token-accessor',
  actions: ['revoke-session', 'rotate-credential'],
  targets: ['session', 'credential'],
  providers: ['vault'],
  auth: 'vault-token',
  permissions: 'a policy with update on auth/token/revoke-accessor',
  breaks: 'everything that uses the token, its children and the secrets leased to it',
  undo: 'it cannot be undone: the workload logs in again',
  cleanUp: ['Rotate secrets that the token read and that Vault does not lease.'],
  parameters: { accessor: { from: 'target', match: '^([A-Za-z0-9._-]{8,128})$' } },
  act: { method: 'POST', path: '/v1/auth/token/revoke-accessor', json: { accessor: '{accessor}' } },
};
