/** Reads graphql_json.log of GitLab: every query and mutation of its GraphQL API, by whom. */
import type { Activity } from '../../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../../ingest/format.ts';
import { identityKindOf } from './people.ts';

// Field map: GitLab documentation, "Log system" (graphql_json.log) and "Reading GraphQL logs", GitLab 17 and 18.

type Fields = Readonly<Record<string, unknown>>;

export const isGraphqlRequest = (record: Fields) =>
  typeof record.query_string === 'string' &&
  typeof record.time === 'string' &&
  typeof record.correlation_id === 'string' &&
  ('is_mutation' in record || 'operation_fingerprint' in record);

const idOf = (value: unknown) => (typeof value === 'number' ? String(value) : textAt(value));

/** Beginning of a query that is looked at for the field it asks for. */
const QUERY_CHARS = 2_048;
/** Mutations that give rights or keys, or set what a project lets happen. */
const GOVERNS =
  /token|member|deploykey|variable|protected|branchrule|approval|integration|runner|permission|polic|saml|scim|audit|streaming|sshkey|setting/i;

/** The first field that the operation asks for: what it does, whatever its author called it. */
const fieldOf = (query: string) => /\{\s*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)/.exec(query.slice(0, QUERY_CHARS))?.[1];

export function readGraphqlRequest(record: Fields, context: ReadContext): Reading {
  const at = instantOf(record.time, true);
  if (at === undefined) return dead('time: expected a time');
  const name = context.scrub(firstText(record.username, record['meta.user']) ?? '');
  const id = idOf(record.user_id) ?? idOf(record['meta.user_id']) ?? name;
  if (id === '' || isNobody(id)) return skip('a call without a user');
  const isMutation = record.is_mutation === true || /^\s*mutation\b/.test(textAt(record.query_string)!.slice(0, 64));
  const field = fieldOf(context.scrub(textAt(record.query_string) ?? ''));
  const asked = field ?? (context.scrub(textAt(record.operation_name) ?? '') || 'unknown');
  const hasErrors = listAt(record.graphql_errors).length > 0 || objectAt(record.graphql_errors) !== undefined;
  const access = GOVERNS.test(asked) ? 'admin' : accessOfName(asked);
  const about = firstText(record['meta.project'], record['meta.root_namespace']);
  const action: Activity['action'] = {
    name: `graphql:${isMutation ? 'mutation' : 'query'} ${asked}`,
    service: 'graphql',
    access: isMutation ? (access === 'unknown' || access === 'read' ? 'write' : access) : 'read',
  };
  return {
    status: 'read',
    activities: [
      {
        // One request may hold several operations.
        id: `gitlab:graphql:${textAt(record.correlation_id)!}:${context.hashOf(record)}`,
        at,
        tenant: context.tenant,
        identity: {
          id,
          kind: identityKindOf(name),
          provider: 'gitlab',
          ...(name !== '' && name !== id && !isNobody(name) && { name }),
        },
        action,
        source: given({
          ip: firstText(record['meta.remote_ip'], record.remote_ip),
          userAgent: firstText(record['meta.user_agent'], record.ua),
        }),
        outcome: hasErrors ? 'failed' : 'success',
        ...(about !== undefined && { resource: { id: about, type: 'project' } }),
      },
    ],
  };
}
