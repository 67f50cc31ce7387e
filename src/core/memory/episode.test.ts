/** An alert that is over leaves the memory of its identity once hindsight has done with it. */
import { expect, it } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import { act, DAY, HOUR, START, weeks } from '../../../test/unit/detector-lives.ts';
import { discover, SHELVES } from '../../app/shelves.ts';
import { REVIEW_DAYS } from '../constants.ts';
import type { Detector } from '../detector.ts';
import { createEngine } from '../engine.ts';
import { createPopulation } from '../population/population.ts';

const detectors = await discover<Detector>(SHELVES.detectors, 'detector');

/** Bytes of `web` at the end of some days, with and without its break-ins. */
function bytesAt(breakIns: readonly number[], days: readonly number[], pageSize: number): number[] {
  const engine = createEngine({ detectors, settings: configSchema.parse({}), population: createPopulation() });
  const life = weeks('web', Math.max(...days) + 1)
    .concat(
      breakIns.map((day, n) =>
        act('web', START + day * DAY + 12 * HOUR, {
          source: { ip: `203.0.113.${n}`, asn: 64_900 + n, country: n === 0 ? 'KP' : 'BR', userAgent: `curl/${n}` },
          action: { name: `iam:Create${n}`, service: 'iam', access: 'admin' },
          resource: { id: `arn:aws:iam::111111111111:user/helper-${n}`, type: 'iam-user' },
        }),
      ),
    )
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map((activity, offset) => ({ activity, offset }));
  let at = 0;
  return days.map((day) => {
    const end = new Date(START + (day + 1) * DAY).toISOString();
    while (at < life.length && (life[at]?.activity.at ?? '') < end) {
      const page = life.slice(at, at + pageSize).filter(({ activity }) => activity.at < end);
      engine.process(page);
      at += page.length;
    }
    return engine.changed().find(({ key }) => key === 'acme\u0000web')?.bytes.length ?? 0;
  });
}

it('both the open episode and the one before it go when their time is over, whatever the pages', () => {
  // Two break-ins two days apart: the second makes the first one the former.
  const days = [30, 32, 32 + REVIEW_DAYS, 34 + REVIEW_DAYS, 60];
  const quiet = bytesAt([], days, 1);
  const robbed = bytesAt([30, 32], days, 1);
  const more = robbed.map((bytes, n) => bytes - (quiet[n] as number));
  const [one, two, , after, later] = more as [number, number, number, number, number];
  expect(one).toBeGreaterThan(1_000);
  expect(two).toBeGreaterThan(one + 800);
  // What a verdict needs is kept: some values of two alerts.
  expect(after).toBeLessThan(800);
  expect(later).toBeLessThanOrEqual(after + 20);
  expect(bytesAt([30, 32], days, 7)).toEqual(robbed);
});
