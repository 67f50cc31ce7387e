/** The syslog listener over real sockets. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Config, configSchema } from '../../schemas/config.ts';
import { type SyslogListener, startSyslog } from './syslog-listener.ts';

const open = new Set<SyslogListener>();
afterEach(async () => {
  for (const listener of open) await listener.close();
  open.clear();
});

async function start(
  given: Partial<Config['syslog']>,
  isGood: (token: string) => boolean = (token) => token === 'good',
) {
  const taken: string[] = [];
  const listener = await startSyslog({
    config: configSchema.parse({ syslog: { port: 0, ...given } }).syslog,
    findToken: (token) => (isGood(token) ? { name: 'forwarder', scope: 'ingest', tenant: 'acme' } : undefined),
    async take(messages) {
      if (messages.length > 50) return { status: 'too-many' };
      taken.push(...messages.map(String));
      return { status: 'taken' };
    },
    onEvent: () => {},
  });
  open.add(listener);
  return { listener, taken };
}

async function dial({ port }: SyslogListener, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  socket.resume();
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
  return socket;
}

const message = (text: string, token = 'good') =>
  `<165>1 2026-03-01T10:00:00.003Z host app 8710 ID47 [tidemark@32473 token="${token}"] ${text}\n`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

test.each([
  ['silent', ''],
  ['slow in a message', '<165>1 2026-03-01T10:00:00.003Z host app'],
  ['slow in a counted one', '20000 <165>1 2026'],
])('330 strangers that are %s, from six addresses, shut out nobody who is known', async (_, says) => {
  const { listener, taken } = await start({
    connectionsMax: 60,
    connectionsPerAddress: 20,
    unknownTimeoutMs: 60_000,
  });
  const known = await dial(listener);
  known.write(message('first'));
  await until(() => taken.length === 1);
  const strangers: Socket[] = [];
  for (let n = 0; n < 330; n++) {
    const socket = await dial(listener, `127.0.0.${(n % 6) + 1}`);
    socket.write(says);
    strangers.push(socket);
  }
  expect(listener.connections.open).toBeLessThanOrEqual(60);
  known.write(message('still there'));
  (await dial(listener)).write(message('new'));
  await until(() => taken.length === 3);
  expect([...taken].sort()).toEqual(['first', 'new', 'still there']);
  for (const socket of strangers) socket.destroy();
});

test.each([
  ['says nothing', []],
  ['sends a message a byte at a time', [...'<165>1 2026-03-01T10:00']],
  ['names a wrong token', [message('x', 'bad')]],
])('a stranger that %s is let go', async (_, parts) => {
  const { listener, taken } = await start({ unknownTimeoutMs: 200 });
  const socket = await dial(listener);
  for (const part of parts) {
    socket.write(part);
    await pause(2);
  }
  if (!socket.destroyed) await once(socket, 'close');
  await until(() => listener.connections.open === 0);
  expect(taken).toEqual([]);
});

test('a known sender that is silent stays, and what comes in many pieces is whole', async () => {
  const { listener, taken } = await start({ unknownTimeoutMs: 200 });
  const socket = await dial(listener);
  socket.write(message('one'));
  await pause(400);
  const text = 'x'.repeat(2_000);
  for (const part of message(text).match(/.{1,40}\n?/gs)!) {
    socket.write(part);
    await pause(0);
  }
  await until(() => taken.length === 2);
  expect(taken).toEqual(['one', text]);
});

test('more messages at once than one request may hold are taken all the same', async () => {
  const { listener, taken } = await start({});
  const socket = await dial(listener);
  socket.write(Array.from({ length: 200 }, (_, n) => message(`m${n}`)).join(''));
  await until(() => taken.length === 200);
  expect(new Set(taken).size).toBe(200);
});

test('a token that is withdrawn ends the connections that were opened with it', async () => {
  let isGood = true;
  const { listener, taken } = await start({}, () => isGood);
  const socket = await dial(listener);
  socket.write(message('first'));
  await until(() => taken.length === 1);
  isGood = false;
  const closed = once(socket, 'close');
  socket.write(`<165>1 2026-03-01T10:00:00.003Z host app 8710 ID47 - second\n`);
  await closed;
  expect(taken).toEqual(['first']);
});

test('no line of a log ends the connection of whoever passes it on: too long, not RFC 5424 or like a length, it goes by itself', async () => {
  const { listener, taken } = await start({ messageMaxBytes: 500 });
  const socket = await dial(listener);
  for (const line of [
    message('one'),
    message('x'.repeat(5_000)),
    'at Object.<anonymous>\n',
    '99999999 \n',
    message('two'),
  ])
    socket.write(line);
  await until(() => taken.at(-1) === 'two');
  expect(taken).toEqual(['one', expect.stringMatching(/^x{400,}$/), 'at Object.<anonymous>', '99999999 ', 'two']);
  expect(socket.destroyed).toBe(false);
});
