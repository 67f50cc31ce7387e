/** Reads typed facts back out of an alert's evidence: addresses, networks, clients, actions and resources that were seen. */
import { isIP } from 'node:net';
import type { Evidence } from '../../schemas/alert.ts';

/** What was seen, first mention first; lists without repeats. */
export interface Observed {
  readonly ip?: string;
  readonly asn?: number;
  readonly org?: string;
  readonly country?: string;
  readonly region?: string;
  readonly userAgent?: string;
  readonly workload?: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A value that does not look like what its field says (a prefix, a masked name) is left out rather than guessed at. */
export function observed(evidence: readonly Evidence[]): Observed {
  const found: { -readonly [K in keyof Observed]: Observed[K] } = { actions: [], resources: [] };
  const actions = new Set<string>();
  const resources = new Set<string>();
  for (const { field, seen, action: act, things } of evidence) {
    if (field === 'source.ip' || field === 'source.asn') {
      const network = /^(?:AS)?(\d{1,10})(?: (.+))?$/.exec(seen);
      if (isIP(seen) !== 0) found.ip ??= seen;
      else if (network !== null && Number(network[1]) < 2 ** 32) {
        found.asn ??= Number(network[1]);
        if (network[2] !== undefined) found.org ??= network[2];
      }
    } else if (field === 'source.country') found.country ??= seen;
    else if (field === 'source.region') found.region ??= seen;
    else if (field === 'source.userAgent') found.userAgent ??= seen;
    else if (field === 'source.workload') found.workload ??= seen;
    else if (field === 'action.name') actions.add(act ?? seen);
    else if (field === 'resource.id' && things !== undefined) {
      if (act !== undefined) actions.add(act);
      for (const thing of things) resources.add(thing);
    } else if (field === 'resource.id') {
      // Evidence about a target names the action before the resource.
      const [, action, resource] = /^(.+?) → (.+)$/.exec(seen) ?? [undefined, undefined, seen];
      if (action !== undefined) actions.add(action);
      if (resource !== undefined) resources.add(resource);
    }
  }
  return { ...found, actions: [...actions], resources: [...resources] };
}
