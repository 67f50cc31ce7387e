/** The respond role: carries out what people and policies decide about suspensions, through the configured responders. */

import { existsSync } from 'node:fs';
import type { Config } from '../../schemas/config.ts';
import { closest, type Home, mayBe } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Suspension } from '../../schemas/suspension.ts';
import { openSuspensionStore } from '../adapters/clickhouse/suspensions.ts';
import { createEgress } from '../adapters/egress.ts';
import { inventoryKey, loadInventory } from '../adapters/inventory.ts';
import { ConfigError } from '../config/config-error.ts';
import { readBounded } from '../config/read-bounded.ts';
import { readSecretFile } from '../config/secret-file.ts';
import type { Detector } from '../core/detector.ts';
import { plan } from '../deliver/outbox.ts';
import { readRoutes } from '../deliver/sink-routes.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Clock } from '../ports/outside.ts';
import type { Responder, ResponderContext, ResponderType, SuspensionStore, TargetHistory } from '../ports/respond.ts';
import type { Store } from '../ports/store.ts';
import { checklist, type Step } from '../respond/checklist.ts';
import { createSuspensionDispatcher, type SuspensionDispatcher } from '../respond/dispatcher.ts';
import { openResponders } from '../respond/open-responders.ts';
import type { RespondEvent } from '../respond/respond-event.ts';
import { createSuspensions, type Suspensions } from '../respond/suspensions.ts';
import type { Fingerprinter } from '../secrets.ts';
import { openMeans, RECIPE_MAX_BYTES } from './means.ts';
import { discover, invariantsOf, SHELVES } from './shelves.ts';

/** Newest alerts of an identity among which the one of a suspension is looked for. */
const ALERTS_READ = 100;

export interface RespondParts {
  readonly config: Config;
  /** Where the tables are: the store section with its place. */
  readonly place: Config['store'];
  readonly store: Pick<Store, 'alerts' | 'commit' | 'inventoriesOf'>;
  readonly detectors: ReadonlyMap<string, Detector>;
  readonly sinks: ReadonlyMap<string, SinkType>;
  readonly clock: Clock;
  readonly fingerprinter?: Fingerprinter;
  onEvent?(event: RespondEvent): void;
  onExposedSecret?(secret: { readonly key: string; readonly file: string }): void;
}

export interface Respond {
  readonly desk: Suspensions;
  readonly dispatcher: SuspensionDispatcher;
  readonly suspensions: SuspensionStore & TargetHistory;
  readonly responders: ReadonlyMap<string, Responder>;
  /** What is to be done around a suspension, as a list to tick. */
  steps(suspension: Suspension): Promise<readonly Step[]>;
  close(): Promise<void>;
}

/** Opens every responder of the configuration. Throws a ConfigError for one that cannot be opened. */
export async function openConfigured(
  parts: Pick<RespondParts, 'config' | 'clock' | 'onExposedSecret'>,
  http: ResponderContext['http'],
): Promise<ReadonlyMap<string, Responder>> {
  const types = await discover<ResponderType>(SHELVES.responders, 'responder');
  const recipes = await discover<unknown>(SHELVES.recipes, 'recipe');
  return openResponders(parts.config.respond.responders, types, contextOf(parts, http, recipes));
}

function contextOf(
  parts: Pick<RespondParts, 'clock' | 'onExposedSecret'>,
  http: ResponderContext['http'],
  recipes: ReadonlyMap<string, unknown>,
) {
  const refuse = (reason: string): never => {
    throw new ConfigError([{ at: 'configuration', key: '', wrong: reason, remedy: 'see docs/responders.md' }]);
  };
  const context: ResponderContext = {
    secret: (file) =>
      readSecretFile({ key: 'respond.responders', file }, (exposed) => parts.onExposedSecret?.(exposed)),
    file: (path) => {
      const read = readBounded(path, RECIPE_MAX_BYTES);
      return read.status === 'read' ? read.bytes.toString('utf8') : refuse(`${path} ${read.wrong}`);
    },
    refuse,
    clock: parts.clock,
    http,
    recipes,
  };
  return context;
}

/** Opens the desk, and the dispatcher that carries out what it decides. Throws a ConfigError for a responder that cannot be opened. */
export async function openRespond(parts: RespondParts): Promise<Respond> {
  const { config, clock } = parts;
  const { inventoryFile, tenant } = config.ingest;
  const records: ReadonlyMap<string, InventoryRecord> =
    inventoryFile === undefined
      ? new Map()
      : loadInventory(inventoryFile, { tenant, ...(parts.fingerprinter && { fingerprinter: parts.fingerprinter }) })
          .records;
  const told = new Map<string, InventoryRecord[]>();
  for (const record of records.values()) {
    const key = inventoryKey(record.tenant, record.identity);
    told.set(key, [...(told.get(key) ?? []), record]);
  }
  const egress = createEgress(config.delivery);
  const suspensions = await openSuspensionStore(parts.place);
  const close = async () => {
    await suspensions.close();
    await egress.close();
  };
  try {
    const responders = await openConfigured(parts, egress);
    const { routes } = readRoutes(config.sinks, parts.sinks, {
      ...config.http,
      meansOf: await openMeans(config.respond),
    });
    const { killSwitch, killSwitchFile } = config.respond;
    const desk = createSuspensions({
      store: suspensions,
      history: suspensions,
      clock,
      respond: config.respond,
      responders,
      invariants: invariantsOf(parts.detectors),
      // An inventory record that was sent is newer than the one in the file.
      inventory: async (of, identity) => {
        const sent = await parts.store.inventoriesOf(of, identity.id);
        return recordOf([...sent], identity) ?? recordOf(told.get(inventoryKey(of, identity.id)) ?? [], identity);
      },
      killSwitch: () => killSwitch || (killSwitchFile !== undefined && existsSync(killSwitchFile)),
    });
    const dispatcher = createSuspensionDispatcher({
      desk,
      store: suspensions,
      history: suspensions,
      alerts: parts.store,
      responders,
      respond: config.respond,
      recommendationTtlMs: config.alerts.recommendationTtlMs,
      clock,
      // The alert gets a turn of its own. The id of the turn follows from the alert, so that the same alert committed twice is stored once.
      raise: (alert) =>
        parts.store.commit({
          id: `respond/${alert.id}/v1`,
          span: { topic: 'respond', partition: 0, first: 0, last: 0 },
          epoch: 0,
          activities: [],
          contributions: [],
          alerts: [alert],
          observed: [],
          deliveries: plan([alert], routes),
          state: '',
        }),
      ...(parts.onEvent && { onEvent: parts.onEvent }),
    });
    const configured = new Set(
      Object.values(config.respond.responders).flatMap(({ recipe }) => (typeof recipe === 'string' ? [recipe] : [])),
    );
    const steps = async (suspension: Suspension): Promise<readonly Step[]> => {
      const { tenant, identity, alertId, responder = '' } = suspension;
      const alerts =
        alertId === undefined ? [] : await parts.store.alerts({ tenant, identity: identity.id, limit: ALERTS_READ });
      const alert = alerts.find(({ id }) => id === alertId);
      return checklist(suspension, responders.get(responder)?.prepare(suspension), alert, configured);
    };
    return { desk, dispatcher, suspensions, responders, steps, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The record of an identity. That nobody but people may act on it holds even where the record leaves open which one of its id it is. */
function recordOf(records: readonly InventoryRecord[], home: Home): InventoryRecord | undefined {
  const own = closest(records, home);
  const spared = records.some((record) => record.neverSuspend === true && mayBe(record, home));
  return own === undefined || !spared ? own : { ...own, neverSuspend: true };
}
