import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { callBackOf, createSignedRequests } from './signed-request.ts';

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

describe('a signed request', () => {
  test('is accepted once, by the key of now and the one before', () => {
    const requests = createSignedRequests([secret, former]);
    expect(requests.read(signed(), BODY, NOW)).toMatchObject({ ok: true, id: 'msg_1' });
    expect(requests.read(signed(), BODY, NOW + 1_000)).toEqual({ ok: false, reason: 'replayed' });
    expect(requests.read(signed({ id: 'msg_2', key: former }), BODY, NOW)).toMatchObject({ ok: true });
  });

  test.each([-300_001, 301_000])('%d ms away from now is refused', (away) => {
    const read = createSignedRequests([secret]).read(signed({ at: NOW + away }), BODY, NOW);
    expect(read).toEqual({ ok: false, reason: 'stale' });
  });

  test('with any part changed is refused, and what was refused takes no place', () => {
    const requests = createSignedRequests([secret]);
    const headers = signed();
    expect(requests.read(headers, `${BODY} `, NOW)).toEqual({ ok: false, reason: 'signature' });
    expect(requests.read({ ...headers, 'webhook-id': 'msg_2' }, BODY, NOW)).toEqual({ ok: false, reason: 'signature' });
    const later = { ...headers, 'webhook-timestamp': `${NOW / 1_000 + 1}` };
    expect(requests.read(later, BODY, NOW)).toEqual({ ok: false, reason: 'signature' });
    expect(requests.read(signed({ key: former }), BODY, NOW)).toEqual({ ok: false, reason: 'signature' });
    expect(requests.read(headers, BODY, NOW)).toMatchObject({ ok: true });
  });

  test.each([
    [{}],
    [{ 'webhook-id': 'x' }],
    [{ 'webhook-id': '', 'webhook-timestamp': '1', 'webhook-signature': 'v1,' }],
    [{ 'webhook-id': 'x'.repeat(300), 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }],
  ])('without its headers is refused: %j', (headers) => {
    expect(createSignedRequests([secret]).read(headers, BODY, NOW)).toEqual({ ok: false, reason: 'unsigned' });
  });

  test.each(['NaN', '1e3', '-1', 'Infinity', '0x10', `${NOW}`])('dated %s is stale', (timestamp) => {
    const headers = { ...signed(), 'webhook-timestamp': timestamp };
    expect(createSignedRequests([secret]).read(headers, BODY, NOW)).toEqual({ ok: false, reason: 'stale' });
  });

  test('is forgotten when it would be stale anyhow', () => {
    const requests = createSignedRequests([secret]);
    expect(requests.read(signed(), BODY, NOW)).toMatchObject({ ok: true });
    const later = NOW + 600_001;
    expect(requests.read(signed({ at: later }), BODY, later)).toMatchObject({ ok: true });
  });

  test('that is signed and no JSON, or too long, is refused', () => {
    const requests = createSignedRequests([secret]);
    expect(requests.read(signed({ body: 'no' }), 'no', NOW)).toEqual({ ok: false, reason: 'body' });
    const long = 'x'.repeat(20_001);
    expect(requests.read(signed({ body: long }), long, NOW)).toEqual({ ok: false, reason: 'body' });
  });
});

test('a call-back is an event of the responder it came from, and nothing else is one', () => {
  const told = { id: 'sus_1', tenant: 'acme' };
  expect(callBackOf({ type: 'suspension.done', data: told }, 'gateway')).toEqual({
    tenant: 'acme',
    id: 'sus_1',
    event: { kind: 'confirm', by: { kind: 'responder', id: 'gateway' }, why: 'the receiver says done' },
  });
  expect(callBackOf({ type: 'suspension.failed', data: { ...told, detail: 'no such key' } }, 'g')?.event).toMatchObject(
    {
      kind: 'fail',
      why: 'no such key',
    },
  );
  for (const junk of [null, 1, {}, { type: 'suspension.approve', data: told }, { type: 'suspension.done', data: {} }])
    expect(callBackOf(junk, 'gateway')).toBeUndefined();
});
