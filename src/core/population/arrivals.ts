/** Who is new in a tenant: a crowd of newcomers, on one day or spread over a week, may be made up to speak for one of them. */
import { CROWD_FACTOR, CROWD_LEAST, CROWD_SHARE, CROWD_WEEK_DAYS, THRESHOLD_DAYS } from '../constants.ts';

export interface Arrivals {
  /** Days that are told of, up to the last closed one: 1, or a week where no single day of it stands out. */
  readonly days: number;
  /** New on these days, and in a usual time of that length in the weeks before. */
  readonly newcomers: number;
  readonly usual: number;
  readonly identities: number;
  /** Whether they are a crowd that was none a day before. */
  readonly isCrowd: boolean;
}

/** `births` are the days on which identities were first seen, of which the first `size` count; `day` is the one that is open. */
export function arrivalsOf(births: ArrayLike<number>, size: number, day: number): Arrivals {
  const last = day - 1;
  let first = day;
  for (let n = 0; n < size; n++) first = Math.min(first, births[n] as number);
  /** Newcomers by how many days before the last closed one they came; those of the tenant's first day founded it. */
  const came = new Float64Array(THRESHOLD_DAYS + CROWD_WEEK_DAYS + 1);
  for (let n = 0; n < size; n++) {
    const before = last - (births[n] as number);
    if (before >= 0 && before < came.length && births[n] !== first) came[before] = (came[before] as number) + 1;
  }
  /** Those of so many days that end so many days before the last closed one, held against a usual time of that length. */
  const of = (days: number, end: number): Arrivals => {
    let [newcomers, earlier] = [0, 0];
    for (let before = end; before < end + days; before++) newcomers += came[before] as number;
    const past = Math.min(THRESHOLD_DAYS - days, last - end - days - first);
    for (let before = end + days; before < end + days + past; before++) earlier += came[before] as number;
    const usual = past < days ? newcomers : (earlier / past) * days;
    const known = size - newcomers;
    const isCrowd = past >= days && newcomers >= Math.max(CROWD_LEAST, CROWD_FACTOR * usual, CROWD_SHARE * known);
    return { days, newcomers, usual, identities: size, isCrowd };
  };
  const today = of(1, 0);
  if (today.isCrowd) return today;
  const week = of(CROWD_WEEK_DAYS, 0);
  // A day of the week that was told by itself is not told again with the week.
  const isTold = Array.from({ length: CROWD_WEEK_DAYS }, (_, end) => end).some((end) => of(1, end).isCrowd);
  if (!week.isCrowd || isTold || of(CROWD_WEEK_DAYS, 1).isCrowd) return today;
  return week;
}
