"""The hub: numbered changes in a ring, each serialised once, read by all browsers."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterable
from uuid import uuid4

import orjson

from gridmap.domain.board import BoardRow

RING_LENGTH = 700
"""Ticks that are kept: at seven a second, 100 s for a browser to come back without a new snapshot."""


class Hub:
    """Written by the follower's thread, read by the tasks of the event loop.

    `revision` numbers the ticks of an `epoch`; an epoch ends when everything was loaded anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring: deque[str] = deque(maxlen=RING_LENGTH)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self.epoch = uuid4().hex[:12]
        self.revision = 0
        self.figures = ""
        self.heartbeat = ""

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake the readers of this loop from now on."""
        self._loop = loop

    @property
    def event(self) -> asyncio.Event:
        """Set at the next news. Take it before looking for news, and none is missed."""
        return self._event

    def publish(self, rows: Iterable[BoardRow], gone: Iterable[int], *, now_ms: int) -> int:
        """Number one tick, serialise it and wake the readers. Answers its revision."""
        with self._lock:
            revision = self.revision + 1
            message = {"k": "d", "r": revision, "now_ms": now_ms, "rows": list(map(tuple, rows)), "gone": list(gone)}
            self._ring.append(orjson.dumps(message).decode())
            self.revision = revision
        self._wake()
        return revision

    def publish_gap(self) -> None:
        """Number a tick that is not told row by row: every reader needs a snapshot again."""
        with self._lock:
            self.revision += 1
            self._ring.clear()
        self._wake()

    def publish_figures(self, figures: dict[str, object]) -> None:
        """Give the readers new figures."""
        self.figures = orjson.dumps({"k": "f", "figures": figures}).decode()
        self._wake()

    def publish_heartbeat(self, *, now_ms: int, feed_age_ms: int) -> None:
        """Give the readers a sign of life."""
        self.heartbeat = orjson.dumps({"k": "hb", "now_ms": now_ms, "feed_age_ms": feed_age_ms}).decode()
        self._wake()

    def start_epoch(self) -> None:
        """Begin a new epoch: what readers hold is worth nothing any more."""
        with self._lock:
            self.epoch = uuid4().hex[:12]
            self.revision = 0
            self._ring.clear()
        self._wake()

    def list_since(self, epoch: str, revision: int) -> list[str] | None:
        """List the messages after a revision; None when the ring does not reach back so far or the epoch is another."""
        with self._lock:
            behind = self.revision - revision
            if epoch != self.epoch or behind < 0 or behind > len(self._ring):
                return None
            return [self._ring[index] for index in range(len(self._ring) - behind, len(self._ring))]

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._swap_event)

    def _swap_event(self) -> None:
        event, self._event = self._event, asyncio.Event()
        event.set()
