/** Finds as many characters of base64 as keys have that chance drew, between words and signs: AWS secret access keys, 40 long, have no other mark. A text takes a few steps a character, whatever it is. */

const FORTY = 40;
/**
 * Keys of other issuers that have no mark either: 48 and 64 random bytes. They count only at the end of a run: one look for each. What 32
 * bytes come to is what logs write for a hash by SHA-256 (fingerprints of SSH keys, GitHub's `hashed_token`), by which credentials are known.
 */
const LENGTHS = [FORTY, 64, 86];
const isEnd = (run: Run, to: number, most: number) =>
  most === FORTY ? to <= run.length && run.endsBefore(to) : to === run.length;
/**
 * Bits by which chance explains 40 characters better than a writer of names does, from which on they are a secret. Of two million
 * keys drawn at random three in a million stay below; of some hundred names and paths in real logs none comes above -25. Half of it
 * misses one key in ten thousand, double of it takes long paths for keys.
 */
const SECRET_FROM_BITS = -18;
/** What a character costs where chance draws it from 64, in tenths of bits as all that follow. */
const CHANCE_BITS = 60;
const fromBits = (length: number) => (SECRET_FROM_BITS + (CHANCE_BITS / 10) * length) * 10;

/** What decides which 40 characters are a secret, to be compared with that of another build. */
export const FORTY_FORM = `forty ${SECRET_FROM_BITS} ${LENGTHS}`;

/** Bits that a letter costs a writer of names, a to z. */
const LETTER_BITS = [
  35, 56, 42, 46, 32, 56, 54, 54, 37, 80, 62, 45, 49, 38, 38, 49, 83, 37, 37, 35, 50, 60, 62, 72, 59, 80,
];
/** The same for a change from lower case, upper case or digit (rows) to lower case, upper case or digit. */
const CHANGE_BITS = [2.5, 37, 45, 10, 16, 40, 30, 30, 6];
/** The same for the first character of a word: lower case, upper case, digit. */
const FIRST_BITS = [10, 18, 20];
const DIGIT_BITS = 33;
const SIGN_BITS = 26;
const WORD_BITS = 10;
/** Ids of one case and digits, and hexadecimal ones, with what it costs to be one. */
const ID_BITS = 52;
const HEX_BITS = 40;
const KIND_BITS = 30;

const [LOWER, UPPER, DIGIT, SIGN] = [0, 1, 2, 3];
const BACKSLASH = 92;
const PERCENT = 37;

/** 0 lower case, 1 upper case, 2 digit, 3 a sign of base64, -1 anything else. */
function kindOf(c: number): number {
  if (c >= 97 && c <= 122) return LOWER;
  if (c >= 65 && c <= 90) return UPPER;
  if (c >= 48 && c <= 57) return DIGIT;
  return c === 43 || c === 47 ? SIGN : -1;
}

const isHex = (c: number) => (c >= 48 && c <= 57) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102);
/** The second digit of `2F` and `2B`, which write `/` and `+`. */
const endsSign = (c: number) => c === 70 || c === 102 || c === 66 || c === 98;

/** Length of a sign that stands here in a URL (`%2F`, `%252F`), in JSON (`\/`, `\u002F`) or in JSON in JSON (`\\/`); 0 where none does. */
function escapedSign(text: string, at: number): number {
  let to = at + 1;
  if (text.charCodeAt(at) === PERCENT) {
    for (let n = 0; n < 2 && text.startsWith('25', to); n++) to += 2;
    return text[to] === '2' && endsSign(text.charCodeAt(to + 1)) ? to + 2 - at : 0;
  }
  if (text.charCodeAt(at) !== BACKSLASH) return 0;
  for (let n = 0; n < 2 && text.charCodeAt(to) === BACKSLASH; n++) to++;
  if (text[to] === '/') return to + 1 - at;
  return text.startsWith('u002', to) && endsSign(text.charCodeAt(to + 4)) ? to + 5 - at : 0;
}

/** Whether a secret may begin here: not inside a word, or in a text with escapes right behind one of a URL or of JSON. */
function mayBegin(text: string, at: number, isEncoded: boolean): boolean {
  const before = kindOf(text.charCodeAt(at - 1));
  if (at === 0 || before < LOWER || before === SIGN) return true;
  if (!isEncoded) return false;
  const [a, b] = [text.charCodeAt(at - 2), text.charCodeAt(at - 1)];
  if (text.charCodeAt(at - 3) === PERCENT && isHex(a) && isHex(b)) return true;
  if (a === BACKSLASH) return 'nrtbf'.includes(text[at - 1] as string);
  return text.startsWith('\\u', at - 6) && /^[0-9A-Fa-f]{4}$/.test(text.slice(at - 4, at));
}

/** What a word costs a writer of names, told a character at a time. */
class Word {
  #length = 0;
  #bits = 0;
  #before = -1;
  #isId = true;
  #isHex = true;
  /** The case that its letters have. */
  #case = -1;

