SELECT set_config('gridmap.maintenance', %(state)s, true)
