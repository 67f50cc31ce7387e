import { readdirSync } from 'node:fs';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import type { Suspension } from '../../../schemas/suspension.ts';
import { exampleSuspension } from '../../../test/unit/example-suspension.ts';
import { type HttpReceiver, httpReceiver } from '../../../test/unit/http-receiver.ts';
import { sinkContext, type TestContext } from '../../../test/unit/sink-context.ts';
import { discover, SHELVES } from '../../app/shelves.ts';
import type { Order, Responder, ResponderContext, ResponderType } from '../../ports/respond.ts';
import { openResponders } from '../open-responders.ts';
import { recipeSchema } from '../recipe.ts';
import { signAws } from '../sigv4.ts';

const CANARY = 'Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5';
const NOW = Date.parse('2026-11-02T04:00:00.000Z');
const types = await discover<ResponderType>(SHELVES.responders, 'responder');
const recipes = await discover<unknown>(SHELVES.recipes, 'recipe');
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const jwk = JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'ES256' });

let receiver: HttpReceiver;
let context: TestContext;
beforeEach(async () => {
  receiver = await httpReceiver();
  context = sinkContext({ hook: `whsec_${CANARY}`, token: CANARY, secret: CANARY, jwk });
});
afterEach(async () => {
  await receiver.close();
  await context.close();
});

function opened(options: Record<string, unknown>, files: Record<string, string> = {}): Promise<Responder> {
  const configured = configSchema.parse({ respond: { responders: { one: options } } }).respond.responders;
  const surroundings: ResponderContext = {
    ...context,
    clock: { now: () => NOW },
    recipes,
    file: (path) => files[path] ?? context.refuse(`no such file: ${path}`),
  };
  return openResponders(configured, types, surroundings).then((open) => open.get('one')!);
}
const orderOf = (change: Partial<Suspension> = {}, step: Order['step'] = 'act'): Order => {
  const suspension = exampleSuspension({ state: 'dispatched', dispatchedAt: '2026-11-02T03:16:00.000Z', ...change });
  const audit = { seq: 3, hash: 'ab'.repeat(32), at: '2026-11-02T03:16:00.000Z' };
  return { id: `${suspension.id}_${step}`, step, suspension, audit };
};
const signal = () => AbortSignal.timeout(1_000);
/** What a suspension becomes once the responder has looked at it. */
function prepared(responder: Responder, change: Partial<Suspension>, step: Order['step'] = 'act'): Order {
  const looked = responder.prepare(exampleSuspension(change));
  if (!looked.ok) return expect.unreachable(looked.reason);
  return orderOf({ ...change, parameters: { ...looked.parameters } }, step);
}

