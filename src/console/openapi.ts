/** Describes the routes in OpenAPI 3.1, from the very schemas that check the requests. */
import { type ZodType, z } from 'zod';
import { problemSchema } from '../../schemas/api.ts';
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
  const { $ref, $defs: _, id: __, ...rest } = node as Record<string, unknown>;
  const target = typeof $ref === 'string' ? definitions[$ref.slice($ref.lastIndexOf('/') + 1)] : undefined;
  const whole = { ...(target as object | undefined), ...rest } as Record<string, unknown>;
  delete whole.$defs;
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

function operation(route: Route): object {
  const body = route.records
    ? {
        content: {
          'application/x-ndjson': { schema: { type: 'string' } },
          'application/json': { schema: {} },
        },
      }
    : route.body && { content: { 'application/json': { schema: schema(route.body, 'input') } } };
  return {
    summary: route.summary,
    parameters: parametersOf(route),
    ...(body && { requestBody: { required: true, ...body } }),
    ...(route.scope === undefined ? { security: [] } : { security: [{ token: [] }], 'x-scope': route.scope }),
    responses: {
      [route.status ?? 200]: {
        description: 'Done.',
        content: { 'application/json': { schema: schema(route.answer, 'output') } },
      },
      default: {
        description: 'Not done, and why.',
        content: { 'application/problem+json': { schema: schema(problemSchema, 'output') } },
      },
    },
  };
}

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
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}
