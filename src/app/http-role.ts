/** Serves the HTTP API and the syslog listener of one process: opens what they need and gives it to them. */
import type { Config } from '../../schemas/config.ts';
import type { Sources } from '../../schemas/console.ts';
import {
  openClaims,
  openSessions,
  openSignals,
  openTriage,
  openViews,
  sharedSecret,
} from '../adapters/clickhouse/open.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { startSyslog } from '../adapters/syslog-listener.ts';
import { approvalRoutes } from '../api/approval-routes.ts';
import { attestationRoutes } from '../api/attestation-routes.ts';
import { consoleFileRoutes } from '../api/console-files.ts';
import { startGrpc } from '../api/grpc-server.ts';
import type { ConsoleEvent } from '../api/ports.ts';
import { privacyRoutes } from '../api/privacy-routes.ts';
import type { Route } from '../api/route.ts';
import { apiRoutes } from '../api/routes.ts';
import { startConsole } from '../api/server.ts';
import { createFlows } from '../api/sign-in/flow.ts';
import { createProvider } from '../api/sign-in/provider.ts';
import { type SignInParts, signInRoutes } from '../api/sign-in/routes.ts';
import { createSessions } from '../api/sign-in/sessions.ts';
import { signalRoutes } from '../api/signal-routes.ts';
import { streamRoutes } from '../api/stream-routes.ts';
import { suspensionRoutes } from '../api/suspension-routes.ts';
import { openTokens, type TokenBook } from '../api/tokens.ts';
import { viewRoutes } from '../api/view-routes.ts';
import { createHold } from '../bounds/hold.ts';
import { ConfigError } from '../config/config-error.ts';
import { readSecretFile } from '../config/secret-file.ts';
import type { LocalSource } from '../detect/local-source.ts';
import type { Clock } from '../ports/outside.ts';
import type { ClaimStore } from '../ports/respond.ts';
import { createApprovalLinks } from '../respond/approval-links.ts';
import { createTransmitter } from '../signals/transmitter.ts';
import { createIncidentTriage } from '../triage/incident-triage.ts';
import { suppressionOf } from '../triage/suppressing.ts';
import { createTriage } from '../triage/triage.ts';
import { approvalPort } from './api/approvals.ts';
import { type AttestationParts, attestationPort } from './api/attestations.ts';
import { inventoryPort } from './api/inventory.ts';
import { lookups } from './api/lookups.ts';
import { type PrivacyParts, privacyPort } from './api/privacy.ts';
import { signalPort } from './api/signals.ts';
import { signedPort } from './api/signed.ts';
import { containmentOf, suspensionPort } from './api/suspensions.ts';
import { viewPort } from './api/views.ts';
import { markOf, openForgetting, pseudonymizer } from './forgetting.ts';
import { orDead } from './hand-over.ts';
import { openIntake, openWay } from './intake.ts';
import { openMeans } from './means.ts';
import { openPubSub } from './pub-sub.ts';
import { recordLimitsOf } from './record-limits.ts';
import type { Respond } from './respond-role.ts';
import type { RoleParts } from './role-parts.ts';
import { openS3Queues } from './s3-queues.ts';
import { linkKeyOf, streamKeyOf } from './served-keys.ts';
import { invariantsOf } from './shelves.ts';

/** Whether the API is served: where there is no Kafka it is the only way in. */
export const servesHttp = ({ http, kafka }: Config) =>
  http.serve === 'always' || (http.serve === 'auto' && kafka === undefined);

/** Whether somebody may call this process, by a token. */
export const listens = (config: Config) => servesHttp(config) || config.syslog.serve;
/** Whether records come in by another way than Kafka. */
export const takesRecords = (config: Config) =>
  listens(config) || Object.keys(config.s3Queues).length > 0 || Object.keys(config.pubSub).length > 0;

export interface Served {
  /** Where each listener answers, such as http://127.0.0.1:8088. */
  readonly places: Readonly<Record<string, string>>;
  /** Why nothing more is taken just now; empty when all is well. */
  notReady(): readonly string[];
  /** Bytes of requests held, and open connections by listener. */
  load(): { readonly heldBytes: number; readonly connections: Readonly<Record<string, number>> };
  close(): Promise<void>;
}

/** The tokens that open the listeners. Throws a ConfigError when there is no such file, or it cannot be used. */
export function tokensOf(config: Config, clock: Clock, onBroken: (error: unknown) => void): TokenBook {
  const { tokensFile, signIn } = config.http;
  // People alone need no tokens; a sender of syslog does.
  if (tokensFile === undefined && signIn !== undefined && !config.syslog.serve) return { find: () => undefined };
  if (tokensFile === undefined)
    throw new ConfigError([
      {
        at: 'configuration',
        key: 'http.tokensFile',
        wrong: 'is missing, so nobody could send or ask anything',
        remedy: 'make a token with `tidemark token new --scope admin --file tidemark.tokens` and name that file',
      },
    ]);
  return openTokens(tokensFile, clock.now, onBroken);
}

