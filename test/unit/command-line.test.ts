/** The command line as a stranger meets it: help with examples that parse, typos corrected, exit codes, nothing coloured. */
import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/commands/program.ts';
import { built } from '../built.ts';

const CLI = await built('src/cli.ts');

function tidemark(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent', NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

/** What commander prints and how it ends, in this process. */
async function parsed(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  let code: number | undefined;
  const program = await createProgram((error) => {
    code = error.exitCode;
    throw error;
  });
  for (const command of everyCommand(program))
    command.configureOutput({ writeOut: (text) => void out.push(text), writeErr: (text) => void err.push(text) });
  await program.parseAsync(args, { from: 'user' }).catch(() => undefined);
  return { code, out: out.join(''), err: err.join('') };
}

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
const pathOf = (command: Command): string[] => (command.parent ? [...pathOf(command.parent), command.name()] : []);
const paths = everyCommand(await createProgram(() => undefined))
  .map(pathOf)
  .filter((path) => path.length > 0);

test.each(paths.filter(({ length }) => length === 1))('%s is loaded alone when it is asked for', async (name) => {
  const { commands } = await createProgram(() => undefined, [name!, '--json']);
  expect(commands.map((command) => command.name())).toEqual([name]);
});

test('there are the commands that an analyst, a responder and an operator need', () => {
  const names = paths.map((path) => path.join(' '));
  const needed = ['alerts', 'explain', 'acknowledge', 'comment', 'verdict', 'suppressions add', 'deliveries replay'];
  expect(names).toEqual(
    expect.arrayContaining([...needed, 'suspensions approve', 'audit verify', 'config show', 'run']),
  );
});

test.each(paths.map((path) => [path.join(' '), path] as const))(
  'help of %s begins with examples of it, whose flags it has',
  async (name, path) => {
    const { code, out } = await parsed(...path, '--help');
    expect(code).toBe(0);
    const examples = [...out.split('Usage:')[0]!.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line]) => line!);
    expect(out.startsWith('Examples:\n')).toBe(true);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(example).toContain(`tidemark ${path[0]}`);
    if (/^Commands:$/m.test(out)) return;
    for (const [, flag] of examples.join('\n').matchAll(/ (--[a-z-]+)/g)) expect(out, name).toContain(flag);
    expect(out).not.toContain('\u001b[');
  },
);

test.each([
  [['alrets'], 'alerts'],
  [['alerts', '--statsu', 'new'], '--status'],
  [['suspensions', 'aprove', 'sus_1'], 'approve'],
  [['suppressions', 'lst'], 'list'],
  [['deliveries', 'list', '--stauts', 'refused'], '--status'],
])('%j is corrected, on standard error', async (args, meant) => {
  const { code, out, err } = await parsed(...args);
  expect(code).not.toBe(0);
  expect(out).toBe('');
  expect(err).toContain(`Did you mean ${meant}?`);
});

test('what was typed wrong ends with 2 and a remedy; what is not there to be read with 1', () => {
  const wrong = tidemark('verdict', 'a1b2c3d4', '--benign', '--because', 'x', '--until', '2026-12-01');
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
  expect(wrong.stderr).toMatch(/a benign verdict needs a scope\n {2}Say --scope/);
  expect(tidemark('alerts', '--since', 'yesterday').status).toBe(2);
  expect(tidemark('replay', '/nonexistent/file.ndjson').status).toBe(1);
});

test.each([
  [['erase', '--tenant', 'acme', '--identity', '', '--because', 'x', '--yes'], 'the id of the identity is empty'],
  [['person', 'ada@example.com', '--tenant', 'acme', '--because', ' '], '--because is missing'],
])('%j, as a script with an empty variable would say it, does nothing', async (args, says) => {
  const program = await createProgram(() => undefined);
  await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow(says);
});

test('data is on standard output as one JSON document, and nothing is coloured', () => {
  const { status, stdout } = tidemark('config', 'show', '--effective', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ key: 'http.port', value: 8088, origin: 'default' }),
  );
});
