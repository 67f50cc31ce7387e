/** Sends one made-up alert through a configured sink, as a real one would go, and says what came back. */
import { randomBytes } from 'node:crypto';
import { type Alert, alertSchema } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import { createEgress } from '../adapters/egress.ts';
import { openPublisher } from '../adapters/kafka/open-publisher.ts';
import { nearest } from '../config/nearest.ts';
import { deliveryId, wants } from '../deliver/outbox.ts';
import { readRoutes } from '../deliver/sink-routes.ts';
import { UsageError } from '../fault.ts';
import type { Receipt, SinkType } from '../ports/delivery.ts';
import type { Clock, Egress, HttpAnswer } from '../ports/outside.ts';
import { sinkContext } from './sink-context.ts';

const LINE_MAX = 200;

/** What became of the attempt. */
export interface SinkTested {
  readonly sink: string;
  readonly type: string;
  readonly delivered: boolean;
  /** `delivered`, `retry`, `refused` or `gone`, as the outbox would have taken it. */
  readonly status: Receipt['status'];
  readonly reason?: string;
  /** HTTP status, where the way is HTTP and somebody answered. */
  readonly httpStatus?: number;
  /** First line of the answer, without secrets. */
  readonly said?: string;
  readonly ms: number;
  readonly alert: string;
  readonly delivery: string;
  readonly remedy?: string;
  /** What the sink's filter makes of such an alert; it is sent all the same. */
  readonly filtered?: true;
}

export interface SinkTest {
  readonly config: Config;
  readonly types: ReadonlyMap<string, SinkType>;
  readonly name: string;
  readonly tenant: string;
  readonly clock: Clock;
  /** Takes secrets out of what a receiver says. */
  scrub(text: string): string;
}

/** An alert about nobody, which says so in every field that people read. */
export function madeUpAlert(tenant: string, nowMs: number): Alert {
  const now = new Date(nowMs).toISOString();
  const id = `test-${randomBytes(8).toString('hex')}`;
  return alertSchema.parse({
    id,
    version: 1,
    tenant,
    status: 'new',
    identity: { id: 'tidemark:test', kind: 'bot', provider: 'tidemark', name: 'tidemark-test' },
    kinds: ['unusual-pattern'],
    detectors: ['volume'],
    title: 'Test of a Tidemark sink: nothing happened, and nothing is to be done.',
    severity: 'low',
    score: 0,
    p: 1,
    maturity: 100,
    firstAt: now,
    lastAt: now,
    raisedAt: now,
    activityCount: 1,
    evidence: [
      {
        detector: 'volume',
        field: 'action.name',
        group: 'test',
        seen: 'test:Send',
        usual: 'test:Send',
        nats: 0,
        prevalence: { identity: 1, peers: 1, tenant: 1 },
        at: now,
        activityId: id,
      },
    ],
    activityIds: [id],
    techniques: [],
    controls: [],
    blindSpots: [],
    recommendation: {
      action: 'observe',
      target: { kind: 'identity', id: 'tidemark:test' },
      because: 'This is a test of the way to this receiver.',
      wouldStop: [],
      undo: 'nothing to undo',
      expiresAt: new Date(nowMs + 3_600_000).toISOString(),
      needsApproval: true,
    },
  });
}

/** What to do about an answer, by what went wrong. */
function remedyOf(receipt: Receipt, answer: HttpAnswer | undefined): string | undefined {
  if (receipt.status === 'delivered') return undefined;
  if (answer?.outcome === 'blocked')
    return 'Such a target is not allowed: see delivery.allowedPorts, delivery.allowedNetworks and, for tests, delivery.allowPrivateTargets.';
  const reason =
    answer !== undefined && answer.outcome !== 'answered' ? answer.reason : 'reason' in receipt ? receipt.reason : '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(reason))
    return 'Its certificate is not trusted: name the authority in delivery.caFile, or the host as the certificate has it.';
  if (answer?.outcome === 'timeout')
    return 'Nobody answered in time: look at the firewall on the way, or raise delivery.timeoutMs.';
  if (answer?.outcome === 'unreachable') return 'Check host and port of the sink, and that this machine reaches them.';
  if (answer?.outcome !== 'answered') return 'See docs/sinks.md for what this sink needs.';
  const { status } = answer;
  if (status === 401 || status === 403)
    return 'The receiver does not take the key: check the secret file of the sink, and what its token may.';
  if (status === 404 || status === 405) return 'Nothing takes alerts at this address: check the path of the URL.';
  if (status === 410)
    return 'The receiver wants nothing more. Tidemark would switch this sink off until its next start.';
  if (status === 413) return 'The alert is too large for the receiver: raise its limit.';
  if (status === 429) return 'The receiver is busy; the outbox would try again by itself.';
  if (status >= 300 && status < 400) return 'The address redirects, which is not followed: name the one it leads to.';
  if (status >= 500) return 'The receiver failed; the outbox would try again by itself. Look at its log.';
  return 'The receiver does not understand the alert; what it says stands above. See docs/sinks.md.';
}

