/** One open alert an episode, bounded, worded the same every time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { alertSchema } from '../../../schemas/alert.ts';
import { ITEM_AT, orderRead, windowItem } from '../../../test/unit/window-item.ts';
import type { About } from '../detector.ts';
import type { Facts } from '../facts.ts';
import type { WindowItem } from '../memory/window.ts';
import type { Recommended } from './recommend.ts';
import { cite, keep, open, toAlert } from './to-alert.ts';

const at = ITEM_AT;
const activity = orderRead();
const item = (key: number, change: Partial<WindowItem> = {}) =>
  windowItem({ key, activityId: `activity ${key}`, ...change });
const about = (title: string): About => ({
  title,
  kind: 'unexpected-source',
  lane: 'statistical',
  description: 'x',
  blindSpots: ['one', 'two'],
  techniques: ['T1078.004'],
  learningDays: 7,
});
const advice: Recommended = {
  action: 'observe',
  target: { kind: 'identity', id: 'worker' },
  because: 'x',
  wouldStop: [],
  undo: 'nothing to undo',
  expiresAt: new Date(at).toISOString(),
  needsApproval: true,
};
const setting = {
  activity,
  facts: undefined,
  maturity: 1,
  ageDays: 29.5,
  abouts: new Map([
    ['where', about('w')],
    ['what', about('v')],
  ]),
  sensitivity: 0.1,
  drift: undefined,
};
const word = (episode: ReturnType<typeof open>) => toAlert({ ...episode, version: 1 }, setting, advice);

describe('an alert', () => {
  it('has the name of the log, else that of the inventory, and the id stays', () => {
    const record = { tenant: activity.tenant, identity: activity.identity.id, name: 'Payroll sync' };
    const facts = { record, credentials: new Map() } as unknown as Facts;
    const of = (identity: Activity['identity']) =>
      toAlert(
        { ...open('e', [item(1)], activity, at), version: 1 },
        { ...setting, activity: { ...activity, identity }, facts },
        advice,
      );
    const { name: _, ...nameless } = activity.identity;
    expect(of(nameless)).toMatchObject({
      identity: { id: activity.identity.id, name: 'Payroll sync' },
      title: expect.stringContaining('Payroll sync'),
    });
    expect(of({ ...nameless, name: 'worker of the log' }).identity.name).toBe('worker of the log');
  });

  it('is medium at the most in the first week of a tenant, unless something is certain', () => {
    const cold = { ...setting, isCold: true };
    const of = (items: WindowItem[], where: typeof setting) => {
      const episode = { ...open('e', items, activity, at), version: 1, score: 40 };
      return toAlert(episode, where, advice).severity;
    };
    expect(of([item(1, { nats: 40 })], setting)).toBe('critical');
    expect(of([item(1, { nats: 40 })], cold)).toBe('medium');
    expect(of([item(1, { nats: 6, lane: 'invariant' }), item(2, { nats: 34 })], cold)).toBe('medium');
    expect(of([item(1, { nats: 11, lane: 'invariant' })], cold)).toBe('critical');
  });

  it('is critical sooner where the logs prove that somebody else holds the credential, not where a list says it should be dead', () => {
    const of = (change: Partial<WindowItem>) => {
      const certain = item(1, { nats: 12, lane: 'invariant', ...change });
      return toAlert({ ...open('e', [certain], activity, at), version: 1, score: 17.5 }, setting, advice).severity;
    };
    expect(of({ kind: 'credential-reuse' })).toBe('critical');
    expect(of({ kind: 'lifecycle' })).toBe('high');
    expect(of({ kind: 'credential-reuse', nats: 8 })).toBe('high');
  });

  it('is high at the least where it asks for a suspension', () => {
    const of = (action: Recommended['action'], score: number) =>
      toAlert({ ...open('e', [item(1)], activity, at), version: 1, score }, setting, { ...advice, action }).severity;
    expect(of('rotate-credential', 8)).toBe('low');
    expect(of('suspend-identity', 8)).toBe('high');
    expect(of('suspend-identity', 17.5)).toBe('critical');
  });

  it('never grows beyond its bounds, however long the episode', () => {
    const episode = open('e', [item(0)], activity, at);
    for (let n = 1; n < 2_000; n++) {
      keep(episode, item(n, { nats: 1 + (n % 7) }));
      cite(episode, `later ${n}`, 1 + (n % 5));
    }
    const alert = word(episode);
    expect(alertSchema.strict().safeParse(alert).error).toBeUndefined();
    expect(alert.activityIds.length).toBeLessThanOrEqual(100);
    expect(alert.evidence.length).toBeLessThanOrEqual(64);
  });

  it('cites the most telling activities when there are more than it can hold', () => {
    const episode = open('e', [item(0, { nats: 9 })], activity, at);
    for (let n = 0; n < 500; n++) cite(episode, `weak ${n}`, 3);
    cite(episode, 'late but telling', 8);
    const { activityIds } = word(episode);
    expect(activityIds.slice(0, 2)).toEqual(['activity 0', 'late but telling']);
    expect(activityIds).toHaveLength(100);
  });

  it('leaves out side shows: what says less than a third of the strongest', () => {
    const episode = open('e', [item(0, { nats: 9 }), item(1, { nats: 1 })], activity, at);
    expect(word(episode).activityIds).toEqual(['activity 0']);
  });

  it('keeps a finding once, at its strongest', () => {
    const episode = open('e', [item(1, { nats: 3 })], activity, at);
    keep(episode, item(1, { nats: 2 }));
    keep(episode, item(1, { nats: 6 }));
    expect(word(episode).evidence.map(({ nats }) => nats)).toEqual([6]);
  });

  it('puts the strongest evidence first and names each group of it once in its sentence', () => {
    const episode = open(
      'e',
      [
        item(1, { nats: 3, group: 'client', says: 'used the client other' }),
        item(2, { nats: 7 }),
        item(3, { nats: 6, says: 'came from XX' }),
      ],
      activity,
      at,
    );
    const alert = word(episode);
    expect(alert.evidence.map(({ nats }) => nats)).toEqual([7, 6, 3]);
    expect(alert.title).toBe('worker (29 days of habits) came from there; also used the client other.');
  });

  it('is of the kind of its strongest evidence, and of others that say nearly as much', () => {
    const episode = open(
      'e',
      [
        item(1, { nats: 3 }),
        item(2, { nats: 8, kind: 'scope-drift', detector: 'what' }),
        item(3, { nats: 1, kind: 'delegation' }),
      ],
      activity,
      at,
    );
    const alert = word(episode);
    expect(alert.kinds).toEqual(['scope-drift', 'unexpected-source']);
    expect(alert.detectors).toEqual(['what', 'where']);
  });

  it('is worded alike whatever the order in which its evidence came', () => {
    const one = fc.record({
      nats: fc.integer({ min: 1, max: 9 }),
      group: fc.constantFrom('network', 'client', 'work'),
      kind: fc.constantFrom('scope-drift' as const, 'unexpected-source' as const),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 20 }), fc.nat(), (all, seed) => {
        const items = all.map((change, key) => item(key, { ...change, says: `says ${key}` }));
        const shuffled = items
          .map((i) => ({ i, rank: ((i.key + 1) * (seed + 7_919)) % 104_729 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ i }) => i);
        const [a, b] = [word(open('e', items, activity, at)), word(open('e', shuffled, activity, at))];
        expect({ ...b, activityIds: [...b.activityIds].sort() }).toEqual({
          ...a,
          activityIds: [...a.activityIds].sort(),
        });
      }),
    );
  });
});
