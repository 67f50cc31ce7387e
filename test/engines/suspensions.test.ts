import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { type Config, configSchema } from '../../schemas/config.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Party } from '../../schemas/suspension.ts';
import { ask, run } from '../../src/adapters/clickhouse/ask.ts';
import { type Connection, connect } from '../../src/adapters/clickhouse/connect.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { openSuspensionStore } from '../../src/adapters/clickhouse/suspensions.ts';
import type { ResponderContext } from '../../src/ports/respond.ts';
import type { Store } from '../../src/ports/store.ts';
import { seal, verifyChain } from '../../src/respond/audit-chain.ts';
import { chainOf } from '../../src/respond/audit-log.ts';
import type { Head } from '../../src/respond/chain.ts';
import { createSuspensionDispatcher } from '../../src/respond/dispatcher.ts';
import { openResponders } from '../../src/respond/open-responders.ts';
import { preview } from '../../src/respond/preview.ts';
import type { RespondEvent } from '../../src/respond/respond-event.ts';
import { responder as webhook } from '../../src/respond/responders/webhook.ts';
import { bindingOf } from '../../src/respond/suspension-states.ts';
import { createSuspensions, type Decision, type Suspensions } from '../../src/respond/suspensions.ts';
import { type HttpReceiver, httpReceiver } from '../unit/http-receiver.ts';
import { sinkContext, type TestContext } from '../unit/sink-context.ts';
import { type ClickHouseServer, clickHouseMissing, emptyTables, startClickHouse } from './harness/clickhouse.ts';
import { sampleActivity, sampleAlert, sampleTurn, storeConfig } from './harness/clickhouse-samples.ts';

const missing = await clickHouseMissing();
const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const MINUTE = 60_000;
const IDENTITY = 'arn:aws:iam::123456789012:role/ci-0';
const ada: Party = { kind: 'person', id: 'ada' };
const grace: Party = { kind: 'person', id: 'grace' };

