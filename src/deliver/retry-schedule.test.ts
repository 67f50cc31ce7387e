import { describe, expect, it } from 'vitest';
import { REST_MAX_MS } from '../ports/delivery.ts';
import { pauseMs } from './retry-schedule.ts';

const HOUR = 3_600_000;

describe('pauseMs', () => {
  it('follows the published schedule, never early and at most a fifth late', () => {
    const published = [5_000, 300_000, 1_800_000, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
    for (const [index, ms] of published.entries()) {
      const pause = pauseMs({ id: 'msg_1' }, index + 1);
      expect(pause).toBeGreaterThanOrEqual(ms);
      expect(pause).toBeLessThanOrEqual(ms * 1.2 + 1);
    }
    expect(pauseMs({ id: 'msg_1' }, 40)).toBeLessThanOrEqual(24 * HOUR * 1.2 + 1);
  });

  it('spreads deliveries that failed together, and gives one delivery the same pause each time', () => {
    const pauses = Array.from({ length: 200 }, (_, i) => pauseMs({ id: `msg_${i}` }, 2));
    expect(new Set(pauses).size).toBeGreaterThan(150);
    expect(pauseMs({ id: 'msg_7' }, 2)).toBe(pauses[7]);
  });

  it('honours retry-after within bounds', () => {
    expect(pauseMs({ id: 'a' }, 1, 60_000)).toBeGreaterThanOrEqual(60_000);
    expect(pauseMs({ id: 'a' }, 1, 1_000)).toBeLessThan(5_000);
    expect(pauseMs({ id: 'a' }, 1, 10 ** 15)).toBeLessThanOrEqual(24 * HOUR * 1.2 + 1);
    expect(REST_MAX_MS).toBeGreaterThan(24 * HOUR * 1.2 + 1);
    expect(pauseMs({ id: 'a' }, 4, 0)).toBeGreaterThanOrEqual((2 * HOUR) / 10);
  });
});
