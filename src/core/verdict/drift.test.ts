/** What moved of an identity since a day: each cause for itself, with the day from which on it is otherwise, and nothing where nothing moved. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { configSchema } from '../../../schemas/config.ts';
import { act, DAY, HOUR, START } from '../../../test/unit/detector-lives.ts';
import { discover, SHELVES } from '../../app/shelves.ts';
import type { Detector } from '../detector.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine-contract.ts';
import { createPopulation } from '../population/population.ts';

const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
const open = (driftWeeks?: number) =>
  createEngine({
    detectors,
    settings: configSchema.parse({ detect: driftWeeks === undefined ? {} : { driftWeeks } }),
    population: createPopulation(),
  });

/** START is a Monday; what moves moves on this Monday. */
const MOVED = 42;
const DAYS = 63;
const since = new Date(START + MOVED * DAY).toISOString();
const MOVED_ON = since.slice(0, 10);

type Change = Partial<Activity> | readonly Partial<Activity>[];

/** Nine weeks of working days, from the sixth on otherwise. */
function life(otherwise: (day: number) => { change?: Change; hours?: readonly number[] } = () => ({})): Activity[] {
  const out: Activity[] = [];
  for (let day = 0; day < DAYS; day++) {
    if (day % 7 > 4) continue;
    const { change = {}, hours = [9, 10, 14] } = day < MOVED ? {} : otherwise(day);
    for (const [h, hour] of hours.entries())
      for (const [n, one] of [change].flat().entries())
        out.push(act('web', START + day * DAY + hour * HOUR + (h * 2 + n) * 60_000, one));
  }
  return out;
}

function lived(activities: readonly Activity[], engine: Engine = open(), page = 500): Engine {
  const located = activities.map((activity, offset) => ({ activity, offset }));
  for (let at = 0; at < located.length; at += page) engine.process(located.slice(at, at + page));
  return engine;
}

const driftOf = (engine: Engine, day: string | undefined = since) => {
  const drift = engine.drift('acme', 'web', day);
  expect(drift).toBeDefined();
  return drift!;
};
const moved = (engine: Engine, day?: string) =>
  driftOf(engine, day)
    .parts.filter((part) => part.moved)
    .map(({ cause, since: from }) => [cause, from]);
const part = (engine: Engine, cause: string) => driftOf(engine).parts.find((one) => one.cause === cause)!;

