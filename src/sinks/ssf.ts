/** Pushes alerts as signed Security Event Tokens to a receiver of the OpenID Shared Signals Framework (RFC 8417, RFC 8935). */
import { z } from 'zod';
import type { SinkType } from '../ports/delivery.ts';
import { receiptOf } from '../render/receipt.ts';
import { securityEvent } from '../render/security-event.ts';
import { visibleJson } from '../render/visible.ts';
import { tokenSigner } from '../signing/token-signer.ts';

const options = z.strictObject({
  url: z.string().max(2_048).meta({ description: 'Push endpoint of the receiver.' }),
  issuer: z.url().max(2_048).meta({ description: '`iss` of the tokens.' }),
  audience: z.string().min(1).max(2_048).meta({ description: '`aud` of the tokens.' }),
  keyFile: z.string().meta({ description: 'File whose first line is the private signing key, a JWK with `alg`.' }),
  tokenFile: z.string().optional().meta({ description: 'File whose first line is the bearer token for the receiver.' }),
  wise: z.boolean().default(false).meta({
    description: 'Send anomalous-behavior-detected of the WISE draft instead of risk-level-change of CAEP.',
  }),
});

/** Why a receiver did not take a token (RFC 8935, section 2.4). Anything else in its answer is not repeated. */
const PUSH_ERRORS = new Set([
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'access_denied',
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Shared Signals', standard: 'OpenID SSF 1.0, CAEP 1.0, push by RFC 8935' },
  options,
  encode: (alert, settings) => visibleJson(securityEvent(alert, settings)),
  async open({ url, keyFile, tokenFile }, context) {
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const sign = await tokenSigner(keyFile, context);
    const authorization = tokenFile === undefined ? {} : { authorization: `Bearer ${context.secret(tokenFile)}` };
    return {
      async deliver(delivery, signal) {
        const body = await sign({ ...JSON.parse(delivery.body), jti: delivery.id }, 'secevent+jwt');
        const headers = { 'content-type': 'application/secevent+jwt', accept: 'application/json', ...authorization };
        const answer = await context.http.request({ url, method: 'POST', headers, body }, signal);
        const receipt = receiptOf(answer, context.clock.now());
        if (answer.outcome !== 'answered' || answer.status !== 400) return receipt;
        const error = z.object({ err: z.string() }).safeParse(parsed(answer.body)).data?.err;
        if (error === undefined || !PUSH_ERRORS.has(error)) return receipt;
        // A key, an issuer or a login can be mended on either side; a malformed token stays so.
        return { status: error === 'invalid_request' ? 'refused' : 'retry', reason: `HTTP 400 ${error}` };
      },
    };
  },
};
