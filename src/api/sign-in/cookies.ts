/** Cookies of the sign-in: read from a header, and written so that no script and no other site gets at them. */

/** Longer is no cookie of ours. */
const VALUE_MAX_LENGTH = 4_096;

export interface CookieWay {
  /** Its name; with TLS it begins with `__Host-`, so that no neighbouring host can set it. */
  readonly name: string;
  /** Sent over TLS alone. */
  readonly secure: boolean;
  /** Strict: never on a request from elsewhere. Lax: also when the provider sends the browser back to us. */
  readonly sameSite: 'Strict' | 'Lax';
}

export const cookieWay = (name: string, secure: boolean, sameSite: CookieWay['sameSite']): CookieWay => ({
  name: secure ? `__Host-${name}` : name,
  secure,
  sameSite,
});

/** Value of the first cookie of this name in a `cookie` header. */
export function readCookie(header: string | undefined, { name }: CookieWay): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    return value.length === 0 || value.length > VALUE_MAX_LENGTH ? undefined : value;
  }
  return undefined;
}

/** A `set-cookie` header. `value` has no character that a cookie cannot hold; a life of 0 takes the cookie away. */
export function setCookie({ name, secure, sameSite }: CookieWay, value: string, lifeMs: number): string {
  const life = Math.max(0, Math.floor(lifeMs / 1_000));
  return `${name}=${value}; Path=/; Max-Age=${life}; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
}

export const clearCookie = (way: CookieWay) => setCookie(way, '', 0);
