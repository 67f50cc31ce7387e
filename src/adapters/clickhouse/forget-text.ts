/** Replaces a name in texts and in packed memories by another of the same length, so that nothing around it moves. */
import { createHmac } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A text of the same length in characters that says nothing of the name to anybody without the key. All Latin, as packed texts want it. */
export function blank(name: string, key: Buffer): string {
  const digest = createHmac('sha512', key).update(name).digest();
  const mark = name.length >= 16 ? 'erased-' : '';
  let text = mark;
  for (let i = 0; text.length < name.length; i++) text += LETTERS[(digest[i % digest.length] as number) & 31];
  return text.slice(0, name.length);
}

/** What a name may not be next to, or it is another name. As in `standsAlone`, for engines that have no look-around. */
const BEFORE = '(^|[^\\p{L}\\p{N}_%+.-]|(?:^|[^\\p{L}\\p{N}_%+-])\\.)';
const AFTER = '($|[^\\p{L}\\p{N}_%+.@-]|[.@](?:$|[^\\p{L}\\p{N}_]))';

/** The pattern (RE2) of a name that stands alone, in any case, with what is before and after it as groups 1 and 2. */
export const patternOf = (name: string) => `(?i)${BEFORE}${name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')}${AFTER}`;

/** One bit string as bytes, moved by 0 to 7 bits: packed texts begin anywhere. */
function shifted(bytes: Uint8Array, by: number): Buffer {
  const out = Buffer.alloc(bytes.length);
  for (let i = 0; i < bytes.length; i++)
    out[i] = (((bytes[i] as number) >>> by) | ((bytes[i + 1] ?? 0) << (8 - by))) & 0xff;
  return out;
}

/** Puts characters into a bit string, the lowest bit first. */
function put(bytes: Uint8Array, bit: number, text: Buffer): void {
  for (let i = 0; i < text.length * 8; i++) {
    const at = bit + i;
    const value = ((text[i >> 3] as number) >>> (i & 7)) & 1;
    const byte = bytes[at >> 3] as number;
    bytes[at >> 3] = (byte & ~(1 << (at & 7))) | (value << (at & 7));
  }
}

const WORD = /[\p{L}\p{N}_%+-]/u;

/**
 * A packed memory with every occurrence of the names replaced, or undefined where there is none. Texts lie in it bit by bit, in one
 * byte or two a character; whatever their codec, a text of the same length in their place reads as well.
 */
export function withoutNames(
  bytes: Uint8Array,
  names: readonly (readonly [name: string, blank: string])[],
): Uint8Array | undefined {
  let out: Uint8Array | undefined;
  for (let by = 0; by < 8; by++) {
    const view = shifted(out ?? bytes, by);
    for (const [name, instead] of names)
      for (const [encoding, width] of [
        ['latin1', 1],
        ['utf16le', 2],
      ] as const) {
        if (width === 1 && [...name].some((char) => char > '\u00ff')) continue;
        const needle = Buffer.from(name, encoding);
        const charAt = (at: number) =>
          at < 0 || at + width > view.length ? '' : view.subarray(at, at + width).toString(encoding);
        for (let at = view.indexOf(needle); at >= 0; at = view.indexOf(needle, at + 1)) {
          // Within a longer name it is another one. What lies beside it may be no text at all, which hides nothing: better one too many.
          const isPart = (char: string) => char !== '' && char < '\u007f' && WORD.test(char);
          if (isPart(charAt(at - width)) && isPart(charAt(at + needle.length))) continue;
          out ??= bytes.slice();
          put(out, at * 8 + by, Buffer.from(instead, encoding));
        }
      }
  }
  return out;
}
