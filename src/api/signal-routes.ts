/** Security events in (RFC 8935): a token is the proof of who sent it, and evidence is all it can be. */
import { z } from 'zod';
import { type Route, route } from './route.ts';

export interface SignalPort {
  /** Resolves when what the token says is durable. */
  receive(
    token: string,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly error: string; readonly description: string }>;
}

const SET = 'application/secevent+jwt';

export function signalRoutes(door: SignalPort): Route[] {
  return [
    route<unknown, Buffer>({
      method: 'POST',
      path: '/v1/signals/events',
      scope: undefined,
      limited: true,
      raw: SET,
      summary:
        'Push delivery of one Security Event Token (RFC 8935) of a transmitter named under signals.transmitters; each jti is taken once.',
      answer: z.object({}),
      status: 202,
      async run({ body, headers }) {
        const isSet = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() === SET;
        const received = isSet
          ? await door.receive(body.toString('latin1').trim())
          : { ok: false as const, error: 'invalid_request', description: `the content-type is not ${SET}` };
        if (received.ok) return { body: '' };
        return {
          status: 400,
          headers: { 'content-language': 'en' },
          body: { err: received.error, description: received.description },
        };
      },
    }),
  ];
}
