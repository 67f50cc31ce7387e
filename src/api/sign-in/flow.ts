/** What a sign-in must remember while the person is at the provider: sealed into a cookie, so that nobody can fill our memory with begun ones. */
import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '../../ports/outside.ts';

/** How long a person may take at the provider. */
export const FLOW_LIFE_MS = 600_000;
/** Flows of the last minutes that came back; who replays one finds it used. */
const USED_MAX = 16_384;

const flowSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
/** Secrets of one sign-in: what must come back, what the ID token must name, and the proof that the code is ours. */
export type Flow = z.infer<typeof flowSchema>;

export interface Flows {
  seal(flow: Flow): Promise<string>;
  /** The flow of a cookie, once; undefined where it is not ours, is too old, or came back before. */
  open(sealed: string): Promise<Flow | undefined>;
}

/** The key is of this process alone: a sign-in that was begun before a restart is begun again. */
export function createFlows(clock: Clock): Flows {
  const key = randomBytes(32);
  const used = new LRUCache<string, true>({ max: USED_MAX, ttl: FLOW_LIFE_MS });
  return {
    seal: (flow) =>
      new EncryptJWT(flow)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(new Date(clock.now() + FLOW_LIFE_MS))
        .encrypt(key),
    async open(sealed) {
      try {
        const { payload } = await jwtDecrypt(sealed, key, { currentDate: new Date(clock.now()) });
        const flow = flowSchema.parse(payload);
        if (used.has(flow.state)) return undefined;
        used.set(flow.state, true);
        return flow;
      } catch {
        // Whatever is wrong with it, it is not one of ours that still counts.
        return undefined;
      }
    },
  };
}
