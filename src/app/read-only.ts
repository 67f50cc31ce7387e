/** Serves the console on a store that nobody else has open: everything can be looked at, nothing can be changed. */
import type { Caller } from '../../schemas/api.ts';
import type { Config } from '../../schemas/config.ts';
import { openSources, openTriage, openViews } from '../adapters/clickhouse/open.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { consoleFileRoutes } from '../api/console-files.ts';
import { apiRoutes } from '../api/routes.ts';
import { startConsole } from '../api/server.ts';
import { sessionRoutes } from '../api/session-routes.ts';
import { signInRoutes } from '../api/sign-in/routes.ts';
import { suspensionRoutes } from '../api/suspension-routes.ts';
import { viewRoutes } from '../api/view-routes.ts';
import { createHold } from '../bounds/hold.ts';
import { readSecretFile } from '../config/secret-file.ts';
import type { Store } from '../ports/store.ts';
import { createFingerprinter } from '../secrets.ts';
import { createSourceBook } from '../sources/source-book.ts';
import { createIncidentTriage } from '../triage/incident-triage.ts';
import { createTriage } from '../triage/triage.ts';
import { recordFinder } from './api/inventory.ts';
import { lookups } from './api/lookups.ts';
import { lagReader, skippedReader } from './api/sources.ts';
import { containmentOf, suspensionPort } from './api/suspensions.ts';
import { viewPort } from './api/views.ts';
import { asJudged } from './budget-in-force.ts';
import { openMeans } from './means.ts';
import { createOneTime } from './one-time.ts';
import { recordLimitsOf } from './record-limits.ts';
import { openRespond } from './respond-role.ts';
import type { Shelves } from './role-parts.ts';
import { invariantsOf } from './shelves.ts';

const LOOPBACK = '127.0.0.1';

export interface ReadOnlyOptions {
  readonly config: Config;
  /** The store section with its place. */
  readonly place: Config['store'];
  readonly store: Store;
  readonly shelves: Shelves;
  readonly version: string;
  readonly tenant: string;
  /** 0: any free one. */
  readonly port: number;
  /** Gives each new link: the first at once, another whenever the one before was used. */
  readonly onLink: (url: string) => void;
  readonly onFailure: (route: string, error: unknown) => void;
}

/** Listens on loopback until it is closed. */
export async function serveReadOnly(options: ReadOnlyOptions): Promise<{ close(): Promise<void> }> {
  const { place, store, shelves, version, tenant, port } = options;
  const config = await asJudged(options.config, store);
  const clock = { now: Date.now };
  const invariants = invariantsOf(shelves.detectors);
  const { triage: triageStore, ledger } = openTriage(store);
  const triage = createTriage({ store: triageStore, clock, invariants });
  const { pepperFile, inventoryFile } = config.ingest;
  const fingerprinter = createFingerprinter(
    pepperFile === undefined ? undefined : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, () => {}),
    config.ingest.people,
  );
  const respond = await openRespond({
    config,
    place,
    store,
    detectors: shelves.detectors,
    sinks: shelves.sinks,
    clock,
    fingerprinter,
  });
  const viewer: Caller = { name: 'console', scope: 'viewer', tenant };
  const links = createOneTime(viewer);
  const sourceStore = openSources(store);
  const book = createSourceBook({
    store: sourceStore,
    sourcesMax: config.ingest.sourcesMax,
    now: clock.now,
    tenant,
  });
  const closed = async () => ({ status: 'closed', reason: 'this console only looks' }) as const;
  const parts = {
    config: { ...config.http, host: LOOPBACK, port, certFile: undefined, keyFile: undefined },
    held: createHold(config.detect.queueBytes),
    recordLimits: recordLimitsOf(config),
    version,
    clock,
    findToken: links.find,
    formats: [...shelves.formats.keys()],
    intake: { take: closed },
    inventory: { take: closed, find: recordFinder(store) },
    triage,
    incidents: createIncidentTriage(triage, invariants),
    containmentOf: (of: string, alertId: string) => containmentOf(respond, of, alertId),
    meansOf: await openMeans(config.respond),
    records: lookups({ config, store, shelves, fingerprinter, withUnowned: true }, ledger),
    signed: { read: async () => ({ ok: false, reason: 'unsigned' }) as const },
    notReady: () => [],
    onEvent: (event: { type: string; route: string; error?: unknown }) => {
      if (event.type === 'failed') options.onFailure(event.route, event.error);
    },
  };
  const views = viewPort({
    config,
    store,
    views: openViews(store),
    ledger,
    clock,
    version,
    readOnly: true,
    inventory:
      inventoryFile === undefined ? new Map() : loadInventory(inventoryFile, { tenant, fingerprinter }).records,
    suspensions: respond.suspensions,
    notReady: parts.notReady,
    async sources(of) {
      await book.refresh();
      return await book.states(of);
    },
    skipped: skippedReader(sourceStore, clock.now),
    lags: lagReader(sourceStore, () => [], clock.now),
    deadLetterCounts: parts.records.deadLetterCounts,
  });
  const looking = [
    ...consoleFileRoutes(),
    ...signInRoutes(undefined),
    ...apiRoutes(parts),
    ...suspensionRoutes(suspensionPort(respond, clock, fingerprinter)),
    ...viewRoutes(views, parts),
  ].filter(({ method }) => method === 'GET');
  let url = '';
  const tell = () => options.onLink(`${url}/#token=${links.issue()}`);
  const exchange = sessionRoutes((token) => {
    const session = links.exchange(token);
    if (session !== undefined) tell();
    return session;
  });
  try {
    const server = await startConsole(parts, [...looking, ...exchange]);
    url = server.url;
    tell();
    return {
      async close() {
        views.changes.close();
        await server.close();
        await respond.close();
      },
    };
  } catch (error) {
    await respond.close();
    throw error;
  }
}
