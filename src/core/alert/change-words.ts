/** Says in an alert who changed it: the change, by whom, how long before, and how usual that was. */
import type { Alert } from '../../../schemas/alert.ts';
import { isSuspicious } from '../change.ts';
import type { ItemChange, WindowItem } from '../memory/window.ts';
import { many, span } from './agent-drift.ts';

/** Changes that an alert names; of more the strongest. It moves no alert. */
const CHANGES_SHOWN = 8;
/** Changes that its sentence names. It moves no alert. */
const CHANGES_SAID = 2;
const MINUTE_MS = 60_000;

/** Rhythms that have a name, as the days from one time to the next. */
const RHYTHMS: readonly (readonly [from: number, to: number, name: string])[] = [
  [0.5, 1.5, 'as every day'],
  [6, 8, 'as every week'],
  [13, 15, 'as every other week'],
  [26, 35, 'as every month'],
  [84, 98, 'as every quarter'],
];

/** How usual it was for whoever did it. */
function habit({ manner, days, everyDays }: ItemChange): string {
  switch (manner) {
    case 'first':
      return ', which never did that before';
    case 'odd':
      return ', not in its usual way';
    case 'suspect':
      return ', which is under an alert itself';
    case 'doubted':
      return ', which came under an alert since';
    case 'usual': {
      const rhythm = RHYTHMS.find(([from, to]) => everyDays >= from && everyDays <= to)?.[2];
      return `, ${rhythm ?? `as on ${many(days, 'day')} before`}`;
    }
    default:
      return '';
  }
}

const DONE = {
  credential: (thing: string) => (thing === '' ? 'a key was made for it' : `key ${thing} was made`),
  identity: () => 'it was made',
  right: (thing: string) => (thing === '' ? 'its rights were changed' : `it was given ${thing}`),
  deployment: (thing: string) => (thing === '' ? 'it was deployed' : `${thing} was deployed`),
} as const;

/** A clause for a person, as of event time `ms`. */
export function changeSays(change: ItemChange, ms: number): string {
  const { kind, thing, by, name, action, isOwn } = change;
  const who = isOwn ? 'itself' : name === '' ? by : name;
  const when = ms - change.ms < MINUTE_MS ? 'at the same time' : `${span(ms - change.ms)} before`;
  return `${DONE[kind](thing)} ${when} by ${who}${habit(change)} (${action})`;
}

/** What a change does to the evidence. */
const effectOf = (change: ItemChange) =>
  change.nats > 0 ? 'explains' : isSuspicious(change) ? 'incriminates' : 'none';

type Told = NonNullable<Alert['changes']>[number];

/** The changes that the findings of an alert are about, those that explain or incriminate first. */
export function changesOf(items: readonly WindowItem[]): Told[] {
  const told = new Map<string, { change: ItemChange; ms: number; nats: number; fields: Set<string> }>();
  for (const { change, ms, field } of items) {
    if (change === undefined) continue;
    const key = `${change.ms} ${change.by} ${change.action} ${change.thing}`;
    const known = told.get(key) ?? { change, ms, nats: 0, fields: new Set<string>() };
    told.set(key, known);
    known.nats += change.nats;
    known.ms = Math.min(known.ms, ms);
    if (change.nats > known.change.nats) known.change = change;
    known.fields.add(field);
  }
  const rank = ({ change, nats }: { change: ItemChange; nats: number }) =>
    isSuspicious(change) ? Number.POSITIVE_INFINITY : nats;
  return [...told.values()]
    .sort((a, b) => rank(b) - rank(a) || b.change.ms - a.change.ms || (a.change.by < b.change.by ? -1 : 1))
    .slice(0, CHANGES_SHOWN)
    .map(({ change, ms, nats, fields }) => ({
      kind: change.kind,
      action: change.action,
      ...(change.thing !== '' && { thing: change.thing }),
      by: { id: change.by, ...(change.name !== '' && change.name !== change.by && { name: change.name }) },
      ...(change.isOwn && { isOwn: true }),
      at: new Date(change.ms).toISOString(),
      manner: change.manner,
      effect: effectOf(change),
      nats: Math.round(nats * 1_000) / 1_000,
      fields: [...fields],
      says: changeSays(change, ms),
    }));
}

/** The sentence of an alert with who changed it. */
export function withChanges(title: string, changes: readonly Told[]): string {
  const said = changes.slice(0, CHANGES_SAID).map(({ says }) => says);
  return said.length === 0 ? title : `${title.replace(/\.$/, '')}; ${said.join('; ')}.`;
}
