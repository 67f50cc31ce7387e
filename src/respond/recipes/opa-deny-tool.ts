/** Has a gateway that asks Open Policy Agent deny an agent a tool: the policy reads what is written here. */
import type { RecipeText } from '../recipe.ts';

const PATH = '/v1/data/tidemark/tools/{agent}/{tool}';

export const recipe: RecipeText = {
  title: 'Open Policy Agent: deny an agent a tool',
  documentation: 'https://www.openpolicyagent.org/docs/rest-api#data-api',
  actions: ['narrow-scope'],
  targets: ['scope', 'identity'],
  kinds: ['agent'],
  auth: 'bearer',
  permissions: 'a token that may write and read below data.tidemark.tools, and nothing else',
  breaks: 'every call of this tool by this agent through the gateway; its other tools go on',
  undo: 'the entry is deleted, and the gateway allows it again',
  cleanUp: [
    'See that the policy of every gateway reads data.tidemark.tools (docs/recipes/opa.md): one that does not goes on.',
    'Write the entry into the bundle where the agent restarts: what is written by its API is gone then.',
  ],
  parameters: {
    agent: { from: 'identity', match: '^([^\\s/]{1,200})$' },
    tool: { from: 'given', match: '^([^\\s/]{1,200})$' },
  },
  act: { method: 'PUT', path: PATH, json: { denied: true, suspension: '{suspension}', since: '{dispatchedAt}' } },
  confirm: { method: 'GET', path: PATH, where: { at: 'result.denied', equals: true } },
  lift: { method: 'DELETE', path: PATH, alsoDone: [404] },
};
