/** What else is on record about an identity near an alert, or that nothing is: a reader asks for a change or a deployment first. */
import type { Alert } from '../../schemas/alert.ts';
import type { Rate } from '../../schemas/console.ts';
import { inventoryChanges, type ToldRecord } from './inventory-changes.ts';
import type { Line } from './print.ts';
import { table } from './table.ts';

const TOLD = 8;
const DAY_MS = 86_400_000;

/** From when on changes count as near: a day before the first evidence. */
export const nearSince = ({ firstAt }: Pick<Alert, 'firstAt'>): string =>
  new Date(Date.parse(firstAt) - DAY_MS).toISOString();

/**
 * `others`: acts of others on the identity, between `nearSince` and the last evidence; newest first. `records`: what the inventory said of
 * it up to then, oldest first.
 */
export function presentChanges(alert: Alert, others: Rate['changes'], records: readonly ToldRecord[] = []): Line[] {
  const since = nearSince(alert);
  const parts = (alert.drift?.parts ?? [])
    .filter(({ changed, since: at }) => changed && at >= since && at <= alert.lastAt)
    .map(({ part, since: at, value, from }) => ({
      at,
      cells: ['agent', `its ${part} changed`, `${from === undefined ? '' : `from ${from} `}to ${value}`],
    }));
  const acts = others.map(({ at, by, action, resource, outcome }) => ({
    at,
    cells: [outcome, action, resource === '' ? `by ${by}` : `on ${resource} by ${by}`],
  }));
  // What explains or incriminates need not name the identity: a key is known by its own id.
  const judged = (alert.changes ?? [])
    .filter((one) => one.at >= since && !others.some(({ at, action }) => at === one.at && action === one.action))
    .map(({ at, action, thing, by }) => ({ at, cells: ['success', action, `on ${thing} by ${by.id}`] }));
  const told = inventoryChanges(records, since).map(({ at, says }) => ({ at, cells: ['inventory', says, ''] }));
  const all = [...acts, ...judged, ...parts, ...told].sort((a, b) => (a.at > b.at ? -1 : a.at < b.at ? 1 : 0));
  if (all.length === 0)
    return [
      'Changes on record nearby: none; in the logs and the inventory read here nobody else changed it since a day before.',
    ];
  const rest = all.length - TOLD;
  return [
    'Changes on record nearby, since a day before:',
    ...table(
      all
        .slice(0, TOLD)
        .reverse()
        .map(({ at, cells }) => [at, ...cells]),
      { indent: 2 },
    ),
    ...(rest > 0 ? [`  ... and ${rest} earlier`] : []),
  ];
}
