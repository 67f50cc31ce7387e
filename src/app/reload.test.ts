/** Settings that change while the process runs: what is taken over, what waits for a restart, and that a mistake changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { changedKeys, createReload, watchedNetworks } from './reload.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-reload-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'networks.ndjson');
const write = (...networks: object[]) =>
  writeFileSync(file, networks.map((one) => `${JSON.stringify(one)}\n`).join(''));

function rig(given: object, reread: () => object) {
  const lines: { event: string; [field: string]: unknown }[] = [];
  const telemetry = createTelemetry({
    level: 'warn',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const reload = createReload({
    config: configSchema.parse(given),
    reread: async () => configSchema.parse(reread()),
    networks: undefined,
    telemetry,
  });
  return { lines, telemetry, reload };
}

test('networks follow their file, and stay as they were while it cannot be read', () => {
  write({ prefix: '10.0.0.0/8', org: 'ours', declared: true });
  const broken: unknown[] = [];
  const networks = watchedNetworks(file, (error) => broken.push(error));
  expect(networks.lookup('10.1.1.1')?.org).toBe('ours');
  expect(networks.look()).toBe('same');
  write({ prefix: '10.0.0.0/8', org: 'theirs' }, { prefix: '192.0.2.0/24', org: 'new' });
  expect(networks.look()).toBe('changed');
  expect(networks.lookup('10.1.1.1')).toMatchObject({ org: 'theirs' });
  expect(networks.lookup('192.0.2.7')?.org).toBe('new');
  writeFileSync(file, '{"prefix": "nonsense of another length"}\n');
  expect(networks.look()).toBe('broken');
  expect(networks.lookup('192.0.2.7')?.org).toBe('new');
  expect(broken).toHaveLength(1);
  // It is told once, and not every second.
  expect(networks.look()).toBe('same');
  rmSync(file);
  expect(networks.look()).toBe('broken');
  expect(networks.lookup('192.0.2.7')?.org).toBe('new');
  write({ prefix: '192.0.2.0/24', org: 'back' });
  expect(networks.look()).toBe('changed');
});

test('a changed log level counts at once, and what takes a restart is named', async () => {
  let level = 'info';
  const { lines, telemetry, reload } = rig({}, () => ({ telemetry: { logLevel: level }, alerts: { falsePerDay: 2 } }));
  telemetry.event('ready', {});
  expect(lines).toEqual([]);
  await reload();
  telemetry.event('ready', {});
  expect(lines.map(({ event }) => event)).toEqual(['reloaded', 'restart-needed', 'ready']);
  expect(lines[1]).toMatchObject({ keys: 'alerts.falsePerDay' });
  level = 'error';
  await reload();
  telemetry.event('ready', {});
  expect(lines).toHaveLength(3);
});

test('a configuration that is not good any more changes nothing, and says why', async () => {
  const { lines, reload } = rig({}, () => ({ alerts: { falsePerDay: 'many' } }));
  await reload();
  expect(lines).toMatchObject([{ event: 'reload-failed', error: { message: expect.stringContaining('falsePerDay') } }]);
});

test('every key that differs is found, in lists and sections that came or went too', () => {
  const before = configSchema.parse({ sinks: { soc: { type: 'file', path: 'a' } }, delivery: { allowedPorts: [443] } });
  const after = configSchema.parse({ sinks: { siem: { type: 'file', path: 'a' } }, delivery: { allowedPorts: [80] } });
  expect(changedKeys(before, before)).toEqual([]);
  expect(changedKeys(before, after)).toEqual([
    'delivery.allowedPorts',
    'sinks.siem.filter',
    'sinks.siem.path',
    'sinks.siem.type',
    'sinks.soc.filter',
    'sinks.soc.path',
    'sinks.soc.type',
  ]);
});
