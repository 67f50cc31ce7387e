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

const random = `${mixed}HjKmNpQrStUvWxYz${mixed.toLowerCase()}kLmN0pQr${mixed}`;
const upper = 'K7QW2MXR9LP4NCY8HSJ3GFA6UEVTOZ15BDK7QW2MXR9LP4NCY8HSJ3GFA6UEVTOZ15BD';

/** Those of more issuers, by the marks they publish, and of keys without one. */
export const MORE_SECRETS: Readonly<Record<string, string>> = {
  '1password': `ops_eyJ${random}`,
  age: `AGE-SECRET-KEY-1${upper.slice(0, 58)}`,
  atlassian: `ATCTT3${random.slice(0, 80)}`,
  'azure devops': `${random.slice(0, 75)}AZDO${mixed.slice(0, 5)}`,
  'azure event hub': `${random.slice(0, 33)}+AEh${mixed.slice(0, 6)}`,
  'azure functions': `${random.slice(0, 44)}AzFu${mixed.slice(0, 8)}`,
  'azure storage': `${random.slice(0, 76)}+ASt${mixed.slice(0, 6)}`,
  bedrock: `ABSK${random.slice(0, 100)}`,
  buildkite: `bkua_${hex}${hex.slice(0, 8)}`,
  circleci: `CCIPAT_${mixed}_${hex}`,
  'cloudflare ca': `v1.0-${hex.slice(0, 24)}-${hex}${hex}${hex}${hex}`,
  confluent: `cflt${random.slice(0, 60)}`,
  'confluent without a mark': `${random.slice(0, 30)}+/${random.slice(32, 64)}`,
  datadog: `ddapp_${mixed.slice(0, 34)}`,
  docker: `dckr_oat_${mixed}`,
  doppler: `dp.pt.${random.slice(0, 43)}`,
  dynatrace: `dt0c01.${upper.slice(0, 24)}.${upper.slice(0, 64)}`,
  fly: `fo1_${random.slice(0, 43)}`,
  'google refresh': `1//0${random.slice(0, 60)}`,
  grafana: `glsa_${mixed.slice(0, 32)}_${hex.slice(0, 8)}`,
  groq: `gsk_${random.slice(0, 52)}`,
  heroku: `HRKU-AA${random.slice(0, 58)}`,
  hubspot: `pat-na1-${hex.slice(0, 8)}-1111-2222-3333-${hex.slice(0, 12)}`,
  jfrog: `AKCp${random.slice(0, 69)}`,
  'jfrog reference': `cmVmdGtuOjAxOjAw${random.slice(0, 48)}`,
  'new relic': `NRAK-${upper.slice(0, 27)}`,
  notion: `ntn_${random.slice(0, 46)}`,
  planetscale: `pscale_tkn_${random.slice(0, 43)}`,
  postman: `PMAK-${hex.slice(0, 24)}-${hex}${hex.slice(0, 2)}`,
  pulumi: `pul-${hex}${hex.slice(0, 8)}`,
  putty: `PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n${mixed}`,
  rubygems: `rubygems_${hex}${hex.slice(0, 16)}`,
  sentry: `sntryu_${hex}${hex}`,
  supabase: `sbp_${hex}${hex.slice(0, 8)}`,
  tailscale: `tskey-auth-${mixed.slice(0, 17)}-${mixed.slice(0, 32)}`,
  telegram: `123456789:AA${mixed.slice(0, 33)}`,
  terraform: `${mixed.slice(0, 14)}.atlasv1.${random.slice(0, 67)}`,
};

/** How programs hand a password on, which has no mark at all: `PASSWORD` stands for it. */
export const CARRIERS: readonly string[] = [
  '<password>PASSWORD</password>',
  'password = "PASSWORD"',
  'db_password: "PASSWORD"',
  '{"password" : "PASSWORD"}',
  '{"masterUserPassword":"PASSWORD"}',
  'PGPASSWORD=PASSWORD psql',
  'psql --password PASSWORD -c x',
  'curl -u admin:PASSWORD https://example.org',
  'postgres://app:PASSWORD@db:5432/x',
  'redis://:PASSWORD@h:6379',
  'Authorization: Token PASSWORD',
  'Authorization: ApiKey PASSWORD',
  'X-Api-Key: PASSWORD',
  'Cookie: PASSWORD',
];

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
