/** More than it ever needs. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './volume.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const burst = (n: number, change = {}) => Array.from({ length: n }, (_, i) => act('web', LATER + i * 1000, change));
const settled = () => new Life('volume', detector).live(weeks('web', 29, () => ({ amount: { bytes: 1000 } })));

describe('volume', () => {
  it('finds a burst of calls', () => {
    expect(
      settled()
        .finds(...burst(60))
        .some((f) => f.field === 'activity count' && f.nats > 2 && f.nats <= RAREST_NATS - 2),
    ).toBe(true);
  });

  it('finds bytes far above the usual in one call', () => {
    // The rarity of it, less volumePriorNats, and one nat more each time it is e times larger.
    const size = Math.log(5e9 / 1_000);
    expectNats(
      settled().nats(act('web', LATER, { amount: { bytes: 5e9 } }), 'amount.bytes'),
      size / 2,
      RAREST_NATS - 2 + size,
    );
  });

  it('tells hundreds of things from thousands, and weighs a copy of everything more than a backfill', () => {
    const reads = (n: number) =>
      Array.from({ length: n }, (_, i) =>
        act('web', LATER + i * 1000, { resource: { id: `customer/${i}`, type: 'record' } }),
      );
    const breadthOf = (n: number) => {
      const found = settled()
        .finds(...reads(n))
        .filter(({ seen }) => seen.includes('different resources'));
      return found.reduce((most, one) => (one.nats > most.nats ? one : most), found[0]!);
    };
    const [few, many] = [breadthOf(40), breadthOf(2_500)];
    const things = Number(/^(\d+)/.exec(many.seen)?.[1]);
    // The wide counter is right to about a sixth; three times that is never left.
    expect(things).toBeGreaterThan(1_250);
    expect(things).toBeLessThan(3_750);
    expect(many.nats).toBeGreaterThan(few.nats + Math.log(2_500 / 40) / 2);
  });

  it('says nothing of a usual hour', () => {
    expect(settled().finds(act('web', LATER, { amount: { bytes: 1100 } }))).toEqual([]);
  });

  it('finds an enumeration of many things', () => {
    expect(
      settled()
        .finds(
          ...Array.from({ length: 80 }, (_, i) =>
            act('web', LATER + i * 1000, { resource: { id: `customer/${i}`, type: 'record' } }),
          ),
        )
        .some((f) => f.seen.includes('different resources')),
    ).toBe(true);
  });
});
