import { describe, expect, test } from 'vitest';
import { approvalRoutes } from './approval-routes.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { openapi } from './openapi.ts';
import { signalRoutes } from './signal-routes.ts';
import { streamRoutes } from './stream-routes.ts';
import { suspensionRoutes } from './suspension-routes.ts';

interface Operation {
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { anyOf?: object[] } }>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, object>> }>>;
}

// Describing them asks nothing of what stands behind them.
const nothing = {} as never;
const { paths } = openapi(
  [
    ...suspensionRoutes(nothing),
    ...approvalRoutes(nothing),
    ...inventoryRoutes(nothing),
    ...signalRoutes(nothing),
    ...streamRoutes(nothing),
  ],
  '1.2.3',
) as { paths: Record<string, Record<string, Operation>> };
const of = (method: string, path: string) => paths[path]![method]!;

describe('the description of the API', () => {
  test('says what may be signed instead of bearing a token, and how', () => {
    for (const verb of ['approve', 'reject', 'lift']) {
      const { security, requestBody } = of('post', `/v1/suspensions/{id}/${verb}`);
      expect(security).toEqual([{ token: [] }, { webhookId: [], webhookTimestamp: [], webhookSignature: [] }]);
      expect(JSON.stringify(requestBody)).toContain(`suspension.${verb}`);
      expect(requestBody?.content['application/json']?.schema.anyOf).toHaveLength(2);
    }
    expect(of('post', '/v1/call-backs').security).toEqual([
      { webhookId: [], webhookTimestamp: [], webhookSignature: [] },
    ]);
  });

  test('says what is no JSON', () => {
    expect(Object.keys(of('get', '/approvals/{token}').responses[200]!.content)).toEqual(['text/html; charset=utf-8']);
    expect(of('post', '/approvals/{token}')).toMatchObject({ security: [] });
    const form = of('post', '/approvals/{token}').requestBody?.content;
    expect(Object.keys(form ?? {})).toEqual(['application/x-www-form-urlencoded']);
    expect(Object.keys(of('post', '/v1/signals/events').requestBody?.content ?? {})).toEqual([
      'application/secevent+jwt',
    ]);
  });

  test('holds every door, and no reference that leads nowhere', () => {
    expect(Object.keys(of('post', '/v1/inventory').requestBody?.content ?? {})).toContain('application/x-ndjson');
    expect(Object.keys(paths['/v1/signals/streams'] ?? {}).sort()).toEqual(['delete', 'get', 'patch', 'post', 'put']);
    for (const path of ['/.well-known/ssf-configuration', '/v1/signals/jwks'])
      expect(of('get', path).security).toEqual([]);
    expect(of('post', '/v1/signals/poll/{id}').security).toEqual([{ token: [] }]);
    expect(JSON.stringify(paths)).not.toContain('"$ref"');
  });

  test('tells of every property, also of one that is called like the name of a schema', () => {
    const { schema } = of('get', '/v1/suspensions/{id}').responses[200]!.content['application/json'] as never as {
      schema: { properties: { suspension: { properties: { id: object; identity: { properties: { id: object } } } } } };
    };
    expect(schema.properties.suspension.properties.id).toMatchObject({ type: 'string' });
    expect(schema.properties.suspension.properties.identity.properties.id).toMatchObject({ type: 'string' });
  });
});
