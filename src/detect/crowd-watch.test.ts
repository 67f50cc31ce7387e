/** A crowd of newcomers is told once, with its count. */
import { expect, it } from 'vitest';
import { encodeMessage } from '../core/population/message.ts';
import { createPopulation } from '../core/population/population.ts';
import { type Crowd, watchCrowds } from './crowd-watch.ts';

/** A tenant of forty identities, of which one is new on each day; then more on some days. */
function told(more: Readonly<Record<number, number>>) {
  const population = createPopulation();
  const said: Crowd[] = [];
  watchCrowds(population, (crowd) => void said.push(crowd));
  const active = { tenant: 'acme', peers: 'example/role', ...encodeMessage({ kind: 'active', days: 1, origin: 0 }) };
  let identity = 0;
  for (let day = 0; day < 43; day++) {
    const count = day === 0 ? 40 : (more[day] ?? 1);
    for (let n = 0; n < count; n++) population.merge({ ...active, identity: ++identity, hour: day * 24 });
    for (let hour = 0; hour < 24; hour++) population.close(day * 24 + hour);
  }
  population.close(43 * 24);
  return said;
}

it('tells of a crowd once, with its count and what is usual', () => {
  expect(told({ 30: 30 })).toEqual([{ tenant: 'acme', days: 1, newcomers: 30, usual: 1, identities: 99 }]);
});

it('tells of one that comes over a week once, too', () => {
  const spread = { 30: 4, 31: 4, 32: 4, 33: 4, 34: 4, 35: 4, 36: 4 };
  const eight = Object.fromEntries(Object.keys(spread).map((day) => [day, 8]));
  expect(told(spread)).toEqual([]);
  expect(told(eight)).toEqual([{ tenant: 'acme', days: 7, newcomers: 35, usual: 7, identities: 101 }]);
});

it('says nothing of the first day, of single newcomers, nor of ten among many', () => {
  expect(told({})).toEqual([]);
  expect(told({ 30: 9 })).toEqual([]);
});
