/** Questions people ask of ClickHouse: parameters bound by name, answers bounded. `DB` stands for the database. */
import { AT_HOME } from './home-filter.ts';

/**
 * One page of alerts in their last version, newest first; FINAL as in `ALERTS`. Which they are is found without their bodies, which
 * are nearly all of the table.
 */
export const ALERT_PAGE = `
SELECT body
FROM DB.alert
WHERE tenant = {tenant:String} AND (id, version) IN
(
    SELECT id, version
    FROM
    (
        SELECT id, version, severity, kinds, owner, incident, last_at, raised_at, body
        FROM DB.alert FINAL
        WHERE tenant = {tenant:String}
          AND startsWith(id, {idPrefix:String})
          AND ({identity:String} = '' OR identity_id = {identity:String})
          AND ${AT_HOME}
        ORDER BY version DESC
        LIMIT 1 BY id
    )
    WHERE ({owner:String} = '' OR owner = {owner:String})
      AND ({incident:String} = '' OR incident = {incident:String})
      AND ({cause:String} = '' OR JSONExtractString(body, 'cause') = {cause:String})
      AND (empty({kinds:Array(String)}) OR hasAny(arrayMap(kind -> toString(kind), kinds), {kinds:Array(String)}))
      AND (empty({severities:Array(String)}) OR toString(severity) IN {severities:Array(String)})
      AND toUnixTimestamp64Milli(last_at) >= {since:Int64}
      AND (toUnixTimestamp64Milli(raised_at), id) < ({beforeAt:Int64}, {beforeId:String})
    ORDER BY raised_at DESC, id DESC
    LIMIT {limit:UInt32}
)
ORDER BY raised_at DESC, id DESC
LIMIT 1 BY id`;

export const VERSIONS = `
SELECT body
FROM DB.alert FINAL
WHERE tenant = {tenant:String} AND id = {id:String}
ORDER BY version
LIMIT {limit:UInt32}`;

/** The newest actions. */
/** The newest, of several tenants as many of each: a flood of one must not hide what another decided. */
export const ACTIONS = `
SELECT id, tenant, alert_id, identity_id, identity_provider, identity_account, action, actor, toUnixTimestamp64Milli(at), toUnixTimestamp64Milli(counts_from), because,
    toUnixTimestamp64Milli(until), scope, covers
FROM
(
    SELECT * FROM DB.triage FINAL
    WHERE ({tenant:String} = '' OR tenant = {tenant:String})
      AND ({everyAlert:Bool} OR alert_id IN {alertIds:Array(String)})
      AND ({identity:String} = '' OR identity_id = {identity:String})
      AND (empty({kinds:Array(String)}) OR action IN {kinds:Array(String)})
      AND toUnixTimestamp64Milli(stored_at) >= {storedSince:Int64}
    ORDER BY row_number() OVER (PARTITION BY tenant ORDER BY at DESC, id DESC), tenant
    LIMIT {limit:UInt32}
)
ORDER BY at DESC, id DESC`;

/** Of several tenants as many of each. */
export const SUPPRESSIONS = `
SELECT id, tenant, owner, actor, toUnixTimestamp64Milli(valid_from), toUnixTimestamp64Milli(until), because, match, lifted
FROM
(
    SELECT * FROM DB.suppression FINAL
    WHERE ({tenant:String} = '' OR tenant = {tenant:String}) AND toUnixTimestamp64Milli(until) >= {now:Int64}
    ORDER BY row_number() OVER (PARTITION BY tenant ORDER BY valid_from, id), tenant
    LIMIT {limit:UInt32}
)
ORDER BY valid_from, id`;

/**
 * Ids with anything stored since, in order, each with its providers and accounts. Activities are counted by what they are: one sent twice
 * may still lie there twice. The ids of the page come first, in the order of the table, so that only its part of the table is read.
 */
