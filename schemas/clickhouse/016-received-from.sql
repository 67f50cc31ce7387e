-- By which input an activity came, by the word of whoever took it in; '' for history, and for what an earlier version took in.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS received_from LowCardinality(String) AFTER received_at;
