/** An outage or a mistake outside the program, said in one line: what, where, and what to do about it. */
export interface Fault extends Error {
  /** The next step for the person who reads it. */
  readonly remedy: string;
  /** The message in its lines, where it has several. */
  readonly lines?: readonly string[];
}

/** True for errors that carry their own remedy; anything else is a bug and keeps its stack. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && typeof (error as Partial<Fault>).remedy === 'string';
}

/** What a shell is told: 2 when the command or the configuration is wrong, 1 when something outside failed or input was unreadable. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof Error && (error.name === 'ConfigError' || error.name === 'UsageError') ? 2 : 1;
}

/** An unreadable, truncated or foreign file. What was read before it stands. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly file: string;
  /** Line in the file, from 1; absent where the whole file is meant. */
  readonly line: number | undefined;
  readonly problem: string;
  readonly remedy: string;

  constructor(file: string, problem: string, remedy: string, line?: number) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${problem}`);
    this.file = file;
    this.line = line;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** Something the user typed cannot work. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
