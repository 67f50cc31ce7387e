-- Activities are read whole, row by row: one file for all columns up to a quarter of a gigabyte, not four files a column from 10 MB on.
ALTER TABLE {{database}}.activity {{onCluster}} MODIFY SETTING min_bytes_for_wide_part = 268435456;
