/** Reads GitHub audit log events of an organisation or enterprise, git and API request events among them. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  EVERYBODY,
  type Format,
  instantOf,
  instantOfEpoch,
  isNobody,
  numberAt,
  objectAt,
  type Reading,
  recipientsOf,
  textAt,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;
type Credential = NonNullable<Activity['credential']>;

/** An id that GitHub writes as a number and some exporters as text; 0 and less are nobody's. */
function idAt(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  return textAt(value);
}

/** Milliseconds since the epoch, as GitHub writes times, or the text that an exporter made of them. */
function timeOf(record: Fields): string | undefined {
  for (const value of [record['@timestamp'], record.at_sign_timestamp, record.created_at]) {
    const at = instantOfEpoch(value) ?? instantOf(value, true);
    if (at !== undefined) return at;
  }
  return undefined;
}

/** The account's number outlives a change of its name; names are the same whatever their case. */
function identityOf(record: Fields, actor: string | undefined): Activity['identity'] | undefined {
  const login = actor?.toLowerCase().replace(/(?<!\s)\s+bot$/, '[bot]');
  const id = idAt(record.actor_id) ?? login;
  if (id === undefined || isNobody(id)) return undefined;
  const isBot = record.actor_is_bot === true || login?.endsWith('[bot]') === true;
  const kind = record.actor_is_agent === true ? 'agent' : isBot ? 'bot' : 'human';
  const identity: Activity['identity'] = { id, kind, provider: 'github' };
  if (actor !== undefined && actor !== id) identity.name = actor;
  const account = textAt(record.business) ?? textAt(record.org) ?? textAt(record.repo)?.split('/')[0];
  if (account !== undefined) identity.account = account;
  return identity;
}

function credentialKind(type: string): Pick<Credential, 'kind' | 'longLived'> {
  if (/deploy.?key|ssh/.test(type)) return { kind: 'signing-key', longLived: true };
  if (/personal/.test(type)) return { kind: 'pat', longLived: true };
  if (/oauth|user-to-server/.test(type)) return { kind: 'oauth-token' };
  return { kind: /app/.test(type) ? 'session-token' : 'other' };
}

/** The hash names one token everywhere; the bare number only together with the kind of token it counts. */
function credentialOf(record: Fields): Activity['credential'] {
  const kind = credentialKind(textAt(record.programmatic_access_type)?.toLowerCase() ?? '');
  const hash = textAt(record.hashed_token);
  if (hash !== undefined) return { id: hash, ...kind };
  const number = idAt(record.token_id);
  return number === undefined ? undefined : { id: `${kind.kind}:${number}`, ...kind };
}

/** Categories, the part of the action before its first dot, by which access, keys, protections and integrations are governed. */
const GOVERNS =
  /^(?:org|business|enterprise|team|role|repository_role|organization_role|organization_moderators|members_can|ip_allow_list|sso|external|oauth|integration|personal_access_token|public_key|deploy_key|gpg_key|ssh_|hook|protected_branch|repository_ruleset|required_status|secret|dependabot|repository_secret|repository_vulnerability|repository_advisory|business_|audit_log|two_factor|codespaces_trusted)/;
/** The same in routes of the REST API. */
const GOVERNING_ROUTE =
  /\/(?:collaborators|members|memberships|teams|hooks|keys|secrets|variables|rulesets|protection|permissions|installations|invitations|outside_collaborators)(?:\/|$)/;
const OPERATIONS: ReadonlyMap<unknown, Access> = new Map<unknown, Access>([
  ['access', 'read'],
  ['authentication', 'authenticate'],
  ['create', 'write'],
  ['modify', 'write'],
  ['remove', 'write'],
  ['restore', 'write'],
  ['transfer', 'write'],
]);

/**
 * `git.clone` and `git.fetch` read, `git.push` writes; API requests by their method; else GitHub's `operation_type`, or the
 * verb of the action where the log leaves it out. What changes a governing category, or who may enter a repository, is `admin`.
 */
