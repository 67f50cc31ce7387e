/** Cuts text to a bound without cutting a character in two. */

/** At most `max` UTF-16 units; a cut text ends with an ellipsis. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  // A high surrogate at the end has lost its other half.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
