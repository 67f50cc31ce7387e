/** `tidemark token`: makes tokens for the HTTP API, lists those of a file, and takes them out of it. Only their hashes are kept. */
import {
  appendFileSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SCOPES, type Scope } from '../../schemas/api.ts';
import { type ListedToken, listTokens, newToken, withoutTokens } from '../api/tokens.ts';
import { UsageError } from '../fault.ts';
import { note, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { group } from './settings.ts';

interface TokenFlags {
  readonly scope: Scope;
  readonly name: string;
  readonly tenant: string;
  readonly expires?: string;
  readonly file?: string;
  readonly json?: boolean;
}

interface FileFlags {
  readonly file: string;
  readonly json?: boolean;
}

/** Of an id so much has to be said. */
const ID_PREFIX_MIN = 4;

function make({ scope, name, tenant, expires }: TokenFlags) {
  try {
    return newToken({ name, scope, tenant }, expires);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, 'See `tidemark token new --help`.');
    throw error;
  }
}

const cannot = (what: string, file: string, error: unknown) =>
  new UsageError(
    `cannot ${what} ${file} (${(error as NodeJS.ErrnoException).code})`,
    'Name a file in a directory that is there and yours to write.',
  );

/** Adds a line to the file of tokens, readable by its owner alone when it is made here, and ends a last line that an editor left open. */
function append(file: string, line: string): void {
  try {
    const isOpen = existsSync(file) && /[^\n]$/.test(readFileSync(file, 'utf8'));
    appendFileSync(file, `${isOpen ? '\n' : ''}${line}\n`, { mode: 0o600 });
  } catch (error) {
    throw cannot('write', file, error);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw cannot('read', file, error);
  }
}

/** Whole or not at all: half a file would let nobody in. Where a link leads to the file, it is the file that is replaced. */
function replace(link: string, text: string): void {
  const file = realpathSync(link);
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, text, { mode: statSync(file).mode & 0o777, flag: 'wx' });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw cannot('write', file, error);
  }
}

/** A last day, which is not over. */
function lastDay(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new InvalidArgumentError('It takes a UTC day, such as 2027-01-31.');
  if (text < new Date().toISOString().slice(0, 10)) throw new InvalidArgumentError('That day is over.');
  return text;
}

const described = (name: string, description: string, examples: readonly string[]) =>
  new Command(name)
    .description(description)
    .addHelpText('before', `Examples:\n${examples.map((example) => `  $ tidemark token ${example}\n`).join('')}`)
    .option('--json', 'one JSON document on standard output');

const ofFile = (command: Command) => command.requiredOption('--file <file>', 'the file that http.tokensFile names');

/** Those that words name: by name, else by the beginning of the id. */
function named(tokens: readonly ListedToken[], words: readonly string[]): ListedToken[] {
  return words.map((word) => {
    const byName = tokens.filter(({ name }) => name === word);
    const byId = tokens.filter(({ id }) => word.length >= ID_PREFIX_MIN && id.startsWith(word));
    const [one, ...others] = byName.length > 0 ? byName : byId;
    if (one === undefined)
      throw new UsageError(`there is no token ${word}`, 'See `tidemark token list --file FILE`. Nothing was changed.');
    if (others.length > 0)
      throw new UsageError(
        `${others.length + 1} tokens are named ${word}: ${[one, ...others].map(({ id }) => id).join(', ')}`,
        'Say which by its id. Nothing was changed.',
      );
    return one;
  });
}

export function tokenCommand(): Command {
  const fresh = described('new', 'Make a token for the HTTP API. It is shown once; the file holds its hash.', [
    'new --scope ingest --name forwarder --file tidemark.tokens',
    'new --scope analyst --name ada --tenant acme --expires 2027-01-31 --json',
  ])
    .addOption(
      new Option('--scope <scope>', 'what it may do; each but ingest may what those before it may')
        .choices(SCOPES)
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'who uses it: stands in the record of what was done', 'token')
    .option('--tenant <tenant>', 'the tenant it speaks for', 'default')
    .option('--expires <day>', 'last UTC day it counts (default: until it is revoked)', lastDay)
    .option('--file <file>', 'add its line to this file, the one that http.tokensFile names')
    .action((flags: TokenFlags) => {
      const { token, line } = make(flags);
      if (flags.file !== undefined) append(flags.file, line);
      if (flags.json) return printJson({ token, line });
      print(token);
      if (flags.file === undefined) note('Add this line to the file that http.tokensFile names:', line);
      else note(`Its line was added to ${flags.file}. The token is not shown again.`);
    });
  const list = ofFile(
    described('list', 'List the tokens of a file: who may do what, for which tenant, until when.', [
      'list --file tidemark.tokens',
    ]),
  ).action(({ file, json }: FileFlags) => {
    const tokens = listTokens(file, textOf(file), Date.now());
    if (json) return printJson({ tokens });
    if (tokens.length === 0) return note(`${file} holds no token: \`tidemark token new\` makes one.`);
    print(
      ...table([
        ['id', 'name', 'scope', 'tenant', 'last day'],
        ...tokens.map(({ id, name, scope, tenant, expires, expired }) => [
          id,
          name,
          scope,
          tenant,
          expires === undefined ? 'none' : `${expires}${expired ? ', over' : ''}`,
        ]),
      ]),
    );
    note('To end one: tidemark token revoke ID --file FILE');
  });
  const revoke = ofFile(
    described('revoke', 'Take tokens out of a file. Whoever has them is shut out within a second.', [
      'revoke ada --file tidemark.tokens',
      'revoke 9f86d081884c 3c2a7b90 --file tidemark.tokens',
    ]),
  )
    .argument('<tokens...>', 'names, or ids as `tidemark token list` shows them')
    .action((words: string[], { file, json }: FileFlags) => {
      const text = textOf(file);
      const gone = named(listTokens(file, text, Date.now()), words);
      replace(file, withoutTokens(file, text, new Set(gone.map(({ id }) => id))));
      if (json) return printJson({ revoked: gone });
      print(...gone.map(({ id, name, scope, tenant }) => `revoked ${id}: ${name}, ${scope} of ${tenant}`));
    });
  return group(
    'token',
    'Tokens for the HTTP API.',
    ['token new --scope analyst --name ada --file tidemark.tokens', 'token list --file tidemark.tokens'],
    [fresh, list, revoke],
  );
}
