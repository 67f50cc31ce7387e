/** Every question about suspensions and their targets: parameters bound by name, answers bounded. `DB` stands for the database. */
import { EACH_ACT } from './activity-columns.ts';
import { AT_HOME } from './home-filter.ts';

const ROW = `tenant, seq, suspension, event, state_before, state, by_kind, by_id, why, toUnixTimestamp64Milli(at), writer, content, previous, hash`;

/** Who stands at one place of a chain; more than one is a fork. */
export const HASHES_AT = `
SELECT hash
FROM DB.suspension
WHERE tenant = {tenant:String} AND seq = {seq:Int64}
ORDER BY hash
LIMIT 3`;

export const CHAIN = `
SELECT ${ROW}
FROM DB.suspension
WHERE tenant = {tenant:String} AND seq > {after:Int64}
ORDER BY seq, hash
LIMIT {limit:UInt32}`;

export const TENANTS = `
SELECT DISTINCT tenant
FROM DB.suspension
ORDER BY tenant
LIMIT 10000`;

export const LAST_OF = `
SELECT ${ROW}
FROM DB.suspension
WHERE tenant = {tenant:String} AND suspension = {id:String}
ORDER BY seq DESC
LIMIT 1`;

export const TENANT_OF = `
SELECT tenant
FROM DB.suspension
WHERE suspension = {id:String}
LIMIT 1`;

export const STORY = `
SELECT ${ROW}
FROM DB.suspension
WHERE tenant = {tenant:String} AND suspension = {id:String}
ORDER BY seq, hash
LIMIT 1000`;

/**
 * The last row of every suspension that matches; a state is that of the last row. Rows before `since` need not be read: where
 * the last row is younger, every row that could be taken for it is. Contents are read only of what matches. Of several tenants
 * as many of each: a flood of one must not hide what another waits for.
 */
export const LIST = `
SELECT ${ROW}
FROM DB.suspension
WHERE (tenant, seq) IN
(
    SELECT tenant, max(seq)
    FROM DB.suspension
    WHERE ({tenant:String} = '' OR tenant = {tenant:String}) AND at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    GROUP BY tenant, suspension
    HAVING {everyState:Bool} OR argMax(state, seq) IN {states:Array(String)}
)
  AND ({identity:String} = '' OR JSONExtractString(content, 'identity', 'id') = {identity:String})
  AND ({reversible:String} = '' OR JSONExtractBool(content, 'reversible') = ({reversible:String} = 'true'))
  AND ({alert:String} = '' OR JSONExtractString(content, 'alertId') = {alert:String})
ORDER BY row_number() OVER (PARTITION BY tenant ORDER BY at DESC, seq DESC), at DESC, tenant, seq DESC
LIMIT {limit:UInt32}`;

/** Activities of a target; each once, however often it was stored. */
const TARGET = `
    SELECT id, identity_id, at, action_service, resource_id, outcome
    FROM DB.activity AS activity
    WHERE activity.tenant = {tenant:String} AND activity.identity_id = {identity:String}
      AND ${AT_HOME}
      AND ({credential:String} = '' OR activity.credential_id = {credential:String})
      AND ({service:String} = '' OR activity.action_service = {service:String})
      AND toUnixTimestamp64Milli(activity.at) > {after:Int64}
    LIMIT 1 BY ${EACH_ACT}`;

export const USAGE = `
SELECT count(), toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at))
FROM (${TARGET})`;

const largest = (column: string) => `
SELECT ${column}, count() AS activities
FROM (${TARGET})
WHERE ${column} != ''
GROUP BY ${column}
ORDER BY activities DESC, ${column}
LIMIT 20`;

export const SERVICES = largest('action_service');
export const RESOURCES = largest('resource_id');

/** Who acts on behalf of the identity: what hangs on it without being it. */
export const DOWNSTREAM = `
SELECT identity_id, uniqExact(id) AS activities
FROM DB.activity AS activity
WHERE activity.tenant = {tenant:String} AND has(activity.on_behalf_of_id, {identity:String})
  AND activity.identity_id != {identity:String}
  AND toUnixTimestamp64Milli(activity.at) > {after:Int64}
GROUP BY identity_id
ORDER BY activities DESC, identity_id
LIMIT 20`;

export const SUCCESSES = `
SELECT toUnixTimestamp64Milli(at) AS ms
FROM (${TARGET})
WHERE outcome = 'success'
ORDER BY ms
LIMIT {limit:UInt32}`;

/** How far the activities of a tenant have come; silence after that proves nothing. */
export const TENANT_UP_TO = `
SELECT toUnixTimestamp64Milli(max(at))
FROM DB.activity
WHERE tenant = {tenant:String}`;

export const ACTIVE_IDENTITIES = `
SELECT uniqExact(identity_id, identity_provider, identity_account)
FROM DB.activity
WHERE tenant = {tenant:String} AND toUnixTimestamp64Milli(at) > {after:Int64}`;
