/** Reads what is done to the data of Azure resources: Key Vault, storage, SQL, Cosmos DB and container registries, from their diagnostic settings. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOfMicrosoft,
  isNobody,
  objectAt,
  objectIn,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Microsoft Learn, resource log schemas of Key Vault (AuditEvent), Azure Storage (StorageRead, StorageWrite,
// StorageDelete), Azure SQL (SQLSecurityAuditEvents), Cosmos DB (DataPlaneRequests) and Container Registry, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;
type Who = Pick<Activity, 'identity' | 'credential' | 'actor'>;

/** What one record tells, whichever resource it is of; undefined where it names nobody. */
interface Told {
  readonly who: Who | undefined;
  readonly action: string;
  readonly service: string;
  readonly access: Access;
  readonly resource: NonNullable<Activity['resource']> | undefined;
  readonly outcome: Pick<Activity, 'outcome' | 'errorCode'>;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly amount?: Activity['amount'] | undefined;
  /** The subscription in which a managed identity stands. */
  readonly home?: string | undefined;
}

/** Categories of the activity log, of clusters and of the directory: formats of their own read them. */
const OTHERS =
  /^(?:administrative|write|delete|action|policy|servicehealth|resourcehealth|alert|autoscale|recommendation|security|kube-audit.*|auditlogs)$/i;
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const URI = 'http://schemas.microsoft.com/identity/claims/';

/** A principal of Entra: a service principal by its object id, a person too, with the name people know. */
function principal(
  context: ReadContext,
  of: { object?: unknown; app?: unknown; upn?: unknown; tenant?: unknown; isPerson?: boolean; name?: string },
): Who | undefined {
  const upn = textAt(of.upn);
  const app = textAt(of.app);
  const isPerson = of.isPerson ?? upn !== undefined;
  const id = textAt(of.object) ?? (isPerson ? upn : app);
  if (id === undefined || isNobody(id)) return undefined;
  return {
    identity: {
      id: context.scrub(id).toLowerCase(),
      kind: isPerson ? 'human' : 'service-account',
      provider: 'azure',
      ...given({ name: of.name ?? upn, account: textAt(of.tenant) }),
    },
    ...(isPerson && app !== undefined && { actor: { id: context.scrub(app).toLowerCase(), kind: 'app' } }),
  };
}

/** The subscription of an Azure resource. */
const subscriptionOf = (id: string | undefined) => /^\/subscriptions\/([^/]+)/i.exec(id ?? '')?.[1]?.toLowerCase();

/** `https://sts.windows.net/TENANT/` and `https://login.microsoftonline.com/TENANT/v2.0`. */
const tenantOfIssuer = (issuer: unknown) =>
  /^https:\/\/(?:sts\.windows\.net|sts\.chinacloudapi\.cn|login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn)\/([^/]+)\//i.exec(
    textAt(issuer) ?? '',
  )?.[1];

/** Reading of keys is use of them: the key itself never leaves the vault. */
const CRYPTO = /^Key(?:Decrypt|Encrypt|Sign|Verify|Wrap|Unwrap|Release)/i;

