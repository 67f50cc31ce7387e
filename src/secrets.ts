/** Takes secrets out of texts: known token patterns are replaced by keyed fingerprints before anything else sees them. */
import { createHmac } from 'node:crypto';
import { AZURE_KEYS, AZURE_MARK, BEGINNINGS, LABELLED, PLACES, TOKENS, TOKENS_ENCODED } from './secret-forms.ts';
import { FORTY_FORM, withoutForties } from './secret-keys.ts';
import { PACKED_FORM, PACKED_FROM, unpackingOf, withoutPacked } from './secret-packed.ts';

export { isSecretName } from './secret-forms.ts';

/** Secrets remembered; when full the memory starts again, which changes nothing but speed. */
const CACHE_ENTRIES = 20_000;
/** Places for texts that hold no secret, a power of two, and the longest text that takes one: 8 MiB at the most. */
const CLEAN_PLACES = 32_768;
const CLEAN_MAX_LENGTH = 256;
/** Characters of a text that its place depends on. */
const PLACED_BY = 24;
/** No token is shorter than this many token characters in a row. */
const SHORTEST_TOKEN = 14;

/** All that decides what is a secret, to be compared with that of another build. */
export const SECRET_PATTERNS =
  [TOKENS_ENCODED, PLACES, AZURE_KEYS, LABELLED].map(({ source }) => source).join(' ') + FORTY_FORM + PACKED_FORM;

/**
 * Per character: 1 letter or digit, 2 `+` or `/`, 3 other part of a token, 4 a sign that a secret may stand beside it, 5 one that its
 * name may stand before it, 6 what begins an escape, 0 else.
 */
const CLASS = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') CLASS[c.charCodeAt(0)] = 1;
for (const c of '+/') CLASS[c.charCodeAt(0)] = 2;
for (const c of '_.-') CLASS[c.charCodeAt(0)] = 3;
for (const c of '@~') CLASS[c.charCodeAt(0)] = 4;
for (const c of '="\'>') CLASS[c.charCodeAt(0)] = 5;
for (const c of '%\\') CLASS[c.charCodeAt(0)] = 6;
const BEGINS = new Uint8Array(128 * 128);
for (const pair of BEGINNINGS) BEGINS[pair.charCodeAt(0) * 128 + pair.charCodeAt(1)] = 1;

/** What a secret in a header stands behind. */
const SCHEMES = ['earer ', 'asic ', 'SSWS ', 'piKey ', 'pikey '];
const SPACE = 32;
const COLON = 58;
const MAY_BEGIN = 1;
const MAY_STAND = 2;
const MAY_BE_FORTY = 4;
const MAY_BE_LABELLED = 8;
const MAY_BE_PACKED = 16;
const IS_ENCODED = 32;
/** From so many token characters in a row on there may be a mark of an issuer inside them. */
const MARKED_FROM = 40;

/** Which kinds of secret the text may hold, by one cheap look at each character; 0 for almost every text. */
function suspicions(text: string): number {
  let found = 0;
  let begun = false;
  let run = 0;
  let forty = 0;
  let before = 0;
  let spaced = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const kind = c < 128 ? CLASS[c]! : 0;
    if (kind === 0 || kind >= 4) {
      if (kind === 4) found |= MAY_STAND;
      else if (kind === 5) found |= MAY_STAND | MAY_BE_LABELLED;
      // Behind an escape everything may begin, and a run of characters goes on. Such texts are rare: they are searched for all.
      else if (kind === 6) return ~0;
      else if (c === SPACE) {
        spaced = true;
        if (i > 0 && text.charCodeAt(i - 1) === COLON) found |= MAY_BE_LABELLED;
      }
      run = 0;
      forty = 0;
    } else {
      if (before !== 1 && !begun) {
        const next = text.charCodeAt(i + 1);
        begun = next < 128 && BEGINS[c * 128 + next] === 1;
      }
      if (++run >= SHORTEST_TOKEN && begun) found |= MAY_BEGIN;
      if (run >= PACKED_FROM) found |= run >= MARKED_FROM ? MAY_STAND | MAY_BE_PACKED : MAY_BE_PACKED;
      forty = kind === 3 ? 0 : forty + 1;
      if (forty >= 40) found |= MAY_BE_FORTY;
    }
    before = kind;
  }
  if (!spaced) return found;
  if (SCHEMES.some((scheme) => text.includes(scheme))) found |= MAY_STAND;
  if (text.includes('--') || text.includes(' -u')) found |= MAY_BE_LABELLED;
  return found;
}

