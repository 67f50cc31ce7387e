-- Run again whenever the settings in it change.
ALTER TABLE {{database}}.received {{onCluster}} MODIFY SETTING {{dedupWindow}};
ALTER TABLE {{database}}.inventory {{onCluster}} MODIFY SETTING {{dedupWindow}};
ALTER TABLE {{database}}.signal_stream {{onCluster}} MODIFY SETTING {{dedupWindow}};
ALTER TABLE {{database}}.signal_ack {{onCluster}} MODIFY SETTING {{dedupWindow}};
ALTER TABLE {{database}}.waiting_span {{onCluster}} MODIFY SETTING {{dedupWindow}};
