/** `tidemark receive`: a receiver of signed webhooks on this machine, to see what a sink or a responder sends. */
import { createServer, type IncomingMessage } from 'node:http';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { readSecretFile } from '../config/secret-file.ts';
import { UsageError } from '../fault.ts';
import type { ClaimStore } from '../ports/respond.ts';
import { createSignedRequests, signatureCheck } from '../respond/signed-request.ts';
import { secretObjection } from '../signing/webhook-secret.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { command, type Flags } from './settings.ts';

const BODY_MAX_BYTES = 1024 * 1024;

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

function signedBy(file: string) {
  const secret = readSecretFile({ key: '--secret-file', file }, ({ file }) =>
    note(`tidemark: ${file} can be read by others: chmod 600`),
  );
  if (secretObjection(secret) !== undefined)
    throw new UsageError(`${file}: no webhook secret`, 'It takes one line: whsec_ and 24 to 64 bytes in base64.');
  return createSignedRequests('receive', new Map([['sender', signatureCheck([secret])]]), recentlySeen());
}

/** Requests told apart at the most. */
const SEEN_MAX = 10_000;

/** What came in the last minutes, in this process alone: enough to print a repetition once. */
function recentlySeen(): ClaimStore {
  const until = new Map<string, number>();
  return {
    async isFirst(_kind, key, untilMs) {
      for (const [old, ms] of until) if (ms < Date.now() || until.size >= SEEN_MAX) until.delete(old);
      if (until.has(key)) return false;
      until.set(key, untilMs);
      return true;
    },
    isKnown: async (_kind, key) => until.has(key),
  };
}

const text = z.string().optional();
const payloadSchema = z.object({
  type: z.string(),
  data: z.object({
    id: text,
    severity: text,
    title: text,
    action: text,
    target: z.object({ kind: text, id: text }).optional(),
  }),
});

/** What came, in one line: an alert by its severity and title, an order by what it wants done to whom. */
function inOneLine({
  type,
  data: { id = '', severity, title, action, target },
}: z.infer<typeof payloadSchema>): string {
  const says = title === undefined ? `${action} of ${target?.kind} ${target?.id}` : `${severity}  ${title}`;
  return `${type}  ${id.slice(0, 12)}  ${says}`;
}

export function receiveCommand(): Command {
  return command(
    'receive',
    'Receive signed webhooks on this machine and print each, until SIGTERM.',
    [
      'receive --port 9009 --secret-file webhook.secret',
      'receive --port 9009 --secret-file webhook.secret --json >> received.ndjson',
    ],
    { configured: false, json: 'one JSON document for each, with its body' },
  )
    .option('--port <n>', 'port on loopback; 0 picks a free one', port, 9009)
    .requiredOption('--secret-file <file>', 'the file that the sink or responder names as its secretFile')
    .action(async ({ port, secretFile, json }: ReceiveFlags) => {
      const signed = signedBy(secretFile);
      const server = createServer(async (request, response) => {
        const body = await bodyOf(request).catch(() => undefined);
        if (body === undefined) return void response.writeHead(413).end();
        const headers = request.headers as Readonly<Record<string, string | undefined>>;
        const read = await signed.read(headers, body, Date.now());
        const path = request.url ?? '/';
        // One that was here before is a repetition whose answer got lost: taken, and not printed again.
        response.writeHead(read.ok || read.reason === 'replayed' ? 204 : 401).end();
        const payload = read.ok ? payloadSchema.safeParse(read.body).data : undefined;
        if (!read.ok) {
          if (read.reason !== 'replayed') note(`tidemark: turned down a request to ${path}: ${read.reason}`);
        } else if (json) printJson({ path, id: headers['webhook-id'], body: read.body });
        else print(`${path}  ${payload === undefined ? 'something else' : inOneLine(payload)}`);
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
