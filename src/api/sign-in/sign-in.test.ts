/** Sign-in of people over real sockets, against a real OpenID Connect provider. */
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Config, configSchema } from '../../../schemas/config.ts';
import { freePort } from '../../../test/free-port.ts';
import { MemorySessions, memoryClaims } from '../../../test/unit/memory-sessions.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type OpenIdProvider,
  openIdProvider,
  walker,
} from '../../../test/unit/openid-provider.ts';
import { createHold } from '../../bounds/hold.ts';
import type { ConsoleParts } from '../ports.ts';
import { route } from '../route.ts';
import { startConsole } from '../server.ts';
import { createFlows } from './flow.ts';
import { createProvider } from './provider.ts';
import { type SignInEvent, signInRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';

const MINUTE = 60_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const ROLES = [
  { group: 'soc', role: 'analyst', tenant: 'acme' },
  { group: 'soc-leads', role: 'responder', tenant: 'acme' },
  { group: 'soc', role: 'viewer', tenant: 'globex' },
  { group: 'lookers', role: 'viewer', tenant: 'acme' },
];

interface House {
  readonly url: string;
  readonly issuer: OpenIdProvider;
  readonly events: SignInEvent[];
  readonly failures: unknown[];
  /** Moves the clock of the console forward. */
  later(ms: number): void;
  readonly stored: MemorySessions;
  /** Sessions that were not ended. */
  open(): Promise<number>;
}

async function house(given: object = {}, secret: string | undefined = CLIENT_SECRET): Promise<House> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const issuer = await openIdProvider(url);
  closers.push(issuer.close);
  issuer.accounts.set('ada', { groups: ['soc', 'soc-leads', 'chess'] });
  issuer.accounts.set('vic', { groups: ['lookers'] });
  issuer.accounts.set('eve', { groups: ['chess'] });
  const { http } = configSchema.parse({
    http: { port, signIn: { issuer: issuer.issuer, clientId: CLIENT_ID, url, roles: ROLES, ...given } },
  });
  const signIn = http.signIn!;
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const later = (ms: number) => {
    ahead += ms;
  };
  const stored = new MemorySessions();
  const sessions = createSessions(signIn, stored, clock);
  const events: SignInEvent[] = [];
  const failures: unknown[] = [];
  const said = z.object({ name: z.string(), scope: z.string(), tenant: z.string() });
  const server = await startConsole(
    {
      config: http as Config['http'],
      held: createHold(1024 * 1024),
      version: '0.0.0-test',
      clock,
      findToken: (token: string) =>
        token === 'tdm_known' ? { name: 'robot', scope: 'admin', tenant: 'acme' } : undefined,
      sessions,
      notReady: () => [],
      onEvent: (event: { type: string; error?: unknown }) => event.type === 'failed' && failures.push(event.error),
    } as unknown as ConsoleParts,
    [
      ...signInRoutes({
        config: signIn,
        provider: createProvider(signIn, secret, clock),
        sessions,
        flows: createFlows(randomBytes(32), memoryClaims(), clock),
        onEvent: (event) => events.push(event),
      }),
      ...(['viewer', 'analyst', 'responder', 'admin'] as const).map((scope) =>
        route({
          method: 'POST',
          path: `/as/${scope}`,
          scope,
          summary: 'says who asks',
          answer: said,
          run: async ({ caller }) => ({ body: caller }),
        }),
      ),
      route({
        method: 'GET',
        path: '/me',
        scope: 'viewer',
        summary: 'says who asks',
        answer: said,
        run: async ({ caller }) => ({ body: caller }),
      }),
    ],
  );
  closers.push(() => server.close());
  const open = async () => (await stored.open(clock.now(), 100)).length;
  return { url, issuer, events, failures, stored, open, later };
}

