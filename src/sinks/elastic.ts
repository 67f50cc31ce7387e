/** Indexes alerts in Elasticsearch as ECS documents, one document an alert, always its newest version. */
import { z } from 'zod';
import type { Receipt, SinkType } from '../ports/delivery.ts';
import { ecsDocument } from '../render/ecs.ts';
import { receiptOf } from '../render/receipt.ts';
import { visibleJson } from '../render/visible.ts';

const options = z.strictObject({
  url: z.string().max(2_048).meta({ description: 'Address of the cluster, such as https://elastic.example.com:9243.' }),
  apiKeyFile: z.string().meta({ description: 'File whose first line is the encoded API key.' }),
  index: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,200}$/)
    .default('tidemark-alerts')
    .meta({ description: 'Index or alias to write to; not a data stream, whose documents cannot be updated.' }),
});

const bulkAnswer = z.object({
  items: z
    .array(z.object({ index: z.object({ status: z.number(), error: z.object({ type: z.string() }).optional() }) }))
    .length(1),
});

/** A bulk request is answered 200 whatever became of its items. */
function itemReceipt(body: string): Receipt {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return { status: 'retry', reason: 'the bulk answer is not JSON' };
  }
  const item = bulkAnswer.safeParse(raw).data?.items[0]?.index;
  if (item === undefined) return { status: 'retry', reason: 'the bulk answer has no item' };
  // 409: this version or a newer one is there already.
  if (item.status < 300 || item.status === 409) return { status: 'delivered' };
  const reason = `item ${item.status} ${(item.error?.type ?? '').slice(0, 64)}`.trim();
  return { status: item.status === 400 ? 'refused' : 'retry', reason };
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Elasticsearch', standard: 'Elastic Common Schema over the bulk API' },
  options,
  encode(alert, { index }) {
    const action = { index: { _index: index, _id: alert.id, version: alert.version, version_type: 'external' } };
    return `${visibleJson(action)}\n${visibleJson(ecsDocument(alert))}\n`;
  },
  async open({ url: base, apiKeyFile }, context) {
    const url = `${base.replace(/\/+$/, '')}/_bulk?filter_path=items.*.status,items.*.error.type`;
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const authorization = `ApiKey ${context.secret(apiKeyFile)}`;
    return {
      async deliver(delivery, signal) {
        const headers = { 'content-type': 'application/x-ndjson', authorization };
        const answer = await context.http.request({ url, method: 'POST', headers, body: delivery.body }, signal);
        const receipt = receiptOf(answer, context.clock.now(), [413]);
        if (receipt.status !== 'delivered' || answer.outcome !== 'answered') return receipt;
        return itemReceipt(answer.body);
      },
    };
  },
};
