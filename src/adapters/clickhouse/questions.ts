/** Every question asked of ClickHouse: one constant each, parameters bound by name, answers bounded. `DB` stands for the database. */
import { SEVERITIES } from '../../../schemas/alert.ts';
import { ACTIVITY_SELECT, EACH_ACT } from './activity-columns.ts';
import { AT_HOME } from './home-filter.ts';

const MOST_SEVERE = `[${[...SEVERITIES].reverse().map((one) => `'${one}'`)}]`;

/** One page of a partition's memories in key order, after a key. */
export const MEMORIES_OF_PARTITION = `
SELECT key, offset, base64Encode(bytes)
FROM DB.memory FINAL
WHERE topic = {topic:String} AND partition = {partition:UInt32} AND key > {after:String}
ORDER BY key
LIMIT {limit:UInt32}`;

/** Partitions whose last snapshot had more identities than there are memories now. Keys that begin with \u0001 belong to the partition. */
export const MISSING_MEMORIES = `
SELECT topic, partition, expected, found
FROM
(
    SELECT topic, partition, argMax(identities, (offset, saved_at)) AS expected
    FROM DB.snapshot
    GROUP BY topic, partition
) AS said
LEFT JOIN
(
    SELECT topic, partition, uniqExact(key) AS found
    FROM DB.memory
    WHERE NOT startsWith(key, '\u0001')
    GROUP BY topic, partition
) AS kept USING (topic, partition)
WHERE toInt64(found) < expected
ORDER BY topic, partition
LIMIT {limit:UInt32}`;

/** 1 where memories and turns are there, and no contribution of any of them. */
export const LOST_POPULATION = `
SELECT (SELECT count() FROM (SELECT 1 FROM DB.contribution LIMIT 1)) = 0
   AND (SELECT count() FROM (SELECT 1 FROM DB.turn LIMIT 1)) = 1
   AND (SELECT count() FROM (SELECT 1 FROM DB.memory WHERE NOT startsWith(key, '\\u0001') LIMIT 1)) = 1`;

/** How many memories there are of each format. */
export const MEMORY_FORMATS = `
SELECT reinterpretAsUInt8(substring(bytes, 1, 1)) AS format, count()
FROM DB.memory FINAL
WHERE NOT startsWith(key, '\u0001')
GROUP BY format
ORDER BY format
LIMIT 256`;

/** The memories of one tenant and id, whatever its provider and account, in the partition where one was saved last, after what belongs to that whole partition. */
export const MEMORY_OF_KEY = `
SELECT key, offset, base64Encode(bytes)
FROM DB.memory FINAL
WHERE (topic, partition) IN
(
    SELECT topic, partition
    FROM DB.memory
    WHERE key >= {key:String} AND key < concat({key:String}, '\u0001')
    ORDER BY saved_at DESC
    LIMIT 1
)
  AND ((key >= {key:String} AND key < concat({key:String}, '\u0001')) OR startsWith(key, '\u0001'))
ORDER BY key`;

/**
 * Homes of which most ids came for less than a day and never again in the week since, by what the last 60 days of a tenant hold. An id
 * counts once it is a week old, so that what began lately is not taken for gone.
 */
export const FLEETING = `
SELECT tenant, identity_provider, identity_account, kind, count() AS ids, countIf(gone) AS fleeting, arraySort(groupArrayIf(3)(identity_id, gone))
FROM
(
    SELECT activity.tenant AS tenant, toString(identity_provider) AS identity_provider, identity_account, toString(any(identity_kind)) AS kind,
        identity_id, min(at) AS first, max(at) AS last, any(newest.at) AS now,
        last < now - toIntervalDay(7) AND last < first + toIntervalDay(1) AS gone
    FROM DB.activity AS activity
    INNER JOIN (SELECT tenant, max(at) AS at FROM DB.activity GROUP BY tenant) AS newest ON newest.tenant = activity.tenant
    WHERE activity.at >= newest.at - toIntervalDay(60)
    GROUP BY tenant, identity_provider, identity_account, identity_id
    HAVING first < now - toIntervalDay(7)
)
GROUP BY tenant, identity_provider, identity_account, kind
HAVING fleeting >= {least:UInt32} AND fleeting * 2 > ids
ORDER BY fleeting DESC, tenant, identity_provider, identity_account, kind
LIMIT {limit:UInt32}`;

