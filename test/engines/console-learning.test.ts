/** What people decide counts from the next turn on: for what is told, and for what is learned. */
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { alertPageSchema, triagedAlertSchema } from '../../schemas/api.ts';
import { profileSchema } from '../../schemas/api-identities.ts';
import { deliveriesSchema } from '../../schemas/api-records.ts';
import { ahead, ask, DAY_MS, RECORDS, SECRET } from './console-acme.ts';
import { build, embeddedMissing, stopEverything } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { startReceiver } from './harness/receiver.ts';
import { VICTIM } from './harness/story.ts';

const missing = await embeddedMissing();

describe.skipIf(missing !== undefined)('what decisions change', () => {
  afterEach(stopEverything);

  test('an alert somebody asked not to be told of is stored, shown as suppressed, and sent nowhere', async () => {
    const receiver = await startReceiver(SECRET);
    const house = build();
    writeFileSync(`${house.directory}/webhook.secret`, SECRET, { mode: 0o600 });
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const running = await house.start({
      ingest: { tenant: 'acme', futureSkewMs: DAY_MS },
      sinks: { soc: { type: 'webhook', url: receiver.url, secretFile: `${house.directory}/webhook.secret` } },
      delivery: { allowPrivateTargets: true, pollMs: 250 },
    });
    // The story as if the theft came a little after now: a suppression counts from when it was made.
    const records = RECORDS.map((record) => JSON.parse(record));
    const cut = records.findIndex(({ sourceIPAddress }) => sourceIPAddress === '203.0.113.66');
    const shiftMs = Date.now() + 1_800_000 - Date.parse(records[cut].eventTime);
    for (const record of records) record.eventTime = new Date(Date.parse(record.eventTime) + shiftMs).toISOString();
    const send = (part: unknown[]) => ask(running, token, '/v1/activities', { body: part });
    expect((await send(records.slice(0, cut))).status).toBe(200);
    const match = { identity: VICTIM, invariants: true, maxSeverity: 'critical' };
    const until30 = { owner: 'ada', until: ahead(30), because: 'exercise', match };
    expect((await ask(running, token, '/v1/suppressions', { body: until30 })).status).toBe(201);
    // The next turn looks into the store when the last look is two seconds old.
    await pause(2_100);
    expect((await send(records.slice(cut))).status).toBe(200);
    const answer = await ask(running, token, `/v1/alerts?identity=${encodeURIComponent(VICTIM)}`);
    const [hidden] = answer.as(alertPageSchema).alerts;
    expect(hidden?.triage.status).toBe('suppressed');
    expect((await ask(running, token, '/v1/alerts?status=suppressed')).as(alertPageSchema).alerts[0]?.id).toBe(
      hidden?.id,
    );
    expect((await ask(running, token, `/v1/deliveries?alert=${hidden?.id}`)).as(deliveriesSchema).deliveries).toEqual(
      [],
    );
    await running.stop();
    await receiver.close();
    house.remove();
  });

  test('what a benign verdict approves is a habit of the identity after the next turn, until an administrator has it unlearned', async () => {
    const house = build();
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const responder = house.admit({ name: 'bob', scope: 'responder', tenant: 'acme' });
    const stranger = house.admit({ name: 'eve', scope: 'admin', tenant: 'other' });
    const running = await house.start({ ingest: { tenant: 'acme' }, detect: { snapshotEveryMs: 1_000 } });
    const send = (part: readonly string[]) => ask(running, token, '/v1/activities', { body: part.join('\n') });
    expect((await send(RECORDS.slice(0, -6))).status).toBe(200);
    const victim = encodeURIComponent(VICTIM);
    const alert = (await ask(running, token, `/v1/alerts?identity=${victim}`)).as(alertPageSchema).alerts[0]!;
    const trusted = async () => {
      const answer = await ask(running, token, `/v1/identities/${victim}`);
      const habits = answer.status === 200 ? answer.as(profileSchema).habits : [];
      return habits.flatMap(({ values }) =>
        values.filter(({ state }) => state === 'trusted').map(({ value }) => value),
      );
    };
    // A snapshot is due when the last one is a second old.
    await pause(1_100);
    expect((await send(RECORDS.slice(-6, -3))).status).toBe(200);
    await until('a snapshot is there', async () => (await trusted()).length > 0);
    expect(await trusted()).not.toContain('curl');
    const body = { verdict: 'benign', scope: 'all-evidence', until: ahead(30), because: 'a drill' };
    expect(
      (await ask(running, token, `/v1/alerts/${alert.id}/verdict`, { body })).as(triagedAlertSchema).triage.verdict,
    ).toBe('benign');
    await pause(2_100);
    expect((await send(RECORDS.slice(-3, -1))).status).toBe(200);
    await until('a snapshot shows it', async () => (await trusted()).includes('curl'));

    const wish = { alertId: alert.id.slice(0, 12), because: 'it was no drill' };
    const unlearn = (body: object, who = token) => ask(running, who, `/v1/identities/${victim}/unlearn`, { body });
    expect((await unlearn(wish, responder)).status).toBe(403);
    expect((await unlearn(wish, stranger)).status).toBe(404);
    expect((await unlearn({ to: '2026-03-02T00:00:00Z', because: 'no beginning' })).status).toBe(400);
    const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z', because: 'backwards' };
    expect((await unlearn(range)).status).toBe(422);
    expect((await unlearn({ ...wish, alertId: 'f'.repeat(32) })).status).toBe(404);
    const { status, json } = await unlearn(wish);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      action: 'unlearn',
      alertId: alert.id,
      identity: VICTIM,
      actor: 'ada',
      scope: ['forget'],
    });
    expect((await ask(running, token, `/v1/identities/${victim}/unlearn`)).json).toEqual({ actions: [json] });
    await pause(2_100);
    expect((await send(RECORDS.slice(-1))).status).toBe(200);
    await until('a snapshot has it no more', async () => !(await trusted()).includes('curl'));
    expect((await trusted()).length).toBeGreaterThan(0);
    await running.stop();
    house.remove();
  });
});
