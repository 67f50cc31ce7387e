-- Run again whenever the settings in it change.
ALTER TABLE {{database}}.session {{onCluster}} MODIFY SETTING {{dedupWindow}};
