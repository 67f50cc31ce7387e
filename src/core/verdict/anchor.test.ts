/** After a true verdict nothing that the intruder taught is trusted, and all that was trusted before him still is. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import type { Alert } from '../../../schemas/alert.ts';
import { configSchema } from '../../../schemas/config.ts';
import { act, DAY, HOUR, START, weeks } from '../../../test/unit/detector-lives.ts';
import { discover, SHELVES } from '../../app/shelves.ts';
import type { Detector } from '../detector.ts';
import { createEngine } from '../engine.ts';
import type { Engine, Learned, Verdict } from '../engine-contract.ts';
import { createPopulation } from '../population/population.ts';

let detectors: Map<string, Detector>;
beforeAll(async () => {
  detectors = await discover<Detector>(SHELVES.detectors, 'detector');
});

/** Quiet weeks first. */
const QUIET = 42;
/** Day of the break-in that gives him away: in the fifth week after his first step. */
const FOUND = QUIET + 32;
const DAYS = FOUND + 12;

/** Small steps, each with what the identity does already, and each used daily from its day on: two and two, since a fourth day of lessons would be told. */
const STEPS: readonly (readonly [day: number, change: Partial<Activity>])[] = [
  [
    0,
    {
      source: {
        ip: '198.51.100.99',
        asn: 64500,
        country: 'DE',
        region: 'eu-central-1',
        userAgent: 'aws-sdk-go-v2/1.30.3',
      },
    },
  ],
  [0, { action: { name: 's3:ListBucket', service: 's3', access: 'read' } }],
  [18, { resource: { id: 'arn:aws:s3:::web-data/finance', type: 's3-object' } }],
  [18, { action: { name: 's3:HeadObject', service: 's3', access: 'read' } }],
];
const HOURS = [9, 16, 9, 16];
const his = (n: number, day: number) =>
  act('web', START + day * DAY + (HOURS[n] as number) * HOUR + 300_000, STEPS[n]?.[1]);

const theft = (day: number) =>
  act('web', START + day * DAY + 12 * HOUR, {
    source: { ip: '203.0.113.9', asn: 64_999, country: 'KP', userAgent: 'curl/8.1' },
    action: { name: 'iam:CreateAccessKey', service: 'iam', access: 'admin' },
    resource: { id: 'arn:aws:iam::111111111111:user/root-helper', type: 'iam-user' },
  });

/** A fleet with one identity that is taught in small steps, is robbed, and works on. */
class Story {
  readonly engine: Engine = createEngine({
    detectors,
    settings: configSchema.parse({ alerts: { falsePerDay: 0.2 } }),
    population: createPopulation(),
  });
  readonly #life = weeks('web', DAYS);
  #offset = 0;

