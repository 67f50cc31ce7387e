/** Reads the audit log of Azure DevOps: what service principals, build services, tokens and people do to repositories, pipelines and rights. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  inSmallLetters,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: REST API 7.1 of Azure DevOps, "Audit Log - Query" (DecoratedAuditLogEntry), and the table AzureDevOpsAuditing of streams to
// Azure Monitor, as of November 2026. The names inside `data` are not listed there: those of groups, permissions, tokens, policies, licences and
// releases are as records show them that Google SecOps prints of streams to Event Grid and Log Analytics ("Collect Azure DevOps audit logs"), and
// as exports of organisations that are read in public repositories; the others were not compared.

type Fields = Readonly<Record<string, unknown>>;

const MECHANISMS = ['authenticationMechanism', 'AuthenticationMechanism'];

const actionIn = (entry: Fields) => firstText(entry.actionid, entry.operationname);
const NO_ID = /^(?:[0-]*|Azure DevOps User)$/;
const SERVICE_ITSELF = /^[0-9a-f]{8}-0000-8888-8000-0{12}$/i;
const named = (value: unknown) => {
  const text = textAt(value);
  return text === undefined || NO_ID.test(text) || isNobody(text) ? undefined : text;
};

function whoOf(entry: Fields, context: ReadContext): Activity['identity'] | undefined {
  const scope = textAt(context.scrub(textAt(entry.scopedisplayname) ?? ''))?.replace(
    / \((?:Organization|Collection|Enterprise)\)$/,
    '',
  );
  const home = given({ account: scope ?? textAt(entry.scopeid) });
  const name = named(entry.actordisplayname);
  const client = textAt(context.scrub(named(entry.actorclientid) ?? ''));
  if (client !== undefined)
    return { id: client.toLowerCase(), kind: 'service-account', provider: 'azure-devops', ...given({ name }), ...home };
  const told = named(entry.actorupn);
  // The parts of the service itself have names in the place of an address, and ids of one kind.
  if (SERVICE_ITSELF.test(textAt(entry.actoruserid) ?? '') && !told?.includes('@')) {
    const id = told ?? name ?? textAt(entry.actoruserid)!;
    return { id: context.scrub(id), kind: 'provider-service', provider: 'azure-devops', ...home };
  }
  const upn = context.scrub(told ?? '').toLowerCase();
  const id = textAt(upn) ?? named(entry.actoruserid) ?? named(entry.actorcuid);
  // The service itself has a name and no id.
  if (id === undefined)
    return name === undefined ? undefined : { id: name, kind: 'provider-service', provider: 'azure-devops', ...home };
  const isService = /\bBuild Service \(/.test(name ?? '') || (!id.includes('@') && /^S2S/i.test(mechanismOf(entry)));
  return {
    id,
    kind: isService ? 'service-account' : id.includes('@') ? 'human' : 'unknown',
    provider: 'azure-devops',
    ...given({ name }),
    ...home,
  };
}

const mechanismOf = (entry: Fields) => textAt(entry.authenticationmechanism) ?? '';

/**
 * How one signed in, with the number of the token where it was one: `PAT_Unscoped authorizationId: 04a4...`. The field holds 64 characters, so
 * that the end of the number is missing.
 */
function credentialOf(entry: Fields): Activity['credential'] {
  const [, how = '', id] = /^(\w+).*authorizationId: ?([0-9a-f-]{20,36})/i.exec(mechanismOf(entry)) ?? [];
  if (id === undefined) return undefined;
  return /^PAT/i.test(how) ? { id, kind: 'pat', longLived: true } : { id, kind: 'session-token' };
}

/** Areas and acts by which it is governed who may do what, with which secrets, and what is checked before. */
const GOVERNS =
  /^(?:Security|Group|Permission|Token|Policy|Extension|Licensing|Organization|AuditLog|OrganizationPolicy|Library|CheckConfiguration|ServiceEndpoint)\.|Bypass|Authorized|Permission/i;
const BY_CATEGORY: Readonly<Record<string, Access>> = {
  access: 'read',
  create: 'write',
  modify: 'write',
  remove: 'write',
  execute: 'execute',
};

/** Streams tell it by number, as well as by name. */
const CATEGORIES = ['unknown', 'modify', 'remove', 'create', 'access', 'execute'];
const categoryOf = ({ category, categorydisplayname }: Fields) =>
  (CATEGORIES[Number(category)] ?? firstText(category, categorydisplayname) ?? '').toLowerCase();

function accessOf(action: string, category: string): Access {
  const told = Object.hasOwn(BY_CATEGORY, category) ? BY_CATEGORY[category]! : 'unknown';
  if (told === 'read' || told === 'execute') return told;
  if (GOVERNS.test(action)) return 'admin';
  return told === 'unknown' && /^(?:Pipelines?|Release)\..*(?:Run|Deploy|Executed)/i.test(action) ? 'execute' : told;
}

