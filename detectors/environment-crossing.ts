/** An identity, a key or an agent of one environment at work in another: development in production, or the reverse. */
import { z } from 'zod';
import type { Activity } from '../schemas/activity.ts';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { lasting } from '../src/core/novelty/dimensions.ts';
import { remembered } from '../src/core/remembered.ts';

/** Bounds of a rule, and of how many there may be. They move no alert. */
const MATCH_MAX = 512;
const NAME_MAX = 64;
const RULES_MAX = 256;

const rule = z.strictObject({
  match: z.string().min(1).max(MATCH_MAX).meta({
    description:
      'Name of an account, project, namespace, cluster or thing, as in the activities; `*` stands for any text.',
  }),
  environment: z
    .string()
    .min(1)
    .max(NAME_MAX)
    .meta({ description: 'The environment it belongs to, such as production.' }),
});

const options = z.strictObject({
  rules: z.array(rule).max(RULES_MAX).default([]).meta({
    description:
      'Which environment what belongs to, by name; the first that matches counts, before any word of a name.',
  }),
  readsNames: z.boolean().default(true).meta({
    description:
      'Whether accounts, projects, namespaces and clusters tell their environment by a word of their name, such as `prod` or `dev`.',
  }),
  crossingNats: numberOption(
    7,
    0,
    30,
    'Most nats of work in an environment that is not the one of the identity and that it never worked in. Half: it says little beside the other evidence; double: one misplaced test alerts by itself.',
  ),
  usedNats: numberOption(
    5,
    0,
    30,
    'Most nats of the same where nothing but use tells the environment of the identity, the key or the agent. Half: it says little; double: a deployer that gets a second stage alerts by itself.',
  ),
  priorNats: numberOption(
    1,
    0,
    10,
    'Nats taken from the surprise: releases and copies of data cross as well. Half: they rank a little higher; double: a crossing of a class that never crosses is told later.',
  ),
  homeDays: wholeOption(
    10,
    1,
    365,
    'Days of use in one environment before use alone makes it the home. Half: a week of tests makes one; double: seldom-used keys have none.',
  ),
  knownDays: wholeOption(
    2,
    1,
    365,
    'Days of use in another environment from which work there is no crossing any more. Half: the first day settles it; double: a second stage is told of for four days.',
  ),
});
type Options = z.infer<typeof options>;

/** Words of names, each with the environment that it is short for. A bucket for a stage of processing is none, so things are not looked at. */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    production: ['prod', 'production', 'prd', 'live'],
    staging: ['staging', 'stage', 'stg', 'preprod', 'uat'],
    development: ['dev', 'devel', 'development', 'sandbox', 'sbx', 'test', 'testing', 'qa'],
  }).flatMap(([environment, words]) => words.map((word) => [word, environment] as const)),
);

/** The environments that those words stand for. */
const ENVIRONMENTS: readonly string[] = [...new Set(WORDS.values())];

/** The environment that an inventory, an activity or a rule tells, in one spelling. */
const spelled = remembered((text) => WORDS.get(text.toLowerCase()) ?? text.toLowerCase());

/** The one environment whose word a name holds; '' where it holds none or two. */
const byWord = remembered((name) => {
  const found = new Set(
    name
      .toLowerCase()
      .split(/[^a-z]+/)
      .flatMap((word) => WORDS.get(word) ?? []),
  );
  const [only, second] = found;
  return only !== undefined && second === undefined ? only : '';
});

/** Names in the id of a thing that stand for what it is kept in. */
const HOLDER = /(?:^|\/)(?:projects|subscriptions|resourcegroups|namespaces|clusters|environments)\/([^/]+)/gi;

const holdersOf = remembered((id): readonly string[] => {
  const names: string[] = [];
  HOLDER.lastIndex = 0;
  for (let found = HOLDER.exec(id); found !== null; found = HOLDER.exec(id)) names.push(found[1] ?? '');
  return names;
});