export const IDENTITIES = `
SELECT identity_id, groupArray((kind, identity_provider, name, identity_account, activities, first, last))
FROM
(
    SELECT identity_id, identity_provider, identity_account, toString(any(identity_kind)) AS kind, any(identity_name) AS name,
        uniq(id, at) AS activities, toUnixTimestamp64Milli(min(at)) AS first, toUnixTimestamp64Milli(max(at)) AS last
    FROM DB.activity
    WHERE tenant = {tenant:String}
      AND ({kind:String} = '' OR identity_kind = {kind:String})
      AND identity_id IN
      (
          SELECT identity_id
          FROM DB.activity
          WHERE tenant = {tenant:String}
            AND identity_id > {after:String}
            AND ({kind:String} = '' OR identity_kind = {kind:String})
          GROUP BY identity_id
          HAVING toUnixTimestamp64Milli(max(at)) >= {since:Int64}
          ORDER BY identity_id
          LIMIT {limit:UInt32}
          SETTINGS optimize_aggregation_in_order = 1
      )
    GROUP BY identity_id, identity_provider, identity_account
    ORDER BY identity_id, identity_provider, identity_account
)
GROUP BY identity_id
ORDER BY identity_id`;

/** Providers and accounts under which an id has stored activities or alerts. */
export const HOMES = `
SELECT provider, account, min(first)
FROM
(
    SELECT toString(identity_provider) AS provider, identity_account AS account, toUnixTimestamp64Milli(at) AS first
    FROM DB.activity
    WHERE tenant = {tenant:String} AND identity_id = {identity:String}
    UNION ALL
    SELECT identity_provider AS provider, identity_account AS account, toUnixTimestamp64Milli(first_at) AS first
    FROM DB.alert
    WHERE tenant = {tenant:String} AND identity_id = {identity:String}
)
GROUP BY provider, account
ORDER BY provider, account
LIMIT 1000`;

export const TENANTS = `
SELECT tenant, max(identities), max(alerts), max(last)
FROM
(
    SELECT tenant, uniqExact(identity_id, identity_provider, identity_account) AS identities, toUInt64(0) AS alerts, toUnixTimestamp64Milli(max(at)) AS last
    FROM DB.activity
    GROUP BY tenant
    UNION ALL
    SELECT tenant, toUInt64(0) AS identities, uniqExact(id) AS alerts, toInt64(${-1e14}) AS last
    FROM DB.alert
    GROUP BY tenant
)
GROUP BY tenant
ORDER BY tenant
LIMIT {limit:UInt32}`;

/** By the name that vendors give, or the last part of the id. */
export const NAMED = `
SELECT identity_id
FROM DB.activity
WHERE tenant = {tenant:String}
GROUP BY identity_id
HAVING lowerUTF8(any(identity_name)) = lowerUTF8({name:String})
    OR arrayExists(sign -> endsWith(lowerUTF8(identity_id), concat(sign, lowerUTF8({name:String}))), ['/', ':', '@'])
ORDER BY identity_id
LIMIT {limit:UInt32}`;

export const INVENTORIED = `
SELECT identity_id, groupUniqArray((JSONExtractString(record, 'provider'), JSONExtractString(record, 'account')))
FROM DB.inventory
WHERE tenant = {tenant:String} AND identity_id IN {identities:Array(String)}
GROUP BY identity_id`;

/** How many identities there are, how many of them were first seen after a time before the newest activity, and the latest first sight. */
export const LEARNING = `
SELECT count(), countIf(first + {learnMs:Int64} > newest), maxIf(first, first + {learnMs:Int64} > newest)
FROM
(
    SELECT toUnixTimestamp64Milli(min(at)) AS first
    FROM DB.activity
    WHERE tenant = {tenant:String}
    GROUP BY identity_id, identity_provider, identity_account
) AS identity
CROSS JOIN
(
    SELECT toUnixTimestamp64Milli(max(at)) AS newest
    FROM DB.activity
    WHERE tenant = {tenant:String}
) AS tenant`;

/** Day of the newest contribution, which is open still; none where there is no contribution. */
export const NEWEST_DAY = `
SELECT intDiv(max(hour), 24)
FROM DB.contribution
WHERE tenant = {tenant:String}
HAVING count() > 0`;