/** What the data of an act names, by its area, the narrowest first; the same things have other names in other areas. */
const THINGS: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/^Git\./i, ['RepoName', 'RepositoryName', 'RepoId', 'RepositoryId'], 'repository'],
  [/^Pipelines?\./i, ['PipelineName', 'ResourceName', 'AgentPoolName', 'PipelineId', 'ResourceId'], 'pipeline'],
  [/^Release\./i, ['PipelineName', 'ReleaseDefinitionName', 'ReleaseName', 'PipelineId'], 'release pipeline'],
  [
    /^(?:Library|ServiceEndpoint)\./i,
    [
      'ConnectionName',
      'VariableGroupName',
      'SecureFileName',
      'AgentPoolName',
      'ResourceName',
      'Name',
      'ConnectionId',
      'VariableGroupId',
    ],
    'library',
  ],
  [/^Group\./i, ['GroupName', 'GroupId'], 'group'],
  [/^Token\./i, ['DisplayName', 'TokenType', 'AuthorizationId'], 'token'],
  [/^(?:Security|Permission)\./i, ['Token', 'NamespaceName', 'SubjectDisplayName', 'SubjectDescriptor'], 'permission'],
  [
    /^(?:Policy|CheckConfiguration)\./i,
    ['RepoName', 'PolicyTypeDisplayName', 'ResourceName', 'PolicyName', 'PolicyTypeId'],
    'policy',
  ],
  [/^Licensing\./i, ['UserIdentifier'], 'licence'],
  [/^Extension\./i, ['ExtensionName', 'ExtensionId'], 'extension'],
  [/^Project\./i, ['ProjectName', 'ProjectId'], 'project'],
];

function targetOf(entry: Fields, action: string, context: ReadContext): Activity['resource'] {
  const data = objectIn(entry.data) ?? {};
  const project = textAt(entry.projectname);
  for (const [about, names, type] of THINGS) {
    const found = about.test(action) ? firstText(...names.map((name) => data[name])) : undefined;
    if (found === undefined) continue;
    const id = project === undefined || type === 'project' || type === 'extension' ? found : `${project}/${found}`;
    return { id: context.scrub(id), type };
  }
  const place = project ?? textAt(entry.projectid);
  return place === undefined || NO_ID.test(place) ? undefined : { id: place, type: 'project' };
}

/** A token that was made, and what it may do; a member that a group has now, and so its rights. */
function changeOf(entry: Fields, action: string, context: ReadContext): Activity['change'] {
  const data = objectIn(entry.data) ?? {};
  if (/^Token\.\w+Create/i.test(action)) {
    const scopes = listAt(data.Scopes).flatMap((scope) => textAt(scope) ?? []);
    return {
      kind: 'credential',
      ...given({ credential: textAt(data.AuthorizationId) }),
      ...(scopes.length > 0 && { rights: scopes.map((scope) => context.scrub(scope)) }),
    };
  }
  if (!/^Group\.UpdateGroupMembership\.Add$/i.test(action)) return undefined;
  const group = textAt(data.GroupName);
  return { kind: 'right', ...(group !== undefined && { rights: [context.scrub(group)] }) };
}

export const format: Format = {
  id: 'azure-devops',
  about: {
    title: 'Azure DevOps audit log',
    source:
      'Entries of the audit API ({"decoratedAuditLogEntries": [...]}), of audit streams, or of the table AzureDevOpsAuditing.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    const action = firstText(record.actionId, record.ActionId, record.OperationName);
    return (
      action !== undefined &&
      /^[A-Za-z]+\.[\w.-]+$/.test(action) &&
      // How one signed in is not told of what the service does by itself.
      ('actorCUID' in record || 'ActorCUID' in record || MECHANISMS.some((name) => name in record)) &&
      ['actorUPN', 'ActorUPN', 'actorCUID', 'ActorCUID'].some((name) => name in record)
    );
  },
  split(raw) {
    const answer = objectAt(raw);
    const entries = (objectAt(answer?.value) ?? answer)?.decoratedAuditLogEntries;
    return Array.isArray(entries) ? entries : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    // The API begins names with small letters, streams and tables with capitals.
    const entry = inSmallLetters(record);
    const at = instantOf(firstText(entry.timestamp, entry.timegenerated), true);
    if (at === undefined) return dead('timestamp: expected a time');
    const action = context.scrub(actionIn(entry) ?? '');
    if (action === '') return dead('actionId: expected a non-empty string');
    const identity = whoOf(entry, context);
    if (identity === undefined) return skip('the actor names nobody');
    const id = textAt(entry.id);
    const target = targetOf(entry, action, context);
    return {
      status: 'read',
      activities: [
        {
          id: `azure-devops:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: {
            name: action,
            service: action.split('.')[0]!.toLowerCase(),
            access: accessOf(action, categoryOf(entry)),
          },
          source: given({ ip: textAt(entry.ipaddress), userAgent: textAt(entry.useragent) }),
          // The log tells what was done.
          outcome: 'success',
          ...given({ credential: credentialOf(entry), resource: target, change: changeOf(entry, action, context) }),
        },
      ],
    };
  },
};
