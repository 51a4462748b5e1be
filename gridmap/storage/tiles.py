"""Vector tiles, made by PostGIS."""

from gridmap.domain.layers import Layer, LayerKind
from gridmap.errors import NotFoundError
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement

EXTENT = 4096
"""Steps across a tile."""
BUFFER = 128
"""What is drawn beyond the tile's edge, in steps: 8 of 256 pixels, more than half of the widest line."""


def make_tile(connection: Connection, layer: Layer, *, z: int, x: int, y: int, generation: int) -> bytes:
    """Make one Mapbox Vector Tile (Web Mercator, XYZ scheme); empty bytes when nothing lies there.

    The id of a feature is that of its row. The label's column is written into the tiles that are shown from the
    label's zoom on.

    Raises
    ------
    NotFoundError
        If the layer has no tiles.
    """
    if not layer.has_tiles:
        raise NotFoundError("Layer {layer} has no tiles.", layer=layer.id)
    statement = {
        LayerKind.AREA: "tiles/make_area",
        LayerKind.JURISDICTION: "tiles/make_jurisdiction",
        LayerKind.FEATURE: "tiles/make_feature",
    }[layer.kind]
    row = connection.execute(
        read_statement(statement),
        {
            "z": z,
            "x": x,
            "y": y,
            "margin": BUFFER / EXTENT,
            "buffer": BUFFER,
            "generation": generation,
            "level": layer.source.level,
            "kind": layer.source.kind,
            "hidden": layer.list_hidden_classes(z),
            "label": layer.find_label_field(z),
            "layer": layer.id,
        },
    ).fetchone()
    return bytes(row[0]) if row is not None and row[0] is not None else b""


def read_content_version(connection: Connection) -> str:
    """Read what changes with everything that tiles show: 8 hexadecimal digits."""
    row = connection.execute(read_statement("tiles/read_content_version")).fetchone()
    assert row is not None  # noqa: S101  a SELECT without FROM has one row
    return str(row[0])[:8]


def find_extent(connection: Connection, *, generation: int) -> tuple[float, float, float, float] | None:
    """Find west, south, east, north (EPSG:4490) of a generation; None when it has no areas."""
    row = connection.execute(read_statement("tiles/find_extent"), {"generation": generation}).fetchone()
    return None if row is None else (row[0], row[1], row[2], row[3])
