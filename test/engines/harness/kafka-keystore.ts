/** What the TLS listener of a broker shows: a key and a self-signed certificate for localhost. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate } from '../../make-certificate.ts';
import { KEYSTORE } from './kafka-process.ts';

/** Writes both for the broker, and the certificate alone for clients, whose path it gives. */
export async function writeKeystore(home: string): Promise<string> {
  const { key, cert } = makeCertificate(['localhost'], ['127.0.0.1']);
  await writeFile(join(home, KEYSTORE), `${key}${cert}`, { mode: 0o600 });
  const certificate = join(home, 'certificate.pem');
  await writeFile(certificate, cert);
  return certificate;
}
