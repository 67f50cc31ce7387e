import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARRIERS, leftOf, MORE_SECRETS, SECRETS, SURROUNDINGS } from '../test/unit/planted-secrets.ts';
import { createFingerprinter, isSecretName } from './secrets.ts';

const { scrub, fingerprint } = createFingerprinter('pepper');
const TEXTS = ['bucket', 'eu-west-1', 'arn:aws:iam::123456789012:role/Deploy', 'Mozilla/5.0 (X11; Linux x86_64)', ''];

describe('a known token is replaced wherever it stands', () => {
  it.each(Object.keys(SURROUNDINGS))('%s', (place) => {
    for (const [kind, secret] of Object.entries(SECRETS))
      for (const text of TEXTS) {
        const planted = SURROUNDINGS[place]!(secret, text);
        const clean = scrub('t', planted);
        expect([kind, text, leftOf(secret, planted) !== undefined, leftOf(secret, clean)]).toEqual([
          kind,
          text,
          true,
          undefined,
        ]);
        expect(clean).toMatch(/fp:[0-9a-f]{24}/);
        // What was scrubbed once is scrubbed: on a second way the same secret would get another name.
        expect(scrub('t', clean)).toBe(clean);
      }
  });
  it.each([
    ['Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['https://user:hunter2@example.org/x', 'hunter2'],
    ['https://x.example/b?sig=AbC%2F1&sv=1', 'AbC%2F1'],
    ['--password=hunter2', 'hunter2'],
    ['access_token=abc', 'abc'],
    ['aws_secret_access_key=abc', 'abc'],
    ['DB_PASSWORD="hunter2"', 'hunter2'],
    ['{"password": "hunter2"}', 'hunter2'],
    ['{\\"password\\":\\"hunter2\\"}', 'hunter2'],
    ['%22password%22%3A%22hunter2%22', 'hunter2'],
    ['password%3Dhunter2%26x', 'hunter2'],
    ["{'pwd':'a1'}", 'a1'],
    ['password: hunter2', 'hunter2'],
  ])('%s', (text, secret) => {
    expect(scrub('t', text)).not.toContain(secret);
  });
});

const packed = (text: string) => Buffer.from(text).toString('base64');

describe('more issuers', () => {
  const WAYS: Readonly<Record<string, (secret: string) => string>> = {
    alone: (secret) => secret,
    'in a query': (secret) => `/x?k=${encodeURIComponent(secret)}&b=1`,
    'in JSON in JSON': (secret) => JSON.stringify({ b: JSON.stringify({ a: secret }) }),
    'in a text': (secret) => `run with ${secret} now`,
  };
  it.each(Object.entries(MORE_SECRETS))('%s', (_, secret) => {
    for (const way of Object.values(WAYS)) {
      const clean = scrub('t', way(secret));
      expect(leftOf(secret.slice(-24), clean)).toBeUndefined();
      expect(scrub('t', clean)).toBe(clean);
    }
  });
});

it.each(CARRIERS)('%s', (carrier) => {
  const secret = 's3cr3tPa55w0rd';
  const text = carrier.replace(/(?<![A-Z])PASSWORD/, secret);
  const clean = scrub('t', text);
  expect(text).toContain(secret);
  expect(clean).not.toContain(secret);
  expect(scrub('t', clean)).toBe(clean);
});

describe('what base64 holds', () => {
  const all = { ...SECRETS, ...MORE_SECRETS };
  const WAYS: Readonly<Record<string, (text: string) => string>> = {
    alone: packed,
    'in JSON': (text) => JSON.stringify({ data: { key: packed(JSON.stringify({ k: text })) } }),
    'in the alphabet of URLs': (text) => `data=${Buffer.from(`token ${text}\n`).toString('base64url')}`,
    'in a URL': (text) => `/x?d=${encodeURIComponent(packed(`>>>?${text}`))}&x=1`,
    'behind an escaped quote': (text) => `%22${packed(text)}%22`,
    'in a path': (text) => `/objects/one/${packed(text)}`,
    'packed twice': (text) => packed(`{"inner":"${packed(text)}"}`),
  };
  it.each(Object.entries(WAYS))('%s', (_, way) => {
    for (const [kind, secret] of Object.entries(all)) {
      const clean = scrub('t', way(secret));
      const runs = (decodeURIComponent(clean).match(/[A-Za-z0-9+/_=-]{16,}/g) ?? []).flatMap((run) =>
        [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')),
      );
      expect([kind, runs.some((text) => text.includes(secret.slice(-12)))]).toEqual([kind, false]);
      expect(clean).toMatch(/fp:[0-9a-f]{24}/);
      expect(scrub('t', clean)).toBe(clean);
    }
  });
  it('without a secret stays', () => {
    for (const text of ['{"page":2,"after":"2026-03-01T00:00:00Z"}', 'a plain text of some length', 'x'.repeat(300)])
      expect(scrub('t', packed(text))).toBe(packed(text));
  });
  it('is not unpacked without end', () => {
    let text = 'Instances of plain text';
    for (let n = 0; n < 12; n++) text = packed(`${text} ${text}`);
    expect(scrub('t', text).length).toBeGreaterThan(0);
    // Each of many places may be a beginning, and all that follows a text.
    expect(scrub('t', `${packed('plain text.')}/`.repeat(2_000)).length).toBeGreaterThan(0);
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
  'x:sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'SERIALCONSOLE/SERIALPORTS/CONNECT/ACTION',
  'arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup',
  'DescribeVpcEndpointServiceConfigurations',
  'ec2:DescribeReservedInstancesListingsV2ForAccount1',
  'k8s/apis/apps/v1/namespaces/Team42/deployments/checkout/scale',
  'AROAEXAMPLE0000000001:i-0123456789abcdef0',
  'projects/p1/serviceAccounts/1234567890/keys/7e19c4d2f08b3a65c1d94e27b6f0a853c2d1e0f9',
  '{"nextToken":"page-2","secretId":"db-main","tokens":3}',
  'secret:audit-core/db-main',
  'L7b2GZlqS5uPz0hM3xK8wA',
  '01HQZX3V5N8K2J4M6P7R9S0TAB',
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

it('of keys drawn at random fewer than one in ten thousand looks like a name', () => {
  // A fixed seed: the keys are always the same ones, so this either holds or does not.
  let state = 20_260_301;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) & 0xff;
  };
  let missed = 0;
  for (let i = 0; i < 20_000; i++) {
    const key = Buffer.from(Array.from({ length: 30 }, next)).toString('base64');
    if (scrub('t', key, true) === key) missed++;
  }
  expect(missed).toBeLessThanOrEqual(1);
});

it('a field is known by its name where that is one of a secret', () => {
  for (const name of ['password', 'DB_PASSWORD', 'client_secret', 'clientSecret', 'X-Api-Key', 'aws_secret_access_key'])
    expect([name, isSecretName(name)]).toEqual([name, true]);
  for (const name of ['token_id', 'hashed_token', 'nextToken', 'secretId', 'passwords', 'x'.repeat(10_000)])
    expect([name, isSecretName(name)]).toEqual([name, false]);
});

it('two secrets stay two, and texts without one stay as they are', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{36}$/), fc.stringMatching(/^[A-Za-z0-9]{36}$/), (a, b) => {
      fc.pre(a !== b);
      expect(scrub('t', `ghp_${a}`)).not.toBe(scrub('t', `ghp_${b}`));
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 13 }), (text) => /[='"@~%\\]|: /.test(text) || scrub('t', text) === text),
  );
});

it('hostile text takes no more than linear time', () => {
  for (const text of [
    '://a:'.repeat(20_000),
    'eyJ'.repeat(30_000),
    'x_token'.repeat(20_000),
    'x-key'.repeat(20_000),
    'cookie:'.repeat(20_000),
    '--token '.repeat(10_000),
    'password   '.repeat(10_000),
    ' -u aaa'.repeat(10_000),
    'Mabcdefghijklmnopqrstuvwx.abcdef.'.repeat(2_000),
    'aA1/'.repeat(20_000),
    '-----BEGIN '.repeat(10_000),
    'a.8Q~'.repeat(20_000),
    '%22password%22%3A'.repeat(10_000),
    '\\\\"pwd'.repeat(20_000),
    'A/'.repeat(50_000),
    '%2F'.repeat(40_000),
    '-----BEGIN KEY-----'.repeat(5_000),
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
