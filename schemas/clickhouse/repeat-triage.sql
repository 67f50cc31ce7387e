-- Run again whenever the settings in it change.
ALTER TABLE {{database}}.triage {{onCluster}} (MODIFY TTL toDateTime(stored_at) + {{keep_triage}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.suppression {{onCluster}} (MODIFY TTL stored_at + {{keep_suppression}}), (MODIFY SETTING {{dedupWindow}});
