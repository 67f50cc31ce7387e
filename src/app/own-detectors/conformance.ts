/** What every detector must hold, ours and one's own: it explains itself, judges without a trace, survives a restart, and keeps its memory small. */
import { ALERT_KINDS } from '../../../schemas/alert.ts';
import { configSchema } from '../../../schemas/config.ts';
import { inventorySchema } from '../../../schemas/inventory.ts';
import { shapeOf } from '../../config/shape.ts';
import type { Detector, Finding } from '../../core/detector.ts';
import { createEngine } from '../../core/engine.ts';
import type { Contribution, Engine } from '../../core/engine-contract.ts';
import { createPopulation } from '../../core/population/population.ts';
import { optionsOf } from '../../reference/options-table.ts';
import { type DetectorFailure, errorOf, guarded, TECHNIQUE } from './guard.ts';
import { placeIn } from './load.ts';
import { restlessLife } from './restless-life.ts';

/** Largest packed memory of one identity with one detector on, in bytes. */
const MEMORY_BOUND = 4_400;
/** What an open window and alert may add while they last, in bytes. */
const OPEN_BOUND = 96 * 1024;
const HALF_HOUR_MS = 1_800_000;
const DESCRIPTION_MIN = 60;
const MEANING_MIN = 20;

const settings = configSchema.parse({ detect: { learnDays: 1 }, alerts: { falsePerDay: 100 } });
const inventory = [
  inventorySchema.parse({
    tenant: 'acme',
    identity: 'id-1',
    expiresAt: '2026-01-20T00:00:00.000Z',
    grantedScopes: ['s3'],
    canaryResources: ['res/60'],
  }),
];

export interface Examined {
  readonly id: string;
  readonly detector: Detector;
  /** Where it was loaded from. */
  readonly file: string;
}

export interface Guarantee {
  readonly says: string;
  /** What breaks it, in a sentence each; nothing where it holds. May throw what the detector throws. */
  breaches(of: Examined): readonly string[];
}

function engineOf(
  { id, detector }: Pick<Examined, 'id' | 'detector'>,
  contributions: readonly Contribution[] = [],
): Engine {
  const population = createPopulation();
  population.replay(contributions);
  return createEngine({ detectors: new Map([[id, detector]]), settings, population, inventory });
}

/** What is remembered of identities, as bytes; what is remembered of the partition besides is none of the detector's. */
const memoriesOf = (engine: Engine) =>
  engine
    .changed()
    .filter(({ key }) => !key.startsWith('\u0001'))
    .map(asText);

const asText = ({ key, bytes }: { readonly key: string; readonly bytes: Uint8Array }) =>
  `${key} ${Buffer.from(bytes).toString('hex')}`;

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, at) => one === b[at]);

/** What a detector finds in a life, one line each. */
function findingsOf({ id, detector }: Examined): readonly string[] {
  const found: string[] = [];
  const note = (f: Finding) =>
    found.push([f.field, f.group, f.seen, f.usual(), f.nats, f.key, f.says(), f.kind, f.rate].join(' | '));
  const heard: Detector = {
    ...detector,
    judge: (context, options) => {
      const findings = detector.judge(context, options);
      for (const finding of findings ?? []) note(finding);
      return findings;
    },
  };
  engineOf({ id, detector: heard }).process(restlessLife(200, HALF_HOUR_MS, 3));
  return found;
}

/** The same under another clock and other dice, which are put back at once. */
function underAnotherClock<T>(work: () => T): T {
  const [now, random] = [Date.now, Math.random];
  Date.now = () => now() + 400 * 86_400_000;
  Math.random = () => 0.123_456_789;
  try {
    return work();
  } finally {
    Date.now = now;
    Math.random = random;
  }
}

const unless = (holds: boolean, breach: string): readonly string[] => (holds ? [] : [breach]);

