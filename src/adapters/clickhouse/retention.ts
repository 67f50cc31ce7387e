/** How long rows are kept: by table, and by tenant where a tenant has days of its own. */
import { RETAINED } from '../../../schemas/config.ts';
import type { StoreConfig } from './connect.ts';

type Retained = (typeof RETAINED)[number];

/** Tables that follow the days of activities; the others follow those of alerts. */
const BY_ACTIVITY: readonly Retained[] = ['activity', 'observe', 'turn'];
/** Tables whose rows belong to no tenant. */
const TENANTLESS: readonly Retained[] = ['turn', 'dead_letter'];

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The interval that follows the time a row was stored, for each table, as `keep_TABLE`. Without settings of their own they read as before. */
export function kept(config: Pick<StoreConfig, 'activityTtlDays' | 'alertTtlDays' | 'retention' | 'tenantRetention'>) {
  const days = (table: Retained): string => {
    const isActivity = BY_ACTIVITY.includes(table);
    const usual = config.retention[table] ?? (isActivity ? config.activityTtlDays : config.alertTtlDays);
    if (TENANTLESS.includes(table)) return String(usual);
    const own = Object.entries(config.tenantRetention)
      .map(([tenant, { activityDays, alertDays }]) => [tenant, isActivity ? activityDays : alertDays] as const)
      .filter((pair): pair is readonly [string, number] => pair[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    if (own.length === 0) return String(usual);
    const names = own.map(([tenant]) => quoted(tenant)).join(', ');
    return `transform(toString(tenant), [${names}], [${own.map(([, value]) => value).join(', ')}], ${usual})`;
  };
  return Object.fromEntries(RETAINED.map((table) => [`keep_${table}`, `toIntervalDay(${days(table)})`]));
}
