/** What is stated is held against what happened, group by group. */
import { expect, it } from 'vitest';
import { type JudgedAlert, judgedAlert } from './judged-alert.ts';
import { reliability } from './reliability.ts';

const ruling = (misuse: number | undefined, isAttack: boolean) => {
  const alert: JudgedAlert = judgedAlert({
    id: 'a',
    identity: 'x',
    firstAt: '2026-01-01T00:00:00.000Z',
    ...(misuse !== undefined && { misuse }),
  });
  return { alert, found: new Map(isAttack ? [['s1', 0]] : []) };
};

it('counts attacks among the alerts that state about the same, and leaves out those that state nothing', () => {
  const all = [ruling(0.95, true), ruling(1, true), ruling(0.92, false), ruling(0.01, false), ruling(undefined, true)];
  expect(reliability(all)).toEqual([
    { from: 0, to: 0.05, alerts: 1, attacks: 0, stated: 0.01, share: 0 },
    { from: 0.9, to: 1, alerts: 3, attacks: 2, stated: 0.957, share: 0.667 },
  ]);
  expect(reliability([ruling(undefined, true)])).toEqual([]);
});