  /** Everybody's usual work on some days and what else there is; gives the alerts about `web` with evidence from then. */
  live(from: number, to: number, extra: readonly Activity[] = []): Alert[] {
    const [since, until] = [from, to].map((day) => new Date(START + day * DAY).toISOString()) as [string, string];
    const batch = [...this.#life.filter(({ at }) => at >= since && at < until), ...extra]
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map((activity) => ({ activity, offset: this.#offset++ }));
    return this.engine.process(batch).alerts.filter((a) => a.identity.id === 'web' && a.lastAt >= since);
  }

  /** Weeks of teaching. */
  taught(): Alert[] {
    this.live(0, QUIET);
    const lessons = STEPS.flatMap(([begin], n) =>
      Array.from({ length: 32 - begin }, (_, day) => his(n, QUIET + begin + day)),
    );
    return this.live(QUIET, FOUND, lessons);
  }

  judge(alert: Alert, verdict: Verdict['verdict'], said = '1'): boolean {
    const { id: alertId, lastAt } = alert;
    return this.engine.verdict({ tenant: 'acme', identity: 'web', alertId, verdict, said, at: lastAt });
  }

  learned(): readonly Learned[] {
    return this.engine.learningRecord('acme', 'web')?.rows() ?? [];
  }
  stateOf = (value: string) => this.learned().find((one) => one.value === value)?.state;
}

const dateOf = (day: number) => new Date(START + day * DAY).toISOString().slice(0, 10);

/** All he taught at once, two days after the theft. */
const again = () =>
  STEPS.map(([, change], n) => act('web', START + (FOUND + 2) * DAY + 13 * HOUR + n * 60_000, change));
const TAUGHT = ['198.51.100.99', 's3:ListBucket', 's3:GetObject → arn:aws:s3:::web-data/finance', 's3:HeadObject'];

describe('slow poisoning, found in the fifth week', () => {
  it('was not seen while it lasted, and is trusted: the story would prove nothing otherwise', () => {
    const story = new Story();
    expect(story.taught()).toEqual([]);
    expect(TAUGHT.map(story.stateOf)).toEqual(TAUGHT.map(() => 'trusted'));
    expect(story.live(FOUND, FOUND + 1, [theft(FOUND)])).toHaveLength(1);
    expect(story.live(FOUND + 2, FOUND + 3, again())).toEqual([]);
  });

  it('a true verdict leaves nothing trusted that began with him, and his next use of it alerts', () => {
    const story = new Story();
    story.taught();
    const [alert] = story.live(FOUND, FOUND + 1, [theft(FOUND)]);
    expect(story.judge(alert as Alert, 'true')).toBe(true);
    expect(story.learned().filter(({ firstOn, state }) => firstOn >= dateOf(QUIET) && state === 'trusted')).toEqual([]);
    const [second] = story.live(FOUND + 2, FOUND + 3, again());
    expect(second?.evidence.map(({ seen }) => seen)).toEqual(expect.arrayContaining(['s3:ListBucket']));
  });

  it('what was a habit before him is one still, and does not alert', () => {
    const story = new Story();
    story.taught();
    const before = story.learned().filter(({ firstOn }) => firstOn < dateOf(QUIET));
    const [alert] = story.live(FOUND, FOUND + 1, [theft(FOUND)]);
    story.judge(alert as Alert, 'true');
    const after = new Map(story.learned().map((one) => [`${one.dimension} ${one.value}`, one.state]));
    expect(before.length).toBeGreaterThan(15);
    expect(before.filter(({ dimension, value, state }) => after.get(`${dimension} ${value}`) !== state)).toEqual([]);
    expect(story.live(FOUND + 1, DAYS)).toEqual([]);
  });

  it('who said true by mistake gives all of it back by saying benign', () => {
    const story = new Story();
    story.taught();
    const [alert] = story.live(FOUND, FOUND + 1, [theft(FOUND)]);
    story.judge(alert as Alert, 'true');
    expect(TAUGHT.map(story.stateOf)).toEqual(TAUGHT.map(() => 'doubted'));
    story.judge(alert as Alert, 'benign', '2');
    expect(TAUGHT.map(story.stateOf)).toEqual(TAUGHT.map(() => 'trusted'));
    expect(story.live(FOUND + 2, FOUND + 3, again())).toEqual([]);
  });

  it('what is doubted is learned anew in three days of use, and survives a restart until then', () => {
    const story = new Story();
    story.taught();
    const [alert] = story.live(FOUND, FOUND + 1, [theft(FOUND)]);
    story.judge(alert as Alert, 'true');
    const resumed = createEngine({
      detectors,
      settings: configSchema.parse({ alerts: { falsePerDay: 0.2 } }),
      population: createPopulation(),
    });
    for (const row of story.engine.changed()) resumed.restore(row);
    expect(resumed.learningRecord('acme', 'web')?.rows()).toEqual(story.learned());
    story.live(
      FOUND + 2,
      FOUND + 6,
      [2, 3, 4, 5].map((day) => his(2, FOUND + day)),
    );
    expect(story.stateOf('s3:GetObject → arn:aws:s3:::web-data/finance')).toBe('trusted');
  });

  it('unlearning since a day takes as much back without any alert', () => {
    const story = new Story();
    story.taught();
    const from = new Date(START + QUIET * DAY).toISOString();
    const to = new Date(START + FOUND * DAY).toISOString();
    story.engine.unlearn({ id: 'u', tenant: 'acme', identity: 'web', from, to, how: 'forget' });
    expect(TAUGHT.map(story.stateOf)).toEqual(TAUGHT.map(() => undefined));
    expect(story.live(FOUND, FOUND + 1)).toEqual([]);
    expect(story.live(FOUND + 2, FOUND + 3, again())).toHaveLength(1);
  });
});
