/** CloudTrail of attack techniques spliced onto AWS identities of a labelled set whose own attacks are taken out. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Activity } from '../../schemas/activity.ts';
import type { Reader } from '../../src/ingest/reader.ts';
import { Dice } from '../world/dice.ts';
import { DAY, HOUR } from '../world/rhythm.ts';
import { inOrder, iso, type LabelledSet, readRecords, scenario } from './labelled.ts';
import { splice, type Where } from './splice.ts';

interface Told {
  set: string;
  learnUntil: string;
  end: string;
  identities: Record<string, { kind: string; group: string }>;
  scenarios: { activityIds: string[] }[];
  learningAttacks: { activityIds: string[] }[];
  hardNegatives: object[];
}

/** Activities of one technique, in time order. */
function techniqueIn(path: string, reader: Reader): Activity[] {
  const raw = JSON.parse(readFileSync(path, 'utf8')) as unknown[];
  const outcomes = raw.flatMap((record) => reader.readParsed(record));
  return inOrder(outcomes.flatMap((outcome) => (outcome.status === 'read' ? [...outcome.activities] : [])));
}

/** Each technique once on a victim's own host and once from elsewhere, on victims of their own. `world`: folder with events.ndjson.gz and truth.json. */
export function stratusSet(techniques: string, world: string, reader: Reader): LabelledSet {
  const dice = new Dice('stratus');
  const truth = JSON.parse(readFileSync(join(world, 'truth.json'), 'utf8')) as Told;
  const taken = new Set([...truth.scenarios, ...truth.learningAttacks].flatMap((told) => told.activityIds));
  const background = readRecords<Activity>(join(world, 'events.ndjson.gz')).filter(
    (activity) => !taken.has(activity.id),
  );
  const learnMs = Date.parse(truth.learnUntil);
  const byVictim = new Map<string, Activity[]>();
  for (const activity of background) {
    const { id, provider, account, kind } = activity.identity;
    if (provider !== 'aws' || !account || kind === 'provider-service') continue;
    const mine = byVictim.get(id);
    if (mine) mine.push(activity);
    else byVictim.set(id, [activity]);
  }
  const victims = dice.sample(
    [...byVictim].filter(([, acts]) => acts.length > 100 && acts.at(-1)!.at > truth.learnUntil),
    byVictim.size,
  );
  const injected: Activity[] = [];
  const scenarios: object[] = [];
  const files = readdirSync(techniques)
    .filter((file) => file.endsWith('.json'))
    .sort();
  for (const [i, file] of files.entries())
    for (const where of ['in-place', 'stolen'] as Where[]) {
      const [, acts] = victims[(scenarios.length * 7) % victims.length]!;
      const judged = acts.filter((act) => Date.parse(act.at) > learnMs + DAY);
      const like = dice.pick(judged.length > 0 ? judged : acts.slice(-20));
      const start = Math.min(Date.parse(like.at) + dice.between(1, 20) * 60_000, Date.parse(truth.end) - 6 * HOUR);
      const technique = techniqueIn(join(techniques, file), reader);
      if (technique.length === 0) throw new Error(`${file}: nothing in it could be read`);
      const spliced = splice(technique, like, start, where, `${i}/${where}`);
      injected.push(...spliced);
      const id = `s${String(scenarios.length).padStart(3, '0')}`;
      scenarios.push(scenario(id, basename(file, '.json'), 'scope-drift', where, spliced, 'rotate'));
    }
  return {
    name: 'stratus',
    events: inOrder([...background, ...injected]),
    truth: {
      set: `stratus on ${truth.set}`,
      seed: 1,
      learnUntil: iso(learnMs),
      end: truth.end,
      identities: truth.identities,
      scenarios,
      hardNegatives: truth.hardNegatives,
    },
  };
}
