/** A key in many hands, and the fleets that grow by machines of one kind. */
import { expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import { act, DAY, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './credential-holders.ts';

const NOW = START + 25 * DAY + 9 * HOUR;
const hand = (n: number): Partial<Activity> => ({
  source: { ip: `203.0.${n}.9`, asn: 65_000 + n, country: 'FR', region: 'eu-west-3', userAgent: `tool-${n}/1.0` },
  actor: { id: `stranger-${n}`, kind: 'process' },
});
const calls = (hands: readonly number[]) => hands.map((n, i) => act('web', NOW + i * 60_000, hand(n)));
const lived = (change?: (ms: number) => Partial<Activity>) =>
  new Life('credential-holders', detector).live(weeks('web', 25, change));

it('a key that one actor used is told of when several do, with the numbers', () => {
  const found = lived()
    .finds(act('web', NOW - HOUR), ...calls([1, 2, 3]))
    .at(-1);
  expect(found?.seen).toMatch(/^[34] actors behind AKIAweb today$/);
  expect(found?.usual()).toBe('at the most 1 in a day, on 25 days');
});

it('a key that many actors always used is not, while there are about as many', () => {
  const life = lived((ms) => hand(Math.floor(ms / HOUR) % 7));
  expect(life.finds(...calls([1, 2, 3, 4, 5]))).toEqual([]);
});

it('more machines of one fleet are the same hand', () => {
  const fleet = Array.from({ length: 30 }, (_, n) =>
    act('web', NOW + n * 60_000, { actor: { id: `i-${n}`, kind: 'instance' } }),
  );
  expect(lived().finds(...fleet)).toEqual([]);
});

it('session tokens, and keys of a few days, are not counted', () => {
  const token = { credential: { id: 'ASIA1', kind: 'session-token' as const } };
  const life = lived(() => token);
  expect(life.finds(...[1, 2, 3].map((n) => act('web', NOW + n, { ...hand(n), ...token })))).toEqual([]);
  const fresh = { credential: { id: 'AKIAnew', kind: 'access-key' as const, longLived: true } };
  expect(lived().finds(...[1, 2, 3].map((n) => act('web', NOW + n, { ...hand(n), ...fresh })))).toEqual([]);
});
