"""GridMap: the grid-management map of a county."""

__version__ = "0.1.0"
