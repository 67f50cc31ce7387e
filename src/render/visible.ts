/** Text from logs as a reader may see it: nothing in it moves, hides, colours or reorders what stands beside it. */

/**
 * Controls (C0, DEL, C1), formats (bidirectional marks, zero-width characters, tags), line and paragraph separators, halves of
 * characters, and whatever else is drawn as nothing, such as variation selectors and fillers.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

const named = (one: string) => {
  const hex = one.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
};

/** Each such character as its name: `\u001b` for escape, `\u202e` for the mark that turns the order round, `\u{e0041}` beyond four digits. */
export function visible(text: string): string {
  return text.replace(HIDDEN, named);
}

/** JSON in one line that reads back as exactly the same value, with those characters escaped too. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(HIDDEN, (one) =>
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
