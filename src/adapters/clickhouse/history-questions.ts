/** Questions about stored history as a whole, in order of event time: what a backtest reads. `DB` stands for the database. */
import { ACTIVITY_SELECT, EACH_ACT } from './activity-columns.ts';

/** Times go in as milliseconds; compared as they lie in the table, so that months outside are not read. */
const moment = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
const WITHIN = `activity.at >= ${moment('from')} AND activity.at < ${moment('until')}`;

/** What lies in [from, until): rows, first and last time, how many tenants and one of them. */
export const EXTENT = `
SELECT count(), toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at)), uniq(tenant), any(tenant)
FROM DB.activity AS activity
WHERE ${WITHIN}`;

/** When the evidence of the first alert or observation began; no row where there is none. */
export const FIRST_DECISION = `
SELECT toUnixTimestamp64Milli(min(first_at))
FROM (SELECT first_at FROM DB.alert UNION ALL SELECT first_at FROM DB.observe)
HAVING count() > 0`;

/** Rows a minute, minutes without any left out: so that history can be read in stretches that each hold about as much. */
export const MINUTES = `
SELECT intDiv(toUnixTimestamp64Milli(activity.at), 60000) AS minute, count()
FROM DB.activity AS activity
WHERE ${WITHIN}
GROUP BY minute
ORDER BY minute
LIMIT {limit:UInt32}`;

/**
 * One page of a stretch in order of time, from a row on. Of the same moment in order of offset: as they were judged. What was
 * stored twice comes once, unless a page ends between the two.
 */
export const IN_ORDER = `
SELECT activity.topic, activity.partition, activity.offset, ${ACTIVITY_SELECT}
FROM DB.activity AS activity
WHERE ${WITHIN}
  AND (toUnixTimestamp64Milli(activity.at), activity.topic, activity.partition, activity.offset, activity.id, activity.tenant, activity.identity_id)
    > ({at:Int64}, {topic:String}, {partition:UInt32}, {offset:Int64}, {id:String}, {tenant:String}, {identity:String})
ORDER BY activity.at, activity.topic, activity.partition, activity.offset, activity.id, activity.tenant, activity.identity_id
LIMIT 1 BY ${EACH_ACT}
LIMIT {limit:UInt32}`;

/**
 * One page of the alerts raised before `until` that had evidence at or after `from`, each as it stood at `until`: its last version
 * with evidence before then, where one is stored. Of a version that only grew the store keeps the last state, perhaps of later.
 */
export const ALERTS_WITHIN = `
SELECT body
FROM
(
    SELECT tenant, id, raised_at, last_at, body
    FROM DB.alert FINAL
    ORDER BY last_at < ${moment('until')} DESC, version DESC
    LIMIT 1 BY tenant, id
)
WHERE last_at >= ${moment('from')} AND raised_at < ${moment('until')}
  AND (toUnixTimestamp64Milli(raised_at), tenant, id) > ({at:Int64}, {tenant:String}, {id:String})
ORDER BY raised_at, tenant, id
LIMIT {limit:UInt32}`;
