import { afterEach, describe, expect, it } from 'vitest';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { type HttpReceiver, httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { ecsDocument } from '../render/ecs.ts';
import { sink } from './elastic.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function delivered(answer: HttpReceiver['usual'], alert = exampleAlert()) {
  const receiver = await httpReceiver(answer);
  const context = sinkContext({ key: 'YWJjOmRlZg==' });
  undo.push(receiver.close, context.close);
  const settings = sink.options.parse({ url: `${receiver.url}/es/`, apiKeyFile: 'key' });
  const opened = await sink.open(settings, context);
  const receipt = await opened.deliver(deliveryOf(alert, sink.encode(alert, settings)), AbortSignal.timeout(10_000));
  return { receipt, request: receiver.received[0]! };
}
const item = (status: number, type?: string) => ({
  status: 200,
  body: JSON.stringify({ items: [{ index: { status, ...(type === undefined ? {} : { error: { type } }) } }] }),
});

describe('elastic', () => {
  it('indexes the document under the id of the alert, newest version wins', async () => {
    const alert = exampleAlert({ version: 5 });
    const { receipt, request } = await delivered(item(201), alert);
    expect(receipt).toEqual({ status: 'delivered' });
    expect(request.path).toMatch(/^\/es\/_bulk\?/);
    expect(request.headers).toMatchObject({
      authorization: 'ApiKey YWJjOmRlZg==',
      'content-type': 'application/x-ndjson',
    });
    const lines = request.body.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('');
    expect(JSON.parse(lines[0]!)).toEqual({
      index: { _index: 'tidemark-alerts', _id: alert.id, version: 5, version_type: 'external' },
    });
    expect(JSON.parse(lines[1]!)).toEqual(ecsDocument(alert));
  });

  it('counts a version that is there already, or was overtaken, as delivered', async () => {
    expect((await delivered(item(409, 'version_conflict_engine_exception'))).receipt).toEqual({ status: 'delivered' });
  });

  it('refuses a document that the mapping turns down', async () => {
    expect((await delivered(item(400, 'document_parsing_exception'))).receipt).toEqual({
      status: 'refused',
      reason: 'item 400 document_parsing_exception',
    });
  });

  it.each([401, 403, 404, 429, 500, 503])('tries again when the item says %i', async (status) => {
    expect((await delivered(item(status))).receipt).toEqual({ status: 'retry', reason: `item ${status}` });
  });

  it.each(['', '{', '{}', '{"items":[]}', '{"items":[{"create":{"status":201}}]}', '{"items":{"length":1}}'])(
    'does not believe a 200 with the body "%s"',
    async (body) => {
      expect((await delivered({ status: 200, body })).receipt).toMatchObject({ status: 'retry' });
    },
  );
});
