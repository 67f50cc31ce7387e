/** The command line in this process: what a command writes, how it ends, and what a fault says. */
import { vi } from 'vitest';
import { createProgram } from '../../../src/commands/program.ts';
import { exitCodeOf, isFault } from '../../../src/fault.ts';
import { noteFault } from '../../../src/terminal/print.ts';

export interface Ended {
  readonly out: string;
  readonly err: string;
  /** Exit code, as the shell would have it. */
  readonly code: number;
}

/** Runs one command as `tidemark` would; a bug is thrown. */
export async function tidemark(...words: readonly string[]): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  process.exitCode = undefined;
  let code: number;
  try {
    const program = await createProgram((error) => {
      throw error;
    });
    await program.parseAsync([...words], { from: 'user' });
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    if (!isFault(error)) throw error;
    noteFault(error);
    code = exitCodeOf(error);
  } finally {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  }
  return { out: out.join(''), err: err.join(''), code };
}
