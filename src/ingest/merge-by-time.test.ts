/** Files must be put in order by what is in them; names only save looking, and bounds only cost reading twice. */
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { InputError } from '../fault.ts';
import { format } from '../formats/activity.ts';
import type { InputBatch, InputFile, InputFolder, InputPart } from '../ports/input.ts';
import { mergeByTime } from './merge-by-time.ts';
import { createReader } from './reader.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const { ingest } = configSchema.parse({});
const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString();
const record = (minute: number) =>
  JSON.stringify({
    id: `at ${minute}`,
    at: at(minute),
    identity: { id: 'x', kind: 'bot', provider: 'p' },
    action: { name: 'n', service: 's', access: 'read' },
    outcome: 'success',
  });

/** What the merge asked of the files. */
class Watched {
  open = 0;
  mostOpen = 0;
  reads: string[] = [];

  file(name: string, texts: readonly string[], notBeforeMs = NEVER, fault?: InputError): InputFile {
    const self = this;
    return {
      kind: 'file',
      notBeforeMs,
      canRepeat: true,
      async *read(): AsyncGenerator<InputBatch> {
        self.reads.push(name);
        self.mostOpen = Math.max(self.mostOpen, ++self.open);
        try {
          for (const [offset, text] of texts.entries())
            yield {
              records: [{ origin: { from: name, partition: 0, offset }, bytes: Buffer.from(text) }],
              readBytes: 10,
            };
          if (fault !== undefined) yield { records: [], fault };
        } finally {
          self.open--;
        }
      },
    };
  }
}

const folder = (parts: readonly InputPart[], notBeforeMs = NEVER): InputFolder => ({
  kind: 'folder',
  notBeforeMs,
  async *list() {
    yield* parts;
  },
});

async function merged(parts: readonly InputPart[], limits = { openFiles: 100, mergeBytes: 1_000_000 }) {
  const reader = createReader({
    formats: new Map([['activity', format]]),
    format: 'auto',
    tenant: 't',
    limits: ingest,
  });
  const ids: string[] = [];
  const others: string[] = [];
  const faults: InputError[] = [];
  let readBytes = 0;
  for await (const batch of mergeByTime(parts, reader, limits)) {
    for (const { origin, read = [] } of batch.records)
      for (const outcome of read)
        if (outcome.status === 'read') for (const { id } of outcome.activities) ids.push(id);
        else others.push(`${origin.from} ${origin.offset}`);
    if (batch.fault !== undefined) faults.push(batch.fault);
    readBytes += batch.readBytes;
  }
  return { ids, others, faults, readBytes };
}

const inOrder = (minutes: readonly number[]) => minutes.map((minute) => `at ${minute}`);

describe('files that overlap in time', () => {
  const lanes = [0, 1, 2, 3, 4].map((lane) => Array.from({ length: 20 }, (_, n) => lane + 5 * n));
  const expected = inOrder(Array.from({ length: 100 }, (_, n) => n));
  const lanesOf = (watched: Watched) => lanes.map((minutes, lane) => watched.file(`lane ${lane}`, minutes.map(record)));

  it('come out in order of event time', async () => {
    const watched = new Watched();
    expect(await merged(lanesOf(watched))).toEqual({ ids: expected, others: [], faults: [], readBytes: 1_000 });
    expect(watched.open).toBe(0);
  });

  it('keep to the bound of open files, and every record still comes once and in order', async () => {
    const watched = new Watched();
    const { ids, readBytes } = await merged(lanesOf(watched), { openFiles: 2, mergeBytes: 1_000_000 });
    expect(ids).toEqual(expected);
    expect(readBytes).toBe(1_000);
    expect(watched.mostOpen).toBeLessThanOrEqual(3);
    expect(watched.reads.length).toBeGreaterThan(5);
  });

  it('a file of hours before the others is read whole before they are', async () => {
    const watched = new Watched();
    const parts = [watched.file('b', [record(100)]), watched.file('a', [record(1), record(2), record(3)])];
    expect((await merged(parts)).ids).toEqual(inOrder([1, 2, 3, 100]));
  });
});

describe('names', () => {
  it('save looking into a folder before its time has come', async () => {
    const watched = new Watched();
    const day = (name: string, minutes: readonly number[], notBefore: number) =>
      folder([watched.file(name, minutes.map(record), Date.parse(at(notBefore)))], Date.parse(at(notBefore)));
    const { ids } = await merged([day('late', [500, 501], 490), day('early', [10, 11], 0)]);
    expect(ids).toEqual(inOrder([10, 11, 500, 501]));
    expect(watched.reads).toEqual(['early', 'late']);
    expect(watched.mostOpen).toBe(1);
  });

  it('are not believed any more once one of them was wrong', async () => {
    const watched = new Watched();
    const exported = (name: string, minutes: readonly number[], named: number) =>
      watched.file(name, minutes.map(record), Date.parse(at(named)));
    // Named after the day of the export, which comes after all that is in it.
    const parts = [exported('may', [500, 510, 520], 1_000), exported('april', [0, 505, 515], 900)];
    expect((await merged(parts)).ids).toEqual(inOrder([0, 500, 505, 510, 515, 520]));
  });
});

describe('what has no time', () => {
  it('goes out at once, keeps its place of origin, and does not decide where its file comes', async () => {
    const watched = new Watched();
    const parts = [watched.file('a', ['{}', record(5), '[]', '{"x":1}', record(7)]), watched.file('b', [record(6)])];
    const { ids, others } = await merged(parts, { openFiles: 1, mergeBytes: 1 });
    expect(ids).toEqual(inOrder([5, 6, 7]));
    expect(others).toEqual(['a 0', 'a 3']);
  });

  it('a fault stands beside what was read before it, and the others go on', async () => {
    const watched = new Watched();
    const fault = new InputError('a', 'ends too early', 'Fetch it again.');
    const missing = new InputError('c', 'no such file or directory', 'Check the path.');
    const parts: InputPart[] = [
      { kind: 'fault', fault: missing },
      watched.file('a', [record(1), record(9)], NEVER, fault),
      watched.file('b', [record(2)]),
    ];
    const { ids, faults } = await merged(parts);
    expect(ids).toEqual(inOrder([1, 2, 9]));
    expect(faults).toEqual([missing, fault]);
  });
});
