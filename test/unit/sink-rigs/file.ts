import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-sink-'));
  const path = join(dir, 'deep', 'alerts.ndjson');
  return {
    options: { path },
    secrets: {},
    arrived: () =>
      existsSync(path)
        ? readFileSync(path, 'utf8')
            .trimEnd()
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => `${JSON.parse(line).id}:${JSON.parse(line).version}`)
        : [],
    close: async () => rmSync(dir, { recursive: true }),
  };
}
