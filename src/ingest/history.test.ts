import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { format as events } from '../formats/otel-coding-agents.ts';
import { format as spans } from '../formats/otel-genai.ts';
import { createHistory } from './history.ts';
import { createReader, type ReadOutcome } from './reader.ts';

const { ingest } = configSchema.parse({});
const formats = new Map([spans, events].map((format) => [format.id, format]));
const START = 1_772_360_130_000;
const nanos = (ms: number) => `${START + ms}000000`;
const pairs = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const resource = { attributes: pairs({ 'service.name': 'claude-code' }) };

/** The span of a call of a tool of MCP, which names neither server nor arguments. */
const span = {
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          spans: [
            {
              traceId: TRACE,
              spanId: 'b7ad6b7169203331',
              name: 'claude_code.tool',
              startTimeUnixNano: nanos(0),
              endTimeUnixNano: nanos(2_000),
              attributes: pairs({
                'session.id': 's',
                'gen_ai.operation.name': 'execute_tool',
                tool_name: 'mcp__crm__find_customer',
                'gen_ai.tool.call.id': 'toolu_1',
              }),
            },
          ],
        },
      ],
    },
  ],
};
/** The log event of the same call, told when it ended. */
const event = (more: object = { traceId: TRACE, spanId: 'b7ad6b7169203331' }) => ({
  resourceLogs: [
    {
      resource,
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: nanos(2_000),
              body: { stringValue: 'claude_code.tool_result' },
              attributes: pairs({
                'event.name': 'tool_result',
                'session.id': 's',
                tool_name: 'mcp__crm__find_customer',
                tool_use_id: 'toolu_1',
                success: 'true',
                tool_input: '{"customer_id":"C-4711"}',
              }),
              ...more,
            },
          ],
        },
      ],
    },
  ],
});

function replayed(records: readonly object[]) {
  const outcomes: ReadOutcome[] = [];
  const history = createHistory({
    reader: createReader({ formats, format: 'auto', tenant: 'default', limits: ingest }),
    reorder: { windowMs: 300_000, rows: 1_000 },
    traces: ingest.traces,
    onOutcome: (outcome) => void outcomes.push(outcome),
  });
  const acts: Activity[] = [];
  for (const record of records) acts.push(...history.take(Buffer.from(JSON.stringify(record)), undefined));
  acts.push(...history.flush());
  return { acts, outcomes: outcomes.map(({ status }) => status) };
}

describe('a call that a span and a log event tell of', () => {
  it.each([
    ['the span first', [span, event()]],
    ['the event first', [event(), span]],
  ])('counts once with the target that only the event tells, %s in the file', (_, records) => {
    const { acts, outcomes } = replayed(records);
    expect(acts).toMatchObject([
      {
        id: 'claude-code:s:toolu_1',
        action: { name: 'tools/call:mcp__crm__find_customer' },
        resource: { id: 'C-4711' },
      },
    ]);
    // Each record is told of once, whichever becomes the act.
    expect(outcomes).toEqual(['read', 'read']);
  });

  it('is the span where no event tells of it', () => {
    expect(replayed([span]).acts.map(({ id }) => id)).toEqual(['claude-code:s:toolu_1']);
  });

  it('is the event where it is in no trace', () => {
    expect(replayed([event({})]).acts.map(({ id }) => id)).toEqual(['claude-code:s:toolu_1']);
  });
});
