/** `tidemark token new`: makes a token for the HTTP API, shows it once, and keeps only its hash. */
import { appendFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { SCOPES, type Scope } from '../../schemas/api.ts';
import { newToken } from '../api/tokens.ts';
import { UsageError } from '../fault.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { group } from './settings.ts';

interface TokenFlags {
  readonly scope: Scope;
  readonly name: string;
  readonly tenant: string;
  readonly file?: string;
  readonly json?: boolean;
}

function make({ scope, name, tenant }: TokenFlags) {
  try {
    return newToken({ name, scope, tenant });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, 'See `tidemark token new --help`.');
    throw error;
  }
}

/** The file of tokens, readable by its owner alone when it is made here. */
function append(file: string, line: string): void {
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(
      `cannot write ${file} (${(error as NodeJS.ErrnoException).code})`,
      'Name a file in a directory that is there and yours to write.',
    );
  }
}

export function tokenCommand(): Command {
  const fresh = new Command('new')
    .description('Make a token for the HTTP API. It is shown once; the file holds its hash.')
    .addHelpText(
      'before',
      `Examples:
  $ tidemark token new --scope ingest --name forwarder --file tidemark.tokens
  $ tidemark token new --scope analyst --name ada --tenant acme --json
`,
    )
    .addOption(
      new Option('--scope <scope>', 'what it may do; each but ingest may what those before it may')
        .choices(SCOPES)
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'who uses it: stands in the record of what was done', 'token')
    .option('--tenant <tenant>', 'the tenant it speaks for', 'default')
    .option('--file <file>', 'add its line to this file, the one that http.tokensFile names')
    .option('--json', 'one JSON document on standard output')
    .action((flags: TokenFlags) => {
      const { token, line } = make(flags);
      if (flags.file !== undefined) append(flags.file, line);
      if (flags.json) return printJson({ token, line });
      print(token);
      if (flags.file === undefined) note('Add this line to the file that http.tokensFile names:', line);
      else note(`Its line was added to ${flags.file}. The token is not shown again.`);
    });
  return group(
    'token',
    'Tokens for the HTTP API.',
    ['token new --scope analyst --name ada --file tidemark.tokens'],
    [fresh],
  );
}
