/** Folds what was found about one identity within two hours into one joint surprise. */
import type { AlertKind, Prevalence } from '../../../schemas/alert.ts';
import { BEYOND_KNEE, GROUP_KNEE, IDLE_HOURS, SECOND_IN_GROUP, WINDOW_ITEMS, WINDOW_MS } from '../constants.ts';
import type { Popularity } from '../detector.ts';

/** One finding as kept in the window and in an alert. */
export interface WindowItem {
  readonly detector: string;
  readonly field: string;
  readonly group: string;
  readonly seen: string;
  readonly usual: string;
  readonly nats: number;
  readonly prevalence: Prevalence;
  readonly key: number;
  readonly kind: AlertKind;
  readonly lane: 'invariant' | 'statistical';
  readonly techniques: readonly string[];
  readonly says: string;
  readonly contain: 'session' | 'credential' | 'scope' | 'identity' | undefined;
  readonly value: number;
  /** The novelty that the finding tells of, as it was then. */
  readonly novelty:
    | { readonly dimension: string; readonly level: number; readonly popularity: Popularity; readonly value: number }
    | undefined;
  /** Share of its surprise that counted. */
  readonly weight: number;
  /** Nats that a change of the agent itself explained of it; absent where none. */
  readonly discountNats?: number;
  /** What the act it was found in costs when it is misuse, 0 to 1, and the service it went to; absent in what an earlier build saved. */
  readonly gravity?: number;
  readonly service?: string;
  /** Event time in ms. */
  readonly ms: number;
  readonly activityId: string;
}

/** Drops what is older than the window at `ms`. */
export function slide(items: readonly WindowItem[], ms: number): WindowItem[] {
  return items.filter((item) => ms - item.ms < WINDOW_MS);
}

/** Whether the window of an identity that was last heard of in epoch `heard` is over in another epoch. */
export const isOver = (heard: number, epoch: number): boolean => heard < overBefore(epoch);

/** The window of an identity is over when it was last heard of before this epoch. */
export const overBefore = (epoch: number): number => epoch - IDLE_HOURS + 1;

/** Adds a finding: the same key counts once, at its strongest. Returns whether it changed anything. */
export function add(items: WindowItem[], item: WindowItem): boolean {
  const at = items.findIndex((old) => old.key === item.key);
  if (at >= 0) {
    if ((items[at] as WindowItem).nats >= item.nats) return false;
    items[at] = item;
    return true;
  }
  if (items.length >= WINDOW_ITEMS) {
    let least = 0;
    for (let i = 1; i < items.length; i++)
      if ((items[i] as WindowItem).nats < (items[least] as WindowItem).nats) least = i;
    if ((items[least] as WindowItem).nats >= item.nats) return false;
    items.splice(least, 1);
  }
  items.push(item);
  return true;
}

/** Joint surprise: in each group the strongest plus a share of the rest, bent at the knee unless an invariant says so much by itself; groups add up. */
export function joint(items: readonly WindowItem[]): number {
  const groups = new Map<string, { top: number; rest: number; firm: number }>();
  for (const item of items) {
    let g = groups.get(item.group);
    if (g === undefined) {
      g = { top: item.nats, rest: 0, firm: 0 };
      groups.set(item.group, g);
    } else if (item.nats > g.top) {
      g.rest += g.top;
      g.top = item.nats;
    } else g.rest += item.nats;
    if (item.lane === 'invariant') g.firm = Math.max(g.firm, item.nats);
  }
  let total = 0;
  for (const g of groups.values()) total += saturate(g.top + SECOND_IN_GROUP * g.rest, g.firm);
  return total;
}

const saturate = (nats: number, firm: number) =>
  Math.max(firm, nats <= GROUP_KNEE ? nats : GROUP_KNEE + (nats - GROUP_KNEE) * BEYOND_KNEE);
