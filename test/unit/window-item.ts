/** One finding in the window of an identity, and the activity it is about, for tests of what is made of findings. */
import type { Activity } from '../../schemas/activity.ts';
import type { WindowItem } from '../../src/core/memory/window.ts';

/** When the activity is, ms. */
export const ITEM_AT = Date.parse('2026-02-02T12:00:00.000Z');

/** A new network of 4 nats at `ITEM_AT`; `change` overrides whole fields. */
export const windowItem = (change: Partial<WindowItem> = {}): WindowItem => ({
  detector: 'where',
  field: 'source.ip',
  group: 'network',
  seen: 'there',
  usual: 'here',
  nats: 4,
  prevalence: { identity: 0, peers: 0, tenant: 0 },
  key: 1,
  kind: 'unexpected-source',
  lane: 'statistical',
  techniques: [],
  says: 'came from there',
  contain: undefined,
  value: 0,
  novelty: undefined,
  weight: 1,
  ms: ITEM_AT,
  activityId: 'a',
  ...change,
});

/** A worker of `acme` reads an order; `change` overrides whole fields. */
export const orderRead = (change: Partial<Activity> = {}): Activity => ({
  id: 'a',
  at: new Date(ITEM_AT).toISOString(),
  tenant: 'acme',
  identity: { id: 'worker', kind: 'role', provider: 'example' },
  action: { name: 'orders:GetOrder', service: 'orders', access: 'read' },
  source: {},
  outcome: 'success',
  ...change,
});
