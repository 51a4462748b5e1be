"""Where points lie: the rule of location in bulk, on arrays."""

from gridmap.domain.location.areas import AreaSet, make_area_set
from gridmap.domain.location.rule import FINEST_LEVELS, Locations, Locator, is_too_imprecise

__all__ = ["FINEST_LEVELS", "AreaSet", "Locations", "Locator", "is_too_imprecise", "make_area_set"]
