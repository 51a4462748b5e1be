SELECT set_config('gridmap.dry_run', 'on', true)
