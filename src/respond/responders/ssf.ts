/** Tells receivers of the OpenID Shared Signals Framework that a session, credential or account is no longer to be trusted (CAEP, RISC). */
import { z } from 'zod';
import type { ContainmentAction } from '../../../schemas/suspension.ts';
import type { Order, ResponderType } from '../../ports/respond.ts';
import { tokenSigner } from '../../signing/token-signer.ts';
import { jsonOf, outcomeOf, valueAt } from '../outcome.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

const options = z.strictObject({
  url: z.string().max(2_048).meta({ description: 'Push endpoint of the receiver (RFC 8935).' }),
  issuer: z.url().max(2_048).meta({ description: '`iss` of the tokens.' }),
  audience: z.string().min(1).max(2_048).meta({ description: '`aud` of the tokens.' }),
  keyFile: z.string().meta({ description: 'File whose first line is the private signing key, a JWK with `alg`.' }),
  tokenFile: z.string().optional().meta({ description: 'File whose first line is the bearer token for the receiver.' }),
});

/** Event type of each act, and of its undoing. A revoked session or key is not given back; an account is. */
const EVENTS: Partial<Record<ContainmentAction, { act: string; lift?: string; credential?: true }>> = {
  'revoke-session': { act: `${CAEP}session-revoked` },
  'rotate-credential': { act: `${CAEP}credential-change`, credential: true },
  'suspend-identity': { act: `${RISC}account-disabled`, lift: `${RISC}account-enabled` },
};

const opaque = (id: string) => ({ format: 'opaque', id });
const principal = (id: string) =>
  /^[a-z][a-z0-9+.-]*:[!-~]+$/i.test(id) && URL.canParse(id) ? { format: 'uri', uri: id } : opaque(id);

function claimsOf({ id, step, suspension, audit }: Order, type: string, credential: boolean) {
  const { identity, target, tenant, txn, reason } = suspension;
  const issuedAt = Math.floor(Date.parse(audit.at) / 1_000);
  const subject = {
    format: 'complex',
    [identity.kind === 'human' ? 'user' : 'application']: principal(identity.id),
    tenant: opaque(tenant),
    ...(target.kind === 'session' && { session: opaque(target.id) }),
  };
  const event = type.startsWith(RISC)
    ? step === 'act' && { reason: 'hijacking' }
    : {
        event_timestamp: issuedAt,
        initiating_entity: suspension.approvals.some(({ by }) => by.kind === 'person') ? 'admin' : 'policy',
        reason_admin: { en: reason },
        ...(credential && { credential_type: 'api_key', change_type: 'revoke', friendly_name: target.id }),
      };
  return {
    jti: id,
    iat: issuedAt,
    txn,
    sub_id: subject,
    events: { [type]: event || {} },
  };
}

export const responder: ResponderType<z.infer<typeof options>> = {
  about: {
    title: 'Shared Signals',
    standard: 'OpenID SSF 1.0, CAEP 1.0, RISC 1.0, push by RFC 8935',
    actions: Object.keys(EVENTS) as ContainmentAction[],
  },
  options,
  async open({ url, issuer, audience, keyFile, tokenFile }, context) {
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    const sign = await tokenSigner(keyFile, context);
    if (tokenFile !== undefined) context.secret(tokenFile);
    return {
      prepare({ action, target, parameters }) {
        const event = EVENTS[action];
        if (event === undefined) return { ok: false, reason: `there is no security event for ${action}` };
        if (action === 'revoke-session' && target.kind !== 'session')
          return { ok: false, reason: 'session-revoked needs a session' };
        return {
          ok: true,
          parameters,
          reversible: event.lift !== undefined,
          breaks: 'not known here: what stops working follows from what each receiver of the event does',
        };
      },
      async carryOut(order, signal) {
        const event = EVENTS[order.suspension.action];
        const type = order.step === 'act' ? event?.act : event?.lift;
        if (event === undefined || type === undefined) return { status: 'refused', reason: 'there is no event for it' };
        const claims = claimsOf(order, type, event.credential === true);
        const body = await sign({ iss: issuer, aud: audience, ...claims }, 'secevent+jwt');
        const headers = {
          'content-type': 'application/secevent+jwt',
          accept: 'application/json',
          ...(tokenFile !== undefined && { authorization: `Bearer ${context.secret(tokenFile)}` }),
        };
        const answer = await context.http.request({ url, method: 'POST', headers, body }, signal);
        const outcome = outcomeOf(answer, context.clock.now());
        if (outcome === 'ok')
          return { status: 'done', detail: 'the receiver took the event; whether it acts shows in the containment' };
        const error = valueAt(jsonOf(answer), 'err');
        return outcome.status === 'refused' && typeof error === 'string' && /^[a-z_]{1,64}$/.test(error)
          ? { status: 'refused', reason: `${outcome.reason} ${error}` }
          : outcome;
      },
    };
  },
};
