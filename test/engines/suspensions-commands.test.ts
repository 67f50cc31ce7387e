import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { ask, run } from '../../src/adapters/clickhouse/ask.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { auditCommand } from '../../src/commands/audit.ts';
import { suspensionsCommand } from '../../src/commands/suspensions.ts';
import { type HttpReceiver, httpReceiver } from '../unit/http-receiver.ts';
import { clickHouseMissing } from './harness/clickhouse.ts';
import { sampleActivity, sampleAlert, sampleTurn } from './harness/clickhouse-samples.ts';

const missing = await clickHouseMissing();
const IDENTITY = 'arn:aws:iam::123456789012:role/ci-0';
const SECRET = Buffer.alloc(32, 9).toString('base64');

describe.skipIf(missing !== undefined)('the commands of a responder, on the embedded engine', () => {
  let directory: string;
  let config: string;
  let receiver: HttpReceiver;
  let said = '';

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-commands-'));
    config = join(directory, 'tidemark.yaml');
    receiver = await httpReceiver();
    writeFileSync(join(directory, 'secret'), `whsec_${SECRET}\n`, { mode: 0o600 });
    writeFileSync(
      config,
      `
store: { path: ${join(directory, 'store')} }
delivery: { allowPrivateTargets: true }
respond:
  mode: approve
  responder: gateway
  killSwitchFile: ${join(directory, 'stop')}
  responders:
    gateway: { type: webhook, url: "${receiver.url}/act", secretFile: ${join(directory, 'secret')} }
`,
    );
    const recent = Date.now() - 3_600_000;
    const at = (n: number) => new Date(recent + n * 60_000).toISOString();
    const store = await openStore(place());
    await store.commit(
      sampleTurn(0, 4, {
        activities: [0, 7, 14, 21].map((n) => ({ activity: { ...sampleActivity(n), at: at(n) }, offset: n })),
        alerts: [
          sampleAlert('alert-1', 1, {
            lastAt: at(30),
            recommendation: {
              ...sampleAlert('x').recommendation,
              action: 'suspend-identity',
              target: { kind: 'identity', id: IDENTITY },
              expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
            },
          }),
        ],
      }),
    );
    await store.close();
  });
  afterAll(async () => {
    await receiver?.close();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  const place = () => configSchema.parse({ store: { path: join(directory, 'store') } }).store;
  async function tidemark(...words: string[]): Promise<string> {
    said = '';
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        said += String(text);
        return true;
      });
    const [name, ...rest] = words;
    const command = name === 'audit' ? auditCommand() : suspensionsCommand();
    try {
      await command.parseAsync([...rest, '--config', config], { from: 'user' });
    } finally {
      vi.restoreAllMocks();
    }
    return said;
  }
  const only = async () => JSON.parse(await tidemark('suspensions', 'list', '--json'))[0];

  test('a recommendation is previewed, approved, dispatched, lifted, and read in the trail', async () => {
    expect(await tidemark('suspensions', 'list')).toContain('No suspensions.');
    expect(await tidemark('suspensions', 'dispatch')).toContain('requested  sus_');
    const { id } = await only();
    const shown = await tidemark('suspensions', 'preview', id.slice(0, 10));
    expect(shown).toContain('would stop  4 calls an hour');
    expect(shown).toContain('services    s3 (4)');
    expect(shown).toContain('approvals   0 of 1 (policy default: approve)');
    expect(receiver.received).toEqual([]);

    const other = tidemark('suspensions', 'approve', id, '--why', 'x', '--binding', '0'.repeat(64));
    await expect(other).rejects.toThrow('refused: it is not what you were shown');
    expect(await tidemark('suspensions', 'approve', id, '--why', 'not our network', '--as', 'ada')).toContain(
      'approved sus_',
    );
    await expect(tidemark('suspensions', 'approve', id, '--why', 'again')).rejects.toThrow('refused: it is approved');

    writeFileSync(join(directory, 'stop'), '');
    expect(await tidemark('suspensions', 'dispatch')).toContain('the kill switch is on');
    rmSync(join(directory, 'stop'));
    expect(await tidemark('suspensions', 'dispatch')).toMatch(/dispatched {2}sus_.*\nconfirmed {2}sus_/);
    expect(receiver.received).toHaveLength(1);

    expect(await tidemark('suspensions', 'lift', id, '--why', 'it was a migration')).toContain('will be lifted');
    expect(await tidemark('suspensions', 'dispatch')).toContain('lifted  sus_');
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual([
      'suspension.dispatch',
      'suspension.lift',
    ]);
    const trail = await tidemark('audit', 'list');
    expect(trail).toContain('recommended -> approved  person ada: not our network');
    expect(trail.match(/acme@\d/g)).toHaveLength(6);
    expect(await tidemark('audit', 'verify')).toMatch(/^ok {6}6 rows of acme@6:[0-9a-f]{64}/);
    expect(`${trail}${shown}`).not.toContain(SECRET);
  });

  test('a wish of a person goes the same way, and an unknown id, alert or parameter is told', async () => {
    const words = ['--why', 'drill', '--as', 'ada', '--json'];
    const made = JSON.parse(await tidemark('suspensions', 'request', '--alert', 'alert-1', ...words));
    expect(made).toMatchObject({
      state: 'recommended',
      alertId: 'alert-1',
      requestedBy: { kind: 'person', id: 'ada' },
    });
    expect(await tidemark('suspensions', 'reject', made.id, '--why', 'no', '--as', 'grace')).toContain('rejected');
    await expect(tidemark('suspensions', 'preview', 'sus_nobody')).rejects.toThrow('no suspension sus_nobody');
    await expect(tidemark('suspensions', 'request', '--alert', 'nothing', ...words)).rejects.toThrow(
      'no alert nothing',
    );
    await expect(
      tidemark('suspensions', 'request', '--alert', 'alert-1', '--parameter', '=x', ...words),
    ).rejects.toThrow('NAME=VALUE');
    await expect(tidemark('suspensions', 'request', ...words)).rejects.toThrow('who and what is missing');
  });

  test('verify fails when a row was changed, or cut off behind a noted head', async () => {
    const { chains } = JSON.parse(await tidemark('audit', 'verify', '--json'));
    const { head } = chains[0];
    const change = async (mutation: string) => {
      const connection = await connect(place());
      await run(connection, `ALTER TABLE tidemark.suspension ${mutation} SETTINGS mutations_sync = 2`);
      await ask(connection, 'SELECT 1');
      await connection.close();
    };
    await change(`DELETE WHERE seq = ${head.seq}`);
    expect(await tidemark('audit', 'verify')).toContain('ok');
    expect(await tidemark('audit', 'verify', '--anchor', `acme@${head.seq}:${head.hash}`)).toContain(
      'rows were cut off its end',
    );
    expect(process.exitCode).toBe(1);
    await change("UPDATE why = 'nothing happened' WHERE seq = 2");
    expect(await tidemark('audit', 'verify')).toContain('BROKEN  acme@2: its content was changed after it was written');
    expect(process.exitCode).toBe(1);
    await expect(tidemark('suspensions', 'dispatch')).rejects.toMatchObject({ name: 'AuditBroken' });
  });
});
