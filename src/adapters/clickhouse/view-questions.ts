/** Questions that the pages of the console ask of ClickHouse: parameters bound by name, answers bounded. `DB` stands for the database. */
import { ACTIVITY_SELECT, EACH_ACT } from './activity-columns.ts';
import { AT_HOME } from './home-filter.ts';

const TALLY = `count(), countIf(outcome != 'success')`;
const SEEN = `${TALLY}, uniqExact(toDate(at)), toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at))`;
/** Activities of one identity, each once. */
const OF_IDENTITY = `
FROM DB.activity FINAL
WHERE tenant = {tenant:String} AND identity_id = {identity:String} AND ${AT_HOME}`;
const LONG_LIVED = `ifNull(credential_long_lived, credential_kind NOT IN ('session-token', 'jwt', 'oauth-token'))`;

/** One page of activities, newest first. */
export const ACTIVITY_PAGE = `
SELECT ${ACTIVITY_SELECT}
FROM DB.activity AS activity
WHERE activity.tenant = {tenant:String}
  AND ({identity:String} = '' OR activity.identity_id = {identity:String}) AND ${AT_HOME}
  AND toUnixTimestamp64Milli(activity.at) >= {since:Int64}
  AND toUnixTimestamp64Milli(activity.at) < {until:Int64}
  AND (toUnixTimestamp64Milli(activity.at), activity.id) < ({beforeAt:Int64}, {beforeId:String})
ORDER BY activity.at DESC, activity.id DESC
LIMIT 1 BY ${EACH_ACT}
LIMIT {limit:UInt32}`;

export const RATE = `
SELECT intDiv(toUnixTimestamp64Milli(at), {step:Int64}) * {step:Int64} AS point, ${TALLY}
${OF_IDENTITY}
  AND toUnixTimestamp64Milli(at) >= {since:Int64} AND toUnixTimestamp64Milli(at) < {until:Int64}
GROUP BY point
ORDER BY point
LIMIT {limit:UInt32}`;

/** Acts of others on the identity: writing ones whose target names it, and whatever made a key, a right or a deployment for it. */
export const CHANGES = `
SELECT id, toUnixTimestamp64Milli(at), identity_id, action_name, resource_id, outcome
FROM DB.activity AS activity
WHERE tenant = {tenant:String} AND identity_id != {identity:String}
  AND toUnixTimestamp64Milli(at) >= {since:Int64} AND toUnixTimestamp64Milli(at) < {until:Int64}
  AND (lowerUTF8(change_identity) = lowerUTF8({identity:String})
    OR action_access IN ('write', 'admin') AND resource_id != ''
      AND (lowerUTF8(resource_id) = lowerUTF8({identity:String})
        OR arrayExists(sign -> endsWith(lowerUTF8(resource_id), concat(sign, lowerUTF8({name:String}))), ['/', ':', '@'])))
ORDER BY at DESC, id
LIMIT 1 BY ${EACH_ACT}
LIMIT {limit:UInt32}`;

export const WHO = `
SELECT any(identity_kind), any(identity_provider), anyLast(identity_name), anyLast(identity_account), anyLast(identity_environment), ${SEEN}
${OF_IDENTITY}
HAVING count() > 0`;

export const HOURS = `
SELECT toUnixTimestamp(toStartOfHour(at)) AS hour, ${TALLY}
${OF_IDENTITY}
  AND toUnixTimestamp64Milli(at) >= {since:Int64}
GROUP BY hour
ORDER BY hour
LIMIT {limit:UInt32}`;

export const SOURCES_OF = `
SELECT arrayStringConcat(arrayFilter(part -> part != '', [
        source_workload,
        if(isNull(source_asn), '', concat('AS', toString(source_asn))), source_org, source_country, source_region,
        if(source_workload = '' AND isNull(source_asn), source_ip, '')]), ', ') AS place,
    uniqExact(source_ip), any(source_ip), arraySort(groupUniqArray(5)(source_user_agent)), ${SEEN}
${OF_IDENTITY}
GROUP BY place
ORDER BY max(at) DESC, place
LIMIT {limit:UInt32}`;

export const ACTIONS_OF = `
SELECT action_service, action_name, any(action_access), ${SEEN}
${OF_IDENTITY}
GROUP BY action_service, action_name
ORDER BY count() DESC, action_service, action_name
LIMIT {limit:UInt32}`;

