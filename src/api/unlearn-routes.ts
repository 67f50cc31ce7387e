/** Unlearning over HTTP: an administrator takes back what an identity was taught, and reads what was taken back. */
import { triageActionSchema, unlearnedSchema, unlearnSchema } from '../../schemas/api.ts';
import { granted } from './alert-routes.ts';
import type { ConsoleParts } from './ports.ts';
import { ambiguous, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

export function unlearnRoutes({ triage, records }: Pick<ConsoleParts, 'triage' | 'records'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/identities/:id/unlearn',
      scope: 'viewer',
      summary: 'What people had an identity unlearn, oldest first.',
      answer: unlearnedSchema,
      run: async ({ caller, params }) => ({ body: { actions: await triage.unlearned(caller.tenant, params.id!) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/identities/:id/unlearn',
      scope: 'admin',
      summary:
        'Have an identity unlearn the values it first used in a time, or those of an alert and its days. How often it did anything stays counted.',
      body: unlearnSchema,
      answer: triageActionSchema,
      status: 201,
      async run({ caller, params, body }) {
        const id = params.id!;
        // An alert says whose it is.
        const isNamed = 'alertId' in body;
        const profile = await records.profile(caller.tenant, id, body);
        if (profile === undefined) throw unknown('such identity');
        const isOpen = 'choices' in profile;
        if (isOpen && !isNamed) throw ambiguous(id, profile.choices);
        const { provider, account } = isOpen ? body : profile;
        return { status: 201, body: granted(await triage.unlearn(caller, id, { ...body, provider, account })) };
      },
    }),
  ];
}
