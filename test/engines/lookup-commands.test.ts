/** Finding one's way in a store: tenants, identities by what they are, names and ids that are cut short, and what is elsewhere. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Activity, activitySchema } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import { migrateThrough, readMigrations } from '../../src/adapters/clickhouse/migrate.ts';
import { openStore, openTriage, openViews } from '../../src/adapters/clickhouse/open.ts';
import { embeddedMissing } from './console-rig.ts';
import { sampleAlert, sampleTurn } from './harness/clickhouse-samples.ts';
import { tidemark } from './harness/commands.ts';

const ROLE = 'arn:aws:iam::123456789012:role/shop/orders';
const TWIN = 'arn:aws:iam::210987654321:role/orders';
const act = (tenant: string, id: string, kind: string, day: string): Activity =>
  activitySchema.parse({
    id: `${id} ${day}`,
    at: `${day}T10:00:00.000Z`,
    tenant,
    identity: { id, kind, provider: 'example', ...(id === 'agent:desk' && { name: 'Front Desk' }) },
    action: { name: 'docs:Read', service: 'docs', access: 'read' },
    source: {},
    outcome: 'success',
  });

const grant = (identity: string, rights: string[]) => ({ kind: 'right' as const, identity, rights });

describe.skipIf((await embeddedMissing()) !== undefined)('finding what is in a store', () => {
  let directory: string;
  let config: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-lookup-'));
    const inventory = join(directory, 'inventory.ndjson');
    writeFileSync(inventory, `${JSON.stringify({ identity: 'agent:desk', tenant: 'acme', owner: 'ada' })}\n`);
    config = join(directory, 'tidemark.yaml');
    writeFileSync(config, `store: { path: ${join(directory, 'store')} }\ningest: { inventoryFile: ${inventory} }\n`);
    const activities = [
      act('acme', ROLE, 'role', '2026-02-01'),
      act('acme', 'bot:stale', 'bot', '2026-02-02'),
      act('acme', TWIN, 'role', '2026-02-03'),
      act('acme', 'agent:desk', 'agent', '2026-03-18'),
      act('acme', 'agent:desk', 'agent', '2026-03-19'),
      act('acme', ROLE, 'role', '2026-03-20'),
      act('zoo', 'keeper', 'bot', '2026-03-01'),
    ];
    const alert = (id: string, change: object) =>
      sampleAlert(id, 1, { identity: { id: ROLE, kind: 'role', provider: 'example' }, ...change });
    const store = await openStore(configSchema.parse({ store: { path: join(directory, 'store') } }).store);
    await store.commit(
      sampleTurn(0, activities.length, {
        activities: activities.map((activity, offset) => ({ activity, offset })),
        inventory: ['ann', 'bob'].map((owner, offset) => ({
          record: { identity: 'bot:told', tenant: 'acme', owner },
          offset,
        })),
        alerts: [
          alert('aaaa1111bbbb', { incident: 'feed0001feed0001' }),
          alert('aaaa2222bbbb', { incident: 'feed0001feed0001' }),
          alert('cccc3333bbbb', { incident: 'feed0002feed0002' }),
          alert('dddd4444bbbb', { tenant: 'harbour' }),
        ],
      }),
    );
    await store.close();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const run = (...words: string[]) => tidemark(...words, '--config', config);
  const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).out);
  const ids = async (...words: string[]) =>
    (await json('identities', '--tenant', 'acme', ...words)).map(({ id }: { id: string }) => id);

  test('what the inventory said of an id is told oldest first, up to a time and so many', async () => {
    const store = await openStore(configSchema.parse({ store: { path: join(directory, 'store') } }).store);
    try {
      const owners = async (until: string, limit: number, tenant = 'acme') =>
        (await openViews(store).recordsOf({ tenant, identity: 'bot:told', until, limit })).map(
          ({ record }) => record.owner,
        );
      const later = '2100-01-01T00:00:00.000Z';
      expect(await owners(later, 9)).toEqual(['ann', 'bob']);
      expect(await owners(later, 1)).toEqual(['bob']);
      expect(await owners('2026-01-01T00:00:00.000Z', 9)).toEqual([]);
      expect(await owners(later, 9, 'zoo')).toEqual([]);
    } finally {
      await store.close();
    }
  });

  test('tenants are told in order of name, with what each has, one without activities too', async () => {
    expect(await json('tenants')).toEqual([
      { tenant: 'acme', identities: 4, alerts: 3, lastAt: '2026-03-20T10:00:00.000Z' },
      { tenant: 'harbour', identities: 0, alerts: 1 },
      { tenant: 'zoo', identities: 1, alerts: 0, lastAt: '2026-03-01T10:00:00.000Z' },
    ]);
    const { out } = await run('tenants');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['tenant', 'identities', 'alerts', 'newest activity'],
      ['acme', '4', '3', '2026-03-20T10:00:00.000Z'],
      ['harbour', '0', '1', '-'],
      ['zoo', '1', '0', '2026-03-01T10:00:00.000Z'],
    ]);
    expect((await json('tenants', '--limit', '1')).length).toBe(1);
  });

  test('identities are chosen by kind, time, inventory and learning, each alone and together', async () => {
    const all = ['agent:desk', ROLE, TWIN, 'bot:stale'];
    expect(await ids()).toEqual(all);
    expect(await ids('--kind', 'role')).toEqual([ROLE, TWIN]);
    expect(await ids('--since', '2026-03-01T00:00:00Z')).toEqual(['agent:desk', ROLE]);
    expect(await ids('--unknown')).toEqual([ROLE, TWIN, 'bot:stale']);
    expect(await ids('--learning')).toEqual(['agent:desk']);
    expect(await ids('--learning', '--unknown')).toEqual([]);
    expect(await ids('--kind', 'role', '--since', '2026-03-01T00:00:00Z', '--unknown')).toEqual([ROLE]);
    expect(await ids('--limit', '2')).toEqual(all.slice(0, 2));
    const [desk, role] = await json('identities', '--tenant', 'acme');
    expect(desk).toMatchObject({ inInventory: true, learningUntil: '2026-03-25T10:00:00.000Z', activities: 2 });
    expect(role).toMatchObject({ inInventory: false, kind: 'role' });
    expect(role).not.toHaveProperty('learningUntil');
    const { out, err } = await run('identities', '--tenant', 'acme');
    expect(out).toMatch(/^agent +2 +2026-03-18 +2026-03-19 +learns until 2026-03-25 +known +example +agent:desk$/m);
    expect(out).toMatch(/^bot +1 +2026-02-02 +2026-02-02 +mature +unknown +example +bot:stale$/m);
    expect(err).toContain('Of tenant acme 1 of 4 identities still learning, until 2026-03-25.\n');
  });

  test('a list of the fleet is the one that its page shows, in its order', async () => {
    expect(await ids('--list', 'dormant')).toEqual(['bot:stale', TWIN]);
    expect(await ids('--list', 'unowned', '--limit', '1')).toEqual([ROLE]);
    expect(await ids('--list', 'fresh')).toEqual(['agent:desk']);
    const { out, err } = await run('identities', '--tenant', 'acme', '--list', 'drifting');
    expect(out).toMatch(/score +alerts/);
    expect(out).toContain(ROLE);
    expect(err).toContain('tidemark identity');
    expect((await run('identities', '--tenant', 'acme', '--list', 'ended')).out).toContain('on the list ended');
  });

  test('a report tells of one tenant alone, and says so where it has nothing to tell', async () => {
    const out = join(directory, 'report.html');
    const told = await json('report', '--tenant', 'acme', '--out', out);
    expect(told).toEqual({ out, tenant: 'acme', alerts: 3, identities: 4 });
    const page = readFileSync(out, 'utf8');
    expect(page.match(/<article /g)).toHaveLength(3);
    expect(page).toContain('orders');
    expect(page).not.toContain('keeper');
    const { err, code } = await run('report', '--tenant', 'nobody', '--out', out);
    expect(code).toBe(0);
    expect(err).toContain('No alerts of tenant nobody');
    expect(err).toContain('acme');
    expect(readFileSync(out, 'utf8')).toContain('Nothing was read');
    expect((await run('report', '--out', join(directory, 'none', 'report.html'))).err).toContain('cannot write it');
  });

  test('where a tenant has none, those that have are named', async () => {
    expect((await run('alerts')).out).toBe('No alerts of tenant default; tenants with alerts: acme, harbour.\n');
    expect((await run('alerts', '--tenant', 'zoo', '--status', 'new')).out).toBe(
      'No alerts of that description of tenant zoo; tenants with alerts: acme, harbour.\n',
    );
    expect((await run('alerts', '--tenant', 'acme', '--severity', 'critical')).out).toBe(
      'No alerts of that description of tenant acme; tenants with alerts: harbour.\n',
    );
    expect((await run('identities')).out).toBe(
      'No identities of tenant default; tenants with identities: acme, zoo.\n',
    );
    const { err, code } = await run('identity', 'orders');
    expect(code).toBe(2);
    expect(err).toContain('nothing is known of identity orders of tenant default; tenants with identities: acme, zoo');
    expect((await run('alerts', '--json')).out).toBe('[]\n');
  });

  test('an identity is known by its id, its name, or the end of its id, if that is one', async () => {
    const alerts = async (name: string) =>
      (await json('alerts', '--tenant', 'acme', '--identity', name)).map(({ id }: { id: string }) => id).sort();
    const own = ['aaaa1111bbbb', 'aaaa2222bbbb', 'cccc3333bbbb'];
    for (const name of [ROLE, 'shop/orders', 'Shop/Orders']) expect(await alerts(name)).toEqual(own);
    for (const name of ['desk', 'front desk', 'agent:desk']) expect(await alerts(name)).toEqual([]);
    const { err, code } = await run('alerts', '--tenant', 'acme', '--identity', 'orders');
    expect({ err, code }).toEqual({
      err: `tidemark: 2 identities are called orders\n  Give the whole id: ${ROLE}, ${TWIN}\n`,
      code: 2,
    });
    expect(await run('alerts', '--tenant', 'acme', '--identity', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'nothing is known of identity nobody of tenant acme; tenants with identities: zoo\n',
      ),
    });
  });

  test('an alert is known by the beginning of its id, of whatever tenant, if that is one', async () => {
    for (const [start, id] of [
      ['aaaa1', 'aaaa1111bbbb'],
      ['dddd', 'dddd4444bbbb'],
    ] as const)
      expect((await json('explain', start)).alert.id).toBe(id);
    expect(await run('explain', 'aaaa')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^tidemark: 2 alerts begin with aaaa\n {2}Give more of the id: aaaa\d{4}bbbb, aaaa\d{4}bbbb\n$/,
      ),
    });
    for (const start of ['ccc', 'eeee'])
      expect(await run('explain', start)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(
          new RegExp(`^tidemark: no alert ${start} in .*\\n {2}List them with \`tidemark alerts\``),
        ),
      });
  });

  test('an incident is known by the beginning of its id, if that is one', async () => {
    const of = async (start: string) =>
      (await json('alerts', '--tenant', 'acme', '--incident', start)).map(({ id }: { id: string }) => id).sort();
    expect(await of('feed0001')).toEqual(['aaaa1111bbbb', 'aaaa2222bbbb']);
    expect(await of('feed0002feed0002')).toEqual(['cccc3333bbbb']);
    expect(await run('alerts', '--tenant', 'acme', '--incident', 'feed')).toMatchObject({
      code: 2,
      err: expect.stringContaining('2 incidents begin with feed\n  Give more of the id: '),
    });
    expect(await run('alerts', '--tenant', 'harbour', '--incident', 'feed0001')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no incident feed0001 of tenant harbour; tenants with alerts: acme\n'),
    });
  });

  test('a copy of the store is the store: restored elsewhere it tells the same, with memories and key complete', async () => {
    const restored = join(directory, 'restored');
    cpSync(join(directory, 'store'), restored, { recursive: true, preserveTimestamps: true });
    for (const words of [['tenants'], ['alerts', '--tenant', 'acme'], ['identities', '--tenant', 'acme']]) {
      const [here, there] = [await run(...words, '--json'), await run(...words, '--json', '--store', restored)];
      expect(there.code, words.join(' ')).toBe(0);
      expect(JSON.parse(there.out)).toEqual(JSON.parse(here.out));
    }
    const { findings } = JSON.parse((await run('check', '--json', '--store', restored)).out);
    expect(findings.find(({ check }: { check: string }) => check === 'store')).toMatchObject({ ok: true });
    // It is a store of its own from then on: what is written to it is not in the other.
    await run('comment', 'cccc3333bbbb', 'seen in the copy', '--tenant', 'acme', '--store', restored);
    const of = async (...words: string[]) =>
      (await json('alerts', '--tenant', 'acme', ...words)) as { id: string; triage: { actions: number } }[];
    const actions = (list: { id: string; triage: { actions: number } }[]) =>
      list.find(({ id }) => id === 'cccc3333bbbb')!.triage.actions;
    expect(actions(await of('--store', restored))).toBe(actions(await of()) + 1);
  });

  test('ids that never come back are told of with the remedy, and those that do or are young are not', async () => {
    const path = join(directory, 'fleeting');
    const store = await openStore(configSchema.parse({ store: { path } }).store);
    const day = (n: number) => new Date(Date.UTC(2026, 1, n)).toISOString().slice(0, 10);
    const activities = [
      ...Array.from({ length: 30 }, (_, n) => act('acme', `run-${100 + n}`, 'agent', day(1 + (n % 10)))),
      ...[1, 8, 20, 25].map((n) => act('acme', 'agent:desk', 'agent', day(n))),
      ...Array.from({ length: 40 }, (_, n) => [1, 9, 25].map((d) => act('acme', `bot-${n}`, 'bot', day(d)))).flat(),
      ...Array.from({ length: 40 }, (_, n) => act('young', `run-${n}`, 'agent', day(25))),
      // Another tenant: rights that were given, and what of them is used by whom.
      { ...act('lab', 'deployer', 'role', day(2)), change: grant('Orders', ['docs:Read', 'docs:Write', '*']) },
      { ...act('lab', 'deployer', 'role', day(3)), change: grant('orders', ['docs:Delete']) },
      {
        ...act('lab', 'deployer', 'role', day(4)),
        change: grant('orders', ['docs:Refused']),
        outcome: 'denied' as const,
      },
      act('lab', 'orders', 'bot', day(5)),
      {
        ...act('lab', 'shop', 'bot', day(5)),
        action: { name: 'docs:Write', service: 'docs', access: 'write' as const },
      },
      ...['users/luis@acme.example', 'dana@acme.example'].map((id) => ({
        ...act('lab', 'clerk', 'human', day(4)),
        id: `clerk did to ${id}`,
        action: { name: 'users:Update', service: 'users', access: 'admin' as const },
        resource: { id },
      })),
      {
        ...act('lab', 'sulky', 'bot', day(5)),
        action: { name: 'docs:Delete', service: 'docs', access: 'write' as const },
        outcome: 'denied' as const,
      },
    ];
    await store.commit(
      sampleTurn(0, activities.length, {
        activities: activities.map((activity, offset) => ({ activity, offset })),
        alerts: [],
      }),
    );
    const told = await openTriage(store).ledger.fleeting(10);
    expect(told).toEqual([
      {
        tenant: 'acme',
        provider: 'example',
        kind: 'agent',
        ids: 31,
        fleeting: 30,
        examples: [expect.stringMatching(/^run-1/), expect.stringMatching(/^run-1/), expect.stringMatching(/^run-1/)],
      },
    ]);
    // What others did for an identity is found though no target names it; what was refused too, as such.
    const near = {
      tenant: 'lab',
      home: {},
      since: `${day(3)}T00:00:00.000Z`,
      until: `${day(6)}T00:00:00.000Z`,
      stepMs: 86_400_000,
    };
    const { changes } = await openViews(store).rate({ ...near, identity: 'orders' });
    expect(changes.map(({ at, by, outcome }) => [at.slice(0, 10), by, outcome])).toEqual([
      [day(4), 'deployer', 'denied'],
      [day(3), 'deployer', 'success'],
    ]);
    expect((await openViews(store).rate({ ...near, identity: 'shop' })).changes).toEqual([]);
    // What was done to another of the same mail domain is not about this one.
    const mail = await openViews(store).rate({ ...near, identity: 'luis@acme.example' });
    expect(mail.changes.map(({ resource }) => resource)).toEqual(['users/luis@acme.example']);
    // The same home in several tenants, providers and accounts: an id alone is not enough, and what is told chooses one.
    expect(await openTriage(store).ledger.homes('acme', 'agent:desk')).toEqual([
      { provider: 'example', firstMs: Date.parse('2026-02-01T10:00:00.000Z') },
    ]);
    const views = openViews(store);
    const given = await views.grants('lab', 'orders', 10);
    expect([...given]).toEqual([
      [
        'orders',
        [
          {
            right: 'docs:Delete',
            at: '2026-02-03T10:00:00.000Z',
            by: 'deployer',
            homes: [{ provider: 'example', account: '' }],
          },
          {
            right: 'docs:Read',
            at: '2026-02-02T10:00:00.000Z',
            by: 'deployer',
            homes: [{ provider: 'example', account: '' }],
          },
          {
            right: 'docs:Write',
            at: '2026-02-02T10:00:00.000Z',
            by: 'deployer',
            homes: [{ provider: 'example', account: '' }],
          },
        ],
      ],
    ]);
    expect(await views.grants('lab', undefined, 10)).toEqual(given);
    expect(await views.peerActs('lab', { identity: 'orders', kind: 'bot', provider: 'example' }, {}, 10)).toEqual({
      count: 2,
      acts: [{ service: 'docs', name: 'docs:Write', identities: 1 }],
    });
    await store.close();
    const page = join(directory, 'lab.html');
    await tidemark('report', '--store', path, '--tenant', 'lab', '--out', page);
    expect(readFileSync(page, 'utf8')).toMatch(/With unused grants: 1<.*orders/s);
    const { out, err } = await tidemark('check', '--store', path);
    expect(out + err).toContain('30 of 31 ids of kind agent');
    expect(out + err).toContain('gen_ai.agent.name');
  });

  test('a command that only looks says that it brought an earlier store up to date, and a dry run what that means', async () => {
    const path = join(directory, 'earlier');
    mkdirSync(path);
    const { store: place } = configSchema.parse({ store: { path } });
    const connection = await connect(place);
    const earlier = readMigrations().filter(({ file }) => file !== '307-skipped.sql');
    await migrateThrough(connection, place, false, earlier);
    await connection.close();
    const planned = await tidemark('migrate', '--dry-run', '--store', path);
    expect(planned.out).toContain('would apply 307-skipped.sql\n');
    expect(planned.err).toBe('Earlier builds of Tidemark refuse the store after that.\n');
    expect((await tidemark('check', '--store', path)).out).toContain('earlier builds refuse the store after that');
    const said = `Brought the store ${path} up to date (307-skipped.sql): earlier builds of Tidemark refuse it from now on.\n`;
    const first = await tidemark('tenants', '--store', path, '--json');
    expect(first.err).toContain(said);
    expect(JSON.parse(first.out)).toEqual([]);
    expect((await tidemark('tenants', '--store', path)).err).not.toContain('Brought');
  });

  test('a report of a store tells what a history held that was not judged: dead, or left out on purpose', async () => {
    const [path, file, page] = ['unread', 'unread.ndjson', 'unread.html'].map((name) => join(directory, name));
    const digest = { awsAccountId: '111122223333', digestS3Object: 'digest.json.gz', logFiles: [] };
    const records = [act('acme', 'bot:read', 'bot', '2026-03-01'), digest, digest];
    writeFileSync(file!, `${records.map((record) => JSON.stringify(record)).join('\n')}\nnothing\nof the kind\n`);
    const { out } = await tidemark('replay', file!, '--store', path!, '--json');
    const { dead, skipped } = JSON.parse(out) as { dead: object; skipped: Record<string, number> };
    expect([Object.keys(dead), Object.keys(skipped)]).toEqual([
      [expect.stringMatching(/./)],
      ['aws-cloudtrail: a CloudTrail digest lists files, not acts'],
    ]);
    await tidemark('report', '--store', path!, '--tenant', 'acme', '--out', page!);
    const text = readFileSync(page!, 'utf8')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    expect(text).toContain('2 records could not be read: what they tell was not judged');
    expect(text).toContain('skipped aws-cloudtrail: a CloudTrail digest lists files, not acts 2');
    await tidemark('report', '--store', path!, '--tenant', 'acme', '--since', '2099-01-01', '--out', page!);
    expect(readFileSync(page!, 'utf8')).toContain('Every record could be read.');
  });
});
