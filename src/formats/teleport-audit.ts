/** Reads the Teleport audit log: what bots and people did through it on servers, databases, clusters, apps and MCP servers. */
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
  skip,
  stableSubject,
  textAt,
} from '../ingest/format.ts';

// Field map: Teleport audit event reference, versions 18 to 20.

type Fields = Readonly<Record<string, unknown>>;

/** Ends and details of what was read when it began. */
const ENDS =
  /(?:^|\.)(?:session\.(?:end|leave|data|upload|disk|network)|resize|client\.disconnect|print)$|\.session\.(?:end|malformed)/;

/** Whom a certificate was issued for. */
const certifiedIn = (record: Fields, event: string) =>
  event.startsWith('cert.') ? objectAt(record.identity) : undefined;

function whoOf(record: Fields, event: string): Activity['identity'] | undefined {
  const cluster = given({ account: textAt(record.cluster_name) });
  const certified = certifiedIn(record, event);
  const bot = firstText(record.bot_name, certified?.bot_name);
  if (bot !== undefined && !isNobody(bot)) return { id: bot, kind: 'bot', provider: 'teleport', ...cluster };
  const user = firstText(
    record.user,
    record.updated_by,
    record.reviewer,
    event === 'bot.join' ? record.user_name : undefined,
    certified?.impersonator,
    certified?.user,
  );
  if (user === undefined || isNobody(user) || user === 'unimplemented') return undefined;
  // Users of bots are named after them.
  const named = /^bot-(.+)$/.exec(user)?.[1];
  if (record.user_kind === 2 || named !== undefined)
    return { id: named ?? user, kind: 'bot', provider: 'teleport', ...cluster };
  // Services of the cluster itself sign in as HOST-ID.CLUSTER.
  const isService = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\./.test(user) || user === 'system';
  return { id: user, kind: isService ? 'provider-service' : 'human', provider: 'teleport', ...cluster };
}

/** A call of a tool over MCP, by the name of the tool. */
function toolOf(record: Fields): string | undefined {
  const message = objectAt(record.message);
  const method = textAt(message?.method);
  if (method === undefined) return undefined;
  const params = objectAt(message?.params);
  const name = firstText(params?.name, params?.uri);
  return name === undefined ? method : `${method}:${name}`;
}

function accessOf(record: Fields, event: string, name: string): Access {
  if (event.startsWith('mcp.'))
    return name.startsWith('tools/call:') ? accessOfName(name.slice(11)) : accessOfName(name);
  if (/\.login$|^auth$|^bot\.join$|^instance\.join$|^cert\.|mfa_auth|^user\.(?:password|recovery)/.test(event))
    return 'authenticate';
  if (event.startsWith('db.session.')) {
    const query = /^\s*([a-z]+)/i.exec(textAt(record.db_query) ?? '')?.[1];
    if (query === undefined) return event === 'db.session.start' ? 'authenticate' : 'unknown';
    return /^(?:grant|revoke)$/i.test(query) ? 'admin' : accessOfName(query);
  }
  if (event === 'kube.request') {
    const verb = textAt(record.verb) ?? '';
    if (/^(?:exec|portforward)/i.test(textAt(record.resource_subresource) ?? '')) return 'execute';
    return /^(?:get|list|watch|head)$/i.test(verb) ? 'read' : verb === '' ? 'unknown' : 'write';
  }
  if (event === 'scp' || event.startsWith('sftp')) {
    const action = String(record.action ?? '');
    return /upload|write|remove|mkdir|rename|setstat|[23456789]/i.test(action) ? 'write' : 'read';
  }
  if (/^(?:exec|session\.(?:start|command|join)|port|app\.session|windows\.desktop\.session)/.test(event))
    return 'execute';
  return /\.(?:get|list|read|search)$/.test(event) ? 'read' : 'admin';
}

/** What a certificate lets its holder reach where that is less than the cluster, and else whose name it carries for another. */
function certifiedTarget(certified: Fields, home: string | undefined): Activity['resource'] {
  const cluster = textAt(certified.route_to_cluster);
  const reached = [
    [objectAt(certified.route_to_database)?.service_name, 'database'],
    [certified.kubernetes_cluster, 'kubernetes'],
    [objectAt(certified.route_to_app)?.name, 'app'],
    [certified.impersonator === certified.user ? undefined : certified.impersonator && certified.user, 'user'],
    [cluster === home ? undefined : cluster, 'cluster'],
  ] as const;
  for (const [named, type] of reached) {
    const id = textAt(named);
    if (id !== undefined && id !== '') return { id, type };
  }
  return undefined;
}

