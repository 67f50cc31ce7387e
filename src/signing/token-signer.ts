/** Signs JSON Web Tokens with the private key of a part's `keyFile`: security events, and logins of apps. */
import type { SinkContext } from '../ports/delivery.ts';
import { type SigningKey, signingKeyOf } from './signing-key.ts';

export type SignToken = SigningKey['sign'];

/** Refuses through the context what is no private JWK; the key itself is never told. */
export async function tokenSigner(file: string, context: Pick<SinkContext, 'secret' | 'refuse'>): Promise<SignToken> {
  const key = await signingKeyOf(context.secret(file));
  return key?.sign ?? context.refuse('keyFile: want one line with a private JWK of type RSA, EC or OKP and its alg');
}