/** Somebody who signed in, with what a page of the console would send. */
async function signedIn({ url }: House, login: string) {
  const browser = walker();
  const callback = await browser.signIn(`${url}/auth/sign-in`, login, `${url}/auth/callback`);
  const answer = await browser.go(callback);
  const session = async () =>
    (await (await browser.go(`${url}/auth/session`)).json()) as {
      signIn?: { label: string };
      session?: { name: string; csrf: string; tenants: { tenant: string; role: string }[] };
    };
  const { session: found } = await session();
  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    browser.go(`${url}${path}`, {
      method,
      headers: {
        'x-tidemark-tenant': 'acme',
        ...(found && { 'x-tidemark-csrf': found.csrf }),
        ...headers,
      },
    });
  return { browser, callback, answer, session, found: found!, ask };
}

describe('who signs in', () => {
  test('acts under the name and with the role that the provider and the groups give, in each tenant apart', async () => {
    const at = await house();
    const ada = await signedIn(at, 'ada');
    expect(ada.answer.status).toBe(303);
    expect(ada.answer.headers.get('location')).toBe('/');
    const cookie = ada.answer.headers.getSetCookie().find((line) => line.startsWith('tidemark-session='))!;
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    // On loopback there is no TLS; where there is, the cookie is sent over nothing else.
    expect(cookie).not.toContain('Secure');
    expect(ada.found).toMatchObject({
      name: 'ada@example.com',
      tenants: [
        { tenant: 'acme', role: 'responder' },
        { tenant: 'globex', role: 'viewer' },
      ],
    });
    const me = await (await ada.ask('/as/responder', 'POST')).json();
    expect(me).toEqual({ name: 'ada@example.com', scope: 'responder', tenant: 'acme' });
    expect((await ada.ask('/as/admin', 'POST')).status).toBe(403);
    expect((await ada.ask('/as/viewer', 'POST', { 'x-tidemark-tenant': 'globex' })).status).toBe(200);
    expect((await ada.ask('/as/analyst', 'POST', { 'x-tidemark-tenant': 'globex' })).status).toBe(403);
    expect(at.events).toEqual([{ type: 'in', name: 'ada@example.com', tenants: 'acme, globex' }]);
  });

  test('sees no tenant that no group gives, and must say which of several is meant', async () => {
    const at = await house();
    const ada = await signedIn(at, 'ada');
    for (const tenant of ['initech', 'acme%00', '%', '']) {
      const answer = await ada.ask('/me', 'GET', { 'x-tidemark-tenant': tenant });
      expect(answer.status, tenant).toBe(403);
    }
    const unsaid = await ada.browser.go(`${at.url}/me`);
    expect(await unsaid.json()).toMatchObject({ status: 403, detail: expect.stringContaining('x-tidemark-tenant') });
    // Of one tenant there is nothing to say.
    const vic = await signedIn(at, 'vic');
    expect(await (await vic.browser.go(`${at.url}/me`)).json()).toMatchObject({ tenant: 'acme', scope: 'viewer' });
  });

  test('is not let in without a group that counts, and is not told which one would', async () => {
    const at = await house();
    const eve = await signedIn(at, 'eve');
    expect(eve.answer.status).toBe(403);
    const page = await eve.answer.text();
    expect(page).toContain('none of your groups');
    expect(page).not.toContain('soc');
    expect(await at.open()).toBe(0);
    expect((await eve.ask('/me')).status).toBe(401);
    expect(at.events).toEqual([{ type: 'refused', reason: 'no-role' }]);
  });

  test('is not let in by an e-mail address that the provider has not verified', async () => {
    const at = await house();
    at.issuer.accounts.set('mal', { email: 'ada@example.com', emailVerified: false, groups: ['soc'] });
    const { answer } = await signedIn(at, 'mal');
    expect(answer.status).toBe(403);
    expect(at.events).toEqual([{ type: 'refused', reason: 'unverified' }]);
  });

  test('loses at the next sign-in what the groups no longer give, in every browser', async () => {
    const at = await house();
    const first = await signedIn(at, 'ada');
    at.issuer.accounts.set('ada', { groups: ['soc'] });
    const second = await signedIn(at, 'ada');
    expect((await second.ask('/as/responder', 'POST')).status).toBe(403);
    expect((await first.ask('/as/responder', 'POST')).status).toBe(401);
  });
});

