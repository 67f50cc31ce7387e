/** How many identities are still learning, in the words of every summary. */

export interface Learning {
  readonly identities: number;
  /** Seen for less than `detect.learnDays`: what they do is judged with little to hold it against. */
  readonly learning: number;
  /** When the last of them is mature, if it goes on as it does, RFC 3339; absent where none is learning. */
  readonly until?: string | undefined;
}

export function learningText({ identities, learning, until }: Learning): string {
  const n = (value: number) => value.toLocaleString('en');
  if (until === undefined) return `none of ${n(identities)} identities is still learning`;
  return `${n(learning)} of ${n(identities)} identities still learning, until ${until.slice(0, 10)}`;
}
