/** Tells people how an identity differs from what it was before a day: what moved of its work, place, delegation, hours, amount and make, and since when. */
import { AGENT_PARTS } from '../../../schemas/alert.ts';
import type { DriftCause, DriftChange, DriftPart, IdentityDrift } from '../../../schemas/drift.ts';
import { DAY_MS, DAY_ZERO, TRUST_DAYS } from '../constants.ts';
import type { Dimension, Facet } from '../detector.ts';
import { ALERTED, CONDEMNED, type Value } from '../memory/habits.ts';
import type { Lexicon } from '../memory/lexicon.ts';
import type { Memory } from '../memory/memory.ts';
import { type Week, weekStart } from '../memory/week-record.ts';
import { dayText, listed, still, untold } from './drift-part.ts';
import { timeDrift, volumeDrift } from './week-drift.ts';

/** Days before the newest activity from which on it is told what moved, where no day is chosen. It moves no alert. */
const USUAL_DAYS = 28;
/** A value is overdue after this many of its usual pauses, and never before a week. It moves no alert. */
const PAUSES = 2;
const WEEK = 7;

const CAUSES: readonly (readonly [DriftCause, Facet])[] = [
  ['work', 'deed'],
  ['place', 'origin'],
  ['delegation', 'authority'],
];
const NOUNS: Readonly<Record<string, string>> = {
  work: 'what it does',
  place: 'where it comes from',
  delegation: 'its delegation',
};

export interface DriftContext {
  readonly dimensions: readonly Dimension[];
  readonly lexicon: Lexicon;
  readonly weeks: readonly Week[];
}

const ofDay = (day: number) => dayText((day + DAY_ZERO) * DAY_MS);

/** `2 acts`, `1 act`. */
const counted = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;

/** How an identity differs from what it was before the day of `since`. Reads, and changes nothing. */
export function driftSince(
  memory: Memory,
  {
    tenant,
    identity,
    since,
  }: { readonly tenant: string; readonly identity: string; readonly since: string | undefined },
  around: DriftContext,
): IdentityDrift {
  const newest = Math.floor(memory.lastMs / DAY_MS);
  const chosen = since === undefined ? newest - USUAL_DAYS : Math.floor(Date.parse(since) / DAY_MS);
  const sinceMs = chosen * DAY_MS;
  const parts =
    sinceMs <= memory.firstMs
      ? [untold('work', `it is known since ${dayText(memory.firstMs)} only, so there is no before`)]
      : [
          ...CAUSES.map(([cause, facet]) => valuesDrift(cause, facet, memory, chosen - DAY_ZERO, around)),
          timeDrift(around.weeks, weekStart(sinceMs), memory),
          volumeDrift(around.weeks, weekStart(sinceMs), memory),
          ...makeupDrift(memory, sinceMs, around.lexicon),
        ];
  return {
    tenant,
    identity,
    provider: memory.provider,
    ...(memory.account !== '' && { account: memory.account }),
    since: dayText(sinceMs),
    lastAt: new Date(memory.lastMs).toISOString(),
    parts,
  };
}

/** The finest level at which an identity repeats itself: below it names are made anew all the time, and a new one tells nothing. */
function steadyLevel(values: readonly Value[], depth: number, today: number): number {
  for (let level = depth - 1; level > 0; level--) {
    const old = values.filter((one) => one.level === level && one.first <= today - WEEK);
    if (old.length > 0 && old.filter(({ days }) => days > 1).length * 2 >= old.length) return level;
  }
  return 0;
}

/** Longest silence of a value that is nothing odd, in days. */
const longestPause = ({ first, last, days }: Value) =>
  Math.max(WEEK, (PAUSES * (last - first)) / Math.max(1, days - 1));

/** Whether a value was a habit, was alive on a day, and is overdue by now. */
const fellAway = (value: Value, since: number, today: number) =>
  value.first < since &&
  value.last < since &&
  value.days >= TRUST_DAYS &&
  since - value.last <= longestPause(value) &&
  today - value.last > longestPause(value);

function valuesDrift(
  cause: DriftCause,
  facet: Facet,
  memory: Memory,
  since: number,
  { dimensions, lexicon }: DriftContext,
): DriftPart {
  const today = Math.floor(memory.lastMs / DAY_MS) - DAY_ZERO;
  const changes: DriftChange[] = [];
  const named = new Set<string>();
  dimensions.forEach((dimension, index) => {
    if (dimension.facet !== facet) return;
    const values = memory.habits.values(index);
    const level = steadyLevel([...values.values()], dimension.depth, today);
    for (const [hash, value] of values) {
      if (value.level !== level) continue;
      const isNew = value.first >= since;
      if (!isNew && !fellAway(value, since, today)) continue;
      const text = lexicon.get(hash) ?? 'an earlier value';
      // Several dimensions may tell the same thing, such as a key and who else holds it.
      const told = `${isNew} ${text}`;
      if (named.has(told)) continue;
      named.add(told);
      changes.push({
        what: dimension.id,
        value: text,
        ...(isNew ? { cameOn: ofDay(value.first) } : { wentOn: ofDay(value.last) }),
        days: value.days,
        ...((value.state === ALERTED || value.state === CONDEMNED) && { suspect: true as const }),
      });
    }
  });
  if (changes.length === 0) return still(cause, `${NOUNS[cause]} is as before`);
  const came = changes.filter(({ cameOn }) => cameOn !== undefined);
  const went = changes.length - came.length;
  const clauses = [
    ...(came.length > 0 ? [`${counted(came.length, 'new thing')} in ${NOUNS[cause]}`] : []),
    ...(went > 0 ? [`${counted(went, 'thing')} fell away`] : []),
  ];
  const lastsFrom = firstLasting(changes);
  const earliest = came.map(({ cameOn = '' }) => cameOn).sort()[0] ?? lastsFrom;
  const tried = earliest < lastsFrom ? [`the first on ${earliest}`] : [];
  return listed(
    cause,
    [...clauses, ...tried].join(', '),
    changes,
    lastsFrom,
    tried.length > 0 ? 'lasting since' : 'since',
  );
}

/** The day on which the first new thing that lasts came; where nothing lasts, of any new thing; where nothing is new, on which the first fell away. */
function firstLasting(changes: readonly DriftChange[]): string {
  const came = changes.filter(({ cameOn }) => cameOn !== undefined);
  const lasting = came.filter(({ days = 2 }) => days > 1);
  const telling = [lasting, came, changes].find((some) => some.length > 0) ?? [];
  return telling.map(({ cameOn, wentOn }) => cameOn ?? wentOn ?? '').sort()[0] ?? '';
}

/** What an agent is made of otherwise than before; nothing of other identities. */
function makeupDrift({ agentParts }: Memory, sinceMs: number, lexicon: Lexicon): DriftPart[] {
  if (agentParts === undefined) return [];
  const changes = AGENT_PARTS.flatMap((part, at): DriftChange[] => {
    const values = agentParts.values[at] ?? [];
    const now = values.at(-1);
    const from = values.at(-2);
    if (now === undefined || from === undefined || now.since * 1_000 < sinceMs || agentParts.isRestless(at, now))
      return [];
    const text = (hash: number) => lexicon.get(hash) ?? 'an earlier value';
    return [{ what: part, value: `${text(now.hash)}, before ${text(from.hash)}`, cameOn: dayText(now.since * 1_000) }];
  });
  if (changes.length === 0) return [still('makeup', 'what it is made of is as before')];
  return [
    listed('makeup', `its ${changes.map(({ what }) => what).join(', ')} changed`, changes, firstLasting(changes)),
  ];
}
