/** Reads the log of the LiteLLM proxy: which key called which model or tool, for whom, never what was said. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: "StandardLoggingPayload Specification" of LiteLLM's documentation (proxy/logging_spec) and the rows of LiteLLM_SpendLogs. The
// samples follow what the proxy 1.105.7 wrote with a stand-in for the model; test/tools/litellm/make-log.sh makes such a log again.

type Fields = Readonly<Record<string, unknown>>;

const isPayload = (record: Fields) =>
  typeof record.call_type === 'string' && 'startTime' in record && objectAt(record.metadata) !== undefined;
const isSpend = (record: Fields) =>
  typeof record.call_type === 'string' && typeof record.request_id === 'string' && 'api_key' in record;

/** Seconds since the epoch, or a time as text. */
function timeOf(value: unknown): string | undefined {
  return instantOfEpoch(value) ?? instantOf(value, true);
}

/** The same call has two names, one for each way Python calls it: `acompletion` is `completion`. */
const operationOf = (call: string) =>
  call.replace(
    /^_?a(?=(?:completion|text_completion|embedding|image|transcription|speech|rerank|moderation|responses|anthropic|generate|batch|create|retrieve|delete|list|file|search|ocr|video|realtime|vector))/,
    '',
  );

function accessOf(operation: string): Access {
  const access = accessOfName(operation);
  return /^(?:create|delete|retrieve|list|cancel|update|file)/.test(operation) && access !== 'unknown'
    ? access
    : 'execute';
}

/**
 * A key by the alias that its owner gave it, which stays when the key is made anew; else by its hash. A key that was refused and
 * has no owner is whatever a stranger typed, and nobody.
 */
function whoOf(
  metadata: Fields,
  record: Fields,
  isRefused: boolean,
): Pick<Activity, 'identity' | 'credential'> | undefined {
  const alias = textAt(metadata.user_api_key_alias);
  const hash = firstText(metadata.user_api_key_hash, metadata.user_api_key, record.api_key);
  const owner = firstText(metadata.user_api_key_team_id, metadata.user_api_key_user_id, record.team_id, record.user);
  const id = alias ?? hash;
  if (id === undefined || isNobody(id) || (isRefused && alias === undefined && owner === undefined)) return undefined;
  return {
    identity: {
      id,
      kind: 'api-key',
      provider: 'litellm',
      ...given({ account: firstText(metadata.user_api_key_org_id, record.organization_id) }),
    },
    ...(hash !== undefined && { credential: { id: hash, kind: 'other' as const, longLived: true } }),
  };
}

/** Who the proxy says the call is for: the end user that the caller named, then the person that the key belongs to. */
function chainOf(metadata: Fields, record: Fields): Activity['onBehalfOf'] {
  const chain: NonNullable<Activity['onBehalfOf']> = [];
  const end = firstText(record.end_user, metadata.user_api_key_end_user_id);
  if (end !== undefined && !isNobody(end)) chain.push({ id: end, kind: 'end-user' });
  const owner = firstText(metadata.user_api_key_user_id, record.user);
  if (owner !== undefined && !isNobody(owner) && owner !== 'default_user_id') chain.push({ id: owner, kind: 'human' });
  return chain.length === 0 ? undefined : chain;
}

function outcomeOf(record: Fields, metadata: Fields): Pick<Activity, 'outcome' | 'errorCode'> {
  const error = objectAt(record.error_information) ?? objectAt(metadata.error_information);
  const code = firstText(error?.error_code, error?.error_class);
  const isStopped = /intervened|blocked/i.test(textAt(objectAt(record.status_fields)?.guardrail_status) ?? '');
  const hasFailed = record.status === 'failure' || metadata.status === 'failure';
  if (isStopped) return { outcome: 'denied', errorCode: 'guardrail_intervened' };
  if (!hasFailed) return { outcome: 'success' };
  const byStatus = outcomeOfHttp(code);
  return byStatus.outcome === 'success' ? { outcome: 'failed', ...given({ errorCode: code }) } : byStatus;
}

function actOf(record: Fields, metadata: Fields, context: ReadContext): Pick<Activity, 'action' | 'resource'> {
  const call = context.scrub(textAt(record.call_type) ?? '');
  const tool = objectAt(metadata.mcp_tool_call_metadata);
  const name = context.scrub(firstText(tool?.name) ?? '');
  const server = firstText(tool?.mcp_server_name, objectAt(tool?.mcp_server_cost_info)?.mcp_server_name);
  if (call === 'call_mcp_tool' && name !== '')
    return {
      action: { name: `tools/call:${name}`, service: 'mcp', access: accessOfName(name) },
      ...(server !== undefined && { resource: { id: server, type: 'mcp-server' } }),
    };
  const operation = operationOf(call);
  // The name that callers know it by: the deployment behind it may change from call to call.
  const model = firstText(record.model_group, record.model);
  return {
    action: { name: operation, service: 'litellm', access: accessOf(operation) },
    ...(model !== undefined && { resource: { id: model, type: 'model' } }),
  };
}

/** The run that the call belongs to, and the tools that it offered the model. */
function runOf(record: Fields): Activity['run'] {
  const id = firstText(record.session_id, record.trace_id);
  if (id === undefined) return undefined;
  const declared = listAt(objectAt(record.model_parameters)?.tools).flatMap((tool) => {
    const offered = objectAt(tool);
    return firstText(objectAt(offered?.function)?.name, offered?.name) ?? [];
  });
  return { id, ...(declared.length > 0 && { declared }) };
}

export const format: Format = {
  id: 'litellm',
  about: {
    title: 'LiteLLM proxy',
    source:
      'StandardLoggingPayload, as the loggers to S3, GCS, Azure, SQS or an HTTP endpoint write it, or rows of LiteLLM_SpendLogs. Prompts and answers are not kept.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return record !== undefined && (isPayload(record) || isSpend(record));
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = timeOf(record.startTime);
    if (at === undefined) return dead('startTime: expected seconds since the epoch, or a time');
    if (textAt(record.call_type) === undefined) return dead('call_type: expected a non-empty string');
    const metadata = objectIn(record.metadata) ?? {};
    const outcome = outcomeOf(record, metadata);
    const who = whoOf(metadata, record, outcome.outcome === 'denied');
    if (who === undefined) return skip('the call names no key: one that is unknown, or none');
    // The id of the answer is the model's, and not its own in every model.
    const id = firstText(record.litellm_call_id, record.request_id);
    const chain = chainOf(metadata, record);
    return {
      status: 'read',
      activities: [
        {
          id: `litellm:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          ...actOf(record, metadata, context),
          source: given({
            ip: firstText(record.requester_ip_address, metadata.requester_ip_address),
            userAgent: firstText(record.user_agent, metadata.user_agent),
          }),
          ...outcome,
          ...given({ onBehalfOf: chain, run: runOf(record) }),
        },
      ],
    };
  },
};
