/** Whoever reads - the thread that judges or another one - what is judged, counted, kept and told must be the same. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { type HistoryTask, openFileReader, readTask } from '../../src/commands/file-reader.ts';
import type { readInThread } from '../../src/commands/reading-thread.ts';
import type { Format } from '../../src/ingest/format.ts';
import type { HistoryBatch } from '../../src/ingest/history-batches.ts';
import { built } from '../built.ts';

const directory = mkdtempSync(join(tmpdir(), 'reading-thread-'));
afterAll(() => rmSync(directory, { recursive: true }));

const config = configSchema.parse({});
const at = (second: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + second * 1_000).toISOString();
const act = (n: number) =>
  JSON.stringify({
    id: `act-${n}`,
    at: at(n * 60),
    tenant: 'acme',
    identity: { id: `svc-${n % 11}`, kind: 'service-account', provider: 'shop' },
    action: { name: n % 397 === 0 ? 'orders.purge' : 'orders.read', service: 'orders', access: 'read' },
    resource: { id: `order-${n % 50}` },
    source: { ip: `10.0.0.${n % 20}` },
    outcome: n % 9 === 0 ? 'denied' : 'success',
  });
/** Two spans of one trace, the one that says who acted in another file than the one that acts. */
const samples = readFileSync(new URL('../samples/otel-genai.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n');

const files = ['a.ndjson', 'b.ndjson.gz', 'cut.ndjson.gz', 'spans.ndjson'].map((name) => join(directory, name));
beforeAll(() => {
  const lines = Array.from({ length: 6_000 }, (_, n) => act(n));
  const odd = [...lines.filter((_, n) => n % 2 === 1), '{"who":"knows"}', 'no JSON', '{"who":"knows"}'];
  writeFileSync(files[0]!, `${lines.filter((_, n) => n % 2 === 0).join('\n')}\n`);
  writeFileSync(files[1]!, gzipSync(`${odd.join('\n')}\n`));
  writeFileSync(files[2]!, gzipSync(`${lines.slice(0, 40).join('\n')}\n`).subarray(0, 200));
  writeFileSync(files[3]!, `${samples.join('\n')}\n`);
});

/** All that batches come to, however they are cut. */
async function all(batches: AsyncIterable<HistoryBatch>) {
  const activities: Activity[] = [];
  const counted: Record<string, number> = {};
  const rest = { read: 0, unjoined: 0, late: 0, readBytes: 0, letters: [] as object[], faults: [] as string[] };
  let tenant: string | undefined;
  for await (const batch of batches) {
    activities.push(...batch.activities);
    for (const { format, reason, times } of [...batch.skipped, ...batch.dead])
      counted[`${format}: ${reason}`] = (counted[`${format}: ${reason}`] ?? 0) + times;
    rest.read += batch.read;
    rest.unjoined += batch.unjoined;
    rest.late = batch.late;
    rest.readBytes += batch.readBytes;
    for (const { at: _, bytes, ...letter } of batch.letters)
      rest.letters.push({ ...letter, text: Buffer.from(bytes).toString() });
    rest.faults.push(...batch.faults.map(({ message, remedy }) => `${message} ${remedy}`));
    tenant ??= batch.tenant;
  }
  return { activities, counted, tenant, ...rest };
}

const task: HistoryTask = {
  files,
  topics: [],
  config: { ...config, ingest: { ...config.ingest, reorderRows: 500 } },
  format: 'auto',
  keepsDead: true,
};
const here = async (one: HistoryTask) => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  return all(readTask(one, openFileReader(one.config, { formats }, one.format)));
};

describe('history read in a thread of its own', () => {
  let read: typeof readInThread;
  beforeAll(async () => {
    read = (await import(await built('src/commands/reading-thread.ts'))).readInThread;
  });

  it.each([1, 32])(
    'is what the judging thread reads, dead records, faults and counts too: %i batches ahead',
    async (ahead) => {
      const expected = await here(task);
      expect(expected.activities.length).toBeGreaterThan(6_000);
      expect(expected.letters.length).toBe(3);
      expect(expected.faults.length).toBe(1);
      expect(await all(read({ ...task, ahead }))).toEqual(expected);
    },
  );

  it('an error of the thread is thrown where it is read from', async () => {
    await expect(all(read({ ...task, format: 'no-such-format', ahead: 2 }))).rejects.toThrow(
      'no format "no-such-format"',
    );
  });

  it('who stops early leaves no thread behind', async () => {
    const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = ports();
    for await (const batch of read({ ...task, ahead: 2 })) {
      expect(batch.read).toBeGreaterThanOrEqual(0);
      break;
    }
    expect(ports()).toBe(before);
  });
});

it('the command judges alike with and without a thread, in any batches, from files and from standard input', async () => {
  const cli = await built('src/cli.ts');
  const run = async (inputs: readonly string[], stdin: string, ...flags: string[]) => {
    const alerts = join(directory, 'alerts.ndjson');
    const running = promisify(execFile)(
      process.execPath,
      [cli, 'replay', ...inputs, '--store', 'none', '--json', '--false-per-day', '100', '--alerts', alerts, ...flags],
      { cwd: directory },
    );
    running.child.stdin!.end(stdin);
    const { eventsPerSecond: _, ...summary } = JSON.parse((await running).stdout) as Record<string, unknown>;
    return { summary, alerts: readFileSync(alerts, 'utf8') };
  };
  const [first, second] = [files[0]!, files[1]!];
  const alone = await run([first, second], '', '--threads', '0', '--batch-rows', '7');
  expect(alone.summary).toMatchObject({ activities: 6_000, records: 6_003 });
  const text = readFileSync(first, 'utf8') + gunzipSync(readFileSync(second)).toString();
  expect(await run(['-'], text, '--threads', '1')).toEqual(alone);
});
