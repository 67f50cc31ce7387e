/** Spans of one trace come to the same acts, in whatever order, parts and batches they come. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { format as activityFormat } from '../../src/formats/activity.ts';
import { format } from '../../src/formats/otel-genai.ts';
import { createHistory } from '../../src/ingest/history.ts';
import { createReader, type ReadOutcome } from '../../src/ingest/reader.ts';
import { createTraces, type Settled, type TraceLimits } from '../../src/ingest/traces.ts';
import { span, spansOf } from './spans.ts';

type Plain = Readonly<Record<string, unknown>>;

const { ingest } = configSchema.parse({});
const reader = createReader({
  formats: new Map([
    ['otel-genai', format],
    ['activity', activityFormat],
  ]),
  format: 'auto',
  tenant: 'acme',
  limits: ingest,
});
const bytesOf = (record: Plain) => Buffer.from(JSON.stringify(record));

/** What an export holds: the service that sends it, and one span. */
type Sent = readonly [service: string, span: Plain];

const tool = (name: string, to: string, more: Plain = {}) => ({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': name,
  'gen_ai.tool.call.arguments': JSON.stringify({ recipient: to }),
  ...more,
});
const agent = (name: string, run: string) => ({
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': name,
  'gen_ai.conversation.id': run,
});
const mcp = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'pay', 'gen_ai.operation.name': 'execute_tool' };
const startsAt = (second: number) => ({ startTimeUnixNano: `${1_772_360_130 + second}000000000` });

/** A planner has a clerk pay, over MCP; the tool spans name nobody, and a model call tells the model. */
function trace(id: string, from: number): Sent[] {
  const of = (second: number) => ({ traceId: id, ...startsAt(from + second) });
  return [
    ['desk', span('p', 'invoke_agent planner', agent('planner', `run-${id}`), of(0))],
    ['desk', span('c', 'invoke_agent clerk', agent('clerk', `run-${id}`), { ...of(1), above: 'p' })],
    [
      'desk',
      span(
        'm',
        'chat',
        { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'model-2' },
        { ...of(2), above: 'c' },
      ),
    ],
    ['desk', span('s', 'step', { 'gen_ai.operation.name': 'agent_step' }, { ...of(3), above: 'c' })],
    ['desk', span('t', 'execute_tool pay', tool('pay', 'till-1'), { ...of(4), above: 's' })],
    ['desk', span('h', 'POST', { 'http.route': '/' }, { ...of(5), above: 't' })],
    ['desk', span('k', 'tools/call pay', mcp, { ...of(6), above: 'h', kind: 3 })],
    ['bank', span('v', 'tools/call pay', { ...mcp, 'error.type': 'tool_error' }, { ...of(7), above: 'k', kind: 2 })],
  ];
}

/** All spans of these traces, one export each or several of one service together, as `order` and `sizes` say. */
function exportsOf(sent: readonly Sent[], order: readonly number[], sizes: readonly number[]): Plain[] {
  const shuffled = sent
    .map((one, n) => ({ one, by: order[n % order.length]! + n / 1e6 }))
    .sort((a, b) => a.by - b.by)
    .map(({ one }) => one);
  const found: Plain[] = [];
  for (let at = 0, n = 0; at < shuffled.length; n++) {
    const some = shuffled.slice(at, at + sizes[n % sizes.length]!);
    at += some.length;
    for (const service of new Set(some.map(([name]) => name)))
      found.push(
        spansOf(
          service,
          some.filter(([name]) => name === service).map(([, one]) => one),
        ),
      );
  }
  return found;
}

function history(exports: readonly Plain[], limits: Partial<TraceLimits> = {}, rows = ingest.reorderRows) {
  const outcomes: ReadOutcome[] = [];
  const unjoined: string[] = [];
  const read = createHistory<undefined>({
    reader,
    reorder: { windowMs: Number.POSITIVE_INFINITY, rows },
    traces: { ...ingest.traces, ...limits },
    onOutcome: (outcome) => void outcomes.push(outcome),
    onUnjoined: (_, ending) => void unjoined.push(ending),
  });
  const acts = [...exports.flatMap((one) => [...read.take(bytesOf(one), undefined)]), ...read.flush()];
  return { acts, outcomes, unjoined };
}

