"""What every route and page is handed: settings, database, layers, the live channel, the tiles."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from gridmap.domain.layers import Layers
from gridmap.errors import DatabaseError
from gridmap.services.start import hash_files, open_ready_database, read_layers
from gridmap.services.tiles import Database, TileService
from gridmap.settings import Settings
from gridmap.web.live.live import Live
from gridmap.web.tile_cache import TileCache

OpenDatabase = Callable[[], AbstractContextManager[Database]]
Part = TypeVar("Part")


@dataclass
class WebContext:
    """The parts of one web process.

    Made before the database is open, because an ASGI server imports the application first; routes ask for `database`,
    `live` and `tiles` when a request comes.

    Parameters
    ----------
    settings, layers
        As read at start.
    layers_hash
        Of the layer files: part of the version of a tile.
    open_database
        Opens the database for the life of the server.
    build
        Names this build of the program; a browser that was served by another one reloads.
    """

    settings: Settings
    layers: Layers
    layers_hash: str
    build: str
    open_database: OpenDatabase
    tile_cache: TileCache = field(default_factory=TileCache, init=False)
    opened_database: Database | None = field(default=None, init=False)
    opened_live: Live | None = field(default=None, init=False)
    opened_tiles: TileService | None = field(default=None, init=False)

    def hold_database(self, database: Database) -> None:
        """Use a database that somebody else opened and closes."""
        self.open_database = lambda: nullcontext(database)

    @property
    def database(self) -> Database:
        """The database. Raises DatabaseError before the server has started."""
        return _require(self.opened_database)

    @property
    def live(self) -> Live:
        """The board and its channel. Raises DatabaseError before the server has started."""
        return _require(self.opened_live)

    @property
    def tiles(self) -> TileService:
        """The tiles. Raises DatabaseError before the server has started."""
        return _require(self.opened_tiles)

    @property
    def tile_version(self) -> str:
        """What stands as `v` in the URL of a tile. Raises DatabaseError before the server has started."""
        return self.tiles.content.version


def make_context(settings: Settings) -> WebContext:
    """Make the context of a process: reads the layer files, opens nothing yet.

    Raises
    ------
    InputError
        If a layer file can't be used.
    """
    layers, layers_hash = read_layers(settings.layers_dir)
    build = f"{version('gridmap')}-{hash_files(settings.assets_dir, Path(__file__).parent)}"
    return WebContext(
        settings=settings,
        layers=layers,
        layers_hash=layers_hash,
        build=build,
        open_database=lambda: open_ready_database(settings),
    )


def _require(part: Part | None) -> Part:
    if part is None:
        raise DatabaseError("The server has not opened its database yet. Try again in a moment.")
    return part
