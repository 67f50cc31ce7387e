/** The sentence of an alert leads with the gravest act and names the very things, of many so many and how many more. */
import { describe, expect, it } from 'vitest';
import { ITEM_AT, orderRead, windowItem } from '../../../test/unit/window-item.ts';
import { type Act, noteAct, type WindowItem } from '../memory/window.ts';
import { sentence } from './sentence.ts';
import { keep, open } from './to-alert.ts';

const act = (change: Partial<Act> = {}): Act => ({
  name: 'iam:CreateUser',
  gravity: 0.9,
  outcome: 'success',
  purpose: 'grant',
  things: ['user/backup-admin'],
  ...change,
});
const deed = (key: number, one: Act, change: Partial<WindowItem> = {}) =>
  windowItem({
    key,
    detector: 'what',
    field: 'action.access',
    group: 'work',
    kind: 'scope-drift',
    says: `did ${one.name}, a new kind of act with consequences`,
    act: one,
    ...change,
  });
const tell = (items: readonly WindowItem[], change: { activityCount?: number; bytes?: number } = {}, maturity = 1) => {
  const sorted = [...items].sort((a, b) => b.nats - a.nats);
  return sentence(
    'deployer',
    sorted,
    { ageDays: 40.2, maturity },
    { ...open('e', sorted, orderRead(), ITEM_AT), ...change },
  );
};

