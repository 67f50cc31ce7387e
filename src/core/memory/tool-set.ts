/** A set of tools as one value: a fingerprint that no order changes, and the names in it for people, shared by all agents that have the set. */
import { type Hasher, mix } from '../hash.ts';
import type { Lexicon } from './lexicon.ts';

/** Texts in which the names of a set are kept, and their length: as long as the lexicon keeps whole. */
const PIECES = 8;
const PIECE = 96;
const MARK = '\n';
const END = '\n\n';

const sorted = (names: readonly string[]) => [...new Set(names)].sort();

export function toolSetOf(names: readonly string[], hasher: Hasher): number {
  let hash = hasher.of('made:tools');
  for (const name of sorted(names)) hash = mix(hasher.of(name), hash);
  return hash;
}

/** Keeps the set under its fingerprint as people read it, and its names in pieces under hashes that follow from it. */
export function nameTools(hash: number, names: readonly string[], lexicon: Lexicon): void {
  const set = sorted(names);
  lexicon.put(hash, `${set.length} ${set.length === 1 ? 'tool' : 'tools'}: ${set.join(', ')}`);
  const whole = set.join(MARK) + END;
  if (whole.length > PIECES * PIECE) return;
  for (let at = 0; at * PIECE < whole.length; at++)
    lexicon.put(mix(hash, at + 1), whole.slice(at * PIECE, (at + 1) * PIECE));
}

/** Names in a set; undefined where they are too many to be kept, or forgotten. */
export function toolsIn(hash: number, lexicon: Lexicon): readonly string[] | undefined {
  let whole = '';
  for (let at = 0; at < PIECES; at++) {
    const piece = lexicon.get(mix(hash, at + 1));
    if (piece === undefined) return undefined;
    whole += piece;
    if (whole.endsWith(END)) return whole.slice(0, -END.length).split(MARK);
  }
  return undefined;
}
