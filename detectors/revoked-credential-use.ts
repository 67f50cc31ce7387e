/** A credential acts after its revocation or expiry, or comes back after its successor took over. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption } from '../src/core/detector.ts';
import { msOf } from '../src/core/instant.ts';
import { lasting } from '../src/core/novelty/dimensions.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const options = z.strictObject({
  returnNats: numberOption(
    11,
    0,
    30,
    'Nats of a return after a silence past the date. Half: a leaked old key ranks below a deploy; double: a stale date outranks everything.',
  ),
  rotatedLessNats: numberOption(
    2,
    0,
    30,
    'Nats less for a return of a credential that was only rotated away: a forgotten user of the old key returns as well. Half: such users are raised whatever the budget says; double: a thief with the old key waits for the threshold.',
  ),
  continuedNats: numberOption(
    2.5,
    0,
    30,
    'Nats of uninterrupted use past the date: the inventory is stale more often than the key is abused. Half: it says next to nothing; double: stale dates fill the queue.',
  ),
  overdueNats: numberOption(
    4,
    0,
    30,
    "Most nats of use past a session's own expiry; less where clocks and grace periods make it common. Half: it says little beside other evidence; double: one late call may alert by itself.",
  ),
  overduePriorNats: numberOption(
    1,
    0,
    10,
    'Nats taken from the surprise of such use. Half: late calls rank higher; double: they say little beside other evidence.',
  ),
  leewaySeconds: numberOption(
    60,
    0,
    3_600,
    'Seconds past its expiry in which a session may still act: clocks differ, and a call begun in time ends later. Half: calls that were under way are evidence; double: the first minute of a stolen session is not.',
  ),
  silenceHours: numberOption(
    12,
    0,
    720,
    'Hours of silence that make a return of it. Half: nightly jobs return every day; double: a patient thief is taken for the owner.',
  ),
  ownSilenceFactor: numberOption(
    1.25,
    0,
    100,
    'The silence must also be longer than the longest between two uses so far by this factor. Half: ordinary pauses are returns; double: of a weekly key a return is only told after two and a half weeks.',
  ),
});
type Options = z.infer<typeof options>;

/** lastMs, uses, longest silence between two uses in ms. */
const ledger = defineSketch({ name: 'credential-ledger', cap: 12, fields: 3 });

export const detector = defineDetector<Options>({
  about: {
    title: 'Revoked or superseded credential',
    kind: 'lifecycle',
    lane: 'invariant',
    description:
      'Fires when a credential is used after the inventory says it was revoked, expired or rotated away, or after its own expiry. A return after silence is telling; uninterrupted use past a date is mostly a stale date.',
    blindSpots: ['credentials whose dates nobody recorded', 'a thief who uses an old key without a pause'],
    techniques: ['T1078.004', 'NHI1', 'NHI7'],
    learningDays: 0,
  },
  options,
  dimensions: [],
  sketches: [ledger],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const c = context.activity.credential;
    if (c === undefined || context.activity.outcome === 'denied') return undefined;
    const dates = context.facts?.credentials.get(c.id);
    if (dates === undefined) return overdue(context, own);
    const ended = Math.min(dates.revokedMs, dates.expiresMs);
    const rotated = dates.rotatedMs;
    const since = Math.min(ended, rotated);
    if (context.ms <= since) return undefined;
    const uses = context.sketch(ledger);
    const row = uses.find(context.credentialHash);
    const last = row < 0 ? 0 : uses.get(row, 0);
    const silent =
      row < 0
        ? context.ageDays > 1
        : context.ms - last >= own.silenceHours * HOUR_MS &&
          context.ms - last > own.ownSilenceFactor * uses.get(row, 2);
    const continued = last > since && !silent;
    const word = dates.revokedMs <= context.ms ? 'revoked' : ended <= context.ms ? 'expired' : 'rotated away';
    if (word === 'rotated away' && !silent) return undefined;
    const nats =
      continued || !silent
        ? own.continuedNats
        : word === 'rotated away'
          ? own.returnNats - own.rotatedLessNats
          : own.returnNats;
    return [
      {
        field: 'credential.id',
        group: 'lifecycle',
        seen: c.id,
        usual: () => `${word} on ${new Date(since).toISOString().slice(0, 16)}Z`,
        nats,
        key: context.hash(`revoked ${c.id}`),
        // What was taken away and works on cannot be taken away again.
        contain: word === 'rotated away' ? 'credential' : 'identity',
        says: () =>
          `used credential ${c.id}, ${word} on ${new Date(since).toISOString().slice(0, 10)}${silent ? ', after a silence' : ''}`,
      },
    ];
  },
  learn(context: DetectorContext) {
    const c = context.activity.credential;
    if (c === undefined || !lasting(context.activity)) return;
    const uses = context.sketch(ledger);
    const row = uses.touch(context.credentialHash);
    const last = uses.get(row, 0);
    if (last !== 0) uses.set(row, 2, Math.max(uses.get(row, 2), context.ms - last));
    uses.set(row, 0, context.ms);
    uses.set(row, 1, uses.get(row, 1) + 1);
  },
  observe(context: DetectorContext, own: Options) {
    // A credential at work without a pause stays at work while its identity is under suspicion for something else.
    const uses = context.sketch(ledger);
    const row = uses.find(context.credentialHash);
    if (row >= 0 && context.ms - uses.get(row, 0) < own.silenceHours * HOUR_MS) uses.set(row, 0, context.ms);
  },
});

/** Use of a session past the expiry it carries itself. */
function overdue(context: DetectorContext, own: Options): readonly Finding[] | undefined {
  const c = context.activity.credential;
  if (c?.expiresAt === undefined) return undefined;
  const late = context.ms - msOf(c.expiresAt);
  if (late <= own.leewaySeconds * SECOND_MS) return undefined;
  const name = `overdue:${late > HOUR_MS ? 1 : 0}`;
  return [
    {
      field: 'credential.expiresAt',
      group: 'lifecycle',
      seen: context.activity.at,
      usual: () => `expired at ${c.expiresAt}`,
      nats: Math.min(own.overdueNats, -Math.log(context.rate(name)) - own.overduePriorNats),
      rate: name,
      key: context.hash('overdue'),
      contain: 'session',
      says: () => `used session ${c.id} ${lateness(late)} after its expiry`,
    },
  ];
}

/** `90 s`, `12 min`, `3 hours`. */
function lateness(ms: number): string {
  if (ms < 2 * 60 * SECOND_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / 60 / SECOND_MS)} min`;
  return `${Math.round(ms / HOUR_MS)} hours`;
}