  add(c: number, kind: number): void {
    this.#bits += this.#before < 0 ? FIRST_BITS[kind]! : CHANGE_BITS[this.#before * 3 + kind]!;
    this.#bits += kind === DIGIT ? DIGIT_BITS : LETTER_BITS[(c | 32) - 97]!;
    this.#before = kind;
    this.#length++;
    if (kind !== DIGIT) {
      if (this.#case >= 0 && this.#case !== kind) this.#isId = false;
      this.#case = kind;
    }
    if (!isHex(c)) this.#isHex = false;
  }

  /** Its bits; the next word begins. */
  end(): number {
    if (this.#length === 0) return 0;
    let bits = this.#bits;
    if (this.#isId) {
      bits = Math.min(bits, ID_BITS * this.#length + KIND_BITS);
      if (this.#isHex) bits = Math.min(bits, HEX_BITS * this.#length + KIND_BITS);
    }
    this.#length = 0;
    this.#bits = 0;
    this.#before = -1;
    this.#case = -1;
    this.#isId = true;
    this.#isHex = true;
    return bits + WORD_BITS;
  }
}

/** Characters of base64 that stand together, each perhaps written with several. */
class Run {
  length = 0;
  /** Where each begins in the text, and where the last one ends. */
  readonly at: Int32Array;
  /** Kind of each. */
  readonly kinds: Int8Array;
  /** Bits of all words and signs that have ended before each. */
  readonly #sum: Float64Array;
  readonly #text: string;
  readonly #word = new Word();

  /** `most`: as many as it may have. */
  constructor(text: string, most: number) {
    this.#text = text;
    this.at = new Int32Array(most + 1);
    this.kinds = new Int8Array(most);
    this.#sum = new Float64Array(most + 1);
  }

  add(at: number, kind: number): void {
    const n = this.length++;
    this.at[n] = at;
    this.kinds[n] = kind;
    if (kind === SIGN) {
      // What ends before the sign has its word counted.
      this.#sum[n]! += this.#word.end();
      this.#sum[n + 1] = this.#sum[n]! + SIGN_BITS;
    } else {
      this.#word.add(this.#text.charCodeAt(at), kind);
      this.#sum[n + 1] = this.#sum[n]!;
    }
  }

  end(at: number): void {
    this.at[this.length] = at;
    this.#sum[this.length]! += this.#word.end();
  }

  /** Whether a word or a sign ends before one. */
  endsBefore(at: number): boolean {
    return at === this.length || this.kinds[at] === SIGN;
  }

  /** Bits of `before`, which is a part of a word, and of the rest from one on that has `length` characters with it; it ends with a word or a sign. */
  bits(from: number, length: number, before = ''): number {
    const to = from + length - before.length;
    const isInside = from > 0 && this.kinds[from] !== SIGN && this.kinds[from - 1] !== SIGN;
    if (!isInside && before === '') return this.#sum[to]! - this.#sum[from]!;
    const word = new Word();
    for (let i = 0; i < before.length; i++) word.add(before.charCodeAt(i), kindOf(before.charCodeAt(i)));
    let n = from;
    for (; n < to && this.kinds[n] !== SIGN; n++) word.add(this.#text.charCodeAt(this.at[n]!), this.kinds[n]!);
    return word.end() + this.#sum[to]! - this.#sum[n]!;
  }
}

/** Length of the character of base64 that stands here; 0 where none does. */
function lengthAt(text: string, at: number, isEncoded: boolean): number {
  if (kindOf(text.charCodeAt(at)) >= LOWER) return 1;
  return isEncoded ? escapedSign(text, at) : 0;
}

function runOf(text: string, from: number, to: number, isEncoded: boolean): Run {
  const run = new Run(text, to - from);
  for (let at = from; at < to; at += lengthAt(text, at, isEncoded)) {
    const kind = kindOf(text.charCodeAt(at));
    run.add(at, kind >= LOWER ? kind : SIGN);
  }
  run.end(to);
  return run;
}

/** Where random 40 begin and end in a run, in order. */
function* inRun(text: string, run: Run, isEncoded: boolean): Generator<readonly [from: number, to: number]> {
  const { at, length } = run;
  for (let n = 0; n < length; n++) {
    const [from, next] = [at[n]!, at[n + 1]!];
    if (mayBegin(text, from, isEncoded))
      for (const most of LENGTHS) {
        const to = n + most;
        if (isEnd(run, to, most) && run.bits(n, most) >= fromBits(most)) yield [from, at[to]!];
      }
    // What looks like a sign that is written as an escape may be a percent sign or backslash before a secret.
    for (let inside = from + 1; inside < next; inside++) {
      if (!mayBegin(text, inside, isEncoded)) continue;
      const before = text.slice(inside, next);
      const isSign = lengthAt(text, inside, isEncoded) === before.length && !/^[A-Za-z0-9]/.test(before);
      if (!(isSign || /^[A-Za-z0-9]+$/.test(before))) continue;
      for (const most of LENGTHS) {
        const to = isSign ? n + most : n + 1 + most - before.length;
        if (!isEnd(run, to, most)) continue;
        if ((isSign ? run.bits(n, most) : run.bits(n + 1, most, before)) >= fromBits(most)) yield [inside, at[to]!];
      }
    }
  }
}

/**
 * The text with every such 40 replaced. Beside other words in a path several overlapping stretches look random: which one is the secret is
 * not known, so all are taken. `isEncoded`: signs may be written as in URLs and JSON, which is slower.
 */
export function withoutForties(text: string, isEncoded: boolean, name: (secret: string) => string): string {
  let out = '';
  let from = 0;
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const began = at;
    let characters = 0;
    for (let length = 1; at < text.length && length > 0; at += length) {
      length = lengthAt(text, at, isEncoded);
      if (length > 0) characters++;
    }
    if (characters < FORTY) continue;
    for (const [index, until] of inRun(text, runOf(text, began, at, isEncoded), isEncoded)) {
      if (end > 0 && index >= end) {
        out += text.slice(from, start) + name(text.slice(start, end));
        from = end;
      }
      if (index >= end) start = index;
      end = Math.max(end, until);
    }
  }
  return end === 0 ? text : out + text.slice(from, start) + name(text.slice(start, end)) + text.slice(end);
}
