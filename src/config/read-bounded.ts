/** Reads a small file whole, and gives up at a bound instead of filling memory: it may be a device, a pipe or the wrong file. */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';

export type BoundedFile =
  | { readonly status: 'read'; readonly bytes: Buffer; readonly stats: Stats }
  | { readonly status: 'absent' | 'unreadable' | 'too-large' | 'not-a-file'; readonly wrong: string };

/** Reads at most `maxBytes`; a longer file is refused, not cut. Never throws. */
export function readBounded(path: string, maxBytes: number): BoundedFile {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) return { status: 'not-a-file', wrong: 'is a directory' };
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length <= maxBytes) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (read === 0) return { status: 'read', bytes: buffer.subarray(0, length), stats };
      length += read;
    }
    return { status: 'too-large', wrong: `is larger than ${maxBytes} bytes` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 'absent', wrong: 'does not exist' };
    return { status: 'unreadable', wrong: `cannot be read (${code})` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
