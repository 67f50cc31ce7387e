import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
} from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { type HttpReceiver, httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './ssf.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/risk-level-change';
const WISE = 'https://schemas.openid.net/secevent/wise/event-type/anomalous-behavior-detected';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function keyOf(alg: string): Promise<{ secret: string; keys: JWK[] }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    secret: JSON.stringify({ ...(await exportJWK(privateKey)), alg }),
    keys: [{ ...(await exportJWK(publicKey)), alg, kid: await calculateJwkThumbprint(publicKey) }],
  };
}

async function pushed(alert: Alert, more = {}, alg = 'ES256', answer: HttpReceiver['usual'] = { status: 202 }) {
  const receiver = await httpReceiver(answer);
  const { secret, keys } = await keyOf(alg);
  const context = sinkContext({ key: secret, token: 'bearer-1' });
  undo.push(receiver.close, context.close);
  const settings = sink.options.parse({
    url: `${receiver.url}/events`,
    issuer: 'https://tidemark.example.com/',
    audience: 'https://receiver.example.com/',
    keyFile: 'key',
    tokenFile: 'token',
    ...more,
  });
  const opened = await sink.open(settings, context);
  const delivery = deliveryOf(alert, sink.encode(alert, settings));
  const receipt = await opened.deliver(delivery, AbortSignal.timeout(10_000));
  const request = receiver.received[0]!;
  const { payload } = await jwtVerify(request.body, createLocalJWKSet({ keys }), {
    typ: 'secevent+jwt',
    issuer: 'https://tidemark.example.com/',
    audience: 'https://receiver.example.com/',
  });
  return { receipt, request, payload, delivery };
}

describe('ssf', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'pushes a token that verifies with the public key (%s)',
    async (alg) => {
      const { receipt, request, payload, delivery } = await pushed(exampleAlert(), {}, alg);
      expect(receipt).toEqual({ status: 'delivered' });
      expect(request.headers).toMatchObject({
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        authorization: 'Bearer bearer-1',
      });
      expect(decodeProtectedHeader(request.body)).toMatchObject({ alg, typ: 'secevent+jwt', kid: expect.any(String) });
      expect(payload.jti).toBe(delivery.id);
      expect(payload).not.toHaveProperty('exp');
      expect(payload).not.toHaveProperty('sub');
    },
  );

  it('says in CAEP how the risk of the identity changed, one event a token', async () => {
    const { payload } = await pushed(exampleAlert());
    expect(Object.keys(payload.events as object)).toEqual([CAEP]);
    expect(payload).toMatchObject({
      txn: 'alr_5f0d6c1e9a7b4c3d',
      iat: Math.floor(Date.parse('2026-11-02T03:21:55Z') / 1_000),
      sub_id: {
        format: 'complex',
        application: { format: 'uri', uri: 'arn:aws:iam::111122223333:user/ci-deployer' },
        tenant: { format: 'opaque', id: 'default' },
      },
      events: { [CAEP]: { principal: 'APPLICATION', current_level: 'HIGH', initiating_entity: 'policy' } },
    });
  });

  it('lowers the risk again when the alert is resolved, and ties alerts of one incident together', async () => {
    const { payload } = await pushed(exampleAlert({ status: 'resolved', version: 4, incident: 'inc_7' }));
    expect(payload).toMatchObject({ txn: 'inc_7', events: { [CAEP]: { current_level: 'LOW' } } });
  });

  it('speaks the WISE draft only when told to', async () => {
    const identity = { ...exampleAlert().identity, id: 'spiffe://prod.example.com/ns/pay/sa/api' };
    const { payload } = await pushed(exampleAlert({ identity, severity: 'info' }), { wise: true });
    expect(payload).toMatchObject({
      sub_id: { format: 'uri', uri: 'spiffe://prod.example.com/ns/pay/sa/api' },
      events: { [WISE]: { severity: 'low', anomaly_type: 'unexpected-source,scope-drift' } },
    });
    expect(Object.keys(payload.events as object)).toEqual([WISE]);
  });

  it.each(['not a uri', 'ci deployer:x y', 'naïve:ü', '42', ':'])(
    'names the identity "%s" as an opaque subject',
    async (id) => {
      const identity = { ...exampleAlert().identity, id };
      const { payload } = await pushed(exampleAlert({ identity }));
      expect(payload.sub_id).toMatchObject({ application: { format: 'opaque', id } });
    },
  );

  it.each([
    ['invalid_request', 'refused'],
    ['invalid_key', 'retry'],
    ['invalid_issuer', 'retry'],
    ['invalid_audience', 'retry'],
    ['authentication_failed', 'retry'],
    ['access_denied', 'retry'],
  ])('takes the error %s as %s', async (err, status) => {
    const answer = { status: 400, body: JSON.stringify({ err, description: 'no' }) };
    expect((await pushed(exampleAlert(), {}, 'ES256', answer)).receipt).toEqual({ status, reason: `HTTP 400 ${err}` });
  });

  it('does not repeat what a receiver makes up', async () => {
    const answer = { status: 400, body: JSON.stringify({ err: 'hunter2' }) };
    expect((await pushed(exampleAlert(), {}, 'ES256', answer)).receipt).toEqual({
      status: 'retry',
      reason: 'HTTP 400',
    });
  });

  it.each([
    ['nothing', ''],
    ['junk', 'hunter2'],
    ['a shared secret', JSON.stringify({ kty: 'oct', k: 'aHVudGVyMg', alg: 'HS256', d: 'x' })],
    ['a public key', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'hunter2', alg: 'EdDSA' })],
    ['no alg', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'hunter2', d: 'hunter2' })],
    ['a broken key', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'hunter2', d: 'hunter2', alg: 'EdDSA' })],
  ])('does not open with %s for a key, and keeps it to itself', async (_, secret) => {
    const context = sinkContext({ key: secret });
    undo.push(context.close);
    const settings = sink.options.parse({
      url: 'http://127.0.0.1:1/',
      issuer: 'https://tidemark.example.com/',
      audience: 'a',
      keyFile: 'key',
    });
    await expect(sink.open(settings, context)).rejects.toThrow(/^keyFile: (?!.*hunter2)/);
  });
});
