import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemSchema } from '../../schemas/api-records.ts';
import { suspensionSchema } from '../../schemas/suspension.ts';
import { lookedSchema, suspensionsSchema } from '../../src/api/suspension-routes.ts';
import { type HttpReceiver, httpReceiver } from '../unit/http-receiver.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';
import { until } from './harness/kafka-worker-process.ts';

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const SOAR = secretOf(1);
const FORMER = secretOf(2);
const OTHER = secretOf(3);
const GATEWAY = secretOf(4);
const MINUTE = 60_000;

describe.skipIf((await embeddedMissing()) !== undefined)('signed requests', () => {
  let house: House;
  let receiver: HttpReceiver;
  let running: Running;
  let token: string;
  let ids = 0;

  beforeEach(async () => {
    house = build();
    receiver = await httpReceiver({ status: 202 });
    token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    for (const [name, secret] of Object.entries({ soar: SOAR, former: FORMER, other: OTHER, gateway: GATEWAY }))
      writeFileSync(join(house.directory, name), `${secret}\n`, { mode: 0o600 });
    await start();
  });
  afterEach(async () => {
    await stopEverything();
    await receiver.close();
    house.remove();
  });

  async function start() {
    const file = (name: string) => join(house.directory, name);
    running = await house.start({
      http: {
        signers: {
          soar: { tenant: 'acme', secretFile: file('soar'), previousSecretFile: file('former') },
          other: { tenant: 'other', secretFile: file('other') },
        },
      },
      delivery: { allowPrivateTargets: true },
      respond: {
        enabled: true,
        mode: 'approve',
        responder: 'gateway',
        pollMs: 250,
        maxActiveShare: 1,
        responders: { gateway: { type: 'webhook', url: `${receiver.url}/act`, secretFile: file('gateway') } },
      },
    });
  }

  interface Change {
    secret?: string;
    id?: string;
    at?: number;
    sent?: string;
    headers?: Record<string, string>;
  }

  async function sign(path: string, envelope: object, change: Change = {}) {
    const { secret = SOAR, id = `msg_${++ids}`, at = Date.now() } = change;
    const body = JSON.stringify(envelope);
    const answer = await fetch(`${running.url}/v1${path}`, {
      method: 'POST',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': `${Math.floor(at / 1_000)}`,
        'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
        ...change.headers,
      },
      body: change.sent ?? body,
    });
    return Answer.of(answer);
  }

  async function look(path: string) {
    const answer = await fetch(`${running.url}/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    return Answer.of(answer);
  }

  const wish = (id = 'ci-deployer') => ({
    type: 'suspension.request',
    timestamp: new Date().toISOString(),
    data: { identity: { id }, action: 'suspend-identity', why: 'incident call' },
  });
  const decision = (verb: string, id: string, more: object = {}) => ({
    type: `suspension.${verb}`,
    data: { id, why: 'told by the runbook', ...more },
  });

  test('ask, approve and lift in the name and for the tenant of the key, and a receiver calls back', async () => {
    const made = await sign('/suspensions', wish());
    expect(made).toMatchObject({
      status: 201,
      json: { tenant: 'acme', requestedBy: { kind: 'person', id: 'soar' }, state: 'recommended' },
    });
    const { id } = made.as(suspensionSchema);
    const { binding } = (await look(`/suspensions/${id}`)).as(lookedSchema).preview;
    const approved = await sign(`/suspensions/${id}/approve`, decision('approve', id, { binding }), {
      secret: FORMER,
    });
    expect(approved).toMatchObject({ status: 200, json: { approvals: [{ by: { kind: 'person', id: 'soar' } }] } });
    await until('the receiver was asked', () => receiver.received.length > 0);

    const told = (type: string, more: object = {}) => ({ type, data: { id, detail: 'account is off', ...more } });
    const lie = told('suspension.failed');
    // Nobody but its responder, and that one only of its own tenant's.
    expect((await sign('/call-backs', lie, { secret: SOAR })).status).toBe(401);
    expect((await sign('/call-backs', told('suspension.done', { tenant: 'other' }), { secret: GATEWAY })).status).toBe(
      404,
    );
    expect((await sign('/call-backs', told('suspension.lift'), { secret: GATEWAY })).status).toBe(400);
    const unknown = { type: 'suspension.done', data: { id: `sus_${'0'.repeat(32)}` } };
    expect((await sign('/call-backs', unknown, { secret: GATEWAY })).status).toBe(404);
    expect(await sign('/call-backs', told('suspension.done'), { secret: GATEWAY, id: 'cb_1' })).toMatchObject({
      status: 200,
      json: { state: 'confirmed' },
    });
    expect((await sign('/call-backs', told('suspension.done'), { secret: GATEWAY, id: 'cb_1' })).status).toBe(409);
    expect((await sign('/call-backs', lie, { secret: GATEWAY })).status).toBe(409);

    expect(await sign(`/suspensions/${id}/lift`, decision('lift', id))).toMatchObject({
      status: 200,
      json: { liftRequested: { by: { id: 'soar' } } },
    });
  });

  test('a receiver that says it failed is believed', async () => {
    const { id } = (await sign('/suspensions', wish())).as(suspensionSchema);
    const { binding } = (await look(`/suspensions/${id}`)).as(lookedSchema).preview;
    await sign(`/suspensions/${id}/approve`, decision('approve', id, { binding }));
    await until('the receiver was asked', () => receiver.received.length > 0);
    const failed = { type: 'suspension.failed', data: { id, tenant: 'acme', detail: 'no such account' } };
    expect(await sign('/call-backs', failed, { secret: GATEWAY })).toMatchObject({
      status: 200,
      json: { state: 'failed', failure: 'no such account' },
    });
  });

  test('what is tampered with, old, of another key, tenant or operation changes nothing', async () => {
    const { id } = (await sign('/suspensions', wish())).as(suspensionSchema);
    const reject = decision('reject', id);
    const path = `/suspensions/${id}/reject`;
    for (const [change, status] of [
      [{ sent: JSON.stringify(decision('reject', id, { why: 'forged' })) }, 401],
      [{ headers: { 'webhook-id': 'another' } }, 401],
      [{ headers: { 'webhook-signature': 'v1,AAAA' } }, 401],
      [{ at: Date.now() - 6 * MINUTE }, 401],
      [{ at: Date.now() + 6 * MINUTE }, 401],
      [{ secret: GATEWAY }, 401],
      [{ secret: OTHER }, 404],
      [{ headers: { authorization: 'Bearer nobody' } }, 401],
    ] as const)
      expect((await sign(path, reject, change)).status, JSON.stringify(change)).toBe(status);
    // Signed for one operation, sent to another.
    expect((await sign(path, decision('lift', id))).status).toBe(400);
    expect((await sign(path, decision('reject', `sus_${'1'.repeat(32)}`))).status).toBe(400);
    expect((await sign(path, { type: 'suspension.reject', data: { id, why: 'x', tenant: 'other' } })).status).toBe(400);
    expect((await sign('/suspensions', { ...wish(), data: { ...wish().data, tenant: 'other' } })).status).toBe(400);
    expect((await sign(path, decision('reject', id, { why: 'x'.repeat(30_000) }))).status).toBe(413);
    // A signature opens what decides on suspensions, and nothing else.
    expect((await sign('/deliveries/replay', { type: 'x', data: { ids: ['x'] } })).status).toBe(401);
    expect((await look(`/suspensions/${id}`)).as(lookedSchema).suspension.state).toBe('recommended');
    expect((await sign(path, reject)).as(suspensionSchema).state).toBe('rejected');
  });

  test('one counts once, also after a restart', async () => {
    const first = wish();
    const change = { id: 'msg_once', at: Date.now() };
    expect((await sign('/suspensions', first, change)).status).toBe(201);
    const again = await sign('/suspensions', first, change);
    expect(again).toMatchObject({ status: 409, json: { code: 'replayed', remedy: expect.stringMatching(/./) } });
    const together = await Promise.all(
      Array.from({ length: 5 }, () => sign('/suspensions', wish('other-one'), { id: 'msg_race' })),
    );
    expect(together.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    await running.stop();
    await start();
    expect((await sign('/suspensions', first, change)).status).toBe(409);
    expect((await look('/suspensions')).as(suspensionsSchema).suspensions).toHaveLength(2);
    // The same id under another key is another request.
    expect((await sign('/suspensions', wish(), { ...change, secret: OTHER })).status).toBe(201);
  });

  test('a secret that somebody writes down is in no answer, log, order or table', async () => {
    const canary = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const request = wish(`bot ${canary}`);
    const data = {
      ...request.data,
      why: canary,
      target: { kind: 'credential', id: canary },
      parameters: { note: canary },
    };
    const made = await sign('/suspensions', { ...request, data: { ...data, action: 'rotate-credential' } });
    const { id } = made.as(suspensionSchema);
    const { binding } = (await look(`/suspensions/${id}`)).as(lookedSchema).preview;
    const answers = [
      made,
      await sign(`/suspensions/${id}/approve`, decision('approve', id, { binding, why: canary }), { id: canary }),
      await sign(`/suspensions/${id}/approve`, { type: canary, data: { id, why: canary } }),
      await sign(`/suspensions/${id}/lift`, decision('lift', id, { [canary]: canary })),
    ];
    await until('the receiver was asked', () => receiver.received.length > 0);
    answers.push(
      await sign('/call-backs', { type: 'suspension.failed', data: { id, detail: canary } }, { secret: GATEWAY }),
    );
    expect(answers.at(-1)).toMatchObject({
      status: 200,
      json: { state: 'failed', failure: expect.stringMatching(/^fp:/) },
    });
    // The name of a member that is not taken is told to whoever sent it, and to nobody else.
    expect(answers.splice(3, 1)[0]!.as(problemSchema).detail).toContain('Unrecognized key');
    await running.stop();
    expect(JSON.stringify(answers) + running.log() + JSON.stringify(receiver.received)).not.toContain(canary);
    for (const path of readdirSync(join(house.directory, 'store'), { recursive: true, withFileTypes: true }))
      if (path.isFile()) expect(readFileSync(join(path.parentPath, path.name)).includes(canary), path.name).toBe(false);
  });

  test('no secret is told, whatever goes wrong', async () => {
    await sign('/suspensions', wish(), { headers: { 'webhook-signature': SOAR } });
    await sign('/suspensions', wish(), { headers: { 'webhook-id': GATEWAY } });
    await running.stop();
    writeFileSync(join(house.directory, 'soar'), 'whsec_c2hvcnQtY2FuYXJ5\n', { mode: 0o600 });
    const fault = await start().catch((error) => error);
    expect(String(fault.message)).toContain('http.signers.soar.secretFile');
    for (const said of [running.log(), String(fault.message), String(fault.stack)])
      for (const secret of [SOAR, FORMER, GATEWAY, 'c2hvcnQtY2FuYXJ5']) expect(said).not.toContain(secret.slice(6));
  });
});
