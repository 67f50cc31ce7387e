/** Reads a little of the next activities ahead, so that the processor fetches their texts side by side instead of waiting for each. */
import type { Located } from './engine-contract.ts';

/** Activities read ahead together: few enough that the first is still in the cache when the last was read. */
export const AHEAD = 16;

const last = (text: string | undefined) => (text === undefined ? 0 : text.charCodeAt(text.length - 1));

/** Takes what was read and means nothing; without it the compiler would leave the reading out. */
const kept = { read: 0 };

/** Reads a little of every text that judging will read, of `AHEAD` activities from `from` on. */
export function prefetch(batch: readonly Located[], from: number): void {
  const to = Math.min(batch.length, from + AHEAD);
  let read = 0;
  for (let at = from; at < to; at++) {
    const { at: time, id, identity, action, resource, source, credential, actor } = (batch[at] as Located).activity;
    read ^= last(time) ^ last(id) ^ last(identity.id) ^ last(action.name) ^ last(action.service);
    read ^= last(source.ip) ^ last(source.userAgent) ^ last(source.vpcEndpoint) ^ last(identity.account);
    if (resource !== undefined) read ^= last(resource.id) ^ last(resource.type) ^ last(resource.account);
    if (credential !== undefined) read ^= last(credential.id) ^ last(credential.kind);
    if (actor !== undefined) read ^= last(actor.id) ^ last(actor.kind);
  }
  kept.read = read;
}
