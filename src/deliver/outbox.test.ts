import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { MemoryOutbox } from '../../test/unit/memory-outbox.ts';
import type { Receipt } from '../ports/delivery.ts';
import type { DeliveryEvent, LaneParts } from './delivery-lane.ts';
import { createDispatcher, deliveryId, type Planned, plan, planLater, routedTo, wants } from './outbox.ts';
import type { OpenSink, Route } from './sink-routes.ts';

const route = (name: string, filter: Route['filter'] = {}): Route => ({
  name,
  filter,
  encode: (alert) => `${name}:${alert.id}:${alert.version}`,
});

describe('an alert is routed', () => {
  const owned = { ...exampleAlert(), owner: 'team-a' };
  const { owner: _, ...orphan } = exampleAlert();
  const everyone = { filter: {} };
  const team = { filter: { owners: ['team-a'] } };
  const rest = { filter: { owners: [], unowned: true } };
  it.each([
    [owned, [everyone, team, rest], 'owner'],
    [{ ...owned, owner: 'team-b' }, [everyone, team, rest], 'everyone'],
    [{ ...owned, owner: 'team-b' }, [team, rest], 'nobody'],
    [orphan, [everyone, team, rest], 'default'],
    [orphan, [team], 'nobody'],
    [orphan, [everyone], 'everyone'],
  ] as const)('case %#', (alert, routes, to) => expect(routedTo(alert, routes)).toBe(to));
});

describe('wants', () => {
  const alert = exampleAlert({
    severity: 'medium',
    kinds: ['lifecycle', 'scope-drift'],
    owner: 'team-a',
    tenant: 'acme',
  });

  it('passes everything without conditions', () => expect(wants({}, alert)).toBe(true));

  it.each([
    [{ minSeverity: 'medium' as const }, true],
    [{ minSeverity: 'high' as const }, false],
    [{ kinds: ['scope-drift' as const] }, true],
    [{ kinds: ['delegation' as const] }, false],
    [{ kinds: [] }, false],
    [{ owners: ['team-a'] }, true],
    [{ owners: ['team-b'] }, false],
    [{ tenants: ['acme'] }, true],
    [{ tenants: ['other'] }, false],
    [{ owners: ['team-a'], tenants: ['other'] }, false],
  ])('%j -> %s', (filter, expected) => expect(wants(filter, alert)).toBe(expected));

  it('sends alerts without an owner only to the default of owner routing', () => {
    const { owner, ...orphan } = alert;
    expect(wants({ owners: ['team-a'] }, orphan)).toBe(false);
    expect(wants({ owners: ['team-a'], unowned: true }, orphan)).toBe(true);
    expect(wants({ owners: [], unowned: true }, { ...orphan, owner: owner as string })).toBe(false);
    expect(wants({}, orphan)).toBe(true);
  });
});

describe('later versions of an alert', () => {
  const alert = exampleAlert({ severity: 'high', version: 2 });
  const routes = [route('page', { minSeverity: 'high' }), route('log')];
  const planned = (change: Partial<Alert>, heard: Record<string, string[]> = {}, fellows: Planned['fellows'] = []) =>
    planLater(
      [{ alert: { ...alert, ...change }, fellows }],
      routes,
      0,
      new Map(Object.entries(heard).map(([id, sinks]) => [id, new Set(sinks)])),
    );
  const to = (deliveries: readonly { sink: string }[]) => deliveries.map(({ sink }) => sink);

  it('go to whoever heard of it, also when it is too weak for their filter by now', () => {
    expect(to(planned({ severity: 'low' }, { [alert.id]: ['page'] }))).toEqual(['page', 'log']);
    expect(to(planned({ severity: 'low' }))).toEqual(['log']);
  });

  it('that close it go to nobody who has not heard of it', () => {
    expect(to(planned({ status: 'resolved' }))).toEqual([]);
    expect(to(planned({ status: 'resolved' }, { [alert.id]: ['page'] }))).toEqual(['page']);
    expect(to(planned({ status: 'new', change: 'reopened' }))).toEqual(['page', 'log']);
  });

  it('tell each destination where the alerts of the cause stand that it knows of', () => {
    const shown: string[] = [];
    const seeing = (name: string): Route => ({
      name,
      filter: {},
      encode: ({ standing }) => `${shown.push(`${name} ${standing?.page}`)}`,
      skips: ({ standing, status }) => name === 'picky' && standing?.page !== status,
    });
    const standing = { at: alert.lastAt, because: 'x', page: 'new' as const };
    const heard = new Map([
      [alert.id, new Set(['one', 'all', 'picky'])],
      ['other', new Set(['all', 'picky'])],
    ]);
    const told = { alert: { ...alert, status: 'resolved' as const, standing }, fellows: [['other', 'new'] as const] };
    const deliveries = planLater([told], ['one', 'all', 'picky'].map(seeing), 0, heard);
    expect(shown).toEqual(['one resolved', 'all new']);
    expect(to(deliveries)).toEqual(['one', 'all']);
  });
});

