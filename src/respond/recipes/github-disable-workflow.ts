/** Disables one workflow of GitHub Actions: no event starts it any more. */
import type { RecipeText } from '../recipe.ts';

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
const WORKFLOW = '/repos/{owner}/{repository}/actions/workflows/{workflow}';

export const recipe: RecipeText = {
  title: 'GitHub: disable a workflow',
  documentation: 'https://docs.github.com/en/rest/actions/workflows#disable-a-workflow',
  actions: ['suspend-identity', 'narrow-scope'],
  targets: ['identity', 'scope'],
  providers: ['github'],
  auth: 'bearer',
  baseUrl: 'https://api.github.com',
  permissions:
    'an installation token or fine-grained token with Actions: write on the repositories that may be contained',
  breaks:
    'every new run of the workflow; runs that have begun go on, with the tokens they have, until they end or are cancelled',
  undo: 'the workflow is enabled again',
  cleanUp: [
    'Cancel runs that are under way: gh run list --workflow WORKFLOW --status in_progress, then gh run cancel.',
    'Rotate secrets that its runs could read, and look at what they pushed or published.',
  ],
  parameters: {
    owner: { from: 'identity', match: '^(?:.*#)?repo:([\\w.-]{1,39})/' },
    repository: { from: 'identity', match: '^(?:.*#)?repo:[\\w.-]{1,39}/([\\w.-]{1,100})' },
    workflow: { from: 'given', match: '^([\\w.-]{1,200})$' },
  },
  act: { method: 'PUT', path: `${WORKFLOW}/disable`, headers },
  confirm: { method: 'GET', path: WORKFLOW, headers, where: { at: 'state', equals: 'disabled_manually' } },
  lift: { method: 'PUT', path: `${WORKFLOW}/enable`, headers },
};
