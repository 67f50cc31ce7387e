/** Tells whether a text is a secret that webhooks are signed with, by Standard Webhooks 1.0.0. */
const KEY_MIN_BYTES = 24;
const KEY_MAX_BYTES = 64;

/** Says what is wrong with a signing secret, without the secret; undefined when it is good. */
export function secretObjection(secret: string): string | undefined {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length;
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) && bytes >= KEY_MIN_BYTES && bytes <= KEY_MAX_BYTES
    ? undefined
    : `want whsec_ and ${KEY_MIN_BYTES} to ${KEY_MAX_BYTES} bytes in base64, as of: echo "whsec_$(openssl rand -base64 32)"`;
}