export const RESOURCES_OF = `
SELECT resource_id, any(resource_type), ${SEEN}
${OF_IDENTITY} AND resource_id != ''
GROUP BY resource_id
ORDER BY count() DESC, resource_id
LIMIT {limit:UInt32}`;

export const CREDENTIALS_OF = `
SELECT credential_id, any(credential_kind), toUnixTimestamp64Milli(min(credential_issued_at)), toUnixTimestamp64Milli(max(credential_expires_at)),
    max(${LONG_LIVED}), ${SEEN}
${OF_IDENTITY} AND credential_id != ''
GROUP BY credential_id
ORDER BY max(${LONG_LIVED}) DESC, max(at) DESC, credential_id
LIMIT {limit:UInt32}`;

export const DELEGATORS_OF = `
SELECT delegator.1, any(delegator.2), ${SEEN}
FROM
(
    SELECT outcome, at, arrayJoin(arrayZip(on_behalf_of_id, on_behalf_of_kind)) AS delegator
    ${OF_IDENTITY} AND notEmpty(on_behalf_of_id)
)
GROUP BY delegator.1
ORDER BY count() DESC, delegator.1
LIMIT {limit:UInt32}`;

/** Identities that acted on behalf of this one lately. */
export const DELEGATES_OF = `
SELECT identity_id, any(identity_kind), ${SEEN}
FROM DB.activity
WHERE tenant = {tenant:String} AND has(on_behalf_of_id, {identity:String}) AND toUnixTimestamp64Milli(at) >= {since:Int64}
GROUP BY identity_id
ORDER BY count() DESC, identity_id
LIMIT {limit:UInt32}`;

export const SCOPES_OF = `
SELECT scope, ${SEEN}
FROM
(
    SELECT outcome, at, arrayJoin(scopes) AS scope
    ${OF_IDENTITY} AND notEmpty(scopes)
)
GROUP BY scope
ORDER BY count() DESC, scope
LIMIT {limit:UInt32}`;

/** Identities of a fleet. An activity that was sent twice and is not merged yet counts twice. */
export const FLEET = `
SELECT identity_id, any(identity_kind), identity_provider, identity_account, anyLast(identity_name),
    toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at)), count(),
    uniqIf(credential_id, credential_id != '' AND ${LONG_LIVED})
FROM DB.activity
WHERE tenant = {tenant:String}
GROUP BY identity_id, identity_provider, identity_account
ORDER BY identity_id, identity_provider, identity_account
LIMIT {limit:UInt32}`;

export const DESCRIBED = `
SELECT identity_id, provider, account, JSONExtractString(record, 'owner'), JSONExtractString(record, 'purpose'),
    JSONExtractString(record, 'expiresAt'), JSONExtractString(record, 'offboardedAt'), JSONExtract(record, 'grantedScopes', 'Array(String)'),
    JSONExtractString(record, 'attestedAt'), JSONExtractString(record, 'attestedUntil')
FROM
(
    SELECT identity_id, record, JSONExtractString(record, 'provider') AS provider, JSONExtractString(record, 'account') AS account
    FROM DB.inventory
    WHERE tenant = {tenant:String}
    ORDER BY stored_at DESC, offset DESC
    LIMIT 1 BY identity_id, provider, account
)
LIMIT {limit:UInt32}`;

/** What the inventory said of an id up to a time, newest first; a record on several partitions is said once each. */
export const RECORDS_OF = `
SELECT toUnixTimestamp64Milli(stored_at), record
FROM DB.inventory
WHERE tenant = {tenant:String} AND identity_id = {identity:String}
  AND stored_at < fromUnixTimestamp64Milli({until:Int64})
ORDER BY stored_at DESC, offset DESC
LIMIT 1 BY topic, partition, offset
LIMIT {limit:UInt32}`;

const AMONG = `({everybody:Bool} OR identity_id IN {identities:Array(String)})`;

/** Who made, armed or deployed an identity last, by the logs of whoever made it. */
export const MAKERS = `
SELECT lowerUTF8(change_identity), change_kind, argMax(identity_id, at), argMax(identity_kind, at),
    argMax(if(notEmpty(on_behalf_of_id), on_behalf_of_id[-1], ''), at), argMax(action_name, at), toUnixTimestamp64Milli(max(at)),
    identity_provider, identity_account
FROM DB.activity
WHERE tenant = {tenant:String} AND change_identity != '' AND outcome = 'success'
  AND ({everybody:Bool} OR lowerUTF8(change_identity) IN {subjects:Array(String)})
GROUP BY lowerUTF8(change_identity), change_kind, identity_provider, identity_account
ORDER BY max(at) DESC
LIMIT {limit:UInt32}`;

