import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertSchema } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-file-'));
  path = join(dir, 'alerts.ndjson');
});
afterEach(() => rmSync(dir, { recursive: true }));

const soon = () => AbortSignal.timeout(10_000);
const open = (more = {}) => sink.open(sink.options.parse({ path, ...more }), sinkContext());
const delivery = (version: number) => {
  const alert = exampleAlert({ version });
  return deliveryOf(alert, sink.encode(alert, sink.options.parse({ path })));
};
const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);

describe('file', () => {
  it('is for its user alone, and for the group where that is asked for', async () => {
    const mode = (place: string) => statSync(place).mode & 0o777;
    const below = join(dir, 'made', 'alerts.ndjson');
    await (await open({ path: below })).close?.();
    expect([mode(join(dir, 'made')), mode(below)]).toEqual([0o700, 0o600]);
    const shared = join(dir, 'shared', 'alerts.ndjson');
    await (await open({ path: shared, groupReads: true })).close?.();
    expect([mode(join(dir, 'shared')), mode(shared)]).toEqual([0o750, 0o640]);
  });

  it('writes one whole alert a line', async () => {
    const opened = await open();
    await Promise.all([1, 2, 3].map((version) => opened.deliver(delivery(version), soon())));
    await opened.close?.();
    expect(lines().map((line) => alertSchema.parse(JSON.parse(line)).version)).toEqual([1, 2, 3]);
  });

  it('writes nothing twice across restarts', async () => {
    for (let run = 0; run < 3; run++) {
      const opened = await open();
      for (const version of [1, 2])
        expect(await opened.deliver(delivery(version), soon())).toEqual({ status: 'delivered' });
      await opened.close?.();
    }
    expect(lines()).toHaveLength(2);
  });

  it('starts a new line after one that was torn by a crash', async () => {
    writeFileSync(path, `${delivery(1).body}\n{"id":"torn`);
    const opened = await open();
    await opened.deliver(delivery(2), soon());
    await opened.close?.();
    expect(lines()).toEqual([delivery(1).body, '{"id":"torn', delivery(2).body]);
  });

  it('rotates at its bound and keeps no more files than told', async () => {
    const maxBytes = 64 * 1024;
    const opened = await open({ maxBytes, keepFiles: 2 });
    for (let version = 1; version <= 200; version++) await opened.deliver(delivery(version), soon());
    await opened.close?.();
    expect(readdirSync(dir).sort()).toEqual(['alerts.ndjson', 'alerts.ndjson.1', 'alerts.ndjson.2']);
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).size).toBeLessThanOrEqual(maxBytes);
    const kept = ['.2', '.1', ''].flatMap((end) =>
      readFileSync(path + end, 'utf8')
        .trim()
        .split('\n'),
    );
    const versions = kept.map((line) => JSON.parse(line).version);
    expect(versions.at(-1)).toBe(200);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, i) => 201 - versions.length + i));
  });

  it('survives a file of junk', async () => {
    writeFileSync(path, Buffer.from([0, 255, 254, 10, 128, 10]));
    const opened = await open();
    await opened.deliver(delivery(1), soon());
    await opened.close?.();
    expect(readFileSync(path).subarray(0, 6)).toEqual(Buffer.from([0, 255, 254, 10, 128, 10]));
    expect(lines().at(-1)).toBe(delivery(1).body);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and tries again', async () => {
    const full = await sink.open(sink.options.parse({ path: '/dev/full' }), sinkContext());
    expect(await full.deliver(delivery(1), soon())).toEqual({ status: 'retry', reason: 'ENOSPC' });
    await full.close?.();
  });

  it('does not open where no file can be', async () => {
    writeFileSync(path, '');
    await expect(open({ path: join(path, 'below-a-file') })).rejects.toThrow(/^path: E/);
  });
});