/** A rule as a function of a name. */
function matcher(match: string): (name: string) => boolean {
  const parts = match.toLowerCase().split('*');
  return (text) => {
    const name = text.toLowerCase();
    const [first = '', ...rest] = parts;
    const last = rest.pop();
    if (last === undefined) return name === first;
    if (!name.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return name.length - last.length >= at && name.endsWith(last);
  };
}

/** What the options make of a name: its environment, '' where nothing tells it. */
const readers = new WeakMap<
  Options,
  { readonly ofHolder: (name: string) => string; readonly ofThing: (id: string) => string }
>();

function readerOf(own: Options) {
  const known = readers.get(own);
  if (known !== undefined) return known;
  const rules = own.rules.map(({ match, environment }) => ({
    fits: matcher(match),
    environment: spelled(environment),
  }));
  const ruled = (name: string) => rules.find(({ fits }) => fits(name))?.environment ?? '';
  const ofHolder = remembered((name) => ruled(name) || (own.readsNames ? byWord(name) : ''));
  const made = { ofHolder, ofThing: rules.length === 0 ? () => '' : remembered(ruled) };
  readers.set(own, made);
  return made;
}

/** The thing asked for last, and where it is: judging and learning ask of the same one, and what is read alike is one object. */
const latest: { thing: Activity['resource']; own: Options | undefined; target: string } = {
  thing: undefined,
  own: undefined,
  target: '',
};

/** Where an act is done: by the thing itself where a rule names it, by its account, or by what its id says it is kept in; '' where nothing tells. */
function targetOf({ resource }: Activity, own: Options): string {
  if (resource === undefined) return '';
  if (resource !== latest.thing || own !== latest.own) {
    latest.target = targetOfThing(resource, own);
    latest.thing = resource;
    latest.own = own;
  }
  return latest.target;
}

function targetOfThing(resource: NonNullable<Activity['resource']>, own: Options): string {
  const { ofHolder, ofThing } = readerOf(own);
  const named = ofThing(resource.id) || (resource.account === undefined ? '' : ofHolder(resource.account));
  if (named !== '') return named;
  for (const holder of holdersOf(resource.id)) {
    const environment = ofHolder(holder);
    if (environment !== '') return environment;
  }
  return '';
}

/** Where an act comes from, by the cluster and namespace of the workload. */
function originOf({ source }: Activity, own: Options): string {
  if (source.workload === undefined) return '';
  const { workload } = source;
  const { ofHolder } = readerOf(own);
  const end = workload.indexOf('/');
  if (end < 0) return ofHolder(workload);
  const next = workload.indexOf('/', end + 1);
  return ofHolder(workload.slice(0, end)) || ofHolder(workload.slice(end + 1, next < 0 ? workload.length : next));
}

/** Which environment an identity is of, where something tells it; '' otherwise. */
function declaredHome({ activity, facts }: DetectorContext, own: Options): string {
  const told = facts?.record.environment ?? activity.identity.environment;
  if (told !== undefined) return spelled(told);
  const { account } = activity.identity;
  return account === undefined ? '' : readerOf(own).ofHolder(account);
}

/** By environment: days of work there, the last of them. */
const visits = defineSketch({ name: 'environment-visits', cap: 6, fields: 2 });
/** By lasting key or agent: the environment that it has only ever worked in (0: several), days, the last of them. */
const bearers = defineSketch({ name: 'environment-bearers', cap: 12, fields: 3 });

/** Keys and agents, each with its place among the bearers; those that come and go have no home. */
function bearersOf(context: DetectorContext): readonly (readonly [key: number, says: string, field: string])[] {
  const { activity, credentialHash, actorHash } = context;
  const found: (readonly [number, string, string])[] = [];
  if (activity.credential !== undefined && lasting(activity) && credentialHash !== 0)
    found.push([credentialHash, `key ${activity.credential.id}`, 'credential.id']);
  if (activity.actor?.kind === 'agent' && actorHash !== 0)
    found.push([actorHash, `agent ${activity.actor.id}`, 'actor.id']);
  return found;
}

function daysIn(context: DetectorContext, environment: string): number {
  const table = context.sketch(visits);
  const row = table.find(context.hash(environment));
  return row < 0 ? 0 : table.get(row, 0);
}

/** The only environment of three that use tells as the home; '' where there are two, or none for long enough. */
function usedHome(context: DetectorContext, own: Options): string {
  let only = '';
  for (const environment of ENVIRONMENTS) {
    if (daysIn(context, environment) === 0) continue;
    if (only !== '') return '';
    only = environment;
  }
  return only !== '' && daysIn(context, only) >= own.homeDays ? only : '';
}

function visit(context: DetectorContext, environment: string): void {
  const table = context.sketch(visits);
  const row = table.touch(context.hash(environment));
  if (table.get(row, 1) === context.day) return;
  table.set(row, 0, table.get(row, 0) + 1);
  table.set(row, 1, context.day);
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Crossing of environments',
    kind: 'scope-drift',
    lane: 'statistical',
    description:
      'Tells when an identity of one environment works in another that it never worked in, or comes from one. Which environment it is of, the inventory or the log says, or the name of its account, or weeks of use. Keys and agents that were only ever used in one environment are watched by themselves.',
    blindSpots: [
      'accounts, projects and namespaces whose names tell no environment, without a rule',
      'environments that share one account and are told apart by nothing',
      'identities that work in all environments anyway, such as deployers',
    ],
    techniques: ['T1078.004', 'NHI8'],
    learningDays: 7,
  },
  options,
  dimensions: [],
  sketches: [visits, bearers],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { activity, maturity } = context;
    if (maturity === 0 || activity.outcome === 'failed') return undefined;
    const target = targetOf(activity, own);
    const origin = originOf(activity, own);
    if (target === '' && origin === '') return undefined;
    const found: Finding[] = [];
    const tell = (
      name: string,
      most: number,
      finding: Pick<Finding, 'field' | 'seen' | 'usual' | 'says'>,
      kind: Finding['kind'],
    ) => {
      const nats = Math.min(most, -Math.log(context.rate(name, true)) - own.priorNats) * maturity;
      if (nats > 0 && kind !== undefined)
        found.push({
          ...finding,
          group: 'environment',
          nats,
          rate: name,
          key: context.hash(`${name} ${finding.seen}`),
          kind,
        });
    };
    const declared = declaredHome(context, own);
    const home = declared || usedHome(context, own);
    const most = declared === '' ? own.usedNats : own.crossingNats;
    if (home !== '' && target !== '' && target !== home && daysIn(context, target) < own.knownDays)
      tell(
        declared === '' ? 'environment:used' : 'environment:target',
        most,
        {
          field: 'resource.account',
          seen: target,
          usual: () => (declared === '' ? `only ${home} so far` : `it is of ${home}`),
          says: () => `worked in ${target}, though it is of ${home}`,
        },
        'scope-drift',
      );
    if (home !== '' && origin !== '' && origin !== home && daysIn(context, `from ${origin}`) < own.knownDays)
      tell(
        'environment:origin',
        most,
        {
          field: 'source.workload',
          seen: origin,
          usual: () => (declared === '' ? `only ${home} so far` : `it is of ${home}`),
          says: () => `was used from ${origin}, though it is of ${home}`,
        },
        'unexpected-source',
      );
    const here = target || origin;
    const table = context.sketch(bearers);
    if (found.length === 0)
      for (const [key, name, field] of bearersOf(context)) {
        const row = table.find(key);
        if (row < 0 || table.get(row, 1) < own.homeDays) continue;
        const only = ENVIRONMENTS.find((one) => context.hash(one) === table.get(row, 0));
        if (only === undefined || only === here) continue;
        tell(
          'environment:bearer',
          own.usedNats,
          {
            field,
            seen: `${name} in ${here}`,
            usual: () => `only in ${only}, on ${table.get(row, 1)} days`,
            says: () => `used ${name} in ${here}, where it was never used`,
          },
          'credential-reuse',
        );
      }
    return found.length > 0 ? found : undefined;
  },
  learn(context: DetectorContext, own: Options) {
    const { activity, day } = context;
    const target = targetOf(activity, own);
    const origin = originOf(activity, own);
    if (target !== '') visit(context, target);
    if (origin !== '') visit(context, `from ${origin}`);
    const here = target || origin;
    if (here === '') return;
    const table = context.sketch(bearers);
    const hash = context.hash(here);
    for (const [key] of bearersOf(context)) {
      const isNew = table.find(key) < 0;
      const row = table.touch(key);
      if (isNew) table.set(row, 0, hash);
      else if (table.get(row, 0) !== hash) table.set(row, 0, 0);
      if (table.get(row, 2) === day) continue;
      table.set(row, 1, table.get(row, 1) + 1);
      table.set(row, 2, day);
    }
  },
});
