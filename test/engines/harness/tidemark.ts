/** Tidemark as an operator would run it: a process of its own, a configuration file, signals. */

import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { built } from '../../built.ts';

const CLI = await built('src/cli.ts');

export interface TidemarkProcess {
  /** Log lines so far, parsed where they are JSON. */
  readonly log: Record<string, unknown>[];
  readonly output: () => string;
  /** Resolves as soon as this was said, for who must not come too late; rejects where the process ends without it. */
  says(what: string): Promise<void>;
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export interface Installation {
  readonly directory: string;
  readonly configFile: string;
  start(...args: string[]): TidemarkProcess;
  remove(): Promise<void>;
}

/**
 * Writes the configuration and the secrets it names; `secrets` maps file names to contents. Stories are weeks old, so their times are believed.
 * `preload`: a module that each process loads first.
 */
export async function install(
  config: object,
  secrets: Readonly<Record<string, string>> = {},
  preload?: URL,
): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-run-'));
  for (const [name, secret] of Object.entries(secrets))
    await writeFile(join(directory, name), `${secret}\n`, { mode: 0o600 });
  const configFile = join(directory, 'tidemark.yaml');
  const { ingest } = config as { ingest?: object };
  await writeFile(configFile, stringify({ ...config, ingest: { history: true, ...ingest } }));
  return {
    directory,
    configFile,
    start: (...args) =>
      start(
        [...(preload === undefined ? [] : ['--import', preload.href]), CLI, ...args, '--config', configFile],
        directory,
      ),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function start(args: readonly string[], cwd: string): TidemarkProcess {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const log: Record<string, unknown>[] = [];
  let text = '';
  let rest = '';
  const heard = new EventEmitter();
  const take = (chunk: Buffer) => {
    text += chunk;
    heard.emit('more');
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines)
      try {
        log.push(JSON.parse(line));
      } catch {
        // A line for people.
      }
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'gone')),
  );
  return {
    log,
    output: () => text,
    says: (what) =>
      new Promise((resolve, reject) => {
        const look = () => text.includes(what) && resolve();
        heard.on('more', look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying ${what}:\n${text}`)));
      }),
    signal: (name) => void child.kill(name),
    ended,
  };
}
