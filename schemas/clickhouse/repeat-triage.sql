-- Run again whenever the settings in it change.
ALTER TABLE {{database}}.triage {{onCluster}} (MODIFY TTL toDateTime(stored_at) + toIntervalDay({{alertTtlDays}})), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.suppression {{onCluster}} (MODIFY TTL stored_at + toIntervalDay({{alertTtlDays}})), (MODIFY SETTING {{dedupWindow}});
