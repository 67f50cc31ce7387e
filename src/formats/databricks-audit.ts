/** Reads the Databricks audit log, as delivered, as the system table, or as a diagnostic setting of Azure. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfMs,
  isNobody,
  objectAt,
  objectIn,
  outcomeOfHttp,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Databricks audit log reference, schema version 2.0, and the system table system.access.audit, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** The record in one spelling: the table writes names with underscores, Azure puts all below `properties`. */
function bodyOf(record: Fields | undefined): Fields | undefined {
  const properties = objectIn(record?.properties);
  const body =
    textAt(properties?.actionName) === undefined
      ? record
      : { ...properties, identity: record?.identity, time: record?.time };
  if (body === undefined || textAt(body.service_name) === undefined) return body;
  return {
    ...body,
    timestamp: body.event_time,
    serviceName: body.service_name,
    actionName: body.action_name,
    requestParams: body.request_params,
    userIdentity: body.user_identity,
    sourceIPAddress: body.source_ip_address,
    userAgent: body.user_agent,
    sessionId: body.session_id,
    requestId: body.event_id ?? body.request_id,
    accountId: body.account_id,
    workspaceId: body.workspace_id,
  };
}

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A service principal by its application id, which is written where the address of a person stands. */
function kindOf(name: string): Activity['identity']['kind'] {
  if (GUID.test(name)) return 'service-account';
  if (/^system-user$|@databricks\.com$/i.test(name)) return 'provider-service';
  return name.includes('@') ? 'human' : 'unknown';
}

const AUTH = /login|logout|authenticate|oidc|mintOAuth|validateToken|oauth.*token/i;
const EXECUTE = /^(?:run|execute|submit|commandSubmit|trigger|start|restart|query|send)|Command$|^runNow/i;
const ADMIN =
  /permission|acl|grant|group|principal|admin|token|ipaccess|workspaceconf|globalinit|owner|credential|role|setting|share|recipient|metastore|secretscope|createscope|policy|mfa|sso|updateuser|add$|mount/i;

