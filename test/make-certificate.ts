/** A key and a self-signed certificate for one test run, written as DER here so that the tests need nothing but Node. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

function tlv(tag: number, ...parts: (Buffer | number[] | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(part as string))));
  const n = content.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const oid = (...bytes: number[]) => tlv(0x06, bytes);

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);

/** PEM key (PKCS #8) and certificate, for DNS names and IPv4 addresses, valid from 2020 to 2049 (RFC 5280, ECDSA P-256). */
export function makeCertificate(names: readonly string[], ips: readonly string[] = []): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, 'tidemark test'))));
  const alternatives = [
    ...names.map((one) => tlv(0x82, one)),
    ...ips.map((one) => tlv(0x87, one.split('.').map(Number))),
  ];
  const extensions = sequence(
    sequence(SUBJECT_ALT_NAME, tlv(0x04, sequence(...alternatives))),
    sequence(BASIC_CONSTRAINTS, tlv(0x01, [0xff]), tlv(0x04, sequence(tlv(0x01, [0xff])))),
  );
  const body = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, [1, ...randomBytes(8)]),
    ECDSA_SHA256,
    name,
    sequence(tlv(0x17, '200101000000Z'), tlv(0x17, '491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions),
  );
  const der = sequence(body, ECDSA_SHA256, tlv(0x03, [0], sign('sha256', body, privateKey)));
  const lines = der.toString('base64').replace(/(.{64})/g, '$1\n');
  const cert = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}
