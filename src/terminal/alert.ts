/** An alert as a person wants to read it: the sentence, usual against seen, what to do, what that stops, how to undo it. */
import type { Alert, Drift, Evidence } from '../../schemas/alert.ts';

export interface Presentation {
  readonly colour: boolean;
  /** Columns at the most; 60 and up. */
  readonly width: number;
}

const MIN_WIDTH = 60;
const EVIDENCE_SHOWN = 6;
const TINTS = { critical: 35, high: 31, medium: 33, low: 36, info: 90 } as const;

export function presentAlert(alert: Alert, { colour, width }: Presentation): string {
  const columns = Math.max(MIN_WIDTH, Math.min(width, 120));
  const tint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { recommendation: advice } = alert;
  const lines = [
    `${tint(TINTS[alert.severity], alert.severity.toUpperCase())}  ${alert.kinds.join(', ')}  ${alert.raisedAt}  ${tint(90, alert.id.slice(0, 12))}`,
    ...wrap(alert.title, columns, '').map((line) => tint(1, line)),
    `  ${alert.identity.kind} ${alert.identity.id}${alert.owner === undefined ? ', no known owner' : `, owner ${alert.owner}`}`,
    ...(alert.drift === undefined ? [] : agent(alert.drift, columns)),
    '',
    ...table(alert.evidence, columns),
    '',
    ...wrap(`Do: ${advice.action} ${advice.target.kind} ${advice.target.id}. ${advice.because}`, columns, '  '),
    ...advice.wouldStop.flatMap((stop) => wrap(`would stop: ${stop}`, columns, '    ')),
    ...wrap(`undo: ${advice.undo}`, columns, '    '),
    ...wrap(
      `score ${alert.score.toFixed(1)} nats, p ${alert.p.toPrecision(2)}, ${alert.activityCount} activities, ${alert.maturity} % learned; ${alert.techniques.join(' ')}`,
      columns,
      '  ',
    ).map((line) => tint(90, line)),
  ];
  return lines.join('\n');
}

/** What an agent is made of, and what of it changed before the drift. */
function agent({ cause, parts }: Drift, columns: number): string[] {
  const made = parts.map(
    ({ part, value, since, varies }) => `${part} ${value}${varies ? ' (varies)' : ` since ${since.slice(0, 16)}Z`}`,
  );
  return wrap([`cause of the drift: ${cause}`, ...made].join('; '), columns, '  ');
}

const PLAIN: Readonly<Record<string, string>> = { '→': '->', '…': '...', '’': "'" };
/** Our own signs in ASCII, for terminals without them; names from the log stay as they are. */
const plain = (text: string) => text.replace(/[→…’]/g, (sign) => PLAIN[sign]!);

/** Usual against seen, strongest first; how many have the value: its own days, peers, tenant. */
function table(evidence: readonly Evidence[], columns: number): string[] {
  const strongest = [...evidence].sort((a, b) => b.nats - a.nats).slice(0, EVIDENCE_SHOWN);
  const field = Math.max(5, ...strongest.map((row) => row.field.length));
  const rest = Math.floor((columns - field - 2 - 3 * 2 - 15) / 2);
  const row = (name: string, seen: string, usual: string, share: string) =>
    `  ${name.padEnd(field)}  ${cut(seen, rest).padEnd(rest)}  ${cut(usual, rest).padEnd(rest)}  ${share}`.trimEnd();
  const share = ({ prevalence: { identity, peers, tenant } }: Evidence) =>
    [identity, peers, tenant].map((part) => `${Math.round(part * 100)}%`).join('/');
  return [
    row('', 'seen', 'usual', 'own/peers/all'),
    ...strongest.map((one) => row(one.field, one.seen, one.usual === '' ? '-' : one.usual, share(one))),
  ];
}

function cut(text: string, width: number): string {
  const shown = plain(text);
  return shown.length <= width ? shown : `${shown.slice(0, Math.max(1, width - 3))}...`;
}

function wrap(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of plain(text).split(/\s+/)) {
    if (line.trim() !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line.trim() === '' ? `${indent}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
