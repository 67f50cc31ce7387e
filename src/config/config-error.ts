/** Everything that is wrong with the configuration, told at once: where, which key, what, and what to do about it. */

export interface ConfigProblem {
  /** `file:line:column`, `env NAME`, `command line`, or the path of a file that could not be read. */
  readonly at: string;
  /** Dotted key, such as `kafka.groupId`; empty where the trouble is not with one key. */
  readonly key: string;
  readonly wrong: string;
  readonly remedy: string;
}

/** Problems shown at the most; a file of binary junk has thousands. */
const SHOWN = 20;

const line = ({ at, key, wrong, remedy }: ConfigProblem) => `${at}${key === '' ? '' : ` ${key}`}: ${wrong}; ${remedy}`;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];
  /** The message, a problem a line. */
  readonly lines: readonly string[];
  readonly remedy: string;

  /** `page` is where the keys of the file are described. */
  constructor(problems: readonly ConfigProblem[], page = 'docs/reference/config.md') {
    const rest = problems.length - SHOWN;
    const lines = [...problems.slice(0, SHOWN).map(line), ...(rest > 0 ? [`and ${rest} more`] : [])];
    super(lines.join('\n'));
    this.problems = problems;
    this.lines = lines;
    this.remedy = `Every key is described in ${page}; \`tidemark check\` looks again.`;
  }
}
