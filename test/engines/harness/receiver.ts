/** A webhook receiver as a customer would write one: verifies the signature, keeps every body it saw under its id. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Receiver {
  readonly url: string;
  /** Every distinct body by webhook id. */
  readonly bodies: Map<string, Set<string>>;
  /** Requests whose signature did not verify. */
  readonly unverified: string[];
  /** Answers for the next requests, first in first out; 200 when empty. */
  readonly answers: { status: number; headers?: Record<string, string> }[];
  /** Requests answered, whatever the status. */
  readonly requests: { id: string; status: number; at: number }[];
  close(): Promise<void>;
}

export interface ReceiverOptions {
  readonly port?: number;
  /** Answers that refuse one id; further ones are for others. After the third the next attempt comes in half an hour. */
  readonly refusals?: number;
}

export async function startReceiver(
  secret: string,
  { port = 0, refusals = Number.POSITIVE_INFINITY }: ReceiverOptions = {},
): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const bodies = new Map<string, Set<string>>();
  const unverified: string[] = [];
  const answers: Receiver['answers'] = [];
  const requests: Receiver['requests'] = [];
  const refused = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const id = String(request.headers['webhook-id']);
      try {
        webhook.verify(body, request.headers as Record<string, string>);
        bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
      } catch (error) {
        unverified.push(`${id}: ${String(error)}`);
      }
      const before = refused.get(id) ?? 0;
      const answer = (before < refusals ? answers.shift() : undefined) ?? { status: 200 };
      if (answer.status >= 400) refused.set(id, before + 1);
      requests.push({ id, status: answer.status, at: Date.now() });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bodies,
    unverified,
    answers,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
