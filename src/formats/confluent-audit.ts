/** Reads the audit log of Confluent Cloud and Confluent Platform: which service account was let do what to which topic, cluster or key. */
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
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Confluent documentation, "Audit Log Event Schema on Confluent Cloud" (AuditLog and AuditLog.v2) and "Audit Log Event Records"
// of Cloud and Platform, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

const isAudit = (record: Fields | undefined): record is Fields =>
  /^io\.confluent\./.test(textAt(record?.type) ?? '') && textAt(objectAt(record?.data)?.methodName) !== undefined;

/** The resource of version 1 by its name (CRN), of version 2 as an object. */
const resourceNameOf = (data: Fields, context: ReadContext) =>
  firstText(data.resourceName, objectAt(data.resource)?.resourceId) ??
  listAt(data.cloudResources)
    .map((one) => crnOf(objectAt(one) ?? {}, context))
    .find((name) => name !== undefined);

/** Where a resource of version 2 lives, and itself, written as CRNs are. */
function crnOf(resource: Fields, context: ReadContext): string | undefined {
  const of = (told: unknown) => {
    const one = objectAt(told);
    const id = firstText(one?.resourceId, one?.id);
    return id === undefined
      ? undefined
      : `${context.scrub(textAt(one?.type) ?? 'resource').toLowerCase()}/${context.scrub(id)}`;
  };
  const own = of(resource.resource);
  if (own === undefined) return undefined;
  const around = listAt(objectAt(resource.scope)?.resources).map(of);
  return [...around, own].filter((part) => part !== undefined).join('/');
}

const KINDS: readonly (readonly [RegExp, Activity['identity']['kind']])[] = [
  [/^sa-/, 'service-account'],
  [/^u-/, 'human'],
  [/^pool-/, 'workload'],
  [/@/, 'human'],
];

interface Who {
  readonly identity: Activity['identity'];
  readonly credential: Activity['credential'];
  readonly onBehalfOf: Activity['onBehalfOf'];
}

function whoOf(data: Fields, context: ReadContext, account: string | undefined): Who | undefined {
  const info = objectAt(data.authenticationInfo) ?? {};
  const principal = objectAt(info.principal);
  const told =
    firstText(
      info.principalResourceId,
      objectAt(principal?.confluentServiceAccount)?.resourceId,
      objectAt(principal?.confluentUser)?.resourceId,
      listAt(objectAt(principal?.identityPool)?.identityPoolIds)[0],
      principal?.email,
    ) ?? textAt(info.principal);
  const id = context.scrub(told ?? '').replace(/^User:/, '');
  if (id === '' || isNobody(id) || /^(?:ANONYMOUS|UNKNOWN)$/i.test(id)) return undefined;
  const name = firstText(principal?.email, objectAt(principal?.externalAccount)?.subject, info.identity);
  const credentials = objectAt(info.credentials);
  const key = firstText(objectAt(credentials?.idSecretCredentials)?.credentialId, objectAt(info.metadata)?.identifier);
  const subject = textAt(objectAt(principal?.identityPool)?.subject) ?? textAt(objectAt(info.metadata)?.subject);
  return {
    identity: {
      id,
      kind: KINDS.find(([pattern]) => pattern.test(id))?.[1] ?? 'unknown',
      provider: 'confluent',
      ...given({ name: name === undefined || name === id ? undefined : context.scrub(name), account }),
    },
    credential: key === undefined || key === id ? undefined : { id: key, kind: 'access-key', longLived: true },
    onBehalfOf: subject === undefined ? undefined : [{ id: subject, kind: 'oidc-subject' }],
  };
}

function accessOf(method: string, operation: string | undefined): Access {
  if (/authenticat|SignIn|Login/i.test(method)) return 'authenticate';
  if (
    /ApiKey|Acl|RoleBinding|ServiceAccount|IdentityP|Invit|User|Secret|Permission|Sso|IpFilter|AlterConfigs/i.test(
      method,
    )
  ) {
    return /^(?:Get|List|Describe)/.test(method) ? 'read' : 'admin';
  }
  // A check says in its method where it was asked, and in its operation what for.
  const access = accessOfName(/authoriz/i.test(method) && operation !== undefined ? operation : method);
  if (access !== 'unknown') return access;
  return /fetch|consume|describe|offset/i.test(method) ? 'read' : 'write';
}

function outcomeOf(data: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const status = textAt(objectAt(data.result)?.status);
  const authorization = objectAt(data.authorizationInfo);
  const refusal =
    authorization?.granted === false || authorization?.granted === 'false' || authorization?.result === 'DENY';
  if (refusal || /^(?:UNAUTHENTICATED|PERMISSION_DENIED|DENIED|ABORTED_UNAUTHORIZED)$/i.test(status ?? ''))
    return { outcome: 'denied', ...given({ errorCode: status }) };
  if (status !== undefined && !/^(?:SUCCESS|OK|ACCEPTED)$/i.test(status))
    return { outcome: 'failed', errorCode: status };
  return { outcome: 'success' };
}

/** The address that Confluent saw; what stands before it in the list the client may have set. */
function addressOf(data: Fields, context: ReadContext): string | undefined {
  const told = objectAt(data.requestMetadata)?.clientAddress ?? objectAt(data.requestMetadata)?.client_address;
  const last = listAt(told).at(-1);
  const address = context.scrub(firstText(objectAt(last)?.ip, last, told) ?? '').replace(/^\//, '');
  return address === '' ? undefined : address;
}

export const format: Format = {
  id: 'confluent-audit',
  about: {
    title: 'Confluent audit log',
    source:
      'Records of the topic confluent-audit-log-events of Confluent Cloud, and of the audit log of Confluent Platform.',
  },
  recognises: (raw) => isAudit(objectAt(raw)),
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(firstText(record.time, record['@timestamp']), true);
    if (at === undefined) return dead('time: expected a time');
    const data = objectAt(record.data) ?? {};
    const method = context.scrub(textAt(data.methodName) ?? '');
    if (method === '') return dead('data.methodName: expected a non-empty string');
    const organisation = /organization=([^/]+)/.exec(
      context.scrub(firstText(record.subject, record.source) ?? ''),
    )?.[1];
    const cluster = /\/kafka=([^/]+)/.exec(context.scrub(textAt(record.source) ?? ''))?.[1];
    const who = whoOf(data, context, organisation ?? cluster);
    if (who === undefined) return skip('data.authenticationInfo names nobody');
    const { identity, credential, onBehalfOf } = who;
    const target = context.scrub(resourceNameOf(data, context) ?? '').replace(/^crn:\/\/[^/]+\//, '');
    const bare = method.slice(method.lastIndexOf('.') + 1);
    const authorization = objectAt(data.authorizationInfo);
    const request = objectAt(data.request);
    return {
      status: 'read',
      activities: [
        {
          id: `confluent:${textAt(record.id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: {
            name: method,
            service: 'confluent',
            access: accessOf(
              bare,
              firstText(authorization?.operation, objectAt(authorization?.rbacAuthorization)?.operation),
            ),
          },
          source: given({
            ip: addressOf(data, context),
            userAgent: firstText(request?.clientId, request?.client_id, objectAt(data.requestMetadata)?.clientId),
          }),
          ...outcomeOf(data),
          ...(target !== '' && {
            resource: { id: target, ...given({ type: textAt(authorization?.resourceType) }) },
          }),
          ...(credential !== undefined && { credential }),
          ...(onBehalfOf !== undefined && { onBehalfOf }),
        },
      ],
    };
  },
};
