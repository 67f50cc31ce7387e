/** The other side of a measured door, in a process of its own: posts files to it (`send URL TOKEN FILE...`), or takes what comes out (`receive`). */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Requests under way at a time: as many forwarders. */
const SENDERS = 4;

async function send(url: string, token: string, files: readonly string[]): Promise<void> {
  const bodies = files.map((file) => readFileSync(file));
  const post = async () => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
      const headers = { authorization: `Bearer ${token}`, 'content-encoding': 'gzip' };
      const answer = await fetch(url, { method: 'POST', headers, body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, post));
}

/** Says its URL on standard output; ends with its parent. */
function receive(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
  });
  process.on('disconnect', () => process.exit(0));
}

const [mode, url = '', token = '', ...files] = process.argv.slice(2);
if (mode === 'receive') receive();
else await send(url, token, files);
