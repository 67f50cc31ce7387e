/** How many columns text takes on a terminal, and text fitted to them. */
import stringWidth from 'string-width';
import { visible } from '../render/visible.ts';

/** Most text is plain ASCII, whose width is its length. */
const ASCII = /^[\x20-\x7e]*$/;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that `text` takes as it is printed: with hidden characters named, wide ones counted as two. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(visible(text));
}

/** At most `width` columns; a cut text ends in `...`. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let columns = 0;
  for (const { segment } of GRAPHEMES.segment(visible(text))) {
    columns += widthOf(segment);
    if (columns > Math.max(1, width - 3)) break;
    kept += segment;
  }
  return `${kept}...`;
}

/** Filled up with blanks to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/** Lines of at most `width` columns, broken between words; a longer word stands alone and whole, so that it can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(/ +/)) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
