-- Whose the private endpoint is that an act came through; '' where the log does not tell.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS source_vpc_endpoint_account String AFTER source_vpc_endpoint;
