/** Raw records out of files, directories and standard input, one after another. */
import type { InputBatch, InputPart } from '../ports/input.ts';
import type { FileLimits } from './files-read.ts';
import { fileParts } from './files-tree.ts';

/**
 * Reads files, directories (in order of name, at any depth) and `-` for standard input, one after another, in batches as they
 * come. What cannot be read is a fault in its place; what was read before it stands, and the next file follows.
 */
export async function* readFiles(paths: readonly string[], limits: FileLimits): AsyncGenerator<InputBatch> {
  async function* read(part: InputPart): AsyncGenerator<InputBatch> {
    if (part.kind === 'fault') yield { records: [], fault: part.fault };
    else if (part.kind === 'file') yield* part.read();
    else for await (const inner of part.list()) yield* read(inner);
  }
  for (const part of fileParts(paths, limits)) yield* read(part);
}
