/** Disables a service principal in Microsoft Entra, so that it gets no more tokens. */
import type { RecipeText } from '../recipe.ts';

const PATH = '/v1.0/servicePrincipals/{objectId}';

export const recipe: RecipeText = {
  title: 'Entra: disable a service principal',
  documentation: 'https://learn.microsoft.com/en-us/graph/api/serviceprincipal-update',
  actions: ['suspend-identity'],
  targets: ['identity'],
  providers: ['azure'],
  auth: 'bearer',
  baseUrl: 'https://graph.microsoft.com',
  permissions: 'Application.ReadWrite.OwnedBy where the app owns what it contains, else Application.ReadWrite.All',
  breaks: 'every token request of the service principal; access tokens already issued live for up to an hour or so',
  undo: 'the service principal is enabled again',
  cleanUp: [
    'Look for secrets, certificates and owners that were added to its app meanwhile.',
    'Look for consents and app roles that it was given.',
  ],
  parameters: {
    objectId: {
      from: 'target',
      match: '^(?:.*[:/])?([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})$',
    },
  },
  act: { method: 'PATCH', path: PATH, json: { accountEnabled: false } },
  confirm: { method: 'GET', path: `${PATH}?$select=accountEnabled`, where: { at: 'accountEnabled', equals: false } },
  lift: { method: 'PATCH', path: PATH, json: { accountEnabled: true } },
};