function ofKeyVault(record: Fields, context: ReadContext): Told {
  const claims = objectAt(objectAt(record.identity)?.claim) ?? {};
  const properties = objectAt(record.properties) ?? {};
  const operation = context.scrub(textAt(record.operationName) ?? '');
  const upn = firstText(claims.upn, claims['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn']);
  const managed = context.scrub(firstText(claims.xms_mirid, claims.xms_az_rid) ?? '');
  const thing = context.scrub(firstText(properties.id, properties.requestUri) ?? '');
  // The version changes with every rotation; the name of the secret stays.
  const named = /^https:\/\/([^/?]+)\/(?:deleted)?(secrets|keys|certificates|storage)\/([^/?]+)/i.exec(thing);
  const vault = context.scrub(textAt(record.resourceId) ?? '').toLowerCase();
  const signature = textAt(record.resultSignature) ?? '';
  const isRefused = /unauthorized|forbidden/i.test(signature);
  const byStatus = outcomeOfHttp(properties.httpStatusCode);
  return {
    who: principal(context, {
      object: firstText(claims.oid, claims[`${URI}objectidentifier`]),
      app: firstText(claims.appid, claims.azp),
      upn,
      // Some vaults leave the tenant out and tell who issued the token, which is the same tenant.
      tenant: firstText(claims.tid, claims[`${URI}tenantid`], record.tenantId, tenantOfIssuer(claims.iss)),
      isPerson: upn !== undefined || claims.idtyp === 'user' || textAt(claims.scp) !== undefined,
      ...(upn === undefined && managed !== '' && { name: managed.slice(managed.lastIndexOf('/') + 1) }),
    }),
    home: upn === undefined ? subscriptionOf(managed) : undefined,
    action: operation,
    service: 'keyvault',
    access: /^Vault(?!Get)/i.test(operation)
      ? 'admin'
      : operation === 'Authentication'
        ? 'authenticate'
        : CRYPTO.test(operation)
          ? 'execute'
          : /Backup|Get|List/i.test(operation)
            ? 'read'
            : /Purge|Recover/i.test(operation)
              ? 'write'
              : accessOfName(operation),
    resource:
      named !== null
        ? {
            id: `https://${named[1]!.toLowerCase()}/${named[2]!.toLowerCase()}/${named[3]!.toLowerCase()}`,
            type: named[2]!.toLowerCase().replace(/s$/, ''),
          }
        : vault === ''
          ? undefined
          : { id: vault, type: 'vault' },
    outcome:
      isRefused && byStatus.outcome !== 'denied'
        ? { outcome: 'denied', errorCode: context.scrub(signature) }
        : byStatus.outcome === 'success' && /^fail/i.test(textAt(record.resultType) ?? '')
          ? { outcome: 'failed', ...given({ errorCode: textAt(signature) }) }
          : byStatus,
    userAgent: textAt(properties.clientInfo),
  };
}

const STORAGE_ADMIN = /^Set(?:ContainerACL|BlobServiceProperties|ShareAcl|.*Acl|.*ServiceProperties)$/i;

/** By whom: an OAuth principal, or one of the two keys of the account, from which every shared signature is made as well. */
function storageUser(record: Fields, context: ReadContext): Who | undefined {
  const identity = objectAt(record.identity);
  const requester = objectAt(identity?.requester);
  const who = principal(context, {
    object: requester?.objectId,
    app: requester?.appId,
    upn: requester?.upn,
    tenant: requester?.tenantId,
  });
  if (who !== undefined) return who;
  const hash = context.scrub(textAt(identity?.tokenHash) ?? '');
  const key = /(?:^|,)(key\d|system-\d)\(([^)]*)\)/i.exec(hash);
  const account = /^(.*?\/storageaccounts\/[^/]+)/i.exec(context.scrub(textAt(record.resourceId) ?? ''))?.[1];
  if (key === null || account === undefined) return undefined;
  const signature = /sas-?signature\(([^)]+)\)/i.exec(hash)?.[1];
  return {
    identity: { id: `${account.toLowerCase()}/${key[1]!.toLowerCase()}`, kind: 'api-key', provider: 'azure' },
    credential:
      signature !== undefined
        ? { id: signature, kind: 'other' }
        : { id: key[2] === '' ? key[1]! : key[2]!, kind: 'access-key', longLived: true },
  };
}

function ofStorage(record: Fields, context: ReadContext): Told {
  const properties = objectAt(record.properties) ?? {};
  const operation = context.scrub(textAt(record.operationName) ?? '');
  const category = textAt(record.category) ?? '';
  const object = context.scrub(textAt(properties.objectKey) ?? '');
  const account = context.scrub(textAt(record.resourceId) ?? '').toLowerCase();
  const response = textAt(properties.metricResponseType) ?? '';
  const isRefused = /Authori[sz]ation|Authentication|IpAuth/i.test(response);
  const byStatus = outcomeOfHttp(record.statusCode);
  const bytes = Number(properties.responseBodySize ?? 0) + Number(properties.requestBodySize ?? 0);
  return {
    who: storageUser(record, context),
    action: operation,
    service: 'storage',
    access: STORAGE_ADMIN.test(operation)
      ? 'admin'
      : operation === 'GetUserDelegationKey'
        ? 'authenticate'
        : category === 'StorageRead'
          ? 'read'
          : 'write',
    resource:
      object !== ''
        ? { id: object, ...given({ type: textAt(properties.serviceType) }) }
        : account === ''
          ? undefined
          : { id: account, type: 'storage-account' },
    outcome: isRefused
      ? { outcome: 'denied', errorCode: context.scrub(textAt(record.statusText) ?? response) }
      : byStatus.outcome === 'success' && response !== '' && !/^Success/i.test(response)
        ? { outcome: 'failed', errorCode: context.scrub(response) }
        : { ...byStatus, ...(byStatus.outcome !== 'success' && given({ errorCode: textAt(record.statusText) })) },
    userAgent: textAt(properties.userAgentHeader),
    amount: bytes > 0 && Number.isFinite(bytes) ? { bytes } : undefined,
  };
}

