/** Reads a labelled set: activities in the order of time through the product's own reader, and the truth about them. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import { firstProblem } from '../../schemas/first-problem.ts';
import { InputError } from '../fault.ts';
import { createHistory } from '../ingest/history.ts';
import type { HeldRecord, Reader, ReadOutcome } from '../ingest/reader.ts';
import { REORDER_DEFAULTS } from '../ingest/reorder.ts';
import type { InputBatch } from '../ports/input.ts';
import { readTruth, type Truth } from './truth.ts';

/** Activities of `input` in order of time. What cannot be read ends it with an `InputError`: figures on half a set mislead. */
export async function* labelledActivities(
  input: AsyncIterable<InputBatch<ReadOutcome | HeldRecord>>,
  reader: Reader,
  limits: Pick<Config['ingest'], 'traces'>,
): AsyncGenerator<Activity> {
  const history = createHistory<InputBatch['records'][number]['origin']>({
    reader,
    reorder: REORDER_DEFAULTS,
    traces: limits.traces,
    onOutcome(outcome, origin) {
      if (outcome.status === 'dead')
        throw new InputError(origin.from, `record ${origin.offset}: ${outcome.reason}`, 'Mend or remove the record.');
    },
  });
  for await (const { records, fault } of input) {
    for (const { origin, bytes, read } of records) yield* history.take(bytes, origin, read);
    if (fault) throw fault;
  }
  yield* history.flush();
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
    if (error instanceof z.ZodError) throw wrong(firstProblem(error));
    if (error instanceof RangeError || error instanceof SyntaxError) throw wrong(error.message);
    throw error;
  }
}
