/** The way between workers and their database: it can be slow, or break what goes over it in the middle. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Network {
  readonly url: string;
  /** Holds everything up for so long from now on, in each direction, in ms. */
  delayMs: number;
  /** Ends all connections at once, as a router that is switched off does. */
  breakAll(): void;
  close(): Promise<void>;
}

/** Bytes that one direction may have on the way; whoever sends more waits. */
const ON_THE_WAY_MAX = 1_048_576;

/** `target`: the address of the database. */
export async function startNetwork(target: string): Promise<Network> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const network = { delayMs: 0 };

  /** Everything arrives, in order and late. */
  function carry(from: Socket, to: Socket): void {
    let onTheWay = 0;
    let arrived: Promise<void> = Promise.resolve();
    const later = (work: () => void) => {
      const due = Date.now() + network.delayMs;
      arrived = arrived.then(async () => {
        const left = due - Date.now();
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
        work();
      });
    };
    from.on('data', (chunk) => {
      onTheWay += chunk.length;
      if (onTheWay > ON_THE_WAY_MAX) from.pause();
      later(() => {
        onTheWay -= chunk.length;
        if (!to.destroyed) to.write(chunk);
        if (onTheWay <= ON_THE_WAY_MAX) from.resume();
      });
    });
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => sockets.delete(from));
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    for (const socket of [near, far]) sockets.add(socket);
    carry(near, far);
    carry(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the network has no port');
  const breakAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return Object.assign(network, {
    url: `http://127.0.0.1:${address.port}`,
    breakAll,
    async close() {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  });
}
