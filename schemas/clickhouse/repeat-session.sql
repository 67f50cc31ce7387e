-- Run again whenever the settings in it change.
ALTER TABLE {{database}}.erasure {{onCluster}} MODIFY SETTING {{dedupWindow}};
ALTER TABLE {{database}}.session {{onCluster}} MODIFY SETTING {{dedupWindow}};
