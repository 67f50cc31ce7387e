import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { suspensionSchema } from '../../schemas/suspension.ts';
import { linkSchema } from '../../src/api/approval-routes.ts';
import { lookedSchema } from '../../src/api/suspension-routes.ts';
import { createApprovalLinks } from '../../src/respond/approval-links.ts';
import { build, embeddedMissing, type House, type Running, stopEverything } from './console-rig.ts';
import { Answer } from './harness/answer.ts';

const KEY = 'canary-key-of-the-links-0123456789abcdef';
const NASTY = '<script>alert(1)</script>\u202e"\'&';

describe.skipIf((await embeddedMissing()) !== undefined)('approval links', () => {
  let house: House;
  let running: Running;
  const tokens = { ada: '', grace: '', root: '', eve: '' };

  beforeEach(async () => {
    house = build();
    tokens.ada = house.admit({ name: 'ada', scope: 'responder', tenant: 'acme' });
    tokens.grace = house.admit({ name: 'grace', scope: 'responder', tenant: 'acme' });
    tokens.root = house.admit({ name: 'root', scope: 'admin', tenant: 'acme' });
    tokens.eve = house.admit({ name: 'eve', scope: 'admin', tenant: 'other' });
    writeFileSync(join(house.directory, 'key'), `${KEY}\n`, { mode: 0o600 });
    await start();
  });
  afterEach(async () => {
    await stopEverything();
    house.remove();
  });

  async function start(respond: object = {}) {
    running = await house.start({
      respond: {
        enabled: true,
        mode: 'approve',
        links: { url: 'https://tidemark.example.com/', keyFile: join(house.directory, 'key') },
        ...respond,
      },
    });
  }

  async function ask(path: string, body?: object, by = tokens.ada) {
    const answer = await fetch(`${running.url}/v1/suspensions${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${by}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return Answer.of(answer);
  }

  const suspend = async (id = 'ci-deployer') =>
    (await ask('', { identity: { id }, action: 'suspend-identity', why: `because ${NASTY}` })).as(suspensionSchema).id;
  const linkTo = async (id: string, by = tokens.ada, body = {}) => {
    const { url } = (await ask(`/${id}/links`, body, by)).as(linkSchema);
    expect(url).toMatch(/^https:\/\/tidemark\.example\.com\/approvals\/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    return url.replace('https://tidemark.example.com', running.url);
  };
  async function visit(url: string, form?: Record<string, string>) {
    const answer = await fetch(url, form && { method: 'POST', body: new URLSearchParams(form) });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  const stateOf = async (id: string) => (await ask(`/${id}`)).as(lookedSchema).suspension;

  test('shows what would happen and changes nothing; a POST decides, once', async () => {
    const id = await suspend();
    const url = await linkTo(id);
    for (let look = 0; look < 3; look++) {
      const page = await visit(url);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(page.text).toContain('Suspend the identity?');
      expect(page.text).toContain('You decide as <bdi>ada</bdi>');
      expect(page.text).not.toContain('<script');
      expect(page.text).not.toContain('\u202e');
      expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\u202e&quot;&#39;&amp;');
    }
    expect((await stateOf(id)).approvals).toEqual([]);
    for (const form of [{}, { decision: 'approve' }, { decision: 'lift', why: 'x' }, { decision: 'approve', why: ' ' }])
      expect((await visit(url, form)).status).toBe(400);
    expect((await stateOf(id)).approvals).toEqual([]);

    const forms = Array.from({ length: 4 }, () => visit(url, { decision: 'approve', why: 'not ours' }));
    const answers = await Promise.all(forms);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await stateOf(id)).toMatchObject({ state: 'approved', approvals: [{ by: { kind: 'person', id: 'ada' } }] });
    // It does not take back what it gave, not after a restart either.
    expect((await visit(url, { decision: 'reject', why: 'no' })).status).toBe(409);
    await running.stop();
    await start();
    const later = url.replace(/^http:\/\/[^/]+/, running.url);
    expect((await visit(later, { decision: 'reject', why: 'no' })).status).toBe(409);
    expect((await visit(later)).text).toContain('Nothing to decide');
    expect((await stateOf(id)).state).toBe('approved');
    expect(running.log()).not.toContain(later.slice(-40));
    expect(running.log()).not.toContain(KEY);
  });

  test('whoever guesses at links is told to come again later', async () => {
    await running.stop();
    running = await house.start({
      http: { requestsPerSecond: 2 },
      respond: {
        enabled: true,
        mode: 'approve',
        links: { url: 'https://tidemark.example.com', keyFile: join(house.directory, 'key') },
      },
    });
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, n) => visit(`${running.url}/approvals/${n}`)));
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([404, 429]));
    // Those who have a token are not held up by it.
    expect((await ask('')).status).toBe(200);
  });

  test('rejects as well', async () => {
    const id = await suspend();
    expect((await visit(await linkTo(id), { decision: 'reject', why: 'a migration' })).status).toBe(200);
    expect((await stateOf(id)).state).toBe('rejected');
    expect((await ask(`/${id}/links`, {})).status).toBe(404);
  });

  test('is of one person: for another only an admin makes one, and two links of one person are one approval', async () => {
    await running.stop();
    await start({ approvals: 2 });
    const id = await suspend();
    expect((await ask(`/${id}/links`, { recipient: 'grace' })).status).toBe(403);
    expect((await ask(`/${id}/links`, {}, tokens.eve)).status).toBe(404);
    expect((await visit(await linkTo(id), { decision: 'approve', why: 'yes' })).text).toContain('second person');
    expect(
      (await visit(await linkTo(id, tokens.root, { recipient: 'ada' }), { decision: 'approve', why: 'y' })).status,
    ).toBe(409);
    expect((await stateOf(id)).state).toBe('recommended');
    const other = await linkTo(id, tokens.root, { recipient: 'grace' });
    expect((await visit(other, { decision: 'approve', why: 'yes' })).status).toBe(200);
    expect((await stateOf(id)).state).toBe('approved');
  });

  test('forged, changed, expired or for something else it says so, and nothing happens', async () => {
    const id = await suspend();
    const url = await linkTo(id);
    const base = `${running.url}/approvals/`;
    const token = url.slice(base.length);
    const claims = {
      tenant: 'acme',
      suspension: id,
      binding: (await ask(`/${id}`)).as(lookedSchema).preview.binding,
      recipient: 'ada',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    };
    const made = (change: object, key = KEY) => base + createApprovalLinks(key).make({ ...claims, ...change });
    for (const wrong of [
      `${base}x`,
      `${url}x`,
      base + token.slice(1),
      base + token.replace('.', '.A'),
      `${base}${token}.${token}`,
      base + 'a'.repeat(2_000),
      made({}, 'another key of the links 0123456789'),
      made({ expiresAt: new Date(Date.now() - 1).toISOString() }),
      made({ tenant: 'other' }),
    ])
      for (const form of [undefined, { decision: 'approve', why: 'x' }])
        expect((await visit(wrong, form)).status, wrong).toBe(404);
    const moved = made({ binding: '0'.repeat(64) });
    expect((await visit(moved)).text).toContain('not what this link was made for');
    expect((await visit(moved, { decision: 'reject', why: 'x' })).status).toBe(409);
    expect((await visit(url, { decision: 'approve', why: 'x'.repeat(30_000) })).status).toBe(413);
    expect(await stateOf(id)).toMatchObject({ state: 'recommended', approvals: [] });
  });
});
