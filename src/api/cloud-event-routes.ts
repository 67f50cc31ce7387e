/** Logs in as Azure Event Grid and other senders of CloudEvents deliver them to a webhook, with both ways of proving that they may. */
import { z } from 'zod';
import { takenSchema } from '../../schemas/api-records.ts';
import { jsonOf, recordsOf } from './body.ts';
import { formatSchema, takeRecords } from './ingest-routes.ts';
import type { ConsoleParts } from './ports.ts';
import { malformed } from './problem.ts';
import { type Answer, type Route, route } from './route.ts';

// Sources: "HTTP 1.1 Web Hooks for Event Delivery" of CloudEvents 1.0.2, section 4 (abuse protection); Microsoft Learn, "Endpoint
// validation with Event Grid event schema".

const PATH = '/v1/cloudevents';
const VALIDATION = 'SubscriptionValidation';
/** A sender is named by a name of the DNS; a longer text is none. */
const ORIGIN = /^[A-Za-z0-9*][A-Za-z0-9.*:-]{0,252}$/;
const CODE_MAX = 256;

const validationSchema = z
  .array(z.object({ data: z.object({ validationCode: z.string().min(1).max(CODE_MAX) }) }))
  .min(1);

/** What proves to Event Grid that whoever answers wants the events: the code that it sent. */
function validated(body: Buffer): Answer {
  const found = validationSchema.safeParse(jsonOf(body));
  if (!found.success)
    throw malformed('a validation of Event Grid without data.validationCode', 'Send what Azure Event Grid sends.');
  return { body: { validationResponse: found.data[0]!.data.validationCode } };
}

export function cloudEventRoutes(parts: Pick<ConsoleParts, 'intake' | 'formats' | 'recordLimits'>): Route[] {
  return [
    route({
      method: 'POST',
      path: PATH,
      scope: 'ingest',
      summary:
        'Send events as Azure Event Grid delivers them to a webhook: CloudEvents 1.0, one or a batch, or its own schema, whose validation is answered.',
      query: z.strictObject({ format: formatSchema(parts.formats) }),
      records: true,
      takes: ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'],
      answer: z.union([takenSchema, z.object({ validationResponse: z.string() })]),
      async run({ caller, query, body, headers }) {
        if (headers['aeg-event-type'] === VALIDATION) return validated(body);
        const records = recordsOf(body, parts.recordLimits);
        return { body: await takeRecords(parts, records, caller, 'http', query.format) };
      },
    }),
    route({
      method: 'OPTIONS',
      path: PATH,
      // Who asks has no token yet. That it may send is all it learns: what it sends needs one.
      scope: undefined,
      limited: true,
      summary:
        'Whether events may be sent here, as senders of CloudEvents ask before the first (WebHook-Request-Origin).',
      answer: z.object({}),
      async run({ headers }) {
        const origin = headers['webhook-request-origin'];
        if (typeof origin !== 'string' || !ORIGIN.test(origin))
          throw malformed('WebHook-Request-Origin names no sender', 'Send what CloudEvents asks of senders.');
        return {
          body: {},
          headers: {
            allow: 'POST, OPTIONS',
            'webhook-allowed-origin': origin,
            // Shares are by token; see http.requestsPerSecond.
            'webhook-allowed-rate': '*',
          },
        };
      },
    }),
  ];
}
