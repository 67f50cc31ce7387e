/** What a change of an agent explains of a finding, and what it does not. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { ALONE_SHARE, DAY_MS, EXPLAINED_NATS, NEW_TOOL_NATS } from '../constants.ts';
import type { Dimension, Finding, Novelty } from '../detector.ts';
import { Hasher } from '../hash.ts';
import { AgentParts } from '../memory/agent-parts.ts';
import { Lexicon } from '../memory/lexicon.ts';
import type { RaisedAlert } from '../memory/memory.ts';
import { action, actor, delegator, network, resource, target } from '../novelty/dimensions.ts';
import { discountOf } from './change-discount.ts';

const START = Date.UTC(2026, 0, 5);
const NOW = START + 30 * DAY_MS;
const hasher = new Hasher('key');
const lexicon = new Lexicon();
const NOBODY = { isChanging: () => {}, isNew: () => {} };

function activity(change: Partial<Activity> = {}): Activity {
  return {
    id: 'a',
    at: '2026-01-05T00:00:00.000Z',
    tenant: 'acme',
    identity: { id: 'agent', kind: 'agent', provider: 'example' },
    actor: { id: 'run', kind: 'agent-run', model: 'm1', version: '1' },
    run: { id: 'run', declared: ['search', 'read'] },
    action: { name: 'tools/call:search', service: 'mcp', access: 'read' },
    source: {},
    outcome: 'success',
    ...change,
  };
}

/** An agent that was one thing for weeks and is another since an hour. */
function changed(after: Partial<Activity>): AgentParts {
  const agentParts = new AgentParts();
  agentParts.take(activity(), START, hasher, lexicon, NOBODY);
  agentParts.take(activity(after), NOW - 3_600_000, hasher, lexicon, NOBODY);
  return agentParts;
}
const upgrade = { actor: { id: 'run', kind: 'agent-run', model: 'm2', version: '2' } };

const novelty = (dimension: Dimension, level: number) => ({ dimension, level }) as Novelty;
const finding = (group: string, nats: number, change: Partial<Finding> = {}): Finding => ({
  field: 'x',
  group,
  seen: 's',
  usual: () => 'u',
  nats,
  key: 1,
  says: () => 'did',
  ...change,
});
const call = (nats: number) => finding('work', nats, { field: action.field, novelty: novelty(action, 1) });
const kindOfThing = (nats: number) => finding('work', nats, { field: resource.field, novelty: novelty(resource, 0) });

interface Now {
  readonly doing?: Partial<Activity>;
  readonly shared?: boolean;
  readonly raised?: RaisedAlert[];
  readonly callIsKnown?: boolean;
}

function off(agentParts: AgentParts | undefined, one: Finding, now: Now = {}): number {
  const { doing = {}, shared = false, raised = [], callIsKnown = false } = now;
  const context = {
    activity: activity({ ...upgrade, ...doing }),
    novelty: (d: Dimension) => (d === action && !callIsKnown ? novelty(action, 1) : undefined),
  };
  const discount = discountOf({ agentParts, raised }, NOW, { context, lexicon, isShared: () => shared });
  return discount === undefined ? 0 : discount(one);
}

