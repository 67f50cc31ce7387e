import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../ports/outside.ts';
import { signAws } from './sigv4.ts';

// Key, date and expected signatures are those of AWS's published Signature Version 4 test suite, and of the IAM example in its documentation.
const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const scope = { region: 'us-east-1', service: 'service' };
const nowMs = Date.parse('2015-08-30T12:36:00Z');
const HOST = 'https://example.amazonaws.com';

const request = (change: Partial<HttpRequest> = {}): HttpRequest => ({
  url: `${HOST}/`,
  method: 'GET',
  headers: {},
  ...change,
});

describe('Signature Version 4', () => {
  test.each([
    ['get-vanilla', request(), '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      request({ url: `${HOST}/?Param2=value2&Param1=value1` }),
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    ['post-vanilla', request({ method: 'POST' }), '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'post-header-value-case',
      request({ method: 'POST', headers: { 'My-Header1': 'VALUE1' } }),
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    ],
    [
      'post-x-www-form-urlencoded',
      request({
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'Param1=value1',
      }),
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    [
      'post-x-www-form-urlencoded-parameters',
      request({
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf8' },
        body: 'Param1=value1',
      }),
      '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
    ],
  ])('%s', (_, asked, signature) => {
    const { authorization, 'x-amz-date': stamp } = signAws(asked, key, scope, nowMs);
    expect(stamp).toBe('20150830T123600Z');
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$/,
    );
    expect(authorization).toContain(`Signature=${signature}`);
  });

  test('ListUsers of IAM, as documented', () => {
    const listUsers = request({
      url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });
    expect(signAws(listUsers, key, { region: 'us-east-1', service: 'iam' }, nowMs).authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    );
  });

  test('the token of temporary credentials is sent and signed', () => {
    const headers = signAws(request(), { ...key, sessionToken: 'a token' }, scope, nowMs);
    expect(headers['x-amz-security-token']).toBe('a token');
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
  });
});
