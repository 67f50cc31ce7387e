/** The way to standard output and standard error: a line at a time, with everything that logs put into it made visible. */
import { writeFileSync } from 'node:fs';
import { type Fault, UsageError } from '../fault.ts';
import { visible, visibleJson } from '../render/visible.ts';

/** Codes of the SGR escape sequence; the only ones ever written. */
const TINTS = { bold: 1, red: 31, yellow: 33, magenta: 35, cyan: 36, dim: 90 } as const;
export type Tint = keyof typeof TINTS;

/** Part of a line; coloured where colours are wanted. */
export type Piece = string | { readonly text: string; readonly tint: Tint };
/** One line of output. A line break inside it is made visible like any other control character. */
export type Line = Piece | readonly Piece[];

/** What a stream can show. */
export interface Output {
  readonly colour: boolean;
  /** Columns of a terminal; undefined where the reader is no terminal, and nothing is cut or broken. */
  readonly width: number | undefined;
}

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;
const TERMINAL_COLUMNS = 80;
const COLUMNS_MIN = 20;

/** `FORCE_COLOR` over `NO_COLOR` over what the stream is. */
export function outputOf(stream: Stream, env: NodeJS.ProcessEnv = process.env): Output {
  const { FORCE_COLOR: forced, NO_COLOR: unwanted, TERM: kind } = env;
  const isTerminal = stream.isTTY === true;
  const colour =
    forced !== undefined && forced !== ''
      ? forced !== '0' && forced !== 'false'
      : isTerminal && (unwanted === undefined || unwanted === '') && kind !== 'dumb';
  return { colour, width: isTerminal ? Math.max(COLUMNS_MIN, stream.columns || TERMINAL_COLUMNS) : undefined };
}

const isList = (line: Line): line is readonly Piece[] => Array.isArray(line);

/** A line as it is written, without its end. */
export function written(line: Line, colour: boolean): string {
  return (isList(line) ? line : [line])
    .map((piece) => {
      if (typeof piece === 'string') return visible(piece);
      const text = visible(piece.text);
      return colour && text !== '' ? `\u001b[${TINTS[piece.tint]}m${text}\u001b[0m` : text;
    })
    .join('');
}

function write(stream: NodeJS.WriteStream, lines: readonly Line[]): void {
  const { colour } = outputOf(stream);
  if (lines.length > 0) stream.write(lines.map((line) => `${written(line, colour)}\n`).join(''));
}

/** Writes lines to standard output: what was asked for. */
export function print(...lines: readonly Line[]): void {
  write(process.stdout, lines);
}

/** Writes lines to standard error: what a person should know besides. */
export function note(...lines: readonly Line[]): void {
  write(process.stderr, lines);
}

/** A fault for a person: what, and beneath it what to do about it. */
export function noteFault({ message, lines = [message], remedy }: Pick<Fault, 'message' | 'remedy' | 'lines'>): void {
  const [first = '', ...rest] = lines;
  note(`tidemark: ${first}`, ...rest, ...(remedy === '' ? [] : [`  ${remedy}`]));
}

/** A bug, with its stack: no line of it but the first can come from a log. */
export function noteUnexpected(error: unknown): void {
  const [what, stack] =
    error instanceof Error ? [`${error.name}: ${error.message}`, error.stack ?? ''] : [String(error), ''];
  note(`tidemark: unexpected: ${what}`, ...stack.split('\n').filter((line) => line.startsWith('    at ')));
}

/** One JSON document on standard output, exact, with nothing hidden in it. */
export function printJson(value: unknown): void {
  process.stdout.write(`${visibleJson(value)}\n`);
}

/** One JSON document a line, to a file or with `-` to standard output. Throws a UsageError when the file cannot be written. */
export function writeLines(file: string, documents: readonly object[]): void {
  writeText(file, documents.map((document) => `${visibleJson(document)}\n`).join(''));
}

/** A document that was made safe by whoever made it, to a file or with `-` to standard output. Throws a UsageError as above. */
export function writeText(file: string, text: string): void {
  if (file === '-') return void process.stdout.write(text);
  try {
    writeFileSync(file, text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`${file}: cannot write it (${code})`, 'Name a file in a directory that exists and has room.');
  }
}
