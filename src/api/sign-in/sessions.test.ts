/** Sessions over a store of rows in this process: what a forged cookie, two requests at once and a slow answer come to. */
import { expect, test } from 'vitest';
import { MemorySessions } from '../../../test/unit/memory-sessions.ts';
import { createSessions, FRESH_MS } from './sessions.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const way = { url: 'http://127.0.0.1:1', idleMs: 30 * 60_000, maxMs: 8 * 3_600_000 };

/** The rows in memory; an answer about a cookie waits for `slow`. */
class Rows extends MemorySessions {
  slow: Promise<void> | undefined;
  override async ofCookie(hash: string) {
    const [found] = await Promise.all([super.ofCookie(hash), this.slow]);
    return found;
  }
}

function start() {
  const clock = { ms: NOW, now: () => clock.ms };
  const rows = new Rows();
  const sessions = createSessions(way, rows, clock);
  const begin = async (name: string, tenant = 'acme') => {
    const person = { subject: name, name, grants: new Map([[tenant, 'analyst' as const]]) };
    return { cookie: (await sessions.begin(person, 'token')).split(';', 1)[0]! };
  };
  return { clock, rows, sessions, begin };
}

test('a cookie that is cut, changed, doubled, huge or another name for the same is nobody in', async () => {
  const { rows, sessions, begin } = start();
  const { cookie } = await begin('ada');
  const [name, value = ''] = cookie.split('=');
  const sealed = rows.events[0]!.sealed;
  for (const forged of [
    value.slice(0, -1),
    `${value}x`,
    value.toLowerCase(),
    sealed,
    rows.events[0]!.cookie,
    '%00',
    "'",
  ])
    expect([forged, await sessions.enter({ cookie: `${name}=${forged}` }, 'GET')]).toMatchObject([
      forged,
      { status: 'over' },
    ]);
  for (const cookie of [`${name}=${'a'.repeat(5_000)}`, `x${name}=${value}`, `${name}=`, name!])
    expect(await sessions.enter({ cookie }, 'GET')).toEqual({ status: 'nobody' });
  expect(await sessions.enter({ cookie }, 'GET')).toMatchObject({ status: 'in' });
});

test('is in no tenant but its own, whatever the page says', async () => {
  const { sessions, begin } = start();
  const ada = await begin('ada');
  for (const tenant of ['globex', 'ACME', '%', 'acme%00', '__proto__', ''])
    expect(await sessions.enter({ ...ada, 'x-tidemark-tenant': tenant }, 'GET')).toMatchObject({ status: 'elsewhere' });
});

test('an answer of the store that was under way at the sign-out brings nobody in again', async () => {
  const { clock, rows, sessions, begin } = start();
  const ada = await begin('ada');
  await sessions.enter(ada, 'GET');
  clock.ms += FRESH_MS;
  let answer = () => {};
  rows.slow = new Promise((resolve) => {
    answer = resolve;
  });
  const asked = sessions.enter(ada, 'GET');
  rows.slow = undefined;
  expect(await sessions.end(ada)).toMatchObject({ idToken: 'token' });
  answer();
  expect(await asked).toMatchObject({ status: 'over' });
  expect(await sessions.enter(ada, 'GET')).toMatchObject({ status: 'over' });
});

test('of requests at one moment one gets the next cookie, and all are answered', async () => {
  const { clock, sessions, begin } = start();
  const ada = await begin('ada');
  clock.ms += 16 * 60_000;
  const all = await Promise.all(Array.from({ length: 20 }, () => sessions.enter(ada, 'GET')));
  expect(all.every(({ status }) => status === 'in')).toBe(true);
  expect(all.filter((one) => 'setCookie' in one)).toHaveLength(1);
});

test('of a thousand sessions of one person sixteen are open, and nobody else loses one', async () => {
  const { sessions, begin } = start();
  const bob = await begin('bob');
  for (let n = 0; n < 1_000; n++) await begin('ada');
  expect(await sessions.list('acme')).toHaveLength(17);
  expect(await sessions.enter(bob, 'GET')).toMatchObject({ status: 'in' });
});
