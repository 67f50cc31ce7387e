/** The commands of an analyst on the embedded engine: list, look, acknowledge, comment, judge, suppress, send once more. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { openStore, openTriage } from '../../src/adapters/clickhouse/open.ts';
import { createProgram } from '../../src/commands/program.ts';
import { createTriage } from '../../src/triage/triage.ts';
import { embeddedMissing } from './console-rig.ts';
import { sampleAlert, sampleDelivery, sampleTurn } from './harness/clickhouse-samples.ts';

const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString();
const ROLE = 'arn:aws:iam::123456789012:role/ci-0';
const evidence = [
  {
    field: 'source.asn',
    seen: 'AS64496',
    usual: 'private 10.',
    detector: 'where',
    surprise: 9,
    prevalence: { identity: 0, peers: 0, tenant: 0 },
  },
];

describe.skipIf((await embeddedMissing()) !== undefined)('the commands of an analyst, on the embedded engine', () => {
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-triage-'));
    const store = await openStore(configSchema.parse({ store: { path: directory } }).store);
    const alert = (id: string, change: object) => sampleAlert(id, 1, { evidence, ...change } as never);
    await store.commit(
      sampleTurn(0, 4, {
        alerts: [
          alert('aaaaaaaa1111', { severity: 'critical', owner: 'team-shop' }),
          alert('bbbbbbbb2222', { severity: 'low', kinds: ['scope-drift'], raisedAt: '2026-03-01T11:05:00.000Z' }),
        ],
        deliveries: [sampleDelivery('msg_1', { alertId: 'aaaaaaaa1111' })],
      }),
    );
    await store.close();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  async function tidemark(...words: string[]): Promise<string> {
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const program = await createProgram((error) => {
        throw error;
      });
      await program.parseAsync(
        [...words, '--store', directory, ...(words[0] === 'explain' ? [] : ['--tenant', 'acme'])],
        {
          from: 'user',
        },
      );
    } finally {
      vi.restoreAllMocks();
    }
    return said.join('');
  }
  const ids = async (...filters: string[]) =>
    JSON.parse(await tidemark('alerts', '--json', ...filters)).map(({ id }: { id: string }) => id);

  test('lists by severity, kind, owner, time and where an alert stands', async () => {
    expect(await ids()).toEqual(['bbbbbbbb2222', 'aaaaaaaa1111']);
    expect(await ids('--limit', '1')).toEqual(['bbbbbbbb2222']);
    expect(await ids('--severity', 'high')).toEqual(['aaaaaaaa1111']);
    expect(await ids('--kind', 'scope-drift')).toEqual(['bbbbbbbb2222']);
    expect(await ids('--owner', 'team-shop')).toEqual(['aaaaaaaa1111']);
    expect(await ids('--since', '2026-03-02')).toEqual([]);
    expect(await ids('--status', 'acknowledged')).toEqual([]);
    expect(await ids('--identity', 'ci-0')).toEqual(['bbbbbbbb2222', 'aaaaaaaa1111']);
    expect(await tidemark('alerts', '--severity', 'critical', '--since', '2027-01-01')).toBe(
      'No alerts of that description of tenant acme.\n',
    );
    await expect(tidemark('alerts', '--identity', 'nobody')).rejects.toThrow('nothing is known of identity nobody');
  });

  test('acknowledged, commented and confirmed: all of it is in the history, by whom and why', async () => {
    expect(await tidemark('acknowledge', 'aaaaaaaa', '--by', 'ada')).toContain('acknowledged');
    expect(await ids('--status', 'acknowledged')).toEqual(['aaaaaaaa1111']);
    await tidemark('comment', 'aaaaaaaa', 'asked the owner', '--by', 'bob');
    await tidemark('verdict', 'aaaaaaaa', '--true', '--because', 'key in a paste', '--by', 'ada');
    expect(await tidemark('alerts')).toMatch(/^aaaaaaaa1111.*critical {2}confirmed/m);
    const history = await tidemark('explain', 'aaaaaaaa1111', '--history');
    expect(history.split('\n').map((line) => line.replace(/^\S+ {2}/, ''))).toEqual([
      expect.stringMatching(/critical/),
      'acknowledge by ada',
      'comment by bob: asked the owner',
      'true by ada: key in a paste',
      '',
    ]);
    await expect(tidemark('comment', 'aaaaaaaa', ' ')).rejects.toThrow('the note:');
    await expect(tidemark('acknowledge', 'cccccccc')).rejects.toThrow('no such alert');
  });

  test('a benign verdict needs a scope among its evidence and an end', async () => {
    const judge = (...rest: string[]) =>
      tidemark('verdict', 'bbbbbbbb', '--benign', '--because', 'new network', ...rest);
    await expect(judge('--until', IN_A_MONTH)).rejects.toThrow('needs a scope');
    await expect(judge('--scope', 'all-evidence')).rejects.toThrow('needs an end');
    await expect(judge('--scope', 'source.ip', '--until', IN_A_MONTH)).rejects.toMatchObject({
      message: expect.stringContaining('no evidence of this alert'),
      remedy: 'Its evidence: source.asn.',
    });
    await expect(judge('--scope', 'source.asn', '--until', '2099-01-01')).rejects.toThrow('more than 90 days ahead');
    expect(await judge('--scope', 'source.asn', '--until', IN_A_MONTH)).toContain('benign  resolved');
  });

  test('a suppression that would have hidden a confirmed alert is refused, with the list; a narrower one is made and lifted', async () => {
    const add = (...rest: string[]) =>
      tidemark('suppressions', 'add', '--owner', 'net', '--until', IN_A_MONTH, '--because', 'VPN', ...rest);
    await expect(add('--kind', 'scope-drift')).rejects.toThrow('name an identity or a piece of evidence');
    const said: string[] = [];
    await expect(
      add('--identity', ROLE, '--json').catch((error) => {
        said.push(error.remedy);
        throw error;
      }),
    ).rejects.toThrow('it would have hidden 1 alert that was confirmed');
    expect(said[0]).toContain('Make it narrower');
    expect(await tidemark('suppressions', 'list')).toBe('No suppressions.\n');

    const narrow = ['--evidence', 'source.asn=AS64496', '--kind', 'scope-drift'];
    expect(await add(...narrow, '--dry-run')).toMatch(/^would hide {2}bbbbbbbb2222/);
    expect(await tidemark('suppressions', 'list')).toBe('No suppressions.\n');
    await add(...narrow);
    const [made] = JSON.parse(await tidemark('suppressions', 'list', '--json'));
    expect(made).toMatchObject({ owner: 'net', until: IN_A_MONTH, match: { kinds: ['scope-drift'] } });
    await expect(tidemark('suppressions', 'lift', 'zz')).rejects.toThrow('no suppression in force begins with zz');
    expect(await tidemark('suppressions', 'lift', made.id.slice(0, 8))).toBe(`lifted ${made.id}\n`);
    expect(await tidemark('suppressions', 'list')).toBe('No suppressions.\n');
  });

  test('alerts of one incident are listed together, told by each of them, and judged in one go', async () => {
    const store = await openStore(configSchema.parse({ store: { path: directory } }).store);
    const incident = 'feedfeedfeed0001';
    const member = (n: number, change: object = {}) =>
      sampleAlert(`dddddddd000${n}`, 1, {
        evidence,
        incident,
        identity: { id: `mover-${n}`, kind: 'role', provider: 'aws' },
        raisedAt: `2026-03-02T10:0${n}:00.000Z`,
        ...change,
      } as never);
    const between = sampleAlert('eeeeeeee0001', 1, { evidence, raisedAt: '2026-03-02T10:01:30.000Z' } as never);
    await store.commit(
      sampleTurn(5, 9, { alerts: [member(1), between, member(2, { severity: 'critical' }), member(3)] }),
    );
    await store.close();

    const listed = (await tidemark('alerts', '--since', '2026-03-01')).split('\n');
    expect(listed.slice(0, 5).map((line) => line.slice(0, 16).trimEnd())).toEqual([
      'feedfeedfeed',
      '  dddddddd0003',
      '  dddddddd0002',
      '  dddddddd0001',
      'eeeeeeee0001',
    ]);
    expect(listed[0]).toMatch(new RegExp(`critical {2}new +incident ${incident}: 3 alerts of 3 identities`));
    expect(await ids('--incident', incident)).toEqual(['dddddddd0003', 'dddddddd0002', 'dddddddd0001']);
    expect(await tidemark('explain', 'dddddddd0002')).toMatch(
      /Incident feedfeedfeed0001: 2 other alerts for the same cause\n {2}dddddddd0003 .* mover-3\n {2}dddddddd0001 .* mover-1\n/,
    );

    const judge = (id: string, scope: string) =>
      tidemark('verdict', id, '--incident', '--benign', '--because', 'x', '--until', IN_A_MONTH, '--scope', scope);
    await expect(judge('eeeeeeee0001', 'all-evidence')).rejects.toThrow('part of no incident');
    await expect(judge('dddddddd0002', 'source.ip')).rejects.toThrow('no evidence of alert dddddddd0003');
    expect(await ids('--status', 'resolved', '--incident', incident)).toEqual([]);
    expect((await judge('dddddddd0002', 'source.asn')).match(/benign {2}resolved/g)).toHaveLength(3);
    expect(await ids('--status', 'resolved', '--incident', incident)).toHaveLength(3);
    expect(await tidemark('alerts', '--incident', incident)).toMatch(/^feedfeedfeed .*critical {2}benign /);
  });

  test('a benign verdict on an incident leaves an alert with evidence of its own as it was', async () => {
    const store = await openStore(configSchema.parse({ store: { path: directory } }).store);
    const incident = 'feedfeedfeed0002';
    const member = (n: number, change: object = {}) =>
      sampleAlert(`cafecafe000${n}`, 1, {
        evidence,
        incident,
        identity: { id: `moved-${n}`, kind: 'role', provider: 'aws' },
        raisedAt: `2026-03-03T10:0${n}:00.000Z`,
        ...change,
      } as never);
    const theft = { ...evidence[0], field: 'action.name', seen: 'iam:CreateAccessKey', detector: 'what', nats: 12 };
    const thief = member(3, { severity: 'critical', evidence: [...evidence, theft] });
    await store.commit(sampleTurn(10, 14, { alerts: [member(1), member(2), thief] }));
    await store.close();
    const said = await tidemark(
      ...['verdict', 'cafecafe0001', '--incident', '--benign', '--because', 'fail-over', '--scope', 'all-evidence'],
      ...['--until', IN_A_MONTH],
    );
    expect(said.match(/benign +resolved/g)).toHaveLength(2);
    expect(said).toMatch(
      /cafecafe0003 {2}left as it was {2}new +it has evidence of its own: action.name=iam:CreateAccessKey/,
    );
    expect(await ids('--status', 'resolved', '--incident', incident)).toEqual(['cafecafe0002', 'cafecafe0001']);
    expect(await ids('--status', 'new', '--incident', incident)).toEqual(['cafecafe0003']);
  });

  test('an alert that grows beyond a decision is new again, and says why', async () => {
    const change = { severity: 'low', evidence, identity: { id: 'grower', kind: 'role', provider: 'aws' } };
    const grown = {
      ...change,
      severity: 'critical',
      evidence: [...evidence, { ...evidence[0], field: 'action.name', seen: 'iam:CreateAccessKey', detector: 'what' }],
      lastAt: '2026-03-04T11:00:00.000Z',
      raisedAt: '2026-03-04T10:00:00.000Z',
    };
    const version = async (span: number, alerts: ReturnType<typeof sampleAlert>[]) => {
      const store = await openStore(configSchema.parse({ store: { path: directory } }).store);
      await store.commit(sampleTurn(span, span + 4, { alerts }));
      await store.close();
    };
    await version(
      20,
      ['faceface0001', 'faceface0002'].map((id) => sampleAlert(id, 1, change as never)),
    );
    await tidemark('acknowledge', 'faceface0001');
    const benign = ['--benign', '--because', 'VPN', '--until', IN_A_MONTH, '--scope', 'source.asn'];
    expect(await tidemark('verdict', 'faceface0002', ...benign)).toContain('benign  resolved');
    await version(
      25,
      ['faceface0001', 'faceface0002'].map((id) => sampleAlert(id, 2, grown as never)),
    );
    const found = JSON.parse(await tidemark('alerts', '--json', '--identity', 'grower'));
    expect(found.map(({ triage }: { triage: object }) => triage)).toEqual(
      Array(2).fill({ status: 'new', reopened: 'it is critical by now, and was low', actions: 1 }),
    );
    expect(await tidemark('explain', 'faceface0002', '--history')).toContain('benign by cli: VPN');
    expect((await tidemark('alerts', '--identity', 'grower')).match(/critical {2}new again/g)).toHaveLength(2);
  });

  test('a decision covers the version that was looked at, though the alert has grown by the time it is given', async () => {
    const store = await openStore(configSchema.parse({ store: { path: directory } }).store);
    const { triage: kept } = openTriage(store);
    const triage = createTriage({ store: kept, clock: { now: Date.now } });
    const caller = { name: 'ada', scope: 'analyst', tenant: sampleAlert('x').tenant } as const;
    const small = { severity: 'low', evidence, identity: { id: 'racer', kind: 'role', provider: 'aws' } };
    const more = { ...evidence[0], field: 'action.name', seen: 'iam:CreateAccessKey', detector: 'what', nats: 12 };
    const large = { ...small, severity: 'critical', evidence: [...evidence, more], lastAt: '2026-03-05T11:00:00.000Z' };
    await store.commit(
      sampleTurn(60, 64, { alerts: ['decafbad0001', 'decafbad0002'].map((id) => sampleAlert(id, 1, small as never)) }),
    );
    await store.commit(
      sampleTurn(65, 69, { alerts: ['decafbad0001', 'decafbad0002'].map((id) => sampleAlert(id, 2, large as never)) }),
    );
    const benign = { verdict: 'benign', scope: 'all-evidence', until: IN_A_MONTH, because: 'VPN', version: 1 } as const;
    const judged = await triage.verdict(caller, 'decafbad0001', benign);
    expect(judged).toMatchObject({ triage: { status: 'new', reopened: 'it is critical by now, and was low' } });
    const taken = await triage.acknowledge(caller, 'decafbad0002', '', { version: 1 });
    expect(taken).toMatchObject({ triage: { status: 'new' } });
    expect(await triage.verdict(caller, 'decafbad0001', { ...benign, version: 7 })).toMatchObject({
      status: 'refused',
    });
    expect(await triage.verdict(caller, 'decafbad0001', { ...benign, version: 2 })).toMatchObject({
      triage: { status: 'resolved' },
    });
    await store.close();
  });

  test('a suppression of one piece of evidence hides no alert with another, and its preview says so', async () => {
    const add = (...rest: string[]) =>
      tidemark(
        ...[
          'suppressions',
          'add',
          '--owner',
          'net',
          '--until',
          IN_A_MONTH,
          '--because',
          'keys',
          '--identity',
          'grower',
        ],
        ...rest,
      );
    const named = ['--evidence', 'action.name=iam:CreateAccessKey'];
    const preview = await add(...named, '--dry-run');
    expect(preview).not.toContain('would hide');
    expect(preview).toMatch(/^stays told {2}faceface000\d .*it has evidence that is not named: source.asn=AS64496/m);
    expect((await add(...named, '--evidence', 'source.asn=AS64496', '--dry-run')).match(/would hide/g)).toHaveLength(2);
    expect(await add(...named, '--evidence', 'source.asn=AS64496', '--max-severity', 'high', '--dry-run')).toContain(
      'it is critical, and no more than high is hidden',
    );
  });

  test('what waits is listed and not sent twice', async () => {
    expect(await tidemark('deliveries', 'list', '--status', 'pending')).toMatch(/^msg_1 .* soc {2}aaaaaaaa1111 v1/);
    expect(await tidemark('deliveries', 'replay', '--sink', 'soc', '--dry-run')).toContain('would send 0');
  });
});
