/** Gives alerts as security events to receivers that poll for them (OpenID SSF 1.0, RFC 8936): each until it is acknowledged. */
import { randomUUID } from 'node:crypto';
import type { Alert } from '../../schemas/alert.ts';
import type { Caller } from '../../schemas/api.ts';
import {
  POLL,
  type Polled,
  type PollRequest,
  type SignalStream,
  type StatusChange,
  type StreamConfiguration,
  type StreamWish,
} from '../../schemas/signals.ts';
import type { Clock } from '../ports/outside.ts';
import type { SignalAck, SignalStore } from '../ports/respond.ts';
import { CAEP_RISK_LEVEL_CHANGE, securityEvent, WISE_ANOMALOUS_BEHAVIOR } from '../render/security-event.ts';
import type { SigningKey } from '../signing/signing-key.ts';

const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
const VERIFY_EVERY_SECONDS = 10;
/** Short names of the events in a jti, which says what is acknowledged by it. */
const SHORT = { caep: CAEP_RISK_LEVEL_CHANGE, wise: WISE_ANOMALOUS_BEHAVIOR } as const;
const JTI = /^([A-Za-z0-9_-]{1,128})\.(\d{1,9})\.(caep|wise)\.([0-9a-f-]{36})$/;

export interface TransmitterParts {
  readonly store: SignalStore;
  readonly clock: Clock;
  readonly key: SigningKey;
  /** Text without known secrets. */
  scrub(tenant: string, text: string): string;
  /** Which of these alerts of a tenant somebody asked not to be told of. */
  suppressed(tenant: string, alerts: readonly Alert[]): Promise<ReadonlySet<Alert>>;
  /** `iss`, and what the addresses of the endpoints begin with. */
  readonly issuer: string;
  /** Offer events of the WISE draft too. */
  readonly wise: boolean;
  readonly streamsMax: number;
  /** Age in ms from which an event is no longer given. */
  readonly keepMs: number;
}

export interface Transmitter {
  /** For `/.well-known/ssf-configuration`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly keys: { readonly keys: readonly object[] };
  list(caller: Caller): Promise<readonly StreamConfiguration[]>;
  /** Undefined where there are as many as there may be. */
  create(caller: Caller, wish: StreamWish): Promise<StreamConfiguration | undefined>;
  /** Of a stream of the caller's own; undefined where there is none of this id, here and below. */
  change(caller: Caller, id: string, wish: Omit<StreamWish, 'delivery'>): Promise<StreamConfiguration | undefined>;
  remove(caller: Caller, id: string): Promise<boolean>;
  status(caller: Caller, id: string): Promise<StatusChange | undefined>;
  setStatus(caller: Caller, change: StatusChange): Promise<StatusChange | undefined>;
  /** `soon`: the last one was less than `min_verification_interval` ago. */
  verify(caller: Caller, id: string, state: string | undefined): Promise<'asked' | 'soon' | undefined>;
  poll(caller: Caller, id: string, request: PollRequest): Promise<Polled | undefined>;
}

