/** Streams of security events by OpenID SSF 1.0, with poll delivery by RFC 8936: what receivers send and get. */
import { z } from 'zod';

export const POLL = 'urn:ietf:rfc:8936';
const STATUSES = ['enabled', 'paused', 'disabled'] as const;
const text = (max: number) => z.string().min(1).max(max);
const streamId = text(64).meta({ description: 'Of the stream, as its creation gave it.' });
const eventTypes = z.array(text(512)).max(64);

const delivery = z
  .looseObject({
    method: z
      .literal(POLL, { error: `only ${POLL} is offered; push is configured as a sink` })
      .meta({ description: 'How events are handed over: the receiver polls (RFC 8936).' }),
  })
  .default({ method: POLL });

export const streamWishSchema = z.object({
  delivery,
  events_requested: eventTypes.optional().meta({ description: 'All that are offered unless given.' }),
  description: text(256).optional().meta({ description: 'What the receiver calls the stream.' }),
});
export const streamChangeSchema = streamWishSchema.extend({ stream_id: streamId });
export const streamQuerySchema = z.object({ stream_id: streamId.optional() });
export const oneStreamSchema = z.object({ stream_id: streamId });
export const statusChangeSchema = z.object({
  stream_id: streamId,
  status: z.enum(STATUSES).meta({ description: 'paused keeps what happens, disabled lets it go.' }),
  reason: text(256).optional().meta({ description: 'Why, in words.' }),
});
export const verifySchema = z.object({
  stream_id: streamId,
  state: text(1_024).optional().meta({ description: 'Comes back in the verification event as it is.' }),
});

export const streamSchema = z
  .object({
    stream_id: z.string().meta({ description: 'Id of the stream.' }),
    iss: z.string().meta({ description: 'Issuer of its tokens.' }),
    aud: z.string().meta({ description: 'Audience of its tokens.' }),
    events_supported: z.array(z.string()).meta({ description: 'Event types that are offered.' }),
    events_requested: z.array(z.string()).meta({ description: 'Event types that the receiver asked for.' }),
    events_delivered: z.array(z.string()).meta({ description: 'Event types that it gets.' }),
    delivery: z.object({
      method: z.string().meta({ description: 'How events are handed over.' }),
      endpoint_url: z.string().meta({ description: 'Where to poll.' }),
    }),
    min_verification_interval: z.number().meta({ description: 'Least seconds between two requests for verification.' }),
    description: z.string().optional().meta({ description: 'What the receiver calls the stream.' }),
  })
  .meta({ id: 'Stream' });
export const statusSchema = z.object({
  stream_id: z.string().meta({ description: 'Id of the stream.' }),
  status: z.enum(STATUSES).meta({ description: 'paused keeps what happens, disabled lets it go.' }),
  reason: z.string().optional().meta({ description: 'Why, in words.' }),
});

export const pollSchema = z.object({
  maxEvents: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(100)
    .meta({ description: 'Most events in one answer; 0 only acknowledges.' }),
  returnImmediately: z.boolean().default(true).meta({ description: 'Taken, and always so: ask again after a while.' }),
  ack: z
    .array(text(512))
    .max(1_000)
    .default([])
    .meta({ description: 'jti of events that were taken; they are not given again.' }),
  setErrs: z
    .record(text(512), z.looseObject({ err: z.string().max(128).meta({ description: 'Error code of RFC 8935.' }) }))
    .refine((all) => Object.keys(all).length <= 1_000, 'at most 1000')
    .default({})
    .meta({ description: 'Not given again either.' }),
});
export const polledSchema = z.object({
  sets: z.record(z.string(), z.string()).meta({ description: 'Signed tokens by jti.' }),
  moreAvailable: z.boolean().meta({ description: 'Whether there are more than were asked for.' }),
});

/** A stream as it is kept. */
export interface SignalStream {
  readonly id: string;
  readonly tenant: string;
  /** Name of the token that made it. */
  readonly owner: string;
  readonly requested?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly status: (typeof STATUSES)[number];
  readonly reason?: string | undefined;
  /** Wall time in ms from which on what was stored counts. */
  readonly sinceMs: number;
  /** Verification that was asked for and is not acknowledged. */
  readonly verification?:
    | { readonly jti: string; readonly state?: string | undefined; readonly atMs: number }
    | undefined;
  /** Wall time in ms of this state. */
  readonly version: number;
}

export type StreamWish = z.infer<typeof streamWishSchema>;
export type StreamConfiguration = z.infer<typeof streamSchema>;
export type StatusChange = z.infer<typeof statusChangeSchema>;
export type PollRequest = z.infer<typeof pollSchema>;
export type Polled = z.infer<typeof polledSchema>;
