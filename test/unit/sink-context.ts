/** What a sink is given in tests: the real way out, opened to loopback, and secrets from a map instead of files. */

import type { Alert } from '../../schemas/alert.ts';
import { createEgress } from '../../src/adapters/egress.ts';
import { deliveryId } from '../../src/deliver/outbox.ts';
import type { Delivery, SinkContext } from '../../src/ports/delivery.ts';
import type { OutgoingMessage } from '../../src/ports/stream.ts';

export interface TestContext extends SinkContext {
  close(): Promise<void>;
}

export class RefusedOptions extends Error {
  override readonly name = 'ConfigError';
}

export function sinkContext(
  secrets: Record<string, string> = {},
  publish?: (topic: string, message: OutgoingMessage) => Promise<void>,
  caFile?: string,
): TestContext {
  const egress = createEgress({
    allowPrivateTargets: true,
    allowedPorts: [],
    allowedNetworks: [],
    answerMaxBytes: 64 * 1024,
    ...(caFile === undefined ? {} : { caFile }),
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const refuse = (reason: string): never => {
    throw new RefusedOptions(reason);
  };
  return {
    secret: (file) => secrets[file] ?? refuse(`no such file: ${file}`),
    refuse,
    timeoutMs: 1_000,
    allowPrivateTargets: true,
    clock: { now: () => Date.now() },
    alertTopic: 'tidemark.alerts',
    http: egress,
    close: () => egress.close(),
    ...(publish === undefined ? {} : { publish }),
  };
}

/** The delivery that `alert` leads to with this body. */
export function deliveryOf(alert: Alert, body: string, sink = 'example'): Delivery {
  return {
    id: deliveryId(sink, alert),
    tenant: alert.tenant,
    sink,
    alertId: alert.id,
    alertVersion: alert.version,
    partition: 0,
    body,
    createdAt: alert.lastAt,
  };
}
