/** Made-up words, so that no two worlds share a company, a service or a person. */
import type { Dice } from './dice.ts';

const ONSETS = [
  'b',
  'br',
  'd',
  'f',
  'gl',
  'h',
  'k',
  'kr',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
  'z',
];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];
const CODAS = ['', 'l', 'm', 'n', 'r', 's', 'x', 'nd', 'rk', 'th'];

export function word(dice: Dice, syllables = 2): string {
  let out = '';
  for (let i = 0; i < syllables; i++)
    out += dice.pick(ONSETS) + dice.pick(VOWELS) + (i + 1 < syllables ? '' : dice.pick(CODAS));
  return out;
}

export function words(dice: Dice, count: number, syllables = 2): string[] {
  const out = new Set<string>();
  while (out.size < count) out.add(word(dice, syllables));
  return [...out];
}

export const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
