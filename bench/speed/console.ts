/** The console on a full store: size of the bundle, the first page in a browser, and how long its lists take. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { median } from 'simple-statistics';
import { activitySchema } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { serveReadOnly } from '../../src/app/read-only.ts';
import { shelves } from '../../src/commands/settings.ts';
import { alertsOf } from './alerts.ts';
import { withPlace } from './place.ts';

const ALERTS = 10_000;
const LOADS = 10;
/** Loads of every other page: the first finds nothing kept. */
const LIST_LOADS = 4;
/** Activities of each identity. */
const EACH = 10;
/** Longest that is waited for one list. */
const ANSWER_MS = 180_000;
const TURN = 10_000;
const START_MS = Date.parse('2026-06-01T00:00:00Z');
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Pages beside the first, with the list that each asks for. */
const LISTS: Readonly<Record<string, string>> = {
  '/v1/fleet': 'fleet',
  '/v1/fleet/identities': 'fleet?list=all',
  '/v1/inventory': 'fleet?list=gaps',
  '/v1/sources': 'health',
  '/v1/audit': 'suspensions',
};

export interface ConsoleReading {
  readonly consoleIdentities: number;
  readonly consoleAlerts: number;
  /** What a browser loads at first, compressed. */
  readonly bundleBytes: number;
  /** From the call of the address to the first alert in the queue, ms: median of the loads, and all of them. */
  readonly firstPageMs: number;
  readonly firstPagesMs: readonly number[];
  /** Answers of lists, ms: the first, which is computed, and the median of those after it. */
  readonly listsMs: Readonly<Record<string, { readonly first: number; readonly later: number }>>;
}

/** Script and style, as a server that compresses would send them. */
function bundleBytes(): number {
  const folder = fileURLToPath(new URL('../../console/assets/', import.meta.url));
  return readdirSync(folder).reduce((sum, name) => sum + gzipSync(readFileSync(`${folder}${name}`)).length, 0);
}

/** Some weeks for all of it. */
const STEP_MS = 2_000;
const identityOf = (k: number) => ({
  id: `arn:aws:iam::${ACCOUNT + (k % 40)}:role/service-${k}`,
  kind: 'role' as const,
  provider: 'aws',
  account: String(ACCOUNT + (k % 40)),
});
const ACCOUNT = 100_000_000_000;

const round = (ms: number) => Math.round(ms);

async function fill(store: Awaited<ReturnType<typeof openStore>>, identities: number): Promise<void> {
  const alerts = await alertsOf(ALERTS, 0);
  const total = identities * EACH;
  for (let first = 0; first < total; first += TURN) {
    const count = Math.min(TURN, total - first);
    const raised = alerts.slice((first / total) * ALERTS, ((first + count) / total) * ALERTS);
    await store.commit({
      id: `bench/console/0/${first}`,
      span: { topic: 'bench', partition: 0, first, last: first + count - 1 },
      epoch: 1,
      activities: Array.from({ length: count }, (_, n) => ({
        offset: first + n,
        activity: activitySchema.parse({
          id: `a-${first + n}`,
          at: new Date(START_MS + (first + n) * STEP_MS).toISOString(),
          tenant: 'default',
          identity: identityOf((first + n) % identities),
          action: { name: 's3:GetObject', service: ['s3', 'kms', 'sqs'][(n + first / TURN) % 3], access: 'read' },
          source: { ip: '198.51.100.7' },
          outcome: 'success',
        }),
      })),
      contributions: [],
      alerts: raised.map((alert, n) => ({ ...alert, identity: identityOf((first + n) % identities) })),
      observed: [],
      deliveries: [],
      state: '',
    });
  }
}

/** Goes to a page, and gives the time until what it asks for was answered. */
async function answered(page: Page, url: string, path: string): Promise<number> {
  const finished = page.waitForEvent('requestfinished', {
    predicate: (request) => new URL(request.url()).pathname === path,
    timeout: ANSWER_MS,
  });
  await page.goto(url);
  await page.reload();
  const request = await finished;
  return request.timing().responseEnd;
}

/** Why there can be no browser here, or where it is. */
export const chromiumAt = (): string | undefined => PLACES.find((path) => existsSync(path));

/** Runs `use` with a page that is signed in to the console of a full store, and the address of the console. */
export async function withConsole<T>(identities: number, use: (page: Page, base: string) => Promise<T>): Promise<T> {
  const executablePath = chromiumAt();
  if (executablePath === undefined) throw new Error('no Chromium: apt-get install chromium');
  return withPlace(async ({ path }) => {
    const config = configSchema.parse({ store: { path } });
    const store = await openStore(config.store, { migrate: true });
    await fill(store, identities);
    let link = '';
    const server = await serveReadOnly({
      config,
      place: config.store,
      store,
      shelves: await shelves(),
      version: 'bench',
      tenant: 'default',
      port: 0,
      onLink: (url) => {
        link = url;
      },
      onFailure: (route, error) => process.stderr.write(`${route} failed: ${String(error)}\n`),
    });
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
      await page.goto(link);
      await page.waitForSelector('.queue-row');
      return await use(page, new URL(link).origin);
    } finally {
      await browser.close();
      await server.close();
      await store.close();
    }
  });
}

export const consolePages = (identities: number): Promise<ConsoleReading> =>
  withConsole(identities, async (page, base) => {
    const firstPagesMs: number[] = [];
    for (let load = 0; load < LOADS; load++) {
      await page.goto('about:blank');
      const began = performance.now();
      await page.goto(`${base}/`, { waitUntil: 'commit' });
      await page.waitForSelector('.queue-row');
      firstPagesMs.push(round(performance.now() - began));
    }
    const listsMs: Record<string, { first: number; later: number }> = {};
    const [link] = await page
      .locator('a.queue-title')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    const id = link?.split('/').at(-1) ?? '';
    const identity = encodeURIComponent(identityOf(0).id);
    const pages = {
      ...LISTS,
      [`/v1/alerts/${id}`]: `alerts/${id}`,
      [`/v1/identities/${identity}/usage`]: `identities/${identity}`,
    };
    for (const [path, hash] of Object.entries(pages)) {
      process.stderr.write(`console ${hash}\n`);
      const times: number[] = [];
      for (let load = 0; load < LIST_LOADS; load++) times.push(await answered(page, `${base}/#/${hash}`, path));
      listsMs[path.replace(id, '{id}').replace(identity, '{id}')] = {
        first: round(times[0] as number),
        later: round(median(times.slice(1))),
      };
    }
    return {
      consoleIdentities: identities,
      consoleAlerts: ALERTS,
      bundleBytes: bundleBytes(),
      firstPageMs: median(firstPagesMs),
      firstPagesMs,
      listsMs,
    };
  });
