/** Writes what a service account did as the API server's audit log has it (audit.k8s.io/v1, level Metadata). */
import type { Dice } from './dice.ts';

/** One request, before it is put into the log's words. */
export interface KubernetesDeed {
  readonly at: number;
  readonly ip: string;
  readonly agent: string;
  readonly namespace: string;
  readonly account: string;
  readonly pod: string;
  /** Id of the bound token (its `jti`). */
  readonly token: string;
  readonly verb: string;
  readonly resource: string;
  /** Absent where the request is about a whole collection. */
  readonly name?: string;
  /** Namespace of the object where it is not the account's own. */
  readonly target?: string;
}

/** API group and version by resource; what is not here is of the core group. */
const GROUPS: Readonly<Record<string, readonly [group: string, version: string]>> = {
  deployments: ['apps', 'v1'],
  replicasets: ['apps', 'v1'],
  jobs: ['batch', 'v1'],
  ingresses: ['networking.k8s.io', 'v1'],
  endpointslices: ['discovery.k8s.io', 'v1'],
  certificates: ['cert-manager.io', 'v1'],
  horizontalpodautoscalers: ['autoscaling', 'v2'],
  leases: ['coordination.k8s.io', 'v1'],
  subjectaccessreviews: ['authorization.k8s.io', 'v1'],
};
const CLUSTER_WIDE: ReadonlySet<string> = new Set(['nodes', 'subjectaccessreviews']);

export function kubernetesAudit(deed: KubernetesDeed, dice: Dice): object {
  const { namespace, account, verb, resource } = deed;
  const [group, version] = GROUPS[resource] ?? ['', 'v1'];
  const place = CLUSTER_WIDE.has(resource) ? undefined : (deed.target ?? namespace);
  const name = verb === 'list' || verb === 'create' ? undefined : deed.name;
  const path = [
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    place === undefined ? '' : `/namespaces/${place}`,
    `/${resource}`,
    name === undefined ? '' : `/${name}`,
  ].join('');
  const lasted = 1 + dice.below(40);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: dice.uuid(),
    stage: 'ResponseComplete',
    requestURI: verb === 'list' ? `${path}?limit=500` : path,
    verb,
    user: {
      username: `system:serviceaccount:${namespace}:${account}`,
      uid: uidOf(`${namespace}/${account}`),
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${deed.token}`],
        'authentication.kubernetes.io/node-name': [`node-${1 + (deed.pod.length % 3)}.cluster.example`],
        'authentication.kubernetes.io/pod-name': [deed.pod],
        'authentication.kubernetes.io/pod-uid': [uidOf(deed.pod)],
      },
    },
    sourceIPs: [deed.ip],
    userAgent: deed.agent,
    objectRef: {
      resource,
      ...(place !== undefined && { namespace: place }),
      ...(name !== undefined && { name }),
      ...(group !== '' && { apiGroup: group }),
      apiVersion: version,
    },
    responseStatus: { metadata: {}, code: verb === 'create' ? 201 : 200 },
    requestReceivedTimestamp: micros(deed.at),
    stageTimestamp: micros(deed.at + lasted),
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': `RBAC: allowed by ClusterRoleBinding "${account}" of ClusterRole "${account}" to ServiceAccount "${account}/${namespace}"`,
    },
  };
}

const micros = (at: number) => new Date(at).toISOString().replace('Z', '000Z');

/** The same name has the same uid for as long as it lives. */
function uidOf(name: string): string {
  let hash = 0x811c9dc5;
  const words = Array.from({ length: 4 }, (_, round) => {
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ (name.charCodeAt(i) + round), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  }).join('');
  return `${words.slice(0, 8)}-${words.slice(8, 12)}-4${words.slice(13, 16)}-a${words.slice(17, 20)}-${words.slice(20)}`;
}
