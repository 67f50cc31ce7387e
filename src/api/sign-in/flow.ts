/** What a sign-in must remember while the person is at the provider: sealed into a cookie, so that nobody can fill our memory with begun ones. */
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../ports/outside.ts';
import type { ClaimStore } from '../../ports/respond.ts';

/** How long a person may take at the provider. */
export const FLOW_LIFE_MS = 600_000;
/** What sign-ins that came back are kept as. */
const USED = 'sign-in';

const flowSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
/** Secrets of one sign-in: what must come back, what the ID token must name, and the proof that the code is ours. */
export type Flow = z.infer<typeof flowSchema>;

export interface Flows {
  seal(flow: Flow): Promise<string>;
  /** The flow of a cookie, once; undefined where it is not ours, is too old, or came back before. */
  open(sealed: string): Promise<Flow | undefined>;
}

/** `key`: 32 bytes that all processes share, as they share `once`: a browser may come back to another than it left. */
export function createFlows(key: Uint8Array, once: Pick<ClaimStore, 'isFirst'>, clock: Clock): Flows {
  async function read(sealed: string): Promise<Flow | undefined> {
    try {
      const { payload } = await jwtDecrypt(sealed, key, { currentDate: new Date(clock.now()) });
      return flowSchema.parse(payload);
    } catch {
      // Whatever is wrong with it, it is not one of ours that still counts.
      return undefined;
    }
  }
  return {
    seal: (flow) =>
      new EncryptJWT(flow)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(new Date(clock.now() + FLOW_LIFE_MS))
        .encrypt(key),
    async open(sealed) {
      const flow = await read(sealed);
      if (flow === undefined) return undefined;
      return (await once.isFirst(USED, flow.state, clock.now() + 2 * FLOW_LIFE_MS)) ? flow : undefined;
    },
  };
}
