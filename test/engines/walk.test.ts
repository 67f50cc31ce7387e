/** The walk through a first installation works as printed: every shell block of docs/walk.md, one after the other, in one shell. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { built } from '../built.ts';
import { freePorts } from '../free-port.ts';
import { embeddedMissing } from './console-rig.ts';

const CLI = await built('src/cli.ts');
const BLOCKS = [
  ...readFileSync(new URL('../../docs/walk.md', import.meta.url), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block]) => block!);
/** It takes a minute; only a step that waits for ever takes so long. */
const HANGS_MS = 360_000;
/** The page names fixed ports; here others may hold them. */
const PORTS = ['8088', '9009', '9010', '9464'];

describe.skipIf((await embeddedMissing()) !== undefined)('docs/walk.md', () => {
  let checkout: string;
  let outcome: { code: number; output: string };
  const read = (name: string) => readFileSync(join(checkout, '.tidemark/walk', name), 'utf8');

  beforeAll(async () => {
    checkout = mkdtempSync(join(tmpdir(), 'tidemark-walk-'));
    // What `npm ci` would have built there.
    mkdirSync(join(checkout, 'dist/src'), { recursive: true });
    const cli = join(checkout, 'dist/src/cli.js');
    writeFileSync(cli, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
    chmodSync(cli, 0o755);
    const ports = await freePorts(PORTS.length);
    const [api, , , health] = ports;
    const here = (block: string) =>
      PORTS.reduce((text, port, index) => text.replaceAll(port, String(ports[index])), block);
    const script = ['set -euo pipefail', `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT`, ...BLOCKS.map(here)].join(
      '\n',
    );
    outcome = await new Promise((resolve) => {
      execFile(
        'bash',
        ['-c', script],
        {
          cwd: checkout,
          env: {
            PATH: process.env.PATH,
            HOME: checkout,
            TIDEMARK_HTTP__PORT: String(api),
            TIDEMARK_TELEMETRY__PORT: String(health),
          },
          timeout: HANGS_MS,
          killSignal: 'SIGTERM',
        },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: `${stdout}${stderr}` }),
      );
    });
  }, HANGS_MS + 10_000);
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  test('runs to its end', () => {
    expect(BLOCKS.length).toBeGreaterThan(8);
    expect(outcome, outcome.output).toMatchObject({ code: 0 });
    expect(outcome.output).toMatch(/"records":\d{4},"read":\d{4},/);
    expect(outcome.output).toMatch(/^ok {6}6 rows of default@6:[0-9a-f]{64}$/m);
  });

  test('the alert is of the role whose session was taken, and of nobody else', () => {
    expect(JSON.parse(read('alerts.json')).alerts).toMatchObject([
      { identity: { name: 'orders-api' }, kinds: expect.arrayContaining(['credential-reuse']) },
    ]);
    expect(read('alerts.received')).toMatch(/^\/alerts {2}alert\.\w+ {2}[0-9a-f]{12} {2}\w+ {2}orders-api/);
  });

  test('what was recommended is carried out once and lifted once, as the trail says', () => {
    expect(read('orders.received').match(/suspension\.\w+/g)).toEqual(['suspension.dispatch', 'suspension.lift']);
    const { trail } = JSON.parse(read('trail.json')) as { trail: { to: string; by: { id: string } }[] };
    expect(trail.map(({ to, by }) => `${to} by ${by.id}`)).toEqual([
      'recommended by recommendation',
      'approved by ada',
      'dispatched by approved',
      'confirmed by gateway',
      'confirmed by ada',
      'lifted by gateway',
    ]);
  });

  test('no secret is in what was printed or logged', () => {
    const told = `${outcome.output}${read('run.log')}`;
    for (const name of ['alerts.secret', 'orders.secret', 'ada.token'])
      expect(told).not.toContain(read(name).trim().replace('whsec_', ''));
  });
});
