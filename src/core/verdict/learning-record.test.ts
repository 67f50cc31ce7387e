/** What an identity learned can be told with its days and with the activity that brought it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import { act, DAY, HOUR, START, weeks } from '../../../test/unit/detector-lives.ts';
import { discover, SHELVES } from '../../app/shelves.ts';
import type { Detector } from '../detector.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine-contract.ts';
import { createPopulation } from '../population/population.ts';

let detectors: Map<string, Detector>;
beforeAll(async () => {
  detectors = await discover<Detector>(SHELVES.detectors, 'detector');
});

const on = (day: number) => new Date(START + day * DAY).toISOString().slice(0, 10);
/** From day 20 on a new address, by a fall-back in the afternoon, and one call of an action on day 25, which alerts. */
const story = [
  ...weeks('web', 28),
  ...Array.from({ length: 8 }, (_, n) =>
    act('web', START + (20 + n) * DAY + 15 * HOUR, { source: { ip: '198.51.100.77', asn: 64500, country: 'DE' } }),
  ),
  act('web', START + 25 * DAY + 12 * HOUR, { action: { name: 's3:ListBuckets', service: 's3', access: 'read' } }),
].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
const located = story.map((activity, offset) => ({ activity, offset }));
const own = story.filter(({ identity }) => identity.id === 'web');

function fresh(): Engine {
  return createEngine({ detectors, settings: configSchema.parse({}), population: createPopulation() });
}

/** What the ledger says once it was shown these activities. */
function told(engine: Engine, activities = own, since?: string) {
  const ledger = engine.learningRecord('acme', 'web');
  if (ledger === undefined) throw new Error('web is not known');
  if (since !== undefined) ledger.since(since);
  for (const activity of activities) ledger.meet(activity);
  return ledger.rows();
}

describe('the ledger', () => {
  it('names for every value its first day, its day of trust and the activity that brought it', () => {
    const engine = fresh();
    engine.process(located);
    const rows = told(engine);
    expect(rows.find(({ value }) => value === '198.51.100.77')).toMatchObject({
      dimension: 'network:2',
      state: 'trusted',
      firstOn: on(20),
      trustedOn: on(22),
      lastOn: on(27),
      days: 8,
      activity: { at: new Date(START + 20 * DAY + 15 * HOUR).toISOString() },
    });
    expect(rows.find(({ value }) => value === 's3:ListBuckets')).toMatchObject({ state: 'alerted', firstOn: on(25) });
    expect(rows.find(({ value }) => value === 's3:ListBuckets')).not.toHaveProperty('trustedOn');
    expect(rows.filter(({ activity }) => activity === undefined)).toEqual([]);
    expect(rows.map(({ activity }) => activity?.at)).toEqual(rows.map(({ activity }) => activity?.at).sort());
    expect(rows[0]?.activity?.id).toBe(own[0]?.id);
  });

  it('leaves out what was neither first seen nor trusted since', () => {
    const engine = fresh();
    engine.process(located);
    const late = told(engine, own, `${on(22)}T18:00:00Z`);
    expect(late.map(({ dimension, value }) => `${dimension} ${value.split(' ')[0]}`)).toEqual([
      'network:2 198.51.100.77',
      'action:1 s3:ListBuckets',
      'target:0 s3:ListBuckets',
      'target:1 s3:ListBuckets',
    ]);
  });

  it('seeks the first days alone, and takes the earliest of them in whatever order they are shown', () => {
    const engine = fresh();
    engine.process(located);
    const days = new Set(
      engine
        .learningRecord('acme', 'web')
        ?.sought()
        .flatMap((s) => s.days),
    );
    expect([...days].sort()).toEqual([on(0), on(20), on(25)]);
    expect(told(engine, [...own].reverse())).toEqual(told(engine));
    expect(told(engine, []).every(({ activity }) => activity === undefined)).toBe(true);
  });

  it('says the same after a kill and a resume, whatever comes a second time', () => {
    const whole = fresh();
    whole.process(located);
    const resumed = fresh();
    for (const row of whole.changed()) resumed.restore(row);
    resumed.process(located.slice(500));
    expect(told(resumed)).toEqual(told(whole));
  });
});
