/** What people decide over HTTP: verdicts, suppressions, deliveries sent once more. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alertPageSchema,
  historySchema,
  suppressedSchema,
  suppressionSchema,
  suppressionsSchema,
  triagedAlertSchema,
} from '../../schemas/api.ts';
import { deliveriesSchema, problemSchema } from '../../schemas/api-records.ts';
import { Acme, ahead, ask } from './console-acme.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { VICTIM } from './harness/story.ts';

const missing = await embeddedMissing();

describe.skipIf(missing !== undefined)('what people decide', () => {
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.open({ story: true });
  });
  afterAll(() => acme?.close());

  test('an incident that nobody has is not found, and cannot be judged', async () => {
    expect((await acme.get('/v1/incidents/feedfeedfeed0001')).status).toBe(404);
    const judged = await acme.post('/v1/incidents/feedfeedfeed0001/verdict', { verdict: 'true', because: 'no' });
    expect(judged.json).toMatchObject({ status: 404, remedy: expect.stringContaining('stands alone') });
    expect((await acme.get('/v1/alerts?incident=feedfeedfeed0001')).json).toEqual({ alerts: [] });
  });

  test('a verdict needs its reasons and bounds, is kept in the history, and moves the alert', async () => {
    const { id, evidence } = await acme.alertOfVictim();
    const verdict = (body: object) => acme.post(`/v1/alerts/${id}/verdict`, body);
    const benign = { verdict: 'benign', scope: 'all-evidence', until: ahead(30), because: 'planned work' };
    const told = (await acme.get(`/v1/alerts/${id}/history`)).as(historySchema).actions.length;
    for (const wrong of [
      {},
      { verdict: 'maybe', because: 'x' },
      { ...benign, until: undefined },
      { ...benign, scope: undefined },
      { ...benign, scope: [] },
      { ...benign, because: ' ' },
      { ...benign, tenant: 'other' },
      { ...benign, until: 'tomorrow' },
    ])
      expect((await verdict(wrong)).status).toBe(400);
    for (const wrong of [
      { ...benign, until: ahead(91) },
      { ...benign, until: ahead(-1) },
      { ...benign, scope: ['no.such'] },
    ]) {
      const refused = await verdict(wrong);
      expect(refused.status).toBe(422);
      expect(refused.as(problemSchema).remedy).toMatch(/./);
    }
    expect((await acme.get(`/v1/alerts/${id}`)).as(triagedAlertSchema).triage.actions).toBe(told);

    expect(
      (await acme.post(`/v1/alerts/${id.slice(0, 12)}/acknowledge`, {})).as(triagedAlertSchema).triage,
    ).toMatchObject({
      status: 'acknowledged',
      actions: told + 1,
    });
    expect((await acme.post(`/v1/alerts/${id}/comments`, { comment: 'asked the owner' })).status).toBe(201);
    // Who looked before that is told, and nothing is done.
    const late = { verdict: 'true', because: 'looked long ago', actions: told };
    const crossed = await acme.post(`/v1/alerts/${id}/verdict`, late, 'responder');
    expect(crossed.status).toBe(422);
    expect(crossed.as(problemSchema).detail).toBe('the-analyst left a note after you looked at it');
    expect((await acme.post(`/v1/alerts/${id}/acknowledge`, { actions: told + 1 }, 'responder')).status).toBe(422);
    expect(
      (await verdict({ ...benign, scope: [evidence[0]!.field], actions: told })).as(triagedAlertSchema).triage,
    ).toMatchObject({
      status: 'resolved',
      verdict: 'benign',
    });
    expect(
      (await verdict({ verdict: 'true', because: 'the owner knows nothing of it' })).as(triagedAlertSchema).triage,
    ).toMatchObject({
      status: 'acknowledged',
      verdict: 'true',
    });
    const { versions, actions } = (await acme.get(`/v1/alerts/${id}/history`)).as(historySchema);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => versions[0]!.version + index));
    expect(actions.slice(told).map(({ action, actor }) => [action, actor])).toEqual(
      ['acknowledge', 'comment', 'benign', 'true'].map((action) => [action, 'the-analyst']),
    );
    expect((await acme.get('/v1/alerts?status=acknowledged')).as(alertPageSchema).alerts.map(({ id }) => id)).toContain(
      id,
    );
    expect((await acme.get('/v1/alerts?status=resolved')).as(alertPageSchema).alerts).toEqual([]);

    // What was decided last reaches the sink that heard of the alert, as its next version, once.
    const heard = () =>
      [...acme.receiver.bodies.values()]
        .flatMap((bodies) => [...bodies].map((body) => JSON.parse(body)))
        .filter(({ data }) => data.id === id);
    await until('the sink hears of it', () => heard().some(({ type }) => type === 'alert.confirmed'));
    const confirmed = heard().find(({ type }) => type === 'alert.confirmed');
    expect(confirmed.data).toMatchObject({ status: 'acknowledged', standing: { by: 'the-analyst', verdict: 'true' } });
    const numbers = heard().map(({ data }) => data.version);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(confirmed.data.version).toBe(Math.max(...numbers));
    const stored = (await acme.get(`/v1/alerts/${id}/history`)).as(historySchema).versions;
    expect(stored.at(-1)).toMatchObject({ version: confirmed.data.version, change: 'confirmed' });
  });

  test('a suppression that would have hidden a confirmed alert is refused with the list; a harmless one works until lifted', async () => {
    const confirmed = await acme.alertOfVictim();
    const verdict = { verdict: 'true', because: 'the key was in a paste' };
    expect((await acme.post(`/v1/alerts/${confirmed.id}/verdict`, verdict)).status).toBe(200);
    const wish = { owner: 'ada', until: ahead(30), because: 'noisy', match: { identity: VICTIM } };
    const refused = await acme.post('/v1/suppressions', wish);
    expect(refused.status).toBe(422);
    expect(refused.as(suppressedSchema).wouldHide).toContainEqual(
      expect.objectContaining({ id: confirmed.id, confirmed: true }),
    );
    const { field, seen } = confirmed.evidence[0]!;
    expect((await acme.post('/v1/suppressions', { ...wish, match: { evidence: { field, seen } } })).status).toBe(422);
    expect((await acme.post('/v1/suppressions', { ...wish, match: { kinds: ['scope-drift'] } })).status).toBe(400);
    expect((await acme.post('/v1/suppressions', { ...wish, owner: '' })).status).toBe(400);
    const harmless = { ...wish, match: { identity: 'bot' } };
    expect((await acme.post('/v1/suppressions', { ...harmless, until: ahead(120) })).status).toBe(422);
    expect(await acme.post('/v1/suppressions', { ...harmless, dryRun: true })).toMatchObject({
      status: 200,
      json: { wouldHide: [] },
    });
    expect((await acme.get('/v1/suppressions')).json).toEqual({ suppressions: [] });
    const made = await acme.post('/v1/suppressions', harmless);
    expect(made).toMatchObject({
      status: 201,
      json: { suppression: { owner: 'ada', actor: 'the-analyst', lifted: false } },
    });
    const { id } = made.as(suppressedSchema).suppression!;
    expect((await acme.get('/v1/suppressions', 'admin of another')).json).toEqual({ suppressions: [] });
    expect(
      (await ask(acme.running, acme.token['admin of another'], `/v1/suppressions/${id}`, { method: 'DELETE' })).status,
    ).toBe(404);
    expect(
      (await ask(acme.running, acme.token.analyst, `/v1/suppressions/${id}`, { method: 'DELETE' })).as(
        suppressionSchema,
      ).lifted,
    ).toBe(true);
    expect((await acme.get('/v1/suppressions')).as(suppressionsSchema).suppressions).toMatchObject([
      { id, lifted: true },
    ]);
  });

  test('a settled delivery is sent once more under its id with its body; that of another tenant is not', async () => {
    const delivery = await acme.firstDelivered();
    const before = acme.receiver.requests.filter(({ id }) => id === delivery.id).length;
    expect((await acme.post('/v1/deliveries/replay', { ids: [delivery.id] }, 'admin of another')).json).toEqual({
      replayed: 0,
      left: 1,
    });
    expect((await acme.post('/v1/deliveries/replay', { ids: [delivery.id] }, 'responder')).json).toEqual({
      replayed: 1,
      left: 0,
    });
    await until('it came again', () => acme.receiver.requests.filter(({ id }) => id === delivery.id).length > before);
    expect(acme.receiver.bodies.get(delivery.id)?.size).toBe(1);
    await until(
      'it is settled',
      async () => (await acme.get('/v1/deliveries?status=pending')).as(deliveriesSchema).deliveries.length === 0,
    );
    expect(
      (await acme.get(`/v1/deliveries?alert=${delivery.alertId}`))
        .as(deliveriesSchema)
        .deliveries.find(({ id }) => id === delivery.id),
    ).toMatchObject({
      status: 'delivered',
      attempts: delivery.attempts + 1,
    });
  });
});
