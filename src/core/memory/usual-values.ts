/** What is usual for an identity, in words: the habits that an alert names beside what was seen. */
import { NOTHING_YET } from '../detector.ts';
import { CELLS, type Habits, isHeld } from './habits.ts';
import type { Lexicon } from './lexicon.ts';

/** Usual values that are named. */
const NAMED = 3;
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
    const hash = habits.hash(at);
    const text = lexicon.get(hash) ?? NAMELESS;
    const isLike = text !== own && beginsWith(text, word);
    const rank = (isLike ? 1 << 24 : 0) + (habits.days(at) << 16) + habits.last(at);
    let to = ranks.length;
    while (
      to > 0 &&
      (rank > (ranks[to - 1] as number) || (rank === ranks[to - 1] && hash < (hashes[to - 1] as number)))
    )
      to--;
    if (to >= NAMED) continue;
    texts.splice(to, 0, text);
    ranks.splice(to, 0, rank);
    hashes.splice(to, 0, hash);
  }
  if (held === 0) return NOTHING_YET;
  const named = texts.slice(0, NAMED).join(', ');
  return held > NAMED ? `${named} and ${held - NAMED} more` : named;
}

function firstWord(text: string): string {
  const end = text.indexOf(' ');
  return end < 0 ? text : text.slice(0, end);
}

const beginsWith = (text: string, word: string): boolean =>
  text.startsWith(word) && (text.length === word.length || text[word.length] === ' ');