describe('a sign-in that is not what was begun', () => {
  test('with a forged state begins no session, and the code is not spent on it', async () => {
    const at = await house();
    const browser = walker();
    const callback = new URL(await browser.signIn(`${at.url}/auth/sign-in`, 'ada', `${at.url}/auth/callback`));
    const before = at.issuer.asked.filter((path) => path === '/token').length;
    callback.searchParams.set('state', 'forged');
    const answer = await browser.go(callback.href);
    expect(answer.status).toBe(400);
    expect(await at.open()).toBe(0);
    expect(at.issuer.asked.filter((path) => path === '/token')).toHaveLength(before);
    expect(at.events).toMatchObject([{ type: 'refused', reason: expect.stringMatching(/^forged/) }]);
  });

  test('in a browser that did not begin it, begins no session: nobody is signed in as somebody else', async () => {
    const at = await house();
    const callback = await walker().signIn(`${at.url}/auth/sign-in`, 'ada', `${at.url}/auth/callback`);
    const victim = walker();
    expect((await victim.go(callback)).status).toBe(400);
    // A sign-in of its own makes the state of another no better.
    await victim.go(`${at.url}/auth/sign-in`);
    expect((await victim.go(callback)).status).toBe(400);
    expect(await at.open()).toBe(0);
  });

  test('and comes a second time with the same code, begins no second session', async () => {
    const at = await house();
    const browser = walker();
    const callback = await browser.signIn(`${at.url}/auth/sign-in`, 'ada', `${at.url}/auth/callback`);
    const kept = new Map(browser.cookies);
    expect((await browser.go(callback)).status).toBe(303);
    expect(await at.open()).toBe(1);
    // Whoever copied all cookies and the address has nothing either.
    const thief = walker();
    for (const [key, value] of kept) thief.cookies.set(key, value);
    expect((await thief.go(callback)).status).toBe(400);
    expect(await at.open()).toBe(1);
    // Nor does the provider take a code twice, with a new flow and the old code.
    await thief.go(`${at.url}/auth/sign-in`);
    const replayed = new URL(callback);
    const location = (await thief.go(`${at.url}/auth/sign-in`)).headers.get('location')!;
    replayed.searchParams.set('state', new URL(location).searchParams.get('state')!);
    expect((await thief.go(replayed.href)).status).toBe(400);
    expect(await at.open()).toBe(1);
    expect(at.events.filter(({ type }) => type === 'refused')).toHaveLength(2);
  });

  test('after ten minutes, or turned down by the provider, ends with a page that says what to do', async () => {
    const at = await house();
    const browser = walker();
    const callback = await browser.signIn(`${at.url}/auth/sign-in`, 'ada', `${at.url}/auth/callback`);
    at.later(11 * MINUTE);
    const late = await browser.go(callback);
    expect(late.status).toBe(400);
    expect(await late.text()).toContain('Begin again');
    const location = (await browser.go(`${at.url}/auth/sign-in`)).headers.get('location')!;
    const state = new URL(location).searchParams.get('state')!;
    const declined = await browser.go(
      `${at.url}/auth/callback?${new URLSearchParams({ error: 'access_denied', state, iss: at.issuer.issuer })}`,
    );
    expect(declined.status).toBe(403);
    expect(at.events.map((event) => 'reason' in event && event.reason.split(':')[0])).toEqual(['stale', 'declined']);
  });
});

