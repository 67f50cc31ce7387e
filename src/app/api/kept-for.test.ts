import { expect, test } from 'vitest';
import { keptFor } from './kept-for.ts';

/** A clock by hand, and makings that end when the test says so. */
function rig(weightMax = 10) {
  const clock = { ms: 0, now: () => clock.ms };
  const makings: { tenant: string; end(of: string): void; fail(): void }[] = [];
  const kept = keptFor(
    clock,
    (tenant) =>
      new Promise<string>((resolve, reject) => {
        makings.push({ tenant, end: resolve, fail: () => reject(new Error('no store')) });
      }),
    { weigh: ({ length }) => length, weightMax },
  );
  /** Makes the first summary of a tenant, which takes so long. */
  async function first(tenant: string, of: string, tookMs: number) {
    const asked = kept(tenant);
    clock.ms += tookMs;
    makings.at(-1)!.end(of);
    return asked;
  }
  return { clock, makings, kept, first };
}

test('a dear summary is answered at once with its age while the next is made, and a cheap one is waited for', async () => {
  const { clock, makings, kept, first } = rig();
  expect(await first('big', 'old', 1_000)).toMatchObject({ of: 'old', madeMs: 0 });
  clock.ms = 19_999;
  await kept('big');
  expect(makings).toHaveLength(1);
  clock.ms = 20_000;
  expect((await kept('big')).of).toBe('old');
  expect((await kept('big')).of).toBe('old');
  expect(makings).toHaveLength(2);
  makings[1]!.end('new');
  await Promise.resolve();
  await new Promise(setImmediate);
  expect(await kept('big')).toMatchObject({ of: 'new', madeMs: 20_000 });

  await first('small', 'a', 10);
  clock.ms += 5_000;
  const next = kept('small');
  makings.at(-1)!.end('b');
  expect((await next).of).toBe('b');
});

test('a failure leaves what was there until it is too old, and is tried again', async () => {
  const { clock, makings, kept, first } = rig();
  await first('big', 'old', 1_000);
  clock.ms = 60_000;
  expect((await kept('big')).of).toBe('old');
  makings[1]!.fail();
  await new Promise(setImmediate);
  expect((await kept('big')).of).toBe('old');
  expect(makings).toHaveLength(3);
  makings[2]!.fail();
  await new Promise(setImmediate);
  clock.ms = 700_001;
  const asked = kept('big');
  makings[3]!.fail();
  await expect(asked).rejects.toThrow('no store');
});

test('those who ask at once share one making, and what is kept is bounded by its weight', async () => {
  const { makings, kept, first } = rig(4);
  const both = [kept('a'), kept('a')];
  expect(makings).toHaveLength(1);
  makings[0]!.end('aaa');
  await Promise.all(both);
  await first('b', 'bb', 0);
  // The older one went: it is made anew.
  void kept('a');
  expect(makings.map(({ tenant }) => tenant)).toEqual(['a', 'b', 'a']);
});
