/** The whole process must be measured, whichever thread works in it, and two builds that raise other alerts must be told apart. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { commandLineOf, compareWhole, comparisonText, KEPT } from './whole.ts';

const directory = mkdtempSync(join(tmpdir(), 'whole-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A checkout whose command line works for so long in a thread of its own, and writes these alerts. */
function checkout(name: string, ms: number, alerts: string): string {
  mkdirSync(join(directory, name, 'dist/src'), { recursive: true });
  writeFileSync(join(directory, name, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(
    join(directory, name, 'dist/src/cli.js'),
    `const { Worker } = require('node:worker_threads');
     const at = process.argv.indexOf('--alerts');
     require('node:fs').writeFileSync(process.argv[at + 1], ${JSON.stringify(alerts)});
     new Worker('const end = process.cpuUsage().user + ${ms * 1_000}; while (process.cpuUsage().user < end);', { eval: true });`,
  );
  return join(directory, name);
}

const set = join(directory, 'set');
const replayed = { directory: set, kept: KEPT };
mkdirSync(set);
writeFileSync(join(set, 'events.ndjson'), '');
writeFileSync(join(set, 'truth.json'), '{"learnUntil":"2026-03-01T00:00:00Z"}');

it('compares processor time of all threads, with the chance of such a difference', async () => {
  const [fast, slow] = [checkout('fast', 50, 'a'), checkout('slow', 300, 'a')];
  const told: string[] = [];
  const found = await compareWhole({ ours: fast, theirs: slow }, replayed, 5, (text) => told.push(text));
  expect(told).toHaveLength(20);
  expect(found.map(({ work, isSame }) => [work, isSame])).toEqual([
    ['replay, store none', true],
    ['replay, store embedded', true],
  ]);
  for (const { cpu } of found) {
    expect(cpu.ratio).toBeGreaterThan(1.5);
    expect(cpu.chance).toBeLessThan(0.05);
  }
  expect(comparisonText(found, 5)).toContain('byte-identical');
});

it('says that two builds do not do the same work, and which build is missing', async () => {
  const found = await compareWhole(
    { ours: checkout('one', 1, 'a'), theirs: checkout('two', 1, 'b') },
    { directory: set, kept: ['none'] },
    1,
    () => undefined,
  );
  expect(comparisonText(found, 1)).toContain('DIFFER');
  expect(() => commandLineOf(join(directory, 'nowhere'))).toThrow(/build that checkout first/);
});
