/** After revocation, expiry and rotation. */
import { describe, expect, it } from 'vitest';
import { act, DAY, HOUR, Life, record, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './revoked-credential-use.ts';

const revoked = (of: object) => [record({ identity: 'web', credentials: [{ id: 'AKIAweb', ...of }] })];

describe('revoked-credential-use', () => {
  it('finds a revoked key that comes back after a silence, at its full odds', () => {
    const life = new Life('revoked-credential-use', detector, revoked({ revokedAt: '2026-02-01T00:00:00.000Z' })).live(
      weeks('web', 25),
    );
    expect(life.nats(act('web', START + 40 * DAY))).toBe(11);
  });

  it('takes uninterrupted use past the date for a stale date', () => {
    const life = new Life('revoked-credential-use', detector, revoked({ revokedAt: '2026-01-20T00:00:00.000Z' })).live(
      weeks('web', 25),
    );
    expect(life.nats(act('web', START + 24 * DAY + 16 * HOUR + 300_000))).toBe(2.5);
  });

  it('is silent before the date, and while an old key is phased out after a rotation', () => {
    const before = new Life(
      'revoked-credential-use',
      detector,
      revoked({ revokedAt: '2026-06-01T00:00:00.000Z' }),
    ).live(weeks('web', 25));
    expect(before.finds(act('web', START + 25 * DAY))).toEqual([]);
    const rotated = new Life(
      'revoked-credential-use',
      detector,
      revoked({ rotatedAt: '2026-01-25T00:00:00.000Z' }),
    ).live(weeks('web', 25));
    expect(rotated.finds(act('web', START + 24 * DAY + 16 * HOUR + 300_000))).toEqual([]);
  });

  it('says nothing of a refused use: the revocation works', () => {
    const life = new Life('revoked-credential-use', detector, revoked({ revokedAt: '2026-02-01T00:00:00.000Z' })).live(
      weeks('web', 25),
    );
    expect(life.finds(act('web', START + 40 * DAY, { outcome: 'denied' }))).toEqual([]);
  });

  it('finds a session that acts past its own expiry, and says how late; a call that was under way is none', () => {
    const life = new Life('revoked-credential-use', detector).live(weeks('web', 25));
    const session = (lateMs: number) => {
      const ms = START + 25 * DAY;
      const expiresAt = new Date(ms - lateMs).toISOString();
      return life.finds(act('web', ms, { credential: { id: 'ASIAweb', kind: 'session-token', expiresAt } }));
    };
    expect(session(-60_000)).toEqual([]);
    expect(session(60_000)).toEqual([]);
    const [found] = session(61_000);
    expect(found?.says()).toBe('used session ASIAweb 61 s after its expiry');
    expect(session(5 * HOUR)[0]?.says()).toBe('used session ASIAweb 5 hours after its expiry');
  });
});
