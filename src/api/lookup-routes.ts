/** What people look up besides alerts: identities and their habits, deliveries, dead letters and the way back for both. */
import { homeQuerySchema } from '../../schemas/api.ts';
import {
  classesSchema,
  driftQuerySchema,
  identityPageSchema,
  identityQuerySchema,
  learnedQuerySchema,
  learnedSchema,
  profileSchema,
} from '../../schemas/api-identities.ts';
import {
  deadLetterQuerySchema,
  deadLetterRecordSchema,
  deadLettersSchema,
  deliveriesSchema,
  deliveryQuerySchema,
  idsSchema,
  replayedSchema,
} from '../../schemas/api-records.ts';
import { identityDriftSchema } from '../../schemas/drift.ts';
import { takeRecords } from './ingest-routes.ts';
import { CSV, classesCsv } from './inventory-exports.ts';
import type { ConsoleParts } from './ports.ts';
import { ambiguous, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

export function ledgerRoutes(parts: Pick<ConsoleParts, 'records' | 'intake' | 'formats'>): Route[] {
  const { records } = parts;
  return [
    route({
      method: 'GET',
      path: '/v1/identities',
      scope: 'viewer',
      summary: 'Identities with stored activities, in order of id.',
      query: identityQuerySchema,
      answer: identityPageSchema,
      run: async ({ caller, query }) => ({ body: await records.identities(caller.tenant, query) }),
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id',
      scope: 'viewer',
      summary: 'What one identity does, from where, when and with which credentials, as of the last snapshot.',
      query: homeQuerySchema,
      answer: profileSchema,
      async run({ caller, params, query }) {
        const profile = await records.profile(caller.tenant, params.id!, query);
        if (profile === undefined) throw unknown('such identity');
        if ('choices' in profile) throw ambiguous(params.id!, profile.choices);
        return { body: profile };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/classes',
      scope: 'viewer',
      summary:
        'Peer classes with the alerts that were observed and expected of them, and which the model does not fit.',
      answer: classesSchema,
      run: async ({ caller }) => ({ body: { classes: await records.classes(caller.tenant) } }),
    }),
    route({
      method: 'GET',
      path: '/v1/classes.csv',
      scope: 'viewer',
      summary: 'The same as a table for a spreadsheet; no cell is a formula.',
      answers: CSV,
      run: async ({ caller }) => ({
        body: classesCsv(await records.classes(caller.tenant)),
        headers: { 'content-type': CSV, 'content-disposition': 'attachment; filename="tidemark-classes.csv"' },
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id/learned',
      scope: 'viewer',
      summary:
        'What one identity learned, oldest first: since when it is trusted, and the stored activity that brought it.',
      query: learnedQuerySchema,
      answer: learnedSchema,
      async run({ caller, params, query }) {
        const learned = await records.learned(caller.tenant, params.id!, query);
        if (learned === undefined) throw unknown('such identity');
        if ('choices' in learned) throw ambiguous(params.id!, learned.choices);
        return { body: { learned } };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/identities/:id/drift',
      scope: 'viewer',
      summary:
        'What moved of one identity since a day, and since when: work, place, delegation, time, volume, and what an agent is made of.',
      query: driftQuerySchema,
      answer: identityDriftSchema,
      async run({ caller, params, query }) {
        const drift = await records.drift(caller.tenant, params.id!, query);
        if (drift === undefined) throw unknown('such identity');
        if ('choices' in drift) throw ambiguous(params.id!, drift.choices);
        return { body: drift };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/deliveries',
      scope: 'viewer',
      summary: 'Deliveries of alerts to destinations, newest first.',
      query: deliveryQuerySchema,
      answer: deliveriesSchema,
      run: async ({ caller, query }) => ({ body: { deliveries: await records.deliveries(caller.tenant, query) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/deliveries/replay',
      scope: 'responder',
      summary: 'Send settled deliveries once more, with the same id and body.',
      body: idsSchema,
      answer: replayedSchema,
      async run({ caller, body }) {
        const replayed = await records.redeliver(caller.tenant, body.ids);
        return { body: { replayed, left: body.ids.length - replayed } };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/dead-letters',
      scope: 'analyst',
      summary: 'Records of this tenant that nobody could read, newest first, without their content.',
      query: deadLetterQuerySchema,
      answer: deadLettersSchema,
      async run({ caller, query }) {
        const letters = await records.deadLetters(caller.tenant, query);
        return {
          body: {
            deadLetters: letters.map(({ id, at, origin, format, reason, bytes, truncated }) => ({
              id,
              at,
              ...origin,
              format,
              reason,
              bytes: bytes.length,
              truncated,
            })),
          },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/dead-letters/:id',
      scope: 'admin',
      summary: 'The beginning of a record that nobody could read, without known secrets.',
      answer: deadLetterRecordSchema,
      async run({ caller, params }) {
        const record = await records.deadLetterRecord(caller.tenant, params.id!);
        if (record === undefined) throw unknown('such dead letter');
        return { body: record };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/dead-letters/replay',
      scope: 'admin',
      summary:
        'Read dead letters again, now that the cause is mended. What cannot be read still becomes a dead letter anew.',
      body: idsSchema,
      answer: replayedSchema,
      async run({ caller, body }) {
        const letters = await records.deadLetters(caller.tenant, { ids: body.ids, limit: body.ids.length });
        const whole = letters.filter(({ truncated }) => !truncated);
        let replayed = 0;
        for (const { bytes } of whole) {
          const taken = await takeRecords(parts, [{ bytes }], caller, 'replayed', 'auto');
          if (taken.read === taken.records) replayed++;
        }
        // Only after all of it is durable, again as a dead letter if need be: a crash in between never loses one.
        if (whole.length > 0) await records.redrive(whole.map(({ id }) => id));
        return { body: { replayed, left: body.ids.length - replayed } };
      },
    }),
  ];
}
