import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { alertSchema } from '../../schemas/alert.ts';
import { exampleAlert, hugeAlert } from '../../test/unit/example-alert.ts';
import { type HttpReceiver, httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './webhook.ts';

const NOW = `whsec_${Buffer.alloc(32, 'now').toString('base64')}`;
const BEFORE = `whsec_${Buffer.alloc(32, 'before').toString('base64')}`;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function posted(
  secrets: Record<string, string>,
  options: Record<string, string>,
  alert = exampleAlert(),
): Promise<HttpReceiver['received'][0] & { id: string }> {
  const receiver = await httpReceiver();
  const context = sinkContext(secrets);
  undo.push(receiver.close, context.close);
  const settings = sink.options.parse({ url: `${receiver.url}/hook?a=b`, ...options });
  const opened = await sink.open(settings, context);
  const delivery = deliveryOf(alert, sink.encode(alert, settings));
  expect(await opened.deliver(delivery, AbortSignal.timeout(10_000))).toEqual({ status: 'delivered' });
  return { ...receiver.received[0]!, id: delivery.id };
}

describe('webhook', () => {
  it('is accepted by the published verifier, under the id of the delivery', async () => {
    const request = await posted({ now: NOW }, { secretFile: 'now' });
    expect(request.method).toBe('POST');
    expect(request.path).toBe('/hook?a=b');
    expect(request.headers['webhook-id']).toBe(request.id);
    const payload = new Webhook(NOW).verify(request.body, request.headers as Record<string, string>);
    expect(payload).toMatchObject({ type: 'alert.raised', timestamp: '2026-11-02T03:21:55.250Z' });
    expect(alertSchema.parse((payload as { data: unknown }).data)).toEqual(exampleAlert());
  });

  it('is turned down by the verifier when a byte, the id or the key differs', async () => {
    const { body, headers } = await posted({ now: NOW }, { secretFile: 'now' });
    const verify = (secret: string, text: string, more = {}) =>
      new Webhook(secret).verify(text, { ...(headers as Record<string, string>), ...more });
    expect(() => verify(NOW, body)).not.toThrow();
    expect(() => verify(NOW, `${body} `)).toThrow();
    expect(() => verify(NOW, body, { 'webhook-id': 'msg_other' })).toThrow();
    expect(() => verify(BEFORE, body)).toThrow();
  });

  it('carries two signatures while the key changes, so either side may go first', async () => {
    const request = await posted({ now: NOW, before: BEFORE }, { secretFile: 'now', previousSecretFile: 'before' });
    expect(String(request.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [NOW, BEFORE])
      expect(() => new Webhook(secret).verify(request.body, request.headers as Record<string, string>)).not.toThrow();
  });

  it('keeps the body under 20 kB and says what it left out', async () => {
    const request = await posted({ now: NOW }, { secretFile: 'now' }, hugeAlert());
    expect(Buffer.byteLength(request.body)).toBeLessThan(20_000);
    const payload = new Webhook(NOW).verify(request.body, request.headers as Record<string, string>) as {
      type: string;
      data: unknown;
      trimmed: object;
    };
    expect(payload.type).toBe('alert.updated');
    expect(alertSchema.safeParse(payload.data).error).toBeUndefined();
    expect(payload.trimmed).toMatchObject({ texts: true });
  });

  it.each([
    '',
    'whsec_',
    'whsec_c2hvcnQ=',
    'secret',
    `whsec_${'A'.repeat(200)}`,
    'whsec_not base64 at all, but long enough',
  ])('does not open with the secret "%s"', async (secret) => {
    const context = sinkContext({ now: secret });
    undo.push(context.close);
    await expect(sink.open({ url: 'http://127.0.0.1:1/', secretFile: 'now' }, context)).rejects.toThrow(
      /^secretFile: /,
    );
  });
});
