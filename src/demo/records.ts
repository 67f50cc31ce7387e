/** Writes raw records as the vendors do: CloudTrail, Kubernetes audit, OpenTelemetry spans of agents. */
import type { Dice } from './dice.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** One thing done by somebody, before it is put into a vendor's words. */
export interface Deed {
  readonly at: number;
  readonly ip: string;
  readonly agent: string;
  readonly error?: string;
}

export interface AwsDeed extends Deed {
  /** `role/name` or `user/name`. */
  readonly principal: string;
  readonly session?: string;
  readonly key: string;
  readonly service: string;
  readonly call: string;
  readonly readOnly: boolean;
  readonly resource?: string;
  readonly region?: string;
  readonly bytes?: number;
}

const seconds = (at: number) => new Date(at).toISOString().replace(/\.\d{3}/, '');
const SESSION_MS = 6 * 3_600_000;

/** As CloudTrail delivers it (event version 1.11). */
export function cloudTrail(deed: AwsDeed, dice: Dice): object {
  const [kind, name] = deed.principal.split('/') as [string, string];
  const principalId = `${kind === 'role' ? 'AROA' : 'AIDA'}${name
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .slice(0, 12)}`;
  const arn = `arn:aws:iam::${ACCOUNT}:${deed.principal}`;
  const who =
    kind === 'role'
      ? {
          type: 'AssumedRole',
          principalId: `${principalId}:${deed.session}`,
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${deed.session}`,
          accountId: ACCOUNT,
          accessKeyId: deed.key,
          sessionContext: {
            sessionIssuer: { type: 'Role', principalId, arn, accountId: ACCOUNT, userName: name },
            attributes: { creationDate: seconds(deed.at - (deed.at % SESSION_MS)), mfaAuthenticated: 'false' },
          },
        }
      : { type: 'IAMUser', principalId, arn, accountId: ACCOUNT, accessKeyId: deed.key, userName: name };
  return {
    eventVersion: '1.11',
    userIdentity: who,
    eventTime: seconds(deed.at),
    eventSource: `${deed.service}.amazonaws.com`,
    eventName: deed.call,
    awsRegion: deed.region ?? REGION,
    sourceIPAddress: deed.ip,
    userAgent: deed.agent,
    ...(deed.error !== undefined && { errorCode: deed.error, errorMessage: 'The request was not carried out.' }),
    requestParameters: null,
    responseElements: null,
    ...(deed.bytes !== undefined && {
      additionalEventData: { bytesTransferredOut: deed.bytes, bytesTransferredIn: 0 },
    }),
    requestID: dice.hex(16).toUpperCase(),
    eventID: `${dice.hex(8)}-${dice.hex(4)}-4${dice.hex(3)}-a${dice.hex(3)}-${dice.hex(12)}`,
    readOnly: deed.readOnly,
    ...(deed.resource !== undefined && { resources: [{ accountId: ACCOUNT, ARN: deed.resource }] }),
    eventType: 'AwsApiCall',
    managementEvent: deed.bytes === undefined,
    recipientAccountId: ACCOUNT,
    eventCategory: deed.bytes === undefined ? 'Management' : 'Data',
  };
}

export interface KubernetesDeed extends Deed {
  readonly namespace: string;
  readonly account: string;
  readonly pod: string;
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
  readonly token: string;
  /** Namespace of the object where it is not the account's own. */
  readonly target?: string;
}

/** As the API server's audit log has it (audit.k8s.io/v1, level Metadata). */
export function kubernetesAudit(deed: KubernetesDeed, dice: Dice): object {
  const { namespace, account, verb, resource, name, target = namespace } = deed;
  const at = new Date(deed.at).toISOString().replace('Z', '000Z');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `${dice.hex(8)}-${dice.hex(4)}-4${dice.hex(3)}-b${dice.hex(3)}-${dice.hex(12)}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/${target}/${resource}/${name}`,
    verb,
    user: {
      username: `system:serviceaccount:${namespace}:${account}`,
      uid: `uid-${account}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${deed.token}`],
        'authentication.kubernetes.io/pod-name': [deed.pod],
      },
    },
    sourceIPs: [deed.ip],
    userAgent: deed.agent,
    objectRef: { resource, namespace: target, name, apiVersion: 'v1' },
    responseStatus: { code: deed.error === undefined ? 200 : 403 },
    requestReceivedTimestamp: at,
    stageTimestamp: at,
    annotations: { 'authorization.k8s.io/decision': deed.error === undefined ? 'allow' : 'forbid' },
  };
}

export interface AgentDeed extends Deed {
  readonly name: string;
  readonly version: string;
  readonly model: string;
  readonly run: string;
  readonly tools: readonly string[];
  readonly tool: string;
  readonly arguments: object;
  readonly user: string;
  readonly token: string;
}

/** One tool call as an OTLP span with its resource (semantic conventions for GenAI and MCP). */
export function agentSpan(deed: AgentDeed, dice: Dice): object {
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  return {
    resourceSpans: [
      {
        resource: {
          attributes: [
            text('service.name', deed.name),
            text('deployment.environment.name', 'prod'),
            text('k8s.namespace.name', 'agents'),
            text('k8s.deployment.name', deed.name),
          ],
        },
        scopeSpans: [
          {
            spans: [
              {
                traceId: dice.hex(32),
                spanId: dice.hex(16),
                name: `tools/call ${deed.tool}`,
                startTimeUnixNano: `${deed.at}000000`,
                endTimeUnixNano: `${deed.at + 120}000000`,
                attributes: [
                  text('gen_ai.operation.name', 'execute_tool'),
                  text('mcp.method.name', 'tools/call'),
                  text('gen_ai.tool.name', deed.tool),
                  text('gen_ai.agent.id', `agent:${deed.name}`),
                  text('gen_ai.agent.version', deed.version),
                  text('gen_ai.request.model', deed.model),
                  text('gen_ai.conversation.id', deed.run),
                  text('gen_ai.tool.definitions', JSON.stringify(deed.tools.map((name) => ({ name })))),
                  text('gen_ai.tool.call.arguments', JSON.stringify(deed.arguments)),
                  text('enduser.id', deed.user),
                  text('oauth.jti', deed.token),
                  text('client.address', deed.ip),
                  text('user_agent.original', deed.agent),
                  ...(deed.error === undefined ? [] : [text('error.type', deed.error)]),
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}
