/** Which alerts are one incident, and what it spends, whatever the order of coming and however many there are. */
import { describe, expect, it } from 'vitest';
import { CAUSE_AMENDED, RAISED } from '../../../test/unit/stored-rows.ts';
import type { Contribution } from '../engine-contract.ts';
import { Incidents } from './incidents.ts';

const DAY = 20_000;
const HOUR = DAY * 24 + 9;
const CAUSE = 7;
const PEERS = new Set(['example/role']);

const raised = (identity: number, hour: number, amount = 0.9, value = CAUSE): Contribution => ({
  tenant: 'acme',
  peers: 'example/role',
  dimension: RAISED,
  value,
  identity,
  hour,
  amount,
});
const amended = (identity: number, amount: number): Contribution => ({
  ...raised(identity, HOUR + 30, amount),
  dimension: CAUSE_AMENDED,
});

function known(...all: readonly Contribution[]): Incidents {
  const incidents = new Incidents();
  for (const one of all)
    if (one.dimension === RAISED) incidents.take(one, one.value, one.amount);
    else incidents.amend(one, one.value, one.amount);
  return incidents;
}
const spent = (incidents: Incidents) => Object.fromEntries(incidents.spent('acme'));

describe('an incident', () => {
  it('is shared once somebody else has the cause', () => {
    expect(known().around('acme', CAUSE, 1, HOUR)).toBeUndefined();
    const alone = known(raised(1, HOUR));
    expect(alone.around('acme', CAUSE, 1, HOUR)).toEqual({ since: HOUR, shared: false, peers: PEERS });
    expect(alone.around('acme', CAUSE, 2, HOUR)).toEqual({ since: HOUR, shared: true, peers: PEERS });
    expect(alone.around('acme', CAUSE + 1, 2, HOUR)).toBeUndefined();
    expect(alone.around('other', CAUSE, 2, HOUR)).toBeUndefined();
    expect(known(raised(1, HOUR), raised(2, HOUR)).around('acme', CAUSE, 1, HOUR)).toEqual({
      since: HOUR,
      shared: true,
      peers: PEERS,
    });
  });

  it('goes on while alerts follow within two hours, a day at the most, and then another begins', () => {
    const chain = Array.from({ length: 30 }, (_, n) => raised(n, HOUR + n));
    const incidents = known(...chain, raised(99, HOUR + 100));
    expect(incidents.around('acme', CAUSE, 500, HOUR + 24)?.since).toBe(HOUR);
    expect(incidents.around('acme', CAUSE, 500, HOUR + 25)?.since).toBe(HOUR + 25);
    expect(incidents.around('acme', CAUSE, 500, HOUR + 31)).toBeUndefined();
    expect(incidents.around('acme', CAUSE, 500, HOUR + 101)?.since).toBe(HOUR + 100);
    expect(incidents.around('acme', CAUSE, 500, HOUR - 1)).toBeUndefined();
  });

  it('is followed for a day by others of its peer class, while each alert in it is more likely false than not', () => {
    const follower = (hour: number, peers = 'example/role', identity = 2) => ({ identity, hour, peers });
    const one = known(raised(1, HOUR), raised(3, HOUR + 9));
    expect(one.earlier('acme', CAUSE, follower(HOUR + 5))).toBe(HOUR);
    // The first of the day is followed, however many pauses there were.
    expect(one.earlier('acme', CAUSE, follower(HOUR + 24))).toBe(HOUR);
    expect(one.earlier('acme', CAUSE, follower(HOUR + 25))).toBe(HOUR + 9);
    expect(one.earlier('acme', CAUSE, follower(HOUR + 34))).toBeUndefined();
    expect(one.earlier('acme', CAUSE, follower(HOUR - 1))).toBeUndefined();
    expect(one.earlier('acme', CAUSE, follower(HOUR + 5, 'example/agent'))).toBeUndefined();
    expect(one.earlier('acme', CAUSE, follower(HOUR + 5, 'example/role', 1))).toBeUndefined();
    expect(one.earlier('other', CAUSE, follower(HOUR + 5))).toBeUndefined();
    expect(known(raised(1, HOUR, 0.4)).earlier('acme', CAUSE, follower(HOUR + 5))).toBeUndefined();
    const judged = known(raised(1, HOUR, 0.9), { ...amended(1, -0.9), hour: HOUR + 2 });
    expect(judged.earlier('acme', CAUSE, follower(HOUR + 5))).toBeUndefined();
  });

  it('spends what its worst member does, on the day it began', () => {
    expect(spent(known(raised(1, HOUR, 0.3), raised(2, HOUR, 0.8), raised(3, HOUR + 1, 0.5)))).toEqual({
      [DAY]: [0.8],
    });
    const midnight = (DAY + 1) * 24;
    expect(spent(known(raised(1, midnight - 1, 0.3), raised(2, midnight, 0.8)))).toEqual({ [DAY]: [0.8] });
    expect(spent(known(raised(1, HOUR, 0.3), raised(2, HOUR, 0.8, CAUSE + 1)))).toEqual({ [DAY]: [0.3, 0.8] });
  });

  it('follows verdicts on its members: nothing when all were attacks, one when any was benign', () => {
    const two = [raised(1, HOUR, 0.75), raised(2, HOUR, 0.5)];
    expect(spent(known(...two, amended(1, -0.75)))).toEqual({ [DAY]: [0.5] });
    expect(spent(known(...two, amended(1, -0.75), amended(2, -0.5)))).toEqual({ [DAY]: [0] });
    expect(spent(known(...two, amended(2, 0.5), amended(1, 0.25)))).toEqual({ [DAY]: [1] });
    expect(spent(known(...two, amended(3, 0.5)))).toEqual({ [DAY]: [0.75] });
  });

  it('is forgotten in time, and the oldest when there are too many', () => {
    const incidents = known(raised(1, HOUR), raised(1, HOUR + 24));
    incidents.forget(DAY + 1);
    expect(spent(incidents)).toEqual({ [DAY + 1]: [0.9] });
    const many = known(...Array.from({ length: 10_007 }, (_, n) => raised(1, HOUR + (n < 7 ? 0 : 5), 0.9, n + 1)));
    many.trim();
    expect(many.spent('acme').get(DAY)).toHaveLength(10_000);
    expect(many.around('acme', 7, 2, HOUR)).toBeUndefined();
    expect(many.around('acme', 8, 2, HOUR + 5)).toBeDefined();
  });

  it('names a bounded number of members, the same in whatever order they came', () => {
    const crowd = Array.from({ length: 1_500 }, (_, n) => raised(n, HOUR, n / 1_500));
    expect(spent(known(...crowd))).toEqual(spent(known(...crowd.toReversed())));
    expect(known(...crowd).around('acme', CAUSE, 1_499, HOUR)?.shared).toBe(true);
  });
});