/** People behind each identity, the busiest two. */
export const PEOPLE = `
SELECT identity_id, identity_provider, identity_account, on_behalf_of_id[-1] AS person, count() AS acts
FROM DB.activity
WHERE tenant = {tenant:String} AND ${AMONG} AND notEmpty(on_behalf_of_id) AND on_behalf_of_kind[-1] = 'human'
GROUP BY identity_id, identity_provider, identity_account, person
ORDER BY identity_id, acts DESC, person
LIMIT 2 BY identity_id, identity_provider, identity_account
LIMIT {limit:UInt32}`;

/** Systems that each identity reaches, with the chain it acted for, the busiest five. */
export const REACHES = `
SELECT identity_id, identity_provider, identity_account, action_service, on_behalf_of_id, arraySort(groupUniqArray(5)(action_access)), count() AS acts
FROM DB.activity
WHERE tenant = {tenant:String} AND ${AMONG}
GROUP BY identity_id, identity_provider, identity_account, action_service, on_behalf_of_id
ORDER BY identity_id, acts DESC, action_service, on_behalf_of_id
LIMIT 5 BY identity_id, identity_provider, identity_account
LIMIT {limit:UInt32}`;

/** Credentials of each identity that outlive a session, those used last first. Of sessions there may be as many as activities. */
export const CREDENTIALS = `
SELECT identity_id, identity_provider, identity_account, groupArray({each:UInt32})((credential_id, since, first, last))
FROM
(
    SELECT identity_id, identity_provider, identity_account, credential_id, toUnixTimestamp64Milli(min(at)) AS first,
        toUnixTimestamp64Milli(max(at)) AS last, ifNull(toUnixTimestamp64Milli(min(credential_issued_at)), first) AS since
    FROM DB.activity
    WHERE tenant = {tenant:String} AND ${AMONG} AND credential_id != '' AND ${LONG_LIVED}
    GROUP BY identity_id, identity_provider, identity_account, credential_id
    ORDER BY last DESC, credential_id
)
GROUP BY identity_id, identity_provider, identity_account
LIMIT {limit:UInt32}`;

/** Alerts of each identity, its highest score with what stayed under the threshold, and the owner that its newest alert names. */
export const ALERTED = `
SELECT identity_id, provider, account, uniqExactIf(id, told), maxIf(score, toUnixTimestamp64Milli(last_at) >= {since:Int64}), argMaxIf(owner, last_at, told)
FROM
(
    SELECT identity_id, identity_provider AS provider, identity_account AS account, id, score, last_at, owner, true AS told
    FROM DB.alert
    WHERE tenant = {tenant:String}
    UNION ALL
    SELECT identity_id, JSONExtractString(body, 'identity', 'provider') AS provider, JSONExtractString(body, 'identity', 'account') AS account,
        id, score, last_at, owner, false AS told
    FROM DB.observe
    WHERE tenant = {tenant:String} AND toUnixTimestamp64Milli(last_at) >= {since:Int64}
)
GROUP BY identity_id, provider, account
LIMIT {limit:UInt32}`;

/** What comes in, by provider. */
export const INPUTS = `
SELECT provider, identities, activities, lastHour, lastDay, newest, stored, delay
FROM
(
    SELECT identity_provider AS provider, uniq(identity_id, identity_account) AS identities, count() AS activities,
        countIf(stored_at >= toDateTime({now:Int64} - 3600)) AS lastHour, countIf(stored_at >= toDateTime({now:Int64} - 86400)) AS lastDay,
        toUnixTimestamp64Milli(max(at)) AS newest, toUnixTimestamp(max(stored_at)) AS stored,
        if(countIf(isNotNull(received_at)) = 0, NULL,
          quantileIf(0.5)((toUnixTimestamp64Milli(assumeNotNull(received_at)) - toUnixTimestamp64Milli(at)) / 1000, isNotNull(received_at))) AS delay
    FROM DB.activity
    WHERE tenant = {tenant:String}
    GROUP BY identity_provider
)
ORDER BY activities DESC
LIMIT {limit:UInt32}`;

