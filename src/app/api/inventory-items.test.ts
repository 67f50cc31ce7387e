/** The inventory fills itself: each proposal has its reason, each gap is told, owners answer once, and exports are safe. */
import { expect, test } from 'vitest';
import { type Home, mayBe } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import type { InventoryItem } from '../../../schemas/inventory-item.ts';
import { attestationPage } from '../../api/attestation-page.ts';
import { attestationRoutes } from '../../api/attestation-routes.ts';
import { classesCsv, fleetCsv, inventoryCsv, scimList } from '../../api/inventory-exports.ts';
import type { InventoryPort } from '../../api/ports.ts';
import type { PrivacyRow } from '../../ports/privacy.ts';
import { keyOf, type Origins, type StoredMember } from '../../ports/views.ts';
import { createApprovalLinks } from '../../respond/approval-links.ts';
import { verifyRecord } from '../privacy-log.ts';
import { attestationPort } from './attestations.ts';
import { atHome, membersOf } from './fleet.ts';
import { inventoryPage, itemsOf, neighboursOf } from './inventory-items.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-10T00:00:00.000Z');
const stored = (id: string, change: Partial<StoredMember> = {}): StoredMember => ({
  id,
  kind: 'role',
  provider: 'aws',
  account: '1',
  name: '',
  firstMs: NOW - 9 * DAY,
  lastMs: NOW,
  activities: 40,
  longLived: 0,
  ...change,
});
const NOTHING: Origins = { makers: new Map(), people: new Map(), reaches: new Map(), credentials: new Map() };
const maker = (kind: string, by: string, byKind: string, starter = '') => ({
  kind,
  by,
  byKind,
  starter,
  action: 'iam:CreateRole',
  ms: NOW - 9 * DAY,
  home: { provider: 'aws', account: '1' },
});
const told = (records: Readonly<Record<string, object>>) => (member: StoredMember) => records[member.id];
const placedOf = (ids: readonly StoredMember[], records = {}) => membersOf(atHome(ids), told(records), new Map());
const items = (ids: readonly StoredMember[], origins: Partial<Origins>, records = {}) => {
  const placed = placedOf(ids, records);
  return itemsOf(placed, neighboursOf(placed), { ...NOTHING, ...origins }, NOW);
};

test('who made it is asked first, then who owns what made it, then who is behind it, then who owns the account', () => {
  const all = items(
    [
      stored('arn:aws:iam::1:role/by-person'),
      stored('by-machine'),
      stored('agent', { kind: 'agent', account: '' }),
      stored('neighbour'),
      stored('ci', { account: '2' }),
      ...['a', 'b', 'c'].map((id) => stored(id)),
      stored('alone', { account: '9' }),
    ],
    {
      makers: new Map([
        // The log of whoever made it names it by the end of its id.
        ['by-person', [maker('identity', 'ada@example.com', 'human')]],
        ['by-machine', [maker('identity', 'ci', 'service-account')]],
      ]),
      people: new Map([
        [
          keyOf({ id: 'agent', provider: 'aws' }),
          [
            { id: 'grace', activities: 90 },
            { id: 'x', activities: 5 },
          ],
        ],
      ]),
    },
    { ci: { owner: 'team-build' }, a: { owner: 'team-a' }, b: { owner: 'team-a' }, c: { owner: 'team-a' } },
  );
  const of = (id: string) => all.find((one) => one.id === id)?.proposedOwner;
  expect(of('arn:aws:iam::1:role/by-person')).toEqual({
    value: 'ada@example.com',
    because: 'made it on 2026-03-01 (iam:CreateRole)',
  });
  expect(of('by-machine')).toEqual({
    value: 'team-build',
    because: 'owns ci, which made it on 2026-03-01 (iam:CreateRole)',
  });
  expect(of('agent')?.value).toBe('grace');
  expect(of('neighbour')).toEqual({
    value: 'team-a',
    because: 'owns nearly all of the 3 owned identities of its account',
  });
  expect(of('alone')).toBeUndefined();
  // Nobody is proposed where somebody is known.
  expect(of('a')).toBeUndefined();
});

