/** Lets a signed request in: who signed it, and what of its envelope is the body that the route takes. */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Caller } from '../../schemas/api.ts';
import type { SignedPort } from './ports.ts';
import { malformed, Problem } from './problem.ts';
import type { Route } from './route.ts';

/** The standard asks for less than 20 kB. */
export const SIGNED_BODY_MAX_BYTES = 20_000;

const envelope = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

const SAID = {
  unsigned: 'webhook-id, webhook-timestamp and webhook-signature are not all there',
  signature: 'no key known here made this signature over this id, timestamp and body',
  stale: 'its timestamp is more than five minutes away from now',
} as const;

/** Throws a Problem unless the signature is good, new, and over this very operation. */
export async function readSigned(
  door: SignedPort,
  { signed, path }: Route,
  params: Readonly<Record<string, string>>,
  headers: IncomingHttpHeaders,
  bytes: Buffer,
): Promise<{ readonly caller: Caller; readonly body: unknown }> {
  const { by, types } = signed!;
  const read = await door.read(by, headers, bytes.toString('utf8'));
  if (!read.ok) {
    if (read.reason === 'replayed')
      throw new Problem(
        409,
        'Replayed',
        'a request with this webhook-id was taken before',
        'Look whether it was done; sign what is still to do under an id of its own.',
        { more: { code: 'replayed' } },
      );
    if (read.reason === 'body')
      throw malformed('the signed body is not JSON of 20 kB or less', 'See docs/http-api.md.');
    throw new Problem(
      401,
      'Unauthorized',
      SAID[read.reason],
      'Sign by Standard Webhooks with a secret under http.signers.',
    );
  }
  const said = envelope.safeParse(read.body).data;
  if (said === undefined || !types.includes(said.type))
    throw malformed(`a signed body is {type, timestamp, data} with the type ${types.join(' or ')}`, 'Sign it so.');
  if (by === 'responder') return { caller: read.caller, body: said };
  const { id, ...data } = said.data;
  // The path is not signed: without this a signature for one suspension would do for another.
  if (path.includes(':id') ? id !== params.id : id !== undefined)
    throw malformed('data.id is not the id of the path', 'Sign the id of what you decide on.');
  return { caller: read.caller, body: data };
}