const anyOrder = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
const anySizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
const names = (acts: readonly Activity[]) => acts.map(({ identity, action }) => `${identity.id} ${action.name}`);

describe('in files', () => {
  const sent = [...trace('t1', 0), ...trace('t2', 3)];
  const whole = history(exportsOf(sent, [0], [99]));

  it('a call that four spans of two services tell of counts once, for the agent that no tool span names', () => {
    expect(names(history(exportsOf(trace('t1', 0), [0], [99])).acts)).toEqual([
      'planner invoke_agent',
      'clerk invoke_agent',
      'clerk chat',
      'clerk tools/call:pay',
    ]);
    expect(whole.acts.find(({ id }) => id === 'otel:t1:t')).toMatchObject({
      identity: { id: 'clerk', kind: 'agent', account: 'desk' },
      actor: { id: 'run-t1', model: 'model-2' },
      onBehalfOf: [{ id: 'planner', kind: 'agent' }],
      resource: { id: 'till-1' },
      outcome: 'failed',
    });
    expect(whole.unjoined).toEqual([]);
  });

  it('the same acts come out byte for byte, however the spans are ordered and split over exports', () => {
    fc.assert(
      fc.property(anyOrder, anySizes, (order, sizes) => {
        const other = history(exportsOf(sent, order, sizes));
        expect(JSON.stringify(other.acts)).toBe(JSON.stringify(whole.acts));
        expect(other.outcomes).toHaveLength(sent.length);
      }),
      { numRuns: 50 },
    );
  });

  it('what never finds its parent is judged as what it is, and counted', () => {
    const orphans = trace('t1', 0).filter(([, { spanId }]) => spanId !== 'c' && spanId !== 'p');
    const { acts, unjoined } = history(exportsOf(orphans, [3, 1, 2], [1]));
    expect(names(acts)).toEqual(['desk chat', 'desk tools/call:pay']);
    expect(unjoined).toEqual(['parent-missing', 'parent-missing']);
  });

  it("a server's own span counts where no caller is seen, and its own acts count beside those of its callers", () => {
    const served = trace('t1', 0).filter(([service]) => service === 'bank');
    expect(names(history(exportsOf(served, [0], [1])).acts)).toEqual(['bank tools/call:pay']);
    const own = span('o', 'chat', { 'gen_ai.operation.name': 'chat' }, { ...startsAt(8), traceId: 't1', above: 'v' });
    const { acts } = history(exportsOf([...trace('t1', 0), ['bank', own]], [0], [99]));
    expect(acts.filter(({ id }) => id === 'otel:t1:o')).toHaveLength(1);
  });

  it('a caller that is nobody, or that is refused, makes the call of the server not vanish', () => {
    const caller = (more: Plain, attributes: Plain) =>
      spansOf('', [span('k', 'tools/call pay', { ...mcp, ...attributes }, { traceId: 't1', ...startsAt(1), ...more })]);
    const server = spansOf('bank', [span('v', 'tools/call pay', mcp, { traceId: 't1', above: 'k', kind: 2 })]);
    const long = (name: string, length: number) =>
      caller({}, { 'gen_ai.agent.name': 'clerk', [name]: 'x'.repeat(length) });
    for (const one of [caller({}, {}), caller({}, { 'gen_ai.agent.name': 'x'.repeat(9_000) })]) {
      for (const exports of [
        [one, server],
        [server, one],
      ])
        expect(names(history(exports).acts)).toEqual(['bank tools/call:pay']);
    }
    for (const one of [long('session.id', 600), long('user.id', 600), long('langfuse.session.id', 600)])
      expect(names(history([one, server]).acts)).toEqual(['clerk tools/call:pay']);
  });

  it('the room is bounded, and what had to make room is counted', () => {
    const many = Array.from({ length: 60 }, (_, n) => trace(`t${n}`, n * 10)).flat();
    const { acts, outcomes, unjoined } = history(exportsOf(many, [0], [1]), { bytes: 20_000 });
    expect(outcomes).toHaveLength(many.length);
    expect(acts.length).toBeGreaterThanOrEqual(4 * 60);
    expect(new Set(unjoined)).toEqual(new Set(['no-room']));
  });

  it('an activity that is no span passes by those that wait', () => {
    const plain = {
      id: 'a-1',
      at: '2026-03-01T10:15:31.000Z',
      identity: { id: 'bot', kind: 'bot', provider: 'p' },
      action: { name: 'n', service: 's', access: 'read' },
      outcome: 'success',
    };
    const { acts } = history([...exportsOf(trace('t1', 0), [0], [2]), plain]);
    expect(acts.map(({ id }) => id)).toContain('a-1');
    expect(acts.map(({ at }) => at)).toEqual(acts.map(({ at }) => at).sort());
  });
});