describe('drift of an identity', () => {
  it('is none where it goes on as before, at whatever day it is asked for', () => {
    const engine = lived(life());
    for (const day of [10, 28, 40, 55]) expect(moved(engine, new Date(START + day * DAY).toISOString())).toEqual([]);
    expect(engine.drift('acme', 'web', undefined)?.since).toBe(
      new Date(START + (DAYS - 3 - 28) * DAY).toISOString().slice(0, 10),
    );
  });

  it.each<[string, Change]>([
    ['work', [{}, { action: { name: 'kms:Decrypt', service: 'kms', access: 'read' } }]],
    ['place', { source: { ip: '203.0.113.4', asn: 64_501, country: 'SE', region: 'eu-north-1', userAgent: 'curl/8' } }],
    ['delegation', { onBehalfOf: [{ id: 'scheduler', kind: 'service' }] }],
  ])('is of %s alone where that alone moved, since the day on which it did', (cause, change) => {
    const engine = lived(life(() => ({ change })));
    const others = cause === 'work' ? ['volume'] : [];
    expect(moved(engine)).toEqual([[cause, MOVED_ON], ...others.map((one) => [one, MOVED_ON])]);
  });

  it('of work names what is new with its days, and what fell away with its last', () => {
    const action = { name: 's3:PutObject', service: 's3', access: 'write' } as const;
    const { changes } = part(lived(life(() => ({ change: { action } }))), 'work');
    const came = changes.find(({ value }) => value === 's3:PutObject');
    expect(came).toMatchObject({ what: 'action', cameOn: MOVED_ON, days: 15 });
    expect(changes.find(({ value }) => value === 's3:GetObject')).toMatchObject({
      what: 'action',
      wentOn: new Date(START + (MOVED - 3) * DAY).toISOString().slice(0, 10),
    });
  });

  it('tells the day of what was tried once before what lasts, so that no listed thing is older than what is said', () => {
    const decrypt = { action: { name: 'kms:Decrypt', service: 'kms', access: 'read' } } as const;
    const scan = { action: { name: 'sqs:Purge', service: 'sqs', access: 'write' } } as const;
    const work = part(
      lived(life((day) => ({ change: day === MOVED ? [{}, scan] : day > MOVED + 1 ? [{}, decrypt] : {} }))),
      'work',
    );
    const lasting = new Date(START + (MOVED + 2) * DAY).toISOString().slice(0, 10);
    expect(work.since).toBe(lasting);
    expect(work.says).toMatch(new RegExp(`, the first on ${MOVED_ON}, lasting since ${lasting}$`));
    expect(work.changes.map(({ cameOn }) => cameOn).sort()[0]).toBe(MOVED_ON);
  });

  it('of time names hours and days of the week that are new, and that fell away', () => {
    const time = part(lived(life(() => ({ hours: [2, 3, 10] }))), 'time');
    expect(time.since).toBe(new Date(START + (MOVED - 1) * DAY).toISOString().slice(0, 10));
    expect(time.changes.map(({ value, cameOn }) => [value, cameOn !== undefined])).toEqual([
      ['02:00-04:00', true],
      ['09:00-10:00', false],
      ['14:00-15:00', false],
    ]);
  });

  it('of volume says how much it was and is, and since which week, later than the chosen day too', () => {
    const engine = lived(
      life((day) => ({ hours: day < MOVED + 7 ? [9, 10, 14] : [9, 9, 9, 10, 10, 10, 14, 14, 14, 14] })),
    );
    const volume = part(engine, 'volume');
    expect(volume.since).toBe(new Date(START + (MOVED + 7) * DAY).toISOString().slice(0, 10));
    expect(volume.changes[0]?.value).toMatch(/^7\.\d, before 2\.\d$/);
  });

  it('of an agent tells what it is made of otherwise', () => {
    const agent = (model: string): Partial<Activity> => ({
      identity: { id: 'web', kind: 'agent', provider: 'aws', account: '111111111111' },
      actor: { id: 'run', kind: 'agent-run', model },
    });
    const acts = life().map((one) => ({ ...one, ...agent(Date.parse(one.at) < Date.parse(since) ? 'm-1' : 'm-2') }));
    const makeup = part(lived(acts), 'makeup');
    expect(makeup).toMatchObject({ moved: true, since: MOVED_ON });
    expect(makeup.changes).toEqual([{ what: 'model', value: 'm-2, before m-1', cameOn: MOVED_ON }]);
    expect(driftOf(lived(life())).parts.some(({ cause }) => cause === 'makeup')).toBe(false);
  });

  it('has no before where the identity is younger than the day, and no hours where no weeks are kept', () => {
    const engine = lived(life(() => ({ hours: [2] })));
    expect(driftOf(engine, '2020-01-01T00:00:00Z').parts).toMatchObject([
      { moved: false, untold: true, says: /known since 2026-01-05/ },
    ]);
    const none = lived(
      life(() => ({ hours: [2] })),
      open(0),
    );
    expect(part(none, 'time')).toMatchObject({ moved: false, untold: true, says: /too few weeks/ });
  });

  it('is the same for any batch size and out of saved memories, and changes no alert', () => {
    const acts = life((day) => ({
      hours: [2, 3, 10],
      change: { action: { name: `iam:Create${day % 3}`, service: 'iam', access: 'admin' } },
    }));
    const whole = lived(acts);
    const drift = driftOf(whole);
    expect(driftOf(lived(acts, open(), 7))).toEqual(drift);
    const again = open();
    for (const row of lived(acts).changed()) again.restore(row);
    expect(driftOf(again)).toEqual(drift);
    const alertsOf = (engine: Engine) => engine.process(acts.map((activity, offset) => ({ activity, offset }))).alerts;
    expect(alertsOf(open(0))).toEqual(alertsOf(open()));
  });
});
