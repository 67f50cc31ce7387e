/** Numbers the beginnings that keys of many identities share (tenant, account, namespace), so that each is kept once. */

/** Beginnings kept; keys that begin with others are kept whole. */
const STEMS = 1 << 12;
/** An identity's own name begins behind the last of these characters. */
const ENDS = '/:@\u0000';

export class KeyPrefixes {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #texts: string[] = [''];

  /** Number of a beginning of a key, 0 for none. */
  of(key: string): number {
    let end = key.length;
    while (end > 0 && !ENDS.includes(key.charAt(end - 1))) end--;
    const stem = key.slice(0, end);
    const known = this.#numbers.get(stem);
    if (known !== undefined) return known;
    if (this.#texts.length >= STEMS) return 0;
    this.#numbers.set(stem, this.#texts.length);
    return this.#texts.push(stem) - 1;
  }

  text(number: number): string {
    return this.#texts[number] as string;
  }
}
