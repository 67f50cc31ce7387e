import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { addressOf, type ConnectionLimits, type Connections, watchConnections } from './connections.ts';

const ends = new Set<() => void>();
afterEach(() => {
  for (const end of ends) end();
  ends.clear();
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, 'unknown'],
])('%s counts as %s', (remote, address) => {
  expect(addressOf(remote)).toBe(address);
});

async function listen(limits: ConnectionLimits) {
  const arrived: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    arrived.push(socket);
  });
  const connections: Connections = watchConnections(server, limits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.add(() => {
    connections.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  async function dial(from = '127.0.0.1') {
    const before = arrived.length;
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => {});
    socket.resume();
    const gone = new Promise<false>((resolve) => socket.once('close', () => resolve(false)));
    const came = new Promise<true>((resolve) => {
      const look = () => (arrived.length > before ? resolve(true) : setImmediate(look));
      socket.once('connect', look);
    });
    await Promise.race([came, gone]);
    return { socket, seen: arrived[before]!, gone };
  }
  return { connections, dial };
}

describe('when there is no room', () => {
  test('the oldest stranger goes, never one who is known', async () => {
    const { connections, dial } = await listen({ connectionsMax: 4, connectionsPerAddress: 4 });
    const known = await dial();
    connections.known(known.seen, 'a');
    const first = await dial();
    for (let n = 0; n < 20; n++) await dial(`127.0.0.${n + 2}`);
    await first.gone;
    expect(connections.open).toBe(4);
    expect(known.socket.destroyed).toBe(false);
  });

  test('an address gives up its own, not those of others', async () => {
    const { connections, dial } = await listen({ connectionsMax: 100, connectionsPerAddress: 3 });
    const other = await dial('127.0.0.9');
    for (let n = 0; n < 10; n++) await dial();
    expect(connections.open).toBe(4);
    expect(other.socket.destroyed).toBe(false);
  });

  test('what one sender holds beyond half of all goes like a stranger', async () => {
    const { connections, dial } = await listen({ connectionsMax: 4, connectionsPerAddress: 4 });
    for (let n = 0; n < 4; n++) {
      const { seen } = await dial();
      connections.known(seen, 'greedy');
      connections.busy(seen, true);
    }
    const other = await dial('127.0.0.2');
    connections.known(other.seen, 'modest');
    expect(other.socket.destroyed).toBe(false);
    expect(connections.open).toBe(4);
  });

  test('while each is known and at work, a newcomer is refused', async () => {
    const { connections, dial } = await listen({ connectionsMax: 2, connectionsPerAddress: 2 });
    for (const name of ['a', 'b']) {
      const { seen } = await dial();
      connections.known(seen, name);
      connections.busy(seen, true);
    }
    expect(await (await dial('127.0.0.2')).gone).toBe(false);
    expect(connections.open).toBe(2);
  });
});
