-- An identity is provider, account and principal. Two accounts that use one name and one id of an event have two rows: the key grows by
-- both. Rows from before this change have '' there; whoever reads tells them apart by identity_provider and identity_account.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS identity_home LowCardinality(String) AFTER identity_account, MODIFY ORDER BY (tenant, identity_id, at, id, identity_home);
-- Read out of the body, so that alerts stored before tell it too.
ALTER TABLE {{database}}.alert {{onCluster}} ADD COLUMN IF NOT EXISTS identity_provider String DEFAULT JSONExtractString(body, 'identity', 'provider') AFTER identity_kind, ADD COLUMN IF NOT EXISTS identity_account String DEFAULT JSONExtractString(body, 'identity', 'account') AFTER identity_provider;
