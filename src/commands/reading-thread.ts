/** Reads history in a thread of its own, so that judging does not wait for reading and normalising. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InputError } from '../fault.ts';
import type { HistoryBatch } from '../ingest/history-batches.ts';
import { type PackedActivities, Unpacker } from '../ingest/packed-activities.ts';
import type { HistoryTask } from './file-reader.ts';
import { isTopic } from './history-topics.ts';

/** What the thread is started with. */
export interface ThreadTask extends HistoryTask {
  /** Batches that it may be ahead. */
  readonly ahead: number;
}

/** A batch on its way. */
export type SentBatch = Omit<HistoryBatch, 'activities' | 'faults'> & {
  readonly packed: PackedActivities;
  readonly faults: readonly Pick<InputError, 'file' | 'problem' | 'remedy' | 'line'>[];
};

/** Less than this is read before a thread has loaded its formats. */
const WORTH_BYTES = 4 * 1024 * 1024;

/**
 * Room for what was made lately, in MiB: twice Node's own. All that is read waits to be put in order, and is copied each time this room
 * is full. Half: some 8 % more processor time for reading; double: hardly less.
 */
const YOUNG_MB = 96;

/** Sources that were not compiled cannot be loaded by a thread of every Node that is supported. */
const IS_COMPILED = import.meta.url.endsWith('.js');

/** Whether a thread of its own reads these files: as said, else where there are two processors and enough to read. */
export function isReadInThread(files: readonly string[], threads: number | undefined): boolean {
  if (!IS_COMPILED) return false;
  return threads === undefined ? availableParallelism() > 1 && isWorthIt(files) : threads > 0;
}

function isWorthIt(files: readonly string[]): boolean {
  let bytes = 0;
  for (const file of files) {
    const found = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file === '-' || isTopic(file) || found?.isDirectory()) return true;
    bytes += found?.size ?? 0;
  }
  return bytes >= WORTH_BYTES;
}

function received({ packed, faults, ...rest }: SentBatch, unpacker: Unpacker): HistoryBatch {
  return {
    ...rest,
    activities: unpacker.unpack(packed),
    faults: faults.map(({ file, problem, remedy, line }) => new InputError(file, problem, remedy, line)),
  };
}

/** The batches that `readTask` gives, in their order. Throws what the thread throws. */
export async function* readInThread(task: ThreadTask): AsyncGenerator<HistoryBatch> {
  const usesStdin = task.files.includes('-');
  const worker = new Worker(new URL('./reading-worker.js', import.meta.url), {
    workerData: task,
    stdin: usesStdin,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  if (usesStdin) process.stdin.pipe(worker.stdin!);
  const unpacker = new Unpacker();
  /** What came and was not looked at; null is the end. Never more than `ahead`. */
  const come: (SentBatch | null)[] = [];
  let failure: unknown;
  let wake = () => {};
  worker.on('message', (message: SentBatch | null) => {
    come.push(message);
    wake();
  });
  worker.on('error', (error) => {
    failure = error;
    wake();
  });
  worker.on('exit', (code) => {
    failure ??= new Error(`the thread that reads ended with ${code}`);
    wake();
  });
  // It keeps the process alive only while somebody waits for it.
  worker.unref();
  try {
    for (;;) {
      if (come.length === 0) {
        if (failure !== undefined) throw failure;
        worker.ref();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        worker.unref();
        continue;
      }
      const message = come.shift();
      if (message === null || message === undefined) return;
      worker.postMessage('more');
      yield received(message, unpacker);
    }
  } finally {
    if (usesStdin) process.stdin.unpipe();
    await worker.terminate();
  }
}
