/** Hours and silences. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './when.ts';

const settled = () => new Life('when', detector).live(weeks('web', 60));
const AT = START + 60 * DAY;

describe('when', () => {
  it('finds work at an hour never worked', () => {
    // hourNats.
    expectNats(settled().nats(act('web', AT + 2 * HOUR), 'at'), 2, 5);
  });

  it('says nothing of work at its hours', () => {
    expect(settled().finds(act('web', AT + 11 * HOUR))).toEqual([]);
  });

  it('finds a return after a silence far beyond its own', () => {
    // The most that a silence is worth.
    expectNats(settled().nats(act('web', AT + 60 * DAY + 11 * HOUR), 'at'), 3, 6);
  });

  it('says which of place, client and work are as before, so that a reader can decide', () => {
    const says = (change = {}) =>
      settled()
        .finds(act('web', AT + 60 * DAY + 11 * HOUR, change))
        .find(({ group }) => group === 'silence')
        ?.says();
    expect(says()).toBe('woke after 61 days of silence, its place, client and work as before');
    expect(says({ source: { ip: '203.0.113.66', userAgent: 'other/1.0' } })).toBe(
      'woke after 61 days of silence, its work as before',
    );
  });

  it('takes a monthly job for a monthly job', () => {
    const life = new Life('when', detector).live([0, 1, 2, 3, 4].map((n) => act('monthly', START + n * 30 * DAY)));
    expect(life.finds(act('monthly', START + 151 * DAY))).toEqual([]);
  });
});