export const SINKS = `
SELECT sink, countIf(status = 'pending'), countIf(status = 'delivered'), countIf(status = 'refused'),
    toUnixTimestamp64Milli(minIf(created_at, status = 'pending'))
FROM DB.outbox FINAL
WHERE tenant = {tenant:String}
GROUP BY sink
ORDER BY sink
LIMIT {limit:UInt32}`;

export const NEWEST_HOUR = `
SELECT max(hour)
FROM DB.contribution
WHERE tenant = {tenant:String}
HAVING count() > 0`;

/** Contributions that hold no value of an identity, in order. */
export const SCORED = `
SELECT hour, tenant, peers, dimension, value, identity, amount, turn, ordinal
FROM DB.contribution FINAL
WHERE tenant = {tenant:String} AND hour > {after:Int32}
  AND (dimension IN ('~day', '~score', '~raised', '~amended', '~cause-amended', '~true', '~benign') OR dimension LIKE '~joined:%')
ORDER BY hour, tenant, peers, dimension, value, identity, amount, turn, ordinal
LIMIT {limit:UInt32}`;

export const RAISED = `
SELECT toString(toDate(raised_at)) AS day, uniqExact(id)
FROM DB.alert
WHERE tenant = {tenant:String} AND toUnixTimestamp64Milli(raised_at) >= {since:Int64}
GROUP BY day
ORDER BY day
LIMIT {limit:UInt32}`;

/** One line that changes with everything the queue shows. */
export const STAMP = `
SELECT concat(toString(count()), '/', toString(max(stored)))
FROM
(
    SELECT toUnixTimestamp(stored_at) AS stored FROM DB.alert WHERE tenant = {tenant:String}
    UNION ALL
    SELECT toUnixTimestamp(stored_at) FROM DB.triage WHERE tenant = {tenant:String}
    UNION ALL
    SELECT toUnixTimestamp(stored_at) FROM DB.suppression WHERE tenant = {tenant:String}
    UNION ALL
    SELECT toUnixTimestamp(stored_at) FROM DB.suspension WHERE tenant = {tenant:String}
)`;

/** Rights that acts gave, with the newest act of each. Records tell ids in another case than the identity's own activities may. */
export const GRANTS = `
SELECT lowerUTF8(change_identity) AS subject, given, toUnixTimestamp64Milli(max(at)), argMax(identity_id, at),
    groupUniqArray(100)((identity_provider, identity_account))
FROM
(
    SELECT change_identity, at, identity_id, identity_provider, identity_account, arrayJoin(change_rights) AS given
    FROM DB.activity
    WHERE tenant = {tenant:String} AND change_kind = 'right' AND outcome = 'success' AND change_identity != ''
      AND ({identity:String} = '' OR lowerUTF8(change_identity) = lowerUTF8({identity:String}))
)
WHERE given != '*'
GROUP BY subject, given
ORDER BY max(at) DESC, subject, given
LIMIT {limit:UInt32}`;

const OF_KIND = `
FROM DB.activity
WHERE tenant = {tenant:String} AND identity_kind = {kind:String} AND identity_provider = {ofProvider:String}
  AND NOT (identity_id = {identity:String} AND ${AT_HOME})`;

export const PEERS = `
SELECT uniqExact(identity_id, identity_account)
${OF_KIND}`;

export const PEER_ACTS = `
SELECT action_service, action_name, uniqExact(identity_id, identity_account)
${OF_KIND} AND outcome != 'denied'
GROUP BY action_service, action_name
ORDER BY uniqExact(identity_id, identity_account) DESC, action_service, action_name
LIMIT {limit:UInt32}`;

export const ACTS_BY_IDENTITY = `
SELECT identity_id, identity_provider, identity_account, groupUniqArray({limit:UInt32})((action_service, action_name)), groupUniqArrayArray({limit:UInt32})(scopes)
FROM DB.activity
WHERE tenant = {tenant:String} AND identity_id IN {identities:Array(String)} AND outcome != 'denied'
GROUP BY identity_id, identity_provider, identity_account`;

export const ACTS_BY_KIN = `
SELECT identity_kind, identity_provider, groupUniqArray({limit:UInt32})((action_service, action_name))
FROM DB.activity
WHERE tenant = {tenant:String} AND outcome != 'denied'
GROUP BY identity_kind, identity_provider`;
