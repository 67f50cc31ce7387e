/** Real servers out of Debian's packages, unpacked into a folder of their own: nothing is installed, and no root is needed. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Longer takes only a mirror that does not answer. */
const FETCH_MS = 120_000;
const OUTPUT_MAX = 64 * 1024;

/** Programs and files of the packages that were unpacked. */
export interface Unpacked {
  /** Path of a file of a package: `path('usr/sbin/rsyslogd')`. */
  path(file: string): string;
  /** Environment in which its programs find their libraries. */
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

/** Fetches packages, with what they need that is not installed, and unpacks them. A text says why they cannot be had here. */
export async function unpackDebian(
  packages: readonly string[],
  libraries: readonly string[] = [],
): Promise<Unpacked | string> {
  const root = mkdtempSync(join(tmpdir(), 'tidemark-debian-'));
  const archives = join(root, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    const own = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${archives}/`, '--download-only', '-y', '-qq'];
    await run('apt-get', ['install', '--no-install-recommends', '--reinstall', ...own, ...packages], {
      timeout: FETCH_MS,
    });
    for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb')))
      await run('dpkg', ['-x', join(archives, file), root], { timeout: FETCH_MS });
    const path = (file: string) => join(root, file);
    const places = ['usr/lib', 'lib'].flatMap((folder) => multiarchOf(path(folder)));
    const folders = [...places, ...libraries.map(path)];
    return { path, env: { PATH: process.env.PATH, LD_LIBRARY_PATH: folders.join(':') }, remove };
  } catch (error) {
    remove();
    const { stderr, message } = error as { stderr?: string; message: string };
    return `no ${packages.join(', ')} from apt-get: ${(stderr || message).trim().split('\n').at(-1)}`;
  }
}

/** Folders named after the machine, as `usr/lib/x86_64-linux-gnu`. */
const multiarchOf = (folder: string) =>
  statSync(folder, { throwIfNoEntry: false }) === undefined
    ? []
    : readdirSync(folder)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(folder, name));

export interface Program {
  /** What it wrote so far, both ways. */
  readonly output: () => string;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a program that is to run until it is stopped. */
export function startProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const take = (chunk: Buffer) => {
    text = (text + chunk).slice(-OUTPUT_MAX);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('error', (error) => take(Buffer.from(error.message)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output: () => text,
    async stop() {
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(last);
    },
  };
}

/** Tells on standard error why tests are skipped; hands the reason back. */
export function skipped(reason: string | undefined): string | undefined {
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}
