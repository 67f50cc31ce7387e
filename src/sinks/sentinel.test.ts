import { afterEach, expect, it } from 'vitest';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { type HttpReceiver, httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sentinelRow, sink } from './sentinel.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const RULE = `dcr-${'1a'.repeat(16)}`;
const TENANT = 'cccc1111-0000-4000-8000-00000000000c';
const CLIENT = 'bbbb1111-0000-4000-8000-00000000000b';
const grant = (access_token: string, expires_in: unknown = 3_599) => ({
  status: 200,
  body: JSON.stringify({ token_type: 'Bearer', access_token, expires_in }),
});

async function opened() {
  const [authority, endpoint] = await Promise.all([httpReceiver(grant('token-1')), httpReceiver({ status: 204 })]);
  const context = sinkContext({ secret: 's3cr&t value' });
  undo.push(
    () => authority.close(),
    () => endpoint.close(),
    () => context.close(),
  );
  let now = 1_772_359_200_000;
  const options = sink.options.parse({
    endpoint: `${endpoint.url}/`,
    ruleId: RULE,
    tenantId: TENANT,
    clientId: CLIENT,
    clientSecretFile: 'secret',
    authority: authority.url,
  });
  const open = await sink.open(options, { ...context, clock: { now: () => now } });
  const send = (alert = exampleAlert()) =>
    open.deliver(deliveryOf(alert, sink.encode(alert, options)), AbortSignal.timeout(5_000));
  const later = (ms: number) => {
    now += ms;
  };
  return { authority, endpoint, send, later };
}

const bearers = (receiver: HttpReceiver) => receiver.received.map(({ headers }) => headers.authorization);

it("asks for a token as Entra wants it, and sends a list of one row to the rule's stream", async () => {
  const { authority, endpoint, send } = await opened();
  expect(await send()).toEqual({ status: 'delivered' });
  expect(authority.received[0]).toMatchObject({ method: 'POST', path: `/${TENANT}/oauth2/v2.0/token` });
  expect(Object.fromEntries(new URLSearchParams(authority.received[0]!.body))).toEqual({
    grant_type: 'client_credentials',
    client_id: CLIENT,
    client_secret: 's3cr&t value',
    scope: 'https://monitor.azure.com/.default',
  });
  expect(endpoint.received[0]).toMatchObject({
    method: 'POST',
    path: `/dataCollectionRules/${RULE}/streams/Custom-TidemarkAlerts?api-version=2023-01-01`,
    headers: { authorization: 'Bearer token-1', 'content-type': 'application/json' },
  });
  expect(JSON.parse(endpoint.received[0]!.body)).toEqual([JSON.parse(JSON.stringify(sentinelRow(exampleAlert())))]);
});

it('keeps a token until shortly before it ends, and asks once for many deliveries', async () => {
  const { authority, endpoint, send, later } = await opened();
  await Promise.all([send(), send(), send()]);
  later(3_000_000);
  await send();
  expect(authority.received).toHaveLength(1);
  authority.usual = grant('token-2', '3599');
  later(600_000);
  await send();
  expect(bearers(endpoint)).toEqual([...Array(4).fill('Bearer token-1'), 'Bearer token-2']);
});

it('a token that was taken back is asked for anew', async () => {
  const { authority, endpoint, send } = await opened();
  endpoint.answers.push({ status: 401 });
  expect(await send()).toEqual({ status: 'retry', reason: 'HTTP 401' });
  authority.usual = grant('token-2');
  expect(await send()).toEqual({ status: 'delivered' });
  expect(bearers(endpoint)).toEqual(['Bearer token-1', 'Bearer token-2']);
});

it('a wrong secret, or an answer without a token, is tried again and never told', async () => {
  const { authority, endpoint, send } = await opened();
  authority.usual = { status: 401, body: '{"error":"invalid_client","error_description":"s3cr&t value"}' };
  expect(await send()).toEqual({ status: 'retry', reason: 'token: HTTP 401' });
  authority.usual = { status: 200, body: '{"token_type":"Bearer"}' };
  expect(await send()).toEqual({ status: 'retry', reason: 'token: no token in the answer' });
  authority.usual = { status: 410 };
  expect(await send()).toEqual({ status: 'retry', reason: 'token: HTTP 410' });
  expect(endpoint.received).toHaveLength(0);
});

it('what the rule refuses is refused, what is busy comes back', async () => {
  const { endpoint, send } = await opened();
  endpoint.answers.push({ status: 400 }, { status: 429, headers: { 'retry-after': '9' } });
  expect(await send()).toEqual({ status: 'refused', reason: 'HTTP 400' });
  expect(await send()).toMatchObject({ status: 'retry', retryAfterMs: 9_000 });
});