describe('who joins an incident by what it used', () => {
  const joined = (identity: number, since = HOUR) => {
    const incidents = known(raised(1, HOUR), raised(1, HOUR + 1));
    incidents.join(raised(identity, HOUR + 20), CAUSE, since, 0.2);
    return incidents;
  };

  it('belongs to it however long after the last alert, and does not prolong it', () => {
    expect(joined(2).around('acme', CAUSE, 1, HOUR)).toEqual({ since: HOUR, shared: true, peers: PEERS });
    expect(joined(2).around('acme', CAUSE, 1, HOUR + 4)).toBeUndefined();
    expect(spent(joined(2))).toEqual({ [DAY]: [1] });
  });

  it('joins none that is not known', () => {
    expect(joined(2, HOUR - 5).around('acme', CAUSE, 1, HOUR)).toEqual({ since: HOUR, shared: false, peers: PEERS });
  });

  it('finds the latest of whoever made it, within a day', () => {
    const incidents = known(raised(1, HOUR), raised(1, HOUR + 6, 0.9, CAUSE + 1), raised(3, HOUR + 6));
    expect(incidents.of('acme', 1, HOUR)).toEqual({ cause: CAUSE + 1, since: HOUR + 6 });
    expect(incidents.of('acme', 3, HOUR)).toEqual({ cause: CAUSE, since: HOUR + 6 });
    expect(incidents.of('acme', 1, HOUR + 40)).toBeUndefined();
    expect(incidents.of('acme', 2, HOUR)).toBeUndefined();
  });
});