function accessOf(record: Fields, action: string): Access {
  const [category = '', verb = ''] = action.split('.');
  if (category === 'git') return verb === 'push' ? 'write' : 'read';
  if (action === 'api.request') {
    if (/^(?:GET|HEAD|OPTIONS)$/i.test(textAt(record.request_method) ?? '')) return 'read';
    return GOVERNING_ROUTE.test(textAt(record.route) ?? textAt(record.url_path) ?? '') ? 'admin' : 'write';
  }
  const operation = OPERATIONS.get(record.operation_type);
  if (operation === 'read' || operation === 'authenticate') return operation;
  if (category === 'workflows')
    return operation === undefined || record.operation_type === 'create'
      ? /^(?:delete|disable|enable|cancel)/.test(verb)
        ? 'write'
        : 'execute'
      : record.operation_type === 'modify' && /^(?:re_?run|approve|prepare|create|start)/.test(verb)
        ? 'execute'
        : 'write';
  const named = accessOfName(action.slice(category.length + 1));
  if (operation === undefined && named === 'read') return 'read';
  if (GOVERNS.test(category) || /member|collaborator|^access$|visibility|admin|permission/.test(verb)) return 'admin';
  return operation ?? (named === 'authenticate' ? 'unknown' : named);
}

/** The log tells what was done; only API requests carry a status, and refused sign-ins say so by their name. */
function outcomeOf(record: Fields, action: string): Pick<Activity, 'outcome' | 'errorCode'> {
  const status = Number(record.status_code ?? 0);
  if (action === 'api.request' && status >= 400)
    return { outcome: status === 401 || status === 403 ? 'denied' : 'failed', errorCode: String(status) };
  return { outcome: /failed_login|login_failure|_denied$|rejected/.test(action) ? 'denied' : 'success' };
}