describe('what a change explains', () => {
  it('is half of a new order or pace, up to a bound, and half of that where no peer changed alike', () => {
    for (const group of ['sequence', 'volume']) {
      expect(off(changed(upgrade), finding(group, 2), { shared: true })).toBe(1);
      expect(off(changed(upgrade), finding(group, 20), { shared: true })).toBe(EXPLAINED_NATS);
      expect(off(changed(upgrade), finding(group, 20))).toBe(EXPLAINED_NATS * ALONE_SHARE);
    }
  });

  it('is the new model itself, up to a bound, but not a new sort of actor', () => {
    const acted = (level: number) => finding('actor', 3.5, { novelty: novelty(actor, level) });
    expect(off(changed(upgrade), acted(1))).toBe(EXPLAINED_NATS);
    expect(off(changed(upgrade), acted(0))).toBe(0);
  });

  it('is the first call of a declared tool, and the kind of thing it reads', () => {
    expect(off(changed(upgrade), call(9))).toBe(EXPLAINED_NATS * ALONE_SHARE);
    expect(off(changed(upgrade), kindOfThing(9))).toBe(EXPLAINED_NATS * ALONE_SHARE);
    expect(off(changed(upgrade), kindOfThing(9), { callIsKnown: true })).toBe(0);
  });

  it('is more of a tool that came with the new set and reads, whoever else has it', () => {
    const run = { id: 'run', declared: ['search', 'read', 'fetch'] };
    const fetch = { run, action: { name: 'tools/call:fetch', service: 'mcp', access: 'read' as const } };
    expect(off(changed({ run }), call(12), { doing: fetch })).toBe(NEW_TOOL_NATS);
    expect(off(changed({ run }), call(9), { doing: { run } })).toBe(EXPLAINED_NATS * ALONE_SHARE);
    const writes = { ...fetch, action: { ...fetch.action, access: 'write' as const } };
    expect(off(changed({ run }), call(9), { doing: writes })).toBe(EXPLAINED_NATS * ALONE_SHARE);
    const { run: _, ...unsaid } = activity({ ...upgrade, action: fetch.action });
    const discount = discountOf({ agentParts: changed({ run }), raised: [] }, NOW, {
      context: { activity: unsaid, novelty: () => novelty(action, 1) },
      lexicon,
      isShared: () => false,
    });
    expect(discount?.(call(12))).toBe(NEW_TOOL_NATS);
  });
});

describe('what no change explains', () => {
  it.each([
    ['an undeclared tool', call(9), { action: { name: 'tools/call:pay', service: 'mcp', access: 'read' as const } }],
    ['a refused call', call(9), { outcome: 'denied' as const }],
    ['whom an act sends to', kindOfThing(9), { action: { name: 'search', service: 'mcp', access: 'write' as const } }],
    ['which thing is read', finding('work', 9, { field: target.field, novelty: novelty(target, 1) }), {}],
    ['the consequence of an act', finding('work', 9, { field: 'action.access', novelty: novelty(action, 1) }), {}],
    ['bytes', finding('volume', 9, { field: 'amount.bytes' }), {}],
    ['records', finding('volume', 9, { field: 'amount.records' }), {}],
    ['a master', finding('delegation', 9, { novelty: novelty(delegator, 1) }), {}],
    ['a place', finding('network', 9, { novelty: novelty(network, 0) }), {}],
    ['a breach of what was declared', finding('declared', 6, { field: 'run.declared' }), {}],
  ])('is %s', (_, one, doing) => {
    expect(off(changed(upgrade), one, { doing, shared: true })).toBe(0);
  });

  it('is anything where nothing changed, or a task alone', () => {
    expect(off(undefined, finding('sequence', 4))).toBe(0);
    expect(off(changed({}), finding('sequence', 4))).toBe(0);
    const agentParts = new AgentParts();
    const task = (name: string) => activity({ run: { id: 'r', task: name } });
    agentParts.take(task('triage'), START, hasher, lexicon, NOBODY);
    agentParts.take(task('report'), NOW, hasher, lexicon, NOBODY);
    expect(agentParts.changes(NOW)).toHaveLength(1);
    expect(off(agentParts, finding('sequence', 4))).toBe(0);
  });

  it('is anything once a person called an alert since the change an attack', () => {
    const day = NOW / DAY_MS;
    const alert = (is: 'benign' | 'true', lastDay: number): RaisedAlert => ({
      id: 'x',
      values: [],
      firstDay: 0,
      raisedDay: 0,
      lastDay,
      counted: 0,
      verdict: { is, said: '', days: [] },
    });
    const order = finding('sequence', 4);
    expect(off(changed(upgrade), order, { raised: [alert('true', day)] })).toBe(0);
    expect(off(changed(upgrade), order, { raised: [alert('benign', day), alert('true', day - 9)] })).toBe(1);
  });
});
