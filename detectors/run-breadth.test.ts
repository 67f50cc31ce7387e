/** More different things in one run than ever. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import { act, DAY, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './run-breadth.ts';

const MINUTE = 60_000;
const DAYS = 30;

/** An assistant whose every task has new targets: `things` of them, one a few seconds, from `ms` on. */
const task = (ms: number, things: number, run = `run-${ms}`): Activity[] =>
  Array.from({ length: things }, (_, n) =>
    act('assistant', ms + n * 4_000, {
      identity: { id: 'assistant', kind: 'agent', provider: 'aws', account: '111111111111' },
      actor: { id: run, kind: 'agent-run' },
      resource: { id: `case/${run}-${n}`, type: 'case' },
    }),
  );

/** Such tasks of 4 to 12 things, three a day for a month. */
const settled = () => {
  const tasks = Array.from({ length: DAYS * 3 }, (_, n) =>
    task(START + Math.floor(n / 3) * DAY + (9 + 2 * (n % 3)) * HOUR, 4 + (n % 9)),
  );
  return new Life('run-breadth', detector).live([...weeks('web', DAYS), ...tasks.flat()]);
};
const LATER = START + DAYS * DAY;

describe('run-breadth', () => {
  it('finds an enumeration by who always has new targets, and counts on across the end of an hour', () => {
    const [within] = settled().finds(...task(LATER + 10 * HOUR, 103));
    const [across] = settled().finds(...task(LATER + 11 * HOUR - 3 * MINUTE, 103));
    expect(within?.nats).toBeGreaterThan(6);
    expect(across?.nats).toBeCloseTo(within?.nats ?? 0, 0);
    expect(within?.says()).toMatch(/^touched \d+ different things in one run, never more than 1\d before$/);
  });

  it('grows with the size of the run', () => {
    const natsOf = (things: number) => settled().finds(...task(LATER + 10 * HOUR, things))[0]?.nats ?? 0;
    expect(natsOf(200)).toBeGreaterThan(natsOf(60) + 2);
  });

  it('says nothing of a task of the usual size, of the same things over and over, of two tasks apart, and of what went wrong', () => {
    expect(settled().finds(...task(LATER + 10 * HOUR, 12))).toEqual([]);
    const [one] = task(LATER + 10 * HOUR, 1) as [Activity];
    const same = Array.from({ length: 300 }, (_, n) => ({ ...one, id: `same-${n}` }));
    expect(settled().finds(...same)).toEqual([]);
    expect(settled().finds(...task(LATER + 10 * HOUR, 11), ...task(LATER + 10 * HOUR + 17 * MINUTE, 11))).toEqual([]);
    const failed = task(LATER + 10 * HOUR, 103).map((one): Activity => ({ ...one, outcome: 'failed' }));
    expect(settled().finds(...failed)).toEqual([]);
  });

  it('counts sub-agents each by itself, and the acts of who is no agent together', () => {
    const at = LATER + 10 * HOUR;
    const fanOut = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((run) => task(at, 9, run));
    expect(settled().finds(...fanOut.sort((a, b) => (a.at < b.at ? -1 : 1)))).toEqual([]);
    const asRole = (one: Activity): Activity => ({ ...one, identity: { ...one.identity, kind: 'role' } });
    const past = Array.from({ length: DAYS }, (_, day) =>
      task(START + day * DAY + 9 * HOUR, 4 + (day % 9)).map(asRole),
    );
    const role = new Life('run-breadth', detector).live([...weeks('web', DAYS), ...past.flat()]);
    expect(role.finds(...fanOut.map(asRole)).length).toBeGreaterThan(0);
  });

  it('says nothing of who has no days to compare with', () => {
    const life = new Life('run-breadth', detector).live([...weeks('web', DAYS), ...task(LATER - 2 * DAY, 8)]);
    expect(life.finds(...task(LATER + 10 * HOUR, 103))).toEqual([]);
  });

  it('makes less of it where it comes again and again', () => {
    const life = settled();
    const [first] = life.finds(...task(LATER + 10 * HOUR, 40));
    for (let day = 1; day < 5; day++) life.finds(...task(LATER + day * DAY + 10 * HOUR, 40));
    const [later] = life.finds(...task(LATER + 5 * DAY + 10 * HOUR, 40));
    expect(later?.nats ?? 0).toBeLessThan((first?.nats ?? 0) - 1);
  });
});