function targetOf(record: Fields, event: string): Activity['resource'] {
  const join = (...parts: unknown[]) => parts.flatMap((part) => textAt(part) ?? []).join('/');
  const of = (id: string, type: string) => (id === '' ? undefined : { id, type });
  const certified = certifiedIn(record, event);
  if (certified !== undefined) return certifiedTarget(certified, textAt(record.cluster_name));
  if (event.startsWith('db.')) return of(join(record.db_service, record.db_name), 'database');
  if (textAt(record.kubernetes_cluster) !== undefined)
    return of(
      join(record.kubernetes_cluster, record.resource_namespace, record.resource_kind, record.resource_name) ||
        join(record.kubernetes_cluster, record.kubernetes_pod_namespace, record.kubernetes_pod_name),
      'kubernetes',
    );
  if (event.startsWith('app.') || event.startsWith('mcp.'))
    return of(firstText(record.app_name, record.app_public_addr, record.public_addr) ?? '', 'app');
  if (event.startsWith('windows.desktop'))
    return of(firstText(record.desktop_name, record.desktop_addr) ?? '', 'desktop');
  const server = firstText(record.server_hostname, record.server_id);
  if (server !== undefined) return of(server, 'server');
  const name = firstText(record.name, objectAt(record.target)?.user, record.id, record.node_name, record.host_id);
  return name === undefined || event.endsWith('.login') ? undefined : of(name, event.split('.')[0]!);
}

function outcomeOf(record: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const code = textAt(record.code) ?? '';
  const hasFailed = record.success === false || /[EFW]$/.test(code);
  if (!hasFailed || record.success === true) return { outcome: 'success' };
  const why = `${textAt(record.error) ?? ''} ${textAt(record.message) ?? ''}`;
  const isRefused =
    /denied|not found|not in the set|invalid|unauthori[sz]ed|did not match|permission|locked/i.test(why) ||
    /^(?:user\.login|auth|bot\.join)$/.test(textAt(record.event) ?? '');
  return { outcome: isRefused ? 'denied' : 'failed', ...(code !== '' && { errorCode: code }) };
}

export const format: Format = {
  id: 'teleport-audit',
  about: { title: 'Teleport audit', source: 'Events of the audit log, as the event handler or a log file gives them.' },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.event === 'string' &&
      typeof record.code === 'string' &&
      /^T[A-Z0-9]{3,7}$/i.test(record.code) &&
      typeof record.time === 'string'
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.time, true);
    if (at === undefined) return dead('time: expected a time');
    const event = context.scrub(textAt(record.event) ?? '');
    if (event === '') return dead('event: expected a non-empty string');
    if (ENDS.test(event)) return skip('the end or a detail of a session: it was read when it began');
    const identity = whoOf(record, event);
    if (identity === undefined) return skip('user names nobody');
    const tool = event.startsWith('mcp.session.request') ? toolOf(record) : undefined;
    const name = tool === undefined ? event : context.scrub(tool);
    const target = targetOf(record, event);
    const session = textAt(record.sid);
    const subject = context.scrub(firstText(objectAt(record.attributes)?.sub) ?? '');
    const uid = textAt(record.uid);
    const login = firstText(record.login, record.db_user);
    return {
      status: 'read',
      activities: [
        {
          id: `teleport:${uid ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name, service: event.split('.')[0]!, access: accessOf(record, event, name) },
          source: given({
            ip: firstText(
              record['addr.remote'],
              record.addr_remote,
              record.remote_ip,
              certifiedIn(record, event)?.client_ip,
            ),
            userAgent: textAt(record.user_agent),
          }),
          ...outcomeOf(record),
          ...given({ resource: target }),
          ...(session !== undefined && { actor: { id: session, kind: 'session' } }),
          // The workload that a bot joined as: the repository, not the branch.
          ...(subject !== '' && { onBehalfOf: [{ id: stableSubject(subject), kind: 'workload' }] }),
          ...(login !== undefined && { scopes: [login] }),
        },
      ],
    };
  },
};
