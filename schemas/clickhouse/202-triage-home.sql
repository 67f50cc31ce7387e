-- Of an identity that shares its id with others: which one; empty where nobody said.
ALTER TABLE {{database}}.triage {{onCluster}} ADD COLUMN IF NOT EXISTS identity_provider String DEFAULT '' AFTER identity_id, ADD COLUMN IF NOT EXISTS identity_account String DEFAULT '' AFTER identity_provider;
