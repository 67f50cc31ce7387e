/** Streams of security events over HTTP: made, changed and ended by their receivers, and polled (OpenID SSF 1.0, RFC 8936). */
import { z } from 'zod';
import type { Caller } from '../../schemas/api.ts';
import {
  oneStreamSchema,
  type Polled,
  type PollRequest,
  polledSchema,
  pollSchema,
  type StatusChange,
  type StreamConfiguration,
  type StreamWish,
  statusChangeSchema,
  statusSchema,
  streamChangeSchema,
  streamQuerySchema,
  streamSchema,
  streamWishSchema,
  verifySchema,
} from '../../schemas/signals.ts';
import { busy, Problem, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

/** What the routes ask of the transmitter; undefined: there is no such stream of the caller's. */
export interface StreamPort {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly keys: { readonly keys: readonly object[] };
  list(caller: Caller): Promise<readonly StreamConfiguration[]>;
  create(caller: Caller, wish: StreamWish): Promise<StreamConfiguration | undefined>;
  change(caller: Caller, id: string, wish: Omit<StreamWish, 'delivery'>): Promise<StreamConfiguration | undefined>;
  remove(caller: Caller, id: string): Promise<boolean>;
  status(caller: Caller, id: string): Promise<StatusChange | undefined>;
  setStatus(caller: Caller, change: StatusChange): Promise<StatusChange | undefined>;
  verify(caller: Caller, id: string, state: string | undefined): Promise<'asked' | 'soon' | undefined>;
  poll(caller: Caller, id: string, request: PollRequest): Promise<Polled | undefined>;
}

const SOON_MS = 10_000;

function own<T>(found: T | undefined): T {
  if (found === undefined) throw unknown('such stream of this token');
  return found;
}

export function streamRoutes(door: StreamPort): Route[] {
  const scope = 'signals';
  return [
    route({
      method: 'GET',
      path: '/.well-known/ssf-configuration',
      scope: undefined,
      limited: true,
      summary: 'What this transmitter of security events offers.',
      answer: z.looseObject({ issuer: z.string() }),
      run: async () => ({ body: door.metadata }),
    }),
    route({
      method: 'GET',
      path: '/v1/signals/jwks',
      scope: undefined,
      limited: true,
      summary: 'The public keys of its tokens, a JWK Set.',
      answer: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }),
      run: async () => ({ body: door.keys }),
    }),
    route({
      method: 'POST',
      path: '/v1/signals/streams',
      scope,
      summary: 'Make a stream of the alerts of your tenant from now on.',
      body: streamWishSchema,
      answer: streamSchema,
      status: 201,
      async run({ caller, body }) {
        const made = await door.create(caller, body);
        if (made !== undefined) return { body: made };
        throw new Problem(409, 'Too many streams', 'this token has as many as it may', 'Delete one, or change it.');
      },
    }),
    route({
      method: 'GET',
      path: '/v1/signals/streams',
      scope,
      summary: 'Your streams, or the one of `stream_id`.',
      query: streamQuerySchema,
      answer: z.union([streamSchema, z.array(streamSchema)]),
      async run({ caller, query }) {
        const streams = await door.list(caller);
        const { stream_id: id } = query;
        return { body: id === undefined ? streams : own(streams.find((one) => one.stream_id === id)) };
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/signals/streams',
      scope,
      summary: 'Change what is given of a stream.',
      body: streamChangeSchema.partial({ delivery: true }),
      answer: streamSchema,
      run: async ({ caller, body: { stream_id: id, delivery: _, ...wish } }) => ({
        body: own(await door.change(caller, id, wish)),
      }),
    }),
    route({
      method: 'PUT',
      path: '/v1/signals/streams',
      scope,
      summary: 'Replace a stream by what is given.',
      body: streamChangeSchema,
      answer: streamSchema,
      run: async ({ caller, body: { stream_id: id, ...wish } }) => ({
        body: own(await door.change(caller, id, { events_requested: undefined, description: undefined, ...wish })),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/signals/streams',
      scope,
      summary: 'End a stream.',
      query: oneStreamSchema,
      answer: z.object({}),
      status: 204,
      async run({ caller, query }) {
        if (!(await door.remove(caller, query.stream_id))) throw unknown('such stream of this token');
        return { body: '' };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/signals/status',
      scope,
      summary: 'Whether a stream is enabled, paused or disabled.',
      query: oneStreamSchema,
      answer: statusSchema,
      run: async ({ caller, query }) => ({ body: own(await door.status(caller, query.stream_id)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/signals/status',
      scope,
      summary: 'Enable, pause or disable a stream.',
      body: statusChangeSchema,
      answer: statusSchema,
      run: async ({ caller, body }) => ({ body: own(await door.setStatus(caller, body)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/signals/verify',
      scope,
      summary: 'Ask for a verification event; it comes with the next poll.',
      body: verifySchema,
      answer: z.object({}),
      status: 204,
      async run({ caller, body }) {
        const asked = own(await door.verify(caller, body.stream_id, body.state));
        if (asked === 'soon') throw busy('a verification was asked for a moment ago', SOON_MS);
        return { body: '' };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/signals/poll/:id',
      scope,
      summary: 'Acknowledge what was received, and get what was not (RFC 8936).',
      body: pollSchema,
      answer: polledSchema,
      run: async ({ caller, params, body }) => ({ body: own(await door.poll(caller, params.id!, body)) }),
    }),
  ];
}
