/** Forgetting and pseudonyms over HTTP: where the process that holds the store is the only one that can be asked. */
import { z } from 'zod';
import type { Caller } from '../../schemas/api.ts';
import { PERSON_MIN_LENGTH } from '../ports/privacy.ts';
import { unknown } from './problem.ts';
import { type Route, route } from './route.ts';

const because = z
  .string()
  .trim()
  .min(1)
  .max(1_024)
  .meta({ description: 'Why: the request it answers. Do not name the person.' });
const name = z.string().trim().min(PERSON_MIN_LENGTH).max(512);
const wishSchema = z
  .union([
    z.strictObject({
      because,
      identity: z.string().min(1).max(2_048).meta({ description: 'Everything of this identity, in whatever account.' }),
    }),
    z.strictObject({
      because,
      person: name.meta({ description: 'This person, as logs name it: as an identity, and wherever it is mentioned.' }),
    }),
    z.strictObject({ because, wholeTenant: z.literal(true).meta({ description: 'Everything of the tenant.' }) }),
  ])
  .meta({ id: 'ErasureWish' });
const stateSchema = z
  .object({
    id: z.string(),
    state: z.enum(['waiting', 'working', 'finished']).meta({
      description: 'Waiting: no worker has taken it. Finished: every partition has done it, and it is written down.',
    }),
    partitions: z.number().optional().meta({ description: 'Partitions that have to do it.' }),
    done: z.number().optional().meta({ description: 'Partitions that have done it, in the round that goes on.' }),
  })
  .meta({ id: 'ErasureState' });

export type Wished = z.infer<typeof wishSchema>;

export interface PrivacyPort {
  /** The id of the request, which is written down and handed to the workers. */
  forget(caller: Caller, wish: Wished): Promise<string>;
  state(tenant: string, id: string): Promise<z.infer<typeof stateSchema> | undefined>;
  /** The pseudonym of a person; that it was asked for is written down. Undefined where people keep their names. */
  pseudonym(caller: Caller, name: string, because: string): Promise<string | undefined>;
}

export function privacyRoutes(door: PrivacyPort): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/erasures',
      scope: 'admin',
      summary:
        'Forget an identity, a person or the whole tenant. The workers do it between two turns; nothing brings it back.',
      body: wishSchema,
      answer: stateSchema,
      status: 202,
      async run({ caller, body }) {
        return { status: 202, body: { id: await door.forget(caller, body), state: 'waiting' as const } };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/erasures/:id',
      scope: 'admin',
      summary: 'How far a request to forget is.',
      answer: stateSchema,
      async run({ caller, params }) {
        const state = await door.state(caller.tenant, params.id!);
        if (state === undefined) throw unknown('such request');
        return { body: state };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/pseudonyms',
      scope: 'admin',
      summary: 'The pseudonym under which a person stands in activities and alerts. The question is written down.',
      body: z.strictObject({ name, because }),
      answer: z.object({ pseudonym: z.string() }),
      async run({ caller, body }) {
        const pseudonym = await door.pseudonym(caller, body.name, body.because);
        if (pseudonym === undefined) throw unknown('pseudonym: ingest.pepperFile is not set');
        return { body: { pseudonym } };
      },
    }),
  ];
}
