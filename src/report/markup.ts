/** Markup that text cannot break out of: what is put into a template is text, unless a template made it. */
import { markupText } from '../render/markup-text.ts';

/** Markup made by `html`; nothing else is one. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Markup | string | number | undefined | readonly Piece[];

function pieceText(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return markupText(piece);
  if (typeof piece === 'number') return String(piece);
  return piece.map(pieceText).join('');
}

/** Markup with pieces in it; a list is put one after another. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((text, part, index) => `${text}${pieceText(pieces[index - 1])}${part}`));
}

/** Longest text of a log that is shown; the rest is counted. */
const TEXT_MAX = 300;

/** Text of a log, cut, in an element of its own, so that its direction is its own too. */
export function said(text: string, most = TEXT_MAX): Markup {
  const shown = text.length > most ? `${text.slice(0, most)} … (${text.length - most} more characters)` : text;
  return html`<bdi>${shown}</bdi>`;
}
