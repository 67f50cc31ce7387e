/** What an identity learned is told with the stored activity that brought it, by the command and out of a real store. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { createProgram } from '../../src/commands/program.ts';
import type { Learned } from '../../src/core/engine-contract.ts';
import { act, DAY, HOUR, START, weeks } from '../unit/detector-lives.ts';
import { embeddedMissing } from './console-rig.ts';

const on = (day: number) => new Date(START + day * DAY).toISOString().slice(0, 10);
/** From day 20 on another address as well; from day 22 on under short-lived credentials, of which each says something else. */
const life = [
  ...weeks('web', 26),
  ...Array.from({ length: 6 }, (_, n) =>
    act('web', START + (20 + n) * DAY + 15 * HOUR, { source: { ip: '198.51.100.77', asn: 64500, country: 'DE' } }),
  ),
  ...Array.from({ length: 40 }, (_, n) =>
    act('web', START + (22 + Math.floor(n / 10)) * DAY + 15 * HOUR + n * 1_000, {
      credential: { id: `session-${n}`, kind: 'session-token' },
    }),
  ),
].sort((a, b) => (a.at < b.at ? -1 : 1));
const brings = (test: (activity: (typeof life)[number]) => boolean) =>
  life.find((activity) => activity.identity.id === 'web' && test(activity))?.id;

describe.skipIf((await embeddedMissing()) !== undefined)('what an identity learned, on the embedded engine', () => {
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-learned-'));
    const file = join(directory, 'life.ndjson');
    writeFileSync(file, life.map((activity) => `${JSON.stringify(activity)}\n`).join(''));
    const inventory = join(directory, 'inventory.ndjson');
    writeFileSync(
      inventory,
      `${JSON.stringify({ tenant: 'acme', identity: 'web', owner: 'team-web', grantedScopes: ['s3:*'] })}\n`,
    );
    await tidemark('replay', file, '--inventory', inventory, '--store', join(directory, 'store'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  afterEach(() => {
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
      await program.parseAsync(words, { from: 'user' });
    } finally {
      vi.restoreAllMocks();
    }
    return said.join('');
  }
  const identity = (...flags: string[]) =>
    tidemark('identity', 'web', '--tenant', 'acme', '--store', join(directory, 'store'), ...flags);

  test('what the inventory said at the replay is in the store, for whoever looks at it later', async () => {
    const store = await openStore(configSchema.parse({ store: { path: join(directory, 'store') } }).store);
    try {
      expect(await store.inventoriesOf('acme', 'web')).toMatchObject([{ owner: 'team-web', grantedScopes: ['s3:*'] }]);
    } finally {
      await store.close();
    }
  });

  test('every value has its first activity, the earliest that has it', async () => {
    const { profile, learned }: { profile: { activities: number }; learned: Learned[] } = JSON.parse(
      await identity('--json'),
    );
    expect(profile.activities).toBe(life.filter(({ identity: { id } }) => id === 'web').length);
    expect(learned.filter(({ activity }) => activity === undefined)).toEqual([]);
    const of = (dimension: string, value: string) =>
      learned.find((one) => one.dimension === dimension && one.value === value);
    expect(of('network:2', '198.51.100.77')).toMatchObject({
      state: 'trusted',
      firstOn: on(20),
      trustedOn: on(22),
      activity: { id: brings(({ source }) => source.ip === '198.51.100.77') },
    });
    expect(of('credential:0', 'session-token')).toMatchObject({
      firstOn: on(22),
      activity: { id: brings(({ credential }) => credential?.kind === 'session-token') },
    });
    expect(of('action:1', 's3:GetObject')).toMatchObject({ activity: { id: brings(() => true) } });
  });

  test('unlearning since a day is on record, up to today', async () => {
    const unlearn = (...flags: string[]) =>
      tidemark('unlearn', 'web', '--tenant', 'acme', '--store', join(directory, 'store'), '--because', 'why', ...flags);
    const today = new Date().toISOString().slice(0, 10);
    expect(await unlearn('--since', `${on(20)}T00:00:00Z`)).toBe(`web  forget  ${on(20)} to ${today}\n`);
    await expect(unlearn('--since', `${on(20)}T00:00:00Z`, '--alert', 'x')).rejects.toThrow('say either');
    await expect(unlearn('--from', `${on(20)}T00:00:00Z`)).rejects.toThrow('say either');
    await expect(unlearn('--since', 'yesterday')).rejects.toThrow('are not times');
  });

  test('lists what was learned since a day in order of time, and says so to a person', async () => {
    const lines = (await identity('--learned', '--since', `${on(20)}T00:00:00Z`)).trim().split('\n');
    const times = lines.map((line) => line.slice(0, 20));
    expect(times).toEqual([...times].sort());
    expect(lines[0]).toContain(brings(({ source }) => source.ip === '198.51.100.77'));
    expect(lines.join('\n')).toMatch(new RegExp(`network:2 +198.51.100.77 +trusted since ${on(22)}, first in web `));
    expect(lines.join('\n')).not.toContain('s3:GetObject ');
    expect(await identity()).toMatch(new RegExp(`198.51.100.77 .*, trusted since ${on(22)}$`, 'm'));
    expect(await identity('--learned', '--since', '2027-01-01')).toBe('Nothing was learned in this time.\n');
    await expect(identity('--since', '2026-01-01')).rejects.toThrow('--since goes with --learned');
    await expect(identity('--learned', '--since', 'yesterday')).rejects.toThrow('--since is no time');
  });
});
