/** Plans the deliveries that alerts lead to, as a pure function, and sends them again until they are settled. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Alert, SEVERITIES } from '../../schemas/alert.ts';
import type { SinkFilter } from '../../schemas/config.ts';
import type { Delivery } from '../ports/delivery.ts';
import { DeliveryLane, type LaneParts, type OutletState } from './delivery-lane.ts';
import type { OpenSink, Route } from './sink-routes.ts';

/** Id of the delivery of one alert version to one sink: the same wherever and whenever it is planned. */
export function deliveryId(sink: string, alert: Pick<Alert, 'id' | 'version'>): string {
  const digest = createHash('sha256').update(`${sink}\u0000${alert.id}\u0000${alert.version}`).digest('hex');
  return `msg_${digest.slice(0, 32)}`;
}

/** True when a sink with this filter wants the alert. */
export function wants(filter: SinkFilter, alert: Alert): boolean {
  const { minSeverity, kinds, owners, tenants } = filter;
  if (minSeverity !== undefined && SEVERITIES.indexOf(alert.severity) < SEVERITIES.indexOf(minSeverity)) return false;
  if (kinds !== undefined && !kinds.some((kind) => alert.kinds.includes(kind))) return false;
  if (tenants !== undefined && !tenants.includes(alert.tenant)) return false;
  if (owners === undefined) return true;
  return alert.owner === undefined ? filter.unowned === true : owners.includes(alert.owner);
}

/** Who hears of an alert: a sink that routes to its owner, the default for those without one, only sinks that do not route by owner, or nobody. */
export type Routed = 'owner' | 'default' | 'everyone' | 'nobody';

export function routedTo(alert: Alert, routes: readonly Pick<Route, 'filter'>[]): Routed {
  const taking = routes.filter(({ filter }) => wants(filter, alert));
  if (taking.length === 0) return 'nobody';
  if (!taking.some(({ filter }) => filter.owners !== undefined)) return 'everyone';
  return alert.owner === undefined ? 'default' : 'owner';
}

/** The deliveries that alert versions lead to, in order of alert, then sink. Pure; bodies are fixed here once and for all. */
export function plan(alerts: readonly Alert[], routes: readonly Route[], partition = 0): Delivery[] {
  return alerts.flatMap((alert) =>
    routes
      .filter((route) => wants(route.filter, alert))
      .map((route) => ({
        id: deliveryId(route.name, alert),
        tenant: alert.tenant,
        sink: route.name,
        alertId: alert.id,
        alertVersion: alert.version,
        partition,
        body: route.encode(alert),
        createdAt: alert.lastAt,
      })),
  );
}

export interface Dispatcher {
  /** Delivers until `signal`; what is under way then stays pending. Rejects when the store fails for good. Call once. */
  run(signal: AbortSignal): Promise<void>;
  /** Makes the outbox be read now, because something was put there. */
  wake(): void;
  state(): readonly OutletState[];
}

/** Each outlet has its own lane and its own room, so none waits for another. */
export function createDispatcher(parts: LaneParts & { readonly sinks: readonly OpenSink[] }): Dispatcher {
  const lanes = parts.sinks.map((outlet) => new DeliveryLane(outlet, parts));
  return {
    async run(signal) {
      const fall = new AbortController();
      const either = AbortSignal.any([signal, fall.signal]);
      const runs = lanes.map((lane) =>
        lane.run(either).catch((error) => {
          fall.abort();
          throw error;
        }),
      );
      const results = await Promise.allSettled(runs);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      if (!signal.aborted) await once(signal, 'abort');
    },
    wake: () => {
      for (const lane of lanes) lane.wake();
    },
    state: () => lanes.map((lane) => lane.state()),
  };
}
