/** A reader finds what changed near an alert, or the plain word that nothing is known. */
import { expect, test } from 'vitest';
import { exampleAlert, exampleChange, exampleDrift } from '../../test/unit/example-alert.ts';
import { nearSince, presentChanges } from './changes-nearby.ts';
import { written } from './print.ts';

const text = (...args: Parameters<typeof presentChanges>) =>
  presentChanges(...args)
    .map((line) => written(line, false))
    .join('\n');
const other = (n: number) => ({
  id: `c${n}`,
  at: `2026-11-02T02:${String(10 + n)}:00.000Z`,
  by: 'role/rotator',
  action: 'iam:CreateAccessKey',
  resource: `user/x${n}`,
  outcome: 'success',
});

test('near begins a day before the first evidence', () => {
  expect(nearSince({ firstAt: '2026-11-02T03:14:07.000Z' })).toBe('2026-11-01T03:14:07.000Z');
});

test('where nothing is known of, that is said', () => {
  expect(text(exampleAlert(), [])).toMatch(/^Changes on record nearby: none; /);
});

test('acts of others and parts of the agent that changed stand in order of time; what did not change, or long before, does not', () => {
  const told = text(exampleAlert({ drift: exampleDrift }), [other(40), other(1)]);
  expect(told.split('\n').slice(1)).toEqual([
    expect.stringMatching(/02:11:00.000Z +success +iam:CreateAccessKey +on user\/x1 by role\/rotator/),
    expect.stringMatching(/02:34:07.000Z +agent +its model changed +from model-1 to model-2/),
    expect.stringMatching(/02:50:00.000Z +success +iam:CreateAccessKey +on user\/x40 by role\/rotator/),
  ]);
  const long = exampleDrift.parts.map((part) => ({ ...part, since: '2026-10-30T00:00:00.000Z' }));
  expect(text(exampleAlert({ drift: { ...exampleDrift, parts: long } }), [])).toContain('none');
});

test('what explains or incriminates is among them once, though its target may not name the identity', () => {
  const alert = exampleAlert({ changes: [exampleChange] });
  expect(text(alert, [])).toMatch(
    /02:20:00.000Z +success +iam:CreateAccessKey +on key-2 by arn:aws:iam::111111111111:role\/rotator/,
  );
  expect(text(alert, [other(10)]).split('\n')).toHaveLength(2);
});

test('of many the newest are shown, and how many there are besides', () => {
  const many = Array.from({ length: 11 }, (_, n) => other(40 - n));
  const told = text(exampleAlert(), many);
  expect(told.match(/user\/x\d+/g)).toEqual([
    'user/x33',
    'user/x34',
    'user/x35',
    'user/x36',
    'user/x37',
    'user/x38',
    'user/x39',
    'user/x40',
  ]);
  expect(told).toContain('... and 3 earlier');
});

test('what the inventory said anew is among them', () => {
  const told = (at: string, owner: string) => ({ at, record: { identity: 'x', tenant: 'acme', owner } });
  const records = [told('2026-10-01T00:00:00.000Z', 'ann'), told('2026-11-02T02:30:00.000Z', 'bob')];
  expect(
    text(exampleAlert(), [other(40)], records)
      .split('\n')
      .slice(1),
  ).toEqual([
    expect.stringMatching(/02:30:00.000Z +inventory +owner: ann → bob/),
    expect.stringMatching(/02:50:00.000Z +success/),
  ]);
});
