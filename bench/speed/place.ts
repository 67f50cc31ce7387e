/** A directory for an embedded database, gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function withPlace<T>(work: (place: { path: string; database: string }) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    return await work({ path, database: 'tidemark' });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
