import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alertPageSchema } from '../../schemas/api.ts';
import { polledSchema, statusSchema, streamSchema } from '../../schemas/signals.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';
import { until } from './harness/kafka-worker-process.ts';
import { story, storyUntil, VICTIM } from './harness/story.ts';

const ISSUER = 'https://tidemark.example.com';
const RISK = 'https://schemas.openid.net/secevent/caep/event-type/risk-level-change';
const ANOMALY = 'https://schemas.openid.net/secevent/wise/event-type/anomalous-behavior-detected';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
const CANARY = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

describe.skipIf((await embeddedMissing()) !== undefined)('streams of security events', () => {
  let house: House;
  let running: Running;
  let jwk: JWK;
  const tokens = { admin: '', siem: '', second: '', other: '', viewer: '' };

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    jwk = { ...(await exportJWK(pair.privateKey)), alg: 'ES256' };
  });
  beforeEach(async () => {
    house = build();
    tokens.admin = house.admit({ name: 'root', scope: 'admin', tenant: 'acme' });
    tokens.siem = house.admit({ name: 'siem', scope: 'signals', tenant: 'acme' });
    tokens.second = house.admit({ name: 'second', scope: 'signals', tenant: 'acme' });
    tokens.other = house.admit({ name: 'siem', scope: 'signals', tenant: 'other' });
    tokens.viewer = house.admit({ name: 'eve', scope: 'responder', tenant: 'acme' });
    writeFileSync(join(house.directory, 'jwk'), `${JSON.stringify(jwk)}\n`, { mode: 0o600 });
    await start();
  });
  afterEach(async () => {
    await stopEverything();
    house.remove();
  });

  async function start(streams: object = {}) {
    const keyFile = join(house.directory, 'jwk');
    running = await house.start({ signals: { streams: { issuer: `${ISSUER}/`, keyFile, ...streams } } });
  }

  async function ask(method: string, path: string, body?: object, by = tokens.siem) {
    const answer = await fetch(`${running.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${by}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return Answer.of(answer);
  }
  const create = async (body: object = {}, by = tokens.siem) =>
    (await ask('POST', '/v1/signals/streams', body, by)).as(streamSchema).stream_id;
  const poll = async (id: string, body: object = {}, by = tokens.siem) =>
    (await ask('POST', `/v1/signals/poll/${id}`, body, by)).as(polledSchema);
  async function attack(records = story()) {
    const answer = await fetch(`${running.url}/v1/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.admin}` },
      body: records.join('\n'),
    });
    expect(answer.status).toBe(200);
  }

  test('a receiver finds everything from the well-known document, and every token holds against the published keys', async () => {
    const metadata = await ask('GET', '/.well-known/ssf-configuration');
    expect(metadata.json).toMatchObject({ issuer: ISSUER, delivery_methods_supported: ['urn:ietf:rfc:8936'] });
    const id = await create();
    await attack();
    let sets: Record<string, string> = {};
    await until('an event waits', async () => {
      ({ sets } = await poll(id));
      return Object.keys(sets).length > 0;
    });
    const { jwks_uri: place } = metadata.as(z.object({ jwks_uri: z.url() }));
    const keys = createRemoteJWKSet(new URL(place.replace(ISSUER, running.url)));
    expect(JSON.stringify((await ask('GET', '/v1/signals/jwks')).json)).not.toContain(jwk.d);
    const listed = (await ask('GET', '/v1/alerts', undefined, tokens.admin)).as(alertPageSchema);
    for (const [jti, set] of Object.entries(sets)) {
      const { payload } = await jwtVerify(set, keys, { issuer: ISSUER, audience: 'siem', typ: 'secevent+jwt' });
      expect(payload.jti).toBe(jti);
      expect(Object.keys(payload.events as object)).toEqual([RISK]);
      expect(listed.alerts.map((alert) => alert.incident ?? alert.id)).toContain(payload.txn);
    }
  });

  test('what is acknowledged is not given again, what is not is, also after a restart', async () => {
    await running.stop();
    await start({ wise: true });
    const id = await create();
    const quiet = await create({ events_requested: ['https://example.com/unknown'] });
    const second = await create({}, tokens.second);
    await attack();
    let all: string[] = [];
    await until('both kinds of event wait', async () => {
      const { sets } = await poll(id);
      all = Object.keys(sets);
      return all.length >= 2;
    });
    // One event a token; what belongs together shares its txn.
    const { sets } = await poll(id);
    const said = Object.values(sets).map((set) => decodeJwt(set));
    expect(new Set(said.flatMap(({ events }) => Object.keys(events as object)))).toEqual(new Set([RISK, ANOMALY]));
    for (const { events } of said) expect(Object.keys(events as object)).toHaveLength(1);
    const txns = (type: string) =>
      new Set(said.filter(({ events }) => type in (events as object)).map(({ txn }) => txn));
    expect(txns(RISK)).toEqual(txns(ANOMALY));

    const one = await poll(id, { maxEvents: 1 });
    expect(one.moreAvailable).toBe(true);
    const [taken] = Object.keys(one.sets) as [string];
    // Junk, another stream's and unknown jtis acknowledge nothing.
    const foreign = taken.replace(id, second);
    await poll(id, { ack: ['junk', foreign, `nothing.1.caep.${id}`, 'x'.repeat(500)] });
    expect(Object.keys((await poll(id)).sets).sort()).toEqual(all.sort());
    await poll(id, { ack: [taken], maxEvents: 0 });
    const rest = all.filter((jti) => jti !== taken).sort();
    expect(Object.keys((await poll(id)).sets).sort()).toEqual(rest);
    await running.stop();
    await start({ wise: true });
    expect(Object.keys((await poll(id)).sets).sort()).toEqual(rest);
    await poll(id, {
      setErrs: Object.fromEntries(rest.map((jti) => [jti, { err: 'invalid_request', description: CANARY }])),
    });
    expect(await poll(id)).toEqual({ sets: {}, moreAvailable: false });
    expect((await poll(quiet)).sets).toEqual({});
    expect(Object.keys((await poll(second, {}, tokens.second)).sets)).toHaveLength(all.length);
    expect(running.log()).not.toContain(CANARY);
  });

  test('streams are made, read, changed, paused, switched off and ended by whoever made them, and by nobody else', async () => {
    const id = await create({ description: 'to the SIEM' });
    expect((await ask('GET', `/v1/signals/streams?stream_id=${id}`)).json).toMatchObject({
      iss: ISSUER,
      aud: 'siem',
      events_delivered: [RISK],
      delivery: { endpoint_url: `${ISSUER}/v1/signals/poll/${id}` },
    });
    for (const by of [tokens.second, tokens.other, tokens.admin]) {
      expect((await ask('GET', `/v1/signals/streams?stream_id=${id}`, undefined, by)).status).toBe(404);
      expect((await ask('POST', `/v1/signals/poll/${id}`, {}, by)).status).toBe(404);
      expect((await ask('DELETE', `/v1/signals/streams?stream_id=${id}`, undefined, by)).status).toBe(404);
      expect((await ask('POST', '/v1/signals/status', { stream_id: id, status: 'disabled' }, by)).status).toBe(404);
    }
    expect((await ask('GET', '/v1/signals/streams', undefined, tokens.viewer)).status).toBe(403);
    expect((await ask('GET', '/v1/alerts')).status).toBe(403);
    const push = { delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: 'https://203.0.113.1/' } };
    expect((await ask('POST', '/v1/signals/streams', push)).status).toBe(400);
    expect((await ask('PATCH', '/v1/signals/streams', { stream_id: id, events_requested: [] })).json).toMatchObject({
      events_delivered: [],
      description: 'to the SIEM',
    });
    const replaced = (await ask('PUT', '/v1/signals/streams', { stream_id: id })).as(streamSchema);
    expect(replaced).toMatchObject({ events_delivered: [RISK] });
    expect(replaced.description).toBeUndefined();

    const status = (to: string) =>
      ask('POST', '/v1/signals/status', { stream_id: id, status: to, reason: 'maintenance' });
    expect((await status('paused')).json).toEqual({ stream_id: id, status: 'paused', reason: 'maintenance' });
    await attack();
    await until(
      'it is alerted',
      async () => (await ask('GET', '/v1/alerts', undefined, tokens.admin)).as(alertPageSchema).alerts.length > 0,
    );
    expect((await poll(id)).sets).toEqual({});
    expect((await ask('GET', `/v1/signals/status?stream_id=${id}`)).as(statusSchema).status).toBe('paused');
    await status('enabled');
    expect(Object.keys((await poll(id)).sets).length).toBeGreaterThan(0);
    await status('disabled');
    // Stored times are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await status('enabled');
    expect((await poll(id)).sets).toEqual({});
    expect((await ask('DELETE', `/v1/signals/streams?stream_id=${id}`)).status).toBe(204);
    expect((await ask('POST', `/v1/signals/poll/${id}`, {})).status).toBe(404);
    for (let made = 0; made < 4; made++) await create();
    expect((await ask('POST', '/v1/signals/streams', {})).status).toBe(409);
  });

  test('a verification comes with the next poll until it is acknowledged, and not more often than announced', async () => {
    const id = await create();
    const verify = () => ask('POST', '/v1/signals/verify', { stream_id: id, state: 'abc' });
    expect((await verify()).status).toBe(204);
    expect((await verify()).status).toBe(429);
    const { sets } = await poll(id);
    const [[jti, set]] = Object.entries(sets) as [[string, string]];
    expect(decodeJwt(set)).toMatchObject({
      jti,
      sub_id: { format: 'opaque', id },
      events: { [VERIFICATION]: { state: 'abc' } },
    });
    expect(Object.keys((await poll(id)).sets)).toEqual([jti]);
    expect(await poll(id, { ack: [jti] })).toEqual({ sets: {}, moreAvailable: false });
    for (const wrong of [{ maxEvents: -1 }, { maxEvents: 1e9 }, { ack: 'x' }, { ack: Array(1_001).fill('x') }])
      expect((await ask('POST', `/v1/signals/poll/${id}`, wrong)).status).toBe(400);
  });

  test('what somebody asked not to be told of is not told', async () => {
    const id = await create();
    const suppression = {
      owner: 'team-shop',
      until: new Date(Date.now() + 86_400_000).toISOString(),
      because: 'exercise',
      match: { identity: VICTIM, invariants: true, maxSeverity: 'critical' },
    };
    expect((await ask('POST', '/v1/suppressions', suppression, tokens.admin)).status).toBeLessThan(300);
    await attack(storyUntil(Date.now() + 120_000));
    await until('it is alerted', async () => {
      const { alerts } = (await ask('GET', '/v1/alerts', undefined, tokens.admin)).as(alertPageSchema);
      return alerts.length > 0;
    });
    const told = Object.values((await poll(id)).sets).map((set) => JSON.stringify(decodeJwt(set)));
    expect(told.join()).not.toContain(VICTIM);
  });

  test('a key that is none is refused without being told', async () => {
    await running.stop();
    writeFileSync(join(house.directory, 'jwk'), `{"kty":"EC","alg":"ES256","d":"${CANARY}"}\n`, { mode: 0o600 });
    const fault = await start().catch((error) => error);
    expect(String(fault.message)).toContain('signals.streams.keyFile');
    expect(`${fault.message} ${running.log()}`).not.toContain(CANARY);
  });
});
