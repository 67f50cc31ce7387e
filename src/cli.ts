#!/usr/bin/env node
/** The command line: parses, dispatches, and turns every fault into one line with its remedy and an exit code. */
import { createProgram } from './commands/program.ts';
import { exitCodeOf, isFault } from './fault.ts';
import { noteFault, noteUnexpected } from './terminal/print.ts';

// What this process makes is for its user alone, the files of the embedded engine included.
process.umask(0o077);

/** Exit code for errors that commander finds: the command itself is wrong. */
const USAGE = 2;

/** A reader that closes the pipe early (`| head`) is no fault of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  const program = await createProgram((error) => process.exit(error.exitCode === 0 ? 0 : USAGE), process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (isFault(error)) noteFault(error);
  else noteUnexpected(error);
}
