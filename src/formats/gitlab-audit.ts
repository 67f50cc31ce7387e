/** Reads GitLab audit events and calls of its API: of tokens, deploy keys and runners as well as of people. */
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
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';
import { isApiRequest, readApiRequest } from './gitlab/api-requests.ts';
import { isGraphqlRequest, readGraphqlRequest } from './gitlab/graphql-requests.ts';
import { identityKindOf } from './gitlab/people.ts';

// Field map: GitLab audit event schema (streaming and API) and audit_json.log, GitLab 17 and 18.

type Fields = Readonly<Record<string, unknown>>;

const idOf = (value: unknown) => (typeof value === 'number' ? String(value) : textAt(value));

/** Authors that are no users, by their class and by the negative id that stands for it. */
const CLASSES: Readonly<Record<string, Activity['identity']['kind']>> = {
  DeployToken: 'api-key',
  DeployKey: 'api-key',
  'Gitlab::Audit::DeployTokenAuthor': 'api-key',
  'Gitlab::Audit::DeployKeyAuthor': 'api-key',
  'Gitlab::Audit::CiRunnerTokenAuthor': 'workload',
};
const NEGATIVE: Readonly<Record<string, Activity['identity']['kind']>> = { '-2': 'api-key', '-3': 'api-key' };

function identityOf(record: Fields, details: Fields, context: ReadContext): Activity['identity'] | undefined {
  const id = idOf(record.author_id);
  const name = firstText(record.author_name, details.author_name);
  const login = firstText(record['meta.user'], record.username, details.author_username);
  const kind = CLASSES[firstText(record.author_class, details.author_class) ?? ''] ?? NEGATIVE[id ?? ''];
  if (kind !== undefined)
    return name === undefined || isNobody(name) ? undefined : { id: name, kind, provider: 'gitlab' };
  if (id === undefined || id.startsWith('-') || isNobody(id) || /unauthenticated/i.test(name ?? '')) return undefined;
  const shown = context.scrub(login ?? name ?? '');
  return {
    id,
    kind: identityKindOf(shown),
    provider: 'gitlab',
    ...(shown !== '' && !isNobody(shown) && { name: shown }),
  };
}

/** What happened, in GitLab's word for it; older records tell it by which field is there. */
function nameOf(record: Fields, details: Fields): string | undefined {
  const custom = objectAt(details.custom_message) ?? objectAt(record.custom_message);
  const git = textAt(custom?.action);
  if (git !== undefined) return git;
  const type = firstText(record.event_type, details.event_name, record.event_name);
  if (type !== undefined) return type;
  const of = (key: string) => firstText(record[key], details[key]);
  for (const word of ['add', 'remove', 'change', 'action'] as const) {
    const what = of(word);
    if (what !== undefined) return word === 'action' ? what : `${word}_${what}`;
  }
  if (of('failed_login') !== undefined) return 'failed_login';
  if (of('with') !== undefined) return 'login';
  return firstText(details.custom_message, record.custom_message) === undefined ? undefined : 'custom';
}

function accessOf(name: string): Access {
  if (/upload-pack|download|clone|_read$|viewed|exported/.test(name)) return 'read';
  if (/receive-pack|push/.test(name)) return 'write';
  if (/login|sign_?in|authenticat|session|logout/.test(name)) return 'authenticate';
  if (
    /token|member|permission|key|variable|protected|approval|polic|visibility|setting|role|access|mfa|two_factor|saml|scim|runner|change_|webhook|integration/.test(
      name,
    )
  )
    return 'admin';
  const access = accessOfName(name);
  return access === 'unknown' ? 'write' : access;
}

export const format: Format = {
  id: 'gitlab-audit',
  about: {
    title: 'GitLab audit',
    source:
      'Audit event streaming, /audit_events of the API, or the lines of audit_json.log, api_json.log and graphql_json.log.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    return (
      isApiRequest(record) ||
      isGraphqlRequest(record) ||
      ((typeof record.author_id === 'number' || typeof record.author_id === 'string') &&
        'entity_id' in record &&
        typeof record.entity_type === 'string' &&
        (typeof record.created_at === 'string' || typeof record.time === 'string'))
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    if (isApiRequest(record)) return readApiRequest(record, context);
    if (isGraphqlRequest(record)) return readGraphqlRequest(record, context);
    const details = objectAt(record.details) ?? {};
    const at = instantOf(firstText(record.created_at, record.time), true);
    if (at === undefined) return dead('created_at: expected a time');
    const name = context.scrub(nameOf(record, details) ?? '');
    if (name === '') return dead('event_type: expected a non-empty string, or details that tell what was done');
    const identity = identityOf(record, details, context);
    if (identity === undefined) return skip('author_id names nobody');
    const path = firstText(record.entity_path, details.entity_path);
    const type = textAt(record.entity_type);
    const thing = firstText(record.target_details, details.target_details);
    const entity = idOf(record.entity_id);
    // A member or a token is told within its project; for anything else the project is the thing.
    const isInside =
      thing !== undefined &&
      !/^(?:Project|Group|Repository|User)$/.test(firstText(record.target_type, details.target_type) ?? '');
    const target = path ?? (entity === undefined ? undefined : `${type}/${entity}`);
    const id = idOf(record.id);
    const token = idOf(details.personal_access_token_id) ?? idOf(record['meta.token_id']);
    const isRefused = /failed_login|fail(?:ed|ure)|denied|blocked_attempt/.test(name);
    return {
      status: 'read',
      activities: [
        {
          id: `gitlab:${id === undefined ? context.hashOf(record) : `${entity ?? ''}:${id}`}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name, service: 'gitlab', access: accessOf(name) },
          source: given({
            ip: firstText(record.ip_address, record['meta.remote_ip'], details.ip_address),
            userAgent: firstText(record['meta.user_agent'], record.user_agent),
          }),
          outcome: isRefused ? 'denied' : 'success',
          ...(target !== undefined && {
            resource: { id: isInside ? `${target}:${thing}` : target, ...given({ type }) },
          }),
          ...(token !== undefined && { credential: { id: token, kind: 'pat', longLived: true } }),
        },
      ],
    };
  },
};
