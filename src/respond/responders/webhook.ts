/** Asks a receiver of yours to act, by one signed webhook (Standard Webhooks 1.0.0): the contract that other tools build on. */
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Order, OrderOutcome, ResponderContext, ResponderType } from '../../ports/respond.ts';
import { secretObjection } from '../../signing/webhook-secret.ts';
import { jsonOf, outcomeOf } from '../outcome.ts';
import { signatureCheck } from '../signed-request.ts';

/** The standard asks for bodies under 20 kB. */
const BODY_MAX_BYTES = 20_000;

const options = z.strictObject({
  url: z.string().max(2_048).meta({ description: 'Where to post.' }),
  secretFile: z.string().meta({ description: 'File whose first line is the signing secret, `whsec_` and base64.' }),
  previousSecretFile: z
    .string()
    .optional()
    .meta({ description: 'The secret before; while set, each webhook carries two signatures.' }),
  callBack: z.boolean().default(false).meta({
    description:
      'Wait for a signed call-back that says done or failed; otherwise an answer of 200, 201 or 204 means done.',
  }),
  reversible: z.boolean().default(true).meta({ description: 'The receiver can undo what it does.' }),
});

function secretOf(file: string, option: string, context: ResponderContext): string {
  const secret = context.secret(file);
  const wrong = secretObjection(secret);
  if (wrong !== undefined) context.refuse(`${option}: ${wrong}`);
  return secret;
}

const answered = z.object({
  status: z.enum(['done', 'accepted', 'refused']),
  detail: z.string().max(1_024).default(''),
});

/** The body is a function of the order alone, so that every attempt sends the same bytes. */
function bodyOf({ step, suspension, audit }: Order): string {
  const { id, tenant, txn, alertId, identity, owner, action, target, parameters, reason, liftAt } = suspension;
  const approvedBy = suspension.approvals.map(({ by }) => ({ kind: by.kind, id: by.id }));
  return JSON.stringify({
    type: step === 'act' ? 'suspension.dispatch' : 'suspension.lift',
    timestamp: audit.at,
    data: { id, tenant, txn, alertId, identity, owner, action, target, parameters, reason, approvedBy, liftAt, audit },
  });
}

export const responder: ResponderType<z.infer<typeof options>> = {
  about: {
    title: 'Signed webhook',
    standard: 'Standard Webhooks 1.0.0',
    actions: ['step-up', 'rotate-credential', 'revoke-session', 'narrow-scope', 'suspend-identity'],
  },
  options,
  async open({ url, secretFile, previousSecretFile, callBack, reversible }, context) {
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const secrets = [secretOf(secretFile, 'secretFile', context)];
    if (previousSecretFile !== undefined) secrets.push(secretOf(previousSecretFile, 'previousSecretFile', context));
    const signers = secrets.map((secret) => new Webhook(secret));
    return {
      isSignedBy: signatureCheck(secrets),
      prepare: ({ parameters }) => ({
        ok: true,
        parameters,
        reversible,
        breaks: 'not known here: what stops working follows from what the receiver of the webhook does',
      }),
      async carryOut(order, signal): Promise<OrderOutcome> {
        const body = bodyOf(order);
        if (Buffer.byteLength(body) > BODY_MAX_BYTES) return { status: 'refused', reason: 'it does not fit 20 kB' };
        const now = context.clock.now();
        const headers = {
          'content-type': 'application/json; charset=utf-8',
          'webhook-id': order.id,
          'webhook-timestamp': `${Math.floor(now / 1_000)}`,
          'webhook-signature': signers.map((one) => one.sign(order.id, new Date(now), body)).join(' '),
        };
        const answer = await context.http.request({ url, method: 'POST', headers, body }, signal);
        const outcome = outcomeOf(answer, now);
        if (outcome !== 'ok' || answer.outcome !== 'answered')
          return outcome === 'ok' ? { status: 'accepted' } : outcome;
        const said = answered.safeParse(jsonOf(answer)).data;
        if (said?.status === 'refused') return { status: 'refused', reason: `the receiver: ${said.detail}` };
        if (said?.status === 'done') return { status: 'done', detail: said.detail || 'the receiver says done' };
        // 202 says by itself that the work is still to be done.
        if (said?.status === 'accepted' || callBack || answer.status === 202) return { status: 'accepted' };
        return { status: 'done', detail: `HTTP ${answer.status}` };
      },
    };
  },
};
