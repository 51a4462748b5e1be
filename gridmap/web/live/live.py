"""The board of this process with its snapshots, and the thread that keeps it true."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from gridmap.domain.board import Board, BoardRow
from gridmap.domain.snapshot import encode_snapshot
from gridmap.errors import DatabaseError, InputError
from gridmap.services.board import Header, LoadedBoard, make_tree
from gridmap.services.burnt import Burnt
from gridmap.services.tiles import Database
from gridmap.web.compression import Body, dump_json
from gridmap.web.live.hub import Hub

SNAPSHOT_TICKS = 20
"""A snapshot is given out again until it is so many ticks old: the ring covers the rest."""
LARGEST_TICK = 1000
"""More rows than this at once (an import) are cheaper as a snapshot, which is compressed once for all."""
SNAPSHOT_AGE_S = 1.0
"""And so old: it carries the clock."""
SNAPSHOT_QUALITY = 4
"""At 50,000 rows 401 kB in 11 ms; quality 5 gives 426 kB in 21 ms, 9 gives 425 kB in 76 ms."""


@dataclass(frozen=True)
class Snapshot:
    """An encoded board, compressed once for all who ask."""

    epoch: str
    revision: int
    built_at: float
    body: Body


@dataclass(frozen=True)
class Greeting:
    """What a browser is told first, and from where on it gets changes."""

    epoch: str
    revision: int
    from_revision: int
    needs_snapshot: bool


class Live:
    """What routes and sockets ask. The follower's thread writes, everybody reads."""

    def __init__(self, database: Database, *, on_load: Callable[[LoadedBoard], None] | None = None) -> None:
        self.hub = Hub()
        self.database = database
        self.generation = 0
        self.figures: Header = {}
        self.clock_offset_ms = 0
        self.burnt: Body | None = None
        self._day_figures: Header = {}
        self._unit_figures: Header = {}
        self._figures_lock = threading.Lock()
        self._on_load = on_load
        self._lock = threading.Lock()
        self._build_lock = threading.Lock()
        self._ready = threading.Event()
        self._board = Board()
        self._header: Header = {}
        self._snapshot: Snapshot | None = None
        self._building: tuple[str, int] | None = None
        self._tree: tuple[str, Body] | None = None
        self._confirmed_at = time.monotonic()

    @property
    def now_ms(self) -> int:
        """The database's clock, in epoch milliseconds: due times are judged by it."""
        return time.time_ns() // 1_000_000 + self.clock_offset_ms

    @property
    def feed_age_ms(self) -> int:
        """How long ago the board was last known to be what the database holds."""
        return int((time.monotonic() - self._confirmed_at) * 1000)

    @property
    def is_ready(self) -> bool:
        """Whether the board was loaded."""
        return self._ready.is_set()

    def count_open(self) -> int:
        """Count the incidents on the board."""
        return len(self._board)

    def replace(self, loaded: LoadedBoard) -> None:
        """Take a newly loaded board; an earlier one ends its epoch."""
        if self._on_load is not None:
            self._on_load(loaded)
        with self._lock:
            self._board = loaded.board
            self._header = loaded.header
            self.generation = loaded.generation
            self._snapshot = None
            self._tree = None
            if self._ready.is_set():
                self.hub.start_epoch()
        self.confirm()
        self._ready.set()

    def apply(self, rows: tuple[BoardRow, ...], gone: tuple[int, ...]) -> list[InputError]:
        """Apply changes and publish what really changed as one tick. Answers the rows that the board can't hold."""
        faults: list[InputError] = []
        with self._lock:
            changed: list[BoardRow] = []
            for row in rows:
                try:
                    if self._board.put(row):
                        changed.append(row)
                except InputError as error:
                    faults.append(error)
            removed = [number for number in gone if self._board.remove(number)]
            if len(changed) + len(removed) > LARGEST_TICK:
                self._snapshot = None
                self.hub.publish_gap()
            elif changed or removed:
                self.hub.publish(changed, removed, now_ms=self.now_ms)
        return faults

    def confirm(self, *, database_now_ms: int | None = None) -> None:
        """Note that the board is now what the database holds, and how far the clocks are apart."""
        self._confirmed_at = time.monotonic()
        if database_now_ms is not None:
            self.clock_offset_ms = database_now_ms - time.time_ns() // 1_000_000

    def set_header(self, header: Header) -> None:
        """Take a newly read header for the snapshots to come."""
        with self._lock:
            self._header = header
            self._snapshot = None

    def set_figures(self, figures: Header) -> None:
        """Take today's figures; publish them when they changed."""
        with self._figures_lock:
            self._day_figures = figures
            self._publish_figures()

    def set_burnt(self, burnt: Burnt, standing: Mapping[str, int]) -> None:
        """Take who burnt the time, today's cards and what is queued; publish them when they changed."""
        with self._figures_lock:
            self.burnt = Body(dump_json(asdict(burnt)), "application/json")
            # Without the areas, which only who colours the map by them fetches.
            self._unit_figures = {"burnt": {"days": burnt.days, "units": burnt.units}, **standing}
            self._publish_figures()

    def _publish_figures(self) -> None:
        complete = {**self._day_figures, **self._unit_figures, "not_on_map": self._board.count_not_on_map()}
        if complete != self.figures:
            self.figures = complete
            self.hub.publish_figures(complete)

    def greet(self, *, epoch: str, revision: int) -> Greeting:
        """Decide whether a browser that has this revision needs a snapshot."""
        with self._lock:
            if self.hub.list_since(epoch, revision) is not None:
                return Greeting(self.hub.epoch, self.hub.revision, revision, needs_snapshot=False)
            # The snapshot that it will fetch may be the one kept: changes are given from there on.
            # So is one that is being encoded just now.
            revisions = [self.hub.revision]
            if self._snapshot is not None and self._is_fresh(self._snapshot):
                revisions.append(self._snapshot.revision)
            if self._building is not None and self.hub.list_since(*self._building) is not None:
                revisions.append(self._building[1])
            return Greeting(self.hub.epoch, self.hub.revision, min(revisions), needs_snapshot=True)

    def snapshot(self, *, wait_s: float = 10.0) -> Snapshot:
        """Give a snapshot, built at most once per few ticks however many ask at once.

        Raises
        ------
        DatabaseError
            If the board was not loaded within `wait_s`.
        """
        self._wait(wait_s)
        with self._build_lock:
            kept = self._snapshot
            while kept is None or not self._is_fresh(kept):
                kept = self._build()
            return kept

    def _build(self) -> Snapshot:
        with self._lock:
            columns = self._board.copy_columns()
            epoch, revision = self.hub.epoch, self.hub.revision
            self._building = (epoch, revision)
            header = {"epoch": epoch, "revision": revision, "now_ms": self.now_ms, **self._header}
        content = encode_snapshot({**header, "figures": self.figures}, columns)
        built = Snapshot(
            epoch=epoch,
            revision=revision,
            built_at=time.monotonic(),
            body=Body(content, "application/octet-stream", quality=SNAPSHOT_QUALITY),
        )
        with self._lock:
            self._building = None
            self._snapshot = built
        return built

    def tree(self, *, wait_s: float = 10.0) -> tuple[int, Body]:
        """Give the generation and its tree as compressed JSON."""
        self._wait(wait_s)
        with self._build_lock:
            epoch, generation = self.hub.epoch, self.generation
            if self._tree is None or self._tree[0] != epoch:
                tree = make_tree(self.database, generation=generation)
                self._tree = (epoch, Body(dump_json(tree), "application/json"))
            return generation, self._tree[1]

    def _is_fresh(self, snapshot: Snapshot) -> bool:
        is_reached = self.hub.list_since(snapshot.epoch, snapshot.revision) is not None
        is_near = self.hub.revision - snapshot.revision <= SNAPSHOT_TICKS
        return is_reached and is_near and time.monotonic() - snapshot.built_at <= SNAPSHOT_AGE_S

    def _wait(self, wait_s: float) -> None:
        if not self._ready.wait(wait_s):
            raise DatabaseError(
                "The board is still being loaded, or the database does not answer. Try again in a moment."
            )
