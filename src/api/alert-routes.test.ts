/** What the answer about one alert holds besides the alert. */
import { expect, it } from 'vitest';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { alertRoutes } from './alert-routes.ts';

const asked = async (meansOf?: Parameters<typeof alertRoutes>[0]['meansOf']) => {
  const alert = { ...exampleAlert(), triage: { status: 'new', actions: 0 } };
  const triage = { alert: async () => alert } as unknown as Parameters<typeof alertRoutes>[0]['triage'];
  const one = alertRoutes({ triage, meansOf }).find(
    ({ method, path }) => method === 'GET' && path === '/v1/alerts/:id',
  );
  const answer = await one!.run({ caller: { tenant: 'acme' }, params: { id: alert.id } } as never);
  return answer.body as Record<string, unknown>;
};

it('tells how the step of an alert can be taken here, and nothing of it where no step is advised', async () => {
  const means = { by: 'responder aws', steps: [{ phase: 'lift', says: 'It lifts itself.' }] };
  expect((await asked(() => means)).means).toEqual(means);
  expect(await asked(() => undefined)).not.toHaveProperty('means');
  expect(await asked()).not.toHaveProperty('means');
});
