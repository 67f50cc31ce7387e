/** Signs JSON Web Tokens with a private key out of a secret file: security events, and logins of apps. */
import { calculateJwkThumbprint, importJWK, SignJWT } from 'jose';
import { z } from 'zod';
import type { ResponderContext } from '../ports.ts';

/** Asymmetric only: a receiver must be able to check a token, not to make one. */
const signingKey = z.looseObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  alg: z.enum(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']),
  d: z.string().min(1),
  kid: z.string().min(1).max(256).optional(),
});

export type SignToken = (claims: Record<string, unknown>, typ: string) => Promise<string>;

/** Refuses through the context what is no private JWK; the key itself is never told. */
export async function tokenSigner(file: string, context: ResponderContext): Promise<SignToken> {
  const refuse = () => context.refuse('keyFile: want one line with a private JWK of type RSA, EC or OKP and its alg');
  let read: unknown;
  try {
    read = JSON.parse(context.secret(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse();
  }
  const { kid: named, alg, ...material } = signingKey.safeParse(read).data ?? refuse();
  const key = await importJWK(material, alg).catch(refuse);
  const kid = named ?? (await calculateJwkThumbprint(material));
  return (claims, typ) => new SignJWT(claims).setProtectedHeader({ alg, kid, typ }).sign(key);
}
