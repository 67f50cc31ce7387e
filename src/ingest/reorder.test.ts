import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { createReorder } from './reorder.ts';

function at(seconds: number, id = String(seconds)): Activity {
  return {
    id,
    at: new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString(),
    tenant: 'default',
    identity: { id: 'i', kind: 'bot', provider: 'p' },
    action: { name: 'a', service: 's', access: 'read' },
    source: {},
    outcome: 'success',
  };
}

function run(input: readonly Activity[], windowMs: number, rows = 1_000_000) {
  const reorder = createReorder({ windowMs, rows });
  const out = input.flatMap((activity) => [...reorder.push(activity)]);
  out.push(...reorder.flush());
  return { out, reorder };
}

const order = (a: Activity, b: Activity) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1);
const anyInput = fc
  .array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 })
  .map((list) => list.map((s, n) => at(s, `${s}-${n}`)));

it('with room for all, everything leaves in order of time and id, each once', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { out, reorder } = run(input, Number.POSITIVE_INFINITY);
      expect(out).toEqual([...input].sort(order));
      expect(reorder.late).toBe(0);
    }),
  );
});

it('within the window, order is restored and nothing is late', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 299 }), { maxLength: 400 }), (jitter) => {
      const input = jitter.map((j, n) => at(n * 3 + j, String(n).padStart(6, '0')));
      const { out, reorder } = run(input, 300_000);
      expect(out).toEqual([...input].sort(order));
      expect(reorder.late).toBe(0);
    }),
  );
});

it('whatever the bounds nothing is lost, and late ones are counted', () => {
  fc.assert(
    fc.property(
      anyInput,
      fc.integer({ min: 0, max: 600_000 }),
      fc.integer({ min: 1, max: 50 }),
      (input, windowMs, rows) => {
        const { out, reorder } = run(input, windowMs, rows);
        expect([...out].sort(order)).toEqual([...input].sort(order));
        let newest = '';
        let late = 0;
        for (const { at } of out) {
          if (at < newest) late++;
          else newest = at;
        }
        expect(reorder.late).toBe(late);
      },
    ),
  );
});

it('no more than the given number wait', () => {
  const reorder = createReorder({ windowMs: Number.POSITIVE_INFINITY, rows: 10 });
  let waiting = 0;
  for (let n = 0; n < 5_000; n++) {
    waiting += 1 - reorder.push(at((n * 7_919) % 5_000)).length;
    expect(waiting).toBeLessThanOrEqual(10);
  }
  expect(reorder.flush()).toHaveLength(waiting);
});

it('tells whether the input was in order', () => {
  expect(run([at(1), at(1, 'a'), at(2)], 1_000).reorder.disordered).toBe(0);
  expect(run([at(1), at(3), at(2)], 1_000).reorder.disordered).toBe(1);
});

it('one record 400 days ahead does not make all that follow late: it waits for the others, or for the end', () => {
  const at = (ms: number, id: string) => ({ id, at: new Date(ms).toISOString() }) as Activity;
  const start = Date.parse('2026-03-01T00:00:00.000Z');
  const reorder = createReorder();
  const out: string[] = [];
  for (let minute = 0; minute < 60; minute++) {
    for (const { id } of reorder.push(at(start + minute * 60_000, `${minute}`))) out.push(id);
    if (minute === 10) for (const { id } of reorder.push(at(start + 400 * 86_400_000, 'ahead'))) out.push(id);
  }
  for (const { id } of reorder.flush()) out.push(id);
  expect(out).toEqual([...Array.from({ length: 60 }, (_, minute) => `${minute}`), 'ahead']);
  expect(reorder.late).toBe(0);
});

it('a real silence of months ends: what comes after it goes on, in order', () => {
  const at = (ms: number, id: string) => ({ id, at: new Date(ms).toISOString() }) as Activity;
  const start = Date.parse('2026-03-01T00:00:00.000Z');
  const reorder = createReorder();
  const out: string[] = [];
  for (let n = 0; n < 300; n++)
    for (const { id } of reorder.push(at(start + n * 60_000 + (n >= 50 ? 90 * 86_400_000 : 0), `${n}`))) out.push(id);
  expect(out.length).toBeGreaterThan(250);
  for (const { id } of reorder.flush()) out.push(id);
  expect(out).toEqual(Array.from({ length: 300 }, (_, n) => `${n}`));
  expect(reorder.late).toBe(0);
});
