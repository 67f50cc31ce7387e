/** The input port: raw records in batches, and a tree of files that is looked into as far as it has to be. */
import type { InputError } from '../fault.ts';
import type { Origin } from './store.ts';

/** One record as it stands in its file. Longer than `recordMaxBytes` means it was cut there, one byte above. */
export interface RawRecord<Read = never> {
  readonly origin: Origin;
  readonly bytes: Uint8Array;
  /** What it was read as already, by who had to know its time. */
  readonly read?: readonly Read[];
}

/** What one stretch of input came to, in the order of the file; with `fault`, the file ends here before its time. */
export interface InputBatch<Read = never> {
  readonly records: readonly RawRecord<Read>[];
  readonly fault?: InputError;
  /** Bytes of the file, packed as they are, that were read for it. */
  readonly readBytes?: number;
}

/** A file, or a partition of a topic up to its present end. */
export interface InputFile<Read = never> {
  readonly kind: 'file';
  /** Event time in ms before which, by its name, nothing in it is dated; -Infinity where no name tells. */
  readonly notBeforeMs: number;
  /** False for what can be read only once, such as standard input; else it is read from its beginning as often as it has to be. */
  readonly canRepeat: boolean;
  read(): AsyncGenerator<InputBatch<Read>>;
}

/** A folder that is listed when its time comes. */
export interface InputFolder<Read = never> {
  readonly kind: 'folder';
  readonly notBeforeMs: number;
  /** What is in it, in order of name. */
  list(): AsyncIterable<InputPart<Read>>;
}

export type InputPart<Read = never> =
  | InputFile<Read>
  | InputFolder<Read>
  | { readonly kind: 'fault'; readonly fault: InputError };
