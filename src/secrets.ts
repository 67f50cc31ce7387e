/** Takes secrets out of texts: known token patterns are replaced by keyed fingerprints before anything else sees them. */
import { createHmac } from 'node:crypto';

/** Secrets remembered; when full the memory starts again, which changes nothing but speed. */
const CACHE_ENTRIES = 20_000;
/** Places for texts that hold no secret, a power of two, and the longest text that takes one: 8 MiB at the most. */
const CLEAN_PLACES = 32_768;
const CLEAN_MAX_LENGTH = 256;
/** Characters of a text that its place depends on. */
const PLACED_BY = 24;
/** No token is shorter than this many token characters in a row. */
const SHORTEST_TOKEN = 14;

/** Tokens that can be told by how they begin, as their issuers publish it for secret scanners. */
const TOKENS = new RegExp(
  [
    'gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl[a-z]{2,5}-[A-Za-z0-9_-]{16,}',
    'xox[a-z]-[A-Za-z0-9-]{9,}|xapp-[A-Za-z0-9-]{16,}|(?<=hooks\\.slack\\.com/(?:services|workflows)/)[A-Za-z0-9/]{16,}',
    'eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{6,}[A-Za-z0-9_.=-]*',
    '-----BEGIN [A-Z0-9 ]{0,40}(?:KEY|CERTIFICATE)[A-Z ]{0,20}-----[^]*',
    'dapi[0-9a-f]{24,}(?:-\\d{1,3})?|sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}',
    'AIza[0-9A-Za-z_-]{30,}|ya29\\.[0-9A-Za-z_-]{16,}|GOCSPX-[A-Za-z0-9_-]{20,}',
    'npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|dckr_pat_[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{30,}',
    'hv[bsr]\\.[A-Za-z0-9_-]{20,}|s\\.[A-Za-z0-9]{24}(?![A-Za-z0-9])',
    'SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|do[opr]_v1_[a-f0-9]{40,}',
    'ATATT3[A-Za-z0-9_=-]{20,}|lin_api_[A-Za-z0-9]{20,}|(?:FwoG|FQoG|IQoJ)[A-Za-z0-9+/=]{60,}|00[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])',
  ]
    .map((pattern) => `(?<![A-Za-z0-9])(?:${pattern})`)
    .join('|'),
  'g',
);
/** First two characters of everything in TOKENS. */
const BEGINNINGS = 'gh gi gl xo xa ho ey -- da sk rk wh AI ya GO np py dc hf hv s. SG sh do AT li Fw FQ IQ 00'.split(
  ' ',
);
/** Secrets that can be told by where they stand, and the client secrets of Entra by the mark in their middle. */
const PLACES = new RegExp(
  [
    '(?<=\\b(?:[Bb]earer|[Bb]asic|SSWS) )[A-Za-z0-9._~+/=-]{12,}',
    '(?<=://[^/@\\s:]{0,256}:)[^/@\\s]{1,256}(?=@)',
    '(?<=\\b(?:password|passwd|pwd|secret|client_secret|token|[a-z]{1,10}_token|api_?key|sig|[Xx]-[Aa]mz-(?:[Ss]ignature|[Ss]ecurity-[Tt]oken|[Cc]redential)|[Xx]-[Gg]oog-[Ss]ignature|[Aa]ccount[Kk]ey|[Ss]hared[Aa]ccess[Kk]ey)=)[^\\s&#;,"\']+',
    '(?<![A-Za-z0-9])[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,}',
  ].join('|'),
  'g',
);
/** Every place where 40 characters of base64 begin and end as a word or between slashes: AWS secret access keys have no other mark. */
const FORTY = /(?<![A-Za-z0-9+])(?=([A-Za-z0-9+/]{40})(?![A-Za-z0-9+=]))/g;
/** Neighbours of unlike kind (case, digit, sign) in 40 random characters: 25 on average; in paths, names and hex far fewer, or of one case. */
const CHANGES_IN_FORTY = 16;
const CASE_CHANGES_IN_FORTY = 7;

/** Per character: 1 letter or digit, 2 `+` or `/`, 3 other part of a token, 4 a sign that a secret may stand beside it, 0 else. */
const CLASS = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') CLASS[c.charCodeAt(0)] = 1;
for (const c of '+/') CLASS[c.charCodeAt(0)] = 2;
for (const c of '_.-') CLASS[c.charCodeAt(0)] = 3;
for (const c of '=@~') CLASS[c.charCodeAt(0)] = 4;
const BEGINS = new Uint8Array(128 * 128);
for (const pair of BEGINNINGS) BEGINS[pair.charCodeAt(0) * 128 + pair.charCodeAt(1)] = 1;

