/** What new work is worth: more the more harm it can do, nothing when it is usual. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './what.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const settled = () => new Life('what', detector).live(weeks('web', 29));
const iam = {
  action: { name: 'iam:AttachRolePolicy', service: 'iam', access: 'admin' as const },
  resource: { id: 'arn:aws:iam::111111111111:role/web', type: 'iam-role' },
};

describe('what', () => {
  it('finds a service never called', () => {
    // The prior of an action is taken away, and at most as much added for the harm it does.
    expectNats(settled().nats(act('web', LATER, iam)), 5, RAREST_NATS);
  });

  it('says nothing of ordinary work', () => {
    expect(settled().finds(act('web', LATER))).toEqual([]);
  });

  it('weighs the first use of a secret that bears its own name below that of another', () => {
    const shop = () =>
      new Life('what', detector).live(
        weeks('web-shop', 29, () => ({ identity: { id: 'role/web-shop', kind: 'role', provider: 'aws' } })),
      );
    const read = (secret: string) =>
      shop().nats(
        act('web-shop', LATER, {
          identity: { id: 'role/web-shop', kind: 'role', provider: 'aws' },
          action: { name: 'secretsmanager:GetSecretValue', service: 'secretsmanager', access: 'read' },
          resource: { id: `secret:${secret}/smtp`, type: 'secret' },
        }),
      );
    expectNats(read('batch-job'), read('web-shop') + 1, RAREST_NATS);
  });

  it('weighs a change of rights above a read of the same kind', () => {
    const read = settled().nats(
      act('web', LATER, { ...iam, action: { name: 'iam:GetRole', service: 'iam', access: 'read' } }),
    );
    expectNats(settled().nats(act('web', LATER, iam)), read, RAREST_NATS);
  });

  it('takes what an agent calls its commit for its own words, and what it changes for its aim', () => {
    const commit = (name: string, path: string) => ({
      identity: { id: 'coder', kind: 'agent' as const, provider: 'github' },
      action: { name: `commit:${name}`, service: 'commit', access: 'write' as const },
      resource: { id: `acme/shop:${path}/`, type: 'repository-path' },
    });
    const coder = () =>
      new Life('what', detector).live(
        weeks('coder', 29, (_ms, peer) => {
          const usual = commit('fix', 'src');
          return { ...usual, identity: { ...usual.identity, id: peer } };
        }),
      );
    const label = coder().nats(act('coder', LATER, commit('preview', 'src')));
    const path = coder().nats(act('coder', LATER, commit('fix', 'deploy')));
    expectNats(path, label + 2, RAREST_NATS + 3.5);
  });

  it('weighs the unheard-of target of an agent above that of a machine', () => {
    const mail = {
      action: { name: 'tools/call:send_email', service: 'mcp', access: 'write' as const },
      resource: { id: 'ann@acme.example', type: 'recipient' },
    };
    const mails = (kind: 'agent' | 'role') => () => ({ identity: { id: 'x', kind, provider: 'mcp' }, ...mail });
    const as = (kind: 'agent' | 'role') => {
      const life = new Life('what', detector).live(
        weeks('web', 29, (_ms, peer) => ({ ...mails(kind)(), identity: { id: peer, kind, provider: 'mcp' } })),
      );
      return life.nats(
        act('web', LATER, {
          ...mail,
          identity: { id: 'web', kind, provider: 'mcp' },
          resource: { id: 'eve@evil.example', type: 'recipient' },
        }),
      );
    };
    expect(as('agent')).toBeGreaterThan(as('role'));
  });

  it('finds that a usual act opens a thing to another account, and says to whom', () => {
    const share = (...accounts: string[]) => ({
      action: { name: 's3:PutBucketPolicy', service: 's3', access: 'admin' as const },
      resource: { id: 'arn:aws:s3:::payroll', type: 'bucket' },
      recipients: accounts.map((id) => ({ id, kind: 'outside' as const })),
    });
    const life = new Life('what', detector).live(weeks('web', 29, () => share('222222222222')));
    expect(life.finds(act('web', LATER, share('222222222222')))).toEqual([]);
    const found = life.finds(act('web', LATER, share('222222222222', '999999999999')));
    expect(found.map(({ field }) => field).sort()).toEqual(['action.access', 'recipients']);
    expect(found.find(({ field }) => field === 'recipients')?.says()).toBe(
      'opened payroll to account 222222222222 and account 999999999999 (s3:PutBucketPolicy), whom together nobody here ever let in before',
    );
    expectNats(life.nats(act('web', LATER, share('999999999999')), 'recipients'), 4, RAREST_NATS + 1);
  });

  it('takes a refusal of usual work for less than a refusal of new work', () => {
    const usual = settled().nats(act('web', LATER, { outcome: 'denied' }), 'outcome');
    const probe = settled().nats(act('web', LATER, { ...iam, outcome: 'denied' }), 'outcome');
    expect(probe).toBeGreaterThan(usual);
  });

  it('keeps the digits of a target: two bank accounts are two', () => {
    const pay = (n: string) => ({
      identity: { id: 'web', kind: 'agent' as const, provider: 'mcp' },
      action: { name: 'tools/call:send_money', service: 'mcp', access: 'write' as const },
      resource: { id: `DE${n}`, type: 'recipient' },
    });
    const life = new Life('what', detector).live(
      weeks('web', 29, (_ms, peer) => ({ ...pay('1111'), identity: { id: peer, kind: 'agent', provider: 'mcp' } })),
    );
    expect(life.nats(act('web', LATER, pay('1111')))).toBe(0);
    // Prior of a target, harm, and what only a misled agent would do.
    expectNats(life.nats(act('web', LATER + 1, pay('2222'))), 6, RAREST_NATS - 1.5 + 1 + 3.5);
  });
});
