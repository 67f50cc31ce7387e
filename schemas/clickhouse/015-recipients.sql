-- To whom an act opens its thing or gives a right, and whose each is; [] where it tells of nobody.
ALTER TABLE {{database}}.activity {{onCluster}} ADD COLUMN IF NOT EXISTS recipients_id Array(String) AFTER change_rights, ADD COLUMN IF NOT EXISTS recipients_kind Array(String) AFTER recipients_id;