function accessOf(service: string, action: string): Access {
  if (AUTH.test(action)) return 'authenticate';
  const access = accessOfName(action);
  if (access === 'read') return 'read';
  if (EXECUTE.test(action)) return 'execute';
  if (
    ADMIN.test(action) ||
    /^(?:iamRole|ipAccess|globalInitScripts|accountsAccessControl|sqlPermissions)/i.test(service)
  )
    return 'admin';
  return access === 'unknown' && /^(?:trash|drop|clone|rename|mutate|change)/i.test(action) ? 'write' : access;
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
/** Parameters that name a thing of Unity Catalog whole. */
const FULL_NAMES = words(
  'full_name_arg fullNameArg table_full_name volume_full_name function_full_name securable_full_name full_name',
);
/**
 * Parameters that name the thing, those that tell most first: who was put into a group is told by the group. The metastore comes
 * last: nearly all calls of Unity Catalog carry it along.
 */
const NAMES = words(
  `share name_arg targetGroupName targetGroupId targetUserName target_user_name principal recipient_name notebookFullPath
  path mountPoint clusterId cluster_id jobId job_id runId run_id warehouseId endpointId endpoint_name servingEndpointName
  script_id tokenId token_id listId workspaceConfKeys setting repoId experimentId modelName name endpoint user userName
  user_name email id label url volume_id table_id credential_id tokenHash metastore_id metastoreId`,
);

/** The package of a library, from whichever place it comes. */
function libraryOf(value: unknown): string | undefined {
  const library = objectIn(value);
  const inside = ['pypi', 'maven', 'cran'].map((place) => objectAt(library?.[place]));
  return firstText(
    ...inside.map((one) => firstText(one?.package, one?.coordinates)),
    library?.jar,
    library?.whl,
    library?.egg,
    library?.requirements,
  );
}

function targetOf(params: Fields): Activity['resource'] {
  const scope = textAt(params.scope);
  const key = textAt(params.key);
  if (scope !== undefined) return { id: key === undefined ? scope : `${scope}/${key}`, type: 'secret' };
  const named = (name: string) => (typeof params[name] === 'number' ? String(params[name]) : textAt(params[name]));
  const typed = (name: string) => name.replace(/_?(?:arg|id)$/i, '') || name;
  const full = FULL_NAMES.find((name) => named(name) !== undefined);
  if (full !== undefined) return { id: named(full)!, type: typed(full) };
  // What is made in a schema is named within it, as it is called by its full name later.
  const within = [params.catalog_name, params.schema_name].flatMap((part) => textAt(part) ?? []);
  const own = named('name');
  if (own !== undefined && within.length > 0) return { id: [...within, own].join('.'), type: 'name' };
  const first = NAMES.find((name) => named(name) !== undefined);
  const library = first === undefined ? libraryOf(params.library) : undefined;
  if (library !== undefined) return { id: library, type: 'library' };
  return first === undefined ? undefined : { id: named(first)!, type: typed(first) };
}

function timeOf(body: Fields): string | undefined {
  const value = body.timestamp ?? body.time;
  if (typeof value === 'number') return instantOfMs(value);
  return typeof value === 'string' && /^\d{12,14}$/.test(value) ? instantOfMs(Number(value)) : instantOf(value, true);
}

export const format: Format = {
  id: 'databricks-audit',
  about: {
    title: 'Databricks audit',
    source:
      'Delivered audit logs (JSON), rows of system.access.audit, or the diagnostic setting of an Azure Databricks workspace.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const body = bodyOf(record);
    return (
      typeof body?.serviceName === 'string' &&
      typeof body.actionName === 'string' &&
      (objectIn(body.userIdentity) !== undefined || objectIn(body.identity) !== undefined || 'auditLevel' in body)
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    const body = bodyOf(record);
    if (record === undefined || body === undefined) return dead('record: expected an object');
    const at = timeOf(body);
    if (at === undefined) return dead('timestamp: expected a time, in milliseconds or RFC 3339');
    const service = context.scrub(textAt(body.serviceName) ?? '');
    const action = context.scrub(textAt(body.actionName) ?? '');
    if (service === '' || action === '') return dead('serviceName, actionName: expected non-empty strings');
    const by = objectIn(body.userIdentity) ?? objectIn(body.identity);
    const user = context.scrub(firstText(by?.email, by?.subjectName, by?.subject_name) ?? '');
    if (user === '' || isNobody(user)) return skip('userIdentity names nobody');
    const params = objectIn(body.requestParams) ?? {};
    const response = objectIn(body.response);
    const status = response?.statusCode ?? response?.status_code;
    const workspace = body.workspaceId === undefined ? undefined : String(body.workspaceId);
    // Who pressed the button, where it runs under the rights of another.
    const runBy = textAt(objectIn(body.identity_metadata)?.run_by);
    const token = firstText(params.tokenId, params.token_id);
    const target = targetOf(params);
    const id = context.scrub(firstText(body.requestId, body.logId) ?? '');
    return {
      status: 'read',
      activities: [
        {
          // One request may do several things.
          id: id === '' ? `databricks:${context.hashOf(record)}` : `databricks:${id}:${action}`.slice(0, 256),
          at,
          tenant: context.tenant,
          identity: {
            id: user.toLowerCase(),
            kind: kindOf(user),
            provider: 'databricks',
            ...given({ account: textAt(body.accountId) ?? (workspace === '0' ? undefined : workspace) }),
          },
          action: { name: `${service}.${action}`, service, access: accessOf(service, action) },
          source: given({ ip: textAt(body.sourceIPAddress), userAgent: textAt(body.userAgent) }),
          ...(action === 'IpAccessDenied' ? { outcome: 'denied' } : outcomeOfHttp(status)),
          ...given({ resource: target }),
          ...(token !== undefined && AUTH.test(action) && { credential: { id: token, kind: 'pat', longLived: true } }),
          ...(textAt(body.sessionId) !== undefined && { actor: { id: textAt(body.sessionId)!, kind: 'session' } }),
          ...(runBy !== undefined &&
            runBy.toLowerCase() !== user.toLowerCase() && {
              onBehalfOf: [{ id: runBy, kind: GUID.test(runBy) ? 'service-account' : 'human' }],
            }),
        },
      ],
    };
  },
};
