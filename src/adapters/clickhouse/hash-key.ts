/** The secret key of the value hashes of one store: made once, the same for all who use the store, and never told. */
import { randomBytes } from 'node:crypto';
import type { HashKey } from '../../core/engine-contract.ts';
import { ask, exists } from './ask.ts';
import { firstValue, type Shared, storedValue } from './installation.ts';
import { StoreError } from './store-error.ts';

const NAME = 'value-hash';
const SECRET_BYTES = 32;

/** Written as `version:secret`. */
const written = ({ version, secret }: HashKey) => `${version}:${secret}`;

function read(value: string): HashKey {
  const [version, secret] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
  if (version === '1' && secret !== '') return { version: 1, secret };
  if (version === '2' && /^[0-9a-f]{64}$/.test(secret)) return { version: 2, secret };
  throw new StoreError(
    'schema',
    'the key of the value hashes in table installation is not one that this version can use',
    'Start the version that wrote it, or restore the table installation from a backup.',
  );
}

/** The first that was written, whoever asks. */
async function stored(shared: Pick<Shared, 'connection' | 'database'>): Promise<HashKey | undefined> {
  const value = await storedValue(shared, NAME);
  return value === undefined ? undefined : read(value);
}

/** Whether hashes were stored already: then they are under the key that all versions had that kept none. */
async function isUsed({ connection, database }: Shared): Promise<boolean> {
  const [row] = await ask<[number]>(
    connection,
    `SELECT (SELECT count() FROM (SELECT 1 FROM ${database}.memory LIMIT 1)) + (SELECT count() FROM (SELECT 1 FROM ${database}.contribution LIMIT 1))`,
  );
  return Number(row?.[0] ?? 0) > 0;
}

/** Memory formats up to this one were saved by builds that kept no key. */
const LAST_WITHOUT_KEY = 7;

/**
 * Throws where a key was kept and is gone: whoever keeps keys saves memories in later formats. Under another key every habit would be
 * new, and under the published one anybody could make a value that passes for a habit.
 */
async function refuseLostKey({ connection, database }: Pick<Shared, 'connection' | 'database'>): Promise<void> {
  const [row] = await ask<[number]>(
    connection,
    `SELECT count() FROM (SELECT 1 FROM ${database}.memory WHERE NOT startsWith(key, '\u0001') AND reinterpretAsUInt8(substring(bytes, 1, 1)) > ${LAST_WITHOUT_KEY} LIMIT 1)`,
  );
  if (Number(row?.[0] ?? 0) > 0)
    throw new StoreError(
      'schema',
      'the key of the value hashes is gone from table installation: no habit could be told from news',
      'Restore the table installation from a backup. Where there is none, empty the tables memory, snapshot and contribution as well: `tidemark run` makes a new key and learns again from the activities that are still stored.',
    );
}

/** The key of a store that is only looked at: where none is kept, its hashes are under the published one. */
export async function knownHashKey(shared: Pick<Shared, 'connection' | 'database'>): Promise<HashKey> {
  const isKept = await exists(shared.connection, shared.database, 'installation');
  const known = isKept ? await stored(shared) : undefined;
  if (known === undefined && isKept) await refuseLostKey(shared);
  return known ?? PUBLISHED_KEY;
}

/** The published key that all versions had before keys were kept with the store. */
export const PUBLISHED_KEY: HashKey = { version: 1, secret: 'tidemark' };

/**
 * The key of a store; made and recorded where there is none. Of several workers that start at once all get the same: they write under
 * one insert token, of which the store takes the first. `wanted` is taken instead of a new secret where nothing is stored yet.
 */
export async function hashKeyOf(shared: Shared, wanted?: HashKey): Promise<HashKey> {
  const known = await stored(shared);
  if (known !== undefined) return known;
  await refuseLostKey(shared);
  const made: HashKey = { version: 2, secret: randomBytes(SECRET_BYTES).toString('hex') };
  const key = (await isUsed(shared)) ? PUBLISHED_KEY : (wanted ?? made);
  return read(await firstValue(shared, NAME, written(key)));
}
