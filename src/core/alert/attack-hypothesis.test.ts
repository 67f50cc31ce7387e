/** What the evidence tells of: a theft, a turned identity, or mere circumstances; and whether a step ends it. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import {
  actionOf,
  activity,
  client,
  deed,
  episode,
  hour,
  item,
  load,
  order,
  overlap,
  place,
  session,
  standing,
  strong,
} from '../../../test/unit/evidence.ts';
import { ITEM_AT } from '../../../test/unit/window-item.ts';
import { recommend } from './recommend.ts';

describe('the story of an alert', () => {
  it('takes launches in region after region for no move', () => {
    const launched = (region: number, name: string, gravity: number) =>
      item({
        key: 40 + region,
        field: 'source.region',
        nats: region === 0 ? 6 : 2,
        gravity,
        service: 'ec2',
        novelty: { dimension: 'region', level: 0, popularity: 0, value: region },
        act: { name, gravity, outcome: 'success', purpose: 'run', things: [] },
      });
    const regions = (count: number, name = 'ec2:RunInstances', gravity = 0.35) =>
      Array.from({ length: count }, (_, region) => launched(region, name, gravity));
    expect(recommend(episode(regions(5)), standing({ activitiesAnHour: 1 }))).toMatchObject({
      action: 'narrow-scope',
      target: { id: 'ec2' },
    });
    expect(actionOf(regions(2), { activitiesAnHour: 1 })).toBe('observe');
    expect(actionOf(regions(5, 'ec2:DescribeInstances', 0.05), { activitiesAnHour: 1 })).toBe('observe');
  });

  it('lets circumstances back a theft no further than it speaks for itself', () => {
    const faint = place({ nats: 3 });
    const many = [hour, load, order].map((i) => ({ ...i, nats: 5 }));
    expect(actionOf([faint, ...many])).toBe('observe');
  });

  it('takes the first place of an identity for no other place, and a namesake of its workload for no thief', () => {
    expect(actionOf([place(), client()])).toBe('rotate-credential');
    expect(actionOf([place({ isFirst: true }), client({ isFirst: true })])).toBe('observe');
    const elsewhere = place({ novelty: { dimension: 'workload', level: 0, popularity: 0, value: 8 } });
    expect(actionOf([{ ...elsewhere, isNamesake: true }, overlap()])).toBe('observe');
    expect(actionOf([elsewhere, overlap()])).toBe('rotate-credential');
  });

  it('suspends whoever opens a dozen secrets of others, and not who opens a few', () => {
    const opened = (count: number) =>
      item({
        key: 30,
        field: 'resource.id',
        group: 'work',
        kind: 'scope-drift',
        nats: 7.5,
        novelty: { dimension: 'resource', level: 1, popularity: 0, value: 4 },
        act: {
          name: 'vault:Read',
          gravity: 0.5,
          outcome: 'success',
          purpose: 'secret',
          things: Array.from({ length: count }, (_, n) => `secret/${n}`),
        },
      });
    expect(recommend(episode([opened(12)]), standing())).toMatchObject({
      action: 'suspend-identity',
      because: expect.stringContaining('opened 12 secrets that are not its own'),
    });
    const elsewhere = { ...place(), act: opened(12).act! };
    expect(actionOf([elsewhere, client()])).toBe('suspend-identity');
    expect(actionOf([opened(5)])).toBe('observe');
    const refused = opened(12);
    expect(actionOf([{ ...refused, act: { ...refused.act!, outcome: 'denied' } }])).toBe('observe');
  });

  it('suspends where a subject of an unknown organisation is let in, for what it does is usual for nobody', () => {
    const stranger = item({ key: 31, group: 'delegation', kind: 'delegation', lane: 'invariant', nats: 7 });
    const by = { activity: activity({ credential: session }), activitiesAnHour: 0.3 };
    expect(actionOf([{ ...stranger, contain: 'identity' }], by, { sensitivity: 0.6 })).toBe('suspend-identity');
    expect(actionOf([stranger], by, { sensitivity: 0.6 })).toBe('observe');
  });

  it('suspends where a platform would give the next credential to the same thief', () => {
    const outside = [place({ isOutside: true }), client()];
    const identity = { id: 'spiffe://acme/ns/shop/sa/cart', kind: 'workload', provider: 'istio' } as const;
    expect(actionOf(outside, { activity: activity({ identity: identity as Activity['identity'] }) })).toBe(
      'suspend-identity',
    );
    expect(actionOf(outside)).toBe('rotate-credential');
    expect(actionOf(strong, { activity: activity({ identity: identity as Activity['identity'] }) })).toBe(
      'rotate-credential',
    );
  });

  it('suspends for no act of which only the access is known', () => {
    const act = { name: 'ops:Drain', gravity: 0.6, outcome: 'success', purpose: 'other', things: [] } as const;
    const idle = { activitiesAnHour: 0.3 };
    expect(actionOf([deed({ gravity: 0.6, act: { ...act, purpose: 'destroy' } })], idle)).toBe('suspend-identity');
    expect(actionOf([deed({ gravity: 0.6, act })], idle)).not.toBe('suspend-identity');
  });

  it('suspends for a file of the pipeline that was never changed before, and for no other new file of the same act', () => {
    const pushed = (thing: string, gravity: number) =>
      item({
        key: 33,
        nats: 12,
        field: 'resource.id',
        group: 'work',
        kind: 'scope-drift',
        gravity,
        act: { name: 'push', gravity, outcome: 'success', purpose: gravity > 0.5 ? 'grant' : 'other', things: [thing] },
        novelty: { dimension: 'resource', level: 1, popularity: 0, value: 3 },
      });
    expect(actionOf([pushed('shop:.gitlab-ci.yml', 0.7)])).toBe('suspend-identity');
    expect(actionOf([pushed('shop:docs/', 0.25)])).toBe('observe');
    // A usual grave act stays one, however new the thing it touched.
    expect(actionOf([pushed('role/shop', 0.7)])).toBe('observe');
  });

  it('suspends where the key that is used was made under suspicion: its maker makes the next one', () => {
    const made = (manner: 'first' | 'usual') =>
      item({
        key: 32,
        group: 'change',
        kind: 'credential-reuse',
        contain: 'credential',
        change: {
          kind: 'credential',
          manner,
          action: 'iam:CreateAccessKey',
          thing: 'AKIA',
          by: 'role/x',
          name: 'x',
          days: 0,
          everyDays: 0,
          identity: 5,
          ms: ITEM_AT,
          isOwn: false,
          nats: 0,
        },
      });
    expect(actionOf([...strong, made('first')])).toBe('suspend-identity');
    expect(actionOf([...strong, made('usual')])).toBe('rotate-credential');
  });

  it('suspends an agent that used what neither its run had declared nor anybody ever used', () => {
    const act = { name: 'tools/call:send', gravity: 0.2, outcome: 'success', purpose: 'other', things: [] } as const;
    const tool = item({
      field: 'run.declared',
      group: 'declared',
      kind: 'scope-drift',
      lane: 'invariant',
      contain: 'scope',
      act,
    });
    const fresh = (popularity: 0 | 3, nats = 9) =>
      item({ key: 33, group: 'work', nats, act, novelty: { dimension: 'action', level: 1, popularity, value: 6 } });
    expect(actionOf([tool, fresh(0)])).toBe('suspend-identity');
    expect(actionOf([tool, fresh(3)])).not.toBe('suspend-identity');
    expect(actionOf([tool, fresh(0, 2)])).toBe('narrow-scope');
  });
});
