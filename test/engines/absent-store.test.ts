/** No command that reads or decides makes a store: where none is, each says so, and leaves nothing behind. */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/commands/program.ts';
import { embeddedMissing } from './console-rig.ts';
import { tidemark } from './harness/commands.ts';

const CONFIG = 'tidemark.yaml';
const WHY = ['--because', 'x'];
/** Every command that needs a store that is there, with what it cannot do without. */
const NEEDING: Readonly<Record<string, readonly string[]>> = {
  alerts: [],
  explain: ['aaaaaaaa'],
  identities: [],
  identity: ['ci'],
  tenants: [],
  classes: [],
  'dead-letters list': [],
  'dead-letters replay': [],
  'deliveries list': [],
  'deliveries replay': ['id'],
  acknowledge: ['aaaaaaaa'],
  comment: ['aaaaaaaa', 'seen'],
  verdict: ['aaaaaaaa', '--true', ...WHY],
  unlearn: ['ci', '--since', '2026-03-01T00:00:00Z', ...WHY],
  'suppressions list': [],
  'suppressions add': ['--owner', 'net', '--until', '2099-01-01', '--identity', 'ci', ...WHY],
  'suppressions lift': ['id'],
  'suspensions list': [],
  'suspensions preview': ['sus_1'],
  'suspensions request': ['--alert', 'aaaaaaaa', '--why', 'x'],
  'suspensions approve': ['sus_1', '--why', 'x'],
  'suspensions reject': ['sus_1', '--why', 'x'],
  'suspensions lift': ['sus_1', '--why', 'x'],
  'suspensions dispatch': [],
  'audit list': [],
  console: [],
  report: ['--out', 'report.html'],
  sources: [],
  'audit verify': [],
  'audit privacy': [],
  erase: ['--tenant', 'acme'],
  repartition: ['--to', 'activity-2', '--partitions', '24'],
  person: ['ada@example.com', '--tenant', 'acme', ...WHY],
  backtest: ['--since', '2026-03-01', '--false-per-day', '5'],
};
/** Those that make one, or say of one that is not there what would be made. */
const MAKING = ['demo', 'replay', 'learn', 'run', 'check', 'migrate', 'doctor'];

function* leaves(command: Command, path: readonly string[] = []): Generator<[string, Command]> {
  for (const member of command.commands)
    if (member.commands.length > 0) yield* leaves(member, [...path, member.name()]);
    else yield [[...path, member.name()].join(' '), member];
}

describe.skipIf((await embeddedMissing()) !== undefined)('a store that is not there', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-absent-'));
    writeFileSync(
      join(directory, CONFIG),
      'kafka: { brokers: ["127.0.0.1:9"], inputs: [{ topic: logs, format: auto }] }\n',
    );
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('every command with a store is listed here', async () => {
    const withStore = [...leaves(await createProgram(() => {}))].filter(([, { options }]) =>
      options.some(({ long }) => long === '--store'),
    );
    expect(withStore.map(([path]) => path).sort()).toEqual([...Object.keys(NEEDING), ...MAKING].sort());
  });

  test.each(Object.entries(NEEDING))('%s says so in one line with a remedy, and makes none', async (path, more) => {
    for (const place of ['none', 'none/below']) {
      const store = join(directory, place);
      for (const json of [[], ['--json']]) {
        const { out, err, code } = await tidemark(
          ...path.split(' '),
          ...more,
          ...json,
          '--config',
          join(directory, CONFIG),
          '--store',
          store,
        );
        expect({ out, code }).toEqual({ out: '', code: 2 });
        const [said, remedy, ...rest] = err.trimEnd().split('\n');
        expect(said).toBe(`tidemark: there is no store in ${store}`);
        expect(remedy).toMatch(/^ {2}Name one with --store/);
        expect(rest).toEqual([]);
      }
    }
    expect(readdirSync(directory)).toEqual([CONFIG]);
    expect(existsSync('.tidemark/store')).toBe(false);
  });
});
