/** The version of the installed package. */
import { readFileSync } from 'node:fs';

/** `package.json` is one step up from the sources and two from what was built. */
function read(): string {
  for (const path of ['../package.json', '../../package.json'])
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (name === 'tidemark') return String(version);
    } catch {
      // Not there: the other one is.
    }
  return 'unknown';
}

export const version: string = read();
