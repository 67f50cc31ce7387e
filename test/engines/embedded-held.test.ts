/** A store directory belongs to whoever holds it: nobody else changes a file in it. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { newToken } from '../../src/api/tokens.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { install } from './harness/tidemark.ts';

const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: 'default' });
const headers = { authorization: `Bearer ${token}` };
/** Reading commands, one for every way in which they open the store. */
const READING = [
  ['alerts'],
  ['audit', 'verify'],
  ['backtest', '--since', '2026-03-01T00:00:00Z'],
  ['check'],
  ['dead-letters', 'list'],
  ['identity', 'nobody'],
  ['suspensions', 'list'],
  ['migrate', '--dry-run'],
];

const activity = (number: number) =>
  JSON.stringify({
    id: `held-${number}`,
    at: new Date(Date.parse('2026-03-01T00:00:00.000Z') + number * 1_000).toISOString(),
    tenant: 'default',
    identity: { id: `robot-${number % 50}`, kind: 'service-account', provider: 'test' },
    action: { name: 'Read', service: 'files', access: 'read' },
    source: {},
    outcome: 'success',
  });

describe.skipIf((await embeddedMissing()) !== undefined)('a store directory that another process holds', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  test('under load, no reading command disturbs `run`: each is refused in one line, and nothing is lost', async () => {
    const installation = await install(
      {
        store: { path: 'store' },
        detect: { snapshotEveryMs: 1_000 },
        http: { port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { tokens: line },
    );
    cleanups.push(installation.remove);
    const running = installation.start('run');
    cleanups.push(async () => {
      running.signal('SIGKILL');
      await running.ended;
    });
    const place = () => running.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place;
    await until('it listens', () => place() !== undefined, 180_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${running.output()}`);
    });
    let sent = 0;
    let loading = true;
    const load = (async () => {
      while (loading) {
        const body: string = Array.from({ length: 100 }, () => activity(sent++)).join('\n');
        const answer = await fetch(`${place()}/v1/activities`, { method: 'POST', headers, body });
        expect(answer.status).toBe(200);
        await pause(50);
      }
    })();
    await Promise.all(
      READING.map(async (command) => {
        const reading = installation.start(...command);
        expect(await reading.ended, command.join(' ')).not.toBe(0);
        expect(reading.output(), command.join(' ')).toMatch(/is held by process \d+/);
        expect(reading.output(), command.join(' ')).not.toMatch(/\n\s+at /);
      }),
    );
    loading = false;
    await load;
    const answer = await fetch(`${place()}/v1/identities?limit=500`, { headers });
    const { identities } = (await answer.json()) as { identities: { activities: number }[] };
    expect(identities.reduce((sum, { activities }) => sum + activities, 0)).toBe(sent);
    running.signal('SIGTERM');
    expect(await running.ended).toBe(0);
  }, 600_000);
});
