SELECT set_config('gridmap.actor', %(actor)s, true), set_config('gridmap.role', %(role)s, true),
       set_config('gridmap.action', %(action)s, true), set_config('gridmap.note', %(note)s, true),
       set_config('gridmap.detail', %(detail)s, true), set_config('gridmap.at', %(at)s, true)