/** True for a short text in which a secret may stand behind its name, such as `pwd=a`. */
function hasMark(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 128 && CLASS[c]! >= 4) return true;
    if (c === SPACE && i > 0 && text.charCodeAt(i - 1) === COLON) return true;
  }
  return false;
}

/** Of a longer text nothing is read: no field is half as long, and a search takes time with every character. */
export const READ_MAX_LENGTH = 16_384;
/** Searched beyond that, so that a secret there is whole where it begins. Longer ones are told by their beginning. */
const READ_SLACK = 1_024;

/** The beginning of a text that came in a record, scrubbed and then cut. */
export const scrubbedBeginning = (
  { scrub }: Pick<Fingerprinter, 'scrub'>,
  tenant: string,
  text: string,
  rare = false,
) =>
  text.length <= READ_MAX_LENGTH
    ? scrub(tenant, text, rare)
    : scrub(tenant, text.slice(0, READ_MAX_LENGTH + READ_SLACK), true).slice(0, READ_MAX_LENGTH);

/** Names secrets without keeping them. */
export interface Fingerprinter {
  /** `fp:` and 96 bits of `HMAC-SHA256(pepper, tenant|kind|secret)` in hex: the same secret has the same name, and no way back. */
  fingerprint(tenant: string, kind: string, secret: string): string;
  /**
   * The text with every known token pattern replaced by its fingerprint. Two different secrets stay different. Of equal texts
   * mostly one and the same string comes back, so that what is kept of many records is kept once; `rare` says that it is not worth it.
   */
  scrub(tenant: string, text: string, rare?: boolean): string;
  /** The pseudonym of a person; absent where people keep their names. */
  readonly person?: (tenant: string, name: string) => string;
}

/** Whether people are written down by name or under pseudonyms. */
export type PeopleAs = 'named' | 'pseudonyms';

/** Place at which a text is remembered: it follows from the length of the text and from characters all over it. */
function placeOf(text: string): number {
  const step = Math.floor(text.length / PLACED_BY) + 1;
  let hash = text.length;
  for (let i = text.length - 1; i >= 0; i -= step) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 15)) & (CLEAN_PLACES - 1);
}

/** Without a pepper of one's own the key is a published constant: enough for tokens of full length, not for guessable passwords. */
export function createFingerprinter(pepper = 'tidemark', people: PeopleAs = 'named'): Fingerprinter {
  let names = new Map<string, string>();
  /** Texts that hold no secret; a later one takes the place of an earlier one. */
  const clean = new Array<string>(CLEAN_PLACES).fill('');

  function fingerprint(tenant: string, kind: string, secret: string): string {
    const subject = `${tenant}|${kind}|${secret}`;
    const known = names.get(subject);
    if (known !== undefined) return known;
    const name = `fp:${createHmac('sha256', pepper).update(subject).digest('hex').slice(0, 24)}`;
    if (names.size >= CACHE_ENTRIES) names = new Map();
    names.set(subject, name);
    return name;
  }

  function scrub(tenant: string, text: string, rare = false): string {
    if (text.length < SHORTEST_TOKEN && !hasMark(text)) return text;
    if (rare || text.length > CLEAN_MAX_LENGTH) return withoutSecrets(tenant, text);
    const place = placeOf(text);
    const known = clean[place]!;
    if (known === text) return known;
    const out = withoutSecrets(tenant, text);
    if (out === text) clean[place] = text;
    return out;
  }

  function withoutSecrets(tenant: string, text: string, unpacking = unpackingOf(text)): string {
    const found = suspicions(text);
    if (found === 0) return text;
    const name = (secret: string) => fingerprint(tenant, 'token', secret);
    let out = text;
    // Before all others: what they take out of the middle of packed text leaves the rest, which nobody can unpack any more.
    if (found & MAY_BE_PACKED)
      out = withoutPacked(out, unpacking, (inside) => withoutSecrets(tenant, inside, unpacking) !== inside, name);
    if (found & MAY_BEGIN) out = out.replace(found & IS_ENCODED ? TOKENS_ENCODED : TOKENS, name);
    if (found & MAY_STAND) {
      out = out.replace(PLACES, name);
      if (AZURE_MARK.test(out)) out = out.replace(AZURE_KEYS, name);
    }
    if (found & MAY_BE_LABELLED) out = out.replace(LABELLED, name);
    if (found & MAY_BE_FORTY) out = withoutForties(out, (found & IS_ENCODED) !== 0, name);
    return out;
  }

  // Logs spell one address now so, now so.
  const person = (tenant: string, name: string) => `person:${fingerprint(tenant, 'person', name.toLowerCase())}`;
  return { fingerprint, scrub, ...(people === 'pseudonyms' && { person }) };
}
