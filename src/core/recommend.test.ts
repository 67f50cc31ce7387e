/** The smallest containment that works, with a way back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Activity, CREDENTIAL_KINDS } from '../../schemas/activity.ts';
import { recommendationSchema } from '../../schemas/alert.ts';
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import type { Episode } from './episode.ts';
import { Inventory } from './facts.ts';
import { callsAnHour, recommend, type Standing } from './recommend.ts';
import { joint, type WindowItem } from './window.ts';

const at = Date.parse('2026-02-02T12:00:00.000Z');
const activity = (change: Partial<Activity> = {}): Activity => ({
  id: 'a',
  at: new Date(at).toISOString(),
  tenant: 'acme',
  identity: { id: 'worker', kind: 'role', provider: 'example' },
  credential: { id: 'key', kind: 'access-key', longLived: true },
  action: { name: 'orders:GetOrder', service: 'orders', access: 'read' },
  source: {},
  outcome: 'success',
  ...change,
});
const item = (change: Partial<WindowItem> = {}): WindowItem => ({
  detector: 'where',
  field: 'source.ip',
  group: 'network',
  seen: 'there',
  usual: 'here',
  nats: 7,
  prevalence: { identity: 0, peers: 0, tenant: 0 },
  key: 1,
  kind: 'unexpected-source',
  lane: 'statistical',
  techniques: [],
  says: 'came from there',
  contain: undefined,
  value: 0,
  novelty: undefined,
  weight: 1,
  ms: at,
  activityId: 'a',
  ...change,
});
const episode = (items: WindowItem[], change: Partial<Episode> = {}): Episode => ({
  id: 'e',
  version: 1,
  raised: true,
  score: joint(items),
  p: 0.01,
  firstMs: at,
  lastMs: at,
  raisedMs: at,
  activityCount: 1,
  sensitivity: 0,
  items,
  sinceMs: items.map(() => at),
  cited: [],
  kinds: [],
  credential: undefined,
  delegation: undefined,
  incident: undefined,
  cause: 0,
  thread: undefined,
  watches: [],
  eased: 0,
  ...change,
});
const factsOf = (record: Partial<InventoryRecord>) =>
  new Inventory([inventorySchema.parse({ identity: 'worker', tenant: 'acme', ...record })]).of('acme\u0000worker');
const standing = (change: Partial<Standing> = {}): Standing => ({
  activity: activity(),
  facts: undefined,
  ms: at,
  activitiesAnHour: 10,
  services: 2,
  maxSensitivity: 0.1,
  ttlMs: 3_600_000,
  downstream: 0,
  ...change,
});

const weak = [item({ nats: 4 })];
const strong = [item(), item({ group: 'client', key: 2 }), item({ group: 'work', key: 3 })];
/** As bad as it gets: three families, and an act that gives rights. */
const worst = [
  ...strong,
  item({ group: 'refusal', key: 4 }),
  item({ group: 'concurrency', key: 5 }),
  item({ group: 'time', key: 6 }),
];
const stolen = [item({ nats: 11, lane: 'invariant', group: 'platform', key: 9, contain: 'session' }), ...strong];

