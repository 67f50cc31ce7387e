/** What is open of a memory - findings, alerts, approvals - as the text that is saved, and as it is read from whatever format it was saved in. */
import { z } from 'zod';
import { detectorId } from '../../../schemas/detector-ids.ts';
import type { Episode } from './episode.ts';
import type { RaisedAlert } from './memory.ts';
import type { WindowItem } from './window.ts';

/** What silence or a person will end. */
export interface OpenState {
  readonly window: WindowItem[];
  readonly episode?: Episode | undefined;
  readonly former?: Episode | undefined;
  readonly raised: RaisedAlert[];
  readonly approvals: (readonly [value: number, untilMs: number])[];
  readonly unlearned: string[];
}

const share = z.number();
const prevalence = z.object({ identity: share, peers: share, tenant: share });
const item = z.object({
  detector: z.string(),
  field: z.string(),
  group: z.string(),
  seen: z.string(),
  usual: z.string(),
  nats: z.number(),
  prevalence,
  key: z.number(),
  kind: z.string(),
  lane: z.enum(['invariant', 'statistical']),
  techniques: z.array(z.string()),
  says: z.string(),
  contain: z.string().optional(),
  value: z.number(),
  novelty: z.object({ dimension: z.string(), level: z.number(), popularity: z.number(), value: z.number() }).optional(),
  isFirst: z.literal(true).optional(),
  isOutside: z.literal(true).optional(),
  isNamesake: z.literal(true).optional(),
  weight: z.number(),
  untaughtNats: z.number().optional(),
  discountNats: z.number().optional(),
  gravity: z.number().optional(),
  service: z.string().optional(),
  act: z
    .object({
      name: z.string(),
      gravity: z.number(),
      outcome: z.string(),
      purpose: z.string(),
      things: z.array(z.string()),
      more: z.literal(true).optional(),
      to: z.array(z.string()).optional(),
    })
    .optional(),
  change: z
    .object({
      kind: z.string(),
      manner: z.string(),
      action: z.string(),
      thing: z.string(),
      by: z.string(),
      name: z.string(),
      days: z.number(),
      everyDays: z.number(),
      identity: z.number(),
      ms: z.number(),
      isOwn: z.boolean(),
      nats: z.number(),
    })
    .optional(),
  changeNats: z.number().optional(),
  laterNats: z.number().optional(),
  concern: z
    .object({
      keys: z.array(z.number()),
      credential: z.number(),
      address: z.number(),
      self: z.number(),
      isElsewhere: z.boolean(),
      action: z.string(),
      service: z.string(),
      access: z.string(),
      outcome: z.string(),
      resource: z.string().optional(),
    })
    .optional(),
  isChange: z.literal(true).optional(),
  ms: z.number(),
  activityId: z.string(),
});
const watch = z.object({
  key: z.number(),
  detector: z.string().optional(),
  day: z.number(),
  replaced: z.number(),
  days: z.number().optional(),
  vouched: z.boolean().optional(),
  shared: z.number(),
  epoch: z.number(),
});
/** Members that an earlier build did not save yet are filled in by `reopened`. */
const episode = z.object({
  id: z.string(),
  version: z.number().optional(),
  raised: z.boolean(),
  held: z.boolean().optional(),
  folded: z.number().optional(),
  joins: z.literal(true).optional(),
  delayMs: z.number().optional(),
  score: z.number().optional(),
  untaughtScore: z.number().optional(),
  p: z.number().optional(),
  firstMs: z.number().optional(),
  lastMs: z.number().optional(),
  raisedMs: z.number().optional(),
  activityCount: z.number().optional(),
  bytes: z.number().optional(),
  sensitivity: z.number().optional(),
  items: z.array(item).optional(),
  sinceMs: z.array(z.number()).optional(),
  cited: z.array(z.tuple([z.string(), z.number()])).optional(),
  kinds: z.array(z.string()).optional(),
  credential: z.unknown().optional(),
  delegation: z.unknown().optional(),
  incident: z.string().optional(),
  cause: z.number().optional(),
  thread: z.string().optional(),
  watches: z.array(watch).optional(),
  explainedNats: z.number().optional(),
  isEased: z.literal(true).optional(),
  decided: z.object({ status: z.string(), standing: z.unknown() }).optional(),
});
const raised = z.object({
  id: z.string(),
  values: z.array(z.tuple([z.string(), z.number()])),
  sinceMs: z.array(z.number()).optional(),
  firstDay: z.number(),
  raisedDay: z.number(),
  lastDay: z.number(),
  counted: z.number(),
  cause: z.number().optional(),
  version: z.number().optional(),
  verdict: z.object({ is: z.enum(['benign', 'true']), said: z.string(), days: z.array(z.number()) }).optional(),
});
const open = z.object({
  window: z.array(item),
  episode: episode.optional(),
  former: episode.optional(),
  raised: z.array(raised).optional(),
  approvals: z.array(z.tuple([z.number(), z.number()])).optional(),
  unlearned: z.array(z.string()).optional(),
});

export const openText = (state: Pick<OpenState, 'window'> & Partial<OpenState>): string => JSON.stringify(state);

type Saved = Record<string, unknown>;

/** The members of an object, in their places, one of them under another name. */
const renamed = (of: Saved, from: string, to: string): Saved =>
  from in of ? Object.fromEntries(Object.entries(of).map(([name, value]) => [name === from ? to : name, value])) : of;

const each = (list: unknown, change: (one: Saved) => Saved): unknown =>
  Array.isArray(list) ? list.map((one) => (isObject(one) ? change(one) : one)) : list;

const isObject = (value: unknown): value is Saved =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In format 7 `eased` was said of findings and of alerts, of each something else; detectors may have had other ids. */
const itemOfFormat7 = (one: Saved): Saved => {
  const named = renamed(one, 'eased', 'discountNats');
  const { detector, group } = named;
  // A group of findings may be named after its detector.
  return {
    ...named,
    ...(typeof detector === 'string' && { detector: detectorId(detector) }),
    ...(typeof group === 'string' && { group: detectorId(group) }),
  };
};

function episodeOfFormat7(one: unknown): unknown {
  if (!isObject(one)) return one;
  const named = renamed(one, 'eased', 'explainedNats');
  return 'items' in named ? { ...named, items: each(named.items, itemOfFormat7) } : named;
}

function fromFormat7(state: unknown): unknown {
  if (!isObject(state)) return state;
  const { window, episode, former } = state;
  return {
    ...state,
    window: each(window, itemOfFormat7),
    episode: episodeOfFormat7(episode),
    former: episodeOfFormat7(former),
  };
}

/** Reads the text that a memory of a format holds. Throws where it is not what that format writes. */
export function readOpen(text: string, format: number): OpenState {
  const saved: unknown = JSON.parse(text);
  const state = format < 8 ? fromFormat7(saved) : saved;
  const checked = open.safeParse(state);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0] as z.core.$ZodIssue;
    throw new TypeError(`what is open of it has a wrong ${path.join('.')}: ${message}`);
  }
  // As it was saved, so that it is saved in the same bytes again.
  const { window, episode, former, raised: alerts, approvals, unlearned } = state as OpenState;
  return { window, episode, former, raised: alerts ?? [], approvals: approvals ?? [], unlearned: unlearned ?? [] };
}
