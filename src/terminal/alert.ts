/** An alert as a person wants to read it: the sentence, usual against seen, what to do, what that stops, how to undo it. */

import type { Activity } from '../../schemas/activity.ts';
import type { Alert, Drift, Evidence } from '../../schemas/alert.ts';
import type { Means } from '../../schemas/api.ts';
import { homeText } from '../../schemas/identity-ref.ts';
import { benignIf } from '../render/benign-if.ts';
import { decisionOf } from '../render/change.ts';
import { asUsual, evidenceRows } from '../render/evidence-row.ts';
import { techniqueText } from '../render/technique-names.ts';
import { type Line, type Output, outputOf, type Tint } from './print.ts';
import { severityOf } from './severity.ts';
import { table } from './table.ts';
import { cut, widthOf, wrap } from './text-width.ts';

/** Columns of text where the reader is no terminal, and at the most where it is a wide one. */
const PLAIN_WIDTH = 100;
const WIDEST = 120;
const EVIDENCE_SHOWN = 6;
/** Fields of one row that are named. */
const FIELDS_NAMED = 2;
/** Below this a value of the evidence would be cut to nothing: rows are folded instead. */
const VALUE_MIN = 12;

/** What is told besides the alert itself. */
export interface Beside {
  /** Those with the evidence, as far as they are at hand: what was as usual in them is told too. */
  readonly activities?: readonly Activity[];
  /** How the advised step can be taken here. */
  readonly means?: Means | undefined;
}

export function presentAlert(
  alert: Alert,
  { width }: Pick<Output, 'width'> = outputOf(process.stdout),
  { activities = [], means }: Beside = {},
): Line[] {
  const columns = Math.min(width ?? PLAIN_WIDTH, WIDEST);
  const { recommendation: advice } = alert;
  const say = (text: string, indent: number, tint?: Tint): Line[] =>
    wrap(plain(text), columns - indent).map((line) => [
      ' '.repeat(indent),
      tint === undefined ? line : { text: line, tint },
    ]);
  return [
    ...table(
      [
        [
          severityOf(alert.severity, alert.severity.toUpperCase()),
          alert.raisedAt,
          { text: alert.id.slice(0, 12), tint: 'dim' },
          alert.kinds.join(', '),
        ],
      ],
      { width },
    ),
    ...say(alert.title, 0, 'bold'),
    ...say(
      `${alert.identity.kind} ${alert.identity.id} (${homeText(alert.identity)})${alert.owner === undefined ? ', no known owner' : `, owner ${alert.owner}`}`,
      2,
    ),
    ...say(standing(alert), 2),
    ...decision(alert).flatMap((text) => say(text, 2)),
    ...(alert.drift === undefined ? [] : say(agent(alert.drift), 2)),
    ...(alert.changes ?? []).flatMap((change) => say(changed(change), 2)),
    ...(alert.delayMs === undefined ? [] : say(delay(alert.delayMs), 2)),
    ...(alert.missingPartitions === undefined ? [] : say(lacking(alert.missingPartitions), 2)),
    '',
    ...evidenceLines(alert.evidence, width),
    ...usual(asUsual(alert.evidence, activities)).flatMap((text) => say(text, 2)),
    '',
    ...say(`Do: ${advice.action} ${advice.target.kind} ${advice.target.id}, because: ${advice.because}`, 2),
    ...advice.wouldStop.flatMap((stop) => say(`would stop: ${stop}`, 4)),
    ...say(`undo: ${advice.undo}`, 4),
    ...(means === undefined ? [] : say(`how: ${means.by}`, 4)),
    ...(means?.steps ?? []).flatMap(({ phase, says }) => say(`[ ] ${phase}: ${says}`, 6)),
    ...(benignIf(alert) === '' ? [] : say(benignIf(alert), 2)),
    ...say(strength(alert), 2, 'dim'),
    ...(alert.techniques.length === 0
      ? []
      : say(`techniques: ${alert.techniques.map(techniqueText).join(', ')}`, 2, 'dim')),
  ];
}

const usual = (aspects: readonly string[]) =>
  aspects.length === 0 ? [] : [`nothing strange in: ${aspects.join(', ')}`];

/** How strong it is: in nats, against benign days, by how many activities, and on how much of a history. */
function strength({ score, p, activityCount, maturity }: Alert): string {
  return [
    `score ${score.toFixed(1)} nats`,
    `${share(p)} of identities like it ${p >= 0.5 ? 'look' : 'looks'} as odd as this`,
    `${activityCount} ${activityCount === 1 ? 'activity' : 'activities'}`,
    ...(maturity < 100 ? [`${maturity} % learned`] : []),
  ].join('; ');
}

/** Nobody has seen more days of one class than about one over this. */
const SHARE_MIN = 1e-6;

