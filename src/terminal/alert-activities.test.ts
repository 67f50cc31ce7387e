/** A person finds the acts that decided first, whatever else was cited, and what came just before and after. */
import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { presentActivities } from './alert-activities.ts';
import { written } from './print.ts';

const act = (minute: number, more: Partial<Activity> = {}): Activity => ({
  id: `act-${minute}`,
  at: `2026-11-02T03:${String(minute).padStart(2, '0')}:00.000Z`,
  tenant: 'default',
  identity: { id: 'x', kind: 'agent', provider: 'mcp' },
  action: { name: `do-${minute}`, service: 'mcp', access: 'read' },
  source: { ip: '10.0.0.7' },
  outcome: 'success',
  ...more,
});
const [like] = exampleAlert().evidence;
const alertOn = (...minutes: number[]) =>
  exampleAlert({
    activityCount: minutes.length,
    evidence: minutes.map((minute) => ({ ...like!, field: 'action.name', activityId: `act-${minute}` })),
  });
const text = (...args: Parameters<typeof presentActivities>) =>
  presentActivities(...args)
    .map((line) => written(line, false))
    .join('\n');

test('of many activities those with evidence are shown, in order of time, each with what was found in it', () => {
  const cited = Array.from({ length: 30 }, (_, n) => act(n + 10));
  const told = text({ ...alertOn(39, 25), activityCount: 30 }, cited.toReversed(), []);
  expect(told).toMatch(/^Activities \(10 of 30, the most telling; --json shows all\):/);
  expect(told).toMatch(/do-25 .* <- action\.name\n.*do-39 .* <- action\.name$/);
  expect(told).toContain('do-10 ');
  expect(told).not.toContain('do-20 ');
});

test('what the identity did just before and after is told, the nearest first to be kept, and nothing twice', () => {
  const around = [1, 2, 3, 4, 5, 10, 15, 16, 17, 18].map((minute) => act(minute));
  const told = text(alertOn(10), [act(10)], around.toReversed());
  expect(told.match(/do-\d+/g)).toEqual(['do-3', 'do-4', 'do-5', 'do-10', 'do-15', 'do-16', 'do-17']);
  expect(told).toMatch(/^Just before:\n[\s\S]*\nActivities \(1 of 1\):\n[\s\S]*\nJust after:\n/);
});

test("of an agent's run only that run is told", () => {
  const around = [act(3, { run: { id: 'r1' } }), act(4, { run: { id: 'r2' } }), act(5)];
  expect(text(alertOn(10), [act(10, { run: { id: 'r1' } })], around).match(/do-\d+/g)).toEqual(['do-3', 'do-10']);
});

test('activities that are no longer stored leave a line that says how many there were', () => {
  expect(text(alertOn(10, 11), [], [])).toBe('Activities (0 of 2):');
});

test('where more are cited than the alert counts, because evidence came before it opened, the difference is told', () => {
  const cited = [act(10), act(11), act(12)];
  expect(text({ ...alertOn(10, 11, 12), activityCount: 2 }, cited, [])).toMatch(
    /^Activities \(3 of 3; the alert counts 2, from the one that opened it\):\n/,
  );
  expect(text(alertOn(10, 11, 12), cited, [])).toMatch(/^Activities \(3 of 3\):\n/);
});

test('to whom something was given is told where the record tells it', () => {
  const told = (change: Activity['change']) => text(alertOn(10), [act(10, { change })], []);
  expect(told({ kind: 'credential', identity: 'user/ana', credential: 'AKIA1' })).toContain(
    '- (makes a credential AKIA1 for user/ana)  <- action.name',
  );
  expect(told({ kind: 'right', identity: 'role/x', rights: ['s3:Get*', 's3:Put*', 'iam:*', 'kms:Decrypt'] })).toContain(
    ' (gives s3:Get*, s3:Put*, iam:* and 1 more to role/x)',
  );
  expect(told({ kind: 'right', identity: 'role/x' })).toContain(' (gives rights to role/x)');
  expect(told({ kind: 'identity', identity: 'user/new' })).toContain(' (makes an identity user/new)');
  expect(told({ kind: 'deployment', identity: 'role/x' })).toContain(' (deploys to role/x)');
  expect(told(undefined)).not.toContain('(makes');
});

test("to whom a thing was opened is told, those outside before one's own", () => {
  const told = (recipients: Activity['recipients'], change?: Activity['change']) =>
    text(alertOn(10), [act(10, { recipients, change })], []);
  const outside = { id: '999988887777', kind: 'outside' } as const;
  const own = { id: 'role/x', kind: 'own' } as const;
  expect(told([{ id: '*', kind: 'everybody' }, outside, own])).toContain(' (opens to everybody, 999988887777 outside)');
  expect(told([own])).toContain(' (opens to role/x at home)');
  expect(told([own], { kind: 'right', identity: 'role/x' })).not.toContain('opens to');
  expect(told(Array.from({ length: 5 }, (_, n) => ({ ...outside, id: `${n}` })))).toContain('2 outside and 2 more)');
  expect(told(undefined)).not.toContain('opens to');
});

test('what an act moved is told where the alert is about that', () => {
  const big = act(10, { amount: { records: 2289, bytes: 1_240_000 } });
  const about = exampleAlert({ evidence: [{ ...like!, field: 'amount.records', activityId: 'act-10' }] });
  expect(text(about, [big, act(11)], [])).toContain('- (2289 records, 1.24 MB)  <- amount.records');
  expect(text(about, [act(11)], [])).not.toContain('records)');
  expect(text(alertOn(10), [big], [])).not.toContain('2289');
});
