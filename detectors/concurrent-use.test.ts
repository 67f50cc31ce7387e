/** One key, two hands. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './concurrent-use.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const key = (id: string) => ({ credential: { id, kind: 'access-key' as const, longLived: true } });
const settled = () => new Life('concurrent-use', detector).live(weeks('web', 29));

describe('concurrent-use', () => {
  it('finds a key that belongs to another identity', () => {
    // Never more than the rarest thing there is.
    expectNats(settled().nats(act('web', LATER, key('AKIApeer-a')), 'credential.id'), 3, RAREST_NATS);
  });

  it('takes a rotated key for a rotation', () => {
    expect(
      settled()
        .finds(act('web', LATER, key('AKIAnew')))
        .filter((f) => f.field === 'credential.id'),
    ).toEqual([]);
  });

  it('takes a key that everybody gets on one day for a platform key', () => {
    const platform = START + 28 * DAY;
    const life = new Life('concurrent-use', detector).live(
      weeks('web', 29, (ms, peer) => (ms >= platform && peer !== 'web' ? key('PLATFORM-2') : key('PLATFORM-1'))),
    );
    expect(life.finds(act('web', LATER, key('PLATFORM-2'))).filter((f) => f.field === 'credential.id')).toEqual([]);
  });

  it('finds a second workload behind one key', () => {
    // Never more than the rarest thing there is.
    expectNats(
      settled().nats(act('web', LATER, { actor: { id: 'ledger-7d9f4c', kind: 'pod' } }), 'actor.id'),
      2,
      RAREST_NATS,
    );
  });

  it('takes a new pod of the same workload for a redeploy', () => {
    const pods = (ms: number) => ({
      actor: { id: `shop-${(0x1a2b3c + Math.floor(ms / DAY)).toString(16)}`, kind: 'pod' },
    });
    const life = new Life('concurrent-use', detector).live(weeks('web', 29, pods));
    expect(life.finds(act('web', LATER, pods(LATER)))).toEqual([]);
  });

  it('finds a new place at work while the known place is', () => {
    const life = settled();
    life.live([act('web', LATER)]);
    expect(
      life
        .finds(act('web', LATER + 60_000, { source: { ip: '203.0.113.9', asn: 64999 } }))
        .some((f) => f.group === 'concurrent-use'),
    ).toBe(true);
  });
});