function resourceOf(record: Fields, action: string): Activity['resource'] {
  const org = textAt(record.org);
  // Who may enter a team may enter all that it may: one team of an organisation is not another.
  const team = action.startsWith('team.') ? (textAt(record.team) ?? textAt(objectAt(record.data)?.team)) : undefined;
  if (team !== undefined && record.repo === undefined)
    return { id: team, type: 'team', ...(org !== undefined && { account: org }) };
  const user = textAt(record.user);
  if (action.startsWith('user.') && user !== undefined && user !== textAt(record.actor))
    return { id: user, type: 'user' };
  const repository = textAt(record.repo) ?? textAt(record.repository);
  if (repository !== undefined)
    return org === undefined
      ? { id: repository, type: 'repository' }
      : { id: repository, type: 'repository', account: org };
  if (org !== undefined) return { id: org, type: 'organization' };
  const business = textAt(record.business);
  if (business !== undefined) return { id: business, type: 'enterprise' };
  return user === undefined ? undefined : { id: user, type: 'user' };
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** Acts that let somebody in, and the fields that name whom. */
const LETS_IN: Readonly<Record<string, readonly string[]>> = {
  'repo.add_member': ['user'],
  'repo.update_member': ['user'],
  'org.add_member': ['user'],
  'org.invite_member': ['invitee', 'user', 'email'],
  'org.update_member': ['user'],
  'org.add_outside_collaborator': ['user'],
  'business.invite_admin': ['invitee', 'user', 'email'],
  'business.add_admin': ['user'],
  'team.add_member': ['user'],
  'public_key.create': ['title', 'fingerprint'],
  'deploy_key.create': ['title', 'fingerprint'],
  'integration_installation.create': ['integration', 'name'],
  'oauth_authorization.create': ['oauth_application_name', 'oauth_application'],
  'repo.transfer_outgoing': ['new_nwo'],
  'repo.transfer': ['new_nwo', 'owner'],
};

/** Who may see a repository changes: before and after stand as `visibility` and `previous_visibility`. */
const isMadePublic = (record: Fields, action: string) =>
  /^repo\.(?:access|create|change_visibility)$/.test(action) && record.visibility === 'public';

/** Whom an act lets in: a person, a key, an app, another owner; everybody where a repository is made public. */
function recipientsIn(record: Fields, action: string): Activity['recipients'] {
  if (isMadePublic(record, action)) return recipientsOf([EVERYBODY]);
  // An action may be called as what every object has: `constructor`.
  const fields = Object.hasOwn(LETS_IN, action) ? LETS_IN[action]! : [];
  const id = fields.map((field) => idAt(record[field])).find((one) => one !== undefined);
  const isOutside = action === 'org.add_outside_collaborator' || action.startsWith('repo.transfer');
  // Who is a member of the organisation stands in no other record.
  return recipientsOf([{ id, kind: isOutside ? 'outside' : 'unknown' }]);
}

export const format: Format = {
  id: 'github-audit',
  about: {
    title: 'GitHub audit log',
    source:
      'Events of audit log streaming, of an export, or of the REST API of an organisation or enterprise; git events included.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined || typeof record.action !== 'string' || !/^[a-z0-9_]+\.[a-z0-9_.]+$/.test(record.action))
      return false;
    const isTimed = record['@timestamp'] ?? record.at_sign_timestamp ?? record.created_at;
    const isPlaced = record.org ?? record.repo ?? record.repository ?? record.business ?? record._document_id;
    // Exports of one organisation leave its name out; GitHub's milliseconds beside a login are enough then.
    const isBare = (numberAt(isTimed) ?? 0) > 1e12 && typeof record.actor === 'string';
    return (
      isTimed !== undefined &&
      (typeof isPlaced === 'string' || isBare) &&
      (record.actor ?? record.actor_id) !== undefined &&
      typeof record.actor !== 'object'
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const action = context.scrub(textAt(record.action) ?? '');
    if (action === '') return dead('action: expected a non-empty string');
    if (action === 'workflows.completed_workflow_run')
      return { status: 'skip', reason: 'the end of a workflow run: it was read when it began' };
    const at = timeOf(record);
    if (at === undefined) return dead('@timestamp: expected a time');
    const actor = textAt(context.scrub(textAt(record.actor) ?? ''));
    const identity = identityOf(record, actor);
    if (identity === undefined)
      return { status: 'skip', reason: 'an event without an actor, such as an anonymous clone' };
    const event = textAt(record._document_id);
    const method = textAt(record.request_method);
    const route = textAt(record.route) ?? textAt(record.url_path);
    const isRequest = action === 'api.request' && method !== undefined && route !== undefined;
    const activity: Activity = {
      id: `github:${event ?? context.hashOf(record)}`,
      at,
      tenant: context.tenant,
      identity,
      action: {
        name: isRequest ? `api:${method} ${context.scrub(route).split('?')[0]}` : action,
        service: action.split('.')[0] || action,
        access: accessOf(record, action),
      },
      source: {},
      ...outcomeOf(record, action),
    };
    const ip = textAt(record.actor_ip);
    if (ip !== undefined) activity.source.ip = ip;
    const country = textAt(objectAt(record.actor_location)?.country_code);
    if (country !== undefined) activity.source.country = country;
    const agent = textAt(record.user_agent);
    if (agent !== undefined) activity.source.userAgent = agent;
    const credential = credentialOf(record);
    if (credential !== undefined) activity.credential = credential;
    const chain: NonNullable<Activity['onBehalfOf']> = [];
    const integration = textAt(record.integration);
    if (integration !== undefined) chain.push({ id: integration, kind: 'integration' });
    const person = textAt(record.external_identity_nameid);
    if (person !== undefined) chain.push({ id: person, kind: 'human' });
    if (chain.length > 0) activity.onBehalfOf = chain;
    const resource = resourceOf(record, action);
    if (resource !== undefined) activity.resource = resource;
    const scopes = context
      .scrub(textAt(record.token_scopes) ?? '')
      .split(/[\s,]+/)
      .filter((scope) => scope !== '');
    if (scopes.length > 0) activity.scopes = scopes;
    const recipients = recipientsIn(record, action);
    if (recipients !== undefined) activity.recipients = recipients;
    const run = idAt(record.workflow_run_id);
    if (run !== undefined) activity.run = { id: run };
    return { status: 'read', activities: [activity] };
  },
};
