/** What an earlier version saved is read without loss, and detectors can be switched on and off without harm to what the others know. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { type Detector, defineDimension } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Contribution, Located, MemoryRow } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { isFault } from '../../src/fault.ts';
import { engineOn, judge, newest, next, rows, saved, shelf, withCurrentNames } from './format-7.ts';

/** What no detector of the shelf looks at. */
const whole = defineDimension({
  id: 'whole-deed',
  facet: 'deed',
  field: 'action.name',
  cap: 20,
  depth: 1,
  whole: ({ action, resource }) => `${action.name} ${resource?.id ?? ''}`,
  levels: (_activity, text) => [text],
});

const half = Math.floor(next.length / 2);
const [first, second] = [next.slice(0, half), next.slice(half)];
/** What identities are known by, and how often they were met, whatever the detectors. */
const known = (engine: ReturnType<typeof engineOn>) =>
  saved.memories
    .filter(({ key }) => !key.startsWith('\u0001'))
    .map(({ key }) => {
      const [tenant, identity] = key.split('\u0000') as [string, string];
      return engine.profile(tenant, identity);
    });

/**
 * What an alert owes to what was remembered: whose it is, when it was raised, and the evidence. How strong evidence is, and how an
 * alert grows, is the matter of the build that judges; so is what it finds besides.
 */
const remembered = ({ id, identity, raisedAt, firstAt }: Alert) => ({ id, identity: identity.id, raisedAt, firstAt });
const evidenceOf = ({ evidence }: Alert) =>
  // What an hour usually holds is counted otherwise since: an hour under suspicion is no habit.
  evidence
    .filter(({ detector }) => detector !== 'volume')
    .map(({ detector, field, usual }) => ({ detector, field, usual }));

/** A monthly job that wakes on its day was an alert for the build that made the store, and is none since the calendar is known. */
const isByCalendar = ({ identity }: Alert) => identity.id.endsWith(':role/month-end');

/** Holds alerts against those of the build that made the store. */
function expectRemembered(alerts: readonly Alert[]): void {
  const expected = (saved.expected.map(withCurrentNames) as Alert[]).filter((alert) => !isByCalendar(alert));
  expect(alerts.map(remembered)).toEqual(expected.map(remembered));
  for (const [n, alert] of alerts.entries())
    expect(evidenceOf(alert)).toEqual(expect.arrayContaining(evidenceOf(expected[n] as Alert)));
}

