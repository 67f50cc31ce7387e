import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 202 });
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), alg: 'EdDSA', note: CANARY };
  return {
    options: {
      url: `${http.url}/events`,
      issuer: 'https://tidemark.example.com/',
      audience: 'https://receiver.example.com/',
      keyFile: 'key',
      tokenFile: 'token',
    },
    secrets: { key: JSON.stringify(jwk), token: CANARY },
    arrived: () => http.received.map(({ body }) => String(decodeJwt(body).jti)),
    http,
    close: http.close,
  };
}
