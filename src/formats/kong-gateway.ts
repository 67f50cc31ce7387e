/** Reads the log of Kong Gateway and Kong AI Gateway: which consumer called which service, model or tool through it. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOfEpoch,
  isNobody,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: "Log format" of Kong's logging plugins (HTTP Log, File Log) and "AI Gateway audit log reference", Kong Gateway 3.6 to 3.14
// and AI Gateway 2.0 (developer.konghq.com), as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** The consumer by its name, which stays; the id of its key is the credential. Calls that nobody signed have none. */
function whoOf(record: Fields): Pick<Activity, 'identity' | 'credential'> | undefined {
  const consumer = objectAt(record.consumer);
  const id = firstText(consumer?.username, consumer?.custom_id, consumer?.id);
  if (id === undefined || isNobody(id)) return undefined;
  const key = textAt(objectAt(record.authenticated_entity)?.id);
  const workspace = firstText(record.workspace_name, record.workspace);
  return {
    identity: {
      id,
      kind: id.includes('@') ? 'human' : 'service-account',
      provider: 'kong',
      ...given({ name: textAt(consumer?.custom_id), account: workspace }),
    },
    ...(key !== undefined && { credential: { id: key, kind: 'other' as const, longLived: true } }),
  };
}

/** One plugin's part of `ai`: under its own name in older versions (`ai.proxy`), or beside others of it (`ai.ai-proxy`). */
function aiOf(record: Fields): Fields | undefined {
  const ai = objectAt(record.ai);
  for (const name of ['proxy', 'ai-proxy', 'ai-proxy-advanced']) {
    const part = objectAt(ai?.[name]);
    if (part !== undefined) return part;
  }
  return undefined;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function actOf(record: Fields, context: ReadContext): Pick<Activity, 'action' | 'resource'> {
  const request = objectAt(record.request);
  const method = context.scrub(textAt(request?.method) ?? '').toUpperCase();
  const service = context.scrub(firstText(objectAt(record.service)?.name, objectAt(record.service)?.host) ?? '');
  const route = context.scrub(firstText(objectAt(record.route)?.name) ?? '');
  const meta = objectAt(aiOf(record)?.meta);
  const model = firstText(meta?.request_model, meta?.response_model);
  const tool = firstText(objectAt(objectAt(record.ai)?.mcp)?.tool_name);
  if (tool !== undefined) {
    const access: Access = accessOfName(context.scrub(tool));
    const server = service || route;
    return {
      action: {
        name: `tools/call:${context.scrub(tool)}`,
        service: 'mcp',
        access: access === 'unknown' ? 'execute' : access,
      },
      ...(server !== '' && { resource: { id: server, type: 'mcp-server' } }),
    };
  }
  if (model !== undefined)
    return {
      action: {
        name: 'llm-request',
        service: context.scrub(firstText(meta?.provider_name) ?? 'llm'),
        access: 'execute',
      },
      resource: { id: model, type: 'model' },
    };
  const path = context.scrub(firstText(record.upstream_uri, request?.uri) ?? '').split('?')[0]!;
  return {
    action: {
      name: [method, route || service].filter((part) => part !== '').join(' ') || 'request',
      service: service || 'kong',
      access: READS.has(method) ? 'read' : method === '' ? 'unknown' : 'write',
    },
    ...(path !== '' && { resource: { id: service === '' ? path : `${service}${path}`, type: 'path' } }),
  };
}

export const format: Format = {
  id: 'kong-gateway',
  about: {
    title: 'Kong Gateway and AI Gateway',
    source:
      'Entries of the logging plugins (HTTP Log, File Log, Kafka Log and others). Calls without a consumer are skipped; prompts and answers are not kept.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      instantOfEpoch(record.started_at) !== undefined &&
      objectAt(record.latencies) !== undefined &&
      objectAt(record.request) !== undefined &&
      typeof record.client_ip === 'string'
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOfEpoch(record.started_at);
    if (at === undefined) return dead('started_at: expected milliseconds since the epoch');
    const who = whoOf(record);
    if (who === undefined) return skip('the call has no consumer: nobody signed it');
    const request = objectAt(record.request);
    const id = textAt(request?.id);
    return {
      status: 'read',
      activities: [
        {
          id: `kong:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          ...actOf(record, context),
          source: given({
            ip: textAt(record.client_ip),
            userAgent: firstText(
              objectAt(request?.headers)?.['user-agent'],
              objectAt(request?.headers)?.['User-Agent'],
            ),
          }),
          ...outcomeOfHttp(objectAt(record.response)?.status),
        },
      ],
    };
  },
};