/** Offset of the last complete snapshot of a partition, and the identities it had; no row where there is none. */
export const LAST_SNAPSHOT = `
SELECT max(offset), argMax(identities, (offset, saved_at))
FROM DB.snapshot
WHERE topic = {topic:String} AND partition = {partition:UInt32}
HAVING count() > 0`;

export const TURNS_AFTER = `
SELECT first, last, epoch, state
FROM DB.turn FINAL
WHERE topic = {topic:String} AND partition = {partition:UInt32} AND last > {offset:Int64}
ORDER BY first, last, id`;

/** One page of a partition's activities in order of offset, each offset once. */
export const STORED = `
SELECT activity.offset, ${ACTIVITY_SELECT}
FROM DB.activity AS activity
WHERE activity.topic = {topic:String} AND activity.partition = {partition:UInt32}
  AND activity.offset > {after:Int64} AND activity.offset <= {upTo:Int64}
ORDER BY activity.offset
LIMIT 1 BY activity.offset
LIMIT {limit:UInt32}`;

/** Which offsets of a span are stored. */
export const OFFSETS = `
SELECT DISTINCT offset
FROM DB.activity
WHERE topic = {topic:String} AND partition = {partition:UInt32} AND offset >= {first:Int64} AND offset <= {last:Int64}`;

/**
 * Which of these ids are stored in a partition below an offset, with the cells of `actKey`. Time and identity name the few marks of the table
 * that are read: the filter on ids passes all when asked for thousands.
 */
export const STORED_BEFORE = `
SELECT DISTINCT tenant, id, identity_id, identity_provider, identity_account, toUnixTimestamp64Milli(at),
    action_name, resource_id, outcome, source_ip
FROM DB.activity
WHERE topic = {topic:String} AND partition = {partition:UInt32} AND offset < {before:Int64}
  AND tenant IN {tenants:Array(String)} AND identity_id IN {identities:Array(String)}
  AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND id IN {ids:Array(String)}`;

const inventoryBy = (key: string) => `
SELECT offset, record
FROM
(
    SELECT offset, record
    FROM DB.inventory
    WHERE topic = {topic:String} AND partition = {partition:UInt32}
      AND offset > {after:Int64} AND offset <= {upTo:Int64}
    ORDER BY offset DESC
    LIMIT 1 BY ${key}
)
WHERE offset > {from:Int64}
ORDER BY offset
LIMIT {limit:UInt32}`;

/** One page of what the inventory said in a stretch of offsets, each offset once, in order. */
export const INVENTORY = inventoryBy('offset');

/** What tells records of one id apart: the provider whatever its case, and the account, each perhaps not told. */
const RECORD_HOME = "lowerUTF8(JSONExtractString(record, 'provider')), JSONExtractString(record, 'account')";

/** The same, of every identity only what was said last. */
export const INVENTORY_IN_FORCE = inventoryBy(`tenant, identity_id, ${RECORD_HOME}`);

/** One page of what was decided about alerts in a stretch of offsets, each offset once, in order. */
export const DECIDED = `
SELECT offset, decided
FROM DB.decided
WHERE topic = {topic:String} AND partition = {partition:UInt32} AND offset > {after:Int64} AND offset <= {upTo:Int64}
ORDER BY offset
LIMIT 1 BY offset
LIMIT {limit:UInt32}`;

/** Which sinks have deliveries of which alerts. */
export const HEARD = `
SELECT DISTINCT alert_id, sink
FROM DB.outbox
WHERE alert_id IN {alertIds:Array(String)}
ORDER BY alert_id, sink
LIMIT {limit:UInt32}`;

/** What was said last of an id, by every provider and account. */
export const INVENTORY_OF = `
SELECT record
FROM DB.inventory
WHERE tenant = {tenant:String} AND identity_id = {identity:String}
ORDER BY stored_at DESC, offset DESC
LIMIT 1 BY ${RECORD_HOME}
LIMIT 1000`;

