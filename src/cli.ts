#!/usr/bin/env node
/** The command line: parses, dispatches, and turns every fault into one line with its remedy and an exit code. */
import { setFlagsFromString } from 'node:v8';
import { createProgram } from './commands/program.ts';
import { exitCodeOf, isFault } from './fault.ts';
import { noteFault, noteUnexpected } from './terminal/print.ts';

// Functions are compiled to fast code after three times as many steps as V8 has it. By then more is known of the values they meet, so that
// fewer are compiled in vain; of a replay of a minute that saves one second of processor time in fifteen. It changes nothing but speed.
setFlagsFromString('--interrupt-budget=400000');

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
