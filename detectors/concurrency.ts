/** One lasting credential, or one identity, at work in two places or for two workloads at once. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineDimension, defineSketch } from '../src/core/detector.ts';
import { lasting, network, remembered } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  holderPriorNats: z.number().min(0).max(10).default(0),
  stemPriorNats: z.number().min(0).max(10).default(2),
  /** Most that coming from a new place weighs while the known place is at work. */
  overlapNats: z.number().min(0).max(10).default(4),
  /** The known place counts as at work when heard from this lately. */
  aliveMinutes: z.number().min(1).max(1_440).default(30),
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
  dimensions: [holder, stem, network],
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
        contain: 'credential',
        says: () => `was used by workload ${name.seen}, never seen with it`,
      });
    }
    const n = context.novelty(network);
    if (n !== undefined && n.level <= 1 && n.weight === 1) {
      const lately = context.sketch(places);
      const row = lately.find(0);
      const here = context.value(network, n.level);
      if (row >= 0 && lately.get(row, 0) !== here && context.ms - lately.get(row, 1) < own.aliveMinutes * 60_000) {
        const back = lately.get(row, 4) > 0 ? 'alternation' : 'overlap';
        found.push({
          field: 'source.ip',
          group: 'concurrency',
          seen: n.seen,
          usual: () => context.usual(network, n.level),
          nats: Math.min(own.overlapNats, -Math.log(context.rate(back)) - 2),
          rate: back,
          novelty: n,
          key: context.hash(back),
          contain: 'credential',
          says: () =>
            back === 'alternation'
              ? `went back and forth between ${n.seen} and its known place`
              : `spoke from ${n.seen} while its known place was at work`,
        });
      }
    }
    return found.length > 0 ? found : undefined;
  },
  observe(context: DetectorContext) {
    if (context.activity.source.ip === undefined) return;
    const n = context.novelty(network);
    const lately = context.sketch(places);
    const row = lately.touch(0);
    if (n !== undefined && n.level <= 1) {
      lately.set(row, 2, n.value);
      lately.set(row, 3, context.ms);
      return;
    }
    const strangeMs = lately.get(row, 3);
    lately.set(row, 4, strangeMs !== 0 && context.ms - strangeMs < 2 * 3_600_000 ? 1 : 0);
    lately.set(row, 0, context.value(network, 1));
    lately.set(row, 1, context.ms);
  },
});
