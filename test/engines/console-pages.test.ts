/** The pages of the console in a real browser, on the store of the demonstration. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Home } from '../../schemas/identity-ref.ts';
import { built, builtConsole } from '../built.ts';
import { freePort } from '../free-port.ts';
import { type HttpReceiver, httpReceiver } from '../unit/http-receiver.ts';
import { CLIENT_ID, CLIENT_SECRET, type OpenIdProvider, openIdProvider } from '../unit/openid-provider.ts';
import { build, embeddedMissing, type House, type Running } from './console-rig.ts';
import { type Browser, chromiumMissing, openChromium } from './harness/chromium.ts';

const run = promisify(execFile);
const missing = (await embeddedMissing()) ?? chromiumMissing();
/** Put into the page by the protocol of the browser: the policy of the page would not let it in. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
/** Text that a browser would run, and that turns what stands beside it round, if it ever were markup. */
const EVIL = `"><img src=x onerror="window.planted=1"><script>window.planted=1</script>\u202eevil\u0007`;
/** Tables that are wider than a phone, and cells there that do not say what they are, or say it over their text. */
const CUT_OFF = `[...document.querySelectorAll('.wide')].flatMap((wide) => [
  ...(wide.scrollWidth > wide.clientWidth ? [wide.textContent.slice(0, 80)] : []),
  ...[...wide.querySelectorAll('thead ~ tbody > tr > *')]
    .filter((cell) => {
      const { content, whiteSpace } = getComputedStyle(cell, '::before');
      return !['', 'none'].includes(cell.textContent) && (content.length < 4 || whiteSpace === 'nowrap');
    })
    .map((cell) => cell.textContent.slice(0, 80)),
])`;
const DAY_MS = 86_400_000;
/** The demo is judged in some twenty seconds; only what hangs takes so long. */
const HANGS_MS = 600_000;

const planted = (id: string) => ({
  id: `${id}${EVIL}`,
  at: new Date(Date.now() - 60_000).toISOString(),
  identity: { id: `planted${EVIL}`, kind: 'bot', provider: 'acme', name: `planted${EVIL}`, account: EVIL },
  credential: { id: `key${EVIL}`, kind: 'access-key' },
  actor: { id: `actor${EVIL}`, kind: `kind${EVIL}` },
  onBehalfOf: [{ id: `boss${EVIL}`, kind: `human${EVIL}` }],
  action: { name: `act${EVIL}`, service: `service${EVIL}`, access: 'write' },
  resource: { id: `target${EVIL}`, type: `type${EVIL}` },
  source: {
    ip: '203.0.113.9',
    org: `org${EVIL}`,
    country: `land${EVIL}`,
    userAgent: `client${EVIL}`,
    workload: `pod${EVIL}`,
  },
  scopes: [`scope${EVIL}`],
  outcome: 'denied',
  errorCode: `error${EVIL}`,
});

