/** Starts workers of a consumer group as child processes and listens to what they say. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { builtForTests } from '../../built.ts';
import type { ChunkLine, WorkerLine, WorkerOptions } from './kafka-worker.ts';

export interface WorkerProcess {
  readonly lines: WorkerLine[];
  /** Chunks whose step came to its end. */
  done(): ChunkLine[];
  /** Chunks whose intent was committed. */
  intended(): ChunkLine[];
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const worker = await builtForTests('test/engines/harness/kafka-worker.ts');
  const child = spawn(process.execPath, [worker, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: WorkerLine[] = [];
  const chunks = (event: ChunkLine['event']) => lines.filter((line): line is ChunkLine => line.event === event);
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  return {
    lines,
    done: () => chunks('done'),
    intended: () => chunks('intended'),
    signal: (name) => void child.kill(name),
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'gone'))),
  };
}

/**
 * Resolves once `reached` is true; rejects with `what` after `ms`. Most of what is asked costs a query, so that what takes long is
 * asked for less often: after a tenth of the time that was waited, and four times a second at the least, for moments do not last.
 */
export async function until(what: string, reached: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const began = Date.now();
  while (!(await reached())) {
    const waited = Date.now() - began;
    if (waited > ms) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await pause(Math.min(250, Math.max(50, waited / 10)));
  }
}
