/** Blocks one virtual key of a LiteLLM proxy: the agent that uses it reaches no model and no tool through the proxy. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'LiteLLM: block a virtual key',
  documentation: 'https://docs.litellm.ai/docs/proxy/virtual_keys',
  actions: ['rotate-credential', 'revoke-session', 'suspend-identity'],
  targets: ['credential', 'session'],
  auth: 'bearer',
  permissions: 'a key of the proxy with the role of an administrator',
  breaks: 'every call with this key through the proxy, at once; other keys of the same user or team go on',
  undo: 'the key is unblocked',
  cleanUp: [
    'Make a new key for its rightful user and delete this one.',
    'Look for keys that the same user made meanwhile.',
  ],
  parameters: { keyHash: { from: 'target', match: '^(?:.*[:/])?([0-9a-f]{64})$' } },
  act: { method: 'POST', path: '/key/block', json: { key: '{keyHash}' } },
  confirm: { method: 'GET', path: '/key/info?key={keyHash}', where: { at: 'info.blocked', equals: true } },
  lift: { method: 'POST', path: '/key/unblock', json: { key: '{keyHash}' } },
};
