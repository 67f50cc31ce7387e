/** What a scanner of mail, a preview in a chat or another site does with a link: it decides nothing. */
import { afterEach, expect, test } from 'vitest';
import { type Config, configSchema } from '../../schemas/config.ts';
import { freePort } from '../../test/free-port.ts';
import { createHold } from '../bounds/hold.ts';
import { type ApprovalPort, approvalRoutes } from './approval-routes.ts';
import { type AttestationPort, attestationRoutes } from './attestation-routes.ts';
import type { ConsoleParts } from './ports.ts';
import { type Console, startConsole } from './server.ts';

const FORM = 'application/x-www-form-urlencoded';
let console: Console | undefined;
afterEach(async () => {
  await console?.close();
});

/** A server with links behind it, and what was asked of whoever keeps them. */
async function start(now = Date.now) {
  const asked: string[] = [];
  const noted =
    <T>(what: string, answer: T) =>
    async (token: string) => {
      asked.push(`${what} ${token}`);
      return answer;
    };
  const approvals: ApprovalPort = {
    issue: async () => undefined,
    waiting: noted('waiting', { token: 'next' }),
    look: noted('look', undefined),
    decide: noted('decide', 'spent' as const),
  };
  const attestations: AttestationPort = {
    issue: async () => undefined,
    remind: async () => ({ reminders: [], unasked: 0, left: 0 }),
    look: noted('look', 'spent' as const),
    answer: noted('decide', 'spent' as const),
  };
  const { http } = configSchema.parse({ http: { port: await freePort(), requestsPerSecond: 50 } });
  console = await startConsole(
    {
      config: http as Config['http'],
      held: createHold(1024 * 1024),
      version: '0.0.0-test',
      clock: { now },
      findToken: () => undefined,
      notReady: () => [],
      onEvent: () => {},
    } as unknown as ConsoleParts,
    [...approvalRoutes(approvals), ...attestationRoutes(attestations)],
  );
  return { url: console.url, asked };
}

const LINKS = ['/approvals/tok.en', '/approvals/alerts/tok.en', '/attestations/tok.en'];
const DECIDES = new URLSearchParams({ decision: 'approve', why: 'x' });

test('looked at in any way, a link is only looked at; nothing of it is kept, sent on or shown in a frame', async () => {
  const { url, asked } = await start();
  for (const link of LINKS)
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE_'])
      for (const query of ['', `?${DECIDES}`, '?_method=POST']) {
        const answer = await fetch(`${url}${link}${query}`, {
          method,
          redirect: 'manual',
          headers: { 'x-http-method-override': 'POST', 'x-method-override': 'POST' },
        });
        if (method === 'GET') {
          expect(answer.headers.get('cache-control')).toBe('no-store');
          expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
          expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
        } else if (method !== 'HEAD') expect(answer.ok, method).toBe(false);
      }
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((one) => one.startsWith('decide'))).toEqual([]);
});

test('a form decides only with a decision and a reason, and a link in a message decides nothing itself', async () => {
  const { url, asked } = await start();
  const post = (body: string, path = LINKS[0]) =>
    fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': FORM }, redirect: 'manual' });
  for (const body of [
    '',
    'decision=approve',
    'why=x',
    'decision=APPROVE&why=x',
    'decision=approve&why=%20',
    'decision%5B%5D=approve&why=x',
  ])
    expect([body, (await post(body)).status]).toEqual([body, 400]);
  // A link in a message leads on; it takes no decision itself.
  expect((await post(String(DECIDES), LINKS[1])).status).toBe(404);
  expect(asked).toEqual([]);
  expect((await post(String(DECIDES))).status).toBe(409);
  expect(asked).toEqual(['decide tok.en']);
});

test('a stranger who guesses is slowed down by its address, whatever it guesses', async () => {
  const noon = Date.now();
  const { url } = await start(() => noon);
  const statuses = await Promise.all(
    Array.from({ length: 300 }, async (_, n) => (await fetch(`${url}/attestations/guess${n}`)).status),
  );
  expect(statuses.filter((status) => status === 429).length).toBe(200);
});