describe('the shelf', () => {
  test('holds what the documentation promises', () => {
    expect([...types.keys()]).toEqual(['recipe', 'scim', 'ssf', 'webhook']);
  });

  test.each(
    [
      { type: 'webhook', url: '', secretFile: 'hook' },
      { type: 'scim', url: '', tokenFile: 'token' },
      { type: 'ssf', url: '', issuer: 'https://i.example', audience: 'a', keyFile: 'jwk', tokenFile: 'token' },
      { type: 'recipe', recipe: 'okta-suspend-user', baseUrl: '', tokenFile: 'token' },
    ].map((options) => [options.type, options] as const),
  )('%s tells outages from refusals, ends in time, and lets no secret into a reason', async (_, options) => {
    const place = { url: receiver.url, ...(options.type === 'recipe' && { baseUrl: receiver.url }) };
    const { url, ...rest } = { ...options, ...place };
    const responder = await opened(options.type === 'recipe' ? rest : { url, ...rest });
    const target = { kind: 'identity', id: 'robot@example.com' } as const;
    const order = prepared(responder, { target });
    const said: string[] = [];
    const outcome = async (answer: HttpReceiver['usual'], limit = signal()) => {
      receiver.usual = answer;
      const result = await responder.carryOut(order, limit);
      said.push(JSON.stringify(result));
      return result;
    };
    for (const status of [429, 500, 502, 503, 504])
      expect(await outcome({ status, body: CANARY }), `${status}`).toMatchObject({ status: 'retry' });
    expect(await outcome({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({ retryAfterMs: 7_000 });
    for (const status of [301, 302, 400, 401, 403, 404, 410])
      expect(
        await outcome({ status, headers: { location: `${receiver.url}/${CANARY}` }, body: CANARY }),
        `${status}`,
      ).toMatchObject({ status: 'refused' });
    expect(await outcome('reset')).toMatchObject({ status: 'retry' });
    expect(await outcome('silent', AbortSignal.timeout(100))).toMatchObject({ status: 'retry' });
    expect(said.join('\n')).not.toContain(CANARY);
    expect(receiver.received.every(({ path }) => !path.includes(CANARY))).toBe(true);
  });

  test.each([
    [{ type: 'nonsense' }],
    [{ type: 'webhook', url: 'file:///etc/passwd', secretFile: 'hook' }],
    [{ type: 'webhook', url: 'https://user:pw@r.example', secretFile: 'hook' }],
    [{ type: 'webhook', url: 'https://r.example', secretFile: 'token' }],
    [{ type: 'webhook', url: 'https://r.example', secretFile: 'absent' }],
    [{ type: 'webhook', url: 'https://r.example', secretFile: 'hook', more: 1 }],
    [{ type: 'scim', url: 'https://r.example', tokenFile: 'token', identityPattern: '(' }],
    [{ type: 'ssf', url: 'https://r.example', issuer: 'https://i.example', audience: 'a', keyFile: 'token' }],
    [{ type: 'recipe' }],
    [{ type: 'recipe', recipe: 'nonsense', tokenFile: 'token' }],
    [{ type: 'recipe', recipe: 'okta-suspend-user', tokenFile: 'token' }],
    [{ type: 'recipe', recipe: 'okta-suspend-user', baseUrl: 'https://o.example?x=', tokenFile: 'token' }],
    [{ type: 'recipe', recipe: 'aws-deactivate-access-key', accessKeyId: 'AKIDEXAMPLE' }],
    [{ type: 'recipe', recipeFile: 'junk' }],
    [{ type: 'recipe', recipeFile: 'wrong' }],
  ])('refuses to open %j, and repeats no secret', async (options) => {
    const files = { junk: '{', wrong: JSON.stringify({ title: 'x' }) };
    const error = await opened(options, files).then(
      () => expect.unreachable('should have refused'),
      (thrown: Error) => thrown,
    );
    expect(error.name).toBe('ConfigError');
    expect(error.message).not.toContain(CANARY);
  });
});

describe('webhook', () => {
  test('is signed, and says the same at every attempt', async () => {
    const responder = await opened({ type: 'webhook', url: `${receiver.url}/act`, secretFile: 'hook' });
    receiver.answers.push({ status: 503 }, { status: 204 });
    const order = orderOf();
    expect(await responder.carryOut(order, signal())).toMatchObject({ status: 'retry' });
    expect(await responder.carryOut(order, signal())).toMatchObject({ status: 'done' });
    const [first, second] = receiver.received;
    expect(second).toMatchObject({ body: first!.body, path: '/act', method: 'POST' });
    expect(second!.headers['webhook-id']).toBe(order.id);
    const expected = new Webhook(`whsec_${CANARY}`).sign(order.id, new Date(NOW), second!.body);
    expect(second!.headers['webhook-signature']).toBe(expected);
    expect(Buffer.byteLength(second!.body)).toBeLessThan(20_000);
  });

  test.each([
    [{ status: 200 }, {}, 'done'],
    [{ status: 202 }, {}, 'accepted'],
    [{ status: 200 }, { callBack: true }, 'accepted'],
    [{ status: 200, body: '{"status":"done"}' }, { callBack: true }, 'done'],
    [{ status: 200, body: '{"status":"accepted"}' }, {}, 'accepted'],
    [{ status: 200, body: '{"status":"refused","detail":"no such key"}' }, {}, 'refused'],
    [{ status: 200, body: '{"status":"maybe"}' }, { callBack: true }, 'accepted'],
  ])('reads %j with %j as %s', async (answer, more, status) => {
    const responder = await opened({ type: 'webhook', url: receiver.url, secretFile: 'hook', ...more });
    receiver.usual = answer;
    expect(await responder.carryOut(orderOf(), signal())).toMatchObject({ status });
  });
});

describe('scim', () => {
  const json = (body: unknown) => ({ status: 200, body: JSON.stringify(body) });
  test('switches the one account off, believes the account and not the answer, and switches it on again', async () => {
    const responder = await opened({
      type: 'scim',
      url: `${receiver.url}/scim/v2/`,
      tokenFile: 'token',
      lookup: 'userName',
    });
    const target = { kind: 'identity', id: 'ro"bot\\@example.com' } as const;
    const off = prepared(responder, { target });
    receiver.answers.push(json({ Resources: [{ id: 'a/../b' }] }), { status: 204 }, json({ active: true }));
    expect(await responder.carryOut(off, signal())).toMatchObject({ status: 'retry' });
    receiver.answers.push(json({ Resources: [{ id: 'a/../b' }] }), { status: 204 }, json({ active: false }));
    expect(await responder.carryOut(off, signal())).toMatchObject({ status: 'done' });
    const [search, patch] = receiver.received;
    expect(new URL(search!.path, receiver.url).searchParams.get('filter')).toBe(
      'userName eq "ro\\"bot\\\\@example.com"',
    );
    expect(patch).toMatchObject({ method: 'PATCH', path: '/scim/v2/Users/a%2F..%2Fb' });
    expect(JSON.parse(patch!.body).Operations).toEqual([{ op: 'replace', path: 'active', value: false }]);
    receiver.answers.push(json({ Resources: [{ id: '7' }] }), json({}), json({ active: true }));
    expect(await responder.carryOut({ ...off, step: 'lift' }, signal())).toMatchObject({ status: 'done' });
  });

  test.each([[[]], [[{ id: '1' }, { id: '2' }]], [[{}]], ['junk']])(
    'does nothing when the search finds %j',
    async (Resources) => {
      const responder = await opened({ type: 'scim', url: receiver.url, tokenFile: 'token', lookup: 'externalId' });
      receiver.usual = json({ Resources });
      const order = prepared(responder, { target: { kind: 'identity', id: 'robot' } });
      expect(await responder.carryOut(order, signal())).toMatchObject({ status: 'refused' });
      expect(receiver.received.map(({ method }) => method)).toEqual(['GET']);
    },
  );
});

describe('ssf', () => {
  test.each([
    ['suspend-identity', 'identity', 'act', 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'],
    ['suspend-identity', 'identity', 'lift', 'https://schemas.openid.net/secevent/risc/event-type/account-enabled'],
    ['revoke-session', 'session', 'act', 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'],
    ['rotate-credential', 'credential', 'act', 'https://schemas.openid.net/secevent/caep/event-type/credential-change'],
  ] as const)('%s of a %s: %s is %s', async (action, kind, step, type) => {
    const responder = await opened({
      type: 'ssf',
      url: receiver.url,
      issuer: 'https://i.example',
      audience: 'a',
      keyFile: 'jwk',
    });
    receiver.usual = { status: 202 };
    const order = prepared(responder, { action, target: { kind, id: 'it' } }, step);
    expect(await responder.carryOut(order, signal())).toMatchObject({ status: 'done' });
    const [sent] = receiver.received;
    expect(sent!.headers['content-type']).toBe('application/secevent+jwt');
    const { payload, protectedHeader } = await jwtVerify(sent!.body, publicKey, {
      issuer: 'https://i.example',
      audience: 'a',
    });
    expect(protectedHeader.typ).toBe('secevent+jwt');
    expect(payload).toMatchObject({ jti: order.id, txn: order.suspension.txn });
    expect(Object.keys(payload.events as object)).toEqual([type]);
  });

  test('names the reason of a receiver that takes no token', async () => {
    const responder = await opened({
      type: 'ssf',
      url: receiver.url,
      issuer: 'https://i.example',
      audience: 'a',
      keyFile: 'jwk',
    });
    receiver.usual = { status: 400, body: '{"err":"invalid_audience","description":"x"}' };
    const outcome = await responder.carryOut(prepared(responder, {}), signal());
    expect(outcome).toEqual({ status: 'refused', reason: 'HTTP 400 invalid_audience' });
    expect(responder.prepare(exampleSuspension({ action: 'narrow-scope' }))).toMatchObject({ ok: false });
  });
});

describe('recipes', () => {
  const role = 'arn:aws:iam::111122223333:role/path/ci-deployer';
  const user = 'arn:aws:iam::111122223333:user/ci-deployer';
  const k8s = 'system:serviceaccount:shop:etl';
  const guid = '11111111-2222-3333-4444-555555555555';
  const robot = 'etl@shop.iam.gserviceaccount.com';
  const boundary = 'arn:aws:iam::111122223333:policy/team-limits';
  /** One example for each file: what it is asked, how it proves itself, and the requests it makes to act and to lift. */
  const examples: Record<
    string,
    { ask: Partial<Suspension>; auth: Record<string, unknown>; act: string; lift?: string }
  > = {
    'aws-revoke-role-sessions': {
      ask: { action: 'revoke-session', identity: { id: role, kind: 'role' }, target: { kind: 'session', id: 'ASIA1' } },
      auth: { accessKeyId: 'AKIDEXAMPLE', secretKeyFile: 'secret' },
      act: 'POST / Action=PutRolePolicy',
      lift: 'POST / Action=DeleteRolePolicy',
    },
    'aws-deactivate-access-key': {
      ask: {
        action: 'rotate-credential',
        identity: { id: user, kind: 'service-account' },
        target: { kind: 'credential', id: 'AKIAIOSFODNN7EXAMPLE' },
      },
      auth: { accessKeyId: 'AKIDEXAMPLE', secretKeyFile: 'secret' },
      act: 'POST / Action=UpdateAccessKey&Version=2010-05-08&UserName=ci-deployer&AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=Inactive',
      lift: 'POST / Action=UpdateAccessKey&Version=2010-05-08&UserName=ci-deployer&AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=Active',
    },
    'aws-deny-user': {
      ask: { identity: { id: user, kind: 'service-account' }, target: { kind: 'identity', id: user } },
      auth: { accessKeyId: 'AKIDEXAMPLE', secretKeyFile: 'secret' },
      act: 'POST / Action=PutUserPolicy&Version=2010-05-08&UserName=ci-deployer&PolicyName=tidemark-',
      lift: 'POST / Action=DeleteUserPolicy&Version=2010-05-08&UserName=ci-deployer&PolicyName=tidemark-',
    },
    'aws-deny-role': {
      ask: { identity: { id: role, kind: 'role' }, target: { kind: 'identity', id: role } },
      auth: { accessKeyId: 'AKIDEXAMPLE', secretKeyFile: 'secret' },
      act: 'POST / Action=PutRolePolicy&Version=2010-05-08&RoleName=ci-deployer&PolicyName=tidemark-',
      lift: 'POST / Action=DeleteRolePolicy&Version=2010-05-08&RoleName=ci-deployer&PolicyName=tidemark-',
    },
    'aws-bound-user': {
      ask: {
        identity: { id: user, kind: 'service-account' },
        target: { kind: 'identity', id: user },
        parameters: { formerBoundary: boundary },
      },
      auth: { accessKeyId: 'AKIDEXAMPLE', secretKeyFile: 'secret' },
      act: `POST / Action=PutUserPermissionsBoundary&Version=2010-05-08&UserName=ci-deployer&PermissionsBoundary=${encodeURIComponent('arn:aws:iam::aws:policy/AWSDenyAll')}`,
      lift: `POST / Action=PutUserPermissionsBoundary&Version=2010-05-08&UserName=ci-deployer&PermissionsBoundary=${encodeURIComponent(boundary)}`,
    },
    'aws-bound-role': {
      ask: {
        identity: { id: role, kind: 'role' },
        target: { kind: 'identity', id: role },
        parameters: { formerBoundary: boundary },
      },
      auth: { accessKeyId: 'AKIDEXAMPLE', secretKeyFile: 'secret' },
      act: `POST / Action=PutRolePermissionsBoundary&Version=2010-05-08&RoleName=ci-deployer&PermissionsBoundary=${encodeURIComponent('arn:aws:iam::aws:policy/AWSDenyAll')}`,
      lift: `POST / Action=PutRolePermissionsBoundary&Version=2010-05-08&RoleName=ci-deployer&PermissionsBoundary=${encodeURIComponent(boundary)}`,
    },
    'gcp-disable-service-account': {
      ask: { identity: { id: robot, kind: 'service-account' }, target: { kind: 'identity', id: robot } },
      auth: { serviceAccount: 'tidemark@ops.iam.gserviceaccount.com', keyFile: 'jwk' },
      act: 'POST /v1/projects/-/serviceAccounts/etl%40shop.iam.gserviceaccount.com:disable {}',
      lift: 'POST /v1/projects/-/serviceAccounts/etl%40shop.iam.gserviceaccount.com:enable {}',
    },
    'gcp-disable-key': {
      ask: {
        action: 'rotate-credential',
        identity: { id: robot, kind: 'service-account' },
        target: { kind: 'credential', id: 'ab'.repeat(20) },
      },
      auth: { serviceAccount: 'tidemark@ops.iam.gserviceaccount.com', keyFile: 'jwk' },
      act: `POST /v1/projects/-/serviceAccounts/etl%40shop.iam.gserviceaccount.com/keys/${'ab'.repeat(20)}:disable {}`,
      lift: `POST /v1/projects/-/serviceAccounts/etl%40shop.iam.gserviceaccount.com/keys/${'ab'.repeat(20)}:enable {}`,
    },
    'entra-remove-password': {
      ask: {
        action: 'rotate-credential',
        target: { kind: 'credential', id: guid },
        parameters: { applicationObjectId: '99999999-2222-3333-4444-555555555555' },
      },
      auth: { tokenFile: 'token' },
      act: `POST /v1.0/applications/99999999-2222-3333-4444-555555555555/removePassword {"keyId":"${guid}"}`,
    },
    'github-disable-workflow': {
      ask: {
        identity: { id: 'repo:acme/shop', kind: 'workload' },
        target: { kind: 'identity', id: 'repo:acme/shop' },
        parameters: { workflow: 'deploy.yml' },
      },
      auth: { tokenFile: 'token' },
      act: 'PUT /repos/acme/shop/actions/workflows/deploy.yml/disable ',
      lift: 'PUT /repos/acme/shop/actions/workflows/deploy.yml/enable ',
    },
    'github-revoke-token': {
      ask: {
        action: 'rotate-credential',
        target: { kind: 'credential', id: '25381' },
        parameters: { organisation: 'acme' },
      },
      auth: { tokenFile: 'token' },
      act: 'POST /orgs/acme/personal-access-tokens/25381 {"action":"revoke"}',
    },
    'kubernetes-delete-clusterrolebinding': {
      ask: {
        action: 'narrow-scope',
        identity: { id: k8s, kind: 'service-account' },
        target: { kind: 'scope', id: 'core' },
        parameters: { binding: 'etl-admin', role: 'cluster-admin' },
      },
      auth: { tokenFile: 'token' },
      act: 'DELETE /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/etl-admin ',
      lift: 'POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"etl-admin"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"ServiceAccount","name":"etl","namespace":"shop"}]}',
    },
    'litellm-block-key': {
      ask: { action: 'rotate-credential', target: { kind: 'credential', id: 'cd'.repeat(32) } },
      auth: { tokenFile: 'token' },
      act: `POST /key/block {"key":"${'cd'.repeat(32)}"}`,
      lift: `POST /key/unblock {"key":"${'cd'.repeat(32)}"}`,
    },
    'opa-deny-agent': {
      ask: { identity: { id: 'agent:desk', kind: 'agent' }, target: { kind: 'identity', id: 'agent:desk' } },
      auth: { tokenFile: 'token' },
      act: 'PUT /v1/data/tidemark/agents/agent%3Adesk {"denied":true,"suspension":"sus_',
      lift: 'DELETE /v1/data/tidemark/agents/agent%3Adesk ',
    },
    'opa-deny-tool': {
      ask: {
        action: 'narrow-scope',
        identity: { id: 'agent:desk', kind: 'agent' },
        target: { kind: 'scope', id: 'mail' },
        parameters: { tool: 'send_mail' },
      },
      auth: { tokenFile: 'token' },
      act: 'PUT /v1/data/tidemark/tools/agent%3Adesk/send_mail {"denied":true,',
      lift: 'DELETE /v1/data/tidemark/tools/agent%3Adesk/send_mail ',
    },
    'opa-deny-recipient': {
      ask: {
        action: 'narrow-scope',
        identity: { id: 'agent:desk', kind: 'agent' },
        target: { kind: 'scope', id: 'mail' },
        parameters: { recipient: 'drop@mallory.example' },
      },
      auth: { tokenFile: 'token' },
      act: 'PUT /v1/data/tidemark/recipients/agent%3Adesk/drop%40mallory.example {"denied":true,',
      lift: 'DELETE /v1/data/tidemark/recipients/agent%3Adesk/drop%40mallory.example ',
    },
    'entra-disable-service-principal': {
      ask: { target: { kind: 'identity', id: guid } },
      auth: { tokenFile: 'token' },
      act: `PATCH /v1.0/servicePrincipals/${guid} {"accountEnabled":false}`,
      lift: `PATCH /v1.0/servicePrincipals/${guid} {"accountEnabled":true}`,
    },
    'github-suspend-installation': {
      ask: { parameters: { installationId: '42' } },
      auth: { appId: '7', keyFile: 'jwk' },
      act: 'PUT /app/installations/42/suspended ',
      lift: 'DELETE /app/installations/42/suspended ',
    },
    'kubernetes-delete-rolebinding': {
      ask: {
        action: 'narrow-scope',
        identity: { id: k8s, kind: 'service-account' },
        target: { kind: 'scope', id: 'core' },
        parameters: { binding: 'etl-admin', roleKind: 'ClusterRole', role: 'admin' },
      },
      auth: { tokenFile: 'token' },
      act: 'DELETE /apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/etl-admin ',
      lift: 'POST /apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"etl-admin","namespace":"shop"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"admin"},"subjects":[{"kind":"ServiceAccount","name":"etl","namespace":"shop"}]}',
    },
    'kubernetes-delete-token-secret': {
      ask: {
        action: 'rotate-credential',
        identity: { id: k8s, kind: 'service-account' },
        target: { kind: 'credential', id: 'x' },
        parameters: { secret: 'etl-token' },
      },
      auth: { tokenFile: 'token' },
      act: 'DELETE /api/v1/namespaces/shop/secrets/etl-token ',
    },
    'okta-clear-sessions': {
      ask: { action: 'step-up', target: { kind: 'identity', id: 'robot@example.com' } },
      auth: { tokenFile: 'token' },
      act: 'DELETE /api/v1/users/robot%40example.com/sessions?oauthTokens=true ',
    },
    'okta-deactivate-app': {
      ask: { target: { kind: 'identity', id: `0oa${'a1'.repeat(8)}b` } },
      auth: { tokenFile: 'token' },
      act: `POST /api/v1/apps/0oa${'a1'.repeat(8)}b/lifecycle/deactivate `,
      lift: `POST /api/v1/apps/0oa${'a1'.repeat(8)}b/lifecycle/activate `,
    },
    'okta-suspend-user': {
      ask: { target: { kind: 'identity', id: '00ub0oNGTSWTBKOLGLNR' } },
      auth: { tokenFile: 'token' },
      act: 'POST /api/v1/users/00ub0oNGTSWTBKOLGLNR/lifecycle/suspend ',
      lift: 'POST /api/v1/users/00ub0oNGTSWTBKOLGLNR/lifecycle/unsuspend ',
    },
    'vault-revoke-accessor': {
      ask: { action: 'revoke-session', target: { kind: 'session', id: '8609694a-cdbc-db9b-d345-e782dbb562ed' } },
      auth: { tokenFile: 'token' },
      act: 'POST /v1/auth/token/revoke-accessor {"accessor":"8609694a-cdbc-db9b-d345-e782dbb562ed"}',
    },
  };

  test('each has an example here and a page in docs/recipes', () => {
    expect(Object.keys(examples).sort()).toEqual([...recipes.keys()].sort());
    const pages = readdirSync(new URL('../../../docs/recipes/', import.meta.url)).map((file) =>
      file.replace('.md', ''),
    );
    for (const name of recipes.keys()) expect(pages).toContain(name.split('-')[0]);
  });

  test.each(Object.entries(examples))(
    '%s says what it breaks and how to undo it, acts and lifts as written',
    async (name, { ask, auth, act, lift }) => {
      const recipe = recipeSchema.parse(recipes.get(name));
      expect(recipe.lift === undefined).toBe(lift === undefined);
      const responder = await opened({ type: 'recipe', recipe: name, baseUrl: receiver.url, ...auth });
      const looked = responder.prepare(exampleSuspension(ask));
      expect(looked).toMatchObject({ ok: true, reversible: lift !== undefined, breaks: recipe.breaks });
      const order = prepared(responder, ask);
      const outcome = await responder.carryOut(order, signal());
      // Where it can be asked whether the act holds, an answer that says nothing is no confirmation.
      expect(outcome.status).toBe(recipe.confirm?.where === undefined ? 'done' : 'accepted');
      const heard = ({ method, path, body }: { method: string; path: string; body: string }) =>
        `${method} ${path} ${body}`;
      expect(heard(receiver.received[0]!).startsWith(act)).toBe(true);
      if (recipe.confirm?.where !== undefined) {
        const { at, equals } = recipe.confirm.where;
        const answered = at.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), equals);
        receiver.usual = { status: 200, body: JSON.stringify(answered) };
        expect(await responder.check?.(order, signal())).toMatchObject({ status: 'done' });
        receiver.usual = { status: 200 };
      }
      const undone = await responder.carryOut({ ...order, step: 'lift' }, signal());
      expect(undone.status).toBe(lift === undefined ? 'refused' : 'done');
      if (lift !== undefined) expect(heard(receiver.received.at(-1)!).startsWith(lift)).toBe(true);
      expect(receiver.received.every(({ headers }) => headers.authorization ?? headers['x-vault-token'])).toBeTruthy();
    },
  );

  test.each(Object.keys(examples))('%s says what is left to do, a sentence a step', (name) => {
    const { cleanUp } = recipeSchema.parse(recipes.get(name));
    expect(cleanUp.length).toBeGreaterThan(0);
    for (const step of cleanUp) expect(step).toMatch(/^[A-Z].*[.]$/);
  });

  test('a deny of everything denies everything, and is signed for the very bytes that are sent', async () => {
    const { ask, auth } = examples['aws-deny-role']!;
    const responder = await opened({ type: 'recipe', recipe: 'aws-deny-role', baseUrl: receiver.url, ...auth });
    await responder.carryOut(prepared(responder, ask), signal());
    const [act, asked] = receiver.received;
    const form = new URLSearchParams(act!.body);
    expect(JSON.parse(form.get('PolicyDocument')!).Statement).toEqual([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    expect(new URLSearchParams(asked!.body).get('Action')).toBe('GetRolePolicy');
    for (const one of [act, asked]) {
      const { authorization, 'x-amz-date': _, ...plain } = one!.headers;
      const signed = /SignedHeaders=([^,]+)/.exec(authorization!)![1]!.split(';');
      // As AWS checks it: the same signature comes of the headers that are named, the body as it came, and the secret.
      const headers = Object.fromEntries(
        signed
          .filter((header) => header !== 'host' && header !== 'x-amz-date')
          .map((header) => [header, String(plain[header])]),
      );
      const again = signAws(
        { url: `${receiver.url}${one!.path}`, method: 'POST', headers, body: one!.body },
        { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: CANARY },
        { service: 'iam', region: 'us-east-1' },
        NOW,
      );
      expect(again.authorization).toBe(authorization);
    }
  });

  test('a boundary is not changed where nobody told what it was before', async () => {
    const { ask, auth } = examples['aws-bound-role']!;
    const responder = await opened({ type: 'recipe', recipe: 'aws-bound-role', baseUrl: receiver.url, ...auth });
    expect(responder.prepare(exampleSuspension({ ...ask, parameters: {} }))).toMatchObject({ ok: false });
  });

  test('a Google service account signs for the API itself, for ten minutes', async () => {
    const { ask, auth } = examples['gcp-disable-key']!;
    const responder = await opened({ type: 'recipe', recipe: 'gcp-disable-key', baseUrl: receiver.url, ...auth });
    await responder.carryOut(prepared(responder, ask), signal());
    const token = receiver.received[0]!.headers.authorization!.replace('Bearer ', '');
    const { payload } = await jwtVerify(token, publicKey, {
      issuer: 'tidemark@ops.iam.gserviceaccount.com',
      subject: 'tidemark@ops.iam.gserviceaccount.com',
      audience: `${receiver.url}/`,
      currentDate: new Date(NOW),
    });
    expect(payload.exp! - payload.iat!).toBe(600);
  });

  test('the deny of old sessions names the instant of the dispatch', async () => {
    const { ask, auth } = examples['aws-revoke-role-sessions']!;
    const responder = await opened({
      type: 'recipe',
      recipe: 'aws-revoke-role-sessions',
      baseUrl: receiver.url,
      ...auth,
    });
    await responder.carryOut(prepared(responder, ask), signal());
    const form = new URLSearchParams(receiver.received[0]!.body);
    expect(form.get('RoleName')).toBe('ci-deployer');
    expect(form.get('PolicyName')).toMatch(/^tidemark-[0-9a-f]{12}$/);
    expect(JSON.parse(form.get('PolicyDocument')!).Statement[0]).toMatchObject({
      Effect: 'Deny',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-11-02T03:16:00Z' } },
    });
    expect(receiver.received[0]!.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261102\/us-east-1\/iam\//,
    );
  });

  test.each([
    [
      'aws-deactivate-access-key',
      {
        action: 'rotate-credential',
        identity: { id: role, kind: 'role' },
        target: { kind: 'credential', id: 'AKIAIOSFODNN7EXAMPLE' },
      },
    ],
    [
      'aws-deactivate-access-key',
      {
        action: 'rotate-credential',
        identity: { id: user, kind: 'role' },
        target: { kind: 'credential', id: 'fp:abc' },
      },
    ],
    ['okta-suspend-user', { target: { kind: 'identity', id: '../../groups/all' } }],
    ['okta-suspend-user', { action: 'narrow-scope', target: { kind: 'scope', id: 'x' } }],
    ['github-suspend-installation', {}],
    ['github-suspend-installation', { parameters: { installationId: '42/../43' } }],
    [
      'kubernetes-delete-token-secret',
      {
        action: 'rotate-credential',
        identity: { id: 'system:node:n', kind: 'workload' },
        target: { kind: 'credential', id: 'x' },
        parameters: { secret: 's' },
      },
    ],
  ] as [string, Partial<Suspension>][])('%s refuses what it cannot be sure of: %j', async (name, ask) => {
    const { auth } = examples[name]!;
    const responder = await opened({ type: 'recipe', recipe: name, baseUrl: receiver.url, ...auth });
    expect(responder.prepare(exampleSuspension(ask))).toMatchObject({ ok: false });
  });

  test('a parameter that is told from the identity may be spelt as a person knows it, and be no other', async () => {
    const { ask, auth } = examples['aws-revoke-role-sessions']!;
    const responder = await opened({
      type: 'recipe',
      recipe: 'aws-revoke-role-sessions',
      baseUrl: receiver.url,
      ...auth,
    });
    const given = (roleName: string) => responder.prepare(exampleSuspension({ ...ask, parameters: { roleName } }));
    expect(given('CI-Deployer')).toMatchObject({ ok: true, parameters: { roleName: 'CI-Deployer' } });
    expect(given('admin')).toMatchObject({ ok: false });
  });

  test('a login by client credentials is asked for anew, and its failure is told without the secret', async () => {
    const { ask } = examples['entra-disable-service-principal']!;
    const oauth = { url: `${receiver.url}/token`, clientId: 'c', clientSecretFile: 'secret', scope: 's' };
    const responder = await opened({
      type: 'recipe',
      recipe: 'entra-disable-service-principal',
      baseUrl: receiver.url,
      oauth,
    });
    receiver.answers.push({ status: 200, body: '{"access_token":"abc"}' }, { status: 204 });
    await responder.carryOut(prepared(responder, ask), signal());
    expect(receiver.received[1]!.headers.authorization).toBe('Bearer abc');
    receiver.usual = { status: 401, body: CANARY };
    expect(JSON.stringify(await responder.carryOut(prepared(responder, ask), signal()))).not.toContain(CANARY);
  });

  test.each([
    { parameters: { x: { from: 'target', match: '(' } } },
    { baseUrl: 'https://{tenant}.example' },
    { act: { method: 'POST', path: '/{nobody}' } },
    { act: { method: 'POST', path: 'https://evil.example/' } },
    { act: { method: 'POST', path: '/', json: {}, form: {} } },
    { auth: 'aws' },
    { breaks: '' },
  ])('a recipe with %j is none', (change) => {
    const fine = { ...(recipes.get('okta-clear-sessions') as object) };
    expect(recipeSchema.safeParse(fine).success).toBe(true);
    expect(recipeSchema.safeParse({ ...fine, ...change }).success).toBe(false);
  });
});
