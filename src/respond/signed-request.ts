/** Checks requests that others sign for us by Standard Webhooks 1.0.0: call-backs of responders, approvals from chat. */
import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { LifeEvent } from './life-cycle.ts';

/** The window of the standard; a request older or newer than this is refused. */
const WINDOW_MS = 5 * 60_000;
/** Ids remembered for twice the window. More than this in that time and the newest are refused. */
const SEEN_MAX = 100_000;
const BODY_MAX_BYTES = 20_000;

export type SignedRequest =
  | { readonly ok: true; readonly id: string; readonly body: unknown }
  | { readonly ok: false; readonly reason: 'unsigned' | 'signature' | 'stale' | 'replayed' | 'full' | 'body' };

export interface SignedRequests {
  /** Each request is accepted once. `headers` have lower-case names. */
  read(headers: Readonly<Record<string, string | undefined>>, body: string, nowMs: number): SignedRequest;
}

/** `secrets`: `whsec_` and base64, the present one and, during a rotation, the one before. */
export function createSignedRequests(secrets: readonly string[]): SignedRequests {
  const keys = secrets.map((secret) => new Webhook(secret));
  /** Ids by the time at which they may be forgotten, oldest first. */
  const seen = new Map<string, number>();

  return {
    read(headers, body, nowMs) {
      const id = headers['webhook-id'];
      const timestamp = headers['webhook-timestamp'];
      const signature = headers['webhook-signature'];
      if (!id || id.length > 256 || !timestamp || !signature) return { ok: false, reason: 'unsigned' };
      const sentMs = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1_000 : Number.NaN;
      if (!(Math.abs(nowMs - sentMs) <= WINDOW_MS)) return { ok: false, reason: 'stale' };
      if (Buffer.byteLength(body) > BODY_MAX_BYTES) return { ok: false, reason: 'body' };
      const right = keys.some((key) =>
        signature
          .split(' ')
          .slice(0, 8)
          .some((one) => sameText(one, key.sign(id, new Date(sentMs), body))),
      );
      if (!right) return { ok: false, reason: 'signature' };
      for (const [old, until] of seen) {
        if (until > nowMs) break;
        seen.delete(old);
      }
      if (seen.has(id)) return { ok: false, reason: 'replayed' };
      if (seen.size >= SEEN_MAX) return { ok: false, reason: 'full' };
      seen.set(id, nowMs + 2 * WINDOW_MS);
      try {
        return { ok: true, id, body: JSON.parse(body) };
      } catch {
        return { ok: false, reason: 'body' };
      }
    },
  };
}

/** In a time that does not tell how much of it was right. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const callBack = z.object({
  type: z.enum(['suspension.done', 'suspension.failed']),
  data: z.object({ id: z.string().max(64), tenant: z.string().max(128), detail: z.string().max(1_024).default('') }),
});

/** A responder's word about a dispatch, as an event of its life; undefined when it is no call-back. */
export function callBackOf(
  body: unknown,
  responder: string,
): { readonly tenant: string; readonly id: string; readonly event: LifeEvent } | undefined {
  const said = callBack.safeParse(body).data;
  if (said === undefined) return undefined;
  const { tenant, id, detail } = said.data;
  const done = said.type === 'suspension.done';
  const why = detail || (done ? 'the receiver says done' : 'the receiver says it failed');
  return { tenant, id, event: { kind: done ? 'confirm' : 'fail', by: { kind: 'responder', id: responder }, why } };
}