describe('a recommendation', () => {
  it('is to observe while misuse is unlikely', () => {
    const advice = recommend(episode(weak), standing());
    expect(advice.action).toBe('observe');
    expect(advice.wouldStop).toEqual([]);
  });

  it('grows no milder as the evidence grows', () => {
    const order = ['observe', 'step-up', 'narrow-scope', 'revoke-session', 'rotate-credential', 'suspend-identity'];
    const steps = Array.from({ length: 40 }, (_, score) =>
      order.indexOf(recommend(episode(strong, { score }), standing({ maxSensitivity: 0.9 })).action),
    );
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(5);
  });

  it('ends the session where a session was stolen, unless it was used to grant what outlives it', () => {
    const session = activity({ credential: { id: 'session', kind: 'session-token' } });
    const advice = recommend(episode(stolen, { score: 60 }), standing({ activity: session, maxSensitivity: 0.6 }));
    expect(advice.action).toBe('revoke-session');
    expect(advice.target).toEqual({ kind: 'session', id: 'session' });
    const grant = recommend(episode(stolen, { score: 60 }), standing({ activity: session, maxSensitivity: 0.9 }));
    expect(grant.action).toBe('suspend-identity');
  });

  it('takes the credential away, and leaves the identity, for a new place from which nothing grave was done', () => {
    expect(recommend(episode(strong, { score: 60 }), standing({ maxSensitivity: 0.3 })).action).toBe(
      'rotate-credential',
    );
  });

  it('rotates a lasting key rather than stop its owner, where the key is what leaked', () => {
    const leaked = [item({ nats: 11, lane: 'invariant', group: 'lifecycle', contain: 'credential' })];
    const advice = recommend(episode(leaked, { score: 14 }), standing());
    expect(advice.action).toBe('rotate-credential');
    expect(advice.target).toEqual({ kind: 'credential', id: 'key' });
  });

  it('narrows the scope where there is no credential to take away', () => {
    const { credential: _, ...without } = activity();
    const advice = recommend(episode(strong, { score: 14 }), standing({ activity: without as Activity }));
    expect(advice.target.kind).toBe('scope');
    expect(advice.action).toBe('narrow-scope');
  });

  it('never suspends on a single statistical family of harmless acts', () => {
    const one = [item({ nats: 25 })];
    expect(recommend(episode(one, { score: 40 }), standing()).action).not.toBe('suspend-identity');
    expect(recommend(episode(worst, { score: 40 }), standing({ maxSensitivity: 0.9 })).action).toBe('suspend-identity');
  });

  it('never suspends what the inventory says only people may stop', () => {
    const advice = recommend(
      episode(worst, { score: 60 }),
      standing({ maxSensitivity: 1, facts: factsOf({ neverSuspend: true }) }),
    );
    expect(advice.action).not.toBe('suspend-identity');
    expect(advice.action).not.toBe('observe');
  });

  it('is slower to suspend what the company stops without', () => {
    const suspends = (facts: Standing['facts']) =>
      Array.from(
        { length: 80 },
        (_, half) => recommend(episode(worst, { score: half / 2 }), standing({ maxSensitivity: 0.9, facts })).action,
      ).indexOf('suspend-identity');
    expect(suspends(factsOf({ tier: 0 }))).toBeGreaterThan(suspends(factsOf({ tier: 3 })));
  });

  it('always says why, what it would stop, how to undo it and until when, and waits for approval', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 80, noNaN: true }),
        fc.constantFrom(weak, strong, worst, stolen),
        fc.constantFrom(...CREDENTIAL_KINDS, undefined),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (score, items, kind, maxSensitivity, activitiesAnHour) => {
          const credential = kind === undefined ? undefined : { id: 'c', kind };
          const advice = recommend(
            episode(items, { score }),
            standing({
              activity: { ...activity(), credential } as Activity,
              maxSensitivity,
              activitiesAnHour,
              downstream: 3,
            }),
          );
          expect(recommendationSchema.strict().safeParse(advice).error).toBeUndefined();
          expect(advice.because).not.toBe('');
          expect(advice.undo).not.toBe('');
          expect(advice.needsApproval).toBe(true);
          expect(Date.parse(advice.expiresAt)).toBe(at + 3_600_000);
          if (advice.action !== 'observe') expect(advice.wouldStop).not.toEqual([]);
        },
      ),
    );
  });
});

it('calls an hour are taken over the life of the profile, at least an hour and at most 400 days', () => {
  const day = 86_400_000;
  expect(callsAnHour(240, 0, 10 * day)).toBe(1);
  expect(callsAnHour(240, 0, 0)).toBeLessThanOrEqual(240);
  expect(callsAnHour(9_600, 0, 4_000 * day)).toBe(1);
});
