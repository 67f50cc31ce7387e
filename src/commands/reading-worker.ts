/** The thread that `readInThread` starts: reads, normalises, joins traces and puts in order, and sends batches as fast as they are taken. */
import { parentPort, workerData } from 'node:worker_threads';
import { shelveMappings } from '../app/mapping-files.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import type { Format } from '../ingest/format.ts';
import type { HistoryBatch } from '../ingest/history-batches.ts';
import { Packer } from '../ingest/packed-activities.ts';
import { clockOf, openFileReader, readTask } from './file-reader.ts';
import type { SentBatch, ThreadTask } from './reading-thread.ts';

const task = workerData as ThreadTask;
const port = parentPort!;
const packer = new Packer();

/** Batches that may be sent before one more is taken. */
let free = task.ahead;
let wake = () => {};
port.on('message', () => {
  free++;
  wake();
});

function send({ activities, faults, letters, ...rest }: HistoryBatch): void {
  const packed = packer.pack(activities);
  // Cut out of what they were read from, which is longer.
  const own = letters.map((letter) => ({ ...letter, bytes: new Uint8Array(letter.bytes) }));
  const sent: SentBatch = {
    ...rest,
    packed,
    letters: own,
    faults: faults.map(({ file, problem, remedy, line }) => ({ file, problem, remedy, line })),
  };
  port.postMessage(sent, [packed.codes.buffer, ...own.map(({ bytes }) => bytes.buffer)]);
}

const formats = await discover<Format>(SHELVES.formats, 'format');
shelveMappings(task.config.ingest.formatFiles, formats);
// Whoever started the thread has told what is to be told of the files it reads with.
const reader = openFileReader(task.config, { formats }, task.format, clockOf(task), () => undefined);
for await (const batch of readTask(task, reader)) {
  while (free === 0)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  free--;
  send(batch);
}
port.postMessage(null);
port.close();
