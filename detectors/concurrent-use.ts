/** One lasting credential, or one identity, at work in two places or for two workloads at once. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineDimension, defineSketch, numberOption } from '../src/core/detector.ts';
import {
  isFirstEndpoint,
  lasting,
  network,
  reach,
  throughOwnEndpoint,
  workload,
} from '../src/core/novelty/dimensions.ts';
import { realValue } from '../src/core/novelty/real-value.ts';
import { remembered } from '../src/core/remembered.ts';

const options = z.strictObject({
  holderPriorNats: numberOption(
    0,
    0,
    10,
    'Nats taken from the surprise of a key that another identity holds. It is 0, so half and double are the same; more of it tells shared keys later.',
  ),
  stemPriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise of a new workload behind one key: deploys bring one. Half: renamed workloads rank higher; double: a thief with a workload of his own is told later.',
  ),
  overlapNats: numberOption(
    4,
    0,
    10,
    'Most nats of work from a new place while the known place is at work. Half: it says little beside the new place itself; double: every overlap of a migration alerts.',
  ),
  overlapPriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from that surprise: migrations and second copies overlap too. Half: they rank higher; double: only classes that never overlap are told.',
  ),
  aliveMinutes: numberOption(
    30,
    1,
    1_440,
    'Minutes since it was last heard of for which the known place counts as at work. Half: seldom-used keys are in two places unseen; double: every move overlaps.',
  ),
  backMinutes: numberOption(
    120,
    1,
    1_440,
    'Minutes within which work from the known place after work from a strange one is a way back: alternation, which is rarer than overlap. Half: slow alternation counts as overlap; double: a move that was taken back counts as alternation.',
  ),
});
type Options = z.infer<typeof options>;

/** The lasting key itself: alarming when one or two others hold it, not when nobody (rotation) or many (a platform key) do. */
const holder = defineDimension({
  id: 'key',
  facet: 'authority',
  field: 'credential.id',
  cap: 10,
  depth: 1,
  exclusive: true,
  whole: (a) => (a.credential !== undefined && lasting(a) ? a.credential.id : undefined),
  levels: (_a, whole) => [whole],
});

/** A name without its random or counted tail. */
export const stemOf = remembered((id) => id.replace(/([-_:/.][0-9a-f]{4,}|[-_:/.]?\d+)+$/gi, ''));

/** Name of the acting workload without its random tail: two workloads behind one key are two stems. */
const stem = defineDimension({
  id: 'workload-name',
  facet: 'authority',
  field: 'actor.id',
  cap: 10,
  depth: 1,
  whole: (a) => (a.actor === undefined ? undefined : stemOf(a.actor.id)),
  levels: (_a, whole) => [whole],
});

/** Last known place: place hash, lastMs, place before, lastMs there, switches back. */
const places = defineSketch({ name: 'places', cap: 1, fields: 5 });

const STRANGE_MS = 3;
const IS_BACK = 4;

export const detector = defineDetector<Options>({
  about: {
    title: 'Credential in two hands',
    kind: 'credential-reuse',
    lane: 'statistical',
    description:
      'Looks for one key held by two identities, one key behind two workloads, and work from a new place while the known place goes on: alternation instead of replacement.',
    blindSpots: ['two users on one host behind one client', 'a thief who waits until the owner sleeps'],
    techniques: ['T1078.004', 'T1528', 'NHI9'],
    learningDays: 7,
  },
  options,
  dimensions: [holder, stem, network, workload, reach],
  sketches: [places],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const found: Finding[] = [];
    const key = context.novelty(holder);
    if (key !== undefined && key.popularity <= 1) {
      const nats = (key.nats - own.holderPriorNats) * key.weight;
      found.push({
        field: holder.field,
        group: 'holder',
        seen: key.seen,
        usual: () => context.usual(holder),
        nats,
        prevalence: key.prevalence,
        key: key.value,
        value: key.value,
        isFirst: context.known(holder, holder.depth - 1) === 0,
        contain: 'credential',
        says: () => `used key ${key.seen}, which belongs to another identity`,
      });
    }
    const name = context.novelty(stem);
    if (name !== undefined) {
      const nats = (name.nats - own.stemPriorNats) * name.weight;
      found.push({
        field: stem.field,
        group: 'workload-name',
        seen: name.seen,
        usual: () => context.usual(stem),
        nats,
        prevalence: name.prevalence,
        key: name.value,
        value: name.value,
        isFirst: context.known(stem, stem.depth - 1) === 0,
        contain: 'credential',
        says: () => `was used by workload ${name.seen}, never seen with it`,
      });
    }
    const n = context.novelty(network);
    if (
      n !== undefined &&
      n.level <= 1 &&
      n.weight === 1 &&
      !throughOwnEndpoint(context) &&
      !isFirstEndpoint(context)
    ) {
      const lately = context.sketch(places);
      const row = lately.find(0);
      const here = context.value(network, n.level);
      if (row >= 0 && lately.get(row, 0) !== here && context.ms - lately.get(row, 1) < own.aliveMinutes * 60_000) {
        const back = lately.get(row, IS_BACK) > 0 ? 'alternation' : 'overlap';
        found.push({
          field: 'source.ip',
          group: 'concurrent-use',
          seen: n.seen,
          usual: () => context.usual(network, n.level),
          nats: Math.min(own.overlapNats, -Math.log(context.rate(back)) - own.overlapPriorNats),
          rate: back,
          novelty: n,
          key: context.hash(back),
          contain: 'credential',
          says: () =>
            back === 'alternation'
              ? `went back and forth between ${realValue(n, context.activity)} and its known place`
              : `spoke from ${realValue(n, context.activity)} while its known place was at work`,
        });
      }
    }
    return found.length > 0 ? found : undefined;
  },
  observe(context: DetectorContext, own: Options) {
    if (context.activity.source.ip === undefined) return;
    const n = context.novelty(network);
    const lately = context.sketch(places);
    const row = lately.touch(0);
    if (n !== undefined && n.level <= 1) {
      lately.set(row, 2, n.value);
      lately.set(row, STRANGE_MS, context.ms);
      return;
    }
    const strangeMs = lately.get(row, STRANGE_MS);
    lately.set(row, IS_BACK, strangeMs !== 0 && context.ms - strangeMs < own.backMinutes * 60_000 ? 1 : 0);
    lately.set(row, 0, context.value(network, 1));
    lately.set(row, 1, context.ms);
  },
});
