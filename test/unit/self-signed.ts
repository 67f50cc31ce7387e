/** A key and a self-signed certificate for one test file, the certificate in a file too. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { makeCertificate } from '../make-certificate.ts';

/** The file is removed after the tests. */
export function selfSigned(
  names: readonly string[],
  ips: readonly string[] = [],
): { key: string; cert: string; certFile: string } {
  const { key, cert } = makeCertificate(names, ips);
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-cert-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const certFile = join(dir, 'cert.pem');
  writeFileSync(certFile, cert);
  return { key, cert, certFile };
}
