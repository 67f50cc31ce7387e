/** Every command there is, with what they have in common: help, suggestions, and the way out when something was mistyped. */
import { Command, type CommanderError } from 'commander';
import { visible } from '../render/visible.ts';
import { version } from '../version.ts';
import { alertsCommand } from './alerts.ts';
import { auditCommand } from './audit.ts';
import { backtestCommand } from './backtest.ts';
import { checkCommand } from './check.ts';
import { classesCommand } from './classes.ts';
import { configCommand } from './config.ts';
import { consoleCommand } from './console.ts';
import { deadLettersCommand } from './dead-letters.ts';
import { deliveriesCommand } from './deliveries.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { eraseCommand, personCommand } from './erase.ts';
import { evaluateCommand } from './evaluate.ts';
import { explainCommand } from './explain.ts';
import { identitiesCommand } from './identities.ts';
import { identityCommand } from './identity.ts';
import { inspectCommand } from './inspect.ts';
import { learnCommand } from './learn.ts';
import { migrateCommand } from './migrate.ts';
import { receiveCommand } from './receive.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { sinksCommand } from './sinks.ts';
import { sourcesCommand } from './sources.ts';
import { suppressionsCommand } from './suppressions.ts';
import { suspensionsCommand } from './suspensions.ts';
import { tenantsCommand } from './tenants.ts';
import { tokenCommand } from './token.ts';
import { acknowledgeCommand, commentCommand } from './triage-notes.ts';
import { unlearnCommand } from './unlearn.ts';
import { verdictCommand } from './verdict.ts';

/** Builds the command line. `onExit` is called where commander would end the process: with 0 after help and version. */
export function createProgram(onExit: (error: CommanderError) => void): Command {
  const program = new Command('tidemark')
    .description('Behavioural drift detection for machine identities and AI agents.')
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('Run with --help for examples.')
    .exitOverride(onExit)
    .configureOutput({ outputError: (text, write) => write(text.split('\n').map(visible).join('\n')) })
    .addHelpText(
      'before',
      `Examples:
  $ tidemark demo                                        a fleet, five weeks, a handful of attacks
  $ tidemark replay cloudtrail/ --alerts alerts.ndjson   judge history
  $ tidemark learn cloudtrail/ --config tidemark.yaml    history becomes habits
  $ tidemark run --config tidemark.yaml                  watch Kafka topics
`,
    );

  for (const command of [
    demoCommand(),
    inspectCommand(),
    consoleCommand(),
    replayCommand(),
    learnCommand(),
    reportCommand(),
    runCommand(),
    alertsCommand(),
    explainCommand(),
    identitiesCommand(),
    identityCommand(),
    tenantsCommand(),
    classesCommand(),
    sourcesCommand(),
    checkCommand(),
    doctorCommand(),
    migrateCommand(),
    deadLettersCommand(),
    deliveriesCommand(),
    sinksCommand(),
    acknowledgeCommand(),
    commentCommand(),
    verdictCommand(),
    unlearnCommand(),
    suppressionsCommand(),
    suspensionsCommand(),
    auditCommand(),
    eraseCommand(),
    personCommand(),
    tokenCommand(),
    receiveCommand(),
    configCommand(),
    backtestCommand(),
    evaluateCommand(),
  ])
    program.addCommand(inherit(command, program));
  return program;
}

/** Commander hands settings down only to what it makes itself. */
function inherit(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const member of command.commands) inherit(member, command);
  return command;
}