test('two identities with one id in two accounts have each their own makers, people and reach', () => {
  const two = [stored('deploy', { account: '1' }), stored('deploy', { account: '2' })];
  const keys = two.map(keyOf);
  const [one, other] = items(two, {
    makers: new Map([['deploy', [maker('identity', 'ada@example.com', 'human')]]]),
    people: new Map([[keys[1]!, [{ id: 'grace', activities: 90 }]]]),
    reaches: new Map([[keys[1]!, [{ service: 'kms', onBehalfOf: [], access: ['admin'], activities: 3 }]]]),
  });
  expect(one).toMatchObject({ account: '1', proposedOwner: { value: 'ada@example.com' }, reaches: [] });
  expect(other).toMatchObject({ account: '2', proposedOwner: { value: 'grace' }, made: [] });
  expect(other?.reaches).toMatchObject([{ system: 'kms' }]);
  // Whose a thing is that one of them made, nobody can tell where their owners differ.
  const same = [stored('a', { account: '1' }), stored('a', { account: '2' }), stored('b')];
  const placed = membersOf(
    atHome(same),
    ({ id, account }) => (id === 'a' ? { owner: `team-${account}` } : { owner: 'y' }),
    new Map(),
  );
  expect([...neighboursOf(placed).owners]).toEqual([['b', 'y']]);
});

test('a purpose follows from use, and every system is told with its whole chain', () => {
  const [item] = items([stored('agent')], {
    reaches: new Map([
      [
        keyOf({ id: 'agent', provider: 'aws', account: '1' }),
        [
          { service: 's3', onBehalfOf: ['planner', 'ada'], access: ['read', 'write'], activities: 30 },
          { service: 'kms', onBehalfOf: [], access: ['admin'], activities: 3 },
        ],
      ],
    ]),
  });
  expect(item?.proposedPurpose?.value).toBe('Reads and writes s3, administers kms');
  expect(item?.reaches[0]).toEqual({ system: 's3', through: ['ada', 'planner', 'agent'], activities: 30 });
});

test('what is lacking is told, an attestation that has ended too, and pages follow one another', () => {
  const until = (ms: number) => ({
    owner: 'o',
    purpose: 'p',
    expiresAt: '2027-01-01',
    attestedUntil: new Date(ms).toISOString(),
  });
  const three = [stored('a'), stored('b'), stored('c')];
  const records = { a: until(NOW + 1), b: until(NOW) };
  const all = items(three, {}, records);
  expect(all.map(({ gaps }) => gaps)).toEqual([[], ['attestation'], ['owner', 'purpose', 'expiry', 'attestation']]);
  const page = (asked: Parameters<typeof inventoryPage>[2]) => inventoryPage(placedOf(three, records), NOW, asked);
  const first = page({ gap: 'attestation', limit: 1 });
  expect(first).toMatchObject({ total: 2, gaps: { owner: 1, purpose: 1, expiry: 1, attestation: 2 } });
  const next = page({ gap: 'attestation', limit: 1, cursor: first?.next });
  expect(next?.chosen.map(({ member }) => member.id)).toEqual(['c']);
  expect(page({ limit: 1, cursor: '%%' })).toBeUndefined();
});

test('no cell of the table is a formula, and the SCIM list names every identity once', () => {
  const evil = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(1)', '  =1', '\t=1', '＝1', '|calc'];
  const all = items(
    evil.map((id) => stored(id)),
    {},
  );
  const csv = inventoryCsv(all);
  for (const cell of csv.matchAll(/(?:^|,)"((?:[^"]|"")*)"/gm)) expect(cell[1]).not.toMatch(/^\s*[=+\-@|＝]/);
  const { Resources } = scimList(all) as { Resources: { id: string; externalId: string }[] };
  expect(new Set(Resources.map(({ id }) => id)).size).toBe(evil.length);
  expect(Resources.map(({ externalId }) => externalId).sort()).toEqual([...evil].sort());
});

test('whatever stands in any text of a member, the tables keep their rows and cells, and nothing in them acts or hides', () => {
  const plant = '=cmd|x!A1"\u001b[2J\r\n=FORGED,1\u009b1A\u0085\u202e\u2066\u200b\u2028\u{e0041}';
  const planted = <T>(value: T): T => {
    if (typeof value === 'string') return `${plant}${value}` as T;
    if (Array.isArray(value)) return value.map(planted) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, planted(inner)])) as T;
  };
  const [item] = items(
    [stored('agent', { name: 'Agent' }), stored('neighbour')],
    { makers: new Map([['agent', [maker('identity', 'ada', 'human', 'eve')]]]) },
    { neighbour: { owner: 'team', purpose: 'x' } },
  );
  const odd = planted({ ...item!, owner: 'team', reaches: [{ system: 's3', through: ['agent', 'role'] }], score: 7 });
  const fit = planted({ peers: 'aws role', observed: 1, expected: 2, misfit: true });
  for (const csv of [inventoryCsv([odd as never]), fleetCsv([odd as never]), classesCsv([fit as never])]) {
    const [head, row, end, ...more] = csv.split('\r\n');
    expect([end, more]).toEqual(['', []]);
    const cells = row!.match(/"(?:[^"]|"")*"|[^,"]+/g) ?? [];
    expect(cells).toHaveLength(head!.split(',').length);
    for (const cell of cells) expect(cell).not.toMatch(/^"?\s*[=+\-@|]/);
    expect(row).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
  }
});

