"""Tiles: made once per version of the map's content, through a small pool of connections."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from gridmap.domain.layers import Layer, Layers
from gridmap.errors import DatabaseError, NotFoundError
from gridmap.sentence import Technical
from gridmap.storage import board as board_storage
from gridmap.storage import tiles as tile_storage
from gridmap.storage.database import Connection
from gridmap.storage.database import Database as Database

Bounds = tuple[float, float, float, float]
MAX_LATITUDE = 85.0511


@dataclass(frozen=True)
class TileContent:
    """What tiles are made of now: `version` is in their URL."""

    generation: int
    version: str
    bounds: Bounds | None


class TileService:
    """Makes tiles of the current content. Safe for threads."""

    def __init__(self, database: Database, layers: Layers, *, layers_hash: str) -> None:
        self._database = database
        self._layers = layers
        self._layers_hash = layers_hash
        self._content = TileContent(generation=0, version="none", bounds=None)

    @property
    def content(self) -> TileContent:
        """The current content."""
        return self._content

    def refresh(self) -> TileContent:
        """Look what the tiles are made of now.

        Raises
        ------
        DatabaseError
            If the database does not answer.
        """
        with self._connection() as connection:
            generation = board_storage.find_generation(connection)
            version = f"{generation}-{tile_storage.read_content_version(connection)}-{self._layers_hash}"
            bounds = tile_storage.find_extent(connection, generation=generation)
        self._content = TileContent(generation=generation, version=version, bounds=bounds)
        return self._content

    def find_layer(self, layer_id: str, *, z: int, x: int, y: int) -> Layer:
        """Find the layer of a tile.

        Raises
        ------
        NotFoundError
            If there is no such layer, it has no tiles, the zoom is out of its range, or x, y are out of the world.
        """
        layer = self._layers.find_layer(layer_id)
        if not layer.has_tiles:
            raise NotFoundError("Layer {layer} has no tiles.", layer=layer_id)
        first = layer.first_tile_zoom
        if not first <= z <= layer.max_zoom:
            raise NotFoundError(
                "Layer {layer} has tiles of zoom {first} to {last}, not {zoom}.",
                layer=layer_id,
                first=first,
                last=layer.max_zoom,
                zoom=z,
            )
        if not (0 <= x < 2**z and 0 <= y < 2**z):
            raise NotFoundError("Tile {z}/{x}/{y} lies outside the world.", z=z, x=x, y=y)
        return layer

    def make_tile(self, layer: Layer, *, z: int, x: int, y: int) -> bytes:
        """Make a tile; empty bytes when nothing lies there."""
        with self._connection() as connection:
            return tile_storage.make_tile(connection, layer, z=z, x=x, y=y, generation=self._content.generation)

    def list_first_tiles(self, *, width_px: int = 1920, height_px: int = 1080) -> list[tuple[Layer, int, int, int]]:
        """List the tiles of the first view: the zoom at which the county fills a screen of this size, visible
        layers.
        """
        bounds = self._content.bounds
        if bounds is None:
            return []
        zoom = find_fitting_zoom(bounds, width_px=width_px, height_px=height_px)
        found = []
        for layer in self._layers:
            if layer.visible and layer.has_tiles and layer.min_zoom <= zoom <= layer.max_zoom:
                tile_zoom = layer.find_tile_zoom(zoom)
                found += [(layer, tile_zoom, x, y) for x, y in list_tiles(bounds, tile_zoom)]
        return found

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._database.connect() as connection:
                yield connection
        except psycopg.Error as error:
            raise DatabaseError(
                "The database was lost or refused: {cause}.", cause=Technical(str(error).strip())
            ) from error


def find_tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Find the XYZ tile of a point (lon, lat in degrees) in Web Mercator."""
    limited = math.radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, lat)))
    side = 2**zoom
    x = int((lon + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(limited)) / math.pi) / 2 * side)
    return min(side - 1, max(0, x)), min(side - 1, max(0, y))


def list_tiles(bounds: Bounds, zoom: int) -> list[tuple[int, int]]:
    """List the tiles that touch the box west, south, east, north."""
    west, south, east, north = bounds
    left, top = find_tile(west, north, zoom)
    right, bottom = find_tile(east, south, zoom)
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def find_fitting_zoom(bounds: Bounds, *, width_px: int, height_px: int) -> int:
    """Find the greatest zoom at which the box fits into a screen (256 px a tile, as Leaflet does it)."""
    west, south, east, north = bounds
    for zoom in range(18, 0, -1):
        scale = 256 * 2**zoom
        wide = (east - west) / 360 * scale
        top, bottom = (math.asinh(math.tan(math.radians(lat))) for lat in (north, south))
        if wide <= width_px and (top - bottom) / (2 * math.pi) * scale <= height_px:
            return zoom
    return 0
