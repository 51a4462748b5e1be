"""What a page needs to know before it draws: where the county is, what must be said about its data."""

import logging
import threading
import time
from dataclasses import dataclass

from gridmap.errors import GridMapError
from gridmap.services.pages import find_notice
from gridmap.settings import Settings
from gridmap.web.context import WebContext

logger = logging.getLogger(__name__)

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4490)."""

CHINA: Bounds = (73.5, 18.0, 135.1, 53.6)
"""What a map shows while no boundaries are published."""
KEEP_S = 30.0
RETRY_S = 2.0


@dataclass(frozen=True)
class BaseMap:
    """A base map from outside, drawn only when the settings name one."""

    url: str
    attribution: str


@dataclass(frozen=True)
class CountyFacts:
    """Where the county is, what must be said about its data, and which tiles are current."""

    bounds: Bounds
    has_areas: bool
    notice: str
    tile_version: str


def read_base_map(settings: Settings) -> BaseMap | None:
    """Read which base map the settings name; none means that nothing leaves the host."""
    if not settings.basemap_url:
        return None
    return BaseMap(url=settings.basemap_url, attribution=settings.basemap_attribution)


class PageFacts:
    """The county's facts. They never raise: a page opens also while the database is away, and fills when it is back."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._notice = ""
        self._until_s = 0.0

    def find_facts(self) -> CountyFacts:
        """Find the facts, of the notice the last known one while the database does not answer. May wait for it."""
        self._refresh_notice()
        return self.find_known_facts()

    def find_known_facts(self) -> CountyFacts:
        """Find the facts as they were last seen, without asking the database: safe on the event loop."""
        try:
            content = self._context.tiles.content
            bounds, version = content.bounds, content.version
        except GridMapError:
            bounds, version = None, "none"
        return CountyFacts(
            bounds=bounds or CHINA, has_areas=bounds is not None, notice=self._notice, tile_version=version
        )

    def _refresh_notice(self) -> None:
        with self._lock:
            if time.monotonic() >= self._until_s:
                try:
                    self._notice = find_notice(self._context.database)
                    self._until_s = time.monotonic() + KEEP_S
                except GridMapError as error:
                    self._until_s = time.monotonic() + RETRY_S
                    logger.warning("The page opens without the county's notice: %s", error)