const homesOf = (all: readonly InventoryItem[], id: string, told: Home): Home[] =>
  all
    .filter((one) => one.id === id && mayBe(told, one))
    .map(({ provider, account }) => ({ provider, ...(account !== undefined && { account }) }));

/** A door on items that change with what is taken. */
function doorOf(
  all: readonly InventoryItem[],
  usage: () => object = () => ({ record: { identity: 'agent', tenant: 'acme', tier: 1, grantedScopes: ['s3'] } }),
) {
  const taken: InventoryRecord[] = [];
  const claimed = new Set<string>();
  const rows: PrivacyRow[] = [];
  const port = attestationPort({
    views: {
      items: async () => all,
      homes: async (_, id, told) => homesOf(all, id, told),
      item: async (_, id, told) => all.find((one) => one.id === id && mayBe(told, one)),
      usage: async () => usage() as never,
    },
    inventory: {
      take: async (records: Iterable<{ value: unknown }>) => {
        for (const { value } of records) taken.push(value as InventoryRecord);
        return { status: 'taken', taken: { records: 1, stored: 1, refused: 0, faults: [] } };
      },
    } as unknown as InventoryPort,
    links: createApprovalLinks('a key of more than twenty-four bytes'),
    once: {
      isFirst: async (kind, key) => !claimed.has(`${kind} ${key}`) && claimed.add(`${kind} ${key}`) !== undefined,
      isKnown: async (kind, key) => claimed.has(`${kind} ${key}`),
    },
    clock: { now: () => NOW },
    log: {
      rows: async (after = 0) => rows.slice(after),
      append: async (row) => (rows.push(row) > 0 ? 'appended' : 'taken'),
    },
    mark: (tenant, identity) => `fp:${tenant}:${identity.length}`,
    url: 'https://tidemark.example.com/',
    ttlMs: DAY,
  });
  return { port, taken, rows };
}
const caller = { name: 'soc', scope: 'responder', tenant: 'acme' } as const;
const tokenOf = (made: object | undefined) => (made as { url: string }).url.split('/').at(-1) ?? '';

test('an owner confirms once; what else the record holds stays, and who made the link stands beside', async () => {
  const { port, taken, rows } = doorOf(items([stored('agent')], {}));
  const link = await port.issue(caller, 'agent', {}, { recipient: 'grace', days: 30 });
  const token = tokenOf(link);
  for (let look = 0; look < 3; look++) expect(await port.look(token)).toMatchObject({ recipient: 'grace' });
  expect(taken).toEqual([]);
  const said = { decision: 'confirm', purpose: 'answers tickets' } as const;
  const answers = await Promise.all([1, 2, 3].map(() => port.answer(token, said)));
  expect(answers.sort()).toEqual(['done', 'spent', 'spent']);
  expect(await port.look(token)).toBe('spent');
  // The answer is sealed in the record, once, and names nobody but who answered.
  expect(rows).toMatchObject([
    { seq: 1, event: 'attested', by: 'grace (by a link of soc)', why: 'confirm', subject: 'fp:acme:5' },
  ]);
  expect(JSON.stringify(rows)).not.toContain('agent');
  expect((await verifyRecord(rows)).breaks).toEqual([]);
  expect((await verifyRecord([{ ...rows[0]!, by: 'mallory' }])).breaks).toHaveLength(1);
  expect(taken).toEqual([
    expect.objectContaining({
      identity: 'agent',
      owner: 'grace',
      purpose: 'answers tickets',
      tier: 1,
      grantedScopes: ['s3'],
      attestedBy: 'grace (by a link of soc)',
      attestedUntil: new Date(NOW + 30 * DAY).toISOString(),
    }),
  ]);
});

