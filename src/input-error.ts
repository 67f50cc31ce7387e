/** Input from outside the program that cannot be used as a whole: which file, which line, and what to do about it. */

/** An unreadable, truncated or foreign file. What was read before it stands. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly file: string;
  /** Line in the file, from 1; absent where the whole file is meant. */
  readonly line: number | undefined;
  readonly remedy: string;

  constructor(file: string, problem: string, remedy: string, line?: number) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${problem}`);
    this.file = file;
    this.line = line;
    this.remedy = remedy;
  }
}
