SELECT DISTINCT kind, class FROM map_feature WHERE kind IN ('road', 'river') ORDER BY kind, class
