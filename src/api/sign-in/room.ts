/** Whose sessions end where there is no room for all: those of whoever has most. */

/** What is open, the longest unused last. */
export interface Kept {
  /** The tenants that it may look at. */
  readonly tenants: readonly string[];
}

/**
 * Those beyond `room`: of the tenants that have most, the longest unused first. So a tenant in which very many people sign in does not sign
 * out those of another. Who may look at several tenants counts for these together.
 */
export function beyond<One extends Kept>(open: readonly One[], room: number): One[] {
  const shares = new Map<string, One[]>();
  for (const one of open) {
    const whose = [...one.tenants].sort().join('\u0000');
    const share = shares.get(whose);
    if (share === undefined) shares.set(whose, [one]);
    else share.push(one);
  }
  const gone: One[] = [];
  while (gone.length < open.length - room) {
    const most = [...shares.values()].reduce((a, b) => (b.length > a.length ? b : a));
    gone.push(most.pop() as One);
  }
  return gone;
}