/** Hours of each partition that are asked for: its own where it has some, else those of all. */
const TOLD = `told > transform(partition, {partitions:Array(UInt32)}, {afters:Array(Int32)}, {after:Int32})
  AND told <= transform(partition, {partitions:Array(UInt32)}, {upTos:Array(Int32)}, {upTo:Int32})`;

/** How much was told in each hour. */
export const TOLD_COUNTS = `
SELECT told, count()
FROM DB.contribution
WHERE told > {least:Int32} AND told <= {most:Int32} AND ${TOLD}
GROUP BY told
ORDER BY told`;

/** One page of the contributions told in the hours from one to another, after a row. Their order does not hang on the batching. */
export const CONTRIBUTIONS = `
SELECT told, hour, tenant, peers, dimension, value, identity, amount, turn, ordinal
FROM DB.contribution FINAL
WHERE told >= {from:Int32} AND told <= {to:Int32} AND ${TOLD}
  AND (told, hour, tenant, peers, dimension, value, identity, amount, turn, ordinal)
    > ({told:Int32}, {hour:Int32}, {tenant:String}, {peers:String}, {dimension:String}, {value:UInt32}, {identity:UInt32}, {amount:Float64}, {turn:String}, {ordinal:Int64})
ORDER BY told, hour, tenant, peers, dimension, value, identity, amount, turn, ordinal
LIMIT {limit:UInt32}
SETTINGS use_skip_indexes_if_final = 1`;

/** The last hour in which anything was told; no row where nothing was. */
export const LAST_TOLD = 'SELECT max(told) FROM DB.contribution HAVING count() > 0';

/** How far each partition is. */
export const REACHED = `
SELECT partition, max(offset), argMax(hour, (offset, hour))
FROM DB.reached
WHERE topic = {topic:String}
GROUP BY partition
ORDER BY partition
LIMIT 100000`;

/** How far a partition was at an offset; no row where nothing was told. */
export const REACHED_AT = `
SELECT argMax(hour, (offset, hour))
FROM DB.reached
WHERE topic = {topic:String} AND partition = {partition:UInt32} AND offset <= {offset:Int64}
HAVING count() > 0`;

/** Letters not put back, newest first. An empty reason or since means any. */
export const DEAD_LETTERS = `
SELECT id, topic, partition, offset, format, reason, base64Encode(bytes), truncated, toUnixTimestamp64Milli(at)
FROM DB.dead_letter FINAL
WHERE NOT exhumed
  AND ({reason:String} = '' OR position(reason, {reason:String}) > 0)
  AND toUnixTimestamp64Milli(at) >= {since:Int64}
ORDER BY at DESC, id
LIMIT {limit:UInt32}`;

/** Marks letters as put back. Their version grows past the burial's, so that only a later burial lists them again. */
export const EXHUME = `
INSERT INTO DB.dead_letter (id, topic, partition, offset, format, reason, bytes, truncated, at, exhumed, version)
SELECT id, topic, partition, offset, format, reason, bytes, truncated, at, true, greatest(version + 1, {now:Int64})
FROM DB.dead_letter FINAL
WHERE id IN {ids:Array(String)} AND NOT exhumed`;

/**
 * Deliveries to try now, oldest first and of several tenants one after the other: of those one alert still owes one sink, the lowest version alone.
 * What rests for longer than anything may was put to rest under a clock that was ahead, and is due.
 * The bodies are read only of what is due, for most of the outbox was delivered long ago.
 */
export const DUE = `
SELECT id, tenant, sink, alert_id, alert_version, partition, body, toUnixTimestamp64Milli(created_at), attempts, not_before
FROM DB.outbox FINAL
WHERE id IN
(
    SELECT id
    FROM
    (
        SELECT id, tenant, partition, created_at, not_before
        FROM DB.outbox FINAL
        WHERE status = 'pending' AND ({sink:String} = '' OR sink = {sink:String})
        ORDER BY alert_version
        LIMIT 1 BY tenant, alert_id, sink
    )
    WHERE (not_before <= {now:Int64} OR not_before > {latest:Int64}) AND ({everyPartition:Bool} OR partition IN {partitions:Array(UInt32)})
    ORDER BY row_number() OVER (PARTITION BY tenant ORDER BY created_at, id), created_at, id
    LIMIT {limit:UInt32}
)
ORDER BY row_number() OVER (PARTITION BY tenant ORDER BY created_at, id), created_at, id`;

