-- What an agent was told to be, and the sort of task it runs; '' where the log does not tell.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS actor_config String AFTER actor_model, ADD COLUMN IF NOT EXISTS run_task String AFTER run_declared;
