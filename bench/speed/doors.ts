/** What is measured at the doors: logs in over HTTP until they are durable, alerts out to a webhook until they are settled. The other side is another process. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { type Config, configSchema } from '../../schemas/config.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import { migrateThrough } from '../../src/adapters/clickhouse/migrate.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { createEgress } from '../../src/adapters/egress.ts';
import { newToken } from '../../src/api/tokens.ts';
import { sinkContext } from '../../src/app/sink-context.ts';
import { shelves } from '../../src/commands/settings.ts';
import type { DeliveryEvent } from '../../src/deliver/delivery-lane.ts';
import { createDispatcher, plan } from '../../src/deliver/outbox.ts';
import { openSinks, readRoutes } from '../../src/deliver/sink-routes.ts';
import type { Delivery } from '../../src/ports/delivery.ts';
import { createReferencePipeline } from '../reference/pipeline.ts';
import { alertsOf } from './alerts.ts';
import { startInstallation } from './installation.ts';
import { createMeter, type Reading } from './meter.ts';
import { withPlace } from './place.ts';

const OTHER_SIDE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './sender.ts' : './sender.js', import.meta.url),
);
const RECORDS_A_REQUEST = 2_000;
const TIMED_REQUESTS = 30;
const DELIVERIES = 2_000;
const WARM_DELIVERIES = 500;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const execute = promisify(execFile);
const CLOCK = { now: Date.now };

/** Files of gzipped NDJSON, one a request. */
function requestsOf(records: Iterator<object, void>, directory: string, name: string, requests: number): string[] {
  return Array.from({ length: requests }, (_, n) => {
    let lines = '';
    for (let row = 0; row < RECORDS_A_REQUEST; row++) lines += `${JSON.stringify(records.next().value)}\n`;
    const file = join(directory, `${name}-${n}.gz`);
    writeFileSync(file, gzipSync(lines, { level: 1 }));
    return file;
  });
}

/** Sends a first part unmeasured, until habits are mature and code is compiled; then measures the rest. */
async function throughDoor(
  url: string,
  token: string,
  warm: readonly string[],
  timed: readonly string[],
): Promise<Reading> {
  const meter = createMeter();
  const send = (files: readonly string[]) => execute(process.execPath, [OTHER_SIDE, 'send', url, token, ...files]);
  await send(warm);
  await meter.measure(timed.length * RECORDS_A_REQUEST, async () => void (await send(timed)));
  return meter.reading;
}

/** `POST /v1/activities` of the whole program: reader, engine with every detector, commit, answer. */
export function httpIngest(records: Iterator<object, void>, warmRecords: number): Promise<Reading> {
  return withPlace(async (place) => {
    const warm = requestsOf(records, place.path, 'warm', Math.ceil(warmRecords / RECORDS_A_REQUEST));
    const timed = requestsOf(records, place.path, 'timed', TIMED_REQUESTS);
    const { token, line } = newToken({ name: 'bench', scope: 'ingest', tenant: 'default' });
    const tokensFile = join(place.path, 'tokens');
    writeFileSync(tokensFile, `${line}\n`);
    const config = configSchema.parse({
      store: { ...place, path: join(place.path, 'store') },
      http: { port: 0, tokensFile, bytesPerSecond: 1024 ** 3 },
      telemetry: { enabled: false },
    });
    const installation = await startInstallation(config);
    const reading = await throughDoor(`${installation.url}/v1/activities`, token, warm, timed);
    await installation.stop();
    return reading;
  });
}

/** The same door as anybody would write it first: unzip, then the reference pipeline, answer when the rows are inserted. */
export function httpReference(records: Iterator<object, void>): Promise<Reading> {
  return withPlace(async (place) => {
    const warm = requestsOf(records, place.path, 'warm', 5);
    const timed = requestsOf(records, place.path, 'timed', TIMED_REQUESTS);
    const { store: config } = configSchema.parse({ store: { ...place, path: join(place.path, 'store') } });
    const connection = await connect(config);
    await migrateThrough(connection, config, false);
    const take = createReferencePipeline(connection.client, config.database);
    const unzip = promisify(gunzip);
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = (await unzip(Buffer.concat(chunks))).toString().trimEnd();
      await take(text.split('\n').map((one) => Buffer.from(one)));
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const reading = await throughDoor(url, 'none', warm, timed);
    server.closeAllConnections();
    server.close();
    await connection.close();
    return reading;
  });
}

