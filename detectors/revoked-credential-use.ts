/** A credential acts after its revocation or expiry, comes back after its successor took over, or turns up though it is older than the one in use. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption } from '../src/core/detector.ts';
import { msOf } from '../src/core/instant.ts';
import { lasting } from '../src/core/novelty/dimensions.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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
  olderNats: numberOption(
    7,
    0,
    30,
    'Most nats of a lasting credential that was never seen at work and was issued no later than the one in use, so that no rotation brought it; less where such come often. Half: it ranks with rotations; double: a spare key is raised whatever the budget says.',
  ),
  settledDays: numberOption(
    3,
    0,
    90,
    'Days for which the newest credential must have been at work before an older one is told. Half: a roll-out that takes two days is told; double: nothing is told in the week after a rotation.',
  ),
});
type Options = z.infer<typeof options>;

/** Credentials of one identity that are remembered: with as many, nobody knows whether another is new. */
const CREDENTIALS_KEPT = 12;

/** lastMs, uses, longest silence between two uses in ms. */
const ledger = defineSketch({ name: 'credential-ledger', cap: CREDENTIALS_KEPT, fields: 3 });

/** When the newest credential at work was issued, and since when it is at work, in ms. */
const newest = defineSketch({ name: 'newest-credential', cap: 1, fields: 2 });

export const detector = defineDetector<Options>({
  about: {
    title: 'Revoked or superseded credential',
    kind: 'lifecycle',
    lane: 'invariant',
    description:
      'Fires when a credential is used after the inventory says it was revoked, expired or rotated away, or after its own expiry. A return after silence is telling; uninterrupted use past a date is mostly a stale date. A lasting credential that was never seen and was issued no later than the one in use is told too: a rotation brings a newer one.',
    blindSpots: ['credentials whose dates nobody recorded', 'a thief who uses an old key without a pause'],
    techniques: ['T1078.004', 'NHI1', 'NHI7'],
    learningDays: 0,
  },
  options,
  dimensions: [],
  sketches: [ledger, newest],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const c = context.activity.credential;
    if (c === undefined || context.activity.outcome === 'denied') return undefined;
    const dates = context.facts?.credentials.get(c.id);
    if (dates === undefined) return overdue(context, own) ?? older(context, own);
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
    if (c.issuedAt === undefined) return;
    const issuedMs = msOf(c.issuedAt);
    const latest = context.sketch(newest);
    const at = latest.touch(0);
    if (issuedMs <= latest.get(at, 0)) return;
    latest.set(at, 0, issuedMs);
    latest.set(at, 1, context.ms);
  },
  observe(context: DetectorContext, own: Options) {
    // A credential at work without a pause stays at work while its identity is under suspicion for something else.
    const uses = context.sketch(ledger);
    const row = uses.find(context.credentialHash);
    if (row >= 0 && context.ms - uses.get(row, 0) < own.silenceHours * HOUR_MS) uses.set(row, 0, context.ms);
  },
});

/** First use of a lasting credential that is no successor: it was there before the one in use. */
function older(context: DetectorContext, own: Options): readonly Finding[] | undefined {
  const c = context.activity.credential;
  if (c?.issuedAt === undefined || !lasting(context.activity)) return undefined;
  const uses = context.sketch(ledger);
  const latest = context.sketch(newest);
  const at = latest.find(0);
  if (at < 0 || uses.size >= CREDENTIALS_KEPT || uses.find(context.credentialHash) >= 0) return undefined;
  if (context.maturity < 1 || context.ms - latest.get(at, 1) < own.settledDays * DAY_MS) return undefined;
  const inUse = latest.get(at, 0);
  if (msOf(c.issuedAt) > inUse) return undefined;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return [
    {
      field: 'credential.id',
      group: 'credential',
      seen: `${c.id}, issued on ${day(msOf(c.issuedAt))}`,
      usual: () => `the one in use was issued on ${day(inUse)}`,
      nats: Math.min(own.olderNats, -Math.log(context.rate('older-key', true))),
      rate: 'older-key',
      key: context.hash(`older ${c.id}`),
      contain: 'credential',
      says: () => `used credential ${c.id} for the first time, issued no later than the one in use: no rotation`,
    },
  ];
}

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