describe('a session', () => {
  test('is over after silence, and after its whole time however busy it was', async () => {
    const at = await house({ idleMs: 10 * MINUTE, maxMs: 60 * MINUTE });
    const idle = await signedIn(at, 'vic');
    at.later(9 * MINUTE);
    expect((await idle.ask('/me')).status).toBe(200);
    at.later(9 * MINUTE);
    // A page that asks by itself is nobody at the desk.
    expect((await idle.ask('/me', 'GET', { 'x-tidemark-unattended': '1' })).status).toBe(200);
    at.later(2 * MINUTE);
    const over = await idle.ask('/me');
    expect(over.status).toBe(401);
    expect(over.headers.getSetCookie()[0]).toMatch(/^tidemark-session=; .*Max-Age=0/);
    expect(await over.json()).toMatchObject({ remedy: 'Sign in again.' });

    const busy = await signedIn(at, 'vic');
    for (let minutes = 5; minutes < 60; minutes += 5) {
      at.later(5 * MINUTE);
      expect((await busy.ask('/me')).status, `${minutes}`).toBe(200);
    }
    at.later(5 * MINUTE);
    expect((await busy.ask('/me')).status).toBe(401);
  });

  test('changes its cookie while it is used; the one before is worth nothing soon after', async () => {
    const at = await house();
    const vic = await signedIn(at, 'vic');
    const key = [...vic.browser.cookies.keys()].find((name) => name.endsWith('tidemark-session'))!;
    const old = vic.browser.cookies.get(key)!;
    at.later(16 * MINUTE);
    expect((await vic.ask('/me')).status).toBe(200);
    expect(vic.browser.cookies.get(key)).not.toBe(old);
    const withOld = () => fetch(`${at.url}/me`, { headers: { cookie: `tidemark-session=${old}` } });
    // What was under way when it changed is still answered.
    expect((await withOld()).status).toBe(200);
    at.later(2 * MINUTE);
    expect((await withOld()).status).toBe(401);
    expect((await vic.ask('/me')).status).toBe(200);
  });

  test('ends when its person signs out, there and, where it is wanted, at the provider', async () => {
    const at = await house({ endAtProvider: true });
    const vic = await signedIn(at, 'vic');
    const kept = new Map(vic.browser.cookies);
    const out = (await (await vic.ask('/auth/sign-out', 'POST')).json()) as { next: string };
    expect(out.next).toMatch(new RegExp(`^${at.issuer.issuer}/session/end\\?`));
    expect((await vic.ask('/me')).status).toBe(401);
    for (const [key, value] of kept) vic.browser.cookies.set(key, value);
    expect((await vic.ask('/me')).status).toBe(401);
    expect(at.events.at(-1)).toEqual({ type: 'out', name: 'vic@example.com' });
  });

  test('is written down without its cookie, and what only its browser may know is sealed', async () => {
    const at = await house();
    const vic = await signedIn(at, 'vic');
    const key = [...vic.browser.cookies.keys()].find((name) => name.endsWith('tidemark-session'))!;
    const written = JSON.stringify(at.stored.events);
    expect(written).toContain('vic@example.com');
    expect(written).not.toContain(vic.browser.cookies.get(key)!);
    expect(written).not.toContain(vic.found.csrf);
    // An ID token is three parts of base64 that begin like any JSON.
    expect(written).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });

  test('of one person in too many browsers makes room: the one used longest ago is over', async () => {
    const at = await house();
    const first = await signedIn(at, 'vic');
    const second = await signedIn(at, 'vic');
    at.later(6_000);
    expect((await second.ask('/me')).status).toBe(200);
    for (let browsers = 2; browsers < 17; browsers++) {
      at.later(1_000);
      await signedIn(at, 'vic');
    }
    expect(await at.open()).toBe(16);
    expect((await first.ask('/me')).status).toBe(401);
  });

  test('is listed to an admin of a tenant it has a role in, who may end it', async () => {
    const at = await house({ roles: [...ROLES, { group: 'chiefs', role: 'admin', tenant: 'globex' }] });
    at.issuer.accounts.set('boss', { groups: ['chiefs'] });
    const [vic, ada, boss] = [await signedIn(at, 'vic'), await signedIn(at, 'ada'), await signedIn(at, 'boss')];
    expect((await ada.ask('/auth/sessions')).status).toBe(403);
    const globex = { 'x-tidemark-tenant': 'globex' };
    const { sessions } = (await (await boss.ask('/auth/sessions', 'GET', globex)).json()) as {
      sessions: { id: string; name: string; role: string }[];
    };
    // vic has nothing in this tenant, and is not told of.
    expect(sessions.map(({ name, role }) => `${name} ${role}`).sort()).toEqual([
      'ada@example.com viewer',
      'boss@example.com admin',
    ]);
    const [vics] = (await at.stored.open(0, 10)).filter(({ body }) => body.includes('vic'));
    expect((await boss.ask(`/auth/sessions/${vics!.id}/end`, 'POST', globex)).status).toBe(404);
    const adas = sessions.find(({ name }) => name.startsWith('ada'))!;
    expect((await boss.ask(`/auth/sessions/${adas.id}/end`, 'POST', globex)).status).toBe(200);
    expect((await ada.ask('/me')).status).toBe(401);
    expect((await vic.ask('/me')).status).toBe(200);
    expect(at.events.at(-1)).toEqual({ type: 'ended', name: 'ada@example.com', by: 'boss@example.com' });
  });

  test('leads nobody elsewhere: what an address asks for as the next page does not count', async () => {
    const at = await house();
    const browser = walker();
    const asked = ['next', 'return_to', 'redirect_uri', 'RelayState'].map((name) => `${name}=https://evil.example/`);
    const begun = await browser.go(`${at.url}/auth/sign-in?${asked.join('&')}`);
    expect(begun.headers.get('location') ?? '').not.toContain('evil.example');
    const callback = await browser.signIn(`${at.url}/auth/sign-in`, 'ada', `${at.url}/auth/callback`);
    const back = await browser.go(`${callback}&${asked.join('&')}`);
    expect(back.headers.get('location') ?? '').not.toContain('evil.example');
    const location = new URL(await walker().signIn(`${at.url}/auth/sign-in`, 'ada', `${at.url}/auth/callback`));
    expect(location.origin).toBe(at.url);
  });

  test('takes no request that another site made the browser send', async () => {
    const at = await house();
    const ada = await signedIn(at, 'ada');
    const forged: Record<string, string>[] = [
      { 'x-tidemark-csrf': '' },
      { 'x-tidemark-csrf': 'guessed' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of forged) {
      const answer = await ada.ask('/as/analyst', 'POST', headers);
      expect(answer.status, JSON.stringify(headers)).toBe(403);
    }
    // Nor does it read: an answer with who is signed in goes to pages of ours alone.
    expect((await ada.ask('/me', 'GET', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const asked = await ada.browser.go(`${at.url}/auth/session`, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(await asked.json()).not.toHaveProperty('session');
    // Nor does another site sign anybody out.
    for (const headers of forged) expect((await ada.ask('/auth/sign-out', 'POST', headers)).status).toBe(403);
    expect((await ada.browser.go(`${at.url}/auth/sign-out`)).status).toBe(404);
    expect((await ada.ask('/me')).status).toBe(200);
    const good = await ada.ask('/as/analyst', 'POST', { origin: at.url, 'sec-fetch-site': 'same-origin' });
    expect(good.status).toBe(200);
  });

  test('stands behind a token: who bears one is its caller, and needs no cookie', async () => {
    const at = await house();
    const vic = await signedIn(at, 'vic');
    const answer = await vic.ask('/as/admin', 'POST', { authorization: 'Bearer tdm_known', 'x-tidemark-csrf': '' });
    expect(await answer.json()).toMatchObject({ name: 'robot' });
    expect((await vic.ask('/as/viewer', 'POST', { authorization: 'Bearer tdm_none' })).status).toBe(401);
  });
});

describe('a provider', () => {
  test('that does not answer is told on the page and in the log, and is asked again', async () => {
    const at = await house();
    await at.issuer.close();
    const answer = await walker().go(`${at.url}/auth/sign-in`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('does not answer');
    expect(at.events).toMatchObject([{ reason: expect.stringMatching(/^unreachable/) }]);
    expect(at.failures).toEqual([]);
  });

  test.each<[string, RegExp, RequestListener]>([
    [
      'endlessly',
      /larger than 1048576 bytes/,
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const piece = Buffer.alloc(64 * 1024, ' ');
        const pour = () => {
          while (!response.destroyed && response.write(piece));
        };
        response.on('drain', pour);
        pour();
      },
    ],
    [
      'by leading elsewhere',
      /status code/,
      (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    ],
  ])('that answers %s is not followed', async (_, reason, answer) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      answer(request, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { http } = configSchema.parse({
      http: { signIn: { issuer, clientId: CLIENT_ID, url: 'http://127.0.0.1:8080', roles: ROLES } },
    });
    const provider = createProvider(http.signIn!, CLIENT_SECRET, { now: Date.now });
    await expect(provider.begin()).rejects.toMatchObject({
      fault: 'unreachable',
      message: expect.stringMatching(reason),
    });
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });

  test('that names a script for the place where its session ends, leads no page of ours there', async () => {
    const ends = ['javascript:alert(document.domain)//', 'data:text/html,x', 'https://login.example.com/end'];
    for (const end_session_endpoint of ends) {
      const server = createServer((_, response) => {
        const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const endpoint = `${issuer}/x`;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ issuer, authorization_endpoint: endpoint, token_endpoint: endpoint, end_session_endpoint }),
        );
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      closers.push(async () => void server.close());
      const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { http } = configSchema.parse({
        http: { signIn: { issuer, clientId: CLIENT_ID, url: 'http://127.0.0.1:8080', roles: ROLES } },
      });
      // As the route does: where it cannot be told, nobody is led anywhere.
      const provider = createProvider(http.signIn!, CLIENT_SECRET, { now: Date.now });
      const next = await provider.endUrl('token').catch(() => undefined);
      expect([end_session_endpoint, next?.startsWith('https://login.example.com/end?')]).toEqual([
        end_session_endpoint,
        end_session_endpoint.startsWith('https:') ? true : undefined,
      ]);
    }
  });

  test('that refuses the client secret is told to the operator; the secret is in no page and no event', async () => {
    const at = await house({}, 'another-secret-than-agreed');
    const { answer } = await signedIn(at, 'ada');
    expect(answer.status).toBe(502);
    const all = JSON.stringify([await answer.text(), at.events, at.failures]);
    expect(at.events).toMatchObject([
      { reason: expect.stringMatching(/^refused: the provider does not take the client/) },
    ]);
    expect(all).not.toContain('another-secret');
  });
});

test('cookies of a console behind TLS are sent over TLS alone, and cannot be set by a neighbouring host', async () => {
  const config = { url: 'https://tidemark.example.com', idleMs: 1, maxMs: MINUTE };
  const sessions = createSessions(config, new MemorySessions(), { now: () => 0 });
  const grants = new Map([['acme', 'viewer' as const]]);
  const cookie = await sessions.begin({ subject: '1', name: 'ada', grants }, 'id');
  expect(cookie).toMatch(/^__Host-tidemark-session=\S{43}; Path=\/; Max-Age=60; HttpOnly; SameSite=Strict; Secure$/);
});

test('an issuer or a console without TLS is refused but on loopback', () => {
  const parse = (signIn: object) =>
    configSchema.safeParse({ http: { signIn: { clientId: 'x', roles: ROLES, ...signIn } } }).success;
  const https = 'https://tidemark.example.com';
  expect(parse({ issuer: 'https://login.example.com', url: https })).toBe(true);
  expect(parse({ issuer: 'http://login.example.com', url: https })).toBe(false);
  expect(parse({ issuer: 'https://login.example.com', url: 'http://10.0.0.1' })).toBe(false);
  expect(parse({ issuer: 'http://127.0.0.1.evil.example', url: https })).toBe(false);
});
