/** A comparison must not call lost what still stands, and must not let another alert of the same hours stand for it. */
import { expect, test } from 'vitest';
import { written } from '../terminal/print.ts';
import type { ToldAlert } from './compared-alert.ts';
import { type AlertVerdict, compareAlerts } from './comparison.ts';
import { reportOf } from './report.ts';

const at = (hour: number) => new Date(Date.parse('2026-03-10T00:00:00Z') + hour * 3_600_000).toISOString();

function alert(id: string, hour: number, change: Partial<ToldAlert> = {}): ToldAlert {
  return {
    id: id.padEnd(12, '0'),
    tenant: 'acme',
    identity: 'role/ci',
    title: `ci did ${id}.`,
    severity: 'high',
    score: 15,
    kinds: ['scope-drift'],
    detectors: ['novelty'],
    recommendation: { action: 'observe', target: { kind: 'identity', id: 'role/ci' } },
    firstAt: at(hour),
    lastAt: at(hour + 1),
    raisedAt: at(hour),
    activityIds: [`activity-of-${id}`],
    seen: [`action.name\u0000act-of-${id}`],
    ...change,
  };
}

function compare(past: ToldAlert[], now: ToldAlert[], said: Record<string, AlertVerdict> = {}) {
  return compareAlerts({
    sinceMs: Date.parse(at(0)),
    untilMs: Date.parse(at(48)),
    past,
    now,
    verdicts: new Map(Object.entries(said).map(([id, verdict]) => [`acme\u0000${id.padEnd(12, '0')}`, verdict])),
    budgets: { past: 5, now: 1 },
  });
}

test('an alert is found again by its id, by an activity, or by what it saw at the same time', () => {
  const past = [alert('a', 1), alert('b', 5), alert('c', 9)];
  const now = [
    alert('a', 1, { activityIds: [], seen: [] }),
    alert('x', 7, { activityIds: ['activity-of-b'] }),
    alert('y', 8.5, { seen: past[2]!.seen }),
  ];
  expect(compare(past, now)).toMatchObject({ matched: 3, onlyThen: [], onlyNow: [] });
});

test('another alert of the same hours, of another identity or of another tenant stands for nothing', () => {
  const past = [alert('a', 1)];
  const now = [
    alert('x', 1),
    alert('y', 1, { identity: 'role/web', activityIds: past[0]!.activityIds }),
    alert('z', 1, { tenant: 'other', activityIds: past[0]!.activityIds }),
  ];
  const found = compare(past, now, { a: 'true' });
  expect(found.lost.map(({ id }) => id)).toEqual([past[0]!.id]);
  expect(found.onlyNow).toHaveLength(3);
});

test('two episodes that become one are not lost, and the one is as confirmed as they were', () => {
  const past = [alert('a', 1), alert('b', 9)];
  const one = alert('x', 1, { lastAt: at(10), activityIds: ['activity-of-a', 'activity-of-b'] });
  const found = compare(past, [one], { a: 'benign', b: 'true' });
  expect(found).toMatchObject({ matched: 2, lost: [], onlyThen: [], onlyNow: [], spared: 0 });
  expect(found.past).toMatchObject({ alerts: 2, confirmed: 1, benign: 1 });
  expect(found.now).toMatchObject({ alerts: 1, confirmed: 1, benign: 0 });
});

test('what one side raised before the time compared still stands for what the other raised in it', () => {
  const early = alert('a', -3, { lastAt: at(4) });
  expect(compare([early], [alert('a', 2)])).toMatchObject({ onlyNow: [], past: { alerts: 0 }, now: { alerts: 1 } });
  expect(compare([alert('a', 2)], [early], { a: 'true' })).toMatchObject({ lost: [], matched: 1 });
  expect(compare([alert('a', 48)], [])).toMatchObject({ onlyThen: [], past: { alerts: 0 } });
});

test('changes of severity, of recommendation and of time are told, each as what it is', () => {
  const past = [alert('a', 1), alert('b', 5), alert('c', 9), alert('d', 13)];
  const target = { kind: 'session', id: 'session-1' } as const;
  const now = [
    alert('a', 1, { severity: 'low' }),
    alert('b', 5, { recommendation: { action: 'revoke-session', target } }),
    alert('c', 9, { raisedAt: at(11) }),
    alert('d', 13, { raisedAt: at(13.5), score: 12 }),
  ];
  const { changed } = compare(past, now);
  expect(changed.map((pair) => pair.changed)).toEqual([['severity'], ['recommendation'], ['time']]);
});

test('alerts a day, and the worst day', () => {
  const past = [alert('a', 1), alert('b', 25), alert('c', 26)];
  expect(compare(past, [past[0]!])).toMatchObject({
    days: 2,
    past: { perDay: 1.5, worstDay: { day: '2026-03-11', alerts: 2 }, falsePerDay: 5 },
    now: { perDay: 0.5, worstDay: { day: '2026-03-10', alerts: 1 }, falsePerDay: 1 },
  });
  expect(compare([], []).past).toEqual({
    alerts: 0,
    confirmed: 0,
    benign: 0,
    unjudged: 0,
    perDay: 0,
    falsePerDay: 5,
  });
});

test('the report begins with every confirmed alert that would be lost, however few lines it may have', () => {
  const past = ['a', 'b', 'c', 'd'].map((id, index) => alert(id, index));
  const said = { a: 'true', b: 'true', c: 'benign' } as const;
  const now = [alert('x', 3, { identity: "it's", title: 'its did x.' })];
  const lines = reportOf(compare(past, now, said), { settings: [], lines: 1, where: ' --store s' }).map((line) =>
    written(line, false),
  );
  expect(lines[0]).toBe('2 CONFIRMED ALERTS WOULD BE LOST');
  expect(lines[1]).toBe(`  ${at(0)}  high  15.0  confirmed  ci did a.  tidemark explain a00000000000 --store s`);
  expect(lines[2]).toContain('ci did b.');
  const text = lines.join('\n');
  expect(text).toContain('benign  ci did c.');
  expect(text).not.toContain('ci did d.');
  expect(text).toContain('... and 1 more');
  expect(text).toContain("tidemark identity 'it'\\''s' --tenant acme --store s");
});
