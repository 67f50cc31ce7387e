/** Sends alerts to Splunk's HTTP Event Collector. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SinkType } from '../ports/delivery.ts';
import { ocsfFinding } from '../render/ocsf.ts';
import { receiptOf } from '../render/receipt.ts';
import { visibleJson } from '../render/visible.ts';

/** HEC codes that say the event itself is wrong (no data, invalid format, event missing or blank, fields wrong). */
const BAD_EVENT = new Set([5, 6, 12, 13, 15]);

const word = z.string().min(1).max(256);
const options = z.strictObject({
  url: z
    .string()
    .max(2_048)
    .meta({ description: 'Address of the collector, such as https://splunk.example.com:8088.' }),
  tokenFile: z.string().meta({ description: 'File whose first line is the HEC token.' }),
  index: word.optional().meta({ description: "Index; the token's default when absent." }),
  source: word.default('tidemark'),
  sourcetype: word.default('tidemark:alert'),
  host: word.default('tidemark'),
  shape: z
    .enum(['alert', 'ocsf'])
    .default('alert')
    .meta({ description: 'The alert as it is, or an OCSF Detection Finding.' }),
});

/** Indexer acknowledgement wants a channel; the same delivery always has the same. */
function channelOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function codeOf(body: string): number | undefined {
  try {
    return z.object({ code: z.number() }).safeParse(JSON.parse(body)).data?.code;
  } catch {
    return undefined;
  }
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Splunk', standard: 'HTTP Event Collector, /services/collector/event' },
  options,
  encode(alert, { index, source, sourcetype, host, shape }) {
    return visibleJson({
      time: Date.parse(alert.lastAt) / 1_000,
      host,
      source,
      sourcetype,
      index,
      event: shape === 'ocsf' ? ocsfFinding(alert) : alert,
      fields: { alert_id: alert.id, alert_version: `${alert.version}`, severity: alert.severity, tenant: alert.tenant },
    });
  },
  async open({ url: base, tokenFile }, context) {
    const url = `${base.replace(/\/+$/, '')}/services/collector/event`;
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const authorization = `Splunk ${context.secret(tokenFile)}`;
    return {
      async deliver(delivery, signal) {
        const headers = {
          'content-type': 'application/json',
          authorization,
          'x-splunk-request-channel': channelOf(delivery.id),
        };
        const answer = await context.http.request({ url, method: 'POST', headers, body: delivery.body }, signal);
        const receipt = receiptOf(answer, context.clock.now());
        if (receipt.status === 'delivered' || answer.outcome !== 'answered') return receipt;
        const code = codeOf(answer.body);
        if (code === undefined) return receipt;
        const reason = `HTTP ${answer.status}, HEC code ${code}`;
        return BAD_EVENT.has(code) ? { status: 'refused', reason } : { ...receipt, reason };
      },
    };
  },
};
