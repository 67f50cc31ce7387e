/** Pub/Sub over REST, as far as a puller needs it: messages are handed out, kept from others for a time, and gone when acknowledged. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PubSubServer {
  readonly url: string;
  readonly subscription: string;
  /** Messages that are not acknowledged yet. */
  readonly left: ReadonlyMap<string, string>;
  /** Deliveries of each message, by its id. */
  readonly deliveries: ReadonlyMap<string, number>;
  /** Methods asked for, in order, with what authenticated them. */
  readonly asked: { readonly method: string; readonly authorization: string | undefined }[];
  /** Statuses of the next answers, before it answers as it should. */
  readonly faults: number[];
  /** The next answers, which are none of Pub/Sub: a status, with a way elsewhere, and a text. */
  readonly junk: [status: number, text: string][];
  publish(...data: readonly (string | Buffer)[]): void;
  /** As when the deadline of everything that was handed out is over. */
  expire(): void;
  close(): Promise<void>;
}

export async function startPubSub(): Promise<PubSubServer> {
  const subscription = 'projects/acme/subscriptions/audit';
  const left = new Map<string, string>();
  const out = new Map<string, string>();
  const deliveries = new Map<string, number>();
  const asked: PubSubServer['asked'] = [];
  const faults: number[] = [];
  const junk: PubSubServer['junk'] = [];
  let next = 0;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const method = new RegExp(`^/v1/${subscription}:(\\w+)$`).exec(request.url ?? '')?.[1];
    const body = JSON.parse(Buffer.concat(pieces).toString() || '{}') as { maxMessages?: number; ackIds?: string[] };
    asked.push({ method: method ?? 'unknown', authorization: request.headers.authorization });
    const none = junk.shift();
    if (none !== undefined) {
      response.writeHead(none[0], { location: '/elsewhere' }).end(none[1]);
      return;
    }
    const status = faults.shift() ?? (method === undefined ? 404 : 200);
    let answer: object = {};
    if (status === 200 && method === 'pull') {
      const free = [...left].filter(([id]) => ![...out.values()].includes(id)).slice(0, body.maxMessages);
      answer =
        free.length === 0
          ? {}
          : {
              receivedMessages: free.map(([messageId, data]) => {
                const ackId = `ack-${messageId}-${deliveries.get(messageId) ?? 0}`;
                deliveries.set(messageId, (deliveries.get(messageId) ?? 0) + 1);
                out.set(ackId, messageId);
                return { ackId, message: { data, messageId, publishTime: '2026-03-01T10:15:30.120Z' } };
              }),
            };
    }
    if (status === 200 && method === 'acknowledge')
      for (const ackId of body.ackIds ?? []) {
        left.delete(out.get(ackId) ?? '');
        out.delete(ackId);
      }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    subscription,
    left,
    deliveries,
    asked,
    faults,
    junk,
    publish(...data) {
      for (const one of data) left.set(String(++next), Buffer.from(one).toString('base64'));
    },
    expire: () => out.clear(),
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
