/** Opens, acknowledges and resolves PagerDuty incidents through the Events API v2. */
import { z } from 'zod';
import type { SinkType } from '../ports/delivery.ts';
import { advice } from '../render/advice.ts';
import { decisionOf } from '../render/change.ts';
import { clip } from '../render/clip.ts';
import { fitAlert } from '../render/fit-alert.ts';
import { receiptOf } from '../render/receipt.ts';
import { threadOf } from '../render/thread-of.ts';
import { visible, visibleJson } from '../render/visible.ts';

const SUMMARY_MAX = 1_024;
const ALERT_MAX_BYTES = 128 * 1024;
const SEVERITY = { info: 'info', low: 'info', medium: 'warning', high: 'error', critical: 'critical' } as const;
const ACTION = {
  new: 'trigger',
  acknowledged: 'acknowledge',
  suppressed: 'resolve',
  expired: 'resolve',
  resolved: 'resolve',
} as const;

/** What responders read on a phone; the alert in the details is exact. */
const shown = (text: string) => clip(visible(text), SUMMARY_MAX);

const options = z.strictObject({
  routingKeyFile: z.string().meta({ description: 'File whose first line is the integration key.' }),
  url: z
    .string()
    .max(2_048)
    .default('https://events.pagerduty.com/v2/enqueue')
    .meta({ description: 'Events API; the EU has its own address.' }),
});

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'PagerDuty', standard: 'Events API v2' },
  options,
  // Alerts of one cause share an incident: it is acknowledged or resolved when the last of them is.
  skips: ({ standing, status }) => standing !== undefined && standing.page !== status,
  encode(alert) {
    const { identity, status } = alert;
    const decision = decisionOf(alert);
    return visibleJson({
      event_action: ACTION[status],
      // All versions of an alert are one incident, and so are alerts of several identities for one cause, from the first of
      // them on; a repeated delivery changes nothing.
      dedup_key: clip(threadOf(alert), 255),
      client: 'Tidemark',
      payload: {
        summary: shown(alert.title),
        source: shown(identity.id),
        severity: SEVERITY[alert.severity],
        timestamp: alert.lastAt,
        component: shown(identity.name ?? identity.id),
        group: shown(alert.owner ?? alert.tenant),
        class: alert.kinds.join(','),
        custom_details: {
          recommendation: visible(advice(alert.recommendation)),
          ...(decision !== undefined && { decision: shown(decision) }),
          alert: fitAlert(alert, ALERT_MAX_BYTES).alert,
        },
      },
    });
  },
  async open({ routingKeyFile, url }, context) {
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const key = JSON.stringify(context.secret(routingKeyFile));
    return {
      async deliver(delivery, signal) {
        // The key is a secret, so the stored body does not have it; it is put in on the way out.
        const body = `{"routing_key":${key},${delivery.body.slice(1)}`;
        const headers = { 'content-type': 'application/json; charset=utf-8' };
        const answer = await context.http.request({ url, method: 'POST', headers, body }, signal);
        return receiptOf(answer, context.clock.now(), [400]);
      },
    };
  },
};
