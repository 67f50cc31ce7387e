/** What becomes of an alert when later work explains it: who moved goes on from the new place alone, who was robbed goes on from the old one. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { act, alertsOf, at, orders, routine, type Setting, QUIET_DAYS as TODAY, tell, workers } from './story.ts';

const [first, second, third, fourth, fifth] = workers as [
  (typeof workers)[0],
  (typeof workers)[0],
  (typeof workers)[0],
  (typeof workers)[0],
  (typeof workers)[0],
];
const id = first.base.identity.id;
const elsewhere = { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' };

/** The quiet fleet, without the usual work of one identity from `TODAY` on. */
function without(identity: string, events: Parameters<typeof tell>[0], setting: Setting = {}) {
  const replaced = new Set(events.map((e) => e.id));
  const skip: Setting['skip'] = (a) => a.identity.id === identity && a.at >= at(TODAY, 9) && !replaced.has(a.id);
  return tell(events, { ...setting, skip }, TODAY + 5);
}

/** Others of the fleet that have been at work there as well all along. */
const there = (others: readonly (typeof first)[]) =>
  others.flatMap((who) => routine(who, 0, TODAY + 5, { source: elsewhere }));

const scoreOf = (alerts: readonly Alert[]) => Math.max(0, ...alerts.map((a) => a.score));

describe('a new place', () => {
  const move = routine(first, TODAY, TODAY + 5, { source: elsewhere });
  const moved = without(id, move);
  const explained = (setting: Setting, others: readonly (typeof first)[] = []) => {
    const [alert] = alertsOf(without(id, [...move, ...there(others)], setting), id);
    return alert === undefined || alert.score < 1;
  };
  const robbed = tell(routine(first, TODAY, TODAY + 5, { source: elsewhere }), {}, TODAY + 5);

  it('is told at once whether it is a move or a theft', () => {
    expect(alertsOf(moved, id)[0]?.raisedAt).toBe(alertsOf(robbed, id)[0]?.raisedAt);
  });

  it('that replaces the old one explains nothing by itself: who was robbed can be switched off as well', () => {
    expect(scoreOf(alertsOf(moved, id))).toBeGreaterThan(6);
    expect(alertsOf(moved, id)[0]?.recommendation.action).not.toBe('observe');
  });

  it('is told once more when the old one is silent for days and nobody speaks for the new one', () => {
    const [alert] = alertsOf(moved, id);
    expect(alert?.carriedOnDays).toBeGreaterThanOrEqual(2);
    expect(alert?.title).toMatch(
      / Since then it was seen only from the new place, on \d+ days; no approval, inventory entry or other identities speak for it\.$/,
    );
    expect(alertsOf(robbed, id)[0]?.carriedOnDays).toBeUndefined();
  });

  it('that replaces the old one is explained within days by whoever else speaks for it', () => {
    const said = { identity: id, baselineChangedAt: at(TODAY - 1) };
    const ours = (ip: string) => ip === elsewhere.ip;
    expect([explained({ inventory: [said] }), explained({ declared: ours }), explained({}, [second, third])]).toEqual([
      true,
      // What it is called by is not where it is: the client is new still.
      false,
      true,
    ]);
  });

  it('is not explained by a change of long ago, nor by one more identity that a thief may have', () => {
    const long = { identity: id, baselineChangedAt: at(TODAY - 20) };
    expect([explained({ inventory: [long] }), explained({}, [second])]).toEqual([false, false]);
  });

  it('beside which the old one stays at work is explained by nothing', () => {
    expect(scoreOf(alertsOf(robbed, id))).toBeGreaterThan(6);
    expect(alertsOf(robbed, id)[0]?.recommendation.action).not.toBe('observe');
  });

  it('does not explain a grave act done from it', () => {
    const grave = act(first, at(TODAY, 12, 41), {
      source: elsewhere,
      action: { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' },
    });
    const told = without(id, [grave, ...routine(first, TODAY, TODAY + 5, { source: elsewhere })]);
    expect(scoreOf(alertsOf(told, id))).toBeGreaterThan(5);
  });
});

describe('a new act', () => {
  const purge = { action: orders('PurgeBasket', 'write') };
  const visits = (who: typeof first, from: number) =>
    [0, 1, 2].map((later) => act(who, at(TODAY, from + 2 * later, 42), purge));

  it('that peers take up within days is a roll-out in hindsight, though each was under suspicion', () => {
    const alone = scoreOf(alertsOf(tell(visits(first, 12)), id));
    const early = [first, second, third, fourth, fifth].flatMap((who, i) => visits(who, 10 + i));
    expect(scoreOf(alertsOf(tell(early), id))).toBeLessThan(alone);
  });
});