describe.skipIf(missing !== undefined).each(['server', 'embedded'] as const)(
  'suspensions on the %s engine',
  (engine) => {
    let server: ClickHouseServer | undefined;
    let directory: string | undefined;
    let place: Record<string, unknown>;
    let config: Config['store'];
    let store: Store;
    let suspensions: Awaited<ReturnType<typeof openSuspensionStore>>;
    let connection: Connection;
    let receiver: HttpReceiver;
    let context: TestContext;
    let nowMs: number;
    const clock = { now: () => nowMs };

    beforeAll(async () => {
      if (engine === 'server') {
        server = await startClickHouse();
        place = { url: server.url };
      } else {
        directory = mkdtempSync(join(tmpdir(), 'tidemark-suspensions-'));
        place = { path: directory };
      }
      config = storeConfig({ ...place, database: `s${process.pid}_${engine}` });
    });
    afterAll(async () => {
      await server?.stop();
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    });
    beforeEach(async () => {
      nowMs = NOW;
      store = await openStore(config, { migrate: true });
      suspensions = await openSuspensionStore(config);
      connection = await connect(config);
      receiver = await httpReceiver({ status: 200, body: '{"status":"done","detail":"key off"}' });
      context = sinkContext({ key: `whsec_${Buffer.alloc(32, 7).toString('base64')}` });
    });
    afterEach(async () => {
      await emptyTables(connection, config.database);
      await receiver.close();
      await context.close();
      await connection.close();
      await suspensions.close();
      await store.close();
    });

    async function open(respond: Record<string, unknown> = {}, records: Partial<InventoryRecord>[] = [{ tier: 2 }]) {
      const settings = configSchema.parse({
        respond: {
          mode: 'approve',
          responder: 'gateway',
          responders: { gateway: { type: 'webhook', url: `${receiver.url}/act`, secretFile: 'key' } },
          ...respond,
        },
      }).respond;
      const responders = await openResponders(settings.responders, new Map([['webhook', webhook]]), {
        ...context,
        clock,
        recipes: new Map(),
      } as unknown as ResponderContext);
      const facts = new Map(records.map((record) => [record.identity ?? IDENTITY, record as InventoryRecord]));
      let killSwitch = false;
      const desk = createSuspensions({
        store: suspensions,
        history: suspensions,
        clock,
        respond: settings,
        responders,
        invariants: new Set(['revoked-credential-use']),
        inventory: async (_, identity) => facts.get(identity.id),
        killSwitch: () => killSwitch,
      });
      const events: RespondEvent[] = [];
      const raised: Alert[] = [];
      const dispatcher = createSuspensionDispatcher({
        desk,
        store: suspensions,
        history: suspensions,
        alerts: store,
        responders,
        respond: settings,
        recommendationTtlMs: 86_400_000,
        clock,
        raise: async (alert) => void raised.push(alert),
        onEvent: (event) => events.push(event),
      });
      const round = () => dispatcher.round(new AbortController().signal);
      return { desk, dispatcher, round, events, raised, kill: (on: boolean) => (killSwitch = on) };
    }

    const alertOf = (change: Partial<Alert> = {}) =>
      sampleAlert('alert-1', 1, {
        recommendation: {
          ...sampleAlert('x').recommendation,
          action: 'suspend-identity',
          target: { kind: 'identity', id: IDENTITY },
          expiresAt: new Date(NOW + 60 * MINUTE).toISOString(),
        },
        ...change,
      });
    const must = (decision: Decision) =>
      decision.ok ? decision.suspension : expect.unreachable(`refused: ${decision.refusal.reason}`);
    const refusal = (decision: Decision) => (decision.ok ? undefined : decision.refusal.code);
    const proposed = async (desk: Suspensions) => must(await desk.propose(alertOf()));
    async function approve(desk: Suspensions, by: Party = ada) {
      const one = await proposed(desk);
      return desk.apply(one.tenant, one.id, { kind: 'approve', by, why: 'seen', binding: bindingOf(one) });
    }
    const verify = (anchor?: Head) => verifyChain('acme', chainOf(suspensions, 'acme'), anchor);
    const states = async () => (await suspensions.list({ limit: 100 })).map(({ to }) => to);

    test('go from an alert to the receiver and back, and every step is in a chain that verifies', async () => {
      await store.commit(sampleTurn(0, 1, { alerts: [alertOf()] }));
      const { desk, round, events } = await open();
      await round();
      expect(await states()).toEqual(['recommended']);
      expect(receiver.received).toEqual([]);
      must(await approve(desk));
      await round();
      expect(await states()).toEqual(['confirmed']);
      nowMs += 4 * 60 * MINUTE;
      await round();
      expect(await states()).toEqual(['lifted']);
      const bodies = receiver.received.map(({ body }) => JSON.parse(body));
      expect(bodies.map(({ type }) => type)).toEqual(['suspension.dispatch', 'suspension.lift']);
      expect(bodies[0].data).toMatchObject({ alertId: 'alert-1', action: 'suspend-identity', approvedBy: [ada] });
      const rows = [];
      for await (const row of chainOf(suspensions, 'acme')) rows.push(row);
      expect(rows.map(({ event }) => event)).toEqual([
        'recommend',
        'approve',
        'dispatch',
        'confirm',
        'request-lift',
        'lift',
      ]);
      // The receiver can hold us to the row that made its order.
      expect(bodies[0].data.audit).toEqual({ seq: 3, hash: rows[2]!.hash, at: rows[2]!.at });
      expect(await verify()).toMatchObject({ rows: 6, breaks: [] });
      expect(events.map(({ type }) => type)).toEqual(['requested', 'dispatched', 'confirmed', 'lifted']);
    });

    test('are proposed once, however often and by however many processes', async () => {
      const [one, other] = [await open(), await open()];
      const all = await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? one : other).desk.propose(alertOf())));
      expect(new Set(all.map((decision) => must(decision).id)).size).toBe(1);
      expect(all.filter((decision) => decision.ok && decision.row !== undefined)).toHaveLength(1);
      expect(await verify()).toMatchObject({ rows: 1, breaks: [] });
    });

    test('of two processes that decide at once one wins, the chain does not fork, and nothing is lost', async () => {
      const desks = await Promise.all([open(), open(), open()]);
      const wishes = Array.from({ length: 12 }, (_, n) =>
        desks[n % 3]!.desk.request({
          tenant: 'acme',
          identity: { id: `robot-${n}`, kind: 'bot' },
          action: 'suspend-identity',
          target: { kind: 'identity', id: `robot-${n}` },
          reason: 'drill',
          by: ada,
        }),
      );
      const made = (await Promise.all(wishes)).map(must);
      expect(await verify()).toMatchObject({ rows: 12, breaks: [] });
      // The same suspension approved and rejected at the same moment is one of the two.
      const [first] = made;
      const both = await Promise.all([
        desks[0].desk.apply('acme', first!.id, { kind: 'approve', by: grace, why: 'yes', binding: bindingOf(first!) }),
        desks[1].desk.apply('acme', first!.id, { kind: 'reject', by: ada, why: 'no' }),
      ]);
      const row = await suspensions.last('acme', first!.id);
      expect(['rejected', 'approved']).toContain(row?.to);
      if (row?.to === 'approved') expect(refusal(both[1])).toBe('state');
      expect((await verify()).breaks).toEqual([]);
      // Dispatched by three at once, each round on its own: the receiver is called for it once.
      if (row?.to === 'approved') await Promise.all(desks.map(({ round }) => round()));
      expect(receiver.received.length).toBeLessThanOrEqual(1);
    });

    test('a second writer at a place of the chain is told so and writes nothing', async () => {
      const { desk } = await open();
      await proposed(desk);
      const [row] = await suspensions.chain('acme', 0, 10);
      const entry = { event: 'reject', from: 'recommended', to: 'rejected', by: ada, why: 'no', at: row!.at } as const;
      const suspension = JSON.parse(row!.content);
      const [left, right] = ['left', 'right'].map((why) => seal(row!, suspension, entry, why));
      const answers = await Promise.all([suspensions.append(left!), suspensions.append(right!)]);
      expect(answers.toSorted()).toEqual(['appended', 'taken']);
      expect(await suspensions.append(left!)).toBe(answers[0]);
      expect(await verify()).toMatchObject({ rows: 2, breaks: [] });
    });

    test.each([
      ['changed', "UPDATE why = 'somebody else' WHERE seq = 2"],
      ['removed', 'DELETE WHERE seq = 2'],
      ['removed from the beginning', 'DELETE WHERE seq = 1'],
      ['given to another tenant', "UPDATE content = replaceAll(content, 'acme', 'evil') WHERE seq = 3"],
    ])('a row that was %s in the table is found, and nothing is dispatched any more', async (_, mutation) => {
      const before = await open();
      must(await approve(before.desk));
      await before.round();
      const second = must(
        await before.desk.request({
          tenant: 'acme',
          identity: { id: IDENTITY, kind: 'role' },
          action: 'revoke-session',
          target: { kind: 'session', id: 'ASIAEXAMPLE' },
          reason: 'drill',
          by: ada,
        }),
      );
      const event = { kind: 'approve', by: grace, why: 'yes', binding: bindingOf(second) } as const;
      must(await before.desk.apply('acme', second.id, event));
      expect(receiver.received).toHaveLength(1);
      await run(connection, `ALTER TABLE ${config.database}.suspension ${mutation} SETTINGS mutations_sync = 2`);
      expect((await verify()).breaks).not.toEqual([]);
      // A process that starts now will not vouch for it.
      const after = await open();
      await expect(after.round()).rejects.toMatchObject({ name: 'AuditBroken' });
      expect(receiver.received).toHaveLength(1);
    });

    test('a dispatch that was slipped into the table without its place in the chain is not carried out', async () => {
      const before = await open();
      const one = must(await approve(before.desk));
      const at = new Date(NOW).toISOString();
      const entry = { event: 'dispatch', from: 'approved', to: 'dispatched', by: ada, why: 'x', at } as const;
      const forged = { ...one, state: 'dispatched', dispatchedAt: at } as const;
      await suspensions.append(seal({ seq: 2, hash: 'f'.repeat(64) }, forged, entry, 'somebody'));
      nowMs += 10 * MINUTE;
      const after = await open();
      await expect(after.round()).rejects.toMatchObject({ name: 'AuditBroken' });
      expect(receiver.received).toEqual([]);
    });

    test('rows cut off the end stop a process that had seen them, and show against a noted head', async () => {
      const { desk } = await open();
      must(await approve(desk));
      const { head } = await verify();
      await run(
        connection,
        `ALTER TABLE ${config.database}.suspension DELETE WHERE seq = 2 SETTINGS mutations_sync = 2`,
      );
      expect((await verify()).breaks).toEqual([]);
      expect((await verify(head)).breaks).toHaveLength(1);
      await expect(desk.apply('acme', 'sus_x', { kind: 'reject', by: ada, why: '' })).rejects.toMatchObject({
        name: 'AuditBroken',
      });
    });

    test('a trail that cannot be written lets nothing out', async () => {
      const { desk, round } = await open();
      must(await approve(desk));
      await run(connection, `RENAME TABLE ${config.database}.suspension TO ${config.database}.away`);
      await expect(round()).rejects.toMatchObject({ name: 'StoreError' });
      await run(connection, `RENAME TABLE ${config.database}.away TO ${config.database}.suspension`);
      await run(connection, `ALTER TABLE ${config.database}.suspension ADD CONSTRAINT shut CHECK event != 'dispatch'`);
      await expect(round()).rejects.toMatchObject({ name: 'StoreError' });
      expect(receiver.received).toEqual([]);
      await run(connection, `ALTER TABLE ${config.database}.suspension DROP CONSTRAINT shut`);
      await round();
      expect(receiver.received).toHaveLength(1);
    });

    // What follows is decided above the store: once is enough.
    if (engine === 'embedded') return;

    test('wait for the second person on tier 0, and for nobody who was not asked', async () => {
      const { desk, round } = await open({}, [{ tier: 0 }]);
      expect(must(await approve(desk)).state).toBe('recommended');
      expect(refusal(await approve(desk))).toBe('same-person');
      await round();
      expect(receiver.received).toEqual([]);
      expect(must(await approve(desk, grace)).state).toBe('approved');
      await round();
      expect(receiver.received).toHaveLength(1);
    });

    test('expire when nobody approves in time, and stay expired', async () => {
      const { desk, round } = await open();
      must(await approve(desk));
      nowMs += 61 * MINUTE;
      await round();
      expect(await states()).toEqual(['expired']);
      expect(refusal(await desk.propose(alertOf()))).toBe('expired');
      expect(receiver.received).toEqual([]);
    });

    test('keep a sound chain whatever people and receivers say', async () => {
      const { desk } = await open();
      const wish = (text: string) =>
        desk.request({
          tenant: 'acme',
          identity: { id: `robot ${text.slice(0, 500)}`, kind: 'bot' },
          action: 'suspend-identity',
          target: { kind: 'identity', id: `robot ${text}` },
          reason: text,
          by: { kind: 'person', id: `ada ${text.slice(0, 500)}` },
          parameters: { note: text },
        });
      for (const text of ['😀'.repeat(600), 'it\'s \\ "quoted"\n\0', '漢é', '{tenant:String}']) {
        const made = must(await wish(text));
        // One character short of a pair: the cut leaves half of it.
        must(await desk.apply('acme', made.id, { kind: 'reject', by: ada, why: `x${text.repeat(3)}` }));
      }
      expect(refusal(await wish('\ud800'))).toBe('invalid');
      expect(refusal(await wish('x'.repeat(5_000)))).toBe('invalid');
      expect(await verify()).toMatchObject({ rows: 8, breaks: [] });
    });

    test('are not approved across tenants', async () => {
      const { desk } = await open();
      const one = await proposed(desk);
      const event = { kind: 'approve', by: ada, why: 'x', binding: bindingOf(one) } as const;
      expect(refusal(await desk.apply('other', one.id, event))).toBe('not-found');
    });

    test('in mode recommend are recorded and never dispatched; in mode observe not even recorded', async () => {
      const shown = await open({ mode: 'recommend' });
      expect(refusal(await approve(shown.desk))).toBe('policy');
      await shown.round();
      const silent = await open({ mode: 'observe' });
      expect(refusal(await silent.desk.propose(alertOf({ id: 'alert-2' })))).toBe('policy');
      expect(receiver.received).toEqual([]);
      expect(await states()).toEqual(['recommended']);
    });

    describe('in mode automatic', () => {
      const evidence = (detector: string, group: string, nats = 5) => ({
        detector,
        field: 'source.asn',
        group,
        seen: 'a',
        usual: 'b',
        nats,
        prevalence: { identity: 0, peers: 0, tenant: 0 },
        at: '2026-03-01T10:05:00.000Z',
        activityId: 'x',
      });
      const strong = (change: Partial<Alert> = {}) =>
        alertOf({ evidence: [evidence('where', 'where'), evidence('what', 'what')], ...change });

      test('act by themselves on two families of evidence, and lift by themselves', async () => {
        await store.commit(sampleTurn(0, 1, { alerts: [strong()] }));
        const { round } = await open({ mode: 'automatic' });
        await round();
        expect(await states()).toEqual(['confirmed']);
        nowMs += 4 * 60 * MINUTE;
        await round();
        expect(await states()).toEqual(['lifted']);
      });

      test.each([
        ['one family', { evidence: [evidence('where', 'where'), evidence('where', 'where')] }, {}, [{ tier: 2 }]],
        [
          'a weak second family',
          { evidence: [evidence('where', 'where'), evidence('what', 'what', 1)] },
          {},
          [{ tier: 2 }],
        ],
        ['tier 0', {}, {}, [{ tier: 0 }]],
        ['no inventory', {}, {}, []],
        ['the never-suspend list', {}, { neverSuspend: [IDENTITY] }, [{ tier: 2 }]],
        ['the inventory', {}, {}, [{ tier: 2, neverSuspend: true }]],
        ['a spent cap', {}, { maxAutomaticPerHour: 0 }, [{ tier: 2 }]],
      ])('do nothing for %s, and say so once', async (_, change, respond, records) => {
        await store.commit(sampleTurn(0, 1, { alerts: [strong(change)] }));
        const { round, events } = await open({ mode: 'automatic', ...respond }, records);
        await round();
        await round();
        expect(await states()).toEqual(['recommended']);
        expect(receiver.received).toEqual([]);
        expect(events.filter(({ type }) => type === 'held')).toHaveLength(1);
      });

      test('stop in a storm of recommendations', async () => {
        const alerts = Array.from({ length: 6 }, (_, n) =>
          strong({ id: `storm-${n}`, identity: { id: `robot-${n}`, kind: 'bot', provider: 'x' } }),
        );
        await store.commit(sampleTurn(0, 1, { alerts }));
        const records = alerts.map(({ identity }) => ({ identity: identity.id, tier: 3 }));
        const { round } = await open({ mode: 'automatic', stormRecommendations: 5 }, records);
        await round();
        expect(new Set(await states())).toEqual(new Set(['recommended']));
        expect(receiver.received).toEqual([]);
      });
    });

    test('the kill switch holds what was approved, and lets lifts go on', async () => {
      const { desk, round, kill, events } = await open();
      must(await approve(desk));
      kill(true);
      await round();
      expect(await states()).toEqual(['approved']);
      kill(false);
      await round();
      expect(await states()).toEqual(['confirmed']);
      kill(true);
      const [row] = await suspensions.list({ limit: 1 });
      must(await desk.apply('acme', row!.suspension, { kind: 'request-lift', by: ada, why: 'over' }));
      await round();
      expect(await states()).toEqual(['lifted']);
      expect(events.find(({ type }) => type === 'held')).toMatchObject({ reason: 'the kill switch is on' });
    });

    test('a receiver that is down is tried again with the same id and the same bytes, also by the next process', async () => {
      receiver.usual = { status: 503 };
      const first = await open();
      must(await approve(first.desk));
      await first.round();
      nowMs += MINUTE;
      await first.round();
      const next = await open();
      nowMs += MINUTE;
      receiver.usual = { status: 200 };
      await next.round();
      expect(await states()).toEqual(['confirmed']);
      expect(receiver.received).toHaveLength(3);
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    });

    test.each([
      ['a refusal', { status: 403 }, 1],
      ['a word of refusal', { status: 200, body: '{"status":"refused","detail":"not ours"}' }, 1],
      ['an endless outage', { status: 500 }, 3],
      ['no confirmation in time', { status: 202 }, 2],
    ])('fail on %s, and are lifted all the same when their time is over', async (_, answer, rounds) => {
      receiver.usual = answer;
      const { desk, round, events } = await open({ attempts: 3, confirmWithinMs: 60_000 });
      must(await approve(desk));
      for (let n = 0; n < rounds; n++) {
        await round();
        nowMs += 6 * MINUTE;
      }
      await round();
      expect(await states()).toEqual(['failed']);
      expect(events.filter(({ type }) => type === 'failed')).toHaveLength(1);
      receiver.usual = { status: 200 };
      nowMs += 4 * 60 * MINUTE;
      await round();
      expect(await states()).toEqual(['lifted']);
    });

    describe('proof of containment', () => {
      const at = (ms: number) => new Date(ms).toISOString();
      const activity = (n: number, ms: number, change: object = {}) => ({
        ...sampleActivity(n),
        at: at(ms),
        ...change,
      });
      const committed = (turn: number, activities: object[]) =>
        store.commit(
          sampleTurn(turn * 100, 1, {
            activities: activities.map((one, n) => ({ activity: one as never, offset: turn * 100 + n })),
            alerts: turn === 0 ? [alertOf()] : [],
            deliveries: [],
            observed: [],
            contributions: [],
          }),
        );
      const dispatched = async () => {
        await committed(0, [activity(0, NOW - MINUTE)]);
        const parts = await open();
        must(await approve(parts.desk));
        await parts.round();
        return parts;
      };
      const containment = async () => {
        const [row] = await suspensions.list({ limit: 1 });
        return JSON.parse(row!.content).containment;
      };

      test('a target that falls silent while others go on gets its time to silence', async () => {
        const { round, events, raised } = await dispatched();
        await committed(1, [activity(7, NOW + 30_000), activity(1, NOW + 20 * MINUTE)]);
        nowMs += 20 * MINUTE;
        await round();
        expect(await containment()).toMatchObject({ status: 'silent', timeToSilenceMs: 30_000, successes: 1 });
        expect(events.at(-1)).toMatchObject({ type: 'silent', timeToSilenceMs: 30_000 });
        expect(raised).toEqual([]);
      });

      test('a feed that stands still is no silence', async () => {
        const { round } = await dispatched();
        nowMs += 20 * MINUTE;
        await round();
        expect(await containment()).toBeUndefined();
      });

      test('a success after the grace raises one alert of its own, tied to the first', async () => {
        const { round, raised } = await dispatched();
        const denied = activity(14, NOW + 30 * MINUTE, { outcome: 'denied' });
        await committed(1, [activity(7, NOW + 16 * MINUTE), denied]);
        nowMs += 20 * MINUTE;
        await round();
        await round();
        expect(await containment()).toMatchObject({ status: 'leaking', successes: 1 });
        expect(raised).toHaveLength(1);
        expect(raised[0]).toMatchObject({ incident: 'alert-1', status: 'new', severity: 'critical', version: 1 });
        expect(raised[0]!.id).not.toBe('alert-1');
      });

      test('the dry run says what would stop, and who hangs on it', async () => {
        await committed(0, [
          ...[0, 7, 14, 21].map((n) => activity(n, NOW - 4 * 60 * MINUTE + n * 10 * MINUTE)),
          activity(1, NOW - MINUTE, { onBehalfOf: [{ id: IDENTITY, kind: 'role' }] }),
        ]);
        const { desk } = await open();
        const one = await proposed(desk);
        const before = await ask(connection, `SELECT count() FROM ${config.database}.suspension`);
        const shown = await preview(suspensions, one, nowMs);
        expect(shown).toMatchObject({
          activities: 4,
          services: [{ name: 's3', activities: 4 }],
          downstream: [{ name: 'arn:aws:iam::123456789012:role/ci-1', activities: 1 }],
          lastAt: at(NOW - 30 * MINUTE),
          binding: bindingOf(one),
          reversible: true,
        });
        expect(shown.anHour).toBeCloseTo(4 / 3.5);
        expect(shown.resources).toHaveLength(4);
        expect(await ask(connection, `SELECT count() FROM ${config.database}.suspension`)).toEqual(before);
        expect(receiver.received).toEqual([]);
      });
    });
  },
);