/** Identity-days and alerts of each class by day, as the population has them: one cause is one alert, and an attack is none. */
export const CLASS_DAYS = `
SELECT peers, intDiv(hour, 24) AS day, sumIf(amount, dimension = '~day'),
    uniqExactIf(if(value = 0, -1 - toInt64(identity), toInt64(value)), dimension != '~day' AND NOT attack)
FROM
(
    SELECT peers, hour, dimension, value, identity, amount, (intDiv(hour, 24), identity) IN
    (
        SELECT toInt32(value), identity
        FROM DB.contribution FINAL
        WHERE tenant = {tenant:String} AND dimension = '~true'
        GROUP BY value, identity
        HAVING sum(amount) > 0
    ) AS attack
    FROM DB.contribution FINAL
    WHERE tenant = {tenant:String}
      AND (dimension IN ('~day', '~raised') OR (dimension LIKE '~joined:%' AND amount > 0))
      AND hour >= {from:Int32} * 24 AND hour < {today:Int32} * 24
)
GROUP BY peers, day
ORDER BY day, peers`;

export const DELIVERIES = `
SELECT id, sink, alert_id, alert_version, status, attempts, not_before, toUnixTimestamp64Milli(created_at), reason
FROM DB.outbox FINAL
WHERE ({tenant:String} = '' OR tenant = {tenant:String})
  AND ({status:String} = '' OR status = {status:String})
  AND ({sink:String} = '' OR sink = {sink:String})
  AND ({alert:String} = '' OR startsWith(alert_id, {alert:String}))
ORDER BY created_at DESC, alert_version DESC, id
LIMIT {limit:UInt32}`;

const SETTLED = `({tenant:String} = '' OR tenant = {tenant:String}) AND id IN {ids:Array(String)} AND status != 'pending'`;

export const SETTLED_AMONG = `
SELECT id
FROM DB.outbox FINAL
WHERE ${SETTLED}`;

/** Pending again, after the last settlement and before the next one; see settlementColumns for what a version is made of. */
export const REDELIVER = `
INSERT INTO DB.outbox (id, tenant, sink, alert_id, alert_version, partition, body, created_at, status, attempts, not_before, reason, version)
SELECT id, tenant, sink, alert_id, alert_version, partition, body, created_at, 'pending', attempts, 0, 'asked for again', attempts * 4 + 4
FROM DB.outbox FINAL
WHERE ${SETTLED}`;

/** Where a letter came from: certain origins, of which one that ends in `/` is all of a topic up to its last `/`, or none of some others. */
const LETTERS_FROM = `
  NOT exhumed
  AND (
    topic IN {origins:Array(String)}
    OR arrayExists(origin -> endsWith(origin, '/') AND substring(topic, 1, length(topic) - position(reverse(topic), '/') + 1) = origin, {origins:Array(String)})
    OR ({others:Bool} AND NOT arrayExists(other -> topic = other OR (endsWith(other, '/') AND startsWith(topic, other)), {unless:Array(String)}))
  )
  AND toUnixTimestamp64Milli(at) >= {since:Int64}`;

/** Letters not put back by format and reason, the most frequent first. */
export const LETTER_COUNTS = `
SELECT format, reason, count() AS records, toUnixTimestamp64Milli(max(at))
FROM DB.dead_letter FINAL
WHERE ${LETTERS_FROM}
GROUP BY format, reason
ORDER BY records DESC, format, reason
LIMIT {limit:UInt32}`;

/** Letters not put back, newest first. */
export const LETTERS = `
SELECT id, topic, partition, offset, format, reason, base64Encode(bytes), truncated, toUnixTimestamp64Milli(at)
FROM DB.dead_letter FINAL
WHERE ${LETTERS_FROM}
  AND startsWith(reason, {reason:String})
  AND ({everyId:Bool} OR id IN {ids:Array(String)})
ORDER BY at DESC, id
LIMIT {limit:UInt32}`;
