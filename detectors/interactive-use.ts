/** A person at a machine's credential: a console, a browser or a terminal where only software spoke, at the pace of somebody who types. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { client } from '../src/core/novelty/dimensions.ts';
import { remembered } from '../src/core/remembered.ts';

const options = z.strictObject({
  certainNats: numberOption(
    6,
    0,
    30,
    'Most nats of a client that only people use: a browser, a console, a shell that says it is interactive. Half: it weighs as a new client does; double: one look into a console alerts by itself.',
  ),
  likelyNats: numberOption(
    4,
    0,
    30,
    'Most nats of a command-line tool, which scripts use as well. Half: it says less than the new client itself; double: every maintenance script alerts.',
  ),
  priorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise: people do mend things by hand. Half: such repairs rank higher; double: only classes that nobody ever touches are told.',
  ),
  paceNats: numberOption(
    2,
    0,
    10,
    'Nats added where the last calls came at the pace of typing, which the identity never does. Half: the pace hardly counts; double: it counts as much as the client.',
  ),
  typedCalls: wholeOption(
    5,
    2,
    100,
    'Calls in a row at that pace from which it counts. Half: two pauses by chance are typing; double: short visits are none.',
  ),
  softwareDays: wholeOption(
    7,
    1,
    365,
    'Days on which only software spoke before a person is news. Half: the first week of a service settles it; double: seldom-used identities are never told of.',
  ),
});
type Options = z.infer<typeof options>;

/** Bounds of a pause between two calls of somebody who types and reads, ms. */
const PAUSE_MIN_MS = 2_000;
const PAUSE_MAX_MS = 180_000;
/** Pauses of a timer differ by less than this part of themselves. */
const EVEN = 0.05;

/** What only people use. The last two are flags with which a command-line tool says that it speaks to a terminal. */
const CERTAIN =
  /^\[?(mozilla|opera)\/|^\[?(console|signin)\.(aws\.)?amazon|cloudshell|\b(azure[ -]?portal|google-cloud-console|postmanruntime|insomnia|bruno)\b|\binteractive\/true\b|\bmd\/prompt#(on|auto)/i;
/** Tools of a command line. */
const LIKELY =
  /^\[?(aws-cli|kubectl|oc|k9s|gcloud|google-cloud-sdk|azurecli|azure-cli|az|vault|bao|gh|glab|doctl|oci-cli|psql|mysql|mongosh|redis-cli|curl|wget|httpie|xh|powershell|windowspowershell|azurepowershell)(\b|\/)/i;

/** How surely a person sits behind a client: 2 certainly, 1 likely, 0 not that it shows. */
const personal = remembered((userAgent) => (CERTAIN.test(userAgent) ? 2 : LIKELY.test(userAgent) ? 1 : 0));

/** Days on which only software spoke, days with a person's client, last day counted of each. */
const speech = defineSketch({ name: 'speech', cap: 1, fields: 4 });
/** Calls in a row at the pace of typing, the last pause, days with such a row, the last of them. */
const pace = defineSketch({ name: 'typing-pace', cap: 1, fields: 4 });
const TYPED_DAYS = 2;
const TYPED_ON = 3;

/** The row of typed calls with the activity at hand: how long it is, and its last pause. */
function typed(context: DetectorContext): { readonly calls: number; readonly pauseMs: number } {
  const table = context.sketch(pace);
  const row = table.find(0);
  const pauseMs = context.lastMs === 0 ? 0 : context.ms - context.lastMs;
  if (pauseMs < PAUSE_MIN_MS || pauseMs > PAUSE_MAX_MS) return { calls: 1, pauseMs: 0 };
  const before = row < 0 ? 0 : table.get(row, 1);
  const isEven = before > 0 && Math.abs(pauseMs - before) < EVEN * before;
  return { calls: isEven ? 1 : (row < 0 ? 1 : Math.max(1, table.get(row, 0))) + 1, pauseMs };
}

export const detector = defineDetector<Options>({
  about: {
    title: "A person at a machine's credential",
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Tells when an identity whose clients were software alone is used through a browser, a console or a command line, and more so where the calls come at the pace of somebody who types. A tool for scripts weighs less than a client that only people have.',
    blindSpots: [
      'logs without a client, and clients that call themselves something else',
      'identities that are worked with by hand anyway',
    ],
    techniques: ['T1078.004', 'NHI10'],
    learningDays: 7,
  },
  options,
  dimensions: [client],
  sketches: [speech, pace],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { activity, maturity } = context;
    const { userAgent } = activity.source;
    if (userAgent === undefined || activity.identity.kind === 'human' || maturity === 0) return undefined;
    const surely = personal(userAgent);
    if (surely === 0) return undefined;
    const said = context.sketch(speech);
    const row = said.find(0);
    if (row < 0 || said.get(row, 0) < own.softwareDays || said.get(row, 1) > 1) return undefined;
    const novelty = context.novelty(client);
    // A known client of software may bear the name of a tool of people.
    if (novelty === undefined) return undefined;
    const name = surely === 2 ? 'person:certain' : 'person:likely';
    const most = surely === 2 ? own.certainNats : own.likelyNats;
    const { calls } = typed(context);
    const paces = context.sketch(pace);
    const at = paces.find(0);
    const isToday = at >= 0 && paces.get(at, TYPED_ON) === context.day;
    const isTyped = calls >= own.typedCalls && (at < 0 || paces.get(at, TYPED_DAYS) - (isToday ? 1 : 0) === 0);
    const nats =
      Math.min(most, -Math.log(context.rate(name, true)) - own.priorNats) * maturity + (isTyped ? own.paceNats : 0);
    if (nats <= 0) return undefined;
    const how = surely === 2 ? 'a client that only people use' : 'a command-line tool';
    return [
      {
        field: client.field,
        // The new client is told of by itself as well: both are one thing.
        group: 'client',
        seen: novelty.seen,
        usual: () => `software alone, on ${said.get(row, 0)} days`,
        nats,
        prevalence: novelty.prevalence,
        rate: name,
        key: context.hash('a person'),
        value: novelty.value,
        novelty,
        contain: 'credential',
        says: () =>
          `was used through ${how}${isTyped ? `, ${calls} calls in a row at the pace of typing` : ''}, where only software spoke`,
      },
    ];
  },
  observe(context: DetectorContext, own: Options, isGated: boolean) {
    const { calls, pauseMs } = typed(context);
    const table = context.sketch(pace);
    const row = table.touch(0);
    table.set(row, 0, calls);
    table.set(row, 1, pauseMs);
    if (isGated || calls < own.typedCalls || table.get(row, TYPED_ON) === context.day) return;
    table.set(row, TYPED_DAYS, table.get(row, TYPED_DAYS) + 1);
    table.set(row, TYPED_ON, context.day);
  },
  learn(context: DetectorContext) {
    const { userAgent } = context.activity.source;
    if (userAgent === undefined) return;
    const said = context.sketch(speech);
    const row = said.touch(0);
    const field = personal(userAgent) > 0 ? 1 : 0;
    if (said.get(row, field + 2) === context.day) return;
    said.set(row, field, said.get(row, field) + 1);
    said.set(row, field + 2, context.day);
  },
});
