/** Sends alerts as signed webhooks by Standard Webhooks 1.0.0. */
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { SinkContext, SinkType } from '../ports/delivery.ts';
import { changeOf } from '../render/change.ts';
import { fitAlert } from '../render/fit-alert.ts';
import { receiptOf } from '../render/receipt.ts';
import { visibleJson } from '../render/visible.ts';
import { secretObjection } from '../signing/webhook-secret.ts';

/** The standard asks for bodies under 20 kB; what is left is for the envelope. */
const ALERT_MAX_BYTES = 19_500;

const options = z.strictObject({
  url: z.string().max(2_048).meta({ description: 'Where to post.' }),
  secretFile: z.string().meta({ description: 'File whose first line is the signing secret, `whsec_` and base64.' }),
  previousSecretFile: z
    .string()
    .optional()
    .meta({ description: 'The secret before; while set, each webhook carries two signatures.' }),
});

function signerOf(file: string, option: string, context: SinkContext): Webhook {
  const secret = context.secret(file);
  const wrong = secretObjection(secret);
  if (wrong !== undefined) context.refuse(`${option}: ${wrong}`);
  return new Webhook(secret);
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Signed webhook', standard: 'Standard Webhooks 1.0.0' },
  options,
  encode(alert) {
    const { alert: fitted, trimmed } = fitAlert(alert, ALERT_MAX_BYTES);
    return visibleJson({ type: `alert.${changeOf(alert)}`, timestamp: alert.lastAt, data: fitted, trimmed });
  },
  async open({ url, secretFile, previousSecretFile }, context) {
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const signers = [signerOf(secretFile, 'secretFile', context)];
    if (previousSecretFile !== undefined) signers.push(signerOf(previousSecretFile, 'previousSecretFile', context));
    return {
      async deliver(delivery, signal) {
        const now = context.clock.now();
        const headers = {
          'content-type': 'application/json; charset=utf-8',
          'webhook-id': delivery.id,
          'webhook-timestamp': `${Math.floor(now / 1_000)}`,
          'webhook-signature': signers.map((one) => one.sign(delivery.id, new Date(now), delivery.body)).join(' '),
        };
        const answer = await context.http.request({ url, method: 'POST', headers, body: delivery.body }, signal);
        return receiptOf(answer, now);
      },
    };
  },
};
