/** Reads the audit logs of Consul and Nomad: what tokens of services, jobs and people ask of the HTTP API. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  objectIn,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: "Audit Logging" of Consul Enterprise 1.8 to 1.22 and "audit Block" of Nomad Enterprise 1.0 to 1.11. Both write one shape; of
// who called Nomad knows more, and names the namespace.

type Fields = Readonly<Record<string, unknown>>;

/** The built-in tokens of those who bring none. */
const ANONYMOUS = /^(?:anonymous|00000000-0000-0000-0000-000000000002)$/;
const SIGNED_IN = /^token created via login(?:: (\{.*\}))?$/s;

/** A pod or an allocation by what it is one of: the ends of the names that Kubernetes gives are new with every one. */
const withoutEnding = (name: string) => name.replace(/(?:-[0-9a-f]{6,10})?-[a-z0-9]{5}$|-\d+$/, '');

/** Whom a token that came of a sign-in stands for, which its description tells: it is another token each time. */
function signedIn(description: string): string | undefined {
  const match = SIGNED_IN.exec(description);
  if (match === null) return undefined;
  const told = objectIn(match[1] ?? '') ?? {};
  const pod = textAt(told.pod);
  const named = [textAt(told.component), pod === undefined ? undefined : withoutEnding(pod)].filter(Boolean).join('/');
  return `login/${named === '' ? 'token' : named}`;
}

function whoOf(
  auth: Fields,
  provider: string,
  context: ReadContext,
): Pick<Activity, 'identity' | 'credential'> | undefined {
  const id = textAt(auth.accessor_id);
  const name = context.scrub(firstText(auth.name, auth.description) ?? '');
  if (id === undefined || ANONYMOUS.test(id) || isNobody(id)) return undefined;
  const stable = signedIn(name);
  const issuedAt = instantOf(auth.create_time);
  return {
    identity: {
      id: stable ?? id,
      kind: stable === undefined ? 'api-key' : 'workload',
      provider,
      ...(stable === undefined && name !== '' && { name }),
    },
    credential: {
      id,
      kind: 'other',
      ...given({ issuedAt, expiresAt: instantOf(auth.expiration_time) }),
    },
  };
}

/** Paths by which it is governed who may do what, and by which something is run inside what is running. */
const GOVERNS =
  /^(?:acl|sentinel|operator|config|connect\/(?:intentions|ca)|namespace|partition|quota|peering|agent\/token)\b/;
const RUNS = /^(?:client\/allocation\/[^/]+\/exec|job\/[^/]+\/action|job\/[^/]+\/dispatch|exec)\b/;
const LOOKS = /^(?:search|jobs\/parse|acl\/(?:authorize|bootstrap\/status)|txn\/read|job\/[^/]+\/plan|validate)\b/;
const SIGNS_IN = /^acl\/(?:login|logout|oidc|bootstrap|token\/onetime)\b/;

function accessOf(method: string, path: string): Access {
  if (SIGNS_IN.test(path)) return 'authenticate';
  if (RUNS.test(path)) return 'execute';
  if (/^(?:GET|HEAD|OPTIONS)$/.test(method) || LOOKS.test(path)) return 'read';
  return GOVERNS.test(path) ? 'admin' : 'write';
}

/** Parts of a path that only say which thing it is. */
const ID = /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d+)$/;

/** What is asked of a collection or a thing, without its name: `job/:/allocations`. */
function routeOf(path: string): string {
  const [kind = '', ...rest] = path.split('/');
  if (/^(?:kv|var|event|vars|client\/fs)$/.test(kind)) return kind;
  const named = rest.map((part, at) => (at === 0 && SINGULAR.test(kind) ? ':' : ID.test(part) ? ':' : part));
  return [kind, ...named].join('/');
}
/** Kinds that a name follows at once. */
const SINGULAR = /^(?:job|node|allocation|evaluation|deployment|volume|namespace|quota|plugin|service|session|query)$/;

export const format: Format = {
  id: 'hashicorp-audit',
  about: {
    title: 'Consul and Nomad audit logs',
    source: 'Events of the audit devices of Consul Enterprise and Nomad Enterprise, one JSON object a line.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const payload = objectAt(record?.payload);
    return (
      record?.event_type === 'audit' &&
      typeof payload?.stage === 'string' &&
      typeof objectAt(payload.request)?.endpoint === 'string'
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    const payload = objectAt(record?.payload);
    if (record === undefined || payload === undefined) return dead('payload: expected an object');
    const at = instantOf(firstText(payload.timestamp, record.created_at));
    if (at === undefined) return dead('payload.timestamp: expected a time');
    if (payload.stage !== 'OperationComplete')
      return skip('the beginning of a request: it is read when it is complete');
    const request = objectAt(payload.request) ?? {};
    const meta = objectAt(request.request_meta);
    const provider = meta === undefined ? 'consul' : 'nomad';
    const who = whoOf(objectAt(payload.auth) ?? {}, provider, context);
    if (who === undefined) return skip('payload.auth names nobody');
    const method = context.scrub(textAt(request.operation) ?? '').toUpperCase();
    const path = context
      .scrub(textAt(request.endpoint) ?? '')
      .split('?')[0]!
      .replace(/^\/?v\d+\//, '')
      .replace(/\/+$/, '');
    if (method === '' || path === '') return dead('payload.request: expected an operation and an endpoint');
    const response = objectAt(payload.response);
    const ended = outcomeOfHttp(response?.status_code ?? response?.status ?? 200);
    const namespace = textAt(objectAt(request.namespace)?.id);
    const id = textAt(payload.id);
    return {
      status: 'read',
      activities: [
        {
          id: `${provider}:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: `${method} ${routeOf(path)}`, service: provider, access: accessOf(method, path) },
          resource: { id: namespace === undefined ? path : `${namespace}:${path}`, type: path.split('/')[0]! },
          source: given({
            ip: firstText(meta?.remote_address, request.remote_addr),
            userAgent: firstText(meta?.user_agent, request.user_agent),
          }),
          ...ended,
          ...(ended.outcome !== 'success' && given({ errorCode: firstText(response?.error, ended.errorCode) })),
        },
      ],
    };
  },
};
