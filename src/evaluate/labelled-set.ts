/** Reads a labelled set: activities in the order of time through the product's own reader, and the truth about them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Activity } from '../../schemas/activity.ts';
import { InputError } from '../fault.ts';
import type { ReadBatch } from '../ingest/merge-by-time.ts';
import type { Reorder } from '../ingest/reorder.ts';
import { readTruth, type Truth } from './truth.ts';

/** Activities of `input` in order of time. What cannot be read ends it with an `InputError`: figures on half a set mislead. */
export async function* labelledActivities(input: AsyncIterable<ReadBatch>, reorder: Reorder): AsyncGenerator<Activity> {
  for await (const { outcomes, fault } of input) {
    for (const { origin, outcome } of outcomes) {
      if (outcome.status === 'dead')
        throw new InputError(origin.from, `record ${origin.offset}: ${outcome.reason}`, 'Mend or remove the record.');
      if (outcome.status === 'read') for (const activity of outcome.activities) yield* reorder.push(activity);
    }
    if (fault) throw fault;
  }
  yield* reorder.flush();
}

/** Loads a truth file. Throws an `InputError` that names the first field that is wrong. */
export function loadTruth(file: string): Truth {
  const wrong = (problem: string) =>
    new InputError(file, problem, 'bench/README.md of the source repository says what a truth file holds.');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw wrong('cannot be read');
  }
  try {
    return readTruth(JSON.parse(text));
  } catch (error) {
    if (error instanceof z.ZodError) throw wrong(`${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`);
    if (error instanceof RangeError || error instanceof SyntaxError) throw wrong(error.message);
    throw error;
  }
}
