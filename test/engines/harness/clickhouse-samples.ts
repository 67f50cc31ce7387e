/** Activities, alerts and turns for tests of the store: made up, deterministic, and arbitrary ones that use every field. */
import fc from 'fast-check';
import {
  ACCESSES,
  type Activity,
  activitySchema,
  CHANGE_KINDS,
  CREDENTIAL_KINDS,
  IDENTITY_KINDS,
  OUTCOMES,
} from '../../../schemas/activity.ts';
import type { Alert } from '../../../schemas/alert.ts';
import { type Config, configSchema } from '../../../schemas/config.ts';
import type { Delivery } from '../../../src/ports/delivery.ts';
import type { Turn } from '../../../src/ports/store.ts';

export const TOPIC = 'tidemark.activity';

export function storeConfig(options: Record<string, unknown>): Config['store'] {
  return configSchema.parse({ store: { retryForMs: 0, ...options } }).store;
}

export function sampleActivity(index: number): Activity {
  return activitySchema.parse({
    id: `aws:123456789012:event-${index}`,
    at: new Date(Date.UTC(2026, 2, 1) + index * 1_000).toISOString(),
    tenant: 'acme',
    identity: { id: `arn:aws:iam::123456789012:role/ci-${index % 7}`, kind: 'role', provider: 'aws' },
    action: { name: 's3:GetObject', service: 's3', access: 'read' },
    resource: { id: `arn:aws:s3:::shop/${index}` },
    source: { ip: `192.0.2.${index % 250}` },
    outcome: 'success',
  });
}

export function sampleAlert(id: string, version = 1, change: Partial<Alert> = {}): Alert {
  return {
    id,
    version,
    tenant: 'acme',
    status: 'new',
    identity: { id: 'arn:aws:iam::123456789012:role/ci-0', kind: 'role', provider: 'aws' },
    kinds: ['credential-reuse'],
    detectors: ['credential-reuse'],
    title: 'ci-0 used one key from "two" places — at once',
    severity: 'high',
    score: 21.5,
    p: 0.0001,
    maturity: 80,
    firstAt: '2026-03-01T10:00:00.000Z',
    lastAt: '2026-03-01T10:05:00.000Z',
    raisedAt: '2026-03-01T10:05:00.000Z',
    activityCount: 2,
    evidence: [],
    activityIds: ['aws:123456789012:event-0'],
    techniques: ['T1078.004'],
    controls: [],
    blindSpots: [],
    recommendation: {
      action: 'revoke-session',
      target: { kind: 'session', id: 'ASIAEXAMPLE' },
      because: 'the other place is not ours',
      wouldStop: [],
      undo: 'sign in again',
      expiresAt: '2026-03-02T10:05:00.000Z',
      needsApproval: true,
    },
    ...change,
  };
}

export function sampleDelivery(id: string, change: Partial<Delivery> = {}): Delivery {
  return {
    id,
    tenant: 'acme',
    sink: 'soc',
    alertId: 'alert-1',
    alertVersion: 1,
    partition: 0,
    body: `{"id":"${id}","text":"it's \\"quoted\\"\\n"}`,
    createdAt: '2026-03-01T10:05:00.000Z',
    ...change,
  };
}

/** A turn of `count` activities from offset `first` on. */
export function sampleTurn(first: number, count: number, change: Partial<Turn> = {}): Turn {
  const last = first + count - 1;
  return {
    id: `main/${TOPIC}/0/${first}-${last}/1`,
    span: { topic: TOPIC, partition: 0, first, last },
    epoch: 492_000,
    activities: Array.from({ length: count }, (_, index) => ({
      activity: sampleActivity(first + index),
      offset: first + index,
    })),
    contributions: [],
    alerts: [],
    observed: [],
    deliveries: [],
    state: `after ${last}`,
    ...change,
  };
}

/** Well-formed text with whatever a log may hold: quotes, NUL, line ends, other scripts. */
const text = (max = 60) =>
  fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: max / 2 }),
    fc.string({
      unit: fc.constantFrom('\0', "'", '"', '\\', '\n', '\r', '\t', '{', 'é', '漢', '😀'),
      minLength: 1,
      maxLength: 8,
    }),
    // Lengths about 128, where their encoding grows by a byte.
    ...(max > 130 ? [fc.string({ unit: 'grapheme-ascii', minLength: 126, maxLength: 130 })] : []),
  );
const instant = fc
  .date({ min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const amount = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
const withOptional = <Required extends object, Optional extends object>(
  required: { [Key in keyof Required]: fc.Arbitrary<Required[Key]> },
  optional: { [Key in keyof Optional]: fc.Arbitrary<Optional[Key]> },
) => fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) as never[] });

/** Any activity the schema allows, with every optional field there or not. */
export const anyActivity: fc.Arbitrary<Activity> = withOptional(
  {
    id: text(240),
    at: instant,
    tenant: text(8),
    identity: withOptional(
      { id: text(), kind: fc.constantFrom(...IDENTITY_KINDS), provider: text(8) },
      { name: text(), account: text(), environment: text(8) },
    ),
    action: fc.record({ name: text(), service: text(8), access: fc.constantFrom(...ACCESSES) }),
    source: withOptional(
      {},
      {
        ip: text(8),
        asn: fc.nat({ max: 4_294_967_295 }),
        org: text(),
        country: text(8),
        region: text(8),
        userAgent: text(400),
        workload: text(),
        vpcEndpoint: text(),
        vpcEndpointAccount: text(),
      },
    ),
    outcome: fc.constantFrom(...OUTCOMES),
  },
  {
    credential: withOptional(
      { id: text(), kind: fc.constantFrom(...CREDENTIAL_KINDS) },
      { issuedAt: instant, expiresAt: instant, longLived: fc.boolean() },
    ),
    actor: withOptional({ id: text(), kind: text(8) }, { version: text(8), model: text(8), config: text(8) }),
    onBehalfOf: fc.array(fc.record({ id: text(), kind: text(8) }), { maxLength: 16 }),
    resource: withOptional({ id: text(400) }, { type: text(8), account: text() }),
    change: withOptional(
      { kind: fc.constantFrom(...CHANGE_KINDS) },
      { identity: text(), credential: text(), rights: fc.array(text(8), { maxLength: 5 }) },
    ),
    errorCode: text(),
    scopes: fc.array(text(8), { maxLength: 5 }),
    run: withOptional({ id: text() }, { declared: fc.array(text(8), { maxLength: 5 }), task: text(8) }),
    amount: withOptional({}, { bytes: amount, records: amount }),
  },
).map((activity) => activitySchema.parse(activity));

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
