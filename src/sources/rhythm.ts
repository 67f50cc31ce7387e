/** Tells whether a source is silent for longer than it ever is: from its own arrivals alone, as a pure function of them and of now. */

/** Arrivals are kept by slots of five minutes of arrival time. */
export const SLOT_MS = 300_000;
/** Days of arrivals that a rhythm is learned from. */
export const RHYTHM_DAYS = 28;

const DAY_SLOTS = (24 * 3_600_000) / SLOT_MS;
const WEEK_SLOTS = 7 * DAY_SLOTS;
export const RHYTHM_SLOTS = RHYTHM_DAYS * DAY_SLOTS;

/**
 * A rhythm is known after eight days, when each day of the week was seen. Half of it tells of every first weekend; twice of it leaves a
 * new source without a watch for two weeks.
 */
const KNOWN_AFTER = 8 * DAY_SLOTS;
/** Before three weeks are known even one long silence may be a weekend; later the longest one may be an outage, and does not count. */
const YOUNG = 21 * DAY_SLOTS;
/**
 * How far beyond the longest usual silence one must go, in spreads: the spread is what the longest is longer than the eighth. Of a source
 * that comes at random this is one false word in some years; of one that comes by the clock it is next to nothing. Half of it is one
 * in months, twice of it hears of an intruder late.
 */
const SPREADS = 2.5;
/** Silences that a spread is read from. Of fewer, half of the longest is the spread: too little is known of chance. */
const SPREAD_OF = 8;
const FEW_SHARE = 0.5;
/** Slots beyond that, so that a record of nothing at all is no rule: 15 minutes. */
const MARGIN = 3;
/** Slots of usual activity that must pass without any where a source broke off in the middle of it: 15 minutes. */
const BROKE_OFF = 3;
/** The same where it did not begin: more than the hour by which clocks are changed twice a year. */
const NOT_BEGUN = 13;
/** A slot is usual where the source was active in it in three of four weeks. */
const USUAL_SHARE = 0.75;
/** Weeks without the one at hand that must have seen a slot. */
const USUAL_WEEKS = 2;

export const slotOf = (ms: number) => Math.floor(ms / SLOT_MS);

/** What is known of one source. */
export type Rhythm =
  /** Too little is known to tell a silence. */
  | { readonly state: 'learning' }
  | { readonly state: 'heard' }
  | {
      readonly state: 'silent';
      /** Slots without an arrival, up to now. */
      readonly silentSlots: number;
    };

/** Slots in which it was impossible to hear anybody, because no process listened. */
export type Deaf = (slot: number) => boolean;

interface Gap {
  /** First and last slot without an arrival. */
  readonly from: number;
  readonly to: number;
}

/** Length at which a silence is longer than chance explains by those before it; the longest of them does not count where `isYoung` is false. */
function limitOf(lengths: readonly number[], isYoung: boolean): number {
  const longest = lengths.filter((length) => length > 0).sort((a, b) => b - a);
  const counted = isYoung ? longest : longest.slice(1);
  const [most = 0] = counted;
  const spread = counted.length < SPREAD_OF ? most * FEW_SHARE : SPREADS * (most - (counted[SPREAD_OF - 1] ?? 0));
  // By less than the hour that clocks are changed by nobody is late.
  return Math.ceil(most + Math.max(spread, Math.min(most, NOT_BEGUN))) + MARGIN;
}

/**
 * `active`: slots with an arrival, ascending, none after `now`. `now`: the slot that has just begun, which does not count yet. Slots of
 * which nobody can know count neither as heard nor as silent.
 */
export function rhythmOf(active: readonly number[], now: number, isDeaf: Deaf): Rhythm {
  const since = now - RHYTHM_SLOTS;
  const slots = active.filter((slot) => slot >= since && slot < now);
  const [first] = slots;
  const last = slots.at(-1);
  if (first === undefined || last === undefined || now - first < KNOWN_AFTER) return { state: 'learning' };
  if (now - last <= MARGIN) return { state: 'heard' };
  const isActive = new Uint8Array(RHYTHM_SLOTS);
  for (const slot of slots) isActive[slot - since] = 1;
  const gaps: Gap[] = [];
  for (const [at, slot] of slots.entries()) {
    const next = slots[at + 1];
    if (next !== undefined && next > slot + 1) gaps.push({ from: slot + 1, to: next - 1 });
  }

  /** Hits and weeks of a slot in the other weeks that are known. */
  const isUsual = (slot: number): boolean => {
    let weeks = 0;
    let hits = 0;
    for (let other = slot - 4 * WEEK_SLOTS; other <= last; other += WEEK_SLOTS) {
      if (other < first || other === slot || isDeaf(other)) continue;
      weeks++;
      hits += isActive[other - since]!;
    }
    return weeks >= USUAL_WEEKS && hits >= weeks * USUAL_SHARE;
  };
  const lengthOf = ({ from, to }: Gap, counts: (slot: number) => boolean): number => {
    let length = 0;
    for (let slot = from; slot <= to; slot++) if (!isDeaf(slot) && counts(slot)) length++;
    return length;
  };
  const current: Gap = { from: last + 1, to: now - 1 };
  const silentSlots = lengthOf(current, () => true);
  if (gaps.length < 2 && slots.length < KNOWN_AFTER / 2) return { state: 'learning' };
  const isYoung = now - first < YOUNG;

  // Of the days on which it is active at all: a silence of a weekend is short where weekends are free.
  const counts = usualDays(isActive, since, first, last, isDeaf);
  const usualSlots = limitOf(
    gaps.map((gap) => lengthOf(gap, counts)),
    isYoung,
  );
  if (lengthOf(current, counts) >= usualSlots) return { state: 'silent', silentSlots };

  // Of the time in which it usually is active: nights of a source that rests then do not count.
  const missed = lengthOf(current, isUsual);
  const least = isUsual(last) && isUsual(last + 1) ? BROKE_OFF : NOT_BEGUN;
  const isSilent =
    missed >= least &&
    missed >=
      limitOf(
        gaps.map((gap) => lengthOf(gap, isUsual)),
        isYoung,
      );
  return isSilent ? { state: 'silent', silentSlots } : { state: 'heard' };
}

/** Whether a slot lies on a weekday that the source is active on in half of the weeks; true of all where that is not known, or true of none. */
function usualDays(
  isActive: Uint8Array,
  since: number,
  first: number,
  last: number,
  isDeaf: Deaf,
): (slot: number) => boolean {
  const [hits, days] = [new Uint8Array(7), new Uint8Array(7)];
  const firstDay = Math.ceil(first / DAY_SLOTS);
  for (let day = firstDay; (day + 1) * DAY_SLOTS - 1 <= last; day++) {
    let isSeen = false;
    let isKnown = false;
    for (let slot = day * DAY_SLOTS; slot < (day + 1) * DAY_SLOTS; slot++) {
      isSeen ||= isActive[slot - since] === 1;
      isKnown ||= !isDeaf(slot);
    }
    if (!isKnown) continue;
    days[day % 7]!++;
    if (isSeen) hits[day % 7]!++;
  }
  const usual = days.map((count, at) => Number(count < USUAL_WEEKS || hits[at]! * 2 >= count));
  if (!usual.includes(1)) usual.fill(1);
  return (slot) => usual[Math.floor(slot / DAY_SLOTS) % 7] === 1;
}
