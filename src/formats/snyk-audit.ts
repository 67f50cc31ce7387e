/** Reads Snyk's audit logs: what service accounts and people change in groups, organisations and projects. */
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

// Field map: Snyk's REST API 2024-10-15, "Search audit logs" of an organisation and of a group (snake_case), and API v1, "Get group level audit
// logs" (camelCase), as the samples of elastic/integrations (snyk 2) and panther-labs/panther-analysis daa10c8 show them, November 2026.

type Fields = Readonly<Record<string, unknown>>;

const EVENT = /^(?:api|org|group|tenant|user)(?:\.[\w-]+)+$/;
const SCOPES = ['org_id', 'group_id', 'orgId', 'groupId'];
const GOVERNS =
  /service_account|user|role|policy|sso|settings|integration|webhook|\.app|invite|feature_flag|ignore|access/;

const isEvent = (record: Fields | undefined) =>
  typeof record?.event === 'string' &&
  EVENT.test(record.event) &&
  SCOPES.some((name) => name in record) &&
  ('created' in record || 'content' in record);

/** The last word of an event says what was done: `access` reads, `test` runs a scan, `monitor` keeps what it found. */
function accessOf(event: string): Access {
  const verb = event.slice(event.lastIndexOf('.') + 1);
  if (verb === 'access' || event === 'api.access') return 'read';
  if (verb === 'test') return 'execute';
  if (GOVERNS.test(event)) return 'admin';
  const access = accessOfName(verb);
  return access === 'unknown' || access === 'read' ? 'write' : access;
}

/** What it was done to: whom the content names, else the project, else the organisation or group. */
function targetOf(record: Fields, content: Fields, context: ReadContext): Activity['resource'] {
  const repository = objectAt(content.target);
  const [owner, name] = [textAt(repository?.owner), textAt(repository?.name)];
  const things: readonly (readonly [string | undefined, string])[] = [
    [textAt(content.serviceAccountPublicId), 'service-account'],
    [firstText(content.userPublicId, content.email), 'user'],
    [firstText(content.publicId, content.policyPublicId), 'policy'],
    [owner !== undefined && name !== undefined ? `${owner}/${name}` : name, 'repository'],
    [firstText(record.project_id, record.projectId, content.projectPublicId), 'project'],
    [textAt(content.targetId), 'target'],
    [firstText(record.org_id, record.orgId), 'organisation'],
    [firstText(record.group_id, record.groupId), 'group'],
  ];
  for (const [id, type] of things) if (id !== undefined) return { id: context.scrub(id), type };
  return undefined;
}

function changeOf(event: string, content: Fields): Activity['change'] {
  const after = objectAt(content.after) ?? content;
  const role = firstText(after.role, content.afterRoleName, objectAt(after.role)?.name);
  const rights = role === undefined ? undefined : [role];
  const account = textAt(content.serviceAccountPublicId);
  if (event.endsWith('.service_account.create')) return { kind: 'identity', ...given({ identity: account, rights }) };
  if (!/\.user\.(?:add|role\.edit|role\.create)$/.test(event)) return undefined;
  return { kind: 'right', ...given({ identity: textAt(content.userPublicId), rights }) };
}

export const format: Format = {
  id: 'snyk-audit',
  about: {
    title: 'Snyk audit logs',
    source: 'Audit logs of organisations and groups, from the REST API ({"data": {"items": [...]}}) or API v1.',
  },
  recognises: (raw) => isEvent(objectAt(raw)),
  split(raw) {
    const items = objectAt(objectAt(raw)?.data)?.items;
    return isEvent(objectAt(listAt(items)[0])) ? listAt(items) : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.created, true);
    if (at === undefined) return dead('created: expected a time');
    const event = context.scrub(textAt(record.event) ?? '');
    if (event === '') return dead('event: expected a non-empty string');
    const id = firstText(record.user_id, record.userId);
    if (id === undefined || isNobody(id)) return skip('user_id names nobody: Snyk itself did it');
    const content = objectAt(record.content) ?? {};
    return {
      status: 'read',
      activities: [
        {
          id: `snyk:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          // A service account has such an id as people have; it acts in several organisations under the same one.
          identity: { id, kind: 'unknown', provider: 'snyk' },
          action: { name: event, service: 'snyk', access: accessOf(event) },
          source: {},
          // The log tells what was done.
          outcome: 'success',
          ...given({ resource: targetOf(record, content, context), change: changeOf(event, content) }),
        },
      ],
    };
  },
};
