import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Health, HealthError, startHealth } from './health.ts';
import { createLiveness } from './liveness.ts';
import { createTelemetry } from './telemetry.ts';

const open: Health[] = [];
afterEach(async () => {
  for (const health of open.splice(0)) await health.close();
});

async function start(port = 0) {
  let clock = 0;
  const pulse = createLiveness(() => clock);
  const reasons: string[] = [];
  const lines: string[] = [];
  const telemetry = createTelemetry({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const config = { host: '127.0.0.1', port, stallMs: 1_000 };
  const health = await startHealth({ config, telemetry, pulse, notReady: () => reasons });
  open.push(health);
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${health.port}${path}`, init);
  const wait = (ms: number) => {
    clock += ms;
  };
  return { health, pulse, reasons, lines, telemetry, get, wait };
}

test('metrics are served in the Prometheus text format', async () => {
  const { get, telemetry } = await start();
  telemetry.event('activities-published', { activities: 7 });
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await response.text()).toContain('\ntidemark_published_activities_total 7\n');
});

test('a process with no work to do is alive however long', async () => {
  const { get, wait } = await start();
  wait(1_000_000);
  expect((await get('/livez')).status).toBe(200);
});

test('a process is not alive when work waits and none was done for stallMs, and alive again after work', async () => {
  const { get, wait, pulse, lines } = await start();
  pulse.waiting(true);
  wait(900);
  pulse.waiting(true);
  pulse.beat();
  wait(1_000);
  expect((await get('/livez')).status).toBe(200);
  wait(1);
  const dead = await get('/livez');
  expect([dead.status, await dead.json()]).toEqual([503, { live: false, reasons: ['no progress for 1001 ms'] }]);
  expect(lines.join()).toContain('"event":"stalled"');
  pulse.beat();
  expect((await get('/livez')).status).toBe(200);
  wait(2_000);
  pulse.waiting(false);
  expect((await get('/livez')).status).toBe(200);
});

test('readiness is told with its reasons', async () => {
  const { get, reasons } = await start();
  expect(await (await get('/readyz')).json()).toEqual({ ready: true, reasons: [] });
  reasons.push('no partitions assigned', 'store does not answer');
  const response = await get('/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ready: false, reasons });
});

test('an unknown path is a 404 in JSON, another method a 405', async () => {
  const { get } = await start();
  for (const path of ['/', '/nope', '/__proto__', '/constructor', '/livez/..%2f'])
    expect((await get(path)).status).toBe(404);
  expect(await (await get('/nope')).json()).toEqual({
    error: 'not found',
    paths: ['/metrics', '/livez', '/readyz', '/recent'],
  });
  const post = await get('/livez', { method: 'POST', body: 'x' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await get('/livez?x=1', { method: 'HEAD' })).status).toBe(200);
});

test('a port that is taken is one line with its remedy', async () => {
  const { health } = await start();
  await expect(start(health.port)).rejects.toThrow(HealthError);
  await expect(start(health.port)).rejects.toThrow(`cannot listen on 127.0.0.1:${health.port} (EADDRINUSE)`);
});

test('junk on the wire gets an answer or an end, and the server lives on', async () => {
  const { health, get } = await start();
  const ended = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(health.port, '127.0.0.1', () => socket.write('\x00\xff junk\r\n\r\n'));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  expect(ended).toMatch(/^HTTP\/1\.1 400/);
  expect((await get('/livez')).status).toBe(200);
});

test('close ends open connections', async () => {
  const { health } = await start();
  const closed = new Promise((resolve) => connect(health.port, '127.0.0.1').on('close', resolve));
  await fetch(`http://127.0.0.1:${health.port}/livez`);
  await health.close();
  await expect(closed).resolves.toBe(false);
  await expect(fetch(`http://127.0.0.1:${health.port}/livez`)).rejects.toThrow();
});

test('it answers though 200 connections from many addresses hold on to it and say nothing', async () => {
  const { get, health } = await start();
  const sockets = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const socket = connect({ port: health.port, host: '127.0.0.1', localAddress: `127.0.0.${(n % 8) + 2}` });
      socket.on('error', () => {});
      await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
      socket.write('GET /livez HTTP/1.1\r\nx: ');
      return socket;
    }),
  );
  for (const path of ['/livez', '/readyz']) expect((await get(path)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});

test('the last warnings are told to this machine, without secrets, however little is printed', async () => {
  const { get, telemetry, lines } = await start();
  telemetry.setLevel('fatal');
  for (let n = 0; n < 60; n++)
    telemetry.event('sign-in-refused', {
      reason: `no ${n}: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3`,
    });
  telemetry.event('ready', {});
  const { recent } = (await (await get('/recent')).json()) as {
    recent: { event: string; fields: { reason: string } }[];
  };
  expect(lines).toEqual([]);
  expect(recent).toHaveLength(50);
  expect(recent.at(-1)).toMatchObject({
    event: 'sign-in-refused',
    fields: { reason: expect.stringMatching(/^no 59/) },
  });
  expect(JSON.stringify(recent)).not.toContain('dozjgNryP4J3');
});
