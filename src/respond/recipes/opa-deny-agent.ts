/** Has a gateway that asks Open Policy Agent deny an agent: the policy reads what is written here. */
import type { RecipeText } from '../recipe.ts';

const PATH = '/v1/data/tidemark/agents/{agent}';

export const recipe: RecipeText = {
  title: 'Open Policy Agent: deny an agent',
  documentation: 'https://www.openpolicyagent.org/docs/rest-api#data-api',
  actions: ['suspend-identity'],
  targets: ['identity'],
  kinds: ['agent'],
  auth: 'bearer',
  permissions: 'a token that may write and read below data.tidemark.agents, and nothing else',
  breaks: 'every call of the agent that the gateway decides about; what it is in the middle of ends with its next call',
  undo: 'the entry is deleted, and the gateway allows it again',
  cleanUp: [
    'See that the policy of every gateway reads data.tidemark.agents (docs/recipes/opa.md): one that does not goes on.',
    'Write the entry into the bundle where the agent restarts: what is written by its API is gone then.',
  ],
  parameters: { agent: { from: 'target', match: '^([^\\s/]{1,200})$' } },
  act: { method: 'PUT', path: PATH, json: { denied: true, suspension: '{suspension}', since: '{dispatchedAt}' } },
  confirm: { method: 'GET', path: PATH, where: { at: 'result.denied', equals: true } },
  lift: { method: 'DELETE', path: PATH, alsoDone: [404] },
};