describe.skipIf(missing !== undefined)('the console in Chromium', () => {
  let house: House;
  let running: Running;
  let receiver: HttpReceiver;
  let provider: OpenIdProvider;
  let browser: Browser;
  let token: Record<'viewer' | 'responder' | 'admin', string>;
  const faults: string[] = [];

  beforeAll(async () => {
    house = build();
    const cli = await built('src/cli.ts');
    await builtConsole();
    receiver = await httpReceiver();
    writeFileSync(`${house.directory}/gateway.secret`, SECRET, { mode: 0o600 });
    await run(process.execPath, [cli, 'demo', '--store', `${house.directory}/store`, '--json'], {
      cwd: house.directory,
      maxBuffer: 64 * 1024 * 1024,
    });
    const admit = (name: string, scope: 'viewer' | 'responder' | 'admin') =>
      house.admit({ name, scope, tenant: 'default' });
    token = { viewer: admit('vic', 'viewer'), responder: admit('rae', 'responder'), admin: admit('ada', 'admin') };
    writeFileSync(`${house.directory}/client.secret`, CLIENT_SECRET, { mode: 0o600 });
    const port = await freePort();
    const consoleUrl = `http://127.0.0.1:${port}`;
    // Another site than the console, as it is anywhere.
    provider = await openIdProvider(consoleUrl, 'localhost');
    provider.accounts.set('vera', { groups: ['lookers'] });
    provider.accounts.set('ines', { groups: ['soc'] });
    running = await house.start({
      http: {
        port,
        signIn: {
          issuer: provider.issuer,
          clientId: CLIENT_ID,
          clientSecretFile: `${house.directory}/client.secret`,
          url: consoleUrl,
          label: 'Acme',
          roles: [
            { group: 'lookers', role: 'viewer' },
            { group: 'soc', role: 'analyst' },
            { group: 'soc', role: 'viewer', tenant: 'other' },
          ],
        },
      },
      alerts: { falsePerDay: 0.5 },
      sinks: {
        desk: {
          type: 'webhook',
          url: `${receiver.url}/alerts`,
          secretFile: `${house.directory}/gateway.secret`,
          filter: { owners: ['nobody-here'] },
        },
      },
      delivery: { allowPrivateTargets: true, pollMs: 50 },
      respond: {
        enabled: true,
        mode: 'approve',
        responder: 'gateway',
        pollMs: 100,
        responders: {
          gateway: { type: 'webhook', url: `${receiver.url}/act`, secretFile: `${house.directory}/gateway.secret` },
        },
      },
    });
    const sent = await fetch(`${running.url}/v1/activities?format=activity`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.admin}` },
      body: [planted('one'), planted('two')].map((one) => JSON.stringify(one)).join('\n'),
    });
    expect(await sent.json()).toMatchObject({ activities: 2 });
    const early = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'RequestReceived', verb: 'get' };
    await fetch(`${running.url}/v1/activities?format=kubernetes-audit`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.admin}` },
      body: [early, early].map((one) => JSON.stringify(one)).join('\n'),
    });
    browser = await openChromium();
  }, HANGS_MS);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    await receiver?.close();
    await provider?.close();
    house?.remove();
  });

  afterEach(async () => {
    for (const page of browser?.context.pages() ?? []) await page.close();
  });

  async function asked<T>(path: string): Promise<T> {
    const answer = await fetch(running.url + path, { headers: { authorization: `Bearer ${token.admin}` } });
    return (await answer.json()) as T;
  }

  async function settled(page: Page): Promise<void> {
    await page.locator('h1').first().waitFor();
    await page.locator('.spinner').first().waitFor({ state: 'detached' });
  }

  /** What is true in the page, as text of a script: the compiler of the tests knows no browser. */
  const inPage = <T>(page: Page, script: string) => page.evaluate<T>(script);
  const said = (page: Page) => inPage<string>(page, "document.querySelector('main').innerText");

  /** A page of somebody who signed in. What the browser complains about is kept. */
  async function signedIn(as: keyof typeof token): Promise<Page> {
    const page = await browser.context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // That a request was refused is told on the page.
      if (message.type() === 'error' && !message.text().includes('status of 4')) faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(running.url) && !request.url().startsWith('blob:'))
        faults.push(`asked ${request.url()}`);
    });
    await page.goto(running.url);
    await page.getByLabel('Token').fill(token[as]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForSelector('nav');
    await settled(page);
    return page;
  }

  async function show(page: Page, hash: string): Promise<void> {
    await page.goto(`${running.url}/${hash}`);
    // The page takes note of its address in its next turn.
    await inPage(page, 'new Promise((done) => setTimeout(done, 50))');
    await settled(page);
  }

  async function objections(page: Page, rules?: readonly string[]): Promise<string[]> {
    await inPage(page, AXE);
    const { violations } = await inPage<{
      violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
    }>(page, `axe.run(${rules === undefined ? '' : JSON.stringify({ runOnly: rules })})`);
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
  }

  interface Listed {
    readonly id: string;
    readonly identity: Home & { readonly id: string; readonly kind: string; readonly name?: string };
    readonly incident?: string;
  }
  const alertOf = async (name: string) => {
    const { alerts } = await asked<{ alerts: Listed[] }>('/v1/alerts?limit=100');
    return alerts.find(({ identity }) => (identity.name ?? identity.id) === name)!;
  };

  test('the page comes with a policy that lets nothing in but itself, and its parts are kept for good', async () => {
    const page = await fetch(running.url);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const html = await page.text();
    expect(html).not.toMatch(/<style|<script(?![^>]*src=)|style=|\son\w+=/);
    const parts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(parts.length).toBeGreaterThanOrEqual(2);
    let bytes = 0;
    for (const part of parts) {
      const answer = await fetch(running.url + part, { headers: { 'accept-encoding': 'gzip' } });
      expect(answer.headers.get('cache-control')).toContain('immutable');
      bytes += Number(answer.headers.get('content-length'));
    }
    expect(bytes).toBeLessThan(150_000);
  });

  test('every page shows what the store holds, at every width, and axe finds nothing in light or dark', async () => {
    const page = await signedIn('viewer');
    const alert = await alertOf('orders-api');
    const places: Record<string, string | string[]> = {
      '#/alerts': 'orders-api',
      [`#/alerts/${alert.id}`]: 'Usual against seen',
      [`#/identities/${encodeURIComponent(alert.identity.id)}`]: [
        'team-shop',
        'Few of them do this',
        'secretsmanager:ListSecrets',
        'Beside others',
      ],
      '#/fleet': 'Drifting most',
      '#/fleet?list=all': 'All identities',
      '#/fleet?list=classes': 'compared with one another',
      '#/fleet?list=gaps': 'No owner',
      '#/suspensions': 'sound',
      '#/health': 'What comes in',
    };
    for (const [hash, texts] of Object.entries(places)) {
      await show(page, hash);
      for (const text of [texts].flat()) expect(await said(page), hash).toContain(text);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await objections(page), `${hash} light`).toEqual([]);
      // In the dark the colours alone are others.
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await objections(page, ['color-contrast']), `${hash} dark`).toEqual([]);
      for (const width of [400, 2_560]) {
        await page.setViewportSize({ width, height: 900 });
        expect(
          await inPage<number>(page, 'document.documentElement.scrollWidth'),
          `${hash} at ${width}`,
        ).toBeLessThanOrEqual(width);
        if (width === 400) expect(await inPage<string[]>(page, CUT_OFF), `${hash} at ${width}`).toEqual([]);
      }
      await page.setViewportSize({ width: 1_280, height: 900 });
    }
  });

  test('a chart is drawn anew in the colours of the page, and what is not there has a way back', async () => {
    const page = await signedIn('viewer');
    await page.emulateMedia({ colorScheme: 'light' });
    const drawn = () => inPage<string>(page, "document.querySelector('canvas').toDataURL()");
    const light = await drawn();
    await page.emulateMedia({ colorScheme: 'dark' });
    // By the protocol of the browser each time: what the page runs by itself its policy forbids.
    await expect.poll(drawn, { timeout: HANGS_MS }).not.toBe(light);
    await show(page, '#/identities/nobody-of-this-name');
    await page.getByRole('link', { name: 'Go to the fleet' }).waitFor();
    expect(await objections(page)).toEqual([]);
  });

  test('a token that nobody knows is told as one, and not as a session that is over', async () => {
    const page = await browser.context.newPage();
    await page.goto(running.url);
    await page.getByLabel('Token').fill('tdm_mistyped');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe(
      'This token is not known, or has ended. See that it was copied whole, or ask for a new one.',
    );
  });

  test('a viewer may look and is offered nothing to decide', async () => {
    const page = await signedIn('viewer');
    const alert = await alertOf('orders-api');
    await show(page, `#/alerts/${alert.id}`);
    expect(await said(page)).toContain('To decide takes the role analyst');
    for (const name of ['Acknowledge', 'Benign', 'Attack', 'Suppress', 'Ask for it'])
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    await page.keyboard.press('b');
    expect(await page.locator('dialog').count()).toBe(0);
    // A record that is opened stands there as a whole: nothing of it scrolls out of reach of a keyboard.
    await page.locator('.activities summary').first().click();
    await page.locator('.activities pre').first().waitFor();
    expect(await objections(page, ['scrollable-region-focusable'])).toEqual([]);
  });

  test('people sign in at their provider, decide under their name what their groups let them, and are out when they say so', async () => {
    const alert = await alertOf('orders-api');
    const arrive = async (login: string) => {
      const page = await browser.context.newPage();
      await page.goto(`${running.url}/#/alerts/${alert.id}`);
      await page.getByRole('link', { name: 'Sign in with Acme' }).click();
      await page.locator('input[name=login]').fill(login);
      await page.locator('input[name=password]').fill('any');
      await page.locator('form button[type=submit]').click();
      // Back on the page that was asked for.
      await page.getByText('Usual against seen').waitFor();
      await settled(page);
      return page;
    };
    const leave = async (page: Page) => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in with Acme' }).waitFor();
      const kept = await page.context().cookies(running.url);
      expect(kept.map(({ name }) => name)).toEqual([]);
      // The session at the provider is its own; the next person has another browser.
      await page.context().clearCookies();
      await page.close();
    };
    /** What the page would send, were the buttons there. */
    const verdict = (page: Page) =>
      inPage<number>(
        page,
        `fetch('/auth/session').then((answer) => answer.json()).then(({ session }) =>
          fetch('/v1/alerts/${alert.id}/acknowledge', {
            method: 'POST',
            headers: { 'x-tidemark-csrf': session.csrf, 'x-tidemark-tenant': session.tenants[0].tenant },
            body: '{}',
          })).then((answer) => answer.status)`,
      );

    const vera = await arrive('vera');
    expect(await vera.locator('.who').textContent()).toContain('vera@example.com');
    expect(await said(vera)).toContain('To decide takes the role analyst');
    expect(await vera.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    expect(await verdict(vera)).toBe(403);
    // No script of a page, and so none of a log, gets at what the session rests on.
    expect(await inPage<string>(vera, 'document.cookie')).toBe('');
    expect(await objections(vera)).toEqual([]);
    await leave(vera);

    const ines = await arrive('ines');
    await ines.reload();
    await settled(ines);
    await ines.getByRole('button', { name: 'Acknowledge' }).click();
    // What is pressed next is written: a blank on the button that closes it would close it.
    await ines.keyboard.type('I look at it');
    expect(await ines.getByLabel('Why').inputValue()).toBe('I look at it');
    await ines.locator('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await ines.locator('.alert-line').getByText('Acknowledged').waitFor();
    const { actions } = await asked<{ actions: { actor: string }[] }>(`/v1/alerts/${alert.id}/history`);
    expect(actions.map(({ actor }) => actor)).toEqual(['ines@example.com']);
    // In her other tenant she sees none of it.
    await ines.getByLabel('Tenant').selectOption('other');
    await ines.getByText('there is no such alert of this tenant').waitFor();
    // An admin sees her session, and ends it: her cookie is worth nothing then.
    const hers = await ines.context().cookies(running.url);
    await ines.context().clearCookies();
    await ines.close();
    const admin = await signedIn('admin');
    await show(admin, '#/health');
    const row = admin.getByRole('row', { name: /ines@example\.com/ });
    expect(await row.textContent()).toContain('analyst');
    expect(await objections(admin)).toEqual([]);
    await row.getByRole('button', { name: 'End it' }).click();
    await admin.getByText('The session of ines@example.com is over').waitFor();
    await admin.close();
    await browser.context.addCookies(hers);
    const back = await browser.context.newPage();
    await back.goto(running.url);
    await back.getByRole('link', { name: 'Sign in with Acme' }).waitFor();
    await browser.context.clearCookies();
    await back.close();
    expect(running.log()).toContain('session-ended');
    expect(running.log()).toContain('ines@example.com');
    expect(running.log()).not.toContain(CLIENT_SECRET);
  });

  test('text of a log is never markup, and what hides in it is shown', async () => {
    const page = await signedIn('admin');
    for (const hash of ['#/fleet?list=fresh', `#/identities/${encodeURIComponent(`planted${EVIL}`)}`, '#/alerts']) {
      await show(page, hash);
      const found = await inPage<{ ran?: number; images: number; text: string }>(
        page,
        `({
          ran: window.planted,
          images: document.querySelectorAll('img, body script:not([src])').length,
          text: document.body.innerText,
        })`,
      );
      expect(found.ran, hash).toBeUndefined();
      expect(found.images, hash).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(found.text, hash).not.toMatch(/[\u202e\u0007]/);
      if (hash !== '#/alerts') expect(found.text, hash).toContain('<img src=x');
    }
    expect(await said(page)).not.toContain('undefined');
  });

  test('an admin sees what a record was that nobody could read, without its secret; nobody else does', async () => {
    const secret = `ghp_${'aB3dE5gH7jK9'.repeat(3)}`;
    await fetch(`${running.url}/v1/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.admin}` },
      body: `no record at all, with ${secret} in it ${EVIL}`,
    });
    const page = await signedIn('admin');
    await show(page, '#/health');
    await page.getByText('The last of them').click();
    await page.getByRole('button', { name: 'Show it' }).first().click();
    await page.locator('pre', { hasText: 'no record at all' }).waitFor();
    expect(await said(page)).not.toContain(secret);
    expect(await inPage(page, 'window.planted')).toBeUndefined();
    const { deadLetters } = await asked<{ deadLetters: { id: string }[] }>('/v1/dead-letters');
    const looked = await fetch(`${running.url}/v1/dead-letters/${deadLetters[0]!.id}`, {
      headers: { authorization: `Bearer ${token.responder}` },
    });
    expect(looked.status).toBe(403);
  });

  test('filters stand in the address, an incident is one row until it is opened, and keys move through the queue', async () => {
    const page = await signedIn('viewer');
    await show(page, '#/alerts');
    const rows = () => page.locator('.queue-row').count();
    const folded = await rows();
    await page
      .getByRole('button', { name: /one incident of/ })
      .first()
      .click();
    await page.locator('.queue-row').nth(folded).waitFor();
    expect(await rows()).toBeGreaterThan(folded);
    // A key moves the choice, and the page shows it a moment later.
    const chosen = (row: number) =>
      page.locator('.queue-row').nth(row).and(page.locator('[aria-current="true"]')).waitFor();
    const at = await page.locator('.queue-row').evaluateAll((all) =>
      Math.max(
        0,
        all.findIndex((row) => row.getAttribute('aria-current') === 'true'),
      ),
    );
    for (let row = at; row > 0; row--) {
      await page.keyboard.press('k');
      await chosen(row - 1);
    }
    await page.keyboard.press('j');
    await chosen(1);
    // Who comes back from an alert goes on at it.
    await page.keyboard.press('Enter');
    await page.getByText('Usual against seen').waitFor();
    expect(await page.title()).toMatch(/^Alert [0-9a-f]{12} · Tidemark$/);
    // What the keyboard does next, and what is read aloud, is on that page.
    expect(await inPage<string>(page, 'document.activeElement.id')).toBe('main');
    await page.keyboard.press('u');
    await chosen(1);
    expect(await page.title()).toBe('Alerts · Tidemark');
    await page.keyboard.press('k');
    await chosen(0);
    await page.keyboard.press('?');
    expect(await page.locator('dialog').textContent()).toContain('next alert');
    await page.keyboard.press('Escape');
    // Nothing behind a dialog can be written into until it is gone.
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.getByLabel('Severity').selectOption('critical');
    await settled(page);
    expect(page.url()).toContain('severity=critical');
    await page.locator('.queue-row:not(.edge-critical)').first().waitFor({ state: 'detached' });
    await page.getByLabel('Owner').fill('nobody-of-this-name');
    await page.keyboard.press('Enter');
    await page.getByText('No alert matches these filters.').waitFor();
  });

  test('an analyst goes from the queue to a suspension that is lifted again', async () => {
    const page = await signedIn('responder');
    const alert = await alertOf('ci-docs');
    await show(page, '#/alerts');
    await page.locator(`a[href$="${alert.id}"]`).first().click();
    await page.getByText('Where the score comes from').waitFor();
    await settled(page);

    await page.keyboard.press('t');
    await page.getByLabel('Why').fill('the docs pipeline has no business with IAM');
    await page.getByRole('button', { name: 'Call it an attack' }).click();
    await page.locator('.alert-line').getByText('Confirmed').waitFor();

    await page.getByRole('button', { name: /Ask for it/ }).click();
    await page.getByLabel('Why', { exact: true }).fill('stop it before it goes on');
    await page.getByRole('button', { name: 'Ask for it', exact: true }).click();
    const card = page.locator('.suspension');
    await card.getByText('recommended', { exact: true }).waitFor();
    expect(await card.textContent()).toMatch(/about [\d.]+ calls an hour/);
    const { id, kind, provider, account } = alert.identity;
    const { suspensions } = await asked<{ suspensions: Listed[] }>(`/v1/suspensions?alert=${alert.id}`);
    expect(suspensions.map(({ identity }) => identity)).toEqual([
      { id, kind, provider, ...(account !== undefined && { account }) },
    ]);
    const home = new URLSearchParams({ provider: provider!, ...(account !== undefined && { account }) });
    const link = `a[href$="?${home}"]`;
    await card.locator(link).waitFor();

    await card.getByLabel('Why, for the audit trail').fill('seen, and agreed');
    await card.getByRole('button', { name: 'Approve' }).click();
    await card.getByText('confirmed', { exact: true }).waitFor();
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['suspension.dispatch']);

    await card.getByLabel('Why, for the audit trail').fill('the key is replaced');
    await card.getByRole('button', { name: 'Lift it now' }).click();
    await card.getByText('lifted', { exact: true }).waitFor();
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual([
      'suspension.dispatch',
      'suspension.lift',
    ]);

    // Another one is rejected, and the list says by whom.
    const other = await alertOf('click-etl');
    const wish = await fetch(`${running.url}/v1/suspensions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.admin}` },
      body: JSON.stringify({
        identity: { id: other.identity.id, kind: other.identity.kind },
        alertId: other.id,
        action: 'suspend-identity',
        target: { kind: 'identity', id: other.identity.id },
        why: 'to be sure',
      }),
    });
    expect(wish.status).toBe(201);
    await show(page, '#/suspensions');
    await page
      .getByRole('row', { name: /recommended/ })
      .getByRole('link')
      .first()
      .click();
    await page.getByLabel('Why, for the audit trail').fill('it is a planned export');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.locator('.suspension').getByText('rejected', { exact: true }).waitFor();
    await show(page, '#/suspensions');
    expect(
      await page
        .getByRole('row', { name: /rejected/ })
        .first()
        .textContent(),
    ).toContain('rae');
    await page.locator(link).first().waitFor();
    const trail = await said(page);
    expect(trail).toContain('seen, and agreed');
    expect(trail).toContain('person rae');
    expect(trail).toContain('sound');
  });

  test('a benign verdict shows what it would have hidden before it counts, and is told to every open page at once', async () => {
    const watching = await signedIn('viewer');
    const page = await signedIn('responder');
    const alert = await alertOf('support-desk');
    const late = await signedIn('admin');
    for (const one of [watching, page, late]) await show(one, `#/alerts/${alert.id}`);
    await late.keyboard.press('t');
    await late.getByLabel('Why').fill('it looks stolen');
    const preview = page.waitForRequest('**/v1/suppressions');
    await page.keyboard.press('b');
    await page.getByText(/It would have hidden \d+ stored alert/).waitFor();
    const { match } = (await preview).postDataJSON() as { match: unknown };
    const { id, provider, account } = alert.identity;
    expect(match).toMatchObject({ identity: id, provider, ...(account !== undefined && { account }) });
    await page.getByLabel('Why').fill('a new colleague');
    await page.getByRole('button', { name: 'Call it benign' }).click();
    await page.locator('.alert-line').getByText('Benign').waitFor();
    await watching.locator('.alert-line').getByText('Benign').waitFor();
    // Who had the same alert open is told what was decided, before theirs would take its place.
    await late.getByRole('button', { name: 'Call it an attack' }).click();
    await late.getByText('rae called it benign after you looked at it').waitFor();
    const { actions } = await asked<{ actions: { action: string; until?: string }[] }>(
      `/v1/alerts/${alert.id}/history`,
    );
    expect(actions.map(({ action }) => action)).toEqual(['benign']);
    expect(actions[0]?.until).toMatch(/T23:59:59/);
  });

  test('a server that goes away and comes back is told, and what was there stays', async () => {
    const page = await signedIn('viewer');
    await show(page, '#/alerts');
    await page.route('**/v1/**', (route) => route.abort());
    await page.getByLabel('Severity').selectOption('high');
    await page.getByText('The server does not answer').first().waitFor();
    await page.unroute('**/v1/**');
    await page.locator('.queue-row').first().waitFor();
  });

  test('an alert goes to the clipboard in the words of each standard', async () => {
    const { id } = await alertOf('orders-api');
    expect(await asked(`/v1/alerts/${id}/as/ocsf`)).toMatchObject({ class_uid: 2004 });
    expect(await asked(`/v1/alerts/${id}/as/ecs`)).toHaveProperty('@timestamp');
    const cef = await fetch(`${running.url}/v1/alerts/${id}/as/cef`, {
      headers: { authorization: `Bearer ${token.viewer}` },
    });
    expect(await cef.text()).toMatch(/^CEF:/);
    const csv = await fetch(`${running.url}/v1/fleet.csv`, { headers: { authorization: `Bearer ${token.viewer}` } });
    const lines = (await csv.text()).trim().split('\r\n');
    expect(lines).toHaveLength(1 + 59);
    expect(lines.filter((line) => /(^|,)"?[=+@-]/.test(line))).toEqual([]);
  });

  test('the budget tells what was asked for, and the days on which it was spent', async () => {
    const budget = await asked<{
      falsePerDay: number;
      days: { day: string; spent: number; alerts: number }[];
      threshold: number;
    }>('/v1/budget');
    expect(budget.falsePerDay).toBe(0.5);
    expect(budget.days).toHaveLength(30);
    expect(budget.threshold).toBeGreaterThan(4);
    expect(DAY_MS).toBe(Date.parse(budget.days[1]!.day) - Date.parse(budget.days[0]!.day));
  });

  test(
    'the page of health says how far behind it is, and what was left out on purpose',
    async () => {
      const skipped = async () =>
        (await asked<{ skipped: { name: string; records: number }[] }>('/v1/sources')).skipped;
      await expect.poll(skipped, { timeout: HANGS_MS }).toMatchObject([{ name: 'http/ada', records: 2 }]);
      const page = await signedIn('viewer');
      await show(page, '#/health');
      const left = page.getByRole('region', { name: 'Records left out on purpose' });
      expect(await left.textContent()).toMatch(/http\/ada.*kubernetes-audit.*stage RequestReceived/s);
      const behind = page.getByRole('region', { name: 'How far behind' }).getByRole('row', { name: /local/ });
      expect(await behind.textContent()).toMatch(/judges activities10/);
      // A destination that nothing went to yet is there all the same.
      const out = page.getByRole('region', { name: 'What goes out' }).getByRole('row', { name: /^desk/ });
      expect(await out.textContent()).toMatch(/desk000/);
      expect(await objections(page)).toEqual([]);
    },
    HANGS_MS,
  );

  test('nothing was asked from elsewhere, and the browser had nothing to complain about', () => {
    expect(faults.filter((fault) => !/ERR_FAILED|Failed to load resource/.test(fault))).toEqual([]);
  });
});
