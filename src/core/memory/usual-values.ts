/** What is usual for an identity, in words: the habits that an alert names beside what was seen. */
import { NOTHING_YET } from '../detector.ts';
import { CELLS, type Habits, isHeld } from './habits.ts';
import type { Lexicon } from './lexicon.ts';

/** Usual values that are named. */
const NAMED = 3;
/** What puts a value that is like the one at hand before all others. */
const LIKE = 1 << 24;
/** Of a value whose text nobody remembers. */
const NAMELESS = 'an earlier value';

/**
 * The values of a table that are habits at a level. Like is compared with like: what begins with the same word as `own`, the value at
 * hand, such as the type of a thing, is named first; then what was used on most days, of these what was used last. This is asked for with
 * every finding, so nothing is sorted that is not named.
 */
export function usualValues(habits: Habits, lexicon: Lexicon, of: number, level: number, own: string): string {
  const word = firstWord(own);
  const texts: string[] = [];
  const ranks: number[] = [];
  const hashes: number[] = [];
  let held = 0;
  for (let at = habits.begin(of); at < habits.end(of); at += CELLS) {
    if (habits.level(at) !== level || !isHeld(habits.state(at))) continue;
    held++;
    const use = (habits.days(at) << 16) + habits.last(at);
    // Not even as one that is like it would it be named, so its text is not looked up.
    if (LIKE + use < (ranks[NAMED - 1] ?? 0)) continue;
    const hash = habits.hash(at);
    const text = lexicon.get(hash) ?? NAMELESS;
    const isLike = text !== own && beginsWith(text, word);
    const rank = (isLike ? LIKE : 0) + use;
    let to = ranks.length;
    while (
      to > 0 &&
      (rank > (ranks[to - 1] as number) || (rank === ranks[to - 1] && hash < (hashes[to - 1] as number)))
    )
      to--;
    if (to >= NAMED) continue;
    for (let n = Math.min(ranks.length, NAMED - 1); n > to; n--) {
      texts[n] = texts[n - 1] as string;
      ranks[n] = ranks[n - 1] as number;
      hashes[n] = hashes[n - 1] as number;
    }
    texts[to] = text;
    ranks[to] = rank;
    hashes[to] = hash;
  }
  if (held === 0) return NOTHING_YET;
  const named = texts.join(', ');
  return held > NAMED ? `${named} and ${held - NAMED} more` : named;
}

function firstWord(text: string): string {
  const end = text.indexOf(' ');
  return end < 0 ? text : text.slice(0, end);
}

const beginsWith = (text: string, word: string): boolean =>
  text.startsWith(word) && (text.length === word.length || text[word.length] === ' ');