test('handed over it has a new owner who has confirmed nothing; retired it has ended, and nothing is switched off', async () => {
  for (const [said, expected] of [
    [{ decision: 'hand-over', owner: 'team-b' }, { owner: 'team-b' }],
    [{ decision: 'retire' }, { offboardedAt: new Date(NOW).toISOString() }],
  ] as const) {
    const { port, taken } = doorOf(items([stored('agent')], {}));
    const link = await port.issue(caller, 'agent', {}, { recipient: 'grace', days: 30 });
    expect(await port.answer(tokenOf(link), said)).toBe('done');
    expect(taken[0]).toMatchObject(expected);
    expect(taken[0]?.attestedUntil).toBeUndefined();
  }
});

test('reminders go to the owner, or to who probably is, and say of how many nobody can be asked', async () => {
  const { port } = doorOf(
    items(
      [stored('a'), stored('b'), stored('c', { account: '7' })],
      { makers: new Map([['b', [maker('identity', 'ada', 'human')]]]) },
      { a: { owner: 'team-a' } },
    ),
  );
  const { reminders, unasked } = await port.remind(caller, 90);
  expect(
    reminders.map(({ owner, isProposed, links }) => [owner, isProposed, links.map(({ identity }) => identity)]),
  ).toEqual([
    ['team-a', false, ['a']],
    ['ada', true, ['b']],
  ]);
  expect(unasked).toBe(1);
});

test('another token, or an identity that nobody saw, is no link; the page marks nothing up that a log said', async () => {
  const { port } = doorOf(items([stored('<img src=x onerror=alert(1)>')], {}));
  expect(await port.issue(caller, 'nobody', {}, { recipient: 'x', days: 1 })).toBeUndefined();
  expect(await port.look('a.b')).toBeUndefined();
  const link = await port.issue(caller, '<img src=x onerror=alert(1)>', {}, { recipient: 'grace', days: 1 });
  const view = await port.look(tokenOf(link));
  if (view === undefined || view === 'spent') throw new Error('the link does not open');
  const page = attestationPage(view);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('<script');
});

test('a form that says nothing, or hands over to nobody, spends nothing', async () => {
  const { port, taken } = doorOf(items([stored('agent')], {}));
  const link = await port.issue(caller, 'agent', {}, { recipient: 'grace', days: 30 });
  const post = attestationRoutes(port).find(({ method, path }) => method === 'POST' && path === '/attestations/:token');
  const send = (form: Record<string, string>) =>
    post?.run({
      params: { token: tokenOf(link) },
      body: Buffer.from(new URLSearchParams(form).toString()),
    } as never);
  for (const form of [
    {},
    { decision: 'hand-over' },
    { decision: 'confirm', expiresAt: 'soon' },
    { decision: 'delete' },
  ])
    expect((await send(form as Record<string, string>))?.status).toBe(400);
  expect(taken).toEqual([]);
  expect((await send({ decision: 'confirm', owner: '', expiresAt: '2027-01-31' }))?.status).toBe(200);
  expect(taken[0]).toMatchObject({ owner: 'grace', expiresAt: '2027-01-31T23:59:59.000Z' });
});

