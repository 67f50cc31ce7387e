-- Two acts of one identity at one moment may have one id: in some logs whoever calls chooses it. What is stored was judged, and is judged again
-- after a crash, so each keeps its row. The offset at which it was stored tells them apart; a move to more partitions leaves it as it is.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS first_offset Int64 AFTER offset, MODIFY ORDER BY (tenant, identity_id, at, id, identity_home, first_offset);
