/** Reads secrets from files, the only place they may stand; a secret never appears in a message. */

import { ConfigError } from './config-error.ts';
import { readBounded } from './read-bounded.ts';

/** A token or private key in one line; anything longer is the wrong file. */
const MAX_BYTES = 64 * 1024;

export interface SecretFile {
  /** Key that names the file, such as `store.passwordFile`: what messages speak of. */
  readonly key: string;
  readonly file: string;
}

/**
 * First line of a secret file, without its line end. Throws a ConfigError that names key and file when it is missing, empty, binary or over 64 KiB.
 * `exposed` is called when group or others may read the file; it is used all the same, since containers mount secrets so.
 */
export function readSecretFile({ key, file }: SecretFile, exposed: (secret: SecretFile) => void): string {
  const refuse = (wrong: string, remedy: string) => new ConfigError([{ at: file, key, wrong, remedy }]);
  const read = readBounded(file, MAX_BYTES);
  if (read.status !== 'read') throw refuse(read.wrong, 'name a file whose first line is the secret');
  const text = read.bytes.toString('utf8').replace(/^\uFEFF/, '');
  const line = text.split(/\r?\n/, 1)[0]!;
  if (line.trim() === '') throw refuse('has an empty first line', 'write the secret into the first line');
  if (/[\p{Cc}\uFFFD]/u.test(line)) throw refuse('is not a line of text', 'store the secret as plain text');
  if (read.stats.isFile() && (read.stats.mode & 0o077) !== 0) exposed({ key, file });
  return line;
}