/** A small share for people: `1 harmless day in 590,000`. */
function share(p: number): string {
  if (p >= 0.5) return 'most harmless days';
  const of = Number((1 / Math.max(p, SHARE_MIN)).toPrecision(2));
  return `${p < SHARE_MIN ? 'less than ' : ''}1 harmless day in ${Math.round(of).toLocaleString('en-US')}`;
}

/** What was decided about it, and by whom; nothing while nothing was. */
const decision = (alert: Alert): string[] => (alert.standing === undefined ? [] : [decisionOf(alert) ?? '']);

/** Where the alert stands, with which credential, for whom, and how long after its first evidence it was raised. */
function standing({ status, credential, delegation, firstAt, raisedAt }: Alert): string {
  const minutes = Math.round((Date.parse(raisedAt) - Date.parse(firstAt)) / 60_000);
  return [
    `status ${status}`,
    ...(credential === undefined ? [] : [`credential ${credential.kind} ${credential.id}`]),
    ...(delegation === undefined ? [] : [`acted for ${delegation.map(({ id }) => id).join(' < ')}`]),
    `raised ${minutes < 1 ? 'at once' : `${minutes} min after the first evidence`}`,
  ].join('; ');
}

const EFFECTS = { explains: 'explains', incriminates: 'speaks against', none: 'neither explains nor doubts' } as const;

/** Who made what is used here, and what that does to the evidence. */
function changed({ says, effect, fields, at, by }: NonNullable<Alert['changes']>[number]): string {
  return `who changed it: ${says}; at ${at.slice(0, 16)}Z by ${by.id}; ${EFFECTS[effect]} ${fields.join(', ')}`;
}

/** That some of what others did was not known yet when it was judged. */
const lacking = (partitions: number) =>
  `judged while ${partitions} ${partitions === 1 ? 'partition' : 'partitions'} lagged: what others do may be more usual, or less, than it says`;

/** That some of it came too late to be judged at its own time. */
const delay = (ms: number) =>
  `arrived up to ${(ms / 3_600_000).toFixed(1)} hours after its own time, and is judged as of its arrival`;

/** The cause in words. A part may have changed and explain nothing: then the parts that did are named. */
function causeText({ cause, parts }: Drift): string {
  if (cause === 'unknown') return 'the log does not tell';
  if (cause !== 'none') return cause;
  const changed = parts.filter((part) => part.changed).map(({ part }) => part);
  return changed.length === 0
    ? 'nothing that the agent is made of changed'
    : `none known: its ${changed.join(' and ')} changed, which does not explain it`;
}

/** What an agent is made of, and what of it changed before the drift. */
function agent(drift: Drift): string {
  const made = drift.parts.map(
    ({ part, value, since, varies }) => `${part} ${value}${varies ? ' (varies)' : ` since ${since.slice(0, 16)}Z`}`,
  );
  return [`cause of the drift: ${causeText(drift)}`, ...made].join('; ');
}

const PLAIN: Readonly<Record<string, string>> = { '→': '->', '…': '...', '’': "'" };
/** Our own signs in ASCII, for terminals without them; names from the log stay as they are. */
const plain = (text: string) => text.replace(/[→…’]/g, (sign) => PLAIN[sign]!);

/** Usual against seen, strongest first; how common the value is, where anybody has it. Cut only to fit a terminal. */
function evidenceLines(evidence: readonly Evidence[], width: number | undefined): Line[] {
  const folded = evidenceRows(evidence);
  const shown = folded.slice(0, width === undefined ? undefined : EVIDENCE_SHOWN);
  const rows = [
    ['', 'known', 'seen', 'usual'],
    ...shown.map(({ fields, known, seen, usual }) => [
      fields.length > FIELDS_NAMED
        ? `${fields.slice(0, FIELDS_NAMED).join(', ')} +${fields.length - FIELDS_NAMED}`
        : fields.join(', '),
      known || '-',
      plain(seen),
      usual === '' ? '-' : plain(usual),
    ]),
  ];
  const rest = folded.length - shown.length;
  const more = rest > 0 ? [`  ... and ${rest} more; --json shows all`] : [];
  if (width === undefined) return [...table(rows, { indent: 2, width }), ...more];
  const of = (at: number) => Math.max(...rows.map((row) => widthOf(row[at]!)));
  const room = Math.min(width, WIDEST) - 2 - of(0) - of(1) - 3 * 2;
  if (room < 2 * VALUE_MIN) return [...table(rows, { indent: 2, width }), ...more];
  // What one side does not need is the other's.
  const seen = Math.min(of(2), Math.max(Math.floor(room / 2), room - of(3)));
  const fitted = rows.map(([field = '', part = '', value = '', usual = '']) => [
    field,
    part,
    cut(value, seen),
    cut(usual, Math.max(1, room - seen)),
  ]);
  return [...table(fitted, { indent: 2, width }), ...more];
}
