/** Writes alerts to a Kafka topic: a CloudEvents 1.0 envelope around an OCSF Detection Finding. */
import { once } from 'node:events';
import { z } from 'zod';
import type { SinkType } from '../ports/delivery.ts';
import { cloudEvent } from '../render/cloudevent.ts';
import { ocsfFinding } from '../render/ocsf.ts';
import { visibleJson } from '../render/visible.ts';

const SCHEMA = 'https://schema.ocsf.io/1.8.0/classes/detection_finding';

const options = z.strictObject({
  topic: z.string().min(1).max(249).optional().meta({ description: 'Topic instead of `alerts.topic`.' }),
});

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Kafka topic', standard: 'CloudEvents 1.0 structured mode, OCSF 1.8.0 Detection Finding' },
  options,
  encode: (alert) => visibleJson(cloudEvent(alert, SCHEMA, ocsfFinding(alert))),
  async open({ topic }, context) {
    const publish = context.publish ?? context.refuse('the config has no kafka section');
    return {
      async deliver(delivery, signal) {
        if (signal.aborted) return { status: 'retry', reason: 'aborted' };
        const message = {
          // Versions of one alert share a partition, so readers see them in order and a compacted topic keeps the last.
          key: delivery.alertId,
          value: delivery.body,
          headers: {
            'content-type': 'application/cloudevents+json; charset=utf-8',
            'tidemark-delivery-id': delivery.id,
          },
        };
        const done = publish(topic ?? context.alertTopic, message).then(
          () => ({ status: 'delivered' }) as const,
          (error) =>
            ({ status: 'retry', reason: `broker: ${error instanceof Error ? error.name : 'failed'}` }) as const,
        );
        const settled = new AbortController();
        const aborted = once(signal, 'abort', { signal: settled.signal }).then(
          () => ({ status: 'retry', reason: 'aborted' }) as const,
          () => done,
        );
        const receipt = await Promise.race([done, aborted]);
        settled.abort();
        return receipt;
      },
    };
  },
};
