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
  listAt,
  objectAt,
  outcomeOfHttp,
  skip,
  stableSubject,
  textAt,
} from '../ingest/format.ts';

// Field map: Teleport audit event reference, versions 18 to 20.

type Fields = Readonly<Record<string, unknown>>;

/** Ends and details of what was read when it began. */
const ENDS =
  /(?:^|\.)(?:session\.(?:end|leave|data|upload|disk|network)|resize|client\.disconnect|print)$|\.session\.(?:end|malformed)|\.statements\.(?:bind|close|reset|fetch|send_long_data)$/;

/** A headless sign-in that was asked for; whether it was approved is told by an event of its own. */
const ASKED = 'T1012I';

/** What changes something, of the numbered actions of `sftp`: their packets in the order of the protocol, from open on. */
const SFTP_WRITES = new Set([4, 7, 8, 11, 12, 13, 16, 18, 19]);

/** Whom a certificate was issued for. */
const certifiedIn = (record: Fields, event: string) =>
  event.startsWith('cert.') ? objectAt(record.identity) : undefined;

/** What is done to an assignment in Okta: the service does it, and `user` is whom the assignment is for. */
const isAssignment = (event: string) => event.startsWith('okta.assignment.');

function whoOf(record: Fields, event: string): Activity['identity'] | undefined {
  const cluster = given({ account: textAt(record.cluster_name) });
  if (isAssignment(event)) return { id: 'okta-service', kind: 'provider-service', provider: 'teleport', ...cluster };
  const certified = certifiedIn(record, event);
  const bot = firstText(record.bot_name, certified?.bot_name);
  if (bot !== undefined && !isNobody(bot)) return { id: bot, kind: 'bot', provider: 'teleport', ...cluster };
  const user = firstText(
    record.user,
    objectAt(record.user)?.user,
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

/** What was asked of a database: the first word of a query, the name of a command, or how a store that speaks HTTP was called. */
function commandOf(record: Fields, event: string): string {
  const query = firstText(
    record.db_query,
    record.query,
    objectAt(record.args)?.sql,
    objectAt(listAt(record.children)[0])?.query,
    listAt(record.parameters)[0],
  );
  const path = textAt(record.path) ?? '';
  const method = textAt(record.method);
  if (event.endsWith('.request') && method !== undefined) {
    const operation = /^DynamoDB\w*\.(\w+)$/.exec(textAt(record.target) ?? '')?.[1];
    if (operation !== undefined) return operation;
    if (/_(?:m?search|count|mget|field_caps|explain)\b/.test(path)) return 'read';
    return /^(?:get|head)$/i.test(method) ? 'read' : 'write';
  }
  // A command of MongoDB is an object that begins with its name.
  const word = /^[\s{"]*([a-z]+)/i.exec(query ?? '')?.[1];
  return word ?? firstText(record.procedure) ?? event.split('.').at(-1)!;
}

/** A store of AWS that is reached as an app: told as databases are. */
const isStore = (event: string) => event === 'app.session.dynamodb.request';

/** The index that is asked of a store that speaks HTTP; for one of AWS `target` is the operation. */
const indexIn = (record: Fields) => {
  const target = textAt(record.target);
  return /\.request$/.test(textAt(record.event) ?? '') && !/^DynamoDB\w*\./.test(target ?? '') ? target : undefined;
};

function accessOf(record: Fields, event: string, name: string): Access {
  if (event.startsWith('mcp.'))
    return name.startsWith('tools/call:') ? accessOfName(name.slice(11)) : accessOfName(name);
  if (
    /\.login$|(?:^|\.)auth$|^bot\.join$|^instance\.join$|^cert\.|^spiffe\.svid|^device\.authenticate|mfa_auth|^user\.(?:password|recovery)/.test(
      event,
    )
  )
    return 'authenticate';
  if (event.startsWith('db.session.') || isStore(event)) {
    if (event === 'db.session.start') return 'authenticate';
    if (/\.(?:user\.(?:create|deactivate)|permissions\.update)$/.test(event)) return 'admin';
    const did = commandOf(record, event);
    return /^(?:grant|revoke)$/i.test(did) ? 'admin' : accessOfName(did);
  }
  if (event === 'kube.request') {
    const verb = textAt(record.verb) ?? '';
    if (/^(?:exec|portforward)/i.test(textAt(record.resource_subresource) ?? '')) return 'execute';
    return /^(?:get|list|watch|head)$/i.test(verb) ? 'read' : verb === '' ? 'unknown' : 'write';
  }
  if (event === 'scp' || event.startsWith('sftp')) {
    const action = record.action;
    const isWrite =
      typeof action === 'number'
        ? SFTP_WRITES.has(action)
        : /upload|write|remove|mkdir|rename|setstat/i.test(`${action}`);
    return isWrite ? 'write' : 'read';
  }
  if (/^(?:exec|session\.(?:start|command|join)|port|x11|app\.session|windows\.desktop\.session)/.test(event))
    return 'execute';
  if (/^desktop\..*(?:write|send)$/.test(event)) return 'write';
  return /\.(?:get|list|read|search|receive|query\.run|report\.run|recording\.access)$/.test(event) ? 'read' : 'admin';
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
  if (event.startsWith('db.session.'))
    // A store without databases names the table in what it is asked.
    return of(
      join(
        record.db_service,
        firstText(record.schema_name, record.db_name, objectAt(record.body)?.TableName, indexIn(record)),
      ),
      'database',
    );
  if (isStore(event)) return of(join(record.app_name, objectAt(record.body)?.TableName), 'database');
  if (isAssignment(event)) return of(firstText(record.user, record.name) ?? '', 'user');
  if (textAt(record.kubernetes_cluster) !== undefined)
    return of(
      join(record.kubernetes_cluster, record.resource_namespace, record.resource_kind, record.resource_name) ||
        join(record.kubernetes_cluster, record.kubernetes_pod_namespace, record.kubernetes_pod_name),
      'kubernetes',
    );
  if (event.startsWith('app.') || event.startsWith('mcp.'))
    return of(firstText(record.app_name, record.app_public_addr, record.public_addr, record.name) ?? '', 'app');
  if (/^(?:windows\.)?desktop\./.test(event))
    return of(firstText(record.desktop_name, record.desktop_addr) ?? '', 'desktop');
  if (event === 'session.recording.access') return of(textAt(record.sid) ?? '', 'session');
  const server = firstText(record.server_hostname, record.server_id);
  const path = event === 'scp' || event.startsWith('sftp') ? textAt(record.path) : undefined;
  if (path !== undefined) return of([server, path].filter((part) => part !== undefined).join(':'), 'file');
  if (server !== undefined) return of(server, 'server');
  const device = objectAt(record.device);
  const name = firstText(
    record.name,
    objectAt(record.target)?.user,
    record.access_list_name,
    record.service_provider_entity_id,
    record.service_provider_shortcut,
    record.spiffe_id,
    record.mfa_device_name,
    device?.device_id,
    device?.asset_tag,
    record.path,
    record.id,
    record.node_name,
    record.host_id,
  );
  return name === undefined || event.endsWith('.login') ? undefined : of(name, event.split('.')[0]!);
}

/** Where the act came from. Of a desktop the far end is the desktop itself, and the near one who sits before it. */
function addressOf(record: Fields, event: string): string | undefined {
  if (/^(?:windows\.)?desktop\./.test(event)) return textAt(record['addr.local']);
  return firstText(record['addr.remote'], record.addr_remote, record.remote_ip, certifiedIn(record, event)?.client_ip);
}

function outcomeOf(record: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const code = textAt(record.code) ?? '';
  const success = record.success ?? objectAt(record.status)?.success;
  const told = textAt(record.error);
  // A success that comes with a code of failure and what went wrong is none.
  const hasFailed = success === false || (/[EFW]$/.test(code) && (success !== true || told !== undefined));
  // Requests that were passed on have one code, whatever came of them: the answer tells. 0 is no answer, of those that failed before.
  if (!hasFailed) return outcomeOfHttp(record.response_code || record.status_code || 200);
  const why = `${told ?? ''} ${textAt(record.message) ?? ''}`;
  const isRefused =
    /denied|not found|not in the set|invalid|unauthori[sz]ed|did not match|permission|locked/i.test(why) ||
    /^(?:user\.login|auth|bot\.join)$/.test(textAt(record.event) ?? '');
  return { outcome: isRefused ? 'denied' : 'failed', ...(code !== '' && { errorCode: code }) };
}

/** A code names the part, a number and how it ended: `TAP03I`, `SRE001I`, `TSPIFFE000I`. */
const CODE = /^[A-Z]{1,10}\d{2,5}[EFIW]$/i;

export const format: Format = {
  id: 'teleport-audit',
  about: { title: 'Teleport audit', source: 'Events of the audit log, as the event handler or a log file gives them.' },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.event === 'string' &&
      typeof record.code === 'string' &&
      CODE.test(record.code) &&
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
    if (record.code === ASKED) return skip('a sign-in that was asked for: it is read when it is approved');
    if (ENDS.test(event)) return skip('the end or a detail of a session: it was read when it began');
    if (event.endsWith('.login') && record.success === false && /\bnot found\b/.test(textAt(record.error) ?? ''))
      return skip('a user unknown to Teleport names nobody');
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
            ip: addressOf(record, event),
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
