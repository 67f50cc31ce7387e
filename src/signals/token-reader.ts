/** Checks Security Event Tokens (RFC 8417) against the transmitters that are trusted: key, issuer, audience, age. */
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, errors as joseErrors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../ports/outside.ts';

/** Asymmetric only: whoever can check a token must not be able to make one. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const AHEAD_MAX_SECONDS = 300;
const EVENTS_MAX = 8;

export interface Transmitter {
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  readonly tenant: string;
  readonly keys: JSONWebKeySet;
}

/** Error codes of RFC 8935, section 2.4. */
export type TokenFault = 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience';

export type ReadToken =
  | {
      readonly ok: true;
      readonly transmitter: Transmitter;
      readonly jti: string;
      /** Seconds. */
      readonly issuedAt: number;
      readonly subject: unknown;
      readonly events: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly error: TokenFault; readonly description: string };

const keySet = z.object({
  keys: z
    .array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().max(256).optional() }))
    .min(1)
    .max(64),
});

/** A key set out of the text of a file; undefined for what is none, or holds a private or a shared key. */
export function keySetOf(text: string): JSONWebKeySet | undefined {
  try {
    const parsed = keySet.safeParse(JSON.parse(text)).data;
    return parsed === undefined || parsed.keys.some((key) => 'd' in key || 'k' in key)
      ? undefined
      : (parsed as JSONWebKeySet);
  } catch {
    return undefined;
  }
}

const claims = z.object({
  jti: z.string().min(1).max(512),
  iat: z.number(),
  sub_id: z.unknown(),
  events: z
    .record(z.string().max(1_024), z.unknown())
    .refine((all) => Object.keys(all).length >= 1 && Object.keys(all).length <= EVENTS_MAX),
});

const no = (error: TokenFault, description: string): ReadToken => ({ ok: false, error, description });

/** `maxAgeMs`: older tokens are refused, so that what was received need not be remembered for ever. */
export function createTokenReader(
  transmitters: readonly Transmitter[],
  maxAgeMs: number,
  clock: Clock,
): (token: string) => Promise<ReadToken> {
  const keys = new Map(transmitters.map(({ name, keys }) => [name, createLocalJWKSet(keys)]));
  return async (token) => {
    let issuer: unknown;
    try {
      // Only to know whose keys to try: nothing of it counts before the signature does.
      issuer = decodeJwt(token).iss;
    } catch {
      return no('invalid_request', 'it is not a signed token');
    }
    const candidates = transmitters.filter((one) => one.issuer === issuer);
    if (candidates.length === 0) return no('invalid_issuer', 'its issuer is not known here');
    let fault = no('invalid_key', 'no key of its issuer made its signature');
    for (const transmitter of candidates) {
      const nowMs = clock.now();
      try {
        const { payload } = await jwtVerify(token, keys.get(transmitter.name)!, {
          issuer: transmitter.issuer,
          audience: transmitter.audience,
          algorithms: ALGORITHMS,
          typ: 'secevent+jwt',
          currentDate: new Date(nowMs),
          clockTolerance: AHEAD_MAX_SECONDS,
        });
        const read = claims.safeParse(payload).data;
        if (read === undefined) return no('invalid_request', 'it has no jti, iat or events as RFC 8417 wants them');
        const { jti, iat, sub_id: subject, events } = read;
        if (iat * 1_000 < nowMs - maxAgeMs || iat > nowMs / 1_000 + AHEAD_MAX_SECONDS)
          return no('invalid_request', 'it was issued too long ago, or in the future');
        return { ok: true, transmitter, jti, issuedAt: iat, subject, events };
      } catch (error) {
        fault = faultOf(error) ?? fault;
      }
    }
    return fault;
  };
}

function faultOf(error: unknown): ReadToken | undefined {
  if (error instanceof joseErrors.JWTClaimValidationFailed)
    return error.claim === 'aud'
      ? no('invalid_audience', 'it is not for us')
      : no('invalid_request', 'its type or a claim is not that of a security event');
  if (error instanceof joseErrors.JWTExpired) return no('invalid_request', 'it has expired');
  if (error instanceof joseErrors.JOSEError) return undefined;
  throw error;
}
