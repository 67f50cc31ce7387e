/** A session and a machine have one place. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, START } from '../test/unit/detector-lives.ts';
import { detector } from './credential-off-platform.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const session = (ip: string, asn: number, credential = 'ASIA1', actor = 'i-1') => ({
  credential: { id: credential, kind: 'session-token' as const },
  actor: { id: actor, kind: 'instance' },
  source: { ip, asn },
});
const cold = () => new Life('credential-off-platform', detector);

describe('credential-off-platform', () => {
  it('finds a machine that speaks from elsewhere while it is alive at home, on the first day of its life', () => {
    const life = cold().live([
      act('web', LATER, session('198.51.100.7', 64500)),
      act('web', LATER + 300_000, session('198.51.100.7', 64500)),
    ]);
    const found = life.finds(act('web', LATER + 400_000, session('203.0.113.9', 64999, 'ASIA2')));
    // leftNats.
    expectNats(found[0]?.nats, 9, 11);
    expect(found[0]?.contain).toBe('session');
  });

  it('is silent when a machine goes on at home under a new session', () => {
    const life = cold().live([act('web', LATER, session('198.51.100.7', 64500))]);
    expect(life.finds(act('web', LATER + 300_000, session('198.51.100.7', 64500, 'ASIA2')))).toEqual([]);
  });

  it('tells pods of one name in two namespaces apart, and not one pod in two networks', () => {
    const pod = (namespace: string, ip: string, asn: number) => ({
      actor: { id: 'shop-7d9f-0', kind: 'pod' },
      source: { ip, asn, workload: `${namespace}/shop` },
    });
    const life = cold().live([act('web', LATER, pod('blue', '198.51.100.7', 64500))]);
    expect(life.finds(act('web', LATER + 60_000, pod('green', '203.0.113.9', 64999)))).toEqual([]);
    expect(life.finds(act('web', LATER + 60_000, pod('blue', '203.0.113.9', 64999)))).not.toEqual([]);
  });

  it('is silent when the machine had been quiet for hours: it moved', () => {
    const life = cold().live([act('web', LATER, session('198.51.100.7', 64500))]);
    expect(life.finds(act('web', LATER + 6 * HOUR, session('203.0.113.9', 64999, 'ASIA2')))).toEqual([]);
  });

  it('weighs little what sessions of this identity do all the time', () => {
    const moving = Array.from({ length: 200 }, (_, i) =>
      act(
        'web',
        START + i * 3 * HOUR + (i % 2) * 60_000,
        session(i % 2 ? '203.0.113.9' : '198.51.100.7', i % 2 ? 64999 : 64500, `ASIA${i >> 1}`, `i-${i >> 1}`),
      ),
    );
    const paired = moving.map((a, i) =>
      i % 2 ? { ...a, at: new Date(Date.parse(moving[i - 1]?.at ?? a.at) + 60_000).toISOString() } : a,
    );
    const life = cold().live(paired);
    life.live([act('web', LATER + DAY, session('198.51.100.7', 64500, 'ASIAx', 'i-x'))]);
    expect(life.nats(act('web', LATER + DAY + 60_000, session('203.0.113.9', 64999, 'ASIAx', 'i-x')))).toBeLessThan(3);
  });

  it('leaves alone what a provider does inside itself', () => {
    const life = cold().live([
      act('web', LATER, {
        ...session('198.51.100.7', 64500),
        identity: { id: 'web', kind: 'provider-service', provider: 'aws' },
      }),
    ]);
    expect(
      life.finds(
        act('web', LATER + 60_000, {
          ...session('203.0.113.9', 64999),
          identity: { id: 'web', kind: 'provider-service', provider: 'aws' },
        }),
      ),
    ).toEqual([]);
  });

  describe('a private endpoint of its own account', () => {
    const outside = session('198.51.100.7', 64500);
    const inside = (ip: string, account: string | undefined) => ({
      ...session(ip, 0),
      source: { ip, vpcEndpoint: 'vpce-1', ...(account !== undefined && { vpcEndpointAccount: account }) },
    });
    const at = (minutes: number, change: object) => act('web', LATER + minutes * 60_000, change);

    it('shows another face of the same machine, to and fro', () => {
      const life = cold().live([at(0, outside)]);
      const both = [inside('10.7.0.5', '111111111111'), outside, inside('10.7.0.5', '111111111111'), outside];
      expect(life.finds(...both.map((change, n) => at(n + 1, change)))).toEqual([]);
    });

    it('shows one face: another place inside is a move', () => {
      const life = cold().live([at(0, outside), at(1, inside('10.7.0.5', '111111111111')), at(2, outside)]);
      expect(life.nats(at(3, inside('10.99.0.5', '111111111111')))).toBeGreaterThan(1);
    });

    it('of an account that is not told weighs as a move for who never came through one, and in full for who always did', () => {
      const strange = { ...inside('10.7.0.5', undefined), source: { ip: '10.7.0.5', vpcEndpoint: 'vpce-9' } };
      // movedNats, and leftNats at the most.
      const newcomer = cold().live([at(0, outside)]);
      expectNats(newcomer.nats(at(1, strange)), 1, 2);
      const home = { ...session('172.16.0.5', 0), source: { ip: '172.16.0.5', vpcEndpoint: 'vpce-1', asn: 64500 } };
      const old = cold().live(Array.from({ length: 20 }, (_, day) => at(-day * 1_440, home)));
      expectNats(old.nats(at(1, { ...strange, source: { ...strange.source, ip: '203.0.113.5' } })), 4, 11);
    });

    it('of another account is none, and neither is one that nobody else uses where no account is told', () => {
      for (const account of ['999999999999', undefined])
        expect(
          cold()
            .live([at(0, outside)])
            .nats(at(1, inside('10.7.0.5', account))),
        ).toBeGreaterThan(1);
    });
  });
});
