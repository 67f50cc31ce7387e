#!/usr/bin/env node
/** The command line: parses, dispatches, and turns every fault into one line with its remedy and an exit code. */
import { Command } from 'commander';
import { alertsCommand } from './commands/alerts.ts';
import { auditCommand } from './commands/audit.ts';
import { checkCommand } from './commands/check.ts';
import { configCommand } from './commands/config.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { deliveriesCommand } from './commands/deliveries.ts';
import { demoCommand } from './commands/demo.ts';
import { evaluateCommand } from './commands/evaluate.ts';

import { explainCommand } from './commands/explain.ts';
import { identityCommand } from './commands/identity.ts';
import { migrateCommand } from './commands/migrate.ts';
import { replayCommand } from './commands/replay.ts';
import { runCommand } from './commands/run.ts';
import { suspensionsCommand } from './commands/suspensions.ts';
import { tokenCommand } from './commands/token.ts';
import { unlearnCommand } from './commands/unlearn.ts';
import { verdictCommand } from './commands/verdict.ts';
import { isFault } from './fault.ts';
import { version } from './version.ts';

/** Exit codes: 0 done; 1 something outside failed or input was unreadable; 2 the command or the configuration is wrong. */
const EXIT = { failed: 1, usage: 2 } as const;

const program = new Command('tidemark')
  .description('Behavioural drift detection for machine identities and AI agents.')
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError('Run with --help for examples.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.usage))
  .addHelpText(
    'before',
    `Examples:
  $ tidemark demo                                        a fleet, five weeks, a handful of attacks
  $ tidemark replay cloudtrail/ --alerts alerts.ndjson   judge history
  $ tidemark run --config tidemark.yaml                  watch Kafka topics
`,
  );

for (const command of [
  demoCommand(),
  replayCommand(),
  runCommand(),
  alertsCommand(),

  explainCommand(),
  identityCommand(),
  checkCommand(),
  migrateCommand(),
  deadLettersCommand(),
  deliveriesCommand(),
  verdictCommand(),
  unlearnCommand(),
  suspensionsCommand(),
  auditCommand(),
  tokenCommand(),
  configCommand(),
  evaluateCommand(),
])
  program.addCommand(command.copyInheritedSettings(program));

/** A reader that closes the pipe early (`| head`) is no fault of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT.failed));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = EXIT.failed;
  if (isFault(error)) {
    process.stderr.write(`tidemark: ${error.message}\n${error.remedy === '' ? '' : `  ${error.remedy}\n`}`);
    if (error.name === 'ConfigError') process.exitCode = EXIT.usage;
  } else {
    process.stderr.write(`tidemark: unexpected: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
}
