/** Reads Tailscale's configuration audit log, and its network flow logs: who changed the tailnet, and which node spoke to which service. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Tailscale API v2, "List configuration audit logs" and "List network flow logs", and "Log streaming" (tailscale.com/docs), as of
// November 2026; what arrives by log streaming as panther-labs/panther-analysis daa10c8 shows it.

type Fields = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, Activity['identity']['kind']>> = {
  USER: 'human',
  NODE: 'workload',
  API_KEY: 'api-key',
  AUTOMATED_WORKER: 'provider-service',
  SCIM: 'provider-service',
  SUPPORT: 'provider-service',
};
const READS = /^(?:VIEW|READ|LIST|GET|EXPORT)/;
const SIGNS_IN = /^(?:LOGIN|LOGOUT|AUTHENTICATE)/;

/** What log streaming wraps: the event, and beside it when that was. */
const inside = (record: Fields): Fields => objectAt(record.event) ?? record;

const isChange = (event: Fields) =>
  textAt(event.action) !== undefined &&
  textAt(event.origin) !== undefined &&
  objectAt(event.actor) !== undefined &&
  objectAt(event.target) !== undefined;

const isFlow = (event: Fields) =>
  textAt(event.nodeId) !== undefined && textAt(event.start) !== undefined && textAt(event.end) !== undefined;

function accessOf(action: string, property: string | undefined): Access {
  if (READS.test(action)) return 'read';
  if (SIGNS_IN.test(action)) return 'authenticate';
  // All that is audited is who may reach what; the name of a thing is not.
  return property === 'NAME' ? 'write' : 'admin';
}

const timeOf = (...told: readonly unknown[]) => {
  for (const one of told) {
    const at = instantOf(one, true) ?? instantOfEpoch(one);
    if (at !== undefined) return at;
  }
  return undefined;
};

function readChange(record: Fields, event: Fields, context: ReadContext): Reading {
  const at = timeOf(event.eventTime, record.time, event.deferredAt);
  if (at === undefined) return dead('eventTime: expected a time');
  const actor = objectAt(event.actor) ?? {};
  const id = firstText(actor.id, actor.loginName);
  if (id === undefined || isNobody(id)) return skip('actor.id names nobody');
  const type = textAt(actor.type) ?? '';
  const kind = /^OAUTH/.test(type) ? 'oauth-app' : (KINDS[type] ?? 'unknown');
  const target = objectAt(event.target) ?? {};
  const property = textAt(target.property);
  const thing = firstText(target.id, target.name);
  const what = context.scrub(textAt(target.type) ?? 'UNKNOWN');
  const action = context.scrub(textAt(event.action) ?? '');
  const error = firstText(event.error, event.errorMessage);
  const made = what.endsWith('KEY') && action === 'CREATE' ? thing : undefined;
  return {
    status: 'read',
    activities: [
      {
        id: `tailscale:${firstText(event.eventID) ?? context.hashOf(event)}`,
        at,
        tenant: context.tenant,
        identity: {
          id,
          kind,
          provider: 'tailscale',
          ...given({
            name: firstText(actor.loginName, actor.displayName),
            account: firstText(record.tailnet, event.tailnetId),
          }),
        },
        action: {
          name: [what, property, action].filter((part) => part !== undefined).join('.'),
          service: 'tailscale',
          access: accessOf(action, property),
        },
        source: {},
        outcome: error === undefined ? 'success' : 'failed',
        ...(thing !== undefined && { resource: { id: thing, type: what } }),
        ...(made !== undefined && { change: { kind: 'credential' as const, credential: made } }),
      },
    ],
  };
}

/** From here on a port is what the caller was given for one connection, and no service (RFC 6335 from 49152, Linux from 32768). */
const EPHEMERAL = 32_768;
/** Services that one record may tell of; a node that scans is seen by fewer. */
const SERVICES_MAX = 256;
const PATHS = ['virtualTraffic', 'subnetTraffic', 'exitTraffic'] as const;

/** Address and port of `100.64.0.1:443` or `[fd7a::1]:443`. */
function endOf(told: unknown): { address: string; port: number } | undefined {
  const found = /^\[?([0-9a-fA-F.:]+?)\]?:(\d{1,5})$/.exec(textAt(told) ?? '');
  return found === null ? undefined : { address: found[1]!, port: Number(found[2]) };
}

interface Service {
  readonly id: string;
  readonly from: string;
  readonly path: string;
  bytes: number;
}

/** What the node called in this time, each service once; the answers to those that called it are theirs. */
function servicesOf(event: Fields): Service[] {
  const found = new Map<string, Service>();
  for (const path of PATHS)
    for (const item of listAt(event[path])) {
      const flow = objectAt(item) ?? {};
      const [from, to] = [endOf(flow.src), endOf(flow.dst)];
      if (from === undefined || to === undefined || (to.port >= EPHEMERAL && from.port < EPHEMERAL)) continue;
      const id = to.port >= EPHEMERAL ? to.address : `${to.address}:${to.port}`;
      const bytes = [flow.txBytes, flow.rxBytes].reduce<number>((sum, n) => sum + (typeof n === 'number' ? n : 0), 0);
      const known = found.get(id);
      if (known !== undefined) known.bytes += bytes;
      else if (found.size < SERVICES_MAX) found.set(id, { id, from: from.address, path, bytes });
    }
  return [...found.values()];
}

function readFlow(record: Fields, event: Fields, context: ReadContext): Reading {
  const at = timeOf(event.start, event.logged, record.time);
  if (at === undefined) return dead('start: expected a time');
  const node = textAt(event.nodeId) ?? '';
  const about = objectAt(event.srcNode) ?? {};
  const services = servicesOf(event);
  if (services.length === 0) return skip('the node called no service in this time');
  const name = firstText(about.name, about.hostname);
  return {
    status: 'read',
    activities: services.map(({ id, from, path, bytes }) => ({
      id: `tailscale:${node}:${at}:${id}`,
      at,
      tenant: context.tenant,
      identity: {
        id: node,
        kind: 'workload',
        provider: 'tailscale',
        ...given({ name, account: textAt(record.tailnet) }),
      },
      action: { name: `connect:${path.replace('Traffic', '')}`, service: 'tailscale', access: 'execute' },
      source: { ip: from },
      outcome: 'success',
      resource: { id, type: 'service' },
      amount: { bytes },
    })),
  };
}

export const format: Format = {
  id: 'tailscale',
  about: {
    title: 'Tailscale',
    source:
      'Configuration audit logs and network flow logs, from the API ({"logs": [...]}) or as log streaming sends them. What a node answers is told as the act of who called it.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    const event = inside(record);
    return isChange(event) || isFlow(event);
  },
  split(raw) {
    const page = objectAt(raw);
    if (!Array.isArray(page?.logs)) return undefined;
    const first = objectAt(page.logs[0]);
    if (first === undefined || !(isChange(first) || isFlow(first))) return undefined;
    const tailnet = firstText(page.tailnet, page.tailnetId);
    return tailnet === undefined ? page.logs : page.logs.map((one) => ({ ...objectAt(one), tailnet }));
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const event = inside(record);
    return isFlow(event) ? readFlow(record, event, context) : readChange(record, event, context);
  },
};
