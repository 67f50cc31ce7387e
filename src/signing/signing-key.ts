/** A private key with which tokens are signed, and the public half that receivers check them by. */
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';

/** Asymmetric only: a receiver must be able to check a token, not to make one. */
const privateJwk = z.looseObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  alg: z.enum(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']),
  d: z.string().min(1),
  kid: z.string().min(1).max(256).optional(),
});
/** Members of a public key, of whatever type. */
const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

export interface SigningKey {
  readonly publicKey: JWK;
  /** A JSON Web Token of these claims; `typ` of its header tells what it is for. */
  sign(claims: Readonly<Record<string, unknown>>, typ: string): Promise<string>;
}

/** Undefined for text that is no private JWK with its `alg`; the text itself is never told. */
export async function signingKeyOf(jwk: string): Promise<SigningKey | undefined> {
  try {
    const { kid: named, alg, ...material } = privateJwk.parse(JSON.parse(jwk));
    const key = await importJWK(material as JWK, alg);
    const shown = Object.fromEntries(PUBLIC.flatMap((name) => (name in material ? [[name, material[name]]] : [])));
    const kid = named ?? (await calculateJwkThumbprint(shown as JWK));
    return {
      publicKey: { ...shown, kid, alg, use: 'sig' } as JWK,
      sign: (claims, typ) => new SignJWT(claims).setProtectedHeader({ alg, kid, typ }).sign(key),
    };
  } catch {
    return undefined;
  }
}
