import { afterEach, describe, expect, it } from 'vitest';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { type HttpReceiver, httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './splunk-hec.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function delivered(answer: HttpReceiver['usual'], more = {}) {
  const receiver = await httpReceiver(answer);
  const context = sinkContext({ token: '9d1f-token' });
  undo.push(receiver.close, context.close);
  const settings = sink.options.parse({ url: receiver.url, tokenFile: 'token', ...more });
  const opened = await sink.open(settings, context);
  const alert = exampleAlert();
  const receipt = await opened.deliver(deliveryOf(alert, sink.encode(alert, settings)), AbortSignal.timeout(10_000));
  return { receipt, request: receiver.received[0]! };
}

describe('splunk-hec', () => {
  it('posts one event to the collector with token, channel and indexed fields', async () => {
    const { receipt, request } = await delivered(
      { status: 200, body: '{"text":"Success","code":0}' },
      { index: 'soc' },
    );
    expect(receipt).toEqual({ status: 'delivered' });
    expect(request).toMatchObject({ method: 'POST', path: '/services/collector/event' });
    expect(request.headers.authorization).toBe('Splunk 9d1f-token');
    expect(request.headers['x-splunk-request-channel']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(JSON.parse(request.body)).toEqual({
      time: Date.parse('2026-11-02T03:21:55.250Z') / 1_000,
      host: 'tidemark',
      source: 'tidemark',
      sourcetype: 'tidemark:alert',
      index: 'soc',
      event: exampleAlert(),
      fields: { alert_id: 'alr_5f0d6c1e9a7b4c3d', alert_version: '1', severity: 'high', tenant: 'default' },
    });
  });

  it('can speak OCSF', async () => {
    const { request } = await delivered({ status: 200 }, { shape: 'ocsf' });
    expect(JSON.parse(request.body).event).toMatchObject({ class_uid: 2004, metadata: { version: '1.8.0' } });
  });

  it.each([5, 6, 12, 13, 15])('refuses an event that the collector calls wrong (code %i)', async (code) => {
    const { receipt } = await delivered({ status: 400, body: JSON.stringify({ text: 'no', code }) });
    expect(receipt).toEqual({ status: 'refused', reason: `HTTP 400, HEC code ${code}` });
  });

  it.each([
    [403, 4, 'invalid token'],
    [400, 7, 'incorrect index'],
    [503, 9, 'server is busy'],
    [401, 2, 'token required'],
  ])('tries again what a person can mend (HTTP %i, code %i: %s)', async (status, code) => {
    const { receipt } = await delivered({ status, body: JSON.stringify({ text: 'no', code }) });
    expect(receipt).toEqual({ status: 'retry', reason: `HTTP ${status}, HEC code ${code}` });
  });

  it.each(['', 'not json', '[]', '{"code":"6"}', 'null'])('is not confused by the answer "%s"', async (body) => {
    expect((await delivered({ status: 400, body })).receipt).toEqual({ status: 'retry', reason: 'HTTP 400' });
  });
});
