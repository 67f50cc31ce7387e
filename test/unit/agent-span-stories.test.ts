/** What a SOC must be told of agents that are known by their spans alone, however the library names them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { format } from '../../src/formats/otel-genai.ts';
import { createHistory } from '../../src/ingest/history.ts';
import { formatRig } from './format-rig.ts';
import { span, spansOf } from './spans.ts';
import { at, QUIET_DAYS as TODAY, tell } from './story.ts';

type Plain = Readonly<Record<string, unknown>>;

/** How one library tells of a tool call of an agent: attributes of the two spans. `id` differs from run to run. */
interface Telling {
  tool(agent: string, tool: string, args: string): Plain;
  agent(agent: string, run: string, id: string): Plain;
}

const conventions = (tool: string, args: string) => ({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': tool,
  'gen_ai.tool.call.arguments': args,
});
const invoked = (agent: string, run: string) => ({
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': agent,
  'gen_ai.conversation.id': run,
  'gen_ai.request.model': 'model-2',
});

const onBoth: Telling = {
  tool: (agent, tool, args) => ({ ...conventions(tool, args), 'gen_ai.agent.name': agent }),
  agent: invoked,
};
const onParent: Telling = { tool: (_agent, tool, args) => conventions(tool, args), agent: invoked };
const TELLINGS: Readonly<Record<string, Telling>> = {
  'on both spans': onBoth,
  'on the parent only': onParent,
  'on the parent, with an id of its own in every run': {
    tool: onParent.tool,
    agent: (agent, run, id) => ({ ...invoked(agent, run), 'gen_ai.agent.id': id }),
  },
  'with one id for all agents': {
    tool: (_agent, tool, args) => ({
      ...conventions(tool, args),
      'gen_ai.agent.name': 'OpenAI Agent',
      'gen_ai.agent.id': 'agent',
    }),
    agent: (agent, run) => ({ ...invoked(agent, run), 'gen_ai.agent.id': 'agent' }),
  },
  'as OpenInference does': {
    tool: (_agent, tool, args) => ({ 'openinference.span.kind': 'TOOL', 'tool.name': tool, 'input.value': args }),
    agent: (agent, run) => ({ 'openinference.span.kind': 'AGENT', 'agent.name': agent, 'session.id': run }),
  },
  'as the Vercel SDK 6 does': {
    tool: (agent, tool, args) => ({
      'ai.operationId': 'ai.toolCall',
      'ai.toolCall.name': tool,
      'ai.toolCall.args': args,
      'ai.telemetry.functionId': agent,
    }),
    agent: (agent) => ({ 'ai.operationId': 'ai.generateText', 'ai.telemetry.functionId': agent }),
  },
};

const rig = formatRig(format, 'auto');
let runs = 0;

/** One run: its agent uses one tool. */
function run(telling: Telling, when: string, agent: string, tool: string, args: Plain): Plain[] {
  const id = `${++runs}`.padStart(8, '0');
  const start = { traceId: `trace-${id}`, startTimeUnixNano: `${Date.parse(when)}000000` };
  return [
    span(`t${id}`, tool, telling.tool(agent, tool, JSON.stringify(args)), { ...start, above: `a${id}` }),
    span(`a${id}`, agent, telling.agent(agent, `run-${id}`, `${id}-1d2e-4b8e-9d53-0c6f1f2f7a11`), start),
  ];
}

/** What exports come to. */
function actsOf(exports: readonly Plain[]): Activity[] {
  const { ingest } = configSchema.parse({});
  const history = createHistory<undefined>({
    reader: rig.reader,
    reorder: { windowMs: Number.POSITIVE_INFINITY, rows: ingest.reorderRows },
    traces: ingest.traces,
    onOutcome: () => {},
  });
  const ready = exports.flatMap((one) => [...history.take(Buffer.from(JSON.stringify(one)), undefined)]);
  return [...ready, ...history.flush()].map((one) => ({ ...one, tenant: 'acme' }));
}

/** Five weeks of a service in which `support` looks things up and `refunds` pays; `steered` adds payments by `support`. */
function runsOf(tellingOf: (day: number) => Telling, isSteered: boolean): Plain[][] {
  runs = 0;
  const acts: Plain[][] = [];
  for (let day = 0; day < TODAY + 3; day++)
    for (const [n, hour] of [8, 10, 12, 14, 16].entries()) {
      const telling = tellingOf(day);
      acts.push(run(telling, at(day, hour, 1), 'support', 'search_tickets', { account: `customer-${n % 3}` }));
      acts.push(run(telling, at(day, hour, 5), 'support', 'get_order', { record: `order-${n % 4}` }));
      acts.push(run(telling, at(day, hour, 9), 'refunds', 'send_payment', { recipient: `till-${n % 3}` }));
    }
  if (isSteered)
    for (const minute of [20, 23, 26])
      acts.push(
        run(tellingOf(TODAY + 1), at(TODAY + 1, 12, minute), 'support', 'send_payment', { recipient: 'till-99' }),
      );
  return acts;
}

/** The same, each run in an export of its own. */
const story = (tellingOf: (day: number) => Telling, isSteered: boolean): Activity[] =>
  actsOf(runsOf(tellingOf, isSteered).map((spans) => spansOf('till', spans)));

const alertsOn = (acts: readonly Activity[]): readonly Alert[] =>
  tell(acts).alerts.filter(({ identity }) => identity.provider === 'otel');

it.each(Object.entries(TELLINGS))(
  'an agent that begins to make the payments of another one is a high alert, named %s',
  (_how, telling) => {
    const alerts = alertsOn(story(() => telling, true));
    expect(alerts.map(({ identity, severity }) => [identity.id, severity])).toEqual([['support', 'high']]);
    expect(alertsOn(story(() => telling, false))).toEqual([]);
  },
);

it('an upgrade after which tool spans name their agent raises nothing, and hides nothing', () => {
  const upgraded = (day: number) => (day < TODAY ? onParent : onBoth);
  expect(alertsOn(story(upgraded, false))).toEqual([]);
  expect(alertsOn(story(upgraded, true)).map(({ identity, severity }) => [identity.id, severity])).toEqual([
    ['support', 'high'],
  ]);
});

it('in whatever order and exports the spans come, the acts are the same byte for byte, and with them the alerts', () => {
  const spans = runsOf(() => onParent, true).flat();
  const whole = JSON.stringify(story(() => onParent, true));
  const anyOrder = fc.tuple(fc.nat(), fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }));
  fc.assert(
    fc.property(anyOrder, ([seed, sizes]) => {
      const shuffled = spans
        .map((one, n) => ({ one, by: Math.imul(n + seed, 2_654_435_761) >>> 0 }))
        .sort((a, b) => a.by - b.by)
        .map(({ one }) => one);
      const exports: Plain[] = [];
      for (let at = 0, n = 0; at < shuffled.length; n++) {
        const size = sizes[n % sizes.length]!;
        exports.push(spansOf('till', shuffled.slice(at, at + size)));
        at += size;
      }
      expect(JSON.stringify(actsOf(exports))).toBe(whole);
    }),
    { numRuns: 5 },
  );
});
