/** What an alert says of an agent that may have been changed. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { windowItem } from '../../../test/unit/window-item.ts';
import { HOUR_MS } from '../constants.ts';
import { Hasher } from '../hash.ts';
import { AgentParts } from '../memory/agent-parts.ts';
import { Lexicon } from '../memory/lexicon.ts';
import type { WindowItem } from '../memory/window.ts';
import { causeOfChange, driftOf, withDrift } from './agent-drift.ts';

const START = Date.UTC(2026, 0, 5);
const hasher = new Hasher('key');
const lexicon = new Lexicon();
const NOBODY = { isChanging: () => {}, isNew: () => {} };

type Made = Activity['actor'] & { declared?: string[]; task?: string };

/** What an agent told, each with its hour. */
function made(...told: [hour: number, what: Partial<Made>][]): AgentParts {
  const agentParts = new AgentParts();
  for (const [hour, { declared, task, ...actor }] of told) {
    const run = { id: 'r', ...(declared && { declared }), ...(task !== undefined && { task }) };
    const activity = { actor: { id: 'r', kind: 'agent-run', ...actor }, run } as unknown as Activity;
    agentParts.take(activity, START + hour * HOUR_MS, hasher, lexicon, NOBODY);
  }
  return agentParts;
}

const item = (hour: number, change: Partial<WindowItem> = {}) =>
  windowItem({
    detector: 'sequence',
    field: 'action.name',
    group: 'sequence',
    kind: 'unusual-pattern',
    ms: START + hour * HOUR_MS,
    ...change,
  });

const drift = (agentParts: AgentParts | undefined, ...items: WindowItem[]) =>
  driftOf(agentParts, items, { lexicon, peers: () => 2 });
const explained = { nats: 3, discountNats: 1 };

describe('the cause of a drift', () => {
  it.each<[string, Partial<Made>]>([
    ['model', { model: 'm2' }],
    ['configuration', { version: '2' }],
    ['configuration', { config: 'p 2' }],
    ['tools', { declared: ['a', 'b'] }],
  ])('is %s where that changed and explains most of the evidence', (cause, change) => {
    const before = { model: 'm1', version: '1', config: 'p 1', declared: ['a'] };
    const agentParts = made([0, before], [500, { ...before, ...change }]);
    expect(drift(agentParts, item(501, explained), item(501, { nats: 2 })).cause).toBe(cause);
    expect(drift(agentParts, item(501, explained), item(501, { nats: 5 })).cause).toBe('none');
  });

  it('is a task where another one was given and the work is another, though that eases nothing', () => {
    const agentParts = made([0, { model: 'm', task: 'triage' }], [500, { model: 'm', task: 'report' }]);
    expect(drift(agentParts, item(501)).cause).toBe('task');
    expect(drift(agentParts, item(501, { group: 'network' })).cause).toBe('none');
  });

  it('is the latest change, and of one second the more telling', () => {
    const together = made([0, { model: 'm1', version: '1' }], [500, { model: 'm2', version: '2' }]);
    expect(drift(together, item(501, explained)).cause).toBe('model');
    const later = made([0, { model: 'm1', version: '1' }], [490, { model: 'm2' }], [500, { version: '2' }]);
    expect(drift(later, item(501, explained)).cause).toBe('configuration');
  });

  it('is none where what changed came after the strongest evidence', () => {
    const agentParts = made([0, { model: 'm1' }], [500, { model: 'm2' }]);
    const { cause, says, parts } = drift(agentParts, item(499));
    expect(cause).toBe('none');
    expect(says).toBe('its model is the one it had for 20 days');
    expect(parts).toMatchObject([{ part: 'model', value: 'm1', changed: false }]);
  });

  it('is unknown where the log tells nothing, or not for long enough', () => {
    expect(drift(undefined, item(1))).toEqual({
      cause: 'unknown',
      says: 'the log does not tell its model, version or tools',
      parts: [],
    });
    const young = drift(made([0, { model: 'm' }]), item(5));
    expect(young).toMatchObject({ cause: 'unknown', says: 'its model is known for 5 hours only' });
  });

  it('is unknown where the only part changes all the time', () => {
    const told = Array.from({ length: 12 }, (_, n): [number, Partial<Made>] => [n * 24, { version: `1.${n}` }]);
    expect(drift(made(...told), item(265, explained))).toMatchObject({
      cause: 'unknown',
      says: 'its version changes all the time',
    });
  });
});

describe('the wording of a drift', () => {
  it('says what changed, from what to what, how long before, among how many peers, and what did not', () => {
    const tools = ['a', 'b'];
    const agentParts = made(
      [0, { model: 'm1', version: '1', declared: tools }],
      [500, { model: 'm2', version: '2', declared: tools }],
    );
    expect(drift(agentParts, item(500.5, explained)).says).toBe(
      'its model changed from m1 to m2 and its version from 1 to 2 30 minutes before (as with 2 peers); its tools are those it had for 20 days',
    );
  });

  it('names tools that came and went', () => {
    const agentParts = made([0, { declared: ['a', 'b'] }], [500, { declared: ['b', 'c', 'd'] }]);
    expect(drift(agentParts, item(548, explained)).says).toBe(
      'its tools changed (added c, d; removed a) 2 days before (as with 2 peers)',
    );
  });

  it('closes the sentence of an alert', () => {
    expect(withDrift('x did y.', { cause: 'none', says: 'its model is m', parts: [] })).toBe(
      'x did y; its model is m.',
    );
    expect(withDrift('x did y.', undefined)).toBe('x did y.');
  });
});

describe('what agents that were changed together share', () => {
  it('is the fingerprint of the latest change, if it explains the evidence', () => {
    const before = { model: 'm1', version: '1' };
    const [one, other] = [
      made([0, before], [500, { ...before, version: '2' }]),
      made([9, before], [501, { ...before, version: '2' }]),
    ];
    expect(causeOfChange(one, [item(502, explained)])).toBe(causeOfChange(other, [item(503, explained)]));
    expect(causeOfChange(one, [item(502, explained)])).toBeGreaterThan(0);
    expect(causeOfChange(one, [item(502)])).toBe(0);
    expect(causeOfChange(made([0, before]), [item(502, explained)])).toBe(0);
  });
});
