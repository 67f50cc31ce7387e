/** From planned alerts to a real receiver over HTTP, through outages, refusals and restarts. */
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { createDispatcher, plan } from '../../src/deliver/outbox.ts';
import { openSinks, readRoutes } from '../../src/deliver/sink-routes.ts';
import type { SinkType } from '../../src/ports/delivery.ts';
import { exampleAlert } from './example-alert.ts';
import { type Answer, httpReceiver } from './http-receiver.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { sinkContext } from './sink-context.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;
const types = await discover<SinkType>(SHELVES.sinks, 'sink');
const ALERTS = ['a', 'b', 'c'].flatMap((id) => [1, 2].map((version) => exampleAlert({ id, version })));

const ANSWERS: Record<string, Answer> = {
  ok: { status: 200 },
  created: { status: 201, body: 'thanks' },
  busy: { status: 429, headers: { 'retry-after': '60' } },
  broken: { status: 500 },
  moved: { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
  gone: { status: 410 },
  reset: 'reset',
  slow: 'silent',
  endless: 'endless',
};

describe('delivery over HTTP', () => {
  it('brings every alert version to the receiver in order, signed, with one body an id, whatever happens on the way', async () => {
    const step = fc.constantFrom(...Object.keys(ANSWERS), 'restart');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (script) => {
        const receiver = await httpReceiver();
        const context = sinkContext({ key: SECRET });
        const { routes } = readRoutes(
          configSchema.parse({ sinks: { hook: { type: 'webhook', url: receiver.url, secretFile: 'key' } } }).sinks,
          types,
        );
        const store = new MemoryOutbox();
        const planned = plan(ALERTS, routes);
        store.add(planned);
        const clock = { at: 0, now: () => clock.at };
        const restarts = script.filter((one) => one === 'restart').length;
        receiver.answers.push(...script.filter((one) => one !== 'restart').map((one) => ANSWERS[one] as Answer));

        const config = { leaseRows: 10, pollMs: 1, timeoutMs: 60, attempts: 50, concurrency: 2 };
        for (let run = 0; store.statuses().includes('pending'); run++) {
          const sinks = await openSinks(routes, context);
          const dispatcher = createDispatcher({ store, sinks, clock, config });
          const stop = new AbortController();
          const running = dispatcher.run(stop.signal);
          for (let turn = 0; store.statuses().includes('pending'); turn++) {
            const disabled = dispatcher.state()[0]!.disabled !== undefined;
            // A restart may fall anywhere, also in the middle of a request; a sink that is gone needs one.
            if (disabled || (run < restarts && turn === 3 + run)) break;
            clock.at += 30 * 3_600_000;
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          stop.abort();
          await running;
        }

        const webhook = new Webhook(SECRET);
        const bodies = new Map<string, Set<string>>();
        for (const { headers, body } of receiver.received) {
          expect(() => webhook.verify(body, headers as Record<string, string>)).not.toThrow();
          const id = String(headers['webhook-id']);
          bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
        }
        expect([...bodies.keys()].sort()).toEqual(planned.map((one) => one.id).sort());
        for (const seen of bodies.values()) expect(seen.size).toBe(1);
        for (const id of ['a', 'b', 'c']) {
          const versions = receiver.received
            .map(({ body }) => JSON.parse(body).data)
            .filter((one) => one.id === id)
            .map((one) => one.version);
          expect(versions).toEqual([...versions].sort());
        }
        expect(store.statuses().every((status) => status === 'delivered')).toBe(true);
        await context.close();
        await receiver.close();
      }),
      { numRuns: 40 },
    );
  });
});