/** How the other parts of the process stand. */
export interface ProcessState {
  notReady(): readonly string[];
  /** How far each topic is behind, whoever reads it. */
  lags(): Promise<Sources['lags']>;
}

/** Opens the listeners. `local` takes the activities where there is no Kafka. */
export async function serve(
  parts: RoleParts,
  local: LocalSource | undefined,
  respond: Respond | undefined,
  version: string,
  { notReady, lags }: ProcessState,
): Promise<Served> {
  const { config, clock, telemetry, shelves, store } = parts;
  const tokens = listens(config)
    ? tokensOf(config, clock, (error) => telemetry.event('api-failed', { route: 'tokens', error }))
    : undefined;
  const findToken: TokenBook['find'] = (token) => tokens?.find(token);
  const way = openWay(parts, local);
  const { intake, traces } = openIntake(parts, way.submit);
  const { triage: triageStore, ledger } = openTriage(store);
  const once = openClaims(store);
  const secret = (key: string, file: string) =>
    readSecretFile({ key, file }, (exposed) => telemetry.event('secret-exposed', exposed));
  /** What records come in by. They are closed together: each may wait a while for who has not finished, and one after another would not end in time. */
  const ways: (() => Promise<void>)[] = [];
  const close = async () => {
    const ended = await Promise.allSettled(ways.map((end) => end()));
    await traces.close();
    await way.close();
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  const held = createHold(config.detect.queueBytes);
  const full = () => (held.full ? ['too many requests are under way'] : []);
  const listeners: Record<string, { readonly open: number }> = {};
  const places: Record<string, string> = {};
  try {
    await traces.open();
    if (servesHttp(config)) {
      const invariants = invariantsOf(shelves.detectors);
      const triage = createTriage({
        store: triageStore,
        clock,
        invariants,
        onVerdict: ({ alertId, tenant, action }) =>
          telemetry.event('verdict-given', { alert: alertId, tenant, verdict: action }),
      });
      const people = await signInOf(parts, once, secret);
      const forgetting = await privacyOf(parts);
      const consoleParts = {
        config: config.http,
        held,
        recordLimits: recordLimitsOf(config),
        version,
        clock,
        findToken,
        sessions: people?.sessions,
        formats: [...shelves.formats.keys()],
        intake,
        inventory: inventoryPort(way.send, store, parts.fingerprinter, (records) =>
          telemetry.event('inventory-taken', { via: 'http', records }),
        ),
        triage,
        incidents: createIncidentTriage(triage, invariants),
        containmentOf: respond && ((tenant: string, alertId: string) => containmentOf(respond, tenant, alertId)),
        meansOf: await openMeans(config.respond),
        records: lookups(parts, ledger),
        signed: signedPort(config.http.signers, respond?.responders ?? new Map(), once, clock, secret),
        notReady: () => [...notReady(), ...full()],
        onEvent: (event: ConsoleEvent) => {
          if (event.type === 'answered')
            telemetry.event('api-answered', { route: event.route, status: String(event.status), requests: 1 });
          else telemetry.event('api-failed', event);
        },
      };
      const { inventoryFile, tenant } = config.ingest;
      const views = viewPort({
        config,
        store,
        views: openViews(store),
        ledger,
        clock,
        version,
        readOnly: false,
        inventory:
          inventoryFile === undefined
            ? new Map()
            : loadInventory(inventoryFile, { tenant, fingerprinter: parts.fingerprinter }).records,
        suspensions: respond?.suspensions,
        sources: parts.sourceStates,
        skipped: parts.skipped,
        lags,
        notReady: consoleParts.notReady,
        deadLetterCounts: consoleParts.records.deadLetterCounts,
      });
      const console = await startConsole(consoleParts, [
        ...consoleFileRoutes(),
        ...signInRoutes(people),
        ...apiRoutes(consoleParts),
        ...viewRoutes(views, consoleParts),
        ...privacyRoutes(privacyPort(forgetting)),
        ...(respond === undefined ? [] : suspensionRoutes(suspensionPort(respond, clock, parts.fingerprinter))),
        ...linkRoutes(parts, respond, once, secret),
        ...ownerRoutes(
          parts,
          {
            views,
            inventory: consoleParts.inventory,
            once,
            log: forgetting.privacy,
            mark: (of, identity) => markOf(forgetting.fingerprinter, of, identity),
          },
          secret,
        ),
        ...(await streamsOf(parts, secret)),
        ...(Object.keys(config.signals.transmitters).length === 0
          ? []
          : signalRoutes(
              signalPort({
                config: config.signals,
                once,
                clock,
                fingerprinter: parts.fingerprinter,
                send: way.send,
                onHeard: (transmitter, outcome) =>
                  telemetry.event('signal-received', { transmitter, outcome, events: 1 }),
              }),
            )),
      ]);
      places.http = console.url;
      listeners.http = console.connections;
      if (config.http.grpcPort !== undefined) {
        const grpc = await startGrpc(consoleParts, config.http.grpcPort);
        places['otlp-grpc'] = grpc.url;
        listeners['otlp-grpc'] = grpc.connections;
        ways.push(() => grpc.close());
      }
      ways.push(async () => {
        // Whoever reads changes would hold the server up.
        views.changes.close();
        await console.close();
      });
    }
    if (config.syslog.serve) {
      const listener = await startSyslog({
        config: config.syslog,
        findToken,
        take: (messages, caller) =>
          orDead((records) => intake.take(records, caller, 'syslog', config.syslog.format))(
            messages.map((bytes) => ({ bytes })),
          ),
        onEvent: (event) => telemetry.event('api-failed', { route: 'syslog', error: event.error }),
      });
      listeners.syslog = listener.connections;
      places.syslog = `${config.syslog.host}:${listener.port}`;
      ways.push(() => listener.close());
    }
    if (Object.keys(config.s3Queues).length > 0) {
      const queues = await openS3Queues(parts, intake);
      ways.push(() => queues.close());
    }
    if (Object.keys(config.pubSub).length > 0) {
      const subscriptions = await openPubSub(parts, intake);
      ways.push(() => subscriptions.close());
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    places,
    notReady: full,
    load: () => ({
      heldBytes: held.bytes,
      connections: Object.fromEntries(Object.entries(listeners).map(([name, { open }]) => [name, open])),
    }),
    close,
  };
}

/** What is forgotten on request, and the pseudonyms of people. */
async function privacyOf({ config, clock, store }: RoleParts): Promise<PrivacyParts> {
  return {
    ...(await openForgetting(store)),
    fingerprinter: pseudonymizer(config),
    hasPepper: config.ingest.pepperFile !== undefined,
    clock,
  };
}

/** Sign-in of people, where the configuration names a provider. */
async function signInOf(
  { config, clock, store, telemetry }: RoleParts,
  once: ClaimStore,
  secret: (key: string, file: string) => string,
): Promise<SignInParts | undefined> {
  const { signIn } = config.http;
  if (signIn === undefined) return undefined;
  const { clientSecretFile } = signIn;
  const clientSecret =
    clientSecretFile === undefined ? undefined : secret('http.signIn.clientSecretFile', clientSecretFile);
  return {
    config: signIn,
    provider: createProvider(signIn, clientSecret, clock),
    sessions: createSessions(signIn, openSessions(store), clock),
    flows: createFlows(await sharedSecret(store, 'sign-in'), once, clock),
    onEvent(event) {
      if (event.type === 'in') telemetry.event('signed-in', event);
      else if (event.type === 'ended') telemetry.event('session-ended', event);
      else if (event.type === 'out') telemetry.event('signed-out', event);
      else telemetry.event('sign-in-refused', event);
    },
  };
}

/** Opens approval links, where the configuration has a key for them. */
function linkRoutes(
  { config, clock, fingerprinter }: RoleParts,
  respond: Respond | undefined,
  once: ClaimStore,
  secret: (key: string, file: string) => string,
): Route[] {
  const { links } = config.respond;
  if (respond === undefined || links === undefined) return [];
  const key = linkKeyOf(config, secret)!;
  const { url, ttlMs } = links;
  return approvalRoutes(
    approvalPort({ respond, links: createApprovalLinks(key), once, clock, fingerprinter, url, ttlMs }),
  );
}

/** Opens the links by which owners answer for identities, where the configuration has a key for them. */
function ownerRoutes(
  { config, clock }: RoleParts,
  has: Pick<AttestationParts, 'views' | 'inventory' | 'once' | 'log' | 'mark'>,
  secret: (key: string, file: string) => string,
): Route[] {
  const { links } = config.respond;
  const key = linkKeyOf(config, secret);
  if (links === undefined || key === undefined) return [];
  const { url, ownerTtlMs: ttlMs } = links;
  return attestationRoutes(attestationPort({ ...has, links: createApprovalLinks(key), clock, url, ttlMs }));
}

/** Opens streams of security events, where the configuration has a key for them. */
async function streamsOf(
  { config, clock, store, triage, fingerprinter, shelves }: RoleParts,
  secret: (key: string, file: string) => string,
): Promise<Route[]> {
  const { streams } = config.signals;
  if (streams === undefined) return [];
  const { keyFile: _, ...rest } = streams;
  const invariants = invariantsOf(shelves.detectors);
  const key = (await streamKeyOf(config, secret))!;
  return streamRoutes(
    createTransmitter({
      ...rest,
      key,
      clock,
      store: openSignals(store),
      scrub: (tenant, text) => fingerprinter.scrub(tenant, text),
      async suppressed(tenant, alerts) {
        const suppressions = alerts.length === 0 ? [] : await triage.suppressions(clock.now(), tenant);
        return new Set(alerts.filter((alert) => suppressionOf(alert, suppressions, invariants) !== undefined));
      },
    }),
  );
}
