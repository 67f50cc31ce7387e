/** What really happened in a labelled set: attacks with their activities, benign changes, and who is who. */
import { z } from 'zod';
import { seconds } from './seconds.ts';

const scenarioSchema = z.looseObject({
  id: z.string(),
  kind: z.string().optional(),
  category: z.string().optional(),
  variant: z.string().nullish(),
  source: z.string().optional(),
  difficulty: z.string().optional(),
  victim: z.string(),
  identities: z.array(z.string()).default([]),
  start: z.string(),
  activityIds: z.array(z.string()),
  activityAt: z.array(z.string()).default([]),
  expect: z.looseObject({ action: z.string() }),
});
const changeSchema = z.looseObject({
  id: z.string(),
  kind: z.string(),
  identities: z.array(z.string()),
  start: z.string(),
  end: z.string(),
  expect: z.looseObject({ alert: z.string() }),
  activityIds: z.array(z.string()).default([]),
});
const truthSchema = z.looseObject({
  set: z.string(),
  seed: z.union([z.number(), z.string()]),
  learnUntil: z.string(),
  end: z.string(),
  tenant: z.string().default('default'),
  identities: z.record(z.string(), z.looseObject({ kind: z.string(), group: z.string() })),
  scenarios: z.array(scenarioSchema),
  learningAttacks: z.array(scenarioSchema).default([]),
  hardNegatives: z.array(changeSchema),
});

/** An attack; times in seconds since the epoch. */
export interface Scenario {
  readonly told: z.infer<typeof scenarioSchema>;
  readonly startS: number;
  readonly endS: number;
  /** Time of each cited activity, in order of `activityIds`. */
  readonly timesS: readonly number[];
  /** The victim and whoever else belongs to the attack: an alert on any of them names the right identity. */
  readonly whose: ReadonlySet<string>;
}

/** A planned benign change; its span is widened by a second on both sides. */
export interface BenignChange {
  readonly told: z.infer<typeof changeSchema>;
  readonly startS: number;
  readonly endS: number;
  readonly cited: ReadonlySet<string>;
}

export interface Truth {
  readonly set: string;
  readonly seed: number | string;
  /** Tenant of everything that names none. */
  readonly tenant: string;
  readonly learnS: number;
  readonly endS: number;
  /** Judged days. */
  readonly days: number;
  readonly people: Readonly<Record<string, { readonly kind: string; readonly group: string }>>;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Attacks inside the learning period; no alert is asked for. */
  readonly learning: readonly Scenario[];
  /** Scenario and time of each attack activity. */
  readonly attackOf: ReadonlyMap<string, { readonly scenario: string; readonly atS: number }>;
  readonly changes: readonly BenignChange[];
  readonly changesOf: ReadonlyMap<string, readonly BenignChange[]>;
}

function scenarioOf(told: z.infer<typeof scenarioSchema>): Scenario {
  const startS = seconds(told.start);
  const given = told.activityAt.map(seconds);
  const timesS = given.length > 0 ? given : told.activityIds.map(() => startS);
  return {
    told,
    startS,
    timesS,
    endS: timesS.length > 0 ? Math.max(...timesS) : startS,
    whose: new Set([told.victim, ...told.identities]),
  };
}

/** Reads a parsed truth file. Throws a `ZodError` that names the field when it is not one. */
export function readTruth(raw: unknown): Truth {
  const truth = truthSchema.parse(raw);
  const learnS = seconds(truth.learnUntil);
  const endS = seconds(truth.end);
  const scenarios = new Map(truth.scenarios.map((told) => [told.id, scenarioOf(told)]));
  const attackOf = new Map<string, { scenario: string; atS: number }>();
  for (const [id, scenario] of scenarios)
    for (const [i, activity] of scenario.told.activityIds.slice(0, scenario.timesS.length).entries())
      attackOf.set(activity, { scenario: id, atS: scenario.timesS[i]! });
  const changes = truth.hardNegatives.map((told) => ({
    told,
    startS: seconds(told.start) - 1,
    endS: seconds(told.end) + 1,
    cited: new Set(told.activityIds),
  }));
  const changesOf = new Map<string, BenignChange[]>();
  for (const change of changes)
    for (const identity of new Set(change.told.identities)) {
      const known = changesOf.get(identity);
      if (known) known.push(change);
      else changesOf.set(identity, [change]);
    }
  return {
    set: truth.set,
    seed: truth.seed,
    tenant: truth.tenant,
    learnS,
    endS,
    days: (endS - learnS) / 86_400,
    people: truth.identities,
    scenarios,
    learning: truth.learningAttacks.map(scenarioOf),
    attackOf,
    changes,
    changesOf,
  };
}
