-- Run again whenever the settings in it change: how long rows are kept and how many insert tokens are remembered.
ALTER TABLE {{database}}.activity {{onCluster}} (MODIFY TTL stored_at + {{keep_activity}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.contribution {{onCluster}} (MODIFY TTL stored_at + {{keep_contribution}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.alert {{onCluster}} (MODIFY TTL stored_at + {{keep_alert}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.observe {{onCluster}} (MODIFY TTL stored_at + {{keep_observe}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.outbox {{onCluster}} (MODIFY TTL stored_at + {{keep_outbox}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.decided {{onCluster}} (MODIFY TTL stored_at + {{keep_decided}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.turn {{onCluster}} (MODIFY TTL committed_at + {{keep_turn}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.dead_letter {{onCluster}} (MODIFY TTL stored_at + {{keep_dead_letter}}), (MODIFY SETTING {{dedupWindow}});
ALTER TABLE {{database}}.memory {{onCluster}} MODIFY SETTING {{dedupWindow}};
ALTER TABLE {{database}}.snapshot {{onCluster}} MODIFY SETTING {{dedupWindow}};
