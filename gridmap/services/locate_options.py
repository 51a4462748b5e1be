"""What may be said about the two files of `gridmap locate`."""

from dataclasses import dataclass

from gridmap.domain.areas import AreaLevel


@dataclass(frozen=True)
class LocateOptions:
    """What may be said about the files; None is looked up in them."""

    datum: str | None = None
    lon_column: str | None = None
    lat_column: str | None = None
    layer: str | None = None
    precision_column: str | None = None
    code_column: str | None = None
    areas_datum: str | None = None
    areas_layer: str | None = None
    level: AreaLevel = AreaLevel.SMALL_GRID
    with_margin: bool = True
