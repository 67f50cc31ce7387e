/** Shortens text for a page: a name where it says least, a sentence where it may end. */

/** Cuts the middle out: a name is known by its beginning and its end. */
export function cut(name: string, max: number): string {
  if (name.length <= max) return name;
  const head = Math.ceil((max - 1) * 0.6);
  return `${name.slice(0, head)}…${name.slice(name.length - (max - 1 - head))}`;
}

/** Cuts the end off, after a whole word: a sentence without its middle would say something else. */
export function cutProse(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).replace(/[\s,;]+\S*$/, '')} …`;
}
