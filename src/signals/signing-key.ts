/** The private key with which security events are signed, and the public half that receivers check them by. */
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';

const signingKey = z.looseObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  alg: z.enum(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']),
  d: z.string().min(1),
  kid: z.string().min(1).max(256).optional(),
});
/** Members of a public key, of whatever type. */
const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

export interface SigningKey {
  readonly publicKey: JWK;
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Undefined for text that is no private JWK with its `alg`; the text itself is never told. */
export async function signingKeyOf(jwk: string): Promise<SigningKey | undefined> {
  try {
    const { kid: named, alg, ...material } = signingKey.parse(JSON.parse(jwk));
    const key = await importJWK(material as JWK, alg);
    const shown = Object.fromEntries(PUBLIC.flatMap((name) => (name in material ? [[name, material[name]]] : [])));
    const kid = named ?? (await calculateJwkThumbprint(shown as JWK));
    return {
      publicKey: { ...shown, kid, alg, use: 'sig' } as JWK,
      sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'secevent+jwt' }).sign(key),
    };
  } catch {
    return undefined;
  }
}
