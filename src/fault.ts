/** An outage or a mistake outside the program, said in one line: what, where, and what to do about it. */
export interface Fault extends Error {
  /** The next step for the person who reads it. */
  readonly remedy: string;
}

/** True for errors that carry their own remedy; anything else is a bug and keeps its stack. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && typeof (error as Partial<Fault>).remedy === 'string';
}
