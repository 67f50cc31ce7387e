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

/** A fresh token and its line for the file. 256 random bits, so that a plain hash is enough. Throws a RangeError on a bad name or tenant. */
export function newToken(caller: Caller): { readonly token: string; readonly line: string } {
  if (!NAME.test(caller.name))
    throw new RangeError('a name is 1 to 64 letters, digits and ._@-, and begins with neither');
  if (!isTenant(caller.tenant)) throw new RangeError('a tenant is 1 to 128 characters without colon, space or control');
  const token = `tdm_${randomBytes(32).toString('base64url')}`;
  return { token, line: `${caller.name}:${caller.scope}:${caller.tenant}:${hashOf(token).toString('hex')}` };
}

const isTenant = (text: string) => text.length <= 128 && /^[^:\s\p{Cc}]+$/u.test(text);

interface Entry {
  readonly hash: Buffer;
  readonly caller: Caller;
}

function parse(file: string, text: string): Entry[] {
  const entries: Entry[] = [];
  const problems: { at: string; key: string; wrong: string; remedy: string }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [name = '', scope = '', tenant = '', hash = '', ...rest] = line.split(':');
    const known = SCOPES.find((one) => one === scope);
    // The line is not repeated: somebody may have put the token itself there.
    if (rest.length > 0 || !NAME.test(name) || known === undefined || !isTenant(tenant) || !HASH.test(hash))
      problems.push({
        at: `${file}:${index + 1}`,
        key: KEY,
        wrong: 'is not name:scope:tenant:sha256',
        remedy: `scopes are ${SCOPES.join(', ')}; make a line with \`tidemark token new\``,
      });
    else entries.push({ hash: Buffer.from(hash, 'hex'), caller: { name, scope: known, tenant } });
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
      { at: file, key: KEY, wrong: found.wrong, remedy: 'make it with `tidemark token new --file FILE`' },
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
      return entry !== undefined && timingSafeEqual(entry.hash, hash) ? entry.caller : undefined;
    },
  };
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.mtimeMs}/${stats.size}/${stats.ino}`;
}
