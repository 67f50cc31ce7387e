/** After revocation, expiry and rotation. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
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

  it('finds a key that was never at work and was issued no later than the one in use; a rotation brings a newer one', () => {
    const key = (id: string, issuedAt?: string): Partial<Activity> => ({
      credential: { id, kind: 'access-key', longLived: true, ...(issuedAt !== undefined && { issuedAt }) },
    });
    const inUse = '2025-06-01T00:00:00.000Z';
    const settled = (issuedAt: string | undefined = inUse) =>
      new Life('revoked-credential-use', detector).live(weeks('web', 25, (_, who) => key(`AKIA${who}`, issuedAt)));
    const later = START + 25 * DAY;
    const [found] = settled().finds(act('web', later, key('AKIAold', '2025-02-01T00:00:00.000Z')));
    expect(found?.nats).toBeGreaterThan(5);
    expect(found?.says()).toBe(
      'used credential AKIAold for the first time, issued no later than the one in use: no rotation',
    );
    expect(settled().nats(act('web', later, key('AKIAcopy', inUse)))).toBeGreaterThan(5);
    expect(settled().finds(act('web', later, key('AKIAnew', '2026-01-20T00:00:00.000Z')))).toEqual([]);
    expect(settled().finds(act('web', later, key('AKIAundated')))).toEqual([]);
    expect(settled().finds(act('web', later, key('AKIAweb', inUse)))).toEqual([]);
    const undated = new Life('revoked-credential-use', detector).live(weeks('web', 25));
    expect(undated.finds(act('web', later, key('AKIAold', '2025-02-01T00:00:00.000Z')))).toEqual([]);
  });

  it('says nothing of an older key in the days of a rotation, when both are at work', () => {
    const issued = (id: string, issuedAt: string) => ({ id, kind: 'access-key' as const, longLived: true, issuedAt });
    const life = new Life('revoked-credential-use', detector).live([
      ...weeks('web', 25, (_, who) => ({ credential: issued(`AKIA${who}`, '2025-06-01T00:00:00.000Z') })),
      act('web', START + 25 * DAY, { credential: issued('AKIAnew', '2026-01-29T00:00:00.000Z') }),
    ]);
    const twin = issued('AKIAtwin', '2026-01-28T00:00:00.000Z');
    expect(life.finds(act('web', START + 25 * DAY + 5 * HOUR, { credential: twin }))).toEqual([]);
  });
});
