/** Reads the log of the Argo CD API server: which account, project token or person asked it to sync, change or delete what. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  objectIn,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: what util/grpc/logging.go of Argo CD logs of a call (argoproj/argo-cd 03fd757), in JSON or as text; versions 2 and 3. Only the record of
// a call that was received tells who asked: how it ended stands in another, which names nobody.

type Fields = Readonly<Record<string, unknown>>;

const RECEIVED = /^received (?:unary|streaming) call \/([\w.]+)\/(\w+)$/;

const PAIR = /([\w.@-]+)=("(?:[^"\\]|\\.)*"|\S*)/g;
const LINE = /^time="?\d{4}-\d\d-\d\dT\S+ level=\w+ msg=/;

/** The fields of a line that logrus wrote as text. */
function ofLine(text: string): Fields | undefined {
  if (!LINE.test(text) || !text.includes(' grpc.service=')) return undefined;
  const found: Record<string, unknown> = {};
  for (const [, name = '', value = ''] of text.matchAll(PAIR)) found[name] = unquoted(value);
  return found;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}

/** Who is meant by the claims of a token: an account of Argo CD, a token of a project's role, or somebody of an identity provider. */
function whoOf(claims: Fields, context: ReadContext): Pick<Activity, 'identity' | 'credential'> | undefined {
  const subject = textAt(claims.sub);
  const issuer = textAt(claims.iss);
  const isOwn = issuer === undefined || issuer === 'argocd';
  // `ci:apiKey` and `admin:login` are accounts by what they came with; `proj:shop:ci` is a role of a project.
  const [, account, by] = /^(?!proj:)(.+):(apiKey|login)$/.exec(subject ?? '') ?? [];
  const person = firstText(claims.email, claims.preferred_username);
  const id = isOwn ? (account ?? subject) : (person ?? subject);
  if (id === undefined || isNobody(id)) return undefined;
  const isRole = isOwn && id.startsWith('proj:');
  const kind = isRole
    ? 'role'
    : by === 'apiKey'
      ? 'service-account'
      : isOwn
        ? 'unknown'
        : person === undefined
          ? 'unknown'
          : 'human';
  const token = textAt(claims.jti);
  return {
    identity: {
      id,
      kind,
      provider: 'argo-cd',
      ...given({ name: isOwn ? undefined : context.scrub(textAt(claims.name) ?? '') || undefined }),
    },
    ...(token !== undefined && {
      credential: { id: token, kind: 'jwt' as const, ...(isRole || by === 'apiKey' ? { longLived: true } : {}) },
    }),
  };
}

/** These say who may do what, and with which secrets. */
const GOVERNS = /^(?:account|project|cluster|repository|repocreds|certificate|gpgkey|settings|session)\./;

function accessOf(service: string, method: string): Access {
  if (service.startsWith('session.')) return 'authenticate';
  const access = accessOfName(method);
  if (/^(?:Watch|Get|List|Diff|PodLogs|Managed|Revision|Resource(?:Tree|Events)|Server)/.test(method)) return 'read';
  if (access === 'read') return 'read';
  if (/^(?:Sync|Rollback|RunResourceAction|TerminateOperation)/.test(method)) return 'execute';
  return GOVERNS.test(service) ? 'admin' : 'write';
}

/** What the request is about, by the names that Argo CD's own interface gives it. */
function targetOf(content: Fields, service: string): Activity['resource'] {
  const inner =
    objectAt(content.application) ?? objectAt(content.project) ?? objectAt(content.repo) ?? objectAt(content.cluster);
  const told =
    firstText(content.name, content.applicationName, content.project, content.repo, content.server, content.url) ??
    firstText(objectAt(inner?.metadata)?.name, inner?.repo, inner?.server, inner?.name);
  if (told === undefined) return undefined;
  const space = firstText(content.appNamespace);
  return { id: space === undefined ? told : `${space}/${told}`, type: service.split('.')[0]! };
}

export const format: Format = {
  id: 'argo-cd',
  about: {
    title: 'Argo CD',
    source:
      'The log of argocd-server, as JSON or text: calls that were received, with the claims of who asked. Argo CD does not tell with them how they ended, so that they count as done.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      typeof record['grpc.service'] === 'string' &&
      typeof record['grpc.method'] === 'string' &&
      firstText(record.msg, record.message) !== undefined
    );
  },
  fromText: ofLine,
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const [, service, method] = RECEIVED.exec(context.scrub(firstText(record.msg, record.message) ?? '')) ?? [];
    if (service === undefined || method === undefined) return skip('the end of a call: its beginning names who asked');
    const at = instantOf(firstText(record.time, record.timestamp, record['grpc.start_time']));
    if (at === undefined) return dead('time: expected a time');
    const who = whoOf(objectIn(record['grpc.request.claims']) ?? {}, context);
    if (who === undefined) return skip('a call without claims: nobody is named');
    const target = targetOf(objectIn(record['grpc.request.content']) ?? {}, service);
    const cluster = textAt(record.cluster);
    return {
      status: 'read',
      activities: [
        {
          id: `argo-cd:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity: { ...who.identity, ...given({ account: cluster }) },
          action: { name: `${service}/${method}`, service: 'argo-cd', access: accessOf(service, method) },
          source: {},
          outcome: 'success',
          ...(target !== undefined && { resource: target }),
          ...(who.credential !== undefined && { credential: who.credential }),
        },
      ],
    };
  },
};
