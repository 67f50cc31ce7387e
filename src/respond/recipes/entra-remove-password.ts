/** Removes one client secret of an app registration in Microsoft Entra; its certificates and other secrets go on. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'Entra: remove a client secret of an app',
  documentation: 'https://learn.microsoft.com/en-us/graph/api/application-removepassword',
  actions: ['rotate-credential'],
  targets: ['credential'],
  providers: ['azure'],
  auth: 'bearer',
  baseUrl: 'https://graph.microsoft.com',
  permissions: 'Application.ReadWrite.OwnedBy where the app owns what it contains, else Application.ReadWrite.All',
  breaks: 'every token request with this secret; access tokens that it got before work for up to an hour or so',
  undo: 'it cannot be undone: add a new secret and give it to its rightful users',
  cleanUp: [
    'Add a new secret, or better a federated credential, for its rightful users.',
    'Look for secrets and certificates that were added meanwhile, and for owners that were added to the app.',
    'Where the misuse goes on: disable its service principal (entra-disable-service-principal).',
  ],
  parameters: {
    applicationObjectId: { from: 'given', match: '^([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})$' },
    keyId: { from: 'target', match: '^(?:.*[:/])?([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})$' },
  },
  act: {
    method: 'POST',
    path: '/v1.0/applications/{applicationObjectId}/removePassword',
    json: { keyId: '{keyId}' },
  },
};
