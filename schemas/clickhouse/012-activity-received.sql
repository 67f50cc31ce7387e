-- When an activity arrived, by our own clock; NULL for history, and for what an earlier version took in.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS received_at Nullable(DateTime64(3, 'UTC')) AFTER at;
