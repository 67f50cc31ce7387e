/** Detection on records nobody made for us: `node dist/bench/real.js [--data DIR] [--world DIR] [--only NAME] [--false-per-day N] [--json]`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Activity } from '../schemas/activity.ts';
import { configSchema } from '../schemas/config.ts';
import { discover, SHELVES } from '../src/app/shelves.ts';
import { engineFactory } from '../src/commands/evaluate.ts';
import type { Detector } from '../src/core/detector.ts';
import { evaluate } from '../src/evaluate/evaluation.ts';
import { judgedAlert } from '../src/evaluate/judged-alert.ts';
import { report } from '../src/evaluate/report.ts';
import { rank } from '../src/evaluate/score.ts';
import { readTruth } from '../src/evaluate/truth.ts';
import type { Format } from '../src/ingest/format.ts';
import { createReader } from '../src/ingest/reader.ts';
import { agentSet } from './real/agents.ts';
import { gitBotSet } from './real/git-bots.ts';
import type { LabelledSet } from './real/labelled.ts';
import { stratusSet } from './real/stratus.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    world: { type: 'string', default: '../shared/benchmark/dev-1' },
    only: { type: 'string' },
    'false-per-day': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const config = configSchema.parse({});
const detectors = await discover<Detector>(SHELVES.detectors, 'detector');

/** False alerts an identity-month in which the identity did anything, by its kind: quiet months would flatter. */
function perActiveMonth(
  events: readonly Activity[],
  learnUntil: string,
  wrong: readonly string[],
): Record<string, number> {
  const months = new Map<string, Set<string>>();
  const kinds = new Map<string, string>();
  for (const { identity, at } of events) {
    kinds.set(identity.id, identity.kind);
    if (at < learnUntil) continue;
    const mine = months.get(identity.kind) ?? new Set();
    months.set(identity.kind, mine.add(`${identity.id} ${at.slice(0, 7)}`));
  }
  return Object.fromEntries(
    [...months].map(([kind, active]) => [
      kind,
      Math.round((wrong.filter((who) => kinds.get(who) === kind).length / active.size) * 1000) / 1000,
    ]),
  );
}

async function judge(set: LabelledSet, falsePerDay: number): Promise<void> {
  const truth = readTruth(set.truth);
  const engines = engineFactory({ detectors, config, learnUntil: set.truth.learnUntil });
  async function* events() {
    yield* set.events;
  }
  const { evaluation, replayed } = await evaluate(engines, events, truth, {
    verdicts: 'none',
    falsePerDay,
    budgets: [],
  });
  const ranked = rank(replayed.alerts.map(judgedAlert), truth);
  const wrong = ranked.filter(({ found }) => found.size === 0);
  const active = perActiveMonth(
    set.events,
    set.truth.learnUntil,
    wrong.map(({ alert }) => alert.who),
  );
  const { platform, ...rest } = { platform: evaluation.score.hardNegatives['platform-key-change'], active };
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ name: set.name, falsePerDay, ...rest, ...evaluation })}\n`);
    return;
  }
  process.stdout.write(`\n== ${set.name}, budget ${falsePerDay} a day\n`);
  for (const line of report(evaluation)) process.stdout.write(`${line}\n`);
  process.stdout.write(`  false an active identity-month by kind    ${JSON.stringify(active)}\n`);
  if (platform)
    process.stdout.write(`  platform key change: ${platform.alerted} of ${platform.n} streams alerted on\n`);
}

/** Each set with a budget in proportion to its identities (five a day for 400). */
const SETS: Record<string, { needs: string; falsePerDay: number; build: () => Promise<LabelledSet> | LabelledSet }> = {
  agentdojo: {
    needs: join(values.data, 'agentdojo/tool-calls.ndjson.gz'),
    falsePerDay: 1,
    build: () => agentSet('agentdojo', join(values.data, 'agentdojo/tool-calls.ndjson.gz')),
  },
  asb: {
    needs: join(values.data, 'asb/tool-calls.ndjson.gz'),
    falsePerDay: 1,
    build: () => agentSet('asb', join(values.data, 'asb/tool-calls.ndjson.gz')),
  },
  'git-bots': {
    needs: join(values.data, 'git-bots/commits.ndjson.gz'),
    falsePerDay: 1,
    build: () => gitBotSet(join(values.data, 'git-bots/commits.ndjson.gz')),
  },
  stratus: {
    needs: join(values.data, 'cloudtrail-stratus'),
    falsePerDay: 5,
    build: async () => {
      const formats = await discover<Format>(SHELVES.formats, 'format');
      const reader = createReader({ formats, format: 'aws-cloudtrail', tenant: 'spliced', limits: config.ingest });
      return stratusSet(join(values.data, 'cloudtrail-stratus'), values.world, reader);
    },
  },
};

for (const [name, { needs, falsePerDay, build }] of Object.entries(SETS)) {
  if (values.only !== undefined && values.only !== name) continue;
  if (existsSync(needs)) await judge(await build(), Number(values['false-per-day'] ?? falsePerDay));
  else process.stderr.write(`${name}: skipped, ${needs} is absent\n`);
}
