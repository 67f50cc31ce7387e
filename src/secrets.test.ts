import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFingerprinter } from './secrets.ts';

const { scrub, fingerprint } = createFingerprinter('pepper');
const hex = '0123456789abcdef0123456789abcdef';
const mixed = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5';

/** Shaped like the real ones, put together here so that scanners of the repository stay quiet. */
const SECRETS = {
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
  'aws session token': `IQoJb3JpZ2luX2Vj${mixed}${mixed}`,
  entra: `abc8Q~${mixed.slice(0, 34)}`,
};

describe('a known token is replaced wherever it stands', () => {
  it.each(Object.entries(SECRETS))('%s', (_, secret) => {
    for (const text of [
      secret,
      `before ${secret}`,
      `https://example.org/a?b=1&c=${secret}`,
      `name/${secret} after`,
      `"${secret}"`,
    ]) {
      const clean = scrub('t', text);
      expect(clean).not.toContain(secret);
      expect(clean).toMatch(/fp:[0-9a-f]{24}/);
    }
  });
  it.each([
    ['Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['https://user:hunter2@example.org/x', 'hunter2'],
    ['https://x.example/b?sig=AbC%2F1&sv=1', 'AbC%2F1'],
    ['--password=hunter2', 'hunter2'],
    ['access_token=abc', 'abc'],
  ])('%s', (text, secret) => {
    expect(scrub('t', text)).not.toContain(secret);
  });
});

it.each([
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:audit-core/db-main-0ea4cf',
  'arn:aws:s3:::shop-orders/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/03/01/a.json.gz',
  'AKIAEXAMPLE000000001',
  'JTI=5f5f5f5f-0000-1111-2222-333333333333',
  'APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io) terraform-provider-aws/3.76.1 aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'returns-api@harbor-shop-data-4960.iam.gserviceaccount.com',
  'UK12345678901234567890',
  '/subscriptions/12345678-1234-1234-1234-123456789abc/resourceGroups/prod-rg',
])('%s is not a secret and stays as it is', (text) => {
  expect(scrub('t', text)).toBe(text);
});

it('the same secret has one name in a tenant, others in other tenants and under other peppers', () => {
  const text = SECRETS.github;
  expect(scrub('a', text)).toBe(scrub('a', text));
  expect(scrub('a', text)).not.toBe(scrub('b', text));
  expect(scrub('a', text)).not.toBe(createFingerprinter('other').scrub('a', text));
  expect(fingerprint('a', 'token', text)).toBe(scrub('a', text));
});

it('a secret without a mark of its own is found behind words of a path that hide where it begins', () => {
  const secret = SECRETS['aws secret key'];
  expect(scrub('t', `/roleAssignments/r1/${secret}`)).not.toContain(secret.slice(-18));
  expect(scrub('t', `/roleAssignments/r1/${secret}`)).not.toBe(scrub('t', `/roleAssignments/r2/${secret}`));
});

it('two secrets stay two, and texts without one stay as they are', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{36}$/), fc.stringMatching(/^[A-Za-z0-9]{36}$/), (a, b) => {
      fc.pre(a !== b);
      expect(scrub('t', `ghp_${a}`)).not.toBe(scrub('t', `ghp_${b}`));
    }),
  );
  fc.assert(fc.property(fc.string({ maxLength: 13 }), (text) => text.includes('=') || scrub('t', text) === text));
});

it('hostile text takes no more than linear time', () => {
  for (const text of [
    '://a:'.repeat(20_000),
    'eyJ'.repeat(30_000),
    'x_token'.repeat(20_000),
    '-----BEGIN '.repeat(10_000),
    'a.8Q~'.repeat(20_000),
  ])
    expect(scrub('t', `${text}=`).length).toBeGreaterThan(0);
});

it('what is remembered of earlier texts changes no answer', () => {
  const aged = createFingerprinter('pepper');
  const part = fc.constantFrom('arn:aws:s3:::bucket/', 'part-1', 'part-2', ' ', '=', ...Object.values(SECRETS));
  const anyText = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(anyText, fc.boolean(), (text, rare) => {
      const fresh = createFingerprinter('pepper').scrub('t', text);
      expect(aged.scrub('t', text, rare)).toBe(fresh);
      expect(aged.scrub('t', text, rare)).toBe(fresh);
    }),
  );
});
