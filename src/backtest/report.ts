/** A backtest as a person wants to read it: what would be lost first, then a short table, then each difference on one line. */
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
export function reportOf(comparison: Comparison, settings: ReportSettings): string[] {
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
          ...lost.map((alert) => line(alert, explain(alert))),
          '',
        ]),
    ...(settings.settings.length === 0 ? ['The configuration is the one in force.'] : settings.settings.map(change)),
    '',
    ...table(comparison),
    ...list('Only then', others, settings.lines, (alert) => line(alert, explain(alert))),
    ...list('Only now', onlyNow, settings.lines, (alert) => line(alert, identity(alert))),
    ...list('Different', changed, settings.lines, (pair) => line(pair.past, explain(pair.past), difference(pair))),
  ];
}

function change({ key, past, now }: Setting): string {
  const said = (value: unknown) => (value === null ? 'not set' : JSON.stringify(value));
  return `${key}: ${said(past)} -> ${said(now)}`;
}

function table({ past, now, matched, changed, onlyThen, onlyNow, spared, lost }: Comparison): string[] {
  const row = (name: string, of: (load: Load) => string | number) =>
    `${name.padEnd(22)}${String(of(past)).padStart(12)}${String(of(now)).padStart(12)}`;
  const worst = ({ worstDay }: Load) => worstDay?.alerts ?? 0;
  const days = [past, now].map(({ worstDay }) => worstDay?.day ?? '-');
  const outcome: [string, number, string][] = [
    ['raised again', matched, `${changed.length} of them different`],
    ['only then', onlyThen.length, `${lost.length} confirmed, ${spared} benign`],
    ['only now', onlyNow.length, ''],
  ];
  return [
    `${''.padEnd(22)}${'then'.padStart(12)}${'now'.padStart(12)}`,
    row('alerts', ({ alerts }) => alerts),
    row('  confirmed', ({ confirmed }) => confirmed),
    row('  benign', ({ benign }) => benign),
    row('  without a verdict', ({ unjudged }) => unjudged),
    row('a day', ({ perDay }) => perDay.toFixed(2)),
    `${row('worst day', worst)}  ${days.join(', ')}`,
    row('budget of false ones', ({ falsePerDay }) => falsePerDay),
    '',
    ...outcome.map(([name, count, more]) => `${name.padEnd(22)}${String(count).padStart(12)}  ${more}`.trimEnd()),
  ];
}

function list<Item>(title: string, items: readonly Item[], most: number, say: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  const rest = items.length - most;
  return [
    '',
    `${title}:`,
    ...items.slice(0, most).map(say),
    ...(rest > 0 ? [`  ... and ${rest} more; --lines shows more, --json all`] : []),
  ];
}

const VERDICTS = { true: 'confirmed', benign: 'benign' } as const;

function line({ raisedAt, severity, score, verdict, title }: Listed, see: string, more = ''): string {
  const said = verdict === undefined ? '-' : VERDICTS[verdict];
  return `  ${raisedAt}  ${severity.padEnd(8)}  ${score.toFixed(1).padStart(5)}  ${said.padEnd(9)}  ${more}${title}  ${see}`;
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
