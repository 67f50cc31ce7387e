/** The version of the installed package. */
import { readFileSync } from 'node:fs';

/** `package.json` is one step up from the sources and two from what was built. */
function read(): string {
  for (const path of ['../package.json', '../../package.json'])
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (name === 'tidemark') return String(version);
    } catch {
      // The file is not at this place; the next place is tried.
    }
  return 'unknown';
}

export const version: string = read();
