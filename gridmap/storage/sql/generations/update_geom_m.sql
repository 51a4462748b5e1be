-- The trigger on geom measures the row again.
UPDATE area SET geom = geom
