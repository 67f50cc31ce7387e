/** Who may look, from where, and at what: tokens and tenants of a house without Kafka. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alertPageSchema, historySchema, triagedAlertSchema } from '../../schemas/api.ts';
import { classesSchema, identityPageSchema, learnedSchema, profileSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema } from '../../schemas/api-records.ts';
import { Acme, activityOf, ask, RECORDS } from './console-acme.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { VICTIM } from './harness/story.ts';

const missing = await embeddedMissing();

describe.skipIf(missing !== undefined)('who may look', () => {
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.open({ story: true });
    // What it knows of an identity is saved when it stops, however young it is.
    await acme.restart();
  });
  afterAll(() => acme?.close());

  test('a story that was sent is stored when the answer comes, judged, and told to a verified webhook', async () => {
    const { identities } = (await acme.get('/v1/identities')).as(identityPageSchema);
    expect(identities.map(({ id }) => id)).toContain(VICTIM);
    const ofStory = identities.filter(({ id }) => id.startsWith('arn:'));
    const sum = ofStory.reduce((all, { activities }) => all + activities, 0);
    expect(sum).toBe(RECORDS.length);
    const alert = await acme.alertOfVictim();
    expect(alert).toMatchObject({ tenant: 'acme', triage: { status: 'new', actions: 0 } });
    await until('the webhook has it', () => acme.receiver.bodies.size > 0);
    expect(acme.receiver.unverified).toEqual([]);
  });

  test('an identity has its habits, another tenant has neither it nor the alert', async () => {
    const path = `/v1/identities/${encodeURIComponent(VICTIM)}`;
    const profile = (await acme.get(path)).as(profileSchema);
    expect(profile).toMatchObject({ identity: VICTIM, tenant: 'acme' });
    expect(profile.habits.length).toBeGreaterThan(0);
    expect((await acme.get(path, 'admin of another')).status).toBe(404);
    const { learned } = (await acme.get(`${path}/learned`)).as(learnedSchema);
    expect(learned.length).toBeGreaterThan(10);
    expect(learned[0]?.activity?.at.slice(0, 10)).toBe(learned[0]?.firstOn);
    expect((await acme.get(`${path}/learned?since=2099-01-01T00:00:00Z`)).json).toEqual({ learned: [] });
    expect((await acme.get(`${path}/learned?since=yesterday`)).status).toBe(400);
    expect((await acme.get(`${path}/learned`, 'admin of another')).status).toBe(404);
    const { classes } = (await acme.get('/v1/classes')).as(classesSchema);
    expect(classes.length).toBeGreaterThan(0);
    for (const { expected, observed } of classes) expect(Math.min(expected, observed)).toBeGreaterThanOrEqual(0);
    expect((await acme.get('/v1/classes', 'admin of another')).json).toEqual({ classes: [] });
    const { id } = await acme.alertOfVictim();
    for (const place of [`/v1/alerts/${id}`, `/v1/alerts/${id}/history`])
      expect((await acme.get(place, 'admin of another')).status).toBe(404);
    for (const [place, body] of [
      [`/v1/alerts/${id}/acknowledge`, {}],
      [`/v1/alerts/${id}/comments`, { comment: 'hello' }],
      [`/v1/alerts/${id}/verdict`, { verdict: 'true', because: 'no' }],
    ] as const)
      expect((await acme.post(place, body, 'admin of another')).status).toBe(404);
    expect((await acme.get('/v1/alerts', 'admin of another')).json).toEqual({ alerts: [] });
    expect((await acme.get('/v1/deliveries', 'admin of another')).json).toEqual({ deliveries: [] });
    expect((await acme.get(`/v1/alerts/${id}/history`)).as(historySchema).actions).toEqual([]);
  });

  test('a record that names another tenant than the token is a dead letter, and nobody sees it there', async () => {
    const { status, json } = await acme.send([activityOf('strange-1', { tenant: 'other' }), activityOf('own-1')]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ records: 2, activities: 1, dead: { 'tenant: not the one of the token': 1 } });
    expect((await acme.get('/v1/identities', 'admin of another')).json).toEqual({ identities: [] });
    const letters = (await acme.get('/v1/dead-letters', 'analyst')).as(deadLettersSchema).deadLetters;
    expect(letters).toContainEqual(
      expect.objectContaining({ from: 'http/acme/the-ingest', reason: 'tenant: not the one of the token' }),
    );
    expect((await acme.get('/v1/dead-letters', 'admin of another')).json).toEqual({ deadLetters: [] });
  });

  test('a tenant whose name begins another does not see or take its dead letters', async () => {
    const below = acme.house.admit({ name: 'below', scope: 'admin', tenant: 'acme/eu' });
    const beside = acme.house.admit({ name: 'beside', scope: 'admin', tenant: 'acm' });
    await until('they are let in', async () => (await ask(acme.running, beside, '/v1/alerts')).status === 200);
    expect((await ask(acme.running, below, '/v1/activities', { body: 'junk of acme/eu' })).status).toBe(200);
    const letters = async (by: string | undefined) =>
      (await ask(acme.running, by, '/v1/dead-letters?limit=500')).as(deadLettersSchema).deadLetters;
    const [own] = await letters(below);
    expect(own).toMatchObject({ from: 'http/acme/eu/below' });
    for (const other of [acme.token.admin, beside, acme.token['admin of another']]) {
      expect((await letters(other)).map(({ id }) => id)).not.toContain(own!.id);
      const replayed = await ask(acme.running, other, '/v1/dead-letters/replay', { body: { ids: [own!.id] } });
      expect(replayed.json).toEqual({ replayed: 0, left: 1 });
    }
    expect((await letters(below)).map(({ id }) => id)).toContain(own!.id);
  });

  test('no route tells or changes anything of another tenant, however its name, its ids and the request are spelled', async () => {
    const { id, incident } = await acme.alertOfVictim();
    const letters = (await acme.get('/v1/dead-letters', 'admin')).as(deadLettersSchema).deadLetters;
    const ids = [VICTIM, id, incident ?? id, ...letters.slice(0, 1).map((letter) => letter.id)];
    const every = (text: string) =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const spelled = ids.flatMap((one) => [
      encodeURIComponent(one),
      every(one),
      encodeURIComponent(one.toUpperCase()),
      encodeURIComponent(`../acme/${one}`),
      encodeURIComponent(`acme\u0000${one}`),
    ]);
    const { paths } = (await ask(acme.running, undefined, '/openapi.json')).as(
      z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    );
    // Streams have no end, and are held apart elsewhere; links bear what they are for.
    const routes = Object.entries(paths).filter(([path]) => path.startsWith('/v1/') && path !== '/v1/changes');
    expect(routes.length).toBeGreaterThan(30);
    const before = (await acme.get(`/v1/alerts/${id}`)).text;
    expect((await acme.get(`/v1/identities/${every(VICTIM)}`)).text).toContain(VICTIM);
    const strangers = ['acme/eu', 'acm', 'ACME'].map((tenant, n) =>
      acme.house.admit({ name: `stranger-${n}`, scope: 'admin', tenant }),
    );
    for (const stranger of strangers)
      await until('it is let in', async () => (await ask(acme.running, stranger, '/v1/me')).status === 200);
    const told: string[] = [];
    const met = new Set<string>();
    let turn = 0;
    for (const [path, operations] of routes)
      for (const method of Object.keys(operations)) {
        const places = path.includes('{')
          ? spelled.map((one) => path.replace('{id}', one).replace(/\{\w+\}/g, 'json'))
          : [path, `${path}?tenant=acme`, `${path}?identity=${encodeURIComponent(VICTIM)}`];
        // They take turns, another one beginning at each route: each of them meets every route, and every spelling at some route.
        turn += 1;
        const look = async (place: string, n: number) => {
          const who = (n + turn) % strangers.length;
          met.add(`${who} at ${method} ${path}`);
          if (path.includes('{')) met.add(`${who} with ${spelled[n]}`);
          const answer = await ask(acme.running, strangers[who], place, {
            method: method.toUpperCase(),
            ...(method !== 'get' && {
              body: { ids, alertId: id, because: 'x', verdict: 'benign' },
            }),
            headers: { 'x-tidemark-tenant': 'acme' },
          });
          const names = [VICTIM, 'the-ingest', 'http/acme/the'].filter((name) => answer.text.includes(name));
          const acts = method !== 'get' && path.includes('{') && answer.status < 400;
          if (names.length > 0 || acts || answer.status === 429 || answer.status >= 500)
            told.push(`${method} ${place} ${answer.status} ${answer.text.slice(0, 200)}`);
        };
        await Promise.all(places.map(look));
      }
    expect(told).toEqual([]);
    const asked =
      new Set(spelled).size + routes.reduce((all, [, operations]) => all + Object.keys(operations).length, 0);
    expect(met.size).toBe(strangers.length * asked);
    expect((await acme.get(`/v1/alerts/${id}`)).text).toBe(before);
    const after = (await acme.get('/v1/dead-letters', 'admin')).as(deadLettersSchema).deadLetters;
    expect(after.map((letter) => letter.id)).toEqual(letters.map((letter) => letter.id));
  });

  test('the store is open to its user alone', () => {
    expect(statSync(`${acme.house.directory}/store`).mode & 0o777).toBe(0o700);
  });

  test('without the right token nothing is told and nothing is done', async () => {
    const { id } = await acme.alertOfVictim();
    expect((await ask(acme.running, undefined, '/v1/alerts')).status).toBe(401);
    for (const wrong of ['x', `${acme.token.admin}x`, acme.token.admin!.slice(0, -1), 'tdm_', 'a'.repeat(5_000)])
      expect((await ask(acme.running, wrong, '/v1/alerts')).status).toBe(401);
    expect(
      (await ask(acme.running, undefined, '/v1/alerts', { headers: { authorization: `Basic ${acme.token.admin}` } }))
        .status,
    ).toBe(401);
    expect((await acme.get('/v1/alerts', 'ingest')).status).toBe(403);
    expect((await acme.post('/v1/activities', [activityOf('x')], 'analyst')).status).toBe(403);
    expect((await acme.post(`/v1/alerts/${id}/acknowledge`, {}, 'viewer')).status).toBe(403);
    expect((await acme.post('/v1/deliveries/replay', { ids: ['x'] }, 'analyst')).status).toBe(403);
    expect((await acme.post('/v1/dead-letters/replay', { ids: ['x'] }, 'responder')).status).toBe(403);
    expect((await acme.get(`/v1/alerts/${id}`)).as(triagedAlertSchema).triage.actions).toBe(0);
  });

  test('a token that is taken out of the file is refused from then on', async () => {
    const spare = acme.house.admit({ name: 'spare', scope: 'viewer', tenant: 'acme' });
    await until('it is let in', async () => (await ask(acme.running, spare, '/v1/alerts')).status === 200);
    const kept = readFileSync(acme.house.tokensFile, 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('spare:'));
    writeFileSync(acme.house.tokensFile, kept.join('\n'));
    await until('it is refused', async () => (await ask(acme.running, spare, '/v1/alerts')).status === 401);
    expect((await acme.get('/v1/alerts')).status).toBe(200);
  });

  test('every route is described, and every answer tells the browser to be careful', async () => {
    const described = await ask(acme.running, undefined, '/openapi.json');
    const { openapi, paths } = described.as(
      z.object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    );
    expect(openapi).toBe('3.1.0');
    for (const path of ['/v1/activities', '/v1/alerts/{id}/verdict', '/v1/suppressions', '/services/collector/ack'])
      expect(paths).toHaveProperty([path]);
    const operations = Object.values(paths).flatMap((path) => Object.entries(path));
    expect(operations.length).toBeGreaterThan(20);
    expect(described.text).not.toContain('$ref');
    for (const { headers } of [
      await acme.get('/v1/alerts'),
      await acme.get('/nowhere'),
      await ask(acme.running, undefined, '/v1/alerts'),
      await acme.send('\n'),
    ]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a query or a cursor nobody gave is refused in words', async () => {
    for (const query of ['limit=0', 'limit=501', 'status=odd', 'tenant=other', 'since=yesterday', 'limit=1&limit=2'])
      expect((await acme.get(`/v1/alerts?${query}`)).status).toBe(400);
    for (const cursor of ['x', 'e30', Buffer.from('["x","y"]').toString('base64url')])
      expect((await acme.get(`/v1/alerts?cursor=${cursor}`)).status).toBe(422);
    const seen: string[] = [];
    let page = await acme.get('/v1/alerts?limit=1');
    for (;;) {
      const { alerts, next } = page.as(alertPageSchema);
      seen.push(...alerts.map(({ id }) => id));
      if (next === undefined) break;
      page = await acme.get(`/v1/alerts?limit=1&cursor=${next}`);
    }
    expect(seen).toEqual((await acme.get('/v1/alerts?limit=500')).as(alertPageSchema).alerts.map(({ id }) => id));
  });
});
