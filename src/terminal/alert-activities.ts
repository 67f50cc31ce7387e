/** The activities behind an alert for a person: the most telling ones, what was found in each, and what came just before and after. */
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { sizeText } from '../render/evidence-row.ts';
import type { Line } from './print.ts';
import { table } from './table.ts';

const TOLD = 10;
/** Other activities of the identity that are told on each side. */
const AROUND_TOLD = 3;
const FIELDS_TOLD = 3;

/** `cited` and `around` may come in any order; of what is around only what is not cited is told, and of an agent's run only that run. */
export function presentActivities(alert: Alert, cited: readonly Activity[], around: readonly Activity[]): Line[] {
  const found = new Map<string, { nats: number; fields: Set<string> }>();
  for (const { activityId, field, nats } of alert.evidence) {
    const one = found.get(activityId) ?? { nats: 0, fields: new Set() };
    one.nats += nats;
    one.fields.add(field);
    found.set(activityId, one);
  }
  const natsOf = ({ id }: Activity) => found.get(id)?.nats ?? 0;
  const isAboutAmounts = alert.evidence.some(({ field }) => field.startsWith('amount.'));
  const shown = [...cited].sort((a, b) => natsOf(b) - natsOf(a) || inTime(a, b)).slice(0, TOLD);
  const row = (activity: Activity) => {
    const { at, action, resource, source, outcome } = activity;
    const fields = [...(found.get(activity.id)?.fields ?? [])];
    const more = fields.length > FIELDS_TOLD ? ` +${fields.length - FIELDS_TOLD}` : '';
    return [
      at,
      outcome,
      action.name,
      `from ${source.ip ?? source.workload ?? source.userAgent ?? '-'}`,
      `${resource?.id ?? '-'}${made(activity)}${opened(activity)}${isAboutAmounts ? moved(activity) : ''}${fields.length === 0 ? '' : `  <- ${fields.slice(0, FIELDS_TOLD).join(', ')}${more}`}`,
    ];
  };
  const known = new Set(cited.map(({ id }) => id));
  const runs = new Set(cited.map(({ run }) => run?.id));
  const others = around.filter(({ id, run }) => !known.has(id) && (runs.has(undefined) || runs.has(run?.id)));
  const times = cited.map(({ at }) => at).sort();
  const [first, last] = [times.at(0) ?? alert.firstAt, times.at(-1) ?? alert.lastAt];
  const before = others
    .filter(({ at }) => at <= first)
    .sort(inTime)
    .slice(-AROUND_TOLD);
  const after = others
    .filter(({ at }) => at >= last && at > first)
    .sort(inTime)
    .slice(0, AROUND_TOLD);
  const all = Math.max(alert.activityCount, cited.length);
  // The alert counts from the activity that opened it; what was found before that is cited too.
  const counted =
    cited.length > alert.activityCount ? `; the alert counts ${alert.activityCount}, from the one that opened it` : '';
  const sections: [string, readonly Activity[]][] = [
    ['Just before:', before],
    [
      `Activities (${shown.length} of ${all}${shown.length < cited.length ? ', the most telling; --json shows all' : ''}${counted}):`,
      shown.sort(inTime),
    ],
    ['Just after:', after],
  ];
  return sections.flatMap(([title, part], at) =>
    part.length === 0 && at !== 1 ? [] : [title, ...table(part.map(row), { indent: 2 })],
  );
}

/** Rights of one act that are named. */
const RIGHTS_TOLD = 3;
const MAKES = {
  credential: 'makes a credential',
  identity: 'makes an identity',
  right: 'gives',
  deployment: 'deploys',
} as const;

/** What the act made, and for whom, where the record tells it: ` (makes a credential AKIA1 for user/ana)`. */
function made({ change }: Activity): string {
  if (change === undefined) return '';
  const { kind, identity, credential, rights = [] } = change;
  const more = rights.length > RIGHTS_TOLD ? [`and ${rights.length - RIGHTS_TOLD} more`] : [];
  const what =
    kind === 'right' ? [rights.length === 0 ? 'rights' : rights.slice(0, RIGHTS_TOLD).join(', '), ...more] : [];
  const whom =
    identity === undefined
      ? []
      : [kind === 'identity' ? identity : `${kind === 'credential' ? 'for' : 'to'} ${identity}`];
  return ` (${[MAKES[kind], ...(credential === undefined ? [] : [credential]), ...what, ...whom].join(' ')})`;
}

/** To whom the act opens its thing, those outside before one's own: ` (opens to 999988887777 outside)`. */
function opened({ change, recipients = [] }: Activity): string {
  const far = recipients.filter(({ kind }) => kind === 'everybody' || kind === 'outside');
  // Whom a right or a credential is for has been told.
  const told = far.length > 0 || change?.identity !== undefined ? far : recipients;
  if (told.length === 0) return '';
  const names = told.slice(0, RIGHTS_TOLD).map(({ id, kind }) => (kind === 'everybody' ? kind : `${id} ${KIND[kind]}`));
  const more = told.length > RIGHTS_TOLD ? ` and ${told.length - RIGHTS_TOLD} more` : '';
  return ` (opens to ${names.map((name) => name.trim()).join(', ')}${more})`;
}

/** What the act moved, where the alert is about that: ` (2289 records, 1.2 MB)`. */
function moved({ amount: { records = 0, bytes = 0 } = {} }: Activity): string {
  const told = [...(records > 0 ? [`${records} records`] : []), ...(bytes > 0 ? [sizeText(bytes)] : [])];
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

const KIND = { outside: 'outside', unknown: '', service: 'of the provider', own: 'at home' } as const;

const inTime = (a: Activity, b: Activity) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
