/** Lessons: small steps that last and add up. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import { createEngine } from '../src/core/engine.ts';
import { createPopulation } from '../src/core/population/population.ts';
import { act, DAY, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detectors, inOrder, settings } from '../test/unit/story.ts';
import { detector } from './slow-drift.ts';

const QUIET = 56;
/** One more reading action of the usual service, or the usual thing of one more account. */
const STEPS: Record<string, (n: number) => Partial<Activity>> = {
  action: (n) => ({ action: { name: `s3:Get${'ABCDEFGH'[n]}`, service: 's3', access: 'read' } }),
  account: (n) => ({ resource: { id: 'arn:aws:s3:::web-data/in', type: 's3-object', account: `22222222222${n}` } }),
};

/** So many steps, so many days apart, each taken on some days in a row. */
const taught = (kind: string, steps: number, every: number, onDays: number) =>
  Array.from({ length: steps }, (_, n) =>
    Array.from({ length: onDays }, (_, day) =>
      act('web', START + (QUIET + n * every + day) * DAY + 9 * HOUR + (60 + n) * 1_000, STEPS[kind]?.(n)),
    ),
  ).flat();

/** Alerts about `web` with every detector on, or all but one, in a fleet that bears one false alert a day. */
function alerts(lessons: readonly Activity[], without?: string) {
  const engine = createEngine({
    detectors: new Map([...detectors].filter(([id]) => id !== without)),
    settings: settings({ alerts: { falsePerDay: 1 } }),
    population: createPopulation(),
  });
  return engine
    .process(inOrder([...weeks('web', QUIET + 45), ...lessons]))
    .alerts.filter(({ identity }) => identity.id === 'web');
}

describe('slow-drift', () => {
  it.each(Object.keys(STEPS).flatMap((kind) => [2, 5, 8].map((every) => [kind, every] as const)))(
    'gives a teacher away that nobody else sees: one more %s every %i days, each for four days',
    (kind, every) => {
      const lessons = taught(kind, 6, every, 4);
      expect(alerts(lessons, 'slow-drift')).toEqual([]);
      const told = alerts(lessons);
      expect(told.length).toBeGreaterThan(0);
      expect(told[0]?.evidence.map(({ detector: by }) => by)).toContain('slow-drift');
      expect(told[0]?.title).toMatch(/step number [45] within 42 days/);
    },
  );

  it('says nothing of the first three lessons, of one-off news, nor of ordinary weeks', () => {
    const life = () => new Life('slow-drift', detector).live(weeks('web', QUIET + 45));
    expect(life().finds(...taught('account', 3, 5, 4).map(later))).toEqual([]);
    expect(life().finds(...taught('account', 8, 2, 1).map(later))).toEqual([]);
    expect(life().finds(act('web', START + (QUIET + 46) * DAY))).toEqual([]);
  });

  it('says nothing of what the class is taught as well', () => {
    const peers = ['web', 'peer-a', 'peer-b', 'peer-c', 'peer-d', 'peer-e'];
    const life = new Life('slow-drift', detector).live(weeks('web', QUIET + 45));
    const together = taught('action', 5, 5, 4)
      .map(later)
      .flatMap((a) => peers.map((id) => ({ ...a, id: `${id} ${a.id}`, identity: { ...a.identity, id } })));
    expect(life.finds(...together).filter(({ nats }) => nats > 1)).toEqual([]);
  });
});

/** The same after the weeks that were lived already. */
function later(activity: Activity): Activity {
  return { ...activity, at: new Date(Date.parse(activity.at) + 46 * DAY).toISOString() };
}
