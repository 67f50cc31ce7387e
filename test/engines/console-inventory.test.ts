import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { alertPageSchema, type TriagedAlert } from '../../schemas/api.ts';
import { inventoryTakenSchema } from '../../schemas/api-records.ts';
import { usageSchema } from '../../schemas/console.ts';
import { inventoryPageSchema } from '../../schemas/inventory-item.ts';
import { suspensionSchema } from '../../schemas/suspension.ts';
import { ownerLinkSchema } from '../../src/api/attestation-routes.ts';
import { lookedSchema } from '../../src/api/suspension-routes.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';
import { until } from './harness/kafka-worker-process.ts';
import { story, VICTIM } from './harness/story.ts';

const CANARY = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const BOT = 'release-bot';
const KEY = 'ASIAEXAMPLEREVOKED01';
const RECORDS = story().map((line) => JSON.parse(line));
/** Where the theft begins: with a key that was never seen, and that the inventory will say was revoked. */
const THEFT = RECORDS.findIndex(({ userAgent }) => userAgent.startsWith('curl'));
for (const record of RECORDS) if (record.userAgent.startsWith('curl')) record.userIdentity.accessKeyId = KEY;

describe.skipIf((await embeddedMissing()) !== undefined)('inventory over HTTP', () => {
  const houses: House[] = [];
  afterEach(async () => {
    await stopEverything();
    for (const house of houses.splice(0)) house.remove();
  });

  function open() {
    const house = build();
    houses.push(house);
    const tokens = {
      admin: house.admit({ name: 'root', scope: 'admin', tenant: 'acme' }),
      inventory: house.admit({ name: 'cmdb', scope: 'inventory', tenant: 'acme' }),
      ingest: house.admit({ name: 'logs', scope: 'ingest', tenant: 'acme' }),
      responder: house.admit({ name: 'ada', scope: 'responder', tenant: 'acme' }),
      other: house.admit({ name: 'eve', scope: 'admin', tenant: 'other' }),
    };
    return { house, tokens };
  }

  async function ask(running: Running, token: string, path: string, body?: string | object | Buffer, headers = {}) {
    const answer = await fetch(`${running.url}/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
      }),
    });
    return Answer.of(answer);
  }

  /** Quiet days, a session revoked by the inventory, and its use. `restart` comes between the last two. */
  async function life(restart: boolean) {
    const { house, tokens } = open();
    let running = await house.start();
    const send = async (records: readonly object[]) =>
      expect((await ask(running, tokens.admin, '/activities', records)).status).toBe(200);
    await send(RECORDS.slice(0, THEFT));
    const told = await ask(running, tokens.inventory, '/inventory', [
      { identity: VICTIM, owner: 'team-shop', tier: 1, credentials: [{ id: KEY, revokedAt: '2026-03-05T00:00:00Z' }] },
      { identity: 'other-bot', purpose: 'deploys', grantedScopes: ['docs.read'], environment: 'production' },
    ]);
    expect(told.status).toBe(200);
    expect(told.json).toEqual({ records: 2, stored: 2, refused: 0, faults: [] });
    if (restart) {
      await running.stop();
      running = await house.start();
    }
    await send(RECORDS.slice(THEFT));
    let alerts: TriagedAlert[] = [];
    await until('it is alerted', async () => {
      ({ alerts } = (await ask(running, tokens.admin, '/alerts')).as(alertPageSchema));
      return alerts.length > 0;
    });
    await running.stop();
    return alerts;
  }

  test('fills itself from what was seen, and an owner answers once by a link, which the engine hears', async () => {
    const { house, tokens } = open();
    writeFileSync(join(house.directory, 'links'), 'a key of more than twenty-four bytes\n', { mode: 0o600 });
    const running = await house.start({
      respond: { links: { url: 'https://tidemark.example.com', keyFile: join(house.directory, 'links') } },
    });
    const made = {
      ...RECORDS[0],
      eventID: randomUUID(),
      eventName: 'CreateRole',
      eventSource: 'iam.amazonaws.com',
      readOnly: false,
      requestParameters: { roleName: 'fresh-bot' },
      responseElements: { role: { arn: 'arn:aws:iam::111122223333:role/fresh-bot', roleName: 'fresh-bot' } },
    };
    const user = 'arn:aws:iam::111122223333:user/deploy-bot';
    // Its second key was used before the first one was for the last time.
    const keys = ['AKIAEXAMPLEUSED0001', 'AKIAEXAMPLEUSED0002', 'AKIAEXAMPLEUSED0001', 'AKIAEXAMPLEUSED0002'].map(
      (accessKeyId, hour) => ({
        ...RECORDS[0],
        eventID: randomUUID(),
        eventTime: `2026-03-01T0${hour}:30:00Z`,
        userIdentity: { type: 'IAMUser', arn: user, accountId: '111122223333', userName: 'deploy-bot', accessKeyId },
      }),
    );
    expect((await ask(running, tokens.admin, '/activities', [...RECORDS.slice(0, 40), ...keys, made])).status).toBe(
      200,
    );
    const page = async (path: string) => (await ask(running, tokens.responder, path)).as(inventoryPageSchema);
    const victim = (await page('/inventory?gap=owner')).items.find(({ id }) => id === VICTIM);
    expect(victim).toMatchObject({ gaps: ['owner', 'purpose', 'expiry', 'attestation'] });
    expect(victim?.proposedPurpose?.value).toMatch(/^[A-Z]/);
    expect(victim?.reaches[0]?.through.at(-1)).toBe(VICTIM);
    // What ends by itself is none of the credentials that somebody has to look after.
    expect(victim?.credentials).toBeUndefined();
    expect((await page('/inventory?gap=owner')).items.find(({ id }) => id === user)).toMatchObject({
      longLived: 2,
      credentials: {
        oldestSince: '2026-03-01T00:30:00.000Z',
        lastAt: '2026-03-01T03:30:00.000Z',
        overlapping: 2,
      },
    });
    const usage = (await ask(running, tokens.responder, `/identities/${encodeURIComponent(user)}/usage`)).as(
      usageSchema,
    );
    expect(usage.credentials.map(({ beside }) => beside)).toEqual([
      { others: 1, longestMs: 3_600_000 },
      { others: 1, longestMs: 3_600_000 },
    ]);
    const csv = await fetch(`${running.url}/v1/inventory.csv`, {
      headers: { authorization: `Bearer ${tokens.responder}` },
    });
    expect(await csv.text()).toContain(VICTIM);
    const scim = await fetch(`${running.url}/v1/inventory.scim`, {
      headers: { authorization: `Bearer ${tokens.responder}` },
    });
    expect(((await scim.json()) as { totalResults: number }).totalResults).toBeGreaterThan(0);

    const asked = { recipient: 'ada@example.com', days: 30 };
    const to = `/identities/${encodeURIComponent(VICTIM)}/attestations`;
    expect((await ask(running, tokens.other, to, asked)).status).toBe(404);
    const link = (await ask(running, tokens.responder, to, asked)).as(ownerLinkSchema);
    const url = link.url.replace('https://tidemark.example.com', running.url);
    const look = await fetch(url);
    expect(look.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(await look.text()).toContain('Are you the owner of');
    const post = () =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ decision: 'confirm', purpose: 'releases the shop' }) });
    expect((await Promise.all([post(), post(), post()])).map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const record = await ask(running, tokens.responder, `/inventory/${encodeURIComponent(VICTIM)}`);
    expect(record.json).toMatchObject({
      owner: 'ada@example.com',
      purpose: 'releases the shop',
      attestedBy: 'ada@example.com (by a link of ada)',
    });
    expect(running.log()).not.toContain(url.slice(-40));
  });

  test('reaches the running engine and one that was started again, with the same alerts', async () => {
    const alive = await life(false);
    expect(alive).toMatchObject([
      { detectors: expect.arrayContaining(['revoked-credential-use']), owner: 'team-shop' },
    ]);
    // The second life has a store of its own: ids of alerts, and the order of what weighs the same, hang on the key of the store.
    const told = (alerts: readonly TriagedAlert[]) =>
      alerts.map(({ identity, owner, raisedAt, score, kinds, recommendation }) => ({
        ...{ identity, owner, raisedAt, score, kinds },
        action: recommendation.action,
      }));
    expect(told(await life(true))).toEqual(told(alive));
  });

  test('what it says of never suspending and of owners counts at once', async () => {
    const { house, tokens } = open();
    const running = await house.start({ respond: { enabled: true, mode: 'approve' } });
    const wish = { identity: { id: BOT }, action: 'suspend-identity', why: 'incident call' };
    await ask(running, tokens.inventory, '/inventory', { identity: BOT, owner: 'team-a', tier: 0, neverSuspend: true });
    const made = (await ask(running, tokens.responder, '/suspensions', wish)).as(suspensionSchema);
    expect(made).toMatchObject({ owner: 'team-a', tier: 0 });
    const look = async () => (await ask(running, tokens.responder, `/suspensions/${made.id}`)).as(lookedSchema);
    expect((await look()).objections).toContain(`${BOT} is on the never-suspend list`);
    await ask(running, tokens.inventory, '/inventory', { identity: BOT, owner: 'team-b', tier: 2 });
    expect((await look()).objections.join()).not.toContain('never-suspend');
    expect((await ask(running, tokens.responder, `/inventory/${BOT}`)).json).toEqual({
      identity: BOT,
      tenant: 'acme',
      owner: 'team-b',
      tier: 2,
    });
    expect((await ask(running, tokens.other, `/inventory/${BOT}`)).status).toBe(404);
  });

  test('lines, gzip and documents are taken; of a bad record its place and reason are told, and the others are kept', async () => {
    const { house, tokens } = open();
    const running = await house.start({ http: { bodyMaxBytes: 4_096, recordsMax: 10 } });
    const lines = [
      '{"identity":"a","owner":"x"}',
      '{"identity":"b","tenant":"other"}',
      '{"identity":"c","tier":77}',
      'junk',
      '{"identity":"arn:aws:iam::111122223333:role/Build","owner":null}',
    ].join('\n');
    const sent = await ask(running, tokens.inventory, '/inventory', gzipSync(lines), { 'content-encoding': 'gzip' });
    expect(sent.json).toMatchObject({ records: 5, stored: 2, refused: 3 });
    const { faults } = sent.as(inventoryTakenSchema);
    expect(faults.map(({ record }) => record)).toEqual([1, 2, 3]);
    expect(faults[0]?.reason).toBe('tenant: not the one of the token');
    const lower = encodeURIComponent('arn:aws:iam::111122223333:role/build');
    expect((await ask(running, tokens.admin, `/inventory/${lower}`)).status).toBe(200);
    expect((await ask(running, tokens.other, '/inventory/b')).status).toBe(404);
    for (const token of [tokens.ingest, tokens.responder])
      expect((await ask(running, token, '/inventory', '{"identity":"a"}')).status).toBe(403);
    expect((await ask(running, tokens.inventory, '/inventory/a')).status).toBe(403);
    expect((await ask(running, tokens.inventory, '/alerts')).status).toBe(403);
    expect((await ask(running, tokens.inventory, '/inventory', '')).status).toBe(400);
    expect((await ask(running, tokens.inventory, '/inventory', `"${'x'.repeat(5_000)}"`)).status).toBe(413);
    expect((await ask(running, tokens.inventory, '/inventory', '{}\n'.repeat(11))).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(100_000, 32));
    expect((await ask(running, tokens.inventory, '/inventory', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('a secret in whatever field is in no table, log or answer', async () => {
    const { house, tokens } = open();
    const running = await house.start();
    const record = {
      identity: `bot ${CANARY}`,
      owner: CANARY,
      purpose: `logs in with ${CANARY}`,
      system: CANARY,
      name: CANARY,
      account: CANARY,
      environment: CANARY,
      grantedScopes: [CANARY],
      peers: [CANARY],
      credentials: [{ id: CANARY, platform: CANARY }],
      note: CANARY,
    };
    const answers = [
      await ask(running, tokens.inventory, '/inventory', record),
      await ask(running, tokens.inventory, '/inventory', { ...record, tier: CANARY, kind: CANARY }),
      await ask(running, tokens.inventory, '/inventory', `{"identity":"x","owner":"${CANARY}"`),
      await ask(running, tokens.inventory, '/inventory', { identity: randomUUID(), tenant: CANARY }),
    ];
    expect(answers[0]?.json).toMatchObject({ stored: 1 });
    expect(JSON.stringify(answers)).not.toContain(CANARY);
    await running.stop();
    expect(running.log()).not.toContain(CANARY);
    const files = (directory: string): string[] =>
      readdirSync(directory).flatMap((name) => {
        const path = join(directory, name);
        return statSync(path).isDirectory() ? files(path) : [path];
      });
    const reopened = await house.start();
    const found = await ask(reopened, tokens.admin, '/dead-letters');
    expect(JSON.stringify(found.json)).not.toContain(CANARY);
    await reopened.stop();
    for (const path of files(join(house.directory, 'store')))
      expect(readFileSync(path).includes(CANARY), path).toBe(false);
  });
});
