/** Writes one JSON document a line to a file the user named, or to standard output. */
import { writeFileSync } from 'node:fs';
import { UsageError } from './settings.ts';

/** `-` is standard output. Throws a UsageError when the file cannot be written. */
export function writeLines(file: string, documents: readonly object[]): void {
  const lines = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
  if (file === '-') return void process.stdout.write(lines);
  try {
    writeFileSync(file, lines, { mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`${file}: cannot write it (${code})`, 'Name a file in a directory that exists and has room.');
  }
}
