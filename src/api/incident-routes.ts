/** Incidents over HTTP: alerts of several identities for one cause, seen and judged together. */
import { triagedIncidentSchema, verdictSchema } from '../../schemas/api.ts';
import { granted } from './alert-routes.ts';
import type { ConsoleParts } from './ports.ts';
import { unknown } from './problem.ts';
import { type Route, route } from './route.ts';

export function incidentRoutes({ incidents }: Pick<ConsoleParts, 'incidents'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/incidents/:id',
      scope: 'viewer',
      summary: 'Alerts of several identities for one cause, as one: the `incident` of any of them.',
      answer: triagedIncidentSchema,
      async run({ caller, params }) {
        const incident = await incidents.incident(caller.tenant, params.id!);
        if (incident === undefined) throw unknown('such incident');
        return { body: incident };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/incidents/:id/verdict',
      scope: 'analyst',
      summary:
        'Say what it was: true of each of its alerts, or benign of those that have nothing beyond what all share. Fields of a scope must be evidence of every one.',
      body: verdictSchema,
      answer: triagedIncidentSchema,
      run: async ({ caller, params, body }) => ({ body: granted(await incidents.verdict(caller, params.id!, body)) }),
    }),
  ];
}
