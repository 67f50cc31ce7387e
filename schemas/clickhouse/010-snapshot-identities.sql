-- How many identities a partition had in all at a snapshot, so that memories that are gone are noticed; -1: an earlier version did not say.
ALTER TABLE {{database}}.snapshot {{onCluster}} ADD COLUMN IF NOT EXISTS identities Int64 DEFAULT -1 AFTER memories;
