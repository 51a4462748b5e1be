"""The thread that follows the outbox and keeps the board true, across restarts of the database."""

import logging
import random
import threading
import time

from gridmap.errors import GridMapError
from gridmap.services.board import BoardFeed, open_feed
from gridmap.services.start import revive_database
from gridmap.web.live.live import LARGEST_TICK, Live

logger = logging.getLogger(__name__)

TICK_S = 0.15
"""Changes of this time go out together: at 0.25 s the slowest twentieth came after 290 ms, at 0.15 s after 190."""
BULK_TICK_S = 2.0
LOOK_S = 1.0
"""Without a notification it looks so often: one may be lost with a connection."""
FIGURES_S = 5.0
QUIET_FIGURES_S = 60.0
LONGEST_PAUSE_S = 5.0
HEADER_S = 3600.0
"""So often the calendar round now and the lists are read again."""
LONGEST_GAP_S = 3600.0
"""After a longer loss of the database all is loaded anew: the outbox may have been pruned meanwhile."""


class Follower:
    """Follows in a thread of its own from `start` to `stop`."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gridmap-follower", daemon=True)
        self._position = ""
        self._ticked_at = 0.0
        self._tick_s = TICK_S
        self._figures_at = 0.0
        self._header_at = 0.0
        self._is_changed = True

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, *, timeout_s: float = 5.0) -> None:
        """Ask the thread to end and wait for it."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        pause_s = 0.25
        while not self._stop.is_set():
            try:
                with open_feed(self._live.database) as feed:
                    self._follow(feed)
                    pause_s = 0.25
            except GridMapError as error:
                logger.warning("The board waits for the database: %s", error)
                self._revive()
            except Exception:
                # A fault of ours must not end the thread in silence: the walls would show an old picture.
                logger.exception("The board could not be brought up to date; it is loaded anew.")
                self._position = ""
            if self._live.feed_age_ms < 2000 * LOOK_S:
                pause_s = 0.25  # it had worked until just now
            self._stop.wait(pause_s * random.uniform(0.7, 1.3))
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _revive(self) -> None:
        """Start a private server that died; nobody else would, at three in the morning."""
        if self._stop.is_set():
            return
        try:
            if revive_database(self._live.database):
                logger.warning("The database server was started again.")
        except GridMapError as error:
            logger.error("The database server could not be started again; it is tried anew: %s", error)

    def _follow(self, feed: BoardFeed) -> None:
        if not self._position or self._live.feed_age_ms > LONGEST_GAP_S * 1000:
            self._load(feed)
        while not self._stop.is_set():
            self._step(feed)
            self._update_figures(feed)
            feed.wait(LOOK_S)
            # Changes within a tick go out together; the first after a quiet time goes out at once.
            self._stop.wait(max(0.0, self._ticked_at + self._tick_s - time.monotonic()))

    def _load(self, feed: BoardFeed) -> None:
        started = time.monotonic()
        loaded = feed.load()
        self._live.replace(loaded)
        self._position = loaded.position
        self._header_at = time.monotonic()
        self._is_changed = True
        logger.info("Board loaded: %d open incidents in %.2f s.", len(loaded.board), time.monotonic() - started)

    def _step(self, feed: BoardFeed) -> None:
        changes = feed.read_changes(self._position)
        if changes.must_reload:
            self._load(feed)
            return
        if changes.rows or changes.gone:
            for fault in self._live.apply(changes.rows, changes.gone):
                logger.error("Left out of the board: %s", fault)
            self._ticked_at = time.monotonic()
            # During an import each tick makes every browser fetch a snapshot.
            self._tick_s = BULK_TICK_S if len(changes.rows) + len(changes.gone) > LARGEST_TICK else TICK_S
            self._is_changed = True
        self._position = changes.position
        self._live.confirm(database_now_ms=changes.now_ms)

    def _update_figures(self, feed: BoardFeed) -> None:
        waited_s = time.monotonic() - self._figures_at
        if waited_s < (FIGURES_S if self._is_changed else QUIET_FIGURES_S):
            return
        self._is_changed = False
        self._figures_at = time.monotonic()
        self._live.set_figures(feed.read_figures())
        if feed.find_generation() != self._live.generation:
            self._load(feed)
        elif time.monotonic() - self._header_at > HEADER_S:
            self._header_at = time.monotonic()
            self._live.set_header(feed.read_header())