function firstLine(text: string): string | undefined {
  const line = text
    .split(/\r?\n/)
    .find((one) => one.trim() !== '')
    ?.trim();
  if (line === undefined) return undefined;
  return line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line;
}

/** Sends once. Throws a UsageError for a name that is no sink, a ConfigError for options that cannot be used. */
export async function testSink(test: SinkTest): Promise<SinkTested> {
  const { config, types, name, tenant, clock, scrub } = test;
  const names = Object.keys(config.sinks);
  const { routes, problems } = readRoutes(config.sinks, types);
  const route = routes.find((one) => one.name === name);
  if (route === undefined) {
    const problem = problems.find(({ path }) => path[1] === name);
    if (problem !== undefined)
      throw new UsageError(`${problem.path.map(String).join('.')}: ${problem.message}`, 'See docs/reference/sinks.md.');
    const meant = nearest(name, names);
    throw new UsageError(
      `no sink is called ${name}`,
      names.length === 0
        ? 'The configuration has none: add one under `sinks`.'
        : `${meant === undefined ? '' : `Did you mean ${meant}? `}There are ${names.join(', ')}.`,
    );
  }
  const way = createEgress(config.delivery);
  let answer: HttpAnswer | undefined;
  // Looked at on its way: what a receiver says is otherwise read by its sink alone.
  const egress: Egress = {
    objection: way.objection,
    send: way.send,
    connect: way.connect,
    async request(request, signal) {
      answer = await way.request(request, signal);
      return answer;
    },
  };
  const { kafka } = config;
  const publisher =
    config.sinks[name]?.type === 'kafka' && kafka !== undefined ? await openPublisher(kafka) : undefined;
  const given = sinkContext(
    { config, kafka, clock },
    egress,
    () => undefined,
    publisher && ((topic, message) => publisher.send(topic, [message])),
  );
  // A receiver may repeat what it was sent.
  const secrets = new Set<string>();
  const context = {
    ...given,
    secret(file: string) {
      const secret = given.secret(file);
      secrets.add(secret);
      return secret;
    },
  };
  const clean = (text: string) =>
    scrub([...secrets].reduce((left, secret) => left.replaceAll(secret, '[secret of this sink]'), text));
  try {
    const { sink } = await route.open(context);
    try {
      const alert = madeUpAlert(tenant, clock.now());
      const id = deliveryId(name, alert);
      const began = performance.now();
      const receipt = await sink.deliver(
        {
          id,
          tenant,
          sink: name,
          alertId: alert.id,
          alertVersion: alert.version,
          partition: 0,
          body: route.encode(alert),
          createdAt: alert.raisedAt,
        },
        AbortSignal.timeout(config.delivery.timeoutMs),
      );
      const remedy = remedyOf(receipt, answer);
      const said = answer?.outcome === 'answered' ? firstLine(clean(answer.body)) : undefined;
      return {
        sink: name,
        type: String(config.sinks[name]?.type),
        delivered: receipt.status === 'delivered',
        status: receipt.status,
        ...('reason' in receipt && { reason: receipt.reason }),
        ...(answer?.outcome === 'answered' && { httpStatus: answer.status }),
        ...(said !== undefined && { said }),
        ms: Math.round(performance.now() - began),
        alert: alert.id,
        delivery: id,
        ...(remedy !== undefined && { remedy }),
        ...(!wants(route.filter, alert) && { filtered: true as const }),
      };
    } finally {
      await sink.close?.();
    }
  } finally {
    await publisher?.close();
    await way.close();
  }
}
