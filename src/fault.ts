/** An outage or a mistake outside the program, said in one line: what, where, and what to do about it. */
export interface Fault extends Error {
  /** The next step for the person who reads it. */
  readonly remedy: string;
}

/** True for errors that carry their own remedy; anything else is a bug and keeps its stack. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && typeof (error as Partial<Fault>).remedy === 'string';
}

/** What a shell is told: 2 when the command or the configuration is wrong, 1 when something outside failed or input was unreadable. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof Error && (error.name === 'ConfigError' || error.name === 'UsageError') ? 2 : 1;
}