const SPACE = 32;
const MAY_BEGIN = 1;
const MAY_STAND = 2;
const MAY_BE_FORTY = 4;

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
    if (kind === 0 || kind === 4) {
      if (kind === 4) found |= MAY_STAND;
      else if (c === SPACE) spaced = true;
      run = 0;
      forty = 0;
    } else {
      if (before !== 1 && !begun) {
        const next = text.charCodeAt(i + 1);
        begun = next < 128 && BEGINS[c * 128 + next] === 1;
      }
      if (++run >= SHORTEST_TOKEN && begun) found |= MAY_BEGIN;
      forty = kind === 3 ? 0 : forty + 1;
      if (forty >= 40) found |= MAY_BE_FORTY;
    }
    before = kind;
  }
  if (spaced && (text.includes('earer ') || text.includes('asic ') || text.includes('SSWS '))) found |= MAY_STAND;
  return found;
}

function kindOf(c: number): number {
  if (c >= 97) return 0;
  if (c >= 65) return 1;
  return c >= 48 ? 2 : 3;
}

function looksRandom(text: string): boolean {
  let changes = 0;
  let cases = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const kind = kindOf(text.charCodeAt(i));
    if (kind === 2) digits++;
    const before = i === 0 ? kind : kindOf(text.charCodeAt(i - 1));
    if (kind === before) continue;
    changes++;
    if (kind + before === 1) cases++;
  }
  return changes >= CHANGES_IN_FORTY && cases >= CASE_CHANGES_IN_FORTY && digits > 0;
}

/** Beside other words in a path several overlapping stretches look random: which one is the secret is not known, so all are taken. */
function withoutForties(text: string, name: (secret: string) => string): string {
  let out = '';
  let from = 0;
  let start = 0;
  let end = 0;
  for (const match of text.matchAll(FORTY)) {
    if (!looksRandom(match[1]!)) continue;
    if (end > 0 && match.index >= end) {
      out += text.slice(from, start) + name(text.slice(start, end));
      from = end;
    }
    if (match.index >= end) start = match.index;
    end = match.index + match[1]!.length;
  }
  return end === 0 ? text : out + text.slice(from, start) + name(text.slice(start, end)) + text.slice(end);
}

/** Names secrets without keeping them. */
export interface Fingerprinter {
  /** `fp:` and 96 bits of `HMAC-SHA256(pepper, tenant|kind|secret)` in hex: the same secret has the same name, and no way back. */
  fingerprint(tenant: string, kind: string, secret: string): string;
  /**
   * The text with every known token pattern replaced by its fingerprint. Two different secrets stay different. Of equal texts
   * mostly one and the same string comes back, so that what is kept of many records is kept once; `rare` says that it is not worth it.
   */
  scrub(tenant: string, text: string, rare?: boolean): string;
}

/** Place at which a text is remembered: it follows from the length of the text and from characters all over it. */
function placeOf(text: string): number {
  const step = Math.floor(text.length / PLACED_BY) + 1;
  let hash = text.length;
  for (let i = text.length - 1; i >= 0; i -= step) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 15)) & (CLEAN_PLACES - 1);
}

/** Without a pepper of one's own the key is a published constant: enough for tokens of full length, not for guessable passwords. */
export function createFingerprinter(pepper = 'tidemark'): Fingerprinter {
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
    if (text.length < SHORTEST_TOKEN && !text.includes('=')) return text;
    if (rare || text.length > CLEAN_MAX_LENGTH) return withoutSecrets(tenant, text);
    const place = placeOf(text);
    const known = clean[place]!;
    if (known === text) return known;
    const out = withoutSecrets(tenant, text);
    if (out === text) clean[place] = text;
    return out;
  }

  function withoutSecrets(tenant: string, text: string): string {
    const found = suspicions(text);
    if (found === 0) return text;
    const name = (secret: string) => fingerprint(tenant, 'token', secret);
    let out = text;
    if (found & MAY_BEGIN) out = out.replace(TOKENS, name);
    if (found & MAY_STAND) out = out.replace(PLACES, name);
    if (found & MAY_BE_FORTY) out = withoutForties(out, name);
    return out;
  }

  return { fingerprint, scrub };
}