describe('live', () => {
  const limits: TraceLimits = { settleMs: 10, waitMs: 100, bytes: 1_000_000, traceBytes: 100_000 };
  const acts = (settled: readonly Settled<unknown>[]) =>
    settled.flatMap(({ outcome }) => (outcome?.status === 'read' ? [...outcome.activities] : []));
  type Traces = ReturnType<typeof createTraces<undefined>>;
  const take = (traces: Traces, sent: readonly Sent[], nowMs: number, sender = 'one') =>
    exportsOf(sent, [0], [1]).flatMap((one) =>
      [...reader.eachHeld(bytesOf(one), sender)].flatMap((read) =>
        read?.status === 'held' ? traces.take(read, sender, 'lane', undefined, nowMs) : [],
      ),
    );
  const some = (...ids: string[]) => trace('t1', 0).filter(([, { spanId }]) => ids.includes(String(spanId)));

  it('a trace that misses nothing is read when it has been quiet for a while, by the clock of its lane', () => {
    const traces = createTraces<undefined>(limits);
    take(traces, trace('t1', 0), 1_000);
    expect(traces.due('other', 9_999)).toEqual([]);
    expect(acts(traces.due('lane', 1_009))).toEqual([]);
    expect(names(acts(traces.due('lane', 1_010)))).toHaveLength(4);
    expect(traces.waits('lane')).toBe(false);
  });

  it('a tool span waits for the agent above it, and no longer than it may', () => {
    const traces = createTraces<undefined>(limits);
    take(traces, some('t'), 1_000);
    expect(traces.due('lane', 1_099)).toEqual([]);
    expect(traces.due('lane', 1_100).map(({ ending }) => ending)).toEqual(['parent-missing']);
    take(traces, some('t'), 2_000);
    take(traces, some('s', 'c', 'p'), 2_050);
    expect(names(acts(traces.due('lane', 2_060)))).toContain('clerk tools/call:pay');
  });

  it('a span that comes late finds the trace that was read already', () => {
    const traces = createTraces<undefined>(limits);
    take(traces, some('p', 'c', 's'), 1_000);
    expect(acts(traces.due('lane', 1_010))).toHaveLength(2);
    take(traces, some('t', 'h', 'k'), 5_000);
    expect(names(acts(traces.due('lane', 5_010)))).toEqual(['clerk tools/call:pay']);
    take(traces, some('v'), 6_000);
    expect(acts(traces.due('lane', 6_010))).toEqual([]);
  });

  it('the same acts come out in whatever order spans come within the bounds of time', () => {
    const whole = createTraces<undefined>(limits);
    take(whole, trace('t1', 0), 0);
    const expected = JSON.stringify(acts(whole.due('lane', 1_000)).sort((a, b) => (a.id < b.id ? -1 : 1)));
    fc.assert(
      fc.property(anyOrder, fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }), (order, pauses) => {
        const traces = createTraces<undefined>(limits);
        const found: Activity[] = [];
        let now = 0;
        for (const [n, one] of exportsOf(trace('t1', 0), order, [1]).entries()) {
          now += pauses[n % pauses.length]!;
          found.push(...acts(traces.due('lane', now)));
          for (const read of reader.eachHeld(bytesOf(one), 'one'))
            if (read?.status === 'held') found.push(...acts(traces.take(read, 'one', 'lane', undefined, now)));
        }
        found.push(...acts(traces.due('lane', now + 1_000)));
        expect(JSON.stringify(found.sort((a, b) => (a.id < b.id ? -1 : 1)))).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("a flood of one sender makes room by its own spans, in its traces and in another's", () => {
    const traces = createTraces<undefined>({ ...limits, bytes: 60_000, traceBytes: 20_000 });
    take(traces, some('t'), 0, 'victim');
    const shed: Settled<unknown>[] = [];
    for (let n = 0; n < 300; n++) {
      const flood: Sent = ['bank', span(`x${n}`, 'execute_tool pay', tool('pay', 'x'), { traceId: `t${n % 30}` })];
      shed.push(...take(traces, [flood], n % 50, 'flood'));
    }
    expect(traces.waitingBytes).toBeLessThanOrEqual(60_000);
    expect(shed.length).toBeGreaterThan(0);
    expect(names(acts(shed)).every((name) => name.startsWith('bank '))).toBe(true);
    take(traces, some('s', 'c', 'p'), 60, 'victim');
    expect(names(acts(traces.due('lane', 70)))).toContain('clerk tools/call:pay');
  });

  it('a server that knows the trace changes neither whose act it is nor for whom', () => {
    const traces = createTraces<undefined>(limits);
    take(traces, some('p', 'c', 's', 't', 'h', 'k'), 0, 'desk');
    const forged: Sent[] = [
      ['bank', span('c', 'invoke_agent admin', agent('admin', 'x'), { traceId: 't1', ...startsAt(0) })],
      [
        'bank',
        span(
          'f',
          'chat',
          { ...agent('clerk', 'x'), 'gen_ai.operation.name': 'chat', 'user.id': 'boss', 'gen_ai.request.model': 'm' },
          { traceId: 't1', ...startsAt(0) },
        ),
      ],
    ];
    take(traces, forged, 1, 'bank');
    const paid = acts(traces.due('lane', 50)).find(({ id }) => id === 'otel:t1:t');
    expect(paid?.identity.id).toBe('clerk');
    expect(paid?.actor?.model).toBeUndefined();
    expect(paid?.onBehalfOf?.map(({ id }) => id)).toEqual(['planner']);
  });

  it('a trace goes on by the clock of another lane when nothing of it waits any more in the one it began in', () => {
    const traces = createTraces<undefined>({ ...limits, traceBytes: 20_000 });
    const takeIn = (lane: string, one: Sent) => {
      const [exported] = exportsOf([one], [0], [1]);
      for (const read of reader.eachHeld(bytesOf(exported!), lane))
        if (read?.status === 'held') traces.take(read, lane, lane, undefined, 0);
    };
    const flood = (n: number): Sent => ['desk', span(`x${n}`, 'step', tool('pay', 'x'), { traceId: 't1', above: 'y' })];
    takeIn('first', flood(0));
    for (const one of some('t')) takeIn('second', one);
    for (let n = 1; traces.waits('first') && n < 1_000; n++) takeIn('first', flood(n));
    expect(traces.waits('second')).toBe(true);
    expect(acts(traces.due('second', 1_000)).map(({ id }) => id)).toEqual(['otel:t1:t']);
  });

  it('what another worker takes over is forgotten', () => {
    const traces = createTraces<undefined>(limits);
    take(traces, some('t'), 0);
    traces.forget('lane');
    expect(traces.waitingBytes).toBe(0);
    expect(traces.due('lane', 1_000)).toEqual([]);
  });
});
