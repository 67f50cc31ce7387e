import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inventorySchema } from '../../schemas/inventory.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const WISE = 'https://schemas.openid.net/secevent/wise/event-type/';
const ISSUER = 'https://idp.example.com';
const AUDIENCE = 'https://tidemark.example.com';
const CANARY = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const BOT = 'spiffe://example.org/release-bot';

describe.skipIf((await embeddedMissing()) !== undefined)('security events received', () => {
  let house: House;
  let running: Running;
  let token: string;
  let key: CryptoKey;
  let jwk: JWK;
  let stranger: CryptoKey;
  let jtis = 0;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
    stranger = (await generateKeyPair('ES256')).privateKey;
  });
  beforeEach(async () => {
    house = build();
    token = house.admit({ name: 'root', scope: 'admin', tenant: 'acme' });
    writeFileSync(join(house.directory, 'jwks'), JSON.stringify({ keys: [jwk] }));
    await start();
  });
  afterEach(async () => {
    await stopEverything();
    house.remove();
  });

  async function start(keysFile = 'jwks') {
    running = await house.start({
      signals: {
        transmitters: {
          idp: { issuer: ISSUER, audience: AUDIENCE, tenant: 'acme', keysFile: join(house.directory, keysFile) },
        },
      },
    });
  }

  const now = () => Math.floor(Date.now() / 1_000);
  interface Change {
    claims?: Record<string, unknown>;
    header?: Record<string, unknown>;
    by?: CryptoKey | Uint8Array;
    type?: string;
  }
  const subject = {
    format: 'complex',
    application: { format: 'uri', uri: BOT },
    tenant: { format: 'opaque', id: 'other' },
  };
  const setOf = (event: string, body: object, { claims = {}, header = {}, by = key }: Change = {}) =>
    new SignJWT({
      iss: ISSUER,
      aud: AUDIENCE,
      jti: `jti-${++jtis}`,
      iat: now(),
      sub_id: subject,
      events: { [event]: body },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt', ...header })
      .sign(by);

  async function push(body: string, type = 'application/secevent+jwt') {
    const answer = await fetch(`${running.url}/v1/signals/events`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return Answer.of(answer);
  }
  async function recordOf(id = BOT, by = token) {
    const answer = await fetch(`${running.url}/v1/inventory/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${by}` },
    });
    return answer.status === 200 ? (await Answer.of(answer)).as(inventorySchema) : undefined;
  }
  const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();

  test('become evidence in the inventory of the tenant of their transmitter, added to what is known', async () => {
    await fetch(`${running.url}/v1/inventory`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ identity: BOT, owner: 'team-release', credentials: [{ id: 'key-1', createdAt: iso(1) }] }),
    });
    const at = now() - 60;
    const key1 = { friendly_name: 'key-1', event_timestamp: at };
    expect((await push(await setOf(`${CAEP}credential-change`, { ...key1, change_type: 'update' }))).status).toBe(202);
    expect(await recordOf()).toEqual({
      identity: BOT,
      tenant: 'acme',
      owner: 'team-release',
      credentials: [{ id: 'key-1', createdAt: iso(1), rotatedAt: iso(at) }],
    });
    await push(await setOf(`${WISE}credential-revoked`, { key_id: 'key-2', event_timestamp: at }));
    await push(
      await setOf(
        `${WISE}credential-rotated`,
        { event_timestamp: at + 1 },
        {
          claims: { sub_id: { ...subject, api_key: { format: 'api_key', key_id: 'key-3' } } },
        },
      ),
    );
    await push(await setOf(`${WISE}workload-baseline-changed`, { event_timestamp: at + 2 }));
    expect(await recordOf()).toMatchObject({
      owner: 'team-release',
      baselineChangedAt: iso(at + 2),
      credentials: [{ id: 'key-1' }, { id: 'key-2', revokedAt: iso(at) }, { id: 'key-3', rotatedAt: iso(at + 1) }],
    });
    // A time that lies in the future is not believed, and what has no record gets one that says no more than it knows.
    const role = { format: 'opaque', id: 'arn:aws:iam::111122223333:role/Build' };
    const claims = { sub_id: role, iat: now() };
    await push(
      await setOf(
        `${CAEP}credential-change`,
        { friendly_name: 'k', change_type: 'delete', event_timestamp: 4e9 },
        { claims },
      ),
    );
    expect(await recordOf(role.id.toLowerCase())).toMatchObject({
      evidenceOnly: true,
      credentials: [{ id: 'k', revokedAt: iso(claims.iat) }],
    });
    // Nothing in them commands.
    const suspensions = await fetch(`${running.url}/v1/suspensions`, { headers: { authorization: `Bearer ${token}` } });
    expect(suspensions.status).toBe(404);
  });

  test('that say nothing we can use are acknowledged and change nothing', async () => {
    for (const set of [
      await setOf('https://schemas.openid.net/secevent/ssf/event-type/verification', { state: 'x' }),
      await setOf(`${CAEP}session-revoked`, {}),
      await setOf(`${CAEP}credential-change`, { change_type: 'update' }),
      await setOf(`${CAEP}credential-change`, { change_type: 'toString', friendly_name: 'k' }),
      await setOf(`${WISE}credential-rotated`, { key_id: 'k' }, { claims: { sub_id: { format: 'opaque', id: 7 } } }),
    ])
      expect((await push(set)).status).toBe(202);
    expect(await recordOf()).toBeUndefined();
  });

  test('forged, for others, old, replayed or malformed are refused with the code of the standard', async () => {
    const event = `${WISE}credential-revoked`;
    const body = { key_id: 'key-1' };
    const good = await setOf(event, body);
    const [head, payload, mac] = good.split('.') as [string, string, string];
    const swapped = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), jti: 'other' }),
    );
    const none = Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url');
    const shared = Buffer.from(JSON.stringify(jwk));
    for (const [set, err] of [
      [await setOf(event, body, { by: stranger }), 'invalid_key'],
      [`${head}.${swapped.toString('base64url')}.${mac}`, 'invalid_key'],
      [`${none}.${payload}.`, 'invalid_key'],
      [await setOf(event, body, { by: shared, header: { alg: 'HS256' } }), 'invalid_key'],
      [await setOf(event, body, { header: { typ: 'JWT' } }), 'invalid_request'],
      [await setOf(event, body, { claims: { iss: 'https://other.example.com' } }), 'invalid_issuer'],
      [await setOf(event, body, { claims: { aud: 'https://other.example.com' } }), 'invalid_audience'],
      [await setOf(event, body, { claims: { iat: now() - 8 * 86_400 } }), 'invalid_request'],
      [await setOf(event, body, { claims: { iat: now() + 3_600 } }), 'invalid_request'],
      [await setOf(event, body, { claims: { exp: now() - 3_600 } }), 'invalid_request'],
      [await setOf(event, body, { claims: { jti: undefined } }), 'invalid_request'],
      [await setOf(event, body, { claims: { events: {} } }), 'invalid_request'],
      ['junk', 'invalid_request'],
      ['', 'invalid_request'],
    ] as const) {
      const answer = await push(set);
      expect(answer, set).toMatchObject({ status: 400, json: { err, description: expect.stringMatching(/./) } });
    }
    expect((await push(good, 'application/json')).json).toMatchObject({ err: 'invalid_request' });
    expect((await push(`${good}${'x'.repeat(30_000)}`)).status).toBe(413);
    expect(await recordOf()).toBeUndefined();
    expect((await push(good)).status).toBe(202);
    expect((await push(good)).json).toMatchObject({ err: 'invalid_request' });
    await running.stop();
    await start();
    expect((await push(good)).json).toMatchObject({ err: 'invalid_request' });
    expect((await recordOf())?.credentials).toHaveLength(1);
  });

  test('a secret in whatever claim is in no table, log or answer; keys that are none, or private, are refused', async () => {
    const event = {
      friendly_name: CANARY,
      change_type: 'revoke',
      reason_admin: { en: CANARY },
      credential_type: CANARY,
    };
    const claims = { jti: CANARY, txn: CANARY, sub_id: { format: 'opaque', id: `bot ${CANARY}` }, extra: CANARY };
    const answers = [
      await push(await setOf(`${CAEP}credential-change`, event, { claims })),
      await push(await setOf(`${CAEP}credential-change`, event, { claims })),
      await push(await setOf(CANARY, event, { claims: { ...claims, jti: `${CANARY}2` } })),
      await push(await setOf(CANARY, event, { claims: { ...claims, iss: CANARY } })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 400, 202, 400]);
    await running.stop();
    for (const keys of ['junk', '{"keys":[]}', JSON.stringify({ keys: [{ ...jwk, d: CANARY }] })]) {
      writeFileSync(join(house.directory, 'bad'), keys);
      const fault = await start('bad').catch((error) => error);
      expect(String(fault.message)).toContain('signals.transmitters.idp.keysFile');
      expect(`${fault.message} ${running.log()}`).not.toContain(CANARY);
    }
    expect(JSON.stringify(answers) + running.log()).not.toContain(CANARY);
    const files = (directory: string): string[] =>
      readdirSync(directory).flatMap((name) => {
        const path = join(directory, name);
        return statSync(path).isDirectory() ? files(path) : [path];
      });
    for (const path of files(join(house.directory, 'store')))
      expect(readFileSync(path).includes(CANARY), path).toBe(false);
  });
});
