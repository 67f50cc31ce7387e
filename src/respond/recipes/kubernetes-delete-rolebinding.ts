/** Deletes a role binding: the service account stays and loses what the binding gave it. */
import type { RecipeText } from '../recipe.ts';

const COLLECTION = '/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings';

export const recipe: RecipeText = {
  title: 'Kubernetes: delete a role binding',
  documentation: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/',
  actions: ['narrow-scope', 'suspend-identity'],
  targets: ['scope', 'identity'],
  providers: ['kubernetes'],
  auth: 'bearer',
  permissions:
    'verbs delete and create on rolebindings in the namespaces that may be contained, and bind on the role to give it back',
  breaks: 'what the role allowed the service account in this namespace, for every pod that runs as it',
  undo: 'a binding of the same name gives the same role to this one service account again',
  cleanUp: [
    'Look for other bindings that name the account: kubectl get rolebindings,clusterrolebindings -A -o wide.',
    'Delete what it made: pods, cron jobs, secrets with tokens, and bindings for others.',
  ],
  parameters: {
    namespace: { from: 'identity', match: '^system:serviceaccount:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?):' },
    account: { from: 'identity', match: '^system:serviceaccount:[^:]+:([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$' },
    binding: { from: 'given', match: '^([a-z0-9](?:[a-z0-9.:-]{0,251}[a-z0-9])?)$' },
    roleKind: { from: 'given', match: '^(Role|ClusterRole)$' },
    role: { from: 'given', match: '^([a-z0-9](?:[a-z0-9.:-]{0,251}[a-z0-9])?)$' },
  },
  act: { method: 'DELETE', path: `${COLLECTION}/{binding}` },
  lift: {
    method: 'POST',
    path: COLLECTION,
    json: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: '{binding}', namespace: '{namespace}' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: '{roleKind}', name: '{role}' },
      subjects: [{ kind: 'ServiceAccount', name: '{account}', namespace: '{namespace}' }],
    },
    alsoDone: [409],
  },
};
