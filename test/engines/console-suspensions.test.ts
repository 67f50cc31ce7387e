import { afterEach, describe, expect, test } from 'vitest';
import { suspensionSchema } from '../../schemas/suspension.ts';
import { lookedSchema, suspensionsSchema, trailSchema } from '../../src/api/suspension-routes.ts';
import { build, embeddedMissing, type House, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';

describe.skipIf((await embeddedMissing()) !== undefined)('suspensions over HTTP', () => {
  let house: House;
  afterEach(async () => {
    await stopEverything();
    house.remove();
  });

  test('one that is asked for is looked at, refused without a responder, and rejected; nobody else sees it', async () => {
    house = build();
    const token = house.admit({ name: 'ada', scope: 'responder', tenant: 'acme' });
    const analyst = house.admit({ name: 'bob', scope: 'analyst', tenant: 'acme' });
    const other = house.admit({ name: 'eve', scope: 'admin', tenant: 'other' });
    const running = await house.start({ respond: { enabled: true, mode: 'approve' } });
    const ask = async (path: string, body?: object, by = token) => {
      const answer = await fetch(`${running.url}/v1/suspensions${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${by}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return Answer.of(answer);
    };
    const wish = { identity: { id: 'ci-deployer' }, action: 'suspend-identity', why: 'incident call' };
    for (const wrong of [{}, { ...wish, why: '' }, { ...wish, action: 'observe' }, { ...wish, tenant: 'other' }])
      expect((await ask('', wrong)).status).toBe(400);
    expect((await ask('', wish, analyst)).status).toBe(403);
    const made = await ask('', wish);
    expect(made).toMatchObject({
      status: 201,
      json: { tenant: 'acme', state: 'recommended', requestedBy: { kind: 'person', id: 'ada' } },
    });
    const { id } = made.as(suspensionSchema);
    expect((await ask('?state=recommended')).as(suspensionsSchema).suspensions).toMatchObject([{ id }]);
    expect((await ask('', undefined, other)).json).toEqual({ suspensions: [] });
    const looked = (await ask(`/${id}`, undefined, analyst)).as(lookedSchema);
    expect(looked.preview.binding).toMatch(/^[0-9a-f]{64}$/);
    expect(looked.objections.length).toBeGreaterThan(0);
    for (const [path, body] of [
      [`/${id}`, undefined],
      [`/${id}/trail`, undefined],
      [`/${id}/approve`, { why: 'x', binding: looked.preview.binding }],
      [`/${id}/reject`, { why: 'x' }],
      [`/${id}/lift`, { why: 'x' }],
    ] as const)
      expect((await ask(path, body, other)).status).toBe(404);
    expect((await ask(`/${id}/approve`, { why: 'yes' })).status).toBe(400);
    const approved = await ask(`/${id}/approve`, { why: 'yes', binding: '0'.repeat(64) });
    expect(approved).toMatchObject({ status: 409, json: { remedy: expect.stringMatching(/./) } });
    expect((await ask(`/${id}/lift`, { why: 'no' })).status).toBe(409);
    expect(await ask(`/${id}/reject`, { why: 'wrong one' })).toMatchObject({
      status: 200,
      json: { state: 'rejected' },
    });
    expect((await ask(`/${id}`)).as(lookedSchema).suspension.state).toBe('rejected');
    expect((await ask(`/${id}/trail`, undefined, analyst)).as(trailSchema).trail).toMatchObject([
      { seq: 1, from: 'none', to: 'recommended', by: { kind: 'person', id: 'ada' }, why: 'incident call' },
      { seq: 2, from: 'recommended', to: 'rejected', by: { kind: 'person', id: 'ada' }, why: 'wrong one' },
    ]);
  });

  test('where nobody responds there is nothing to ask', async () => {
    house = build();
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const running = await house.start();
    const answer = await fetch(`${running.url}/v1/suspensions`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(404);
  });
});