function ofSql(record: Fields, context: ReadContext): Told {
  const properties = objectAt(record.properties) ?? {};
  const login = textAt(properties.server_principal_name) ?? '';
  const application = /^([0-9a-f-]{36})@[0-9a-f-]{36}$/i.exec(login)?.[1];
  const name = context.scrub(textAt(properties.action_name) ?? textAt(properties.action_id) ?? '');
  const path = [properties.database_name, properties.schema_name, properties.object_name].flatMap(
    (part) => textAt(part) ?? [],
  );
  const statement = /^\s*([a-z]+)/i.exec(textAt(properties.statement) ?? '')?.[1] ?? '';
  const isFailed = /^false$/i.test(String(properties.succeeded ?? ''));
  const rows = Number(properties.response_rows ?? Number.NaN);
  const id = login === '' || isNobody(login) ? undefined : (application ?? login);
  return {
    who:
      id === undefined
        ? undefined
        : {
            identity: {
              id: context.scrub(id).toLowerCase(),
              kind: application === undefined && login.includes('@') ? 'human' : 'service-account',
              provider: 'azure',
            },
          },
    action: name,
    service: 'sql',
    access: /AUTHENTICATION|LOGIN/i.test(name)
      ? 'authenticate'
      : /GRANT|REVOKE|DENY|PERMISSION|ROLE|PRINCIPAL|AUDIT/i.test(name)
        ? 'admin'
        : accessOfName(statement === '' ? name.replace('BATCH COMPLETED', '') : statement),
    resource: path.length === 0 ? undefined : { id: path.join('.'), type: 'table' },
    outcome: isFailed
      ? { outcome: /AUTHENTICATION|LOGIN/i.test(name) ? 'denied' : 'failed', errorCode: 'false' }
      : { outcome: 'success' },
    ip: textAt(properties.client_ip),
    userAgent: textAt(properties.application_name),
    amount: Number.isFinite(rows) && rows > 0 ? { records: rows } : undefined,
  };
}

function ofCosmos(record: Fields, context: ReadContext): Told {
  const properties = objectAt(record.properties) ?? {};
  const operation = context.scrub(textAt(record.operationName) ?? '');
  const account = context.scrub(textAt(record.resourceId) ?? '').toLowerCase();
  const key = textAt(properties.keyType);
  const byKey =
    key === undefined || isNobody(key) || account === ''
      ? undefined
      : {
          identity: {
            id: `${account}/${context.scrub(key).toLowerCase()}`,
            kind: 'api-key' as const,
            provider: 'azure',
          },
        };
  const inside = context.scrub(textAt(properties.requestResourceId) ?? '');
  const bytes = Number(properties.responseLength ?? 0);
  return {
    who: principal(context, { object: properties.aadPrincipalId }) ?? byKey,
    action: operation,
    service: 'cosmosdb',
    access: /^(?:Query|Read|ReadFeed|Head)/i.test(operation) ? 'read' : accessOfName(operation),
    resource: account === '' ? undefined : { id: inside === '' ? account : `${account}${inside}`, type: 'collection' },
    outcome: outcomeOfHttp(properties.statusCode ?? record.resultType),
    ip: textAt(properties.clientIpAddress),
    userAgent: textAt(properties.userAgent),
    amount: bytes > 0 && Number.isFinite(bytes) ? { bytes } : undefined,
  };
}

