/** Checks requests that others sign for us by Standard Webhooks 1.0.0: decisions of people's tools, call-backs of responders. */
import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { ClaimStore, SignatureCheck } from '../ports/respond.ts';
import type { LifeEvent } from './suspension-states.ts';

/** The window of the standard; a request older or newer than this is refused. */
const WINDOW_MS = 5 * 60_000;
const BODY_MAX_BYTES = 20_000;
const ID_MAX = 256;
/** Signatures looked at in one header: two during a rotation, and some room. */
const SIGNATURES_MAX = 8;

export type SignedRequest =
  | { readonly ok: true; readonly signer: string; readonly body: unknown }
  | { readonly ok: false; readonly reason: 'unsigned' | 'signature' | 'stale' | 'replayed' | 'body' };

export interface SignedRequests {
  /** Each request is accepted once. `headers` have lower-case names. Rejects when that cannot be written down. */
  read(headers: Readonly<Record<string, unknown>>, body: string, nowMs: number): Promise<SignedRequest>;
}

/** `kind` sets their ids apart from those of others; `signers` by the name that their key stands for. */
export function createSignedRequests(
  kind: string,
  signers: ReadonlyMap<string, SignatureCheck>,
  once: ClaimStore,
): SignedRequests {
  return {
    async read(headers, body, nowMs) {
      const id = headers['webhook-id'];
      const timestamp = headers['webhook-timestamp'];
      const signature = headers['webhook-signature'];
      if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string')
        return { ok: false, reason: 'unsigned' };
      if (id === '' || id.length > ID_MAX || signature === '') return { ok: false, reason: 'unsigned' };
      const sentMs = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1_000 : Number.NaN;
      if (!(Math.abs(nowMs - sentMs) <= WINDOW_MS)) return { ok: false, reason: 'stale' };
      if (Buffer.byteLength(body) > BODY_MAX_BYTES) return { ok: false, reason: 'body' };
      // All signers are tried, so that the time it takes does not tell whose key it was.
      let signer: string | undefined;
      for (const [name, isSignedBy] of signers) if (isSignedBy(signature, id, sentMs, body)) signer = name;
      if (signer === undefined) return { ok: false, reason: 'signature' };
      if (!(await once.isFirst(kind, JSON.stringify([signer, id]), sentMs + 2 * WINDOW_MS)))
        return { ok: false, reason: 'replayed' };
      try {
        return { ok: true, signer, body: JSON.parse(body) };
      } catch {
        return { ok: false, reason: 'body' };
      }
    },
  };
}

/** `secrets`: `whsec_` and base64, the present one and, during a rotation, the one before. */
export function signatureCheck(secrets: readonly string[]): SignatureCheck {
  const keys = secrets.map((secret) => new Webhook(secret));
  return (signatures, id, sentMs, body) => {
    const given = signatures.split(' ').slice(0, SIGNATURES_MAX);
    return keys.some((key) => {
      const right = key.sign(id, new Date(sentMs), body);
      return given.some((one) => sameText(one, right));
    });
  };
}

/** Compares two texts in a time that does not tell how much of them is equal. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A responder's word about a dispatch, as an event of its life. */
export function callBackOf(type: string, detail: string, responder: string): LifeEvent {
  const done = type === 'suspension.done';
  const why = detail || (done ? 'the receiver says done' : 'the receiver says it failed');
  return { kind: done ? 'confirm' : 'fail', by: { kind: 'responder', id: responder }, why };
}
