/** Seals what only the bearer of a secret may read: under a key made of the secret, which is kept nowhere. */
import { createHash, hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** Under which a secret may be looked up; it tells nothing of it. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

const keyOf = (secret: string) => new Uint8Array(hkdfSync('sha256', secret, '', 'tidemark-session-1', 32));

export function sealUnder(secret: string, value: unknown): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(keyOf(secret));
}

/** Throws where it was sealed under another secret, or changed since. */
export async function openUnder(secret: string, sealed: string): Promise<unknown> {
  const { plaintext } = await compactDecrypt(sealed, keyOf(secret));
  return JSON.parse(Buffer.from(plaintext).toString('utf8'));
}
