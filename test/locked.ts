/** Work that one process at a time may do, whichever of the test workers comes first. */
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Waits for whoever holds the lock, a file at `path`. One that is older than `diesMs` belongs to a process that was killed. */
export async function locked<T>(path: string, diesMs: number, work: () => T | Promise<T>): Promise<T> {
  while (!takes(path, diesMs)) await pause(100);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function takes(path: string, diesMs: number): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const sinceMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - sinceMs > diesMs) rmSync(path, { force: true });
    return false;
  }
}