describe('a store of format 7', () => {
  it('leads to the alerts that the build which made it would have raised', () => {
    expectRemembered(judge(engineOn(rows), next));
    expect(saved.expected.flatMap(({ detectors }) => detectors)).toContain('concurrency');
  });

  it('gives the habits of each identity to the account that comes first, and to no other', () => {
    const engine = engineOn(rows);
    const { activity, offset } = next[0] as Located;
    const { tenant, identity } = activity;
    const whose = identity.id;
    const before = engine.profile(tenant, whose)!;
    expect(before.account).toBeUndefined();
    const meet = (n: number, home: { provider?: string; account: string }) =>
      judge(engine, [
        { activity: { ...activity, id: `met-${n}`, identity: { ...identity, ...home } }, offset: offset + n },
      ]);
    // Another vendor's account of that name is not the one whose habits were learned.
    meet(0, { provider: 'elsewhere', account: 'x' });
    meet(1, { account: 'first' });
    meet(2, { account: 'second' });
    expect(engine.homes(tenant, whose)).toEqual([
      { provider: identity.provider, account: 'first' },
      { provider: 'elsewhere', account: 'x' },
      { provider: identity.provider, account: 'second' },
    ]);
    const first = engine.profile(tenant, whose, { account: 'first' })!;
    expect(first.activities).toBe(before.activities + 1);
    expect(first.firstAt).toBe(before.firstAt);
    expect(engine.profile(tenant, whose, { account: 'second' })?.activities).toBe(1);
    expect(engine.profile(tenant, whose, { provider: 'elsewhere' })?.activities).toBe(1);
  });

  it("does so too when it is saved again in the middle, in today's format", () => {
    const before = engineOn(rows);
    const since: Contribution[] = [];
    const alerts = judge(before, first, since);
    const after = newest(rows, before.changed());
    const formats = new Set(after.filter(({ key }) => !key.startsWith('\u0001')).map(({ bytes }) => bytes[0]));
    expect(formats).toEqual(new Set([7, 10]));
    const last = new Map(alerts.map((alert) => [alert.id, alert]));
    for (const alert of judge(engineOn(after, { since }), second)) last.set(alert.id, alert);
    expectRemembered([...last.values()]);
    expect([...last.values()]).toEqual(judge(engineOn(rows), next));
  });

  it.each(['volume', 'when', 'who', 'concurrent-use'])(
    'is read with %s switched off, and nothing else is lost',
    (off) => {
      const [all, fewer] = [engineOn(rows), engineOn(rows, { off: [off] })];
      const own = new Set((shelf.get(off) as Detector).dimensions.map(({ id }) => id));
      const others = [...shelf]
        .filter(([id]) => id !== off)
        .flatMap(([, { dimensions }]) => dimensions.map(({ id }) => id));
      for (const id of others) own.delete(id);
      const kept = known(all).map((profile) => ({
        ...profile,
        habits: profile?.habits.filter(({ dimension }) => !own.has(dimension.split(':')[0] as string)),
      }));
      expect(known(fewer)).toEqual(kept);
      judge(fewer, first);
      // On again: whoever did nothing new in the meantime is known by what it was known by.
      const again = engineOn(newest(rows, fewer.changed()));
      for (const [n, profile] of known(again).entries())
        for (const { dimension, values } of known(all)[n]?.habits ?? [])
          if (own.has(dimension.split(':')[0] as string))
            expect(profile?.habits.find((one) => one.dimension === dimension)?.values).toEqual(values);
    },
  );

  it('is read by a build with one more detector, which learns before it speaks, and nothing else changes', () => {
    const strict: Detector = {
      ...(shelf.get('where') as Detector),
      about: { ...(shelf.get('where') as Detector).about, learningDays: 7 },
      dimensions: [whole],
      sketches: [],
      onlyWhenFresh: true,
      options: z.strictObject({}),
      judge: (context) => {
        const novelty = context.novelty(whole);
        return (
          novelty && [
            {
              field: 'action.name',
              group: 'whole',
              seen: novelty.seen,
              usual: () => '',
              nats: 12 * novelty.weight,
              key: novelty.value,
              says: () => 'did what it never did in this way',
            },
          ]
        );
      },
    };
    delete (strict as { count?: unknown }).count;
    delete (strict as { learn?: unknown }).learn;
    const more = new Map(
      [...shelf, ['whole-deed', strict]].sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)) as [
        string,
        Detector,
      ][],
    );
    const engine = engineOn(rows, { detectors: more });
    const ids = (alerts: readonly { readonly id: string }[]) => alerts.map(({ id }) => id);
    expect(ids(judge(engine, next.slice(0, 60)))).toEqual(ids(judge(engineOn(rows), next.slice(0, 60))));
    expect(known(engine).map((profile) => profile?.activities)).toHaveLength(27);
    // Saved and restarted it still learns; after its days it speaks.
    const restarted = engineOn(newest(rows, engine.changed()), { detectors: more });
    const { activity, offset } = next.at(-1) as Located;
    const at = (days: number) => new Date(Date.parse(next[0]?.activity.at as string) + days * 86_400_000).toISOString();
    const told = (days: number, name: string) =>
      judge(restarted, [
        {
          activity: { ...activity, id: name, at: at(days), action: { ...activity.action, name } },
          offset: offset + days,
        },
      ]).flatMap(({ detectors }) => detectors);
    expect(told(1, 'FirstNews')).not.toContain('whole-deed');
    expect(told(20, 'LaterNews')).toContain('whole-deed');
  });

  it('that is damaged is a fault with the next step, and never a stack', () => {
    const target = rows.find(({ key, bytes }) => !key.startsWith('\u0001') && bytes.length > 400) as MemoryRow;
    const [, identity] = target.key.split('\u0000') as [string, string];
    const cut = { ...target, bytes: target.bytes.slice(0, 200) };
    const later = { ...target, bytes: Uint8Array.from(target.bytes, (byte, at) => (at === 0 ? 99 : byte)) };
    const faults = [cut, later].map((row) => {
      try {
        const engine = engineOn([row]);
        engine.profile('default', identity);
        return undefined;
      } catch (error) {
        return isFault(error) ? `${error.message} | ${error.remedy}` : 'a stack';
      }
    });
    expect(faults[0]).toMatch(/identity .* of tenant default: .* \| /);
    expect(faults[1]).toMatch(/memory format 99 .* \| A newer Tidemark/);
  });
});