describe('plan', () => {
  it('gives each alert version one delivery a sink, with an id that never changes', () => {
    const alerts = [exampleAlert(), exampleAlert({ version: 2 })];
    const routes = [route('siem'), route('chat', { minSeverity: 'critical' }), route('hook')];
    const first = plan(alerts, routes, 3);
    expect(first.map((delivery) => `${delivery.sink} ${delivery.alertVersion}`)).toEqual([
      'siem 1',
      'hook 1',
      'siem 2',
      'hook 2',
    ]);
    expect(plan(alerts, routes, 3)).toEqual(first);
    expect(new Set(first.map((delivery) => delivery.id)).size).toBe(4);
    expect(first[0]).toMatchObject({
      id: deliveryId('siem', alerts[0]!),
      partition: 3,
      body: 'siem:alr_5f0d6c1e9a7b4c3d:1',
    });
    expect(first[0]!.id).toMatch(/^msg_[0-9a-f]{32}$/);
  });
});

interface Seen {
  readonly sink: string;
  readonly id: string;
  readonly version: number;
  readonly body: string;
}

const config = { leaseRows: 10, pollMs: 2, timeoutMs: 1_000, attempts: 10, concurrency: 2 };

/** A dispatcher over an in-memory outbox with a clock that the test moves. */
function world(answers: Record<string, (seen: Seen, signal: AbortSignal) => Receipt | Promise<Receipt>>) {
  const store = new MemoryOutbox();
  const seen: Seen[] = [];
  const events: DeliveryEvent[] = [];
  const clock = { at: 1_000, now: () => clock.at };
  const sinks: OpenSink[] = Object.entries(answers).map(([name, answer]) => ({
    name,
    sink: {
      deliver: async (delivery, signal) => {
        const one = { sink: name, id: delivery.id, version: delivery.alertVersion, body: delivery.body };
        seen.push(one);
        return answer(one, signal);
      },
    },
  }));
  const dispatcher = (changes: Partial<LaneParts['config']> = {}) =>
    createDispatcher({
      store,
      sinks,
      clock,
      config: { ...config, ...changes },
      onEvent: (event) => events.push(event),
    });
  return { store, seen, events, clock, dispatcher };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Runs until the condition holds, then stops in order. */
async function runUntil(dispatcher: ReturnType<typeof createDispatcher>, condition: () => boolean): Promise<void> {
  const stop = new AbortController();
  const run = dispatcher.run(stop.signal);
  await Promise.race([until(condition), run]);
  stop.abort();
  await run;
}

const delivered = (): Receipt => ({ status: 'delivered' });

describe('dispatcher', () => {
  it('delivers what is due once and settles it', async () => {
    const { store, seen, events, dispatcher } = world({ hook: delivered, siem: delivered });
    store.add(plan([exampleAlert()], [route('hook'), route('siem')]));
    await runUntil(dispatcher(), () => store.statuses().every((status) => status === 'delivered'));
    expect(seen.map((one) => one.sink).sort()).toEqual(['hook', 'siem']);
    expect(events.map((event) => event.type)).toEqual(['delivered', 'delivered']);
  });

  it('retries on the schedule with the same id and body, and gives up after the last attempt', async () => {
    const { store, seen, events, clock, dispatcher } = world({ hook: () => ({ status: 'retry', reason: 'HTTP 500' }) });
    store.add(plan([exampleAlert()], [route('hook')]));
    const started = clock.at;
    const times: number[] = [];
    const stop = new AbortController();
    const run = dispatcher({ attempts: 4 }).run(stop.signal);
    for (let attempt = 1; attempt <= 4; attempt++) {
      await until(() => events.length === attempt);
      times.push(clock.at - started);
      const event = events.at(-1)!;
      if (event.type === 'postponed') clock.at = event.notBefore;
    }
    stop.abort();
    await run;
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map((one) => `${one.id} ${one.body}`)).size).toBe(1);
    expect(times[1]).toBeGreaterThanOrEqual(5_000);
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(300_000);
    expect(times[3]! - times[2]!).toBeGreaterThanOrEqual(1_800_000);
    expect([...store.rows.values()][0]).toMatchObject({ status: 'refused', attempts: 4, reason: 'gave up: HTTP 500' });
  });

  it('waits as long as the receiver asks', async () => {
    const { store, clock, dispatcher, events } = world({
      hook: () => ({ status: 'retry', reason: 'HTTP 429', retryAfterMs: 90_000 }),
    });
    store.add(plan([exampleAlert()], [route('hook')]));
    await runUntil(dispatcher(), () => events.length > 0);
    expect([...store.rows.values()][0]!.notBefore).toBeGreaterThanOrEqual(clock.at + 90_000);
  });

  it('refuses for good what the receiver calls wrong', async () => {
    const { store, dispatcher } = world({ hook: () => ({ status: 'refused', reason: 'HTTP 400' }) });
    store.add(plan([exampleAlert()], [route('hook')]));
    await runUntil(dispatcher(), () => store.statuses()[0] === 'refused');
    expect([...store.rows.values()][0]).toMatchObject({ attempts: 1, reason: 'HTTP 400' });
  });

  it('switches a sink off that is gone, keeps its deliveries, and tries again after a restart', async () => {
    let gone = true;
    const { store, seen, events, dispatcher } = world({
      hook: () => (gone ? { status: 'gone', reason: 'HTTP 410' } : delivered()),
    });
    store.add(plan([exampleAlert(), exampleAlert({ id: 'alr_2' }), exampleAlert({ id: 'alr_3' })], [route('hook')]));
    const first = dispatcher({ concurrency: 1 });
    await runUntil(first, () => events.length > 0);
    expect(first.state()).toEqual([{ sink: 'hook', inFlight: 0, disabled: 'HTTP 410' }]);
    expect(events).toEqual([{ type: 'sink-disabled', sink: 'hook', reason: 'HTTP 410' }]);
    expect(seen).toHaveLength(1);
    expect(store.statuses()).toEqual(['pending', 'pending', 'pending']);
    gone = false;
    await runUntil(dispatcher(), () => store.statuses().every((status) => status === 'delivered'));
  });

  it('lets no slow or dead sink hold up another', async () => {
    const { store, seen, dispatcher } = world({
      stuck: (_, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ status: 'retry', reason: 'aborted' })),
        ),
      hook: delivered,
    });
    const alerts = Array.from({ length: 50 }, (_, i) => exampleAlert({ id: `alr_${i}` }));
    store.add(plan(alerts, [route('stuck')]));
    store.add(plan(alerts, [route('hook')]));
    await runUntil(dispatcher({ timeoutMs: 60_000 }), () => seen.filter((one) => one.sink === 'hook').length === 50);
    expect(seen.filter((one) => one.sink === 'stuck')).toHaveLength(config.concurrency);
  });

  it('never has more under way for a sink than its room', async () => {
    let now = 0;
    let most = 0;
    const { store, dispatcher } = world({
      hook: async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now--;
        return delivered();
      },
    });
    store.add(
      plan(
        Array.from({ length: 40 }, (_, i) => exampleAlert({ id: `alr_${i}` })),
        [route('hook')],
      ),
    );
    await runUntil(dispatcher({ concurrency: 3 }), () => store.statuses().every((status) => status === 'delivered'));
    expect(most).toBe(3);
  });

  it('gives up on a sink that ignores its deadline', async () => {
    const { store, events, dispatcher } = world({ deaf: () => new Promise(() => {}) });
    store.add(plan([exampleAlert()], [route('deaf')]));
    await runUntil(dispatcher({ timeoutMs: 5 }), () => events.length > 0);
    expect(events[0]).toMatchObject({ type: 'postponed', reason: 'no answer in 5 ms' });
  });

  it('survives a sink that throws, and keeps what it threw off the record', async () => {
    const { store, events, dispatcher } = world({
      broken: () => {
        throw new TypeError('hunter2');
      },
    });
    store.add(plan([exampleAlert()], [route('broken')]));
    await runUntil(dispatcher(), () => events.length > 0);
    expect(events[0]).toMatchObject({ type: 'postponed', reason: 'the sink failed: TypeError' });
    expect(JSON.stringify([...store.rows.values()])).not.toContain('hunter2');
  });

  it('leaves a delivery as it was when stopped in the middle of it', async () => {
    const { store, seen, dispatcher } = world({
      hook: (_, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ status: 'retry', reason: 'aborted' })),
        ),
    });
    store.add(plan([exampleAlert()], [route('hook')]));
    await runUntil(dispatcher({ timeoutMs: 60_000 }), () => seen.length === 1);
    expect([...store.rows.values()][0]).toMatchObject({ status: 'pending', attempts: 0, notBefore: 0 });
    await runUntil(dispatcher({ timeoutMs: 60_000 }), () => seen.length === 2);
    expect(seen[1]).toEqual(seen[0]);
  });

  it('sends the versions of an alert in order, whatever fails in between', async () => {
    let failures = 2;
    const { store, seen, clock, events, dispatcher } = world({
      hook: (one) => (one.version === 2 && failures-- > 0 ? { status: 'retry', reason: 'HTTP 503' } : delivered()),
    });
    store.add(
      plan(
        [3, 1, 2].map((version) => exampleAlert({ version })),
        [route('hook')],
      ),
    );
    const stop = new AbortController();
    const run = dispatcher().run(stop.signal);
    for (let postponed = 1; postponed <= 2; postponed++) {
      await until(() => events.filter((event) => event.type === 'postponed').length === postponed);
      clock.at += 3_600_000;
    }
    await until(() => store.statuses().every((status) => status === 'delivered'));
    stop.abort();
    await run;
    expect(seen.map((one) => one.version)).toEqual([1, 2, 2, 2, 3]);
  });

  it('rejects when the store fails for good, and stops all lanes', async () => {
    const { store, dispatcher } = world({ hook: delivered, siem: delivered });
    store.failure = new Error('the store is away');
    await expect(dispatcher().run(new AbortController().signal)).rejects.toThrow('the store is away');
  });

  it('says that something was delivered only when that is stored, and rejects when it cannot be', async () => {
    const { store, seen, events, dispatcher } = world({ hook: delivered });
    const alerts = [1, 2, 3, 4, 5].map((n) => exampleAlert({ id: `alr_000000000000000${n}` }));
    store.add(plan(alerts, [route('hook')]));
    const settle = store.settle.bind(store);
    let writes = 0;
    store.settle = async (settlements) => {
      // While the first is written the others are sent.
      if (++writes === 1) await until(() => seen.length === alerts.length);
      else store.failure = new Error('the store is away');
      await settle(settlements);
    };
    await expect(dispatcher().run(new AbortController().signal)).rejects.toThrow('the store is away');
    const stored = [...store.rows.values()].filter(({ status }) => status === 'delivered').map(({ id }) => id);
    expect(stored).toHaveLength(1);
    for (const event of events) expect(stored).toContain(event.type === 'delivered' && event.delivery.id);
  });

  it('looks at once when woken, and not before', async () => {
    const { store, seen, dispatcher } = world({ hook: delivered });
    const asked = vi.spyOn(store, 'due');
    const one = dispatcher({ pollMs: 600_000 });
    const stop = new AbortController();
    const run = one.run(stop.signal);
    await until(() => asked.mock.calls.length > 0);
    const idle = asked.mock.calls.length;
    store.add(plan([exampleAlert()], [route('hook')]));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([seen.length, asked.mock.calls.length]).toEqual([0, idle]);
    one.wake();
    await until(() => seen.length === 1);
    expect(asked.mock.calls.length).toBeGreaterThan(idle);
    stop.abort();
    await run;
    expect([...store.rows.values()].map(({ status }) => status)).toEqual(['delivered']);
  });

  it('loses nothing and keeps order under any mix of answers and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('ok', 'retry', 'throw', 'stop'), { maxLength: 40 }), async (script) => {
        const left = [...script];
        let stop = new AbortController();
        const ok: Seen[] = [];
        const { store, clock, dispatcher } = world({
          hook: (one) => {
            const step = left.shift() ?? 'ok';
            if (step === 'retry') return { status: 'retry', reason: 'HTTP 500' };
            if (step === 'throw') throw new Error('bug');
            if (step === 'stop') {
              stop.abort();
              return { status: 'retry', reason: 'aborted' };
            }
            ok.push(one);
            return delivered();
          },
        });
        const alerts = ['a', 'b'].flatMap((id) => [1, 2, 3].map((version) => exampleAlert({ id, version })));
        store.add(plan(alerts, [route('hook')]));
        while (store.statuses().includes('pending')) {
          stop = new AbortController();
          const run = dispatcher({ attempts: 100, pollMs: 1 }).run(stop.signal);
          while (!stop.signal.aborted && store.statuses().includes('pending')) {
            clock.at += 100 * 3_600_000;
            await new Promise((resolve) => setImmediate(resolve));
          }
          stop.abort();
          await run;
        }
        expect(store.statuses().every((status) => status === 'delivered')).toBe(true);
        for (const id of ['a', 'b']) {
          const versions = ok.filter((one) => one.body.startsWith(`hook:${id}:`)).map((one) => one.version);
          expect(versions).toEqual([1, 2, 3]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
