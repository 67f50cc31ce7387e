/** Keeps the latest answers of a pure function of a text: a later text takes the place of an earlier one, which changes nothing but speed. */

/** Answers kept of one question, a power of two. It moves no alert. */
const PLACES = 1 << 12;

/** A place from 0 to `places - 1`, a power of two, that follows from the length of a text and five of its characters, most of them from its end. */
export function placeOf(text: string, places: number): number {
  const { length } = text;
  if (length < 3) return length;
  let hash = length ^ Math.imul(text.charCodeAt(length - 1), 0x9e3779b1);
  hash = Math.imul(hash, 31) + text.charCodeAt(length - 2);
  hash = Math.imul(hash, 31) + text.charCodeAt(length - 3);
  hash = Math.imul(hash, 31) + text.charCodeAt(length >> 1);
  hash = Math.imul(hash, 31) + text.charCodeAt(length >> 2);
  return (hash ^ (hash >>> 15)) & (places - 1);
}

export function remembered<T>(ask: (text: string) => T): (text: string) => T {
  // Two arrays instead of a Map: most answers are asked for once, and a Map costs more than many of them.
  const texts = new Array<string | undefined>(PLACES).fill(undefined);
  const answers = new Array<T | undefined>(PLACES).fill(undefined);
  let last: string | undefined;
  let lastAnswer: T;
  return (text) => {
    if (text === last) return lastAnswer;
    const at = placeOf(text, PLACES);
    const answer = texts[at] === text ? (answers[at] as T) : ask(text);
    texts[at] = text;
    answers[at] = answer;
    last = text;
    lastAnswer = answer;
    return answer;
  };
}
