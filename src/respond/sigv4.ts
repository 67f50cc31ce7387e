/** Signs requests for AWS by Signature Version 4, headers only, as documented in "Create a signed AWS API request". */
import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from '../ports/outside.ts';

export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** RFC 3986: everything but letters, digits and -._~ */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const byName = ([a, x]: readonly [string, string], [b, y]: readonly [string, string]) =>
  a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0;

/** The path as the services other than S3 sign it: each segment, encoded as it is sent, is encoded once more. */
const canonicalPath = (path: string) => path.split('/').map(encode).join('/');

/**
 * The headers to send, those of the request and the signature's. Every header of the request is signed.
 * `nowMs` is wall time: AWS takes a signature for five minutes.
 */
export function signAws(
  request: HttpRequest,
  key: AwsKey,
  scope: { readonly region: string; readonly service: string },
  nowMs: number,
): Record<string, string> {
  const url = new URL(request.url);
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const sent: Record<string, string> = {
    ...request.headers,
    'x-amz-date': stamp,
    ...(key.sessionToken !== undefined && { 'x-amz-security-token': key.sessionToken }),
  };
  const headers = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')] as const)
    .sort(byName);
  const signed = headers.map(([name]) => name).join(';');
  const query = [...url.searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(byName)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const canonical = [
    request.method,
    canonicalPath(url.pathname),
    query,
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    signed,
    sha256(request.body ?? ''),
  ].join('\n');
  const day = stamp.slice(0, 8);
  const place = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const signingKey = [day, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  );
  const signature = hmac(signingKey, ['AWS4-HMAC-SHA256', stamp, place, sha256(canonical)].join('\n')).toString('hex');
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${place}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}
