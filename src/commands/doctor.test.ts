/** What doctor writes is enough for a report and holds nothing that must not be handed on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { startHealth } from '../telemetry/health.ts';
import { createLiveness } from '../telemetry/liveness.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { doctorCommand } from './doctor.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-doctor-'));
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function doctor(config: string, ...flags: string[]) {
  const file = join(directory, 'tidemark.yaml');
  writeFileSync(file, config);
  const out = join(directory, 'doctor.json');
  await doctorCommand().parseAsync(['--config', file, '--out', out, ...flags], { from: 'user' });
  const text = readFileSync(out, 'utf8');
  return { text, report: JSON.parse(text) };
}

test('settings stand in it without secrets and without whom a company has', async () => {
  writeFileSync(join(directory, 'secret'), 'the-very-secret', { mode: 0o600 });
  const { text, report } = await doctor(
    [
      'http: { serve: never }',
      `store: { url: 'https://clickhouse.example.com:8443', passwordFile: ${join(directory, 'secret')} }`,
      'respond: { neverSuspend: [alice-of-accounts, bob] }',
    ].join('\n'),
    '--offline',
  );
  expect(text).not.toContain('the-very-secret');
  expect(text).not.toContain('alice-of-accounts');
  expect(report.configuration).toContainEqual(
    expect.objectContaining({ key: 'respond.neverSuspend', value: '2 left out' }),
  );
  expect(report.configuration).toContainEqual(
    expect.objectContaining({ key: 'store.url', origin: expect.stringContaining('tidemark.yaml:2') }),
  );
  expect(report.versions).toMatchObject({ node: process.version });
  expect(report.check).toContainEqual(expect.objectContaining({ check: 'configuration', ok: true }));
  expect(report).toMatchObject({ process: 'not asked', store: 'not asked' });
});

test('a configuration that is wrong is what it reports, not what ends it', async () => {
  const { report } = await doctor('alerts: { falsePerDay: many }', '--offline');
  expect(report.configuration.fault).toContain('falsePerDay');
  expect(report.check).toContainEqual(expect.objectContaining({ ok: false }));
});

test('a process that runs is asked for lag, readiness and its last errors; a store that is not there is told', async () => {
  const telemetry = createTelemetry({ level: 'fatal', destination: { write: () => {} } });
  telemetry.event('lag', { role: 'detect', records: 41 });
  telemetry.event('sign-in-refused', { reason: 'unreachable: no route' });
  const health = await startHealth({
    config: { host: '127.0.0.1', port: 0, stallMs: 1_000 },
    telemetry,
    pulse: createLiveness(Date.now),
    notReady: () => ['the broker does not answer'],
  });
  try {
    const { report } = await doctor(
      `http: { serve: never }\nstore: { path: ${join(directory, 'none')} }\ntelemetry: { port: ${health.port} }`,
    );
    expect(report.process.ready).toEqual({
      status: 503,
      says: { ready: false, reasons: ['the broker does not answer'] },
    });
    expect(report.process.metrics.join('\n')).toMatch(/tidemark_\w*lag\w*\{[^}]*\} 41/);
    expect(report.process.recent.says.recent).toMatchObject([{ event: 'sign-in-refused' }]);
    expect(report.store.fault).toContain('there is no store');
  } finally {
    await health.close();
  }
});

test('no text that a log, a library or a configuration brought acts on whoever reads it, and no secret in it is handed on', async () => {
  const plant = '\u001b[2J\u001b]0;x\u0007\r\nFORGED\u009b1A\u0085\u202e\u2066\u200b\u2028\u{e0041}</script>"';
  const secrets = [
    'hunter2hunter2',
    'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY',
  ];
  const [password, token, key] = secrets;
  const said = `${plant} {"password":"${password}"} Bearer ${token} ${plant}${key}`;
  const telemetry = createTelemetry({ level: 'fatal', destination: { write: () => {} } });
  telemetry.event('sign-in-refused', { reason: said });
  telemetry.event('records-skipped', { format: `f${said}`, reason: said, records: 1 });
  telemetry.event('failed', { error: new Error(said) });
  const health = await startHealth({
    config: { host: '127.0.0.1', port: 0, stallMs: 1_000 },
    telemetry,
    pulse: createLiveness(Date.now),
    notReady: () => [said],
  });
  try {
    const { text, report } = await doctor(
      [
        'http: { serve: never }',
        `store: { path: ${join(directory, 'none')} }`,
        `telemetry: { port: ${health.port} }`,
        `ingest: { tenant: ${JSON.stringify(`acme ${said}`)} }`,
      ].join('\n'),
    );
    expect(report.process.recent.says.recent).toHaveLength(2);
    expect(report.process.metrics.join('\n')).toContain('tidemark_skipped_records_total{');
    // Its one line end is its own.
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
    for (const secret of secrets) expect(text).not.toContain(secret);
  } finally {
    await health.close();
  }
});

test('says why a process that does not run gave no answer', async () => {
  const port = await freePort();
  const { report } = await doctor(
    `http: { serve: never }\nstore: { path: ${join(directory, 'none')} }\ntelemetry: { port: ${port} }`,
  );
  expect(report.process.ready.fault).toContain('ECONNREFUSED');
});