describe('memories of format 9, which name no source', () => {
  const LAYOUTS =
    'AZDdPRG2sLy3Oro5EZ2tPRGytLYyt7m0N7c5EZ2tLhaRubUyujG0sjkRna09EbewtjIRHZG7srK1OREWEbO0MjayOREdGRaRsTA4EZ2Ymb4uFhG4MDm6ORGdLZG2N7IyNhEWEbsyubm0NzcRFpGxNzeztLM6uTC6tDc3ERYRurc3tjkRFhG6sLk1ka6+LhaRsLOyORGdPZGwuSezpjkRnZibG5kaGRwaGBgYGBgWEbIyurIxuje5ORGdvb6+Pg==';
  const ROWS = [
    ['\u0001layouts', 8, LAYOUTS],
    ['acme\u0000bot-1', 6, 'CYdLAX1AUTnjAHCZVGHSO3dldyIcQrcAHwDgDaBCDMSbxchtOgACAEAWM7f5AAgADAA='],
    ['acme\u0000bot-1\u0000github\u0000two', 7, 'CQmUAvqAonLGAeAyqcIkevfeg3ciHEK3AB8A4A2gQgzEm8XIbToAAgBAFjO3+QAIAAwA'],
    ['acme\u0000bot-2', 8, 'CYmUAvqAonLGAeAyKe5EOIRuAT4AwBtAhRiIN4uR23QABACALGZu8wEQABgA'],
  ] as const;

  it('are read with their home, go on, and are saved with one', () => {
    const open = () =>
      createEngine({ detectors: new Map(), settings: configSchema.parse({}), population: createPopulation() });
    const engine = open();
    for (const [key, offset, bytes] of ROWS) engine.restore({ key, offset, bytes: Buffer.from(bytes, 'base64') });
    const accounts = [{ account: 'one' }, { account: 'two' }];
    for (const home of accounts)
      expect(engine.profile('acme', 'bot-1', home)).toMatchObject({
        activities: 3,
        firstAt: '2026-03-01T09:00:00.000Z',
        lastAt: '2026-03-03T09:00:00.000Z',
      });
    expect(engine.profile('acme', 'bot-2')).toMatchObject({ activities: 3, peers: 'github/bot' });
    const next = accounts.map((home, n) => ({
      id: `next-${n}`,
      at: '2026-03-04T09:00:00.000Z',
      receivedFrom: 'main/raw',
      tenant: 'acme',
      identity: { id: 'bot-1', kind: 'bot', provider: 'github', ...home } as const,
      action: { name: 'repo:push', service: 'repo', access: 'write' } as const,
      source: { ip: '192.0.2.7' },
      outcome: 'success' as const,
    }));
    engine.process(next.map((activity, n) => ({ activity, offset: 9 + n })));
    const after = open();
    for (const row of engine.changed()) after.restore(row);
    for (const home of accounts) expect(after.profile('acme', 'bot-1', home)?.activities).toBe(4);
  });
});
