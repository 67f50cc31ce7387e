-- Populations for people, computed when somebody looks: kept tables of them cost every turn two parts, and engines never read them.
DROP VIEW IF EXISTS {{database}}.contribution_to_class {{onCluster}};
DROP VIEW IF EXISTS {{database}}.contribution_to_tenant {{onCluster}};
DROP TABLE IF EXISTS {{database}}.population_class {{onCluster}} SYNC;
DROP TABLE IF EXISTS {{database}}.population_tenant {{onCluster}} SYNC;

-- Unions and extremes only: they are right even before a contribution that was written twice is merged.
CREATE VIEW IF NOT EXISTS {{database}}.population_class {{onCluster}} AS
SELECT tenant, peers, dimension, value, uniqCombinedState(identity) AS identities, min(hour) AS first_hour, max(hour) AS last_hour
FROM {{database}}.contribution
GROUP BY tenant, peers, dimension, value;

CREATE VIEW IF NOT EXISTS {{database}}.population_tenant {{onCluster}} AS
SELECT tenant, dimension, value, uniqCombinedState(identity) AS identities, min(hour) AS first_hour, max(hour) AS last_hour
FROM {{database}}.contribution
GROUP BY tenant, dimension, value;
