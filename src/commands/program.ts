/** Every command there is, with what they have in common: help, suggestions, and the way out when something was mistyped. */
import { Command, type CommanderError } from 'commander';
import { visible } from '../render/visible.ts';
import { version } from '../version.ts';

/**
 * Every command under its name, in the order of the help. Only the one that is asked for is loaded: most need a small part of all there is,
 * and a person waits for it.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  inspect: async () => (await import('./inspect.ts')).inspectCommand(),
  console: async () => (await import('./console.ts')).consoleCommand(),
  replay: async () => (await import('./replay.ts')).replayCommand(),
  learn: async () => (await import('./learn.ts')).learnCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  alerts: async () => (await import('./alerts.ts')).alertsCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  identities: async () => (await import('./identities.ts')).identitiesCommand(),
  identity: async () => (await import('./identity.ts')).identityCommand(),
  tenants: async () => (await import('./tenants.ts')).tenantsCommand(),
  classes: async () => (await import('./classes.ts')).classesCommand(),
  sources: async () => (await import('./sources.ts')).sourcesCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  repartition: async () => (await import('./repartition.ts')).repartitionCommand(),
  'dead-letters': async () => (await import('./dead-letters.ts')).deadLettersCommand(),
  deliveries: async () => (await import('./deliveries.ts')).deliveriesCommand(),
  sinks: async () => (await import('./sinks.ts')).sinksCommand(),
  acknowledge: async () => (await import('./triage-notes.ts')).acknowledgeCommand(),
  comment: async () => (await import('./triage-notes.ts')).commentCommand(),
  verdict: async () => (await import('./verdict.ts')).verdictCommand(),
  unlearn: async () => (await import('./unlearn.ts')).unlearnCommand(),
  suppressions: async () => (await import('./suppressions.ts')).suppressionsCommand(),
  suspensions: async () => (await import('./suspensions.ts')).suspensionsCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  erase: async () => (await import('./erase.ts')).eraseCommand(),
  person: async () => (await import('./erase.ts')).personCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
  receive: async () => (await import('./receive.ts')).receiveCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  backtest: async () => (await import('./backtest.ts')).backtestCommand(),
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand(),
};

/**
 * Builds the command line for these arguments: with the one command they name, or with all of them for help and for a suggestion.
 * `onExit` is called where commander would end the process: with 0 after help and version.
 */
export async function createProgram(
  onExit: (error: CommanderError) => void,
  args: readonly string[] = [],
): Promise<Command> {
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

  const named = args.find((argument) => !argument.startsWith('-'));
  const asked = named !== undefined && Object.hasOwn(COMMANDS, named) ? COMMANDS[named] : undefined;
  for (const load of asked === undefined ? Object.values(COMMANDS) : [asked])
    program.addCommand(inherit(await load(), program));
  return program;
}

/** Commander hands settings down only to what it makes itself. */
function inherit(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const member of command.commands) inherit(member, command);
  return command;
}
