/** How many actors stand behind one credential, and when there are more of them than there ever were. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { client, lasting, network } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  moreNats: numberOption(
    3,
    0,
    30,
    'Most nats of a credential with more actors in a day than ever. Half: it only adds a word to other evidence; double: a scale-out alerts by itself.',
  ),
  priorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise: scaling out and roll-outs bring more actors. Half: they rank higher; double: only classes that never scale are told.',
  ),
  times: numberOption(
    2,
    1,
    100,
    'Times the most actors of a day so far beyond which more of them are news. Half: a move to another network is; double: only keys that were published are.',
  ),
  minDays: wholeOption(
    7,
    1,
    365,
    'Days of use of the credential before its actors are counted against them. Half: a week-end settles the number; double: keys that are changed each month are never told of.',
  ),
});
type Options = z.infer<typeof options>;

/** Actors are told apart by as many marks; more of them count as so many. */
const MARKS = 32;

/** By credential: the day, the marks of its actors, the most actors of an earlier day, days of use. */
const hands = defineSketch({ name: 'credential-hands', cap: 8, fields: 4 });
const USE_DAYS = 3;

/** Bits that are set. */
function count(marks: number): number {
  let left = marks >>> 0;
  let n = 0;
  for (; left !== 0; left &= left - 1) n++;
  return n;
}

/** How many actors so many marks stand for: two may share one. */
const actorsOf = (marks: number) => {
  const set = count(marks);
  return set >= MARKS ? MARKS : Math.round(-MARKS * Math.log(1 - set / MARKS));
};

/** One actor: the workload or machine by its name, else the software and the network it speaks from. */
function markOf(context: DetectorContext): number {
  const { actor } = context.activity;
  const place = context.value(network, 0);
  const software = context.value(client, 0);
  const who = actor === undefined ? 0 : context.actorHash;
  if (who === 0 && place === 0 && software === 0) return -1;
  // Machines of one fleet come and go; where they are and what speaks tells hands apart better than their names.
  return Math.imul(place ^ Math.imul(software, 0x9e3779b1), 0x85ebca6b) >>> 27;
}

const isCounted = ({ activity, credentialHash }: DetectorContext) =>
  activity.credential !== undefined && credentialHash !== 0 && lasting(activity);

export const detector = defineDetector<Options>({
  about: {
    title: 'More hands on one credential',
    kind: 'credential-reuse',
    lane: 'statistical',
    description:
      'Counts how many actors use a lasting credential in a day, told apart by the network they speak from and the software they speak with, and tells when there are many more than on any day before: a key that was passed on, copied or published.',
    blindSpots: ['actors on one network with the same software', 'credentials that live for less than a week'],
    techniques: ['T1078.004', 'T1552', 'NHI9'],
    learningDays: 7,
  },
  options,
  dimensions: [network, client],
  sketches: [hands],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (!isCounted(context)) return undefined;
    const table = context.sketch(hands);
    const row = table.find(context.credentialHash);
    const mark = markOf(context);
    if (row < 0 || mark < 0) return undefined;
    const isToday = table.get(row, 0) === context.day;
    const days = table.get(row, USE_DAYS) - (isToday ? 1 : 0);
    if (days < own.minDays) return undefined;
    const before = isToday ? table.get(row, 1) : 0;
    const now = (before | (1 << mark)) >>> 0;
    if (now === before) return undefined;
    const lastDay = isToday ? 1 : actorsOf(table.get(row, 1));
    const [actors, most] = [actorsOf(now), Math.max(1, lastDay, table.get(row, 2))];
    // A move has two places on its day, and is told of as a new place already.
    if (actors <= most * own.times) return undefined;
    const nats = Math.min(own.moreNats, -Math.log(context.rate('hands', true)) - own.priorNats) * context.maturity;
    if (nats <= 0) return undefined;
    const id = context.activity.credential?.id;
    return [
      {
        field: 'credential.id',
        group: 'hands',
        seen: `${actors} actors behind ${id} today`,
        usual: () => `at the most ${most} in a day, on ${days} days`,
        nats,
        rate: 'hands',
        key: context.hash(`hands ${context.credentialHash}`),
        contain: 'credential',
        says: () => `${actors} actors stood behind ${id} in a day, where there were never more than ${most}`,
      },
    ];
  },
  observe(context: DetectorContext, _own: Options, isGated: boolean) {
    if (!isCounted(context)) return;
    const mark = markOf(context);
    if (mark < 0) return;
    const table = context.sketch(hands);
    const row = table.touch(context.credentialHash);
    if (table.get(row, 0) !== context.day) {
      // A day that is under suspicion makes no number usual.
      if (!isGated) table.set(row, 2, Math.max(table.get(row, 2), actorsOf(table.get(row, 1))));
      table.set(row, 0, context.day);
      table.set(row, 1, 0);
      table.set(row, USE_DAYS, table.get(row, USE_DAYS) + 1);
    }
    table.set(row, 1, (table.get(row, 1) | (1 << mark)) >>> 0);
  },
});
