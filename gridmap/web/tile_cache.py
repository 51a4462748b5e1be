"""Compressed tiles in memory, the least used forgotten first, bounded by bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from gridmap.web.compression import Body

Key = tuple[str, str, int, int, int]
"""Version, layer, z, x, y."""

MAX_BYTES = 96 * 1024 * 1024
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"


class TileCache:
    """Tiles by version and place. A tile that many ask for at once is made once."""

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bodies: OrderedDict[Key, Body] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    @property
    def size_bytes(self) -> int:
        """What the kept tiles take."""
        return self._bytes

    def find_or_make(self, key: Key, make: Callable[[], bytes]) -> Body:
        """Give the tile, made by `make` when it is not kept."""
        with self._lock:
            kept = self._bodies.get(key)
            if kept is not None:
                self._bodies.move_to_end(key)
                return kept
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                kept = self._bodies.get(key)
            if kept is not None:
                return kept
            try:
                body = Body(make(), MEDIA_TYPE)
                body.encode("br")
                self._keep(key, body)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return body

    def _keep(self, key: Key, body: Body) -> None:
        with self._lock:
            self._bodies[key] = body
            # The gzip form may come later; brotli and the raw bytes are what is counted.
            self._sizes[key] = body.size_bytes + 512
            self._bytes += self._sizes[key]
            while self._bytes > self._max_bytes and len(self._bodies) > 1:
                oldest, _ = self._bodies.popitem(last=False)
                self._bytes -= self._sizes.pop(oldest)
