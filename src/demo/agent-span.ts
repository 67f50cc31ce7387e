/** Writes one tool call of an AI agent as an OTLP/JSON export (semantic conventions for GenAI and MCP). */
import type { Dice } from './dice.ts';

/** One tool call, before it is put into attributes. */
export interface AgentDeed {
  readonly at: number;
  readonly ip: string;
  /** Client software, not the AI agent. */
  readonly agent: string;
  readonly name: string;
  readonly version: string;
  readonly model: string;
  readonly run: string;
  /** Tools the agent was given. */
  readonly tools: readonly string[];
  readonly tool: string;
  readonly arguments: object;
  /** Who asked. */
  readonly user: string;
  readonly token: string;
}

const CLIENT = 3;
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

export function agentSpan(deed: AgentDeed, dice: Dice): object {
  const lasted = 60 + dice.below(900);
  return {
    resourceSpans: [
      {
        resource: {
          attributes: [
            text('service.name', deed.name),
            text('service.version', deed.version),
            text('deployment.environment.name', 'prod'),
            text('k8s.cluster.name', 'prod'),
            text('k8s.namespace.name', 'agents'),
            text('k8s.deployment.name', deed.name),
          ],
        },
        scopeSpans: [
          {
            scope: { name: 'mcp-gateway', version: '1.5.1' },
            spans: [
              {
                traceId: dice.hex(32),
                spanId: dice.hex(16),
                parentSpanId: dice.hex(16),
                name: `tools/call ${deed.tool}`,
                kind: CLIENT,
                startTimeUnixNano: `${deed.at}000000`,
                endTimeUnixNano: `${deed.at + lasted}000000`,
                attributes: [
                  text('gen_ai.operation.name', 'execute_tool'),
                  text('mcp.method.name', 'tools/call'),
                  text('gen_ai.tool.name', deed.tool),
                  text('gen_ai.agent.id', `agent:${deed.name}`),
                  text('gen_ai.agent.name', deed.name),
                  text('gen_ai.agent.version', deed.version),
                  text('gen_ai.request.model', deed.model),
                  text('gen_ai.conversation.id', deed.run),
                  text('gen_ai.tool.definitions', JSON.stringify(deed.tools.map((name) => ({ name })))),
                  text('gen_ai.tool.call.arguments', JSON.stringify(deed.arguments)),
                  text('enduser.id', deed.user),
                  text('oauth.jti', deed.token),
                  text('client.address', deed.ip),
                  text('user_agent.original', deed.agent),
                  text('network.transport', 'tcp'),
                ],
                status: {},
              },
            ],
          },
        ],
      },
    ],
  };
}