test('a link is one text: spelled otherwise, with another ending or padding, it is none', async () => {
  const { port, taken } = doorOf(items([stored('agent')], {}));
  const token = tokenOf(await port.issue(caller, 'agent', {}, { recipient: 'grace', days: 30 }));
  expect(await port.answer(token, { decision: 'confirm' })).toBe('done');
  for (const other of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
    expect(await port.answer(`${token.slice(0, -1)}${other}`, { decision: 'retire' })).not.toBe('done');
  expect(await port.answer(`${token}=`, { decision: 'retire' })).toBe('invalid');
  expect(taken).toHaveLength(1);
});

test('one answer ends every other link to the same question, at once and after it was noted', async () => {
  const all = [...items([stored('agent')], {}, { agent: { owner: 'grace' } })];
  const { port, taken } = doorOf(all);
  const [kept, other] = [
    tokenOf(await port.issue(caller, 'agent', {}, { recipient: 'grace', days: 30 })),
    tokenOf(await port.issue(caller, 'agent', {}, { recipient: 'ada', days: 30 })),
  ];
  expect(await port.answer(other, { decision: 'hand-over', owner: 'ada' })).toBe('done');
  expect(await port.answer(kept, { decision: 'retire' })).toBe('spent');
  all[0] = { ...(all[0] as InventoryItem), owner: 'ada' };
  expect(await port.look(kept)).toBe('spent');
  expect(await port.answer(kept, { decision: 'retire' })).toBe('spent');
  expect(taken).toHaveLength(1);
});

test('an answer of one tenant ends no question of another, though both know the same of the identity', async () => {
  const { port, taken } = doorOf(items([stored('agent')], {}));
  const [own, other] = [
    tokenOf(await port.issue({ ...caller, tenant: 'acme/eu' }, 'agent', {}, { recipient: 'grace', days: 30 })),
    tokenOf(await port.issue(caller, 'agent', {}, { recipient: 'mallory', days: 30 })),
  ];
  expect(await port.answer(other, { decision: 'retire' })).toBe('done');
  expect(await port.look(own)).toMatchObject({ recipient: 'grace' });
  expect(await port.answer(own, { decision: 'confirm' })).toBe('done');
  expect(taken).toMatchObject([{ tenant: 'acme' }, { tenant: 'acme/eu' }]);
});

test('a link is of one identity, not of another that has the id elsewhere or had it told later', async () => {
  const all = [...items([stored('deploy', { account: '1' }), stored('deploy', { account: '2' })], {})];
  const { port, taken } = doorOf(all);
  expect(await port.issue(caller, 'deploy', {}, { recipient: 'grace', days: 30 })).toEqual({
    choices: [
      { provider: 'aws', account: '1' },
      { provider: 'aws', account: '2' },
    ],
  });
  const token = tokenOf(await port.issue(caller, 'deploy', { account: '2' }, { recipient: 'grace', days: 30 }));
  all.pop();
  expect(await port.answer(token, { decision: 'retire' })).toBe('invalid');
  expect(taken).toEqual([]);
});

test('where it is not certain what is known of the identity, nothing is written over it', async () => {
  const all = items([stored('agent')], {});
  const { port, taken } = doorOf(all, () => ({ choices: [] }));
  const token = tokenOf(await port.issue(caller, 'agent', {}, { recipient: 'grace', days: 30 }));
  expect(await port.answer(token, { decision: 'confirm' })).toBe('failed');
  expect(taken).toEqual([]);
});

test('of credentials the oldest, the last use and those used at the same time are told, each credential once', () => {
  const used = (id: string, since: string, first: string, last: string) => ({
    id,
    since: `2026-${since}T00:00:00.000Z`,
    firstAt: `2026-${first}T00:00:00.000Z`,
    lastAt: `2026-${last}T00:00:00.000Z`,
  });
  const at = (id: string, account: string) => keyOf({ id, provider: 'aws', account });
  const all = items(
    [
      stored('rotated', { longLived: 3 }),
      stored('moved', { longLived: 1 }),
      stored('moved', { account: '' }),
      stored('sessions'),
    ],
    {
      credentials: new Map([
        [
          at('rotated', '1'),
          [
            used('new', '03-01', '03-01', '03-10'),
            used('shared', '03-02', '03-04', '03-06'),
            used('old', '01-01', '02-01', '02-20'),
          ],
        ],
        // One key, used before the account was told and, for some hours, by a log that still does not tell it.
        [at('moved', '1'), [used('only', '02-03', '03-02', '03-09')]],
        [at('moved', ''), [used('only', '02-01', '02-01', '03-03')]],
      ]),
    },
  );
  const of = (id: string) => all.filter((one) => one.id === id).map(({ credentials }) => credentials);
  expect(of('rotated')).toEqual([
    { oldestSince: '2026-01-01T00:00:00.000Z', lastAt: '2026-03-10T00:00:00.000Z', overlapping: 2 },
  ]);
  expect(of('moved')).toEqual([
    { oldestSince: '2026-02-01T00:00:00.000Z', lastAt: '2026-03-09T00:00:00.000Z', overlapping: 0 },
  ]);
  expect(of('sessions')).toEqual([undefined]);
  const [head = '', rotated = '', , sessions = ''] = inventoryCsv(all).split('\r\n');
  const from = head.split(',').indexOf('long-lived credentials');
  expect(head.split(',').slice(from, from + 4)).toEqual([
    'long-lived credentials',
    'oldest of them since',
    'last use of one',
    'used at the same time',
  ]);
  expect(rotated).toContain(',3,"2026-01-01T00:00:00.000Z","2026-03-10T00:00:00.000Z",2,');
  expect(sessions).toContain(',0,"","","",');
  expect(JSON.stringify(scimList(all))).toContain('"oldestSince":"2026-01-01T00:00:00.000Z"');
});