describe('the sentence', () => {
  it('leads with the gravest acts by name, however strong a strange place is', () => {
    const items = [
      windowItem({ key: 1, nats: 9, says: 'came from 203.0.113.7 (AS64512), never seen before' }),
      deed(2, act(), { nats: 3 }),
      deed(3, act({ name: 'cloudtrail:StopLogging', gravity: 1, purpose: 'evidence', things: ['main-trail'] }), {
        nats: 2,
      }),
    ];
    expect(tell(items)).toBe(
      'deployer (40 days of habits) did cloudtrail:StopLogging on main-trail, new to it; also did iam:CreateUser on user/backup-admin, new to it; also came from 203.0.113.7 (AS64512), never seen before.',
    );
  });

  it('leads with what went through, though something graver was refused', () => {
    const refused = deed(1, act({ outcome: 'denied', gravity: 1 }), { nats: 8 });
    const read = act({ name: 's3:GetObject', gravity: 0.05, purpose: 'other', things: ['logs/a'] });
    const done = windowItem({
      key: 2,
      field: 'resource.id',
      group: 'thing',
      nats: 3,
      says: 'did s3:GetObject on logs/a for the first time',
      act: read,
    });
    expect(tell([refused, done])).toBe(
      'deployer (40 days of habits) did s3:GetObject on logs/a for the first time; also tried iam:CreateUser on user/backup-admin, which was refused, new to it.',
    );
    expect(tell([refused])).toMatch(/^deployer \(40 days of habits\) tried iam:CreateUser/);
  });

  it('names five of twelve secrets and says that there are seven more', () => {
    const secrets = Array.from({ length: 12 }, (_, n) => `secret:db-${n}`);
    const reads = act({ name: 'secretsmanager:GetSecretValue', gravity: 0.5, purpose: 'secret', things: secrets });
    expect(tell([deed(1, reads)])).toContain(
      'did secretsmanager:GetSecretValue on 12 things: secret:db-0, secret:db-1, secret:db-2, secret:db-3, secret:db-4 and 7 more',
    );
  });

  it('does not lead with usual work, unless a thief could do lasting harm by it', () => {
    const place = (one: Act) => windowItem({ act: one, says: 'came from afar' });
    expect(tell([place(act({ name: 'sqs:DeleteMessage', gravity: 0.6, purpose: 'destroy' }))])).toBe(
      'deployer (40 days of habits) came from afar.',
    );
    expect(tell([place(act())])).toContain(
      'did iam:CreateUser on user/backup-admin, not new to it; also came from afar',
    );
  });

  it('says of a grave act that it is not new, once the habits are learned', () => {
    const place = windowItem({ act: act(), says: 'came from afar' });
    expect(tell([place])).toBe(
      'deployer (40 days of habits) did iam:CreateUser on user/backup-admin, not new to it; also came from afar.',
    );
    expect(tell([place], {}, 0.9)).toBe(
      'deployer (40 days of habits) did iam:CreateUser on user/backup-admin; also came from afar.',
    );
  });

  it('does not lead with a secret that it reads every day, nor with another order of usual acts where something new was refused', () => {
    const read = act({ name: 'kv:read', purpose: 'secret', gravity: 0.5, things: ['secret/own'] });
    const place = windowItem({ key: 1, nats: 5, act: read, says: 'came from afar' });
    expect(tell([place])).toBe(
      'deployer (40 days of habits) came from afar; also did kv:read on secret/own, not new to it.',
    );
    const chat = act({ name: 'chat', purpose: 'other', gravity: 0, things: [] });
    const order = windowItem({
      key: 2,
      nats: 1,
      group: 'sequence',
      field: 'action.name',
      act: chat,
      says: 'did chat in an order never seen',
    });
    const refused = act({
      name: 'tools/call:export',
      purpose: 'other',
      gravity: 0.1,
      outcome: 'denied',
      things: ['P1'],
    });
    const first = windowItem({
      key: 3,
      nats: 9,
      field: 'action.name',
      group: 'work',
      act: refused,
      says: 'called tools/call:export for the first time',
    });
    expect(tell([first, order])).toMatch(/^deployer \(40 days of habits\) called tools\/call:export/);
  });

  it('says what is certain before usual work, however grave, and what is new before both', () => {
    const usual = act({ name: 'iam:AddUserToGroup', gravity: 1, things: ['group/readers'] });
    const ended = windowItem({
      key: 1,
      nats: 11,
      lane: 'invariant',
      group: 'lifecycle',
      field: 'identity.id',
      says: 'acted although offboarded on 2026-02-09',
      act: usual,
    });
    const reordered = windowItem({
      key: 2,
      group: 'sequence',
      field: 'action.name',
      says: 'in another order',
      act: usual,
    });
    expect(tell([ended, reordered])).toMatch(
      /^deployer \(40 days of habits\) acted although offboarded on 2026-02-09; also did iam:AddUserToGroup on group\/readers(?!, new)/,
    );
    expect(tell([ended, deed(3, act())])).toMatch(
      /^deployer \(40 days of habits\) did iam:CreateUser on user\/backup-admin, new to it; also acted although offboarded/,
    );
  });

  it('says of a refused act that it was tried, and lets one that went through lead', () => {
    const refused = act({ outcome: 'denied', name: 'iam:CreateUser', gravity: 1 });
    expect(tell([deed(1, refused)])).toContain('tried iam:CreateUser on user/backup-admin, which was refused');
    const done = act({ name: 'iam:AttachUserPolicy', gravity: 0.9 });
    expect(tell([deed(1, refused, { nats: 9 }), deed(2, done)])).toMatch(
      /did iam:AttachUserPolicy.*tried iam:CreateUser/,
    );
  });

  it('leaves nothing out without a word, and says how much it has come to', () => {
    const items = Array.from({ length: 6 }, (_, n) => windowItem({ key: n, group: `g${n}`, says: `was odd ${n}` }));
    expect(tell(items, { activityCount: 1_500, bytes: 2_400_000_000 })).toMatch(
      /also 3 more kinds of evidence; so far 1500 activities and 2\.4 GB\.$/,
    );
  });
});

describe('the acts of a finding', () => {
  it('gather things without repeats, up to a bound, and say that there were more', () => {
    const items = [deed(1, act({ things: ['a'] }))];
    for (let n = 0; n < 100; n++) noteAct(items, items[0]!, act({ things: [`thing ${n % 40}`] }));
    const told = items[0]?.act;
    expect(told?.things.length).toBe(16);
    expect(new Set(told?.things).size).toBe(16);
    expect(told?.more).toBe(true);
  });

  it('let the graver act take the place of the other, in the window as in the alert', () => {
    const usual = act({ name: 's3:GetObject', gravity: 0.05, purpose: 'other', things: ['bucket/key'] });
    const episode = open('e', [windowItem({ act: usual })], orderRead(), ITEM_AT);
    keep(episode, windowItem({ nats: 2, act: act() }));
    expect(episode.items[0]).toMatchObject({ nats: 4, act: { name: 'iam:CreateUser' } });
    keep(episode, windowItem({ nats: 9, act: usual }));
    expect(episode.items[0]).toMatchObject({ nats: 9, act: { name: 'iam:CreateUser' } });
  });
});
