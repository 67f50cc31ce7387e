/** A backtest as a person wants to read it: what would be lost first, then a short table, then each difference on one line. */
import type { Line, Piece } from '../terminal/print.ts';
import { severityOf } from '../terminal/severity.ts';
import { table } from '../terminal/table.ts';
import type { Comparison, Listed, Load, Pair } from './comparison.ts';

/** A setting that the two configurations do not share; null where one does not name it. */
export interface Setting {
  readonly key: string;
  readonly past: unknown;
  readonly now: unknown;
}

export interface ReportSettings {
  readonly settings: readonly Setting[];
  /** Lines a list has at the most; confirmed alerts are all told. */
  readonly lines: number;
  /** Flags that lead other commands to the same store, or ''. */
  readonly where: string;
}

/** Lines to print. */
export function reportOf(comparison: Comparison, settings: ReportSettings): Line[] {
  const { lost, onlyThen, onlyNow, changed } = comparison;
  const others = onlyThen.filter(({ verdict }) => verdict !== 'true');
  const explain = (alert: Listed) => `tidemark explain ${alert.id.slice(0, 12)}${settings.where}`;
  const identity = ({ identity: id, tenant }: Listed) =>
    `tidemark identity ${quoted(id)} --tenant ${quoted(tenant)}${settings.where}`;
  return [
    ...(lost.length === 0
      ? []
      : [
          `${lost.length} CONFIRMED ${lost.length === 1 ? 'ALERT' : 'ALERTS'} WOULD BE LOST`,
          ...table(
            lost.map((alert) => row(alert, explain(alert))),
            { indent: 2 },
          ),
          '',
        ]),
    ...(settings.settings.length === 0 ? ['The configuration is the one in force.'] : settings.settings.map(change)),
    '',
    ...loads(comparison),
    ...list('Only then', others, settings.lines, (alert) => row(alert, explain(alert))),
    ...list('Only now', onlyNow, settings.lines, (alert) => row(alert, identity(alert))),
    ...list('Different', changed, settings.lines, (pair) => row(pair.past, explain(pair.past), difference(pair))),
  ];
}

function change({ key, past, now }: Setting): string {
  const said = (value: unknown) => (value === null ? 'not set' : JSON.stringify(value));
  return `${key}: ${said(past)} -> ${said(now)}`;
}

function loads({ past, now, matched, changed, onlyThen, onlyNow, spared, lost }: Comparison): Line[] {
  const pair = (name: string, of: (load: Load) => string | number, more = '') => [
    name,
    String(of(past)),
    String(of(now)),
    more,
  ];
  const days = [past, now].map(({ worstDay }) => worstDay?.day ?? '-').join(', ');
  return table(
    [
      ['', 'then', 'now', ''],
      pair('alerts', ({ alerts }) => alerts),
      pair('  confirmed', ({ confirmed }) => confirmed),
      pair('  benign', ({ benign }) => benign),
      pair('  without a verdict', ({ unjudged }) => unjudged),
      pair('a day', ({ perDay }) => perDay.toFixed(2)),
      pair('worst day', ({ worstDay }) => worstDay?.alerts ?? 0, days),
      pair('budget of false ones', ({ falsePerDay }) => falsePerDay),
      [],
      ['raised again', String(matched), '', `${changed.length} of them different`],
      ['only then', String(onlyThen.length), '', `${lost.length} confirmed, ${spared} benign`],
      ['only now', '', String(onlyNow.length)],
    ],
    { right: [1, 2] },
  );
}

function list<Item>(
  title: string,
  items: readonly Item[],
  most: number,
  say: (item: Item) => readonly Piece[],
): Line[] {
  if (items.length === 0) return [];
  const rest = items.length - most;
  return [
    '',
    `${title}:`,
    ...table(items.slice(0, most).map(say), { indent: 2 }),
    ...(rest > 0 ? [`  ... and ${rest} more; --lines shows more, --json all`] : []),
  ];
}

const VERDICTS = { true: 'confirmed', benign: 'benign' } as const;

function row({ raisedAt, severity, score, verdict, title }: Listed, see: string, more = ''): readonly Piece[] {
  const said = verdict === undefined ? '-' : VERDICTS[verdict];
  return [raisedAt, severityOf(severity), score.toFixed(1), said, `${more}${title}  ${see}`];
}

function difference({ past, now, changed }: Pair): string {
  const says = changed.map((what) => {
    if (what === 'severity') return `${past.severity} -> ${now.severity}`;
    if (what === 'recommendation') return `${advice(past)} -> ${advice(now)}`;
    const hours = (Date.parse(now.raisedAt) - Date.parse(past.raisedAt)) / 3_600_000;
    return `${Math.abs(hours).toFixed(1)} h ${hours > 0 ? 'later' : 'earlier'}`;
  });
  return `[${says.join('; ')}] `;
}

const advice = ({ recommendation: { action, target } }: Listed) => `${action} ${target.id}`;

/** A word of a shell: names from a log may hold anything. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
