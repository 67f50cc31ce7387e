/** A call that moves what such a call never moves. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './call-size.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const moves = (amount: { bytes?: number; records?: number }) => act('web', LATER, { amount });
const settled = (amount = { bytes: 1_000, records: 12 }) =>
  new Life('call-size', detector).live(weeks('web', 29, () => ({ amount })));

describe('call-size', () => {
  it('finds bytes and records far above those of such calls', () => {
    // The rarity of it, less sizePriorNats, and one nat more each time it is e times larger.
    const most = (times: number) => RAREST_NATS - 2 + Math.log(times);
    expectNats(settled().nats(moves({ bytes: 1e6 }), 'amount.bytes'), 4, most(1_000));
    expectNats(settled().nats(moves({ records: 600 }), 'amount.records'), 3, most(50));
  });

  it('weighs a larger call more', () => {
    expect(settled().nats(moves({ records: 6_000 }))).toBeGreaterThan(settled().nats(moves({ records: 600 })) + 1);
  });

  it('says nothing of more calls of the usual size: a backfill', () => {
    const calls = Array.from({ length: 200 }, (_, i) => act('web', LATER + i * 1_000, { amount: { records: 14 } }));
    expect(settled().finds(...calls)).toEqual([]);
  });

  it('says nothing of a call that went wrong, moved nothing, or of an action of which it knows no sizes', () => {
    expect(settled().finds(act('web', LATER, { amount: { bytes: 1e9 }, outcome: 'denied' }))).toEqual([]);
    expect(settled().finds(moves({}))).toEqual([]);
    const other = { name: 's3:GetBucket', service: 's3', access: 'read' as const };
    expect(settled().finds(act('web', LATER, { action: other, amount: { bytes: 1e9 } }))).toEqual([]);
  });

  it('takes what is read for an act of its own, what is written for more work, and a commit for neither', () => {
    const found = (name: string, access: 'read' | 'write') => {
      const action = { name, service: 's3', access };
      const life = new Life('call-size', detector).live(weeks('web', 29, () => ({ action, amount: { records: 12 } })));
      return life.finds(act('web', LATER, { action, amount: { records: 6_000 } })).map(({ group }) => group);
    };
    expect(found('s3:GetObject', 'read')).toEqual(['size']);
    expect(found('s3:PutObject', 'write')).toEqual(['volume']);
    expect(found('commit:docs', 'write')).toEqual([]);
  });

  it('counts one record as one', () => {
    const [found] = settled({ bytes: 0, records: 1 }).finds(moves({ records: 600 }));
    expect([found?.seen, found?.usual()]).toEqual(['600 records in one call', 'about 1 record']);
  });

  it('allows an action whose sizes vary what they vary by', () => {
    const varied = new Life('call-size', detector).live(
      weeks('web', 29, (ms) => ({ amount: { records: 10 ** ((ms / HOUR) % 4) } })),
    );
    expect(varied.finds(moves({ records: 3_000 }))).toEqual([]);
  });
});
