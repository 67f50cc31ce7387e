/** Made-up secrets, the surroundings they are found in, and a look whether any of one is left. */

const mixed = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5';
const hex = '7e19c4d2f08b3a65c1d94e27b6f0a853';

/** Shaped like the real ones, put together here so that scanners of the repository stay quiet. */
export const SECRETS = {
  github: `ghp_${mixed}`,
  'github fine-grained': `github_pat_${mixed}_${mixed}`,
  gitlab: `glpat-${mixed.slice(0, 20)}`,
  slack: `xoxb-123456789012-${mixed.slice(0, 24)}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${mixed}`,
  'private key': `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA${mixed}\n-----END RSA PRIVATE KEY-----`,
  databricks: `dapi${hex}`,
  openai: `sk-proj-${mixed}`,
  stripe: `sk_live_${mixed}`,
  google: `AIza${mixed.slice(0, 35)}`,
  npm: `npm_${mixed}`,
  vault: `hvs.${mixed}`,
  sendgrid: `SG.${mixed.slice(0, 22)}.${mixed}`,
  'aws secret key': `wJalrXUtnFEMI/K7MDENG/${mixed.slice(0, 18)}`,
  'aws secret key without signs': `kQ7vT2mXzR9pLw4NcYb8HsJd3GfAe6UiVoKt1Zxq`,
  'aws secret key of many signs': `Vt+9a/XkQ3/mZ+Lr7w/Pc2H+bNf0/Y5sGdJ+eK8u`,
  'aws secret key without digits': `QmZrVtKxWpLdYfHsJbNgRcTvXkMqPzLwDhFyGnSj`,
  'aws session token': `IQoJb3JpZ2luX2Vj${mixed}${mixed}`,
  entra: `abc8Q~${mixed.slice(0, 34)}`,
} satisfies Readonly<Record<string, string>>;

const inUrl = encodeURIComponent;
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

/** How a secret stands in a text: alone, beside punctuation, in a path, a query, a header, JSON, JSON in JSON, a URL, code, a connection string. */
export const SURROUNDINGS: Readonly<Record<string, (secret: string, text: string) => string>> = {
  alone: (secret) => secret,
  'after a slash': (secret, text) => `${text}/${secret}`,
  'between slashes': (secret, text) => `/${text}/${secret}/x`,
  'before a space': (secret, text) => `${secret} ${text}`,
  'in quotes': (secret, text) => `${text} "${secret}"`,
  'in single quotes': (secret, text) => `${text}='${secret}'`,
  'in brackets': (secret, text) => `${text}(${secret})`,
  'in a list': (secret, text) => `[${text},${secret},x]`,
  'after an equals sign': (secret, text) => `${text}=${secret}`,
  'before an equals sign': (secret, text) => `${secret}=${text}`,
  'before two equals signs': (secret, text) => `${text}:${secret}==`,
  'after a plus': (secret, text) => `${text}+${secret}`,
  'before a plus': (secret, text) => `${secret}+${text}`,
  'after a colon': (secret, text) => `${text}:${secret}`,
  'before a colon': (secret, text) => `${secret}:${text}`,
  'before a full stop': (secret, text) => `${text}: ${secret}.`,
  'after an underscore': (secret, text) => `${text}_${secret}`,
  'on a line of its own': (secret, text) => `${text}\n${secret}\r\n${text}`,
  'behind its name': (secret) => `aws_secret_access_key=${secret}`,
  'behind its name in capitals': (secret) => `export AWS_SECRET_ACCESS_KEY="${secret}"; x`,
  'in a query': (secret, text) => `https://example.org/${inUrl(text)}?a=1&k=${inUrl(secret)}&b=2`,
  'in a query in a query': (secret) => `/login?to=${inUrl(`/a?key=${inUrl(secret)}&x=1`)}`,
  'in an address': (secret) => `https://user:${inUrl(secret)}@example.org/x`,
  'in JSON': (secret, text) => JSON.stringify({ a: text, SecretAccessKey: secret, b: [secret] }),
  'in JSON with escaped slashes': (secret) => JSON.stringify({ k: secret }).replaceAll('/', '\\/'),
  'in JSON in JSON': (secret) => JSON.stringify({ body: JSON.stringify({ k: secret, l: [secret] }) }),
  'in JSON in a URL': (secret) => `/x?body=${inUrl(JSON.stringify({ k: secret }))}`,
  'after an escaped line break': (secret, text) => inJson(`${text}\n${secret}\t`),
  'in a header': (secret) => `Authorization: Bearer ${secret}`,
  'in a connection string': (secret, text) => `Server=${text};Password=${secret};Encrypt=true`,
};

/** Characters of a secret in a row that must not be left: fewer are in names, too. */
const PIECE = 12;

/** Texts that say the same in the alphabets in which a secret may be written. */
function readings(text: string): string[] {
  const plain = text.replaceAll(/\\+\//g, '/').replaceAll(/\\+n/g, '\n');
  const decoded = plain.replaceAll(/%(?:25)*([0-9A-Fa-f]{2})/g, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return [text, plain, decoded].map((one) => one.toLowerCase());
}

/** A piece of the secret that can still be read in the text, in any case and under the escapes of URLs and JSON; undefined for none. */
export function leftOf(secret: string, text: string): string | undefined {
  const whole = secret.toLowerCase();
  // What says which sort of secret it is may stay.
  const from =
    /^(?:-----begin[a-z ]*-----\n|[a-z]+_pat_|xoxb-\d+-|eyjhbgcioijiuzi1nij9\.|sk-proj-|[a-z]{2,6}[_-])/.exec(
      whole,
    )?.[0].length ?? 0;
  const found = readings(text);
  for (let at = from; at + PIECE <= whole.length; at++) {
    const piece = whole.slice(at, at + PIECE);
    if (!piece.includes('-----') && found.some((one) => one.includes(piece))) return piece;
  }
  return undefined;
}
