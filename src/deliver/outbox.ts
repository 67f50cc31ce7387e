/** Plans the deliveries that alerts lead to, as a pure function, and sends them again until they are settled. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Alert, leastDone, SEVERITIES } from '../../schemas/alert.ts';
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

/** The deliveries of one alert version, in order of sink; a destination that has no words for it gets none. */
function deliveriesOf(
  alert: Alert,
  routes: readonly Route[],
  partition: number,
  shownTo: (sink: string) => Alert,
): Delivery[] {
  return routes.flatMap((route) => {
    const shown = shownTo(route.name);
    if (route.skips?.(shown) === true) return [];
    return {
      id: deliveryId(route.name, alert),
      tenant: alert.tenant,
      sink: route.name,
      alertId: alert.id,
      alertVersion: alert.version,
      partition,
      body: route.encode(shown),
      createdAt: alert.lastAt,
    };
  });
}

/** The deliveries that alert versions lead to, in order of alert, then sink. Pure; bodies are fixed here once and for all. */
export function plan(alerts: readonly Alert[], routes: readonly Route[], partition = 0): Delivery[] {
  return alerts.flatMap((alert) =>
    deliveriesOf(
      alert,
      routes.filter(({ filter }) => wants(filter, alert)),
      partition,
      () => alert,
    ),
  );
}

/** An alert version with what became of the other alerts of its cause. */
export interface Planned {
  readonly alert: Alert;
  readonly fellows: readonly (readonly [alertId: string, status: Alert['status']])[];
}

/**
 * The same for later versions. Whoever heard of an alert hears of all that becomes of it, also when it is too weak for the filter by
 * now; whoever has not heard of it is told only of what there still is to do. A destination that shows the alerts of one cause as
 * one thing is told where these stand that it has heard of.
 */
export function planLater(
  planned: readonly Planned[],
  routes: readonly Route[],
  partition: number,
  heard: ReadonlyMap<string, ReadonlySet<string>>,
): Delivery[] {
  return planned.flatMap(({ alert, fellows }) => {
    const knows = (id: string, sink: string) => heard.get(id)?.has(sink) === true;
    const isOpen = alert.status === 'new' || alert.status === 'acknowledged';
    const taking = routes.filter(({ name, filter }) => knows(alert.id, name) || (isOpen && wants(filter, alert)));
    const { standing } = alert;
    return deliveriesOf(alert, taking, partition, (sink) => {
      if (standing === undefined || fellows.length === 0) return alert;
      const known = fellows.filter(([id]) => knows(id, sink)).map(([, status]) => status);
      return { ...alert, standing: { ...standing, page: leastDone([alert.status, ...known]) } };
    });
  });
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
