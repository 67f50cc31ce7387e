/** Suspensions over HTTP: what is recommended or wanted, what it would stop, and the hands to approve, reject and lift it. */
import { z } from 'zod';
import { IDENTITY_KINDS, LIMITS } from '../../schemas/activity.ts';
import type { Caller } from '../../schemas/api.ts';
import {
  type AuditRow,
  auditRowSchema,
  CONTAINMENTS,
  SUSPENSION_STATES,
  type Suspension,
  suspensionSchema,
} from '../../schemas/suspension.ts';
import { Problem, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

const text = (max: number) => z.string().trim().min(1).max(max);
const why = text(1_024).meta({ description: 'Why, for the audit trail.' });

const wishSchema = z.strictObject({
  identity: z.strictObject({
    id: text(LIMITS.name),
    kind: z.enum(IDENTITY_KINDS).default('unknown'),
    provider: suspensionSchema.shape.identity.shape.provider,
    account: suspensionSchema.shape.identity.shape.account,
  }),
  action: z.enum(CONTAINMENTS),
  target: suspensionSchema.shape.target.optional().meta({ description: 'The identity unless given.' }),
  alertId: text(LIMITS.id).optional(),
  parameters: suspensionSchema.shape.parameters.default({}),
  ttlMs: z
    .number()
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .optional(),
  why,
});
const approveSchema = z.strictObject({
  why,
  binding: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: '`preview.binding` as it was looked at: what has changed since was not approved.' }),
});
const decideSchema = z.strictObject({ why });
const callBackSchema = z.object({
  type: z.enum(['suspension.done', 'suspension.failed']),
  timestamp: z.string().max(64).optional(),
  data: z.object({
    id: suspensionSchema.shape.id,
    tenant: z.string().max(128).optional().meta({ description: 'Where given it must be the one of the suspension.' }),
    detail: z.string().max(1_024).default(''),
  }),
});
const querySchema = z.strictObject({
  state: z.enum(SUSPENSION_STATES).optional(),
  identity: z.string().max(LIMITS.name).optional(),
  alert: z.string().max(LIMITS.id).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const suspensionsSchema = z.object({ suspensions: z.array(suspensionSchema) });
export const trailSchema = z.object({ trail: z.array(auditRowSchema) });
export const lookedSchema = z.object({
  suspension: suspensionSchema,
  preview: z.looseObject({ binding: z.string(), anHour: z.number() }),
  objections: z.array(z.string()).meta({ description: 'What speaks against dispatching it now.' }),
  steps: z
    .array(z.object({ phase: z.enum(['confirm', 'clean up', 'lift']), says: z.string() }))
    .meta({ description: 'What is to be done around it, in order, as a list to tick.' }),
});

export type SuspensionWish = z.infer<typeof wishSchema>;

/** The outcome of a decision. */
export type Decided =
  | { readonly ok: true; readonly suspension: Suspension }
  | { readonly ok: false; readonly refusal: { readonly code: string; readonly reason: string } };

/** What the routes ask of whoever keeps suspensions; the tenant is always the caller's. */
export interface SuspensionPort {
  list(caller: Caller, query: z.infer<typeof querySchema>): Promise<readonly Suspension[]>;
  /** The suspension, a dry run of it, and what speaks against it now. Changes nothing. */
  look(
    caller: Caller,
    id: string,
  ): Promise<
    | {
        readonly suspension: Suspension;
        readonly preview: object;
        readonly objections: readonly string[];
        readonly steps: z.infer<typeof lookedSchema>['steps'];
      }
    | undefined
  >;
  /** Returns the rows of a suspension in the audit chain, in order; none where there is no such suspension. */
  trail(caller: Caller, id: string): Promise<readonly AuditRow[]>;
  request(caller: Caller, wish: SuspensionWish): Promise<Decided>;
  approve(caller: Caller, id: string, why: string, binding: string): Promise<Decided>;
  /** What a responder reports of a suspension of its own, of whatever tenant. */
  hear(responder: string, said: z.infer<typeof callBackSchema>): Promise<Decided>;
  decide(caller: Caller, id: string, kind: 'reject' | 'request-lift', why: string): Promise<Decided>;
}

function granted(decided: Decided): Suspension {
  if (decided.ok) return decided.suspension;
  const { code, reason } = decided.refusal;
  if (code === 'not-found') throw unknown('such suspension');
  throw new Problem(
    409,
    'Refused',
    reason,
    'See GET /v1/suspensions/{id} for where it stands and what speaks against it.',
    {
      more: { code },
    },
  );
}

export function suspensionRoutes(door: SuspensionPort): Route[] {
  const deciding = (verb: string, kind: 'reject' | 'request-lift', summary: string) =>
    route({
      method: 'POST',
      path: `/v1/suspensions/:id/${verb}`,
      scope: 'responder',
      signed: { by: 'signer', types: [`suspension.${verb}`] },
      summary,
      body: decideSchema,
      answer: suspensionSchema,
      run: async ({ caller, params, body }) => ({
        body: granted(await door.decide(caller, params.id!, kind, body.why)),
      }),
    });
  return [
    route({
      method: 'GET',
      path: '/v1/suspensions',
      scope: 'viewer',
      summary: 'Suspensions as they stand, newest first.',
      query: querySchema,
      answer: suspensionsSchema,
      run: async ({ caller, query }) => ({ body: { suspensions: await door.list(caller, query) } }),
    }),
    route({
      method: 'GET',
      path: '/v1/suspensions/:id',
      scope: 'viewer',
      summary: 'One suspension with a dry run: what it would stop, and what speaks against it now.',
      answer: lookedSchema,
      async run({ caller, params }) {
        const found = await door.look(caller, params.id!);
        if (found === undefined) throw unknown('such suspension');
        return { body: found };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/suspensions/:id/trail',
      scope: 'viewer',
      summary: 'Its rows of the audit chain, in order: what was decided, by whom and why.',
      answer: trailSchema,
      async run({ caller, params }) {
        const trail = await door.trail(caller, params.id!);
        if (trail.length === 0) throw unknown('such suspension');
        return { body: { trail } };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/suspensions',
      scope: 'responder',
      signed: { by: 'signer', types: ['suspension.request'] },
      summary: 'Ask for a suspension of your own; it needs approval like any other.',
      body: wishSchema,
      answer: suspensionSchema,
      status: 201,
      run: async ({ caller, body }) => ({ body: granted(await door.request(caller, body)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/suspensions/:id/approve',
      scope: 'responder',
      signed: { by: 'signer', types: ['suspension.approve'] },
      summary: 'Approve exactly what was looked at, once. The name of the token or key is the person who approves.',
      body: approveSchema,
      answer: suspensionSchema,
      run: async ({ caller, params, body }) => ({
        body: granted(await door.approve(caller, params.id!, body.why, body.binding)),
      }),
    }),
    deciding('reject', 'reject', 'Say no.'),
    deciding('lift', 'request-lift', 'Undo it before its time.'),
    route({
      method: 'POST',
      path: '/v1/call-backs',
      scope: undefined,
      signed: { by: 'responder', types: ['suspension.done', 'suspension.failed'] },
      summary: 'A responder says whether what it was asked to do is done; signed with the secret it shares with us.',
      body: callBackSchema,
      answer: suspensionSchema,
      run: async ({ caller, body }) => ({ body: granted(await door.hear(caller.name, body)) }),
    }),
  ];
}
