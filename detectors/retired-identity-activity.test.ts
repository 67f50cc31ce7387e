/** After offboarding and expiry. */
import { describe, expect, it } from 'vitest';
import { act, DAY, HOUR, Life, record, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './retired-identity-activity.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const gone = [record({ identity: 'web', offboardedAt: '2026-02-01T00:00:00.000Z' })];

describe('retired-identity-activity', () => {
  it('finds an offboarded identity that returns after a silence', () => {
    expect(
      new Life('retired-identity-activity', detector, gone).live(weeks('web', 25)).nats(act('web', START + 40 * DAY)),
    ).toBe(11);
  });

  it('takes one that never stopped for a late offboarding', () => {
    expect(
      new Life('retired-identity-activity', detector, gone).live(weeks('web', 35)).nats(act('web', START + 35 * DAY)),
    ).toBe(2.5);
  });

  it('is silent before the date and about identities without one', () => {
    expect(
      new Life('retired-identity-activity', detector, gone).live(weeks('web', 20)).finds(act('web', START + 20 * DAY)),
    ).toEqual([]);
    expect(new Life('retired-identity-activity', detector).live(weeks('web', 20)).finds(act('web', LATER))).toEqual([]);
  });
});
