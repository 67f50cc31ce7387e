/** A small TCP proxy that breaks connections at chosen moments of an insert. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** `request`: cut in the middle of the upload; `answer`: the server has done its work and its answer is lost. */
export type Cut = 'request' | 'answer';

export interface BreakingProxy {
  readonly url: string;
  /** The next inserts into this table are cut, one for each entry. */
  cutNext(table: string, ...cuts: Cut[]): void;
  /** Cuts that are still to come. */
  left(): number;
  close(): Promise<void>;
}

export async function startBreakingProxy(target: string): Promise<BreakingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const plan: Cut[] = [];
  let table = '';

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let cut: Cut | undefined;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    near.on('data', (chunk) => {
      const head = chunk.subarray(0, 2_000).toString('latin1');
      if (head.startsWith('POST') && decodeURIComponent(head.split(' ', 2)[1] ?? '').includes(`.${table}+(`))
        cut = plan.shift();
      if (cut !== 'request') {
        far.write(chunk);
        return;
      }
      far.write(chunk.subarray(0, chunk.length - 20), end);
    });
    far.on('data', (chunk) => {
      if (cut === 'answer') end();
      else near.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    cutNext(name, ...cuts) {
      table = name;
      plan.push(...cuts);
    },
    left: () => plan.length,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