function ofRegistry(record: Fields, context: ReadContext): Told {
  const properties = objectAt(record.properties) ?? {};
  const operation = context.scrub(textAt(record.operationName) ?? '');
  const id = textAt(record.identity) ?? textAt(properties.identity);
  const repository = context.scrub(firstText(properties.repository, record.repository) ?? '');
  const server = context.scrub(firstText(properties.loginServer, record.loginServer, record.resourceId) ?? '');
  const isPerson = id?.includes('@') ?? false;
  return {
    who:
      id === undefined || isNobody(id)
        ? undefined
        : {
            identity: {
              id: context.scrub(id).toLowerCase(),
              kind: isPerson ? 'human' : 'service-account',
              provider: 'azure',
            },
          },
    action: operation,
    service: 'containerregistry',
    access: /login/i.test(operation) ? 'authenticate' : /^pull/i.test(operation) ? 'read' : 'write',
    resource: server === '' ? undefined : { id: [server, repository].filter((part) => part !== '').join('/') },
    outcome: outcomeOfHttp(record.resultType ?? properties.resultType),
    userAgent: firstText(properties.userAgent, record.userAgent),
  };
}

const READERS: Readonly<Record<string, (record: Fields, context: ReadContext) => Told>> = {
  auditevent: ofKeyVault,
  storageread: ofStorage,
  storagewrite: ofStorage,
  storagedelete: ofStorage,
  sqlsecurityauditevents: ofSql,
  dataplanerequests: ofCosmos,
  containerregistryrepositoryevents: ofRegistry,
  containerregistryloginevents: ofRegistry,
};

export const format: Format = {
  id: 'azure-resource',
  about: {
    title: 'Azure resource logs',
    source:
      'Records of diagnostic settings ({"records": [...]}) of Key Vault, storage accounts, Azure SQL, Cosmos DB and container registries. Logs of other resources are skipped.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const category = textAt(record?.category);
    return (
      record !== undefined &&
      category !== undefined &&
      !OTHERS.test(category) &&
      typeof record.operationName === 'string' &&
      typeof record.time === 'string' &&
      // The audit log of Databricks travels in the same envelope.
      !/\/providers\/microsoft\.databricks\//i.test(textAt(record.resourceId) ?? '') &&
      /^\/subscriptions\//i.test(textAt(record.resourceId) ?? '')
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const category = textAt(record.category);
    if (category === undefined) return dead('category: expected a non-empty string');
    const reader = Object.hasOwn(READERS, category.toLowerCase()) ? READERS[category.toLowerCase()] : undefined;
    if (reader === undefined)
      return skip('a log of a resource that is not read: Key Vault, storage, SQL, Cosmos DB and registries are');
    // The other services have a category of this name too; only the vault's names its operations so.
    if (reader === ofKeyVault && !/\/microsoft\.keyvault\//i.test(textAt(record.resourceId) ?? ''))
      return skip('a log of a resource that is not read: Key Vault, storage, SQL, Cosmos DB and registries are');
    const at = instantOfMicrosoft(record.time);
    if (at === undefined) return dead('time: expected a time');
    const told = reader({ ...record, identity: objectIn(record.identity) ?? record.identity }, context);
    if (told.action === '') return dead('operationName: expected a non-empty string');
    if (told.who === undefined)
      return skip('identity names nobody: an anonymous request or one of the platform itself');
    const subscription = subscriptionOf(textAt(record.resourceId));
    // A managed identity is told with its tenant, though it stands in a subscription: what is there is not of another account.
    const isForeign = subscription !== undefined && GUID.test(subscription) && subscription !== told.home;
    return {
      status: 'read',
      activities: [
        {
          id: `azure:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...told.who,
          action: { name: told.action, service: told.service, access: told.access },
          source: given({ ip: told.ip ?? textAt(record.callerIpAddress), userAgent: told.userAgent }),
          ...told.outcome,
          ...given({ amount: told.amount }),
          ...(told.resource && {
            resource: { ...told.resource, ...(isForeign && { account: subscription }) },
          }),
        },
      ],
    };
  },
};
