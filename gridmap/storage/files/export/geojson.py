"""GeoJSON as RFC 7946 has it."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio

from gridmap.domain.export import Column
from gridmap.domain.layers import Layer, LayerKind
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.export.typed import make_typed


def write_geojson(path: Path, frame: gpd.GeoDataFrame, columns: Sequence[Column], layer: Layer) -> None:
    """Write features with longitude and latitude to 7 decimals (1 cm), right-handed rings, no CRS member.

    RFC 7946 knows WGS-84 only; CGCS2000 differs from it by centimetres and is written as it is.
    """
    # One type for all rows would make the driver write points of incidents that are nowhere: unknown allows none.
    kind = "Point" if layer.kind is LayerKind.INCIDENT else "Unknown"
    made = make_typed(frame, columns).set_crs("EPSG:4326", allow_override=True)
    with write_whole(path) as growing:
        pyogrio.write_dataframe(
            made, growing, layer=layer.id, driver="GeoJSON", geometry_type=kind, RFC7946="YES", COORDINATE_PRECISION="7"
        )