export const GUARANTEES: readonly Guarantee[] = [
  {
    says: 'it says what it catches, what it misses and after which technique it is named',
    breaches: ({ detector: { about } }) => [
      ...unless(about.title !== '', 'about.title is empty'),
      ...unless(
        about.description.length > DESCRIPTION_MIN,
        `about.description has ${about.description.length} characters, more than ${DESCRIPTION_MIN} are asked for`,
      ),
      ...unless(about.blindSpots.length > 0, 'about.blindSpots is empty: every detector misses something'),
      ...unless(about.techniques.length > 0, 'about.techniques is empty'),
      ...about.techniques
        .filter((one) => !TECHNIQUE.test(one))
        .map((one) => `about.techniques has ${one}, which is no id of ATT&CK or OWASP, such as T1078.004 or NHI2`),
      ...unless(ALERT_KINDS.includes(about.kind), `about.kind is none of ${ALERT_KINDS.join(', ')}`),
    ],
  },
  {
    says: 'every option has a default, and an unknown option is refused',
    breaches: ({ detector: { options } }) => [
      ...unless(options.safeParse({}).success, 'an option has no default'),
      ...unless(
        !options.safeParse({ noSuchOption: 1 }).success,
        'options takes a key that it does not know: use z.strictObject',
      ),
    ],
  },
  {
    says: 'every option says what it means',
    breaches: ({ detector: { options } }) =>
      optionsOf(shapeOf(options))
        .filter(({ means }) => means.length < MEANING_MIN)
        .map(({ key }) => `option ${key} has no description of ${MEANING_MIN} characters or more`),
  },
  {
    says: 'it neither throws nor answers what no detector may',
    breaches({ id, detector, file }) {
      const failures = new Map<string, string>();
      const note = ({ step, error }: DetectorFailure) =>
        failures.set(`${step} ${error.message}`, `${step}: ${error.name}: ${error.message} (${placeIn(file, error)})`);
      engineOf({ id, detector: guarded({ id, file }, detector, note) }).process(restlessLife(400, HALF_HOUR_MS, 3));
      return [...failures.values()];
    },
  },
  {
    says: 'it has no clock and no dice',
    breaches: (of) =>
      unless(
        isSame(
          findingsOf(of),
          underAnotherClock(() => findingsOf(of)),
        ),
        'it finds something else when the clock and the dice are others: time is context.ms, and nothing is random',
      ),
  },
  {
    says: 'it judges without a trace',
    breaches({ id, detector }) {
      const twice: Detector = {
        ...detector,
        judge: (context, options) => {
          detector.judge(context, options);
          return detector.judge(context, options);
        },
      };
      const life = restlessLife(400, HALF_HOUR_MS, 3);
      const [once, again] = [engineOf({ id, detector }), engineOf({ id, detector: twice })];
      once.process(life);
      again.process(life);
      return unless(
        isSame(memoriesOf(once), memoriesOf(again)),
        'memories differ when judge is called twice: write tables in count, learn or observe, and keep nothing in variables',
      );
    },
  },
  {
    says: 'it goes on the same after a restart at any activity',
    breaches(of) {
      const life = restlessLife(300, 2 * HALF_HOUR_MS, 2);
      const whole = engineOf(of);
      whole.process(life);
      const want = memoriesOf(whole).sort();
      const differing = [1, 47, 150, 223, 299].filter((cut) => {
        const first = engineOf(of);
        const { contributions } = first.process(life.slice(0, cut));
        const second = engineOf(of, contributions);
        const rows = new Map(first.changed().map((row) => [row.key, row]));
        for (const row of rows.values()) second.restore(row);
        second.process(life.slice(cut));
        for (const row of second.changed()) rows.set(row.key, row);
        const got = [...rows.values()].filter(({ key }) => !key.startsWith('\u0001')).map(asText);
        return !isSame(got.sort(), want);
      });
      return unless(
        differing.length === 0,
        `memories differ after a restart at activity ${differing.join(', ')}: what is remembered must stand in dimensions and sketches`,
      );
    },
  },
  {
    says: 'it keeps the memory of one identity under its bound after 15,000 restless activities',
    breaches(of) {
      const engine = engineOf(of);
      const life = restlessLife(15_000, 120_000, 1);
      for (let at = 0; at < life.length; at += 5_000) engine.process(life.slice(at, at + 5_000));
      const { bytes } = engine.size();
      return unless(
        bytes < MEMORY_BOUND + OPEN_BOUND,
        `one identity takes ${bytes} bytes, ${MEMORY_BOUND + OPEN_BOUND} are allowed: lower the caps of its dimensions and sketches`,
      );
    },
  },
];

export interface Breach {
  readonly guarantee: string;
  readonly says: string;
}

/** Everything that a detector does not hold, one line each. */
export function breachesOf(of: Examined): Breach[] {
  const unseen: Breach[] = [];
  const seen = GUARANTEES.flatMap(({ says: guarantee, breaches }) => {
    try {
      return breaches(of).map((says) => ({ guarantee, says }));
    } catch (error) {
      const { name, message } = errorOf(error);
      unseen.push({
        guarantee,
        says: `could not be looked at: ${name}: ${message} (${placeIn(of.file, error)})`,
      });
      return [];
    }
  });
  // What it throws is told once, where throwing is looked at.
  return seen.length > 0 ? seen : unseen;
}
