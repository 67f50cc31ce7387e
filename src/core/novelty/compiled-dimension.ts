/** A dimension with what is computed of it once: salts, names and keys of its rates, where it is read. */
import type { Activity } from '../../../schemas/activity.ts';
import { FLOOR_RATE, GRAVITY_FROM } from '../constants.ts';
import type { Dimension } from '../detector.ts';
import { type Hasher, mix } from '../hash.ts';

/** How many popularities there are; see `Popularity`. */
export const POPULARITIES = 5;

/** A dimension with what the engine precomputes for it. */
export interface CompiledDimension {
  readonly dimension: Dimension;
  readonly exactSalt: number;
  /** Which of the scene's readings holds it, and where in it. */
  readonly facet: number;
  readonly place: number;
  readonly index: number;
  readonly salt: number;
  /** Salt of each level. */
  readonly levelSalts: readonly number[];
  /** Least rate of a novelty at each level. */
  readonly floors: readonly number[];
  /** The same for a person. */
  readonly personFloors: readonly number[];
  /** For each cell (level, popularity): the name of its rate. */
  readonly rateNames: readonly string[];
  /** For each cell: names of the rates of this cell and more extreme ones. */
  readonly extremes: readonly (readonly string[])[];
  /** For each cell: keys of the identity's own counters, likewise. */
  readonly extremeKeys: readonly (readonly number[])[];
}

export function compileDimension(
  dimension: Dimension,
  index: number,
  facet: number,
  place: number,
  hasher: Hasher,
): CompiledDimension {
  const salt = hasher.of(`dimension\u0000${dimension.id}`);
  const rateNames: string[] = [];
  const extremes: string[][] = [];
  const extremeKeys: number[][] = [];
  for (let level = 0; level < dimension.depth; level++)
    for (let popularity = 0; popularity < POPULARITIES; popularity++) {
      rateNames.push(`${dimension.id}:${level}:${popularity}`);
      const names: string[] = [];
      const keys: number[] = [];
      for (let l = 0; l <= level; l++)
        for (let p = 0; p <= popularity; p++) {
          names.push(`${dimension.id}:${l}:${p}`);
          keys.push(cellKey(salt, l, p));
        }
      extremes.push(names);
      extremeKeys.push(keys);
    }
  const floors = dimension.changeRates ?? Array.from({ length: dimension.depth }, () => FLOOR_RATE);
  return {
    dimension,
    exactSalt: mix(salt, dimension.depth),
    facet,
    place,
    index,
    salt,
    levelSalts: Array.from({ length: dimension.depth }, (_, level) => mix(salt, level + 1)),
    floors,
    personFloors: dimension.personRates ?? floors,
    rateNames,
    extremes,
    extremeKeys,
  };
}

/** Popularities, and levels, there is room for in the key of a cell. */
const CELL_ROOM = 8;

/** Tiers of gravity in which an identity's own novelties are counted. */
export const GRAVITY_TIERS = GRAVITY_FROM.length + 1;

/** Tier of an act of a gravity, 0 to 1: 0 is harmless. */
export function tierOf(gravity: number): number {
  let tier = 0;
  while (tier < GRAVITY_FROM.length && gravity >= (GRAVITY_FROM[tier] as number)) tier++;
  return tier;
}

/** Key of an identity's own counter of novelties of a cell that came with acts of a tier of gravity or a graver one; tier 0 counts all. */
export function cellKey(salt: number, level: number, popularity: number, tier = 0): number {
  return (salt & 0x7fffff00) + (tier * CELL_ROOM + level) * CELL_ROOM + popularity;
}

/** Hash of the exact value that an activity has, undefined where it has none. */
export function exactHash(
  { dimension, exactSalt }: CompiledDimension,
  activity: Activity,
  hasher: Hasher,
): number | undefined {
  const whole = dimension.whole(activity);
  if (whole === undefined) return undefined;
  const hash = mix(hasher.of(whole), exactSalt);
  const also = dimension.also?.(activity);
  return also === undefined ? hash : mix(hash, hasher.of(also));
}

/** Hashes of all levels, from coarse to `exact`. */
export const levelHashes = (
  a: CompiledDimension,
  activity: Activity,
  exact: number,
  hasher: Hasher,
): readonly number[] => textsOf(a, activity).map((_, level, texts) => levelHash(a, texts, level, exact, hasher));

/** Hash of a level; that of the last one, and of one that is the same value, is `exact`. */
export function levelHash(
  { dimension, levelSalts }: CompiledDimension,
  texts: readonly string[],
  level: number,
  exact: number,
  hasher: Hasher,
): number {
  const last = dimension.depth - 1;
  const isExact = level === last || (dimension.joinsEqual === true && texts[level] === texts[last]);
  return isExact ? exact : mix(hasher.of(texts[level] as string), levelSalts[level] as number);
}

export const textsOf = ({ dimension }: CompiledDimension, activity: Activity): readonly string[] =>
  dimension.levels(activity, dimension.whole(activity) as string);
