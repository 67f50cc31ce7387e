import { type AddressInfo, createServer, type Socket } from 'node:net';
import { parseCef } from '../parse-cef.ts';
import { parseFrames, parseSyslog } from '../parse-syslog.ts';
import type { Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    if (silent) return;
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => {
      messages.push(...parseFrames(Buffer.concat(chunks)));
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    options: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: false },
    secrets: {},
    arrived: () => messages.map((message) => parseCef(parseSyslog(message).message).extension.get('externalId') ?? ''),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    silence: () => {
      silent = true;
    },
  };
}
