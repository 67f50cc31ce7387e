import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alertPageItemSchema, alertPageSchema, type TriagedAlert } from '../../schemas/api.ts';
import { suspensionSchema } from '../../schemas/suspension.ts';
import { lookedSchema } from '../../src/api/suspension-routes.ts';
import { type HttpReceiver, httpReceiver } from '../unit/http-receiver.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';
import { until } from './harness/kafka-worker-process.ts';
import { storyUntil, VICTIM } from './harness/story.ts';

const QUIET_MS = 2_000;

describe.skipIf((await embeddedMissing()) !== undefined)('proof of containment', () => {
  let house: House;
  let running: Running;
  let receiver: HttpReceiver;
  let token: string;
  let serial = 0;

  beforeEach(async () => {
    house = build();
    token = house.admit({ name: 'ada', scope: 'admin', tenant: 'default' });
    receiver = await httpReceiver({ status: 200, body: '{"status":"done","detail":"off"}' });
    writeFileSync(join(house.directory, 'secret'), `whsec_${Buffer.alloc(32, 9).toString('base64')}\n`, {
      mode: 0o600,
    });
    running = await house.start({
      delivery: { allowPrivateTargets: true },
      respond: {
        enabled: true,
        mode: 'approve',
        responder: 'gateway',
        pollMs: 250,
        quietMs: QUIET_MS,
        maxActiveShare: 1,
        responders: { gateway: { type: 'webhook', url: receiver.url, secretFile: join(house.directory, 'secret') } },
      },
    });
  });
  afterEach(async () => {
    await stopEverything();
    await receiver.close();
    house.remove();
  });

  async function ask(path: string, body?: object | string) {
    const answer = await fetch(`${running.url}/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    expect(answer.status, path).toBeLessThan(300);
    return Answer.of(answer);
  }
  /** Something that an identity did well, so many ms after `from`. */
  const success = (identity: string, from: string, afterMs: number) =>
    ask('/activities', [
      {
        id: `late-${++serial}`,
        at: new Date(Date.parse(from) + afterMs).toISOString(),
        identity: { id: identity, kind: 'role', provider: 'aws' },
        action: { name: 's3:GetObject', service: 's3', access: 'read' },
        source: { ip: '10.0.0.7' },
        outcome: 'success',
      },
    ]);
  async function suspend(identity: string, alertId?: string) {
    const wish = { identity: { id: identity, kind: 'role' }, action: 'suspend-identity', why: 'theft' };
    const { id } = (await ask('/suspensions', { ...wish, ...(alertId && { alertId }) })).as(suspensionSchema);
    const look = async () => (await ask(`/suspensions/${id}`)).as(lookedSchema);
    const { binding } = (await look()).preview;
    await ask(`/suspensions/${id}/approve`, { why: 'yes', binding });
    await until('it is carried out', async () => (await look()).suspension.state === 'confirmed');
    const { txn, dispatchedAt } = (await look()).suspension;
    return { id, txn, dispatchedAt: dispatchedAt! };
  }
  async function alertOnTheft() {
    await ask('/activities', storyUntil(Date.now() - 60_000).join('\n'));
    let alert: { id: string } | undefined;
    await until('it is alerted', async () => {
      [alert] = (await ask(`/alerts?identity=${encodeURIComponent(VICTIM)}`)).as(alertPageSchema).alerts;
      return alert !== undefined;
    });
    return alert!.id;
  }
  const said = (event: string) =>
    running
      .log()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter((line) => line.event === event);

  test('a target that falls silent has its time to silence on the alert, and one that acts again raises an alert', async () => {
    const alertId = await alertOnTheft();
    const { id, dispatchedAt } = await suspend(VICTIM, alertId);
    await success(VICTIM, dispatchedAt, 500);
    await success('arn:aws:iam::111122223333:role/stock-worker', dispatchedAt, 4 * QUIET_MS);
    // Beside it stands what the alert itself recommends, which nobody approved.
    const containment = async () =>
      (await ask(`/alerts/${alertId}`))
        .as(alertPageItemSchema)
        .containment?.find(({ suspension }) => suspension === id);
    await until('it is silent', async () => (await containment())?.status === 'silent');
    expect(await containment()).toMatchObject({ successes: 1, timeToSilenceMs: 500, state: 'confirmed' });
    expect(said('contained')).toMatchObject([{ suspension: id, seconds: 0.5 }]);

    await success(VICTIM, dispatchedAt, 5 * QUIET_MS);
    await until('it leaks', async () => (await containment())?.status === 'leaking');
    const { alerts } = (await ask('/alerts?severity=critical')).as(alertPageSchema);
    const [again] = alerts.filter(({ title }) => title.includes('still acts'));
    expect(again).toMatchObject({ status: 'new', incident: alertId, identity: { id: VICTIM } });
    expect(said('uncontained')).toMatchObject([{ suspension: id }]);
  });

  test('what a person asked for without an alert is watched as well', async () => {
    await success('arn:aws:iam::111122223333:role/other', new Date().toISOString(), -60_000);
    const { txn, dispatchedAt } = await suspend('arn:aws:iam::111122223333:role/other');
    await success('arn:aws:iam::111122223333:role/other', dispatchedAt, 3 * QUIET_MS);
    let alerts: TriagedAlert[] = [];
    await until('it leaks', async () => {
      ({ alerts } = (await ask('/alerts')).as(alertPageSchema));
      return alerts.length > 0;
    });
    expect(alerts).toMatchObject([{ incident: txn, title: expect.stringContaining('still acts') }]);
  });
});
