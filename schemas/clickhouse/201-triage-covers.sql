-- What an alert showed when somebody decided about it, as JSON; empty: an earlier version did not say.
ALTER TABLE {{database}}.triage {{onCluster}} ADD COLUMN IF NOT EXISTS covers String DEFAULT '' AFTER scope;
