/** How evidence adds up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowItem } from '../../../test/unit/window-item.ts';
import { SECOND_IN_GROUP, SWEEP_FROM, WINDOW_ITEMS, WINDOW_MS } from '../constants.ts';
import { type Episode, isWatched } from './episode.ts';
import { type Act, add, joint, noteAct, slide, type WindowItem } from './window.ts';

const item = (change: Partial<WindowItem> = {}) => windowItem({ ms: 0, ...change });
const items = fc.array(
  fc
    .record({
      nats: fc.double({ min: 0.3, max: 30, noNaN: true }),
      group: fc.constantFrom('network', 'client', 'work'),
      key: fc.nat(40),
    })
    .map((change) => item(change)),
  { maxLength: 40 },
);

describe('joint surprise', () => {
  it('of nothing is nothing, of one finding below the knee its own', () => {
    expect(joint([])).toBe(0);
    expect(joint([item()])).toBe(4);
  });

  it('adds groups, but tells correlated findings of one group only once and a bit', () => {
    const apart = joint([item({ key: 1 }), item({ key: 2, group: 'client' })]);
    const together = joint([item({ key: 1 }), item({ key: 2 })]);
    expect(apart).toBe(8);
    expect(together).toBeGreaterThan(4);
    expect(together).toBeLessThan(apart);
  });

  it('counts the size of a sweep of secrets, since each was chosen: those that are new and were opened, from as many as no program is given', () => {
    const opened = (things: number, change: Partial<Act> = {}) =>
      Array.from({ length: things }, (_, key) =>
        item({
          key,
          group: 'work',
          nats: 1,
          novelty: { dimension: 'resource', level: 1, popularity: 0, value: key },
          act: {
            name: 'vault:Read',
            gravity: 0.5,
            outcome: 'success',
            purpose: 'secret',
            things: [`secret/${key}`],
            ...change,
          },
        }),
      );
    const size = (all: WindowItem[]) => joint(all) - joint(all.map((one) => ({ ...one, act: undefined })));
    expect(size(opened(SWEEP_FROM - 1))).toBe(0);
    expect(size(opened(SWEEP_FROM))).toBeCloseTo(Math.log(SWEEP_FROM));
    expect(size(opened(2 * SWEEP_FROM))).toBeCloseTo(Math.log(2 * SWEEP_FROM));
    expect(size(opened(SWEEP_FROM, { things: ['secret/one'] }))).toBe(0);
    expect(size(opened(SWEEP_FROM, { outcome: 'denied' }))).toBe(0);
    expect(size(opened(SWEEP_FROM, { gravity: 0.3 }))).toBe(0);
    // What is explained since is no part of it.
    expect(size(opened(SWEEP_FROM).map((one, n) => (n === 0 ? { ...one, nats: 0 } : one)))).toBe(0);
  });

  it('lets one thing be as odd as it is, however odd', () => {
    for (const lane of ['invariant', 'statistical'] as const) expect(joint([item({ nats: 25, lane })])).toBe(25);
  });

  it.each([
    ['an extra run: more, at another hour, in another order', ['volume', 'time', 'sequence']],
    ['more, in larger calls', ['volume', 'size']],
    ['a first act outside the granted scopes', ['work', 'granted']],
    ['a new workload, and its name', ['network', 'workload-name']],
    ['a machine that moved, in two places', ['concurrent-use', 'platform']],
    ['a sub-agent, and the longer chain', ['delegation', 'actor']],
  ])('counts one cause once: %s', (_cause, groups) => {
    const told = joint(groups.map((group, i) => item({ key: i, group })));
    expect(told).toBeLessThan(4 + groups.length * SECOND_IN_GROUP * 4);
    expect(told).toBeGreaterThan(4);
  });

  it('takes the twentieth new address for hardly more than the nineteenth, and each new thing that is done for as much', () => {
    const more = (group: string, n: number) =>
      joint(Array.from({ length: n + 1 }, (_, key) => item({ key, group, nats: 1 }))) -
      joint(Array.from({ length: n }, (_, key) => item({ key, group, nats: 1 })));
    expect(more('network', 19)).toBeLessThan(more('network', 1) / 10);
    expect(more('work', 19)).toBeCloseTo(more('work', 1), 9);
  });

  it('does not depend on the order, never falls when evidence is added, and never exceeds the plain sum', () => {
    fc.assert(
      fc.property(items, fc.nat(), (all, seed) => {
        const shuffled = all
          .map((one, i) => ({ one, rank: ((i + 1) * (seed + 7_919)) % 104_729 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ one }) => one);
        expect(joint(shuffled)).toBeCloseTo(joint(all), 9);
        expect(joint(all)).toBeGreaterThanOrEqual(joint(all.slice(1)) - 1e-9);
        expect(joint(all)).toBeLessThanOrEqual(all.reduce((sum, { nats }) => sum + nats, 0) + 1e-9);
      }),
    );
  });
});

describe('two detectors that come to one key', () => {
  const [where, lower] = [item({ detector: 'where', nats: 4 }), item({ detector: 'count', nats: 3 })];
  const act: Act = { name: 'Get', gravity: 1, outcome: 'success', purpose: 'other', things: ['a'] };

  it("have a finding each, of which neither takes the other one's place, acts or watch", () => {
    const all: WindowItem[] = [];
    expect([add(all, where), add(all, lower)]).toEqual([true, true]);
    expect(add(all, { ...lower, nats: 5 })).toBe(true);
    expect(all.map(({ detector, nats }) => [detector, nats])).toEqual([
      ['where', 4],
      ['count', 5],
    ]);
    noteAct(all, lower, act);
    expect(all.map((one) => one.act?.name)).toEqual([where.act?.name, 'Get']);
    const watch: Episode['watches'][number] = { key: 1, detector: 'where', day: 1, replaced: 0, shared: 0, epoch: 0 };
    expect([isWatched(where, watch), isWatched(lower, watch)]).toEqual([true, false]);
    const { detector: _, ...saved } = watch;
    expect(isWatched(where, saved), 'as an earlier build saved it').toBe(true);
  });
});

describe('the window', () => {
  it('counts the same finding once, at its strongest', () => {
    const window = [item({ nats: 4 })];
    expect(add(window, item({ nats: 3 }))).toBe(false);
    expect(add(window, item({ nats: 5 }))).toBe(true);
    expect(window.map(({ nats }) => nats)).toEqual([5]);
  });

  it('is bounded, and gives up the weakest', () => {
    fc.assert(
      fc.property(items, (all) => {
        const window: WindowItem[] = [];
        for (const one of all) add(window, one);
        expect(window.length).toBeLessThanOrEqual(WINDOW_ITEMS);
        expect(new Set(window.map(({ key }) => key)).size).toBe(window.length);
      }),
    );
    const window: WindowItem[] = [];
    for (let key = 0; key < WINDOW_ITEMS; key++) add(window, item({ key, nats: 1 + key }));
    expect(add(window, item({ key: 99, nats: 0.5 }))).toBe(false);
    expect(add(window, item({ key: 99, nats: 1.5 }))).toBe(true);
    expect(window.some(({ key }) => key === 0)).toBe(false);
  });

  it('forgets evidence after two hours of event time, not before', () => {
    const window = [item({ ms: 0 }), item({ ms: 60_000, key: 2 })];
    expect(slide(window, WINDOW_MS - 1)).toHaveLength(2);
    expect(slide(window, WINDOW_MS).map(({ key }) => key)).toEqual([2]);
    expect(slide(window, WINDOW_MS + 60_000)).toEqual([]);
  });

  it('keeps evidence of the future when an activity comes out of order', () => {
    expect(slide([item({ ms: 3_600_000 })], 0)).toHaveLength(1);
  });
});
