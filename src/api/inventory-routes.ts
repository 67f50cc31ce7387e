/** The inventory in over HTTP: what is known of identities from outside, answered when it is durable. */
import { homeQuerySchema } from '../../schemas/api.ts';
import { inventoryTakenSchema } from '../../schemas/api-records.ts';
import { inventorySchema } from '../../schemas/inventory.ts';
import { recordsOf } from './body.ts';
import type { ConsoleParts } from './ports.ts';
import { ambiguous, busy, closing, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

export function inventoryRoutes({
  inventory,
  recordLimits,
}: Pick<ConsoleParts, 'inventory' | 'recordLimits'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/inventory',
      scope: 'inventory',
      summary:
        'Send inventory records as NDJSON, as a JSON array or as one document, plain or gzip; each takes the place of the one before. Answered when they are durable.',
      records: true,
      answer: inventoryTakenSchema,
      async run({ caller, body }) {
        const outcome = await inventory.take(recordsOf(body, recordLimits), caller);
        if (outcome.status === 'busy') throw busy(outcome.reason, outcome.retryAfterMs);
        if (outcome.status === 'closed') throw closing(outcome.reason);
        return { body: outcome.taken };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/inventory/:id',
      scope: 'viewer',
      summary: 'What was sent of one identity last; what stands in a file alone is not shown.',
      query: homeQuerySchema,
      answer: inventorySchema,
      async run({ caller, params, query }) {
        const found = await inventory.find(caller.tenant, params.id!, query);
        if (found === undefined) throw unknown('such inventory record');
        if ('choices' in found) throw ambiguous(params.id!, found.choices);
        return { body: found };
      },
    }),
  ];
}
