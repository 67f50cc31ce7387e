/** `tidemark receive`: a receiver of signed webhooks on this machine, to see what a sink or a responder sends. */
import { createServer, type IncomingMessage } from 'node:http';
import { type Command, InvalidArgumentError } from 'commander';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { readSecretFile } from '../secret-file.ts';
import { command, type Flags, note, print, UsageError } from './settings.ts';

const BODY_MAX_BYTES = 1024 * 1024;
const IDS_KEPT = 10_000;

interface ReceiveFlags extends Pick<Flags, 'json'> {
  readonly port: number;
  readonly secretFile: string;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('It takes a port, 0 to 65535.');
  return value;
}

/** The whole body, or undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function verifierOf(file: string): Webhook {
  const secret = readSecretFile({ key: '--secret-file', file }, ({ file }) =>
    note(`tidemark: ${file} can be read by others: chmod 600`),
  );
  try {
    return new Webhook(secret);
  } catch {
    throw new UsageError(`${file}: no webhook secret`, 'It takes one line: whsec_ and 24 to 64 bytes in base64.');
  }
}

/** What came, in one line: an alert by its severity and title, an order by what it wants done to whom. */
function inOneLine(path: string, { type, data }: { type: string; data: Record<string, unknown> }): string {
  const { id, severity, title, action, target } = data;
  const whom = target as { kind?: string; id?: string } | undefined;
  const says = title === undefined ? `${action} of ${whom?.kind} ${whom?.id}` : `${severity}  ${title}`;
  return `${path}  ${type}  ${String(id).slice(0, 12)}  ${says}`;
}

export function receiveCommand(): Command {
  return command(
    'receive',
    'Receive signed webhooks on this machine and print each, until SIGTERM.',
    [
      'receive --port 9009 --secret-file webhook.secret',
      'receive --port 9009 --secret-file webhook.secret --json >> received.ndjson',
    ],
    { configured: false },
  )
    .option('--port <n>', 'port on loopback; 0 picks a free one', port, 9009)
    .requiredOption('--secret-file <file>', 'the file that the sink or responder names as its secretFile')
    .action(async ({ port, secretFile, json }: ReceiveFlags) => {
      const webhook = verifierOf(secretFile);
      const seen = new Set<string>();
      const server = createServer(async (request, response) => {
        const body = await bodyOf(request).catch(() => undefined);
        if (body === undefined) return void response.writeHead(413).end();
        try {
          const payload = webhook.verify(body, request.headers as Record<string, string>) as Parameters<
            typeof inOneLine
          >[1];
          const id = String(request.headers['webhook-id']);
          response.writeHead(204).end();
          // The sender may not have heard the answer, and sends again: the id says that it is the same.
          if (seen.has(id)) return;
          if (seen.size >= IDS_KEPT) seen.clear();
          seen.add(id);
          const path = request.url ?? '/';
          print(json ? JSON.stringify({ path, id, ...payload }) : inOneLine(path, payload));
        } catch (error) {
          note(
            `tidemark: turned down a request to ${request.url}: ${error instanceof WebhookVerificationError ? error.message : 'no webhook'}`,
          );
          response.writeHead(401).end();
        }
      });
      await listen(server, port);
      const address = server.address();
      note(`Receiving at http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/ ...`);
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          server.closeAllConnections();
          server.close();
        });
    });
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new UsageError(`cannot listen on port ${port} (${error.code})`, 'Choose another with --port.')),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
