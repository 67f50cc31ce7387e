/** Keeps the latest answers of a pure function of a text: a later text takes the place of an earlier one, which changes nothing but speed. */

/** Answers kept of one question, a power of two. It moves no alert. */
const PLACES = 1 << 12;

/** A place from 0 to `places - 1`, a power of two, that follows from the length of a text and eight characters all over it. */
export function placeOf(text: string, places: number): number {
  const { length } = text;
  const step = (length >> 3) + 1;
  let hash = length;
  for (let at = length - 1; at >= 0; at -= step) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 15)) & (places - 1);
}

export function remembered<T>(ask: (text: string) => T): (text: string) => T {
  // Two arrays instead of a Map: most answers are asked for once, and a Map costs more than many of them.
  const texts = new Array<string | undefined>(PLACES).fill(undefined);
  const answers = new Array<T | undefined>(PLACES).fill(undefined);
  return (text) => {
    const at = placeOf(text, PLACES);
    if (texts[at] === text) return answers[at] as T;
    const answer = ask(text);
    texts[at] = text;
    answers[at] = answer;
    return answer;
  };
}
