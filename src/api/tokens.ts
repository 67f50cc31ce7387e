/** API tokens: who may do what, for which tenant. The file holds hashes only; a token itself is shown once, when it is made. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import { type Caller, SCOPES } from '../../schemas/api.ts';
import { ConfigError } from '../config/config-error.ts';
import { readBounded } from '../config/read-bounded.ts';

export interface TokenBook {
  /**
   * The caller a token belongs to, looked up by its hash: how many tokens there are costs nothing, and time tells of the hash of a
   * random secret at most.
   */
  find(token: string): Caller | undefined;
}

const FILE_MAX_BYTES = 1024 * 1024;
const TOKENS_MAX = 4_096;
/** Longer is no token of ours; hashing must stay cheap. */
const TOKEN_MAX_LENGTH = 256;
/** How often the file is looked at for a change. */
const LOOK_EVERY_MS = 1_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const HASH = /^[0-9a-f]{64}$/;
const KEY = 'http.tokensFile';

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/**
 * A fresh token and its line for the file. 256 random bits, so that a plain hash is enough. `expires`: the UTC day with whose end it is
 * over, such as `2027-01-31`; absent: it stands until its line is taken out. Throws a RangeError on a bad name, tenant or day.
 */
export function newToken(caller: Caller, expires?: string): { readonly token: string; readonly line: string } {
  if (!NAME.test(caller.name))
    throw new RangeError('a name is 1 to 64 letters, digits and ._@-, and begins with neither');
  if (!isTenant(caller.tenant)) throw new RangeError('a tenant is 1 to 128 characters without colon, space or control');
  if (expires !== undefined && endOf(expires) === undefined)
    throw new RangeError('a day is one of the calendar, such as 2027-01-31');
  const token = `tdm_${randomBytes(32).toString('base64url')}`;
  const fields = [
    caller.name,
    caller.scope,
    caller.tenant,
    hashOf(token).toString('hex'),
    ...(expires === undefined ? [] : [expires]),
  ];
  return { token, line: fields.join(':') };
}

const DAY_MS = 86_400_000;

/** When a token of that last UTC day is over, in ms since 1970; undefined where there is no such day. */
function endOf(day: string): number | undefined {
  const from = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  return Number.isNaN(from) || new Date(from).toISOString().slice(0, 10) !== day ? undefined : from + DAY_MS;
}

const isTenant = (text: string) => text.length <= 128 && /^[^:\s\p{Cc}]+$/u.test(text);

interface Entry {
  readonly hash: Buffer;
  readonly caller: Caller;
  /** Its last UTC day; absent: it has none. */
  readonly expires?: string;
  /** Where it stands in the file, from 0. */
  readonly index: number;
}

/** A token of a file, without what would let anybody in. */
export interface ListedToken extends Caller {
  /** The beginning of its hash, by which it is revoked. */
  readonly id: string;
  readonly expires?: string;
  readonly expired: boolean;
}

const ID_LENGTH = 12;
const isOver = ({ expires }: Pick<Entry, 'expires'>, nowMs: number) =>
  expires !== undefined && nowMs >= endOf(expires)!;

/** The tokens that a text of lines holds, in its order. Throws a ConfigError that names `file` where a line is none. */
export const listTokens = (file: string, text: string, nowMs: number): ListedToken[] =>
  parse(file, text).map((entry) => ({
    ...entry.caller,
    id: entry.hash.toString('hex').slice(0, ID_LENGTH),
    ...(entry.expires !== undefined && { expires: entry.expires }),
    expired: isOver(entry, nowMs),
  }));

/** The text without the lines of these tokens; everything else in it stays as it is. */
export function withoutTokens(file: string, text: string, ids: ReadonlySet<string>): string {
  const gone = new Set(
    parse(file, text)
      .filter(({ hash }) => ids.has(hash.toString('hex').slice(0, ID_LENGTH)))
      .map(({ index }) => index),
  );
  return text
    .split('\n')
    .filter((_, index) => !gone.has(index))
    .join('\n');
}

function parse(file: string, text: string): Entry[] {
  const entries: Entry[] = [];
  const problems: { at: string; key: string; wrong: string; remedy: string }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [name = '', scope = '', tenant = '', hash = '', expires, ...rest] = line.split(':');
    const known = SCOPES.find((one) => one === scope);
    // The line is not repeated: somebody may have put the token itself there.
    const wrongDay = expires !== undefined && endOf(expires) === undefined;
    if (rest.length > 0 || wrongDay || !NAME.test(name) || known === undefined || !isTenant(tenant) || !HASH.test(hash))
      problems.push({
        at: `${file}:${index + 1}`,
        key: KEY,
        wrong: 'is not name:scope:tenant:sha256, with or without :day at its end',
        remedy: `scopes are ${SCOPES.join(', ')}; make a line with \`tidemark token new\``,
      });
    else
      entries.push({
        hash: Buffer.from(hash, 'hex'),
        caller: { name, scope: known, tenant },
        ...(expires !== undefined && { expires }),
        index,
      });
  }
  if (entries.length > TOKENS_MAX)
    problems.push({ at: file, key: KEY, wrong: `holds over ${TOKENS_MAX} tokens`, remedy: 'remove those out of use' });
  if (problems.length > 0) throw new ConfigError(problems);
  return entries;
}

function read(file: string): Map<string, Entry> {
  const found = readBounded(file, FILE_MAX_BYTES);
  if (found.status !== 'read')
    throw new ConfigError([
      {
        at: file,
        key: KEY,
        wrong: found.wrong,
        remedy: `make it with \`tidemark token new --scope admin --name NAME --file ${file}\``,
      },
    ]);
  return new Map(parse(file, found.bytes.toString('utf8')).map((entry) => [entry.hash.toString('base64'), entry]));
}

/**
 * Opens the file of tokens. Throws a ConfigError when it cannot be used. A change is seen within a second, so that a token can
 * be withdrawn at once; a changed file that cannot be used leaves nobody in, and is told to `onBroken`.
 */
export function openTokens(file: string, now: () => number, onBroken: (error: unknown) => void): TokenBook {
  let entries = read(file);
  let stamp = stampOf(file);
  let lookedAt = now();
  function refresh(): void {
    if (Math.abs(now() - lookedAt) < LOOK_EVERY_MS) return;
    lookedAt = now();
    const current = stampOf(file);
    if (current === stamp) return;
    stamp = current;
    try {
      entries = read(file);
    } catch (error) {
      entries = new Map();
      onBroken(error);
    }
  }
  return {
    find(token) {
      refresh();
      if (token.length === 0 || token.length > TOKEN_MAX_LENGTH) return undefined;
      const hash = hashOf(token);
      const entry = entries.get(hash.toString('base64'));
      if (entry === undefined || !timingSafeEqual(entry.hash, hash) || isOver(entry, now())) return undefined;
      return entry.caller;
    },
  };
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.mtimeMs}/${stats.size}/${stats.ino}`;
}
