import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Alert, SEVERITIES } from '../../schemas/alert.ts';
import { exampleAlert, hugeAlert } from '../../test/unit/example-alert.ts';
import { httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './pagerduty.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** What the Events API v2 documents as required and allowed. */
const event = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
  client: z.string(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    component: z.string(),
    group: z.string(),
    class: z.string(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
});

async function posted(alert: Alert, status = 202) {
  const receiver = await httpReceiver({ status });
  const context = sinkContext({ key: 'R'.repeat(32) });
  undo.push(receiver.close, context.close);
  const settings = sink.options.parse({ routingKeyFile: 'key', url: receiver.url });
  const opened = await sink.open(settings, context);
  const receipt = await opened.deliver(deliveryOf(alert, sink.encode(alert, settings)), AbortSignal.timeout(10_000));
  return { receipt, event: event.parse(JSON.parse(receiver.received[0]!.body)), body: receiver.received[0]!.body };
}

describe('pagerduty', () => {
  it.each(SEVERITIES)('triggers an incident for a %s alert', async (severity) => {
    const { receipt, event } = await posted(exampleAlert({ severity }));
    expect(receipt).toEqual({ status: 'delivered' });
    expect(event).toMatchObject({ event_action: 'trigger', dedup_key: 'alr_5f0d6c1e9a7b4c3d' });
    expect(event.payload.severity).toBe(
      { info: 'info', low: 'info', medium: 'warning', high: 'error', critical: 'critical' }[severity],
    );
  });

  it.each([
    ['acknowledged', 'acknowledge'],
    ['suppressed', 'resolve'],
    ['resolved', 'resolve'],
  ] as const)('follows an alert that was %s: %s', async (status, action) => {
    expect((await posted(exampleAlert({ status, version: 2 }))).event.event_action).toBe(action);
  });

  it('has one incident for alerts of several identities for one cause, from the first version on', async () => {
    const keyOf = async (change: Partial<Alert>) => (await posted(exampleAlert(change))).event.dedup_key;
    const one = await keyOf({ id: 'alr_1', cause: 'cause_7' });
    expect(await keyOf({ id: 'alr_1', version: 2, cause: 'cause_7', incident: 'inc_7' })).toBe(one);
    expect(await keyOf({ id: 'alr_2', cause: 'cause_7' })).toBe(one);
    expect(await keyOf({ id: 'alr_3', cause: 'cause_8' })).not.toBe(one);
  });

  it('stays within the size that the API takes', async () => {
    const { event, body } = await posted(hugeAlert());
    expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(Buffer.byteLength(body)).toBeLessThan(512 * 1024);
  });

  it('refuses for good what the API calls invalid', async () => {
    expect((await posted(exampleAlert(), 400)).receipt).toEqual({ status: 'refused', reason: 'HTTP 400' });
  });
});
