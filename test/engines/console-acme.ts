/** A house of tenant `acme`: a receiver of its alerts, a token of every scope, two of another tenant, and a story to judge. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { alertPageSchema, type TriagedAlert } from '../../schemas/api.ts';
import { type DeliveryState, deliveriesSchema } from '../../schemas/api-records.ts';
import { build, type House, type Running } from './console-rig.ts';
import { Answer } from './harness/answer.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { story, VICTIM } from './harness/story.ts';

export const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
/** Raw records in order of time; at their end a role of `acme` is stolen. */
export const RECORDS: readonly string[] = story();
export const DAY_MS = 86_400_000;
export const ahead = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** One request with a token. */
export async function ask(
  { url }: Pick<Running, 'url'>,
  token: string | undefined,
  path: string,
  { method, body, headers }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as string }),
  });
  return Answer.of(answer);
}

/** A record in the shape of an activity, by an identity of no story. */
export const activityOf = (id: string, more: object = {}) => ({
  id,
  at: '2026-03-01T00:00:00.000Z',
  identity: { id: 'bot', kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  source: { ip: '10.0.0.7' },
  outcome: 'success',
  ...more,
});

/** Whoever of `tokens` asks unless a test names another. */
export type By = 'ingest' | 'viewer' | 'analyst' | 'responder' | 'admin' | 'ingest of another' | 'admin of another';

export class Acme {
  readonly house: House;
  readonly receiver: Receiver;
  readonly token: Readonly<Record<By, string>>;
  #running: Running | undefined;

  private constructor(house: House, receiver: Receiver) {
    this.house = house;
    this.receiver = receiver;
    writeFileSync(`${house.directory}/webhook.secret`, SECRET, { mode: 0o600 });
    const of = (scope: 'ingest' | 'viewer' | 'analyst' | 'responder' | 'admin') =>
      house.admit({ name: `the-${scope}`, scope, tenant: 'acme' });
    const other = (scope: 'ingest' | 'admin') => house.admit({ name: `other-${scope}`, scope, tenant: 'other' });
    this.token = {
      ingest: of('ingest'),
      viewer: of('viewer'),
      analyst: of('analyst'),
      responder: of('responder'),
      admin: of('admin'),
      'ingest of another': other('ingest'),
      'admin of another': other('admin'),
    };
  }

  /** Starts it; with `story`, the records are posted and judged. */
  static async open({ story }: { story: boolean }): Promise<Acme> {
    const acme = new Acme(build(), await startReceiver(SECRET));
    await acme.start();
    if (story) for (let from = 0; from < RECORDS.length; from += 1_000) await acme.sendStory(from, from + 1_000);
    return acme;
  }

  get running(): Running {
    if (this.#running === undefined) throw new Error('it does not run');
    return this.#running;
  }

  async start(ingest: object = {}): Promise<void> {
    this.#running = await this.house.start({
      ingest: { tenant: 'acme', ...ingest },
      sinks: { soc: { type: 'webhook', url: this.receiver.url, secretFile: `${this.house.directory}/webhook.secret` } },
      delivery: { allowPrivateTargets: true, pollMs: 250 },
      http: { bodyMaxBytes: 4 * 1024 * 1024, requestTimeoutMs: 1_000 },
      syslog: { serve: true, port: 0, messageMaxBytes: 20_000 },
    });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  async restart(ingest: object = {}): Promise<void> {
    await this.stop();
    await this.start(ingest);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.receiver.close();
    this.house.remove();
  }

  get(path: string, by: By = 'viewer'): Promise<Answer> {
    return ask(this.running, this.token[by], path);
  }

  post(path: string, body: unknown, by: By = 'analyst', headers?: Record<string, string>): Promise<Answer> {
    return ask(this.running, this.token[by], path, { body, ...(headers && { headers }) });
  }

  /** Records, with the token that may send them. */
  send(body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.post('/v1/activities', body, 'ingest', headers);
  }

  /** Part of the story. Throws where not all of it is taken. */
  async sendStory(from: number, to?: number): Promise<void> {
    const { status, text } = await this.send(RECORDS.slice(from, to).join('\n'));
    if (status !== 200) throw new Error(`the story was refused: ${status} ${text}`);
  }

  /** A delivery to the receiver, once none waits any more. */
  async firstDelivered(): Promise<DeliveryState> {
    const of = async (status: string) =>
      (await this.get(`/v1/deliveries?status=${status}`)).as(deliveriesSchema).deliveries;
    await until('all are settled', async () => (await of('pending')).length === 0);
    const [delivery] = await of('delivered');
    if (delivery === undefined) throw new Error('nothing was delivered');
    return delivery;
  }

  /** The newest alert of the stolen role. */
  async alertOfVictim(): Promise<TriagedAlert> {
    const answer = await this.get(`/v1/alerts?identity=${encodeURIComponent(VICTIM)}`);
    const [alert] = answer.as(alertPageSchema).alerts;
    if (alert === undefined) throw new Error('there is no alert of the stolen role');
    return alert;
  }
}
