/** Approval by a link in a chat: a token that names one act and one recipient. Looking at it changes nothing; a POST spends it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export const APPROVAL_KEY_MIN_BYTES = 24;
const TOKEN_MAX = 4_096;
const SEAL = 'tidemark-approval-1';
const OWNER_SEAL = 'tidemark-owner-1';
const ALERT_SEAL = 'tidemark-alert-approval-1';

const claimsSchema = z.strictObject({
  tenant: z.string().min(1).max(128),
  suspension: z.string().regex(/^sus_[0-9a-f]{32}$/),
  /** What the recipient is shown: see `bindingOf`. */
  binding: z.string().regex(/^[0-9a-f]{64}$/),
  /** Who it was sent to, and so who approves with it: two people need two links. */
  recipient: z.string().min(1).max(256),
  /** Who made it, where that is somebody else: whoever makes a link could use it. */
  maker: z.string().min(1).max(256).optional(),
  expiresAt: z.iso.datetime({ precision: 3 }),
});

export type ApprovalClaims = z.infer<typeof claimsSchema>;

const alertClaimsSchema = z.strictObject({
  tenant: z.string().min(1).max(128),
  alert: z.string().min(1).max(256),
  /** Whom the message goes to. */
  recipient: z.string().min(1).max(256),
  expiresAt: z.iso.datetime({ precision: 3 }),
});

/** What a link in a message about an alert says: it leads to whatever waits for approval there when it is opened. */
export type AlertClaims = z.infer<typeof alertClaimsSchema>;

const ownerClaimsSchema = z.strictObject({
  tenant: z.string().min(1).max(128),
  identity: z.string().min(1).max(1_024),
  provider: z.string().max(64).optional(),
  account: z.string().max(1_024).optional(),
  /** Whom it was made for. */
  recipient: z.string().min(1).max(256),
  /** Who made it. */
  maker: z.string().min(1).max(256),
  /** What was known when it was made: an answer, whoever gave it, ends every other link. */
  binding: z.string().regex(/^[0-9a-f]{64}$/),
  /** Days for which what is confirmed stands. */
  days: z.int().min(1).max(1_000),
  expiresAt: z.iso.datetime({ precision: 3 }),
});

/** What a link says by which an owner confirms, corrects, hands over or retires one identity. */
export type OwnerClaims = z.infer<typeof ownerClaimsSchema>;

export interface ApprovalLinks {
  makeForOwner(claims: OwnerClaims): string;
  readForOwner(token: string, nowMs: number): OwnerClaims | undefined;
  /** Text for a URL. It works once, because an approval does. */
  make(claims: ApprovalClaims): string;
  /** What a token says, if we made it and it has not expired. */
  read(token: string, nowMs: number): ApprovalClaims | undefined;
  /** The same of an alert. Neither passes for the other. */
  makeForAlert(claims: AlertClaims): string;
  readForAlert(token: string, nowMs: number): AlertClaims | undefined;
}

/** `key`: a secret of 24 bytes or more, of its own. Throws RangeError for a shorter one. */
export function createApprovalLinks(key: string): ApprovalLinks {
  if (Buffer.byteLength(key) < APPROVAL_KEY_MIN_BYTES)
    throw new RangeError(`an approval key has ${APPROVAL_KEY_MIN_BYTES} bytes or more`);
  const macOf = (seal: string, body: string) => createHmac('sha256', key).update(`${seal}.${body}`).digest();
  const sealed = (seal: string, claims: object) => {
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${body}.${macOf(seal, body).toString('base64url')}`;
  };
  const opened = <Claims extends { readonly expiresAt: string }>(
    seal: string,
    schema: z.ZodType<Claims>,
    token: string,
    nowMs: number,
  ): Claims | undefined => {
    if (token.length > TOKEN_MAX) return undefined;
    const [body = '', mac = '', ...more] = token.split('.');
    // As texts: base64 has several for the same bytes, and each would be another link to whoever counts their uses.
    const given = Buffer.from(mac);
    const right = Buffer.from(macOf(seal, body).toString('base64url'));
    if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    // Whoever signed it wrote JSON: no look before the signature was right.
    const claims = schema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return nowMs < Date.parse(claims.expiresAt) ? claims : undefined;
  };
  return {
    makeForOwner: (claims) => sealed(OWNER_SEAL, ownerClaimsSchema.parse(claims)),
    readForOwner: (token, nowMs) => opened(OWNER_SEAL, ownerClaimsSchema, token, nowMs),
    make: (claims) => sealed(SEAL, claimsSchema.parse(claims)),
    read: (token, nowMs) => opened(SEAL, claimsSchema, token, nowMs),
    makeForAlert: (claims) => sealed(ALERT_SEAL, alertClaimsSchema.parse(claims)),
    readForAlert: (token, nowMs) => opened(ALERT_SEAL, alertClaimsSchema, token, nowMs),
  };
}
