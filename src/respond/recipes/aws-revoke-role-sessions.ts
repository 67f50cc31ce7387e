/** Denies a role everything for sessions begun before now (`aws:TokenIssueTime`); the workload gets a new session and goes on. */
import type { RecipeText } from '../recipe.ts';

export const recipe: RecipeText = {
  title: 'AWS: revoke the sessions of a role',
  documentation: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html',
  actions: ['revoke-session'],
  targets: ['session', 'identity'],
  providers: ['aws'],
  auth: 'aws',
  aws: { service: 'iam', region: 'us-east-1' },
  baseUrl: 'https://iam.amazonaws.com',
  permissions: 'iam:PutRolePolicy and iam:DeleteRolePolicy on the roles that may be contained',
  breaks: 'every session of the role begun before the dispatch; new sessions work',
  undo: 'the inline policy is deleted; old sessions work again until they expire',
  cleanUp: [
    'Find out how the session was taken: whoever can assume the role gets a new one at once.',
    'Replace instances whose role it was: they may keep cached credentials that are denied for up to six hours.',
  ],
  parameters: {
    roleName: { from: 'identity', match: '^arn:aws:iam::\\d{12}:role/(?:[\\w+=,.@-]+/)*([\\w+=,.@-]{1,64})$' },
  },
  act: {
    method: 'POST',
    path: '/',
    form: {
      Action: 'PutRolePolicy',
      Version: '2010-05-08',
      RoleName: '{roleName}',
      PolicyName: 'tidemark-{short}',
      PolicyDocument: {
        $json: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Action: '*',
              Resource: '*',
              Condition: { DateLessThan: { 'aws:TokenIssueTime': '{dispatchedAt}' } },
            },
          ],
        },
      },
    },
  },
  lift: {
    method: 'POST',
    path: '/',
    form: {
      Action: 'DeleteRolePolicy',
      Version: '2010-05-08',
      RoleName: '{roleName}',
      PolicyName: 'tidemark-{short}',
    },
    alsoDone: [404],
  },
};
