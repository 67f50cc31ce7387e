/** A source shared by strangers. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './shared-source.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const odd = { source: { ip: '203.0.113.9', asn: 64999 } };

describe('shared-source', () => {
  it('finds a network new to the tenant behind a second identity a day later', () => {
    const life = new Life('shared-source', detector).live(weeks('web', 29));
    life.live([act('peer-a', LATER, odd)]);
    // sharedNats.
    expectNats(life.nats(act('web', LATER + 2 * HOUR, odd)), 1, 3);
  });

  it('says nothing of its first victim, nor of a network the tenant has known for weeks', () => {
    const life = new Life('shared-source', detector).live(
      weeks('web', 29, (_ms, peer) => (peer === 'peer-a' ? odd : {})),
    );
    expect(life.finds(act('web', LATER, odd))).toEqual([]);
    expect(life.finds(act('web', LATER + HOUR, { source: { ip: '192.0.2.9', asn: 64998 } }))).toEqual([]);
  });
});