export function createTransmitter(parts: TransmitterParts): Transmitter {
  const { store, clock, key, wise, keepMs } = parts;
  const sign = (claims: Readonly<Record<string, unknown>>) => key.sign(claims, 'secevent+jwt');
  const issuer = parts.issuer.replace(/\/+$/, '');
  const at = (path: string) => `${issuer}/v1/signals/${path}`;
  const supported: readonly string[] = wise ? [SHORT.caep, SHORT.wise] : [SHORT.caep];

  const owned = ({ tenant, name }: Caller) => store.streams(tenant, name, parts.streamsMax);
  const find = async (caller: Caller, id: string) => (await owned(caller)).find((stream) => stream.id === id);
  const delivered = ({ requested }: SignalStream) =>
    requested === undefined ? supported : supported.filter((type) => requested.includes(type));
  /** A later state has a later version, whatever the clock says. */
  const next = (stream: SignalStream, change: Partial<SignalStream>): SignalStream => ({
    ...stream,
    ...change,
    version: Math.max(clock.now(), stream.version + 1),
  });
  const statusOf = ({ id, status, reason }: SignalStream): StatusChange => ({
    stream_id: id,
    status,
    ...(reason && { reason }),
  });

  function configurationOf(stream: SignalStream): StreamConfiguration {
    return {
      stream_id: stream.id,
      iss: issuer,
      aud: stream.owner,
      events_supported: [...supported],
      events_requested: [...(stream.requested ?? supported)],
      events_delivered: [...delivered(stream)],
      delivery: { method: POLL, endpoint_url: at(`poll/${stream.id}`) },
      min_verification_interval: VERIFY_EVERY_SECONDS,
      ...(stream.description !== undefined && { description: stream.description }),
    };
  }

  /** Replaces known secrets in what a receiver says of its stream, so that it may be kept. */
  const clean = (tenant: string, { events_requested: requested, description }: Omit<StreamWish, 'delivery'>) => ({
    requested: requested?.map((type) => parts.scrub(tenant, type)),
    description: description && parts.scrub(tenant, description),
  });

  /** What the jtis of a request stand for; those of other streams, or of none, stand for nothing. */
  function acksOf(stream: SignalStream, jtis: readonly string[]): SignalAck[] {
    return jtis.flatMap((jti) => {
      const [, alertId = '', version = '', short = '', of] = JTI.exec(jti) ?? [];
      return of === stream.id ? [{ alertId, version: Number(version), event: SHORT[short as keyof typeof SHORT] }] : [];
    });
  }

  async function poll(
    caller: Caller,
    id: string,
    { maxEvents, ack, setErrs }: PollRequest,
  ): Promise<Polled | undefined> {
    let stream = await find(caller, id);
    if (stream === undefined) return undefined;
    const { tenant } = caller;
    const done = [...ack, ...Object.keys(setErrs)];
    await store.acknowledge(tenant, id, acksOf(stream, done), clock.now() + 2 * keepMs);
    if (stream.verification !== undefined && done.includes(stream.verification.jti)) {
      stream = next(stream, { verification: undefined });
      await store.save(stream, false);
    }
    if (stream.status !== 'enabled' || maxEvents === 0) return { sets: {}, moreAvailable: false };
    const sets: Record<string, string> = {};
    const { verification } = stream;
    if (verification !== undefined) {
      const { jti, state, atMs } = verification;
      sets[jti] = await sign({
        iss: issuer,
        aud: stream.owner,
        jti,
        iat: Math.floor(atMs / 1_000),
        sub_id: { format: 'opaque', id },
        events: { [VERIFICATION]: state === undefined ? {} : { state } },
      });
    }
    const room = maxEvents - Object.keys(sets).length;
    const pending = await store.pending({
      tenant,
      stream: id,
      events: delivered(stream),
      sinceMs: Math.max(stream.sinceMs, clock.now() - keepMs),
      limit: room + 1,
    });
    const page = pending.slice(0, room);
    const hidden = await parts.suppressed(
      tenant,
      page.map(({ alert }) => alert),
    );
    // These events count as taken; otherwise they would hold up all later ones for ever.
    const left = page.filter(({ alert }) => hidden.has(alert));
    const acks = left.map(({ event, alert: { id: alertId, version } }) => ({ alertId, version, event }));
    await store.acknowledge(tenant, id, acks, clock.now() + 2 * keepMs);
    for (const { event, alert } of page) {
      if (hidden.has(alert)) continue;
      const isWise = event === SHORT.wise;
      const jti = `${alert.id}.${alert.version}.${isWise ? 'wise' : 'caep'}.${id}`;
      sets[jti] = await sign({ ...securityEvent(alert, { issuer, audience: stream.owner, wise: isWise }), jti });
    }
    return { sets, moreAvailable: pending.length > room };
  }

  return {
    metadata: {
      spec_version: '1_0',
      issuer,
      jwks_uri: at('jwks'),
      delivery_methods_supported: [POLL],
      configuration_endpoint: at('streams'),
      status_endpoint: at('status'),
      verification_endpoint: at('verify'),
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6750' }],
      default_subjects: 'ALL',
    },
    keys: { keys: [key.publicKey] },
    list: async (caller) => (await owned(caller)).map(configurationOf),
    async create({ tenant, name: owner }, wish) {
      if ((await store.streams(tenant, owner, parts.streamsMax)).length >= parts.streamsMax) return undefined;
      const now = clock.now();
      const made = {
        id: randomUUID(),
        tenant,
        owner,
        ...clean(tenant, wish),
        status: 'enabled',
        sinceMs: now,
        version: now,
      } as const;
      await store.save(made, false);
      return configurationOf(made);
    },
    async change(caller, id, wish) {
      const stream = await find(caller, id);
      if (stream === undefined) return undefined;
      const said = clean(caller.tenant, wish);
      const changed = next(stream, {
        ...('events_requested' in wish && { requested: said.requested }),
        ...('description' in wish && { description: said.description }),
      });
      await store.save(changed, false);
      return configurationOf(changed);
    },
    async remove(caller, id) {
      const stream = await find(caller, id);
      if (stream !== undefined) await store.save(next(stream, {}), true);
      return stream !== undefined;
    },
    async status(caller, id) {
      const stream = await find(caller, id);
      return stream && statusOf(stream);
    },
    async setStatus(caller, { stream_id: id, status, reason: said }) {
      const stream = await find(caller, id);
      if (stream === undefined) return undefined;
      const reason = said && parts.scrub(caller.tenant, said);
      // Events that happened while the stream was disabled are not given afterwards.
      const resumed = stream.status === 'disabled' && status !== 'disabled' ? { sinceMs: clock.now() } : {};
      const changed = next(stream, { status, reason, ...resumed });
      await store.save(changed, false);
      return statusOf(changed);
    },
    async verify(caller, id, state) {
      const stream = await find(caller, id);
      if (stream === undefined) return undefined;
      const now = clock.now();
      if (stream.verification !== undefined && now < stream.verification.atMs + VERIFY_EVERY_SECONDS * 1_000)
        return 'soon';
      await store.save(next(stream, { verification: { jti: randomUUID(), state, atMs: now } }), false);
      return 'asked';
    },
    poll,
  };
}
