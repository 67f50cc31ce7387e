import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { ClaimStore } from '../ports/respond.ts';
import { callBackOf, createSignedRequests, signatureCheck } from './signed-request.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const former = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const NOW = Date.parse('2026-11-02T04:00:00.000Z');
const BODY = '{"type":"suspension.done","data":{"id":"sus_1","tenant":"acme"}}';

function signed(change: { id?: string; at?: number; body?: string; key?: string } = {}) {
  const { id = 'msg_1', at = NOW, body = BODY, key = secret } = change;
  return {
    'webhook-id': id,
    'webhook-timestamp': `${Math.floor(at / 1_000)}`,
    'webhook-signature': new Webhook(key).sign(id, new Date(Math.floor(at / 1_000) * 1_000), body),
  };
}

/** The same promise as the store's, for the length of a test. */
function onceInMemory(): ClaimStore & { readonly keys: Set<string> } {
  const keys = new Set<string>();
  return {
    keys,
    isKnown: async (kind, key) => keys.has(`${kind} ${key}`),
    async isFirst(kind, key) {
      const whole = `${kind} ${key}`;
      const first = !keys.has(whole);
      keys.add(whole);
      return first;
    },
  };
}

const open = (secrets: readonly string[], once = onceInMemory()) =>
  createSignedRequests('test', new Map([['gateway', signatureCheck(secrets)]]), once);

describe('a signed request', () => {
  test('is accepted once, by the key of now and the one before', async () => {
    const requests = open([secret, former]);
    expect(await requests.read(signed(), BODY, NOW)).toMatchObject({ ok: true, signer: 'gateway' });
    expect(await requests.read(signed(), BODY, NOW + 1_000)).toEqual({ ok: false, reason: 'replayed' });
    expect(await requests.read(signed({ id: 'msg_2', key: former }), BODY, NOW)).toMatchObject({ ok: true });
  });

  test.each([-300_001, 301_000])('%d ms away from now is refused', async (away) => {
    const read = await open([secret]).read(signed({ at: NOW + away }), BODY, NOW);
    expect(read).toEqual({ ok: false, reason: 'stale' });
  });

  test('with any part changed is refused, and what was refused takes no place', async () => {
    const requests = open([secret]);
    const headers = signed();
    expect(await requests.read(headers, `${BODY} `, NOW)).toEqual({ ok: false, reason: 'signature' });
    expect(await requests.read({ ...headers, 'webhook-id': 'msg_2' }, BODY, NOW)).toEqual({
      ok: false,
      reason: 'signature',
    });
    const later = { ...headers, 'webhook-timestamp': `${NOW / 1_000 + 1}` };
    expect(await requests.read(later, BODY, NOW)).toEqual({ ok: false, reason: 'signature' });
    expect(await requests.read(signed({ key: former }), BODY, NOW)).toEqual({ ok: false, reason: 'signature' });
    expect(await requests.read(headers, BODY, NOW)).toMatchObject({ ok: true });
  });

  test.each([
    [{}],
    [{ 'webhook-id': 'x' }],
    [{ 'webhook-id': '', 'webhook-timestamp': '1', 'webhook-signature': 'v1,' }],
    [{ 'webhook-id': 'x'.repeat(300), 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }],
  ])('without its headers is refused: %j', async (headers) => {
    expect(await open([secret]).read(headers, BODY, NOW)).toEqual({ ok: false, reason: 'unsigned' });
  });

  test.each(['NaN', '1e3', '-1', 'Infinity', '0x10', `${NOW}`])('dated %s is stale', async (timestamp) => {
    const headers = { ...signed(), 'webhook-timestamp': timestamp };
    expect(await open([secret]).read(headers, BODY, NOW)).toEqual({ ok: false, reason: 'stale' });
  });

  test('counts for the signer alone whose key it bears', async () => {
    const once = onceInMemory();
    const two = new Map([
      ['a', signatureCheck([secret])],
      ['b', signatureCheck([former])],
    ]);
    const requests = createSignedRequests('test', two, once);
    expect(await requests.read(signed({ key: former }), BODY, NOW)).toMatchObject({ ok: true, signer: 'b' });
    expect(await requests.read(signed(), BODY, NOW)).toMatchObject({ ok: true, signer: 'a' });
    expect(once.keys.size).toBe(2);
  });

  test('that is signed and no JSON, or too long, is refused', async () => {
    const requests = open([secret]);
    expect(await requests.read(signed({ body: 'no' }), 'no', NOW)).toEqual({ ok: false, reason: 'body' });
    const long = 'x'.repeat(20_001);
    expect(await requests.read(signed({ body: long }), long, NOW)).toEqual({ ok: false, reason: 'body' });
  });
});

test('a call-back is an event of the responder it came from', () => {
  expect(callBackOf('suspension.done', '', 'gateway')).toEqual({
    kind: 'confirm',
    by: { kind: 'responder', id: 'gateway' },
    why: 'the receiver says done',
  });
  expect(callBackOf('suspension.failed', 'no such key', 'g')).toMatchObject({ kind: 'fail', why: 'no such key' });
});
