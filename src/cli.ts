#!/usr/bin/env node
/** The command line: parses, dispatches, and turns every fault into one line with its remedy and an exit code. */
import { createProgram } from './commands/program.ts';
import { exitCodeOf, isFault } from './fault.ts';

/** Exit code for errors that commander finds: the command itself is wrong. */
const USAGE = 2;

/** A reader that closes the pipe early (`| head`) is no fault of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await createProgram((error) => process.exit(error.exitCode === 0 ? 0 : USAGE)).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (isFault(error)) {
    process.stderr.write(`tidemark: ${error.message}\n${error.remedy === '' ? '' : `  ${error.remedy}\n`}`);
  } else {
    process.stderr.write(`tidemark: unexpected: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
}
