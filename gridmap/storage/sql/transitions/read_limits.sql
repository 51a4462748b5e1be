SELECT (SELECT value::integer FROM setting WHERE name = 'max_returns'),
       (SELECT value::numeric FROM setting WHERE name = 'max_extension_share'),
       (SELECT value::integer FROM setting WHERE name = 'pause_limit_days')
