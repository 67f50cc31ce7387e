import { describe, expect, it } from 'vitest';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import { sink } from './kafka.ts';

const soon = () => AbortSignal.timeout(10_000);

describe('kafka', () => {
  it('writes a CloudEvent around a Detection Finding, keyed so that versions stay in order', async () => {
    const sent: (OutgoingMessage & { topic: string })[] = [];
    const context = sinkContext({}, async (topic, message) => void sent.push({ topic, ...message }));
    const opened = await sink.open({}, context);
    for (const version of [1, 2]) {
      const alert = exampleAlert({ version });
      await opened.deliver(deliveryOf(alert, sink.encode(alert, {})), soon());
    }
    expect(sent.map(({ topic, key }) => ({ topic, key }))).toEqual([
      { topic: 'tidemark.alerts', key: 'alr_5f0d6c1e9a7b4c3d' },
      { topic: 'tidemark.alerts', key: 'alr_5f0d6c1e9a7b4c3d' },
    ]);
    expect(sent[0]!.headers!['content-type']).toMatch(/^application\/cloudevents\+json/);
    const events = sent.map(({ value }) => JSON.parse(String(value)));
    expect(events[0]).toMatchObject({ specversion: '1.0', type: 'tidemark.alert.raised', data: { class_uid: 2004 } });
    expect(events[0].data.anomaly_analyses.length).toBeGreaterThan(0);
    expect(events.map((event) => event.id)).toEqual(['alr_5f0d6c1e9a7b4c3d:1', 'alr_5f0d6c1e9a7b4c3d:2']);
  });

  it('writes to a topic of its own when told so', async () => {
    const topics: string[] = [];
    const opened = await sink.open(
      { topic: 'soc' },
      sinkContext({}, async (topic) => void topics.push(topic)),
    );
    await opened.deliver(deliveryOf(exampleAlert(), '{}'), soon());
    expect(topics).toEqual(['soc']);
  });

  it('tries again after the broker failed, with the class of the error and not its message', async () => {
    const opened = await sink.open(
      {},
      sinkContext({}, async () => {
        throw new RangeError('hunter2');
      }),
    );
    expect(await opened.deliver(deliveryOf(exampleAlert(), '{}'), soon())).toEqual({
      status: 'retry',
      reason: 'broker: RangeError',
    });
  });

  it('does not open without Kafka', async () => {
    await expect(sink.open({}, sinkContext())).rejects.toThrow('no kafka section');
  });
});
