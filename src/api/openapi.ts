/** Describes the routes in OpenAPI 3.1, from the very schemas that check the requests. */
import { type ZodType, z } from 'zod';
import { problemSchema } from '../../schemas/api-records.ts';
import type { Route } from './route.ts';

const schema = (type: ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
    reused: 'inline',
  }) as Record<string, unknown>;
  return inlined(rest, (rest.$defs ?? {}) as Record<string, unknown>);
};

/** Definitions of one schema are of no use inside a larger document: they are written out in their place. */
function inlined(node: unknown, definitions: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item) => inlined(item, definitions));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, $defs: _, ...rest } = node as Record<string, unknown>;
  // The name of a schema is text; what is called `id` among properties is a schema.
  if (typeof rest.id === 'string') delete rest.id;
  const target = typeof $ref === 'string' ? definitions[$ref.slice($ref.lastIndexOf('/') + 1)] : undefined;
  const whole = { ...(target as object | undefined), ...rest } as Record<string, unknown>;
  delete whole.$defs;
  if (typeof whole.id === 'string') delete whole.id;
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, inlined(value, definitions)]));
}

function parametersOf({ path, query }: Route): object[] {
  const inPath = [...path.matchAll(/:([a-z]+)/gi)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const { properties = {}, required = [] } = (query === undefined ? {} : schema(query, 'input')) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
  return [...inPath, ...inQuery];
}

function bodyOf({ body, records, takes, raw, signed }: Route): object | undefined {
  if (takes !== undefined)
    return Object.fromEntries(
      takes.map((type) => [type, { schema: type === 'application/json' ? {} : { type: 'string', format: 'binary' } }]),
    );
  if (records) return { 'application/x-ndjson': { schema: { type: 'string' } }, 'application/json': { schema: {} } };
  if (raw !== undefined) return { [raw]: { schema: { type: 'string' } } };
  if (body === undefined) return undefined;
  const plain = schema(body, 'input');
  if (signed?.by !== 'signer') return { 'application/json': { schema: plain } };
  const envelope = {
    description: 'What is signed; `data` is the body, and the id of the path.',
    type: 'object',
    required: ['type', 'data'],
    properties: {
      type: { enum: signed.types },
      timestamp: { type: 'string', format: 'date-time' },
      data: { type: 'object' },
    },
  };
  return { 'application/json': { schema: { anyOf: [plain, envelope] } } };
}

function operation(route: Route): object {
  const content = bodyOf(route);
  const { scope, signed, answer, answers = 'application/json' } = route;
  const security = [...(scope === undefined ? [] : [{ token: [] }]), ...(signed === undefined ? [] : [SIGNATURE])];
  return {
    summary: route.summary,
    parameters: parametersOf(route),
    ...(content && { requestBody: { required: true, content } }),
    security,
    ...(scope !== undefined && { 'x-scope': scope }),
    responses: {
      [route.status ?? 200]: {
        description: 'Done.',
        content: { [answers]: { schema: answer === undefined ? { type: 'string' } : schema(answer, 'output') } },
      },
      default: {
        description: 'Not done, and why.',
        content: { 'application/problem+json': { schema: schema(problemSchema, 'output') } },
      },
    },
  };
}

/** The three headers of Standard Webhooks go together. */
const SIGNATURE = { webhookId: [], webhookTimestamp: [], webhookSignature: [] };
const header = (name: string) => ({ type: 'apiKey', in: 'header', name });

export function openapi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:([a-z]+)/gi, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tidemark', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        webhookId: header('webhook-id'),
        webhookTimestamp: header('webhook-timestamp'),
        webhookSignature: header('webhook-signature'),
      },
    },
  };
}
