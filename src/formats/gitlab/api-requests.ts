/** Reads api_json.log of GitLab: every call of its REST API, by which token. */
import type { Access, Activity } from '../../../schemas/activity.ts';
import {
  dead,
  firstText,
  given,
  instantOf,
  isNobody,
  outcomeOfHttp,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../../ingest/format.ts';
import { identityKindOf } from './people.ts';

// Field map: GitLab log system, api_json.log, GitLab 17 and 18.

type Fields = Readonly<Record<string, unknown>>;

const idOf = (value: unknown) => (typeof value === 'number' ? String(value) : textAt(value));

export const isApiRequest = (record: Fields) =>
  typeof record.method === 'string' &&
  typeof record.path === 'string' &&
  typeof record.time === 'string' &&
  /^\/api\//.test(textAt(record.route) ?? '') &&
  typeof record.correlation_id === 'string';

/** Routes that give rights or keys, or set what a project lets happen. */
const GOVERNS =
  /token|member|deploy_key|\/keys|variable|protected|approval|push_rule|hooks|integration|runner|invitation|share|saml|scim|feature|settings|impersonat/;

function accessOf(method: string, route: string): Access {
  if (/^(?:GET|HEAD|OPTIONS)$/i.test(method)) return 'read';
  return GOVERNS.test(route) ? 'admin' : 'write';
}

/** The address that GitLab itself takes for the client's; the list of a proxy ends in the proxy's own. */
const addressOf = (record: Fields) =>
  firstText(record['meta.remote_ip'], textAt(record.remote_ip)?.split(',').at(-1)?.trim());

export function readApiRequest(record: Fields, context: ReadContext): Reading {
  const at = instantOf(record.time, true);
  if (at === undefined) return dead('time: expected a time');
  const id = idOf(record.user_id) ?? idOf(record['meta.user_id']);
  const deployToken = idOf(record.deploy_token_id);
  if ((id ?? deployToken) === undefined) return skip('a call without a user or a deploy token');
  const name = context.scrub(firstText(record.username, record['meta.user']) ?? '');
  const method = context.scrub(textAt(record.method) ?? '');
  const route = context.scrub(textAt(record.route) ?? '').split('?')[0]!;
  const path = context.scrub(textAt(record.path) ?? '').split('?')[0]!;
  const token = idOf(record.token_id);
  const kind = textAt(record.token_type);
  return {
    status: 'read',
    activities: [
      {
        id: `gitlab:api:${textAt(record.correlation_id)!}`,
        at,
        tenant: context.tenant,
        identity: {
          id: id ?? deployToken!,
          kind: id === undefined ? 'api-key' : identityKindOf(name),
          provider: 'gitlab',
          ...(name !== '' && !isNobody(name) && { name }),
        },
        action: { name: `api:${method} ${route}`, service: 'api', access: accessOf(method, route) },
        source: given({ ip: addressOf(record), userAgent: firstText(record.ua, record['meta.user_agent']) }),
        ...outcomeOfHttp(record.status),
        resource: { id: path, type: 'api' },
        ...(token !== undefined && { credential: credentialOf(token, kind) }),
      },
    ],
  };
}

/** Tokens of jobs end with the job; all others live until somebody ends them. */
function credentialOf(id: string, type: string | undefined): NonNullable<Activity['credential']> {
  if (/job|build/i.test(type ?? '')) return { id, kind: 'session-token' };
  return /oauth/i.test(type ?? '') ? { id, kind: 'oauth-token' } : { id, kind: 'pat', longLived: true };
}