async function withReceiver<T>(use: (url: string) => Promise<T>): Promise<T> {
  const other: ChildProcess = fork(OTHER_SIDE, ['receive'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  try {
    const [url] = (await once(other.stdout!, 'data')) as [Buffer];
    return await use(url.toString().trim());
  } finally {
    other.kill();
  }
}

async function deliveriesTo(url: string, secretFile: string, count: number, first: number) {
  const config = configSchema.parse({
    delivery: { allowPrivateTargets: true, pollMs: 50 },
    sinks: { soc: { type: 'webhook', url, secretFile } },
  });
  const { routes } = readRoutes(config.sinks, (await shelves()).sinks);
  return { config, routes, deliveries: plan(await alertsOf(count, first), routes) };
}

/** Takes `deliveries` out of the outbox until each is settled. */
async function drained(
  config: Config,
  routes: ReturnType<typeof readRoutes>['routes'],
  store: Awaited<ReturnType<typeof openStore>>,
  deliveries: readonly Delivery[],
): Promise<Reading> {
  const stop = new AbortController();
  const meter = createMeter();
  const { first, last } = { first: Number(deliveries[0]!.alertId.slice(-8)), last: deliveries.length };
  const id = `bench/deliveries/${first}`;
  const span = { topic: 'bench', partition: 0, first, last: first + last - 1 };
  const turn = { activities: [], contributions: [], alerts: [], observed: [], state: '' };
  await store.commit({ ...turn, id, span, epoch: 0, deliveries });
  const egress = createEgress(config.delivery);
  const sinks = await openSinks(
    routes,
    sinkContext({ config, kafka: undefined, clock: CLOCK }, egress, () => undefined, undefined),
  );
  await meter.measure(deliveries.length, async () => {
    let running: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      let settled = 0;
      const onEvent = ({ type }: DeliveryEvent) => {
        if (type !== 'delivered') reject(new Error(type));
        else if (++settled === deliveries.length) resolve();
      };
      running = createDispatcher({ store, clock: CLOCK, config: config.delivery, sinks, onEvent }).run(stop.signal);
      running.catch(reject);
    });
    stop.abort();
    await running;
  });
  await egress.close();
  return meter.reading;
}

/** Out of the outbox, signed, to a receiver on this machine, and settled. */
export function delivery(): Promise<Reading> {
  return withPlace((place) =>
    withReceiver(async (url) => {
      const secretFile = join(place.path, 'secret');
      writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o600 });
      const store = await openStore(
        configSchema.parse({ store: { ...place, path: join(place.path, 'store') } }).store,
        { migrate: true },
      );
      const warm = await deliveriesTo(url, secretFile, WARM_DELIVERIES, 0);
      await drained(warm.config, warm.routes, store, warm.deliveries);
      const timed = await deliveriesTo(url, secretFile, DELIVERIES, WARM_DELIVERIES);
      const reading = await drained(timed.config, timed.routes, store, timed.deliveries);
      await store.close();
      return reading;
    }),
  );
}

/** The same bodies signed and sent by the same number of hands, with nothing behind: no outbox, no retry, no record that it was done. */
export function deliveryReference(): Promise<Reading> {
  return withPlace((place) =>
    withReceiver(async (url) => {
      const secretFile = join(place.path, 'secret');
      const { config, deliveries } = await deliveriesTo(url, secretFile, WARM_DELIVERIES + DELIVERIES, 0);
      const signer = new Webhook(SECRET);
      const send = async (all: Delivery[]) => {
        const hand = async () => {
          for (let one = all.shift(); one !== undefined; one = all.shift()) {
            const now = new Date();
            const headers = {
              'content-type': 'application/json',
              'webhook-id': one.id,
              'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
              'webhook-signature': signer.sign(one.id, now, one.body),
            };
            await (await fetch(url, { method: 'POST', headers, body: one.body })).text();
          }
        };
        await Promise.all(Array.from({ length: config.delivery.concurrency }, hand));
      };
      await send(deliveries.splice(0, WARM_DELIVERIES));
      const meter = createMeter();
      await meter.measure(DELIVERIES, () => send(deliveries));
      return meter.reading;
    }),
  );
}