export const WAITING = `
SELECT count(), toUnixTimestamp64Milli(min(created_at))
FROM DB.outbox FINAL
WHERE status = 'pending' AND partition IN {partitions:Array(UInt32)}`;

/**
 * The last version of every alert that matches; empty parameters match all. A status is that of the last version. A version that
 * only grew was stored several times, often within a second: FINAL alone knows which came last.
 */
export const ALERTS = `
SELECT body
FROM
(
    SELECT tenant, id, status, severity, last_at, raised_at, body
    FROM DB.alert FINAL
    WHERE ({tenant:String} = '' OR tenant = {tenant:String})
      AND ({id:String} = '' OR id = {id:String})
      AND ({identity:String} = '' OR identity_id = {identity:String})
      AND ${AT_HOME}
    ORDER BY version DESC
    LIMIT 1 BY tenant, id
)
WHERE ({status:String} = '' OR status = {status:String}) AND toUnixTimestamp64Milli(last_at) >= {since:Int64}
ORDER BY
    if({shares:Bool}, row_number() OVER (PARTITION BY tenant ORDER BY indexOf(${MOST_SEVERE}, toString(severity)), raised_at DESC, id), 0),
    raised_at DESC, tenant, id
LIMIT {limit:UInt32}`;

const activities = (condition: string) => `
SELECT ${ACTIVITY_SELECT}
FROM DB.activity AS activity
WHERE activity.tenant = {tenant:String} AND ${condition} AND toUnixTimestamp64Milli(activity.at) >= {since:Int64}
ORDER BY activity.at DESC, activity.id, activity.identity_id
LIMIT 1 BY ${EACH_ACT}
LIMIT {limit:UInt32}`;

/** Stored activities, each once, newest first: by id, of one identity, or of the tenant. */
export const ACTIVITIES = {
  byId: activities('activity.id IN {ids:Array(String)}'),
  ofIdentity: activities(`activity.identity_id = {identity:String} AND ${AT_HOME}`),
  ofTenant: activities('1'),
} as const;

/** What tells the activities of each facet apart, as `src/core/novelty/facets.ts` does; the id of a credential that does not last says nothing. */
const FACETS = {
  deed: 'action_name, action_service, resource_id, resource_type, resource_account, identity_account, outcome',
  origin:
    'source_ip, source_asn, source_country, source_region, source_user_agent, source_workload, source_vpc_endpoint, source_vpc_endpoint_account',
  authority: `credential_kind, actor_id, actor_kind, actor_model, on_behalf_of_id, on_behalf_of_kind, scopes,
    if(ifNull(credential_long_lived, credential_kind NOT IN ('session-token', 'jwt', 'oauth-token')), credential_id, '')`,
  all: 'id',
} as const;

const firstOf = (parts: string) => `
SELECT ${ACTIVITY_SELECT}
FROM
(
    SELECT *
    FROM DB.activity
    WHERE tenant = {tenant:String} AND identity_id = {identity:String} AND ${AT_HOME} AND toDate(at) IN {days:Array(Date)}
    ORDER BY at, id
    LIMIT 1 BY toDate(at), ${parts}
) AS activity
ORDER BY activity.at, activity.id
LIMIT {perDay:UInt32} BY toDate(activity.at)
LIMIT {limit:UInt32}`;

/** Of the activities of an identity on some days the first of every kind, by facet, earliest first. */
export const FIRST_ACTIVITIES = {
  deed: firstOf(FACETS.deed),
  origin: firstOf(FACETS.origin),
  authority: firstOf(FACETS.authority),
  all: firstOf(FACETS.all),
} as const;
