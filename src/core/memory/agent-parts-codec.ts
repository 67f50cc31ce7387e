/** The saved form of what an agent is made of. */

import { AgentParts } from './agent-parts.ts';
import type { ByteReader, ByteWriter } from './bit-stream.ts';

/** Writes the parts. With one value or more that takes over a byte, so the reader knows from the bytes left whether there are any. */
export function packAgentParts(w: ByteWriter, { values }: AgentParts): void {
  for (const part of values) {
    w.small(part.length);
    for (const { hash, since, last } of part) {
      w.bits(hash, 31);
      w.whole(since);
      w.whole(last - since);
    }
  }
}

/** `places`: of each saved part the one it is, or less than 0 where there is none any more. */
export function unpackAgentParts(r: ByteReader, places: readonly number[]): AgentParts {
  const agentParts = new AgentParts();
  for (const place of places)
    for (let n = r.small(); n > 0; n--) {
      const hash = r.bits(31);
      const since = r.whole();
      const value = { hash, since, last: since + r.whole() };
      agentParts.values[place]?.push(value);
    }
  return agentParts;
}
