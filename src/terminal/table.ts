/** Rows in columns that line up by display width, and that fold on a terminal too narrow for them. */
import { type Line, outputOf, type Piece } from './print.ts';
import { pad, widthOf, wrap } from './text-width.ts';

export interface TableOptions {
  /** Blanks before each row. */
  readonly indent?: number;
  /** Columns, counted from 0, that are flush right: numbers. */
  readonly right?: readonly number[];
  /** Columns of the terminal; undefined folds nothing. Standard output's own unless given. */
  readonly width?: number | undefined;
}

const GAP = 2;
/** With fewer columns than these left for its last cell, that stands below the others; where these are too wide too, a row is folded between its cells. */
const LAST_MIN = 24;
const FOLD_INDENT = 4;

const textOf = (piece: Piece) => (typeof piece === 'string' ? piece : piece.text);
const withText = (piece: Piece, text: string): Piece => (typeof piece === 'string' ? text : { ...piece, text });
const blanks = (count: number) => ' '.repeat(count);

/** Lines of the table. The last cell of a row is text of any length; where it does not fit beside the others it goes on below itself. */
export function table(rows: readonly (readonly Piece[])[], options: TableOptions = {}): Line[] {
  const { indent = 0, right = [] } = options;
  const width = 'width' in options ? options.width : outputOf(process.stdout).width;
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, piece] of row.entries()) {
      const isText = at === row.length - 1 && !right.includes(at);
      if (!isText) widths[at] = Math.max(widths[at] ?? 0, widthOf(textOf(piece)));
    }
  return rows.flatMap((row) => lay(row, { indent, right, width, widths }));
}

type Frame = Required<Pick<TableOptions, 'indent' | 'right'>> & {
  readonly width: number | undefined;
  readonly widths: readonly number[];
};

function lay(row: readonly Piece[], { indent, right, width, widths }: Frame): Line[] {
  const end = row.findLastIndex((piece) => textOf(piece) !== '') + 1;
  const cells = row.slice(0, end);
  if (cells.length === 0) return [''];
  const start = indent + widths.slice(0, cells.length - 1).reduce((sum, one) => sum + one + GAP, 0);
  const last = cells.at(-1)!;
  const isNumber = right.includes(cells.length - 1);
  const total = start + Math.max(widthOf(textOf(last)), isNumber ? (widths[cells.length - 1] ?? 0) : 0);
  const before = cells
    .slice(0, -1)
    .flatMap((piece, at) => [
      withText(piece, pad(textOf(piece), widths[at] ?? 0, right.includes(at) ? 'right' : 'left')),
      blanks(GAP),
    ]);
  if (width !== undefined && total > width && width - start < LAST_MIN) {
    if (start - GAP > width || cells.length === 1) return fold(cells, indent, width);
    const below = indent + FOLD_INDENT;
    return [
      [blanks(indent), ...before.slice(0, -2), right.includes(cells.length - 2) ? before.at(-2)! : cells.at(-2)!],
      ...wrap(textOf(last), width - below).map((text): Line => [blanks(below), withText(last, text)]),
    ];
  }
  if (isNumber)
    return [[blanks(indent), ...before, withText(last, pad(textOf(last), widths[cells.length - 1] ?? 0, 'right'))]];
  const [first = '', ...rest] =
    width !== undefined && total > width ? wrap(textOf(last), width - start) : [textOf(last)];
  return [
    [blanks(indent), ...before, withText(last, first)],
    ...rest.map((text): Line => [blanks(start), withText(last, text)]),
  ];
}

/** Cell after cell, on a further line wherever the next one does not fit any more. */
function fold(cells: readonly Piece[], indent: number, width: number): Line[] {
  const lines: Piece[][] = [];
  let line: Piece[] = [blanks(indent)];
  let used = indent;
  let isEmpty = true;
  const turn = () => {
    lines.push(line);
    line = [blanks(indent + FOLD_INDENT)];
    used = indent + FOLD_INDENT;
    isEmpty = true;
  };
  for (const cell of cells)
    for (const [at, text] of wrap(textOf(cell), Math.max(1, width - indent - FOLD_INDENT)).entries()) {
      const gap = isEmpty ? 0 : GAP;
      if (!isEmpty && (at > 0 || used + gap + widthOf(text) > width)) turn();
      else if (gap > 0) line.push(blanks(gap));
      line.push(withText(cell, text));
      used += (isEmpty ? 0 : gap) + widthOf(text);
      isEmpty = false;
    }
  return [...lines, line];
}
