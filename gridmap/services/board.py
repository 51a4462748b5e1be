"""The feed of the board: load it, then follow the outbox."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import psycopg
from psycopg import IsolationLevel

from gridmap.domain.board import CHANNELS, PLACEMENTS, STATUSES, Board, BoardRow, check_row
from gridmap.domain.palette import make_colour
from gridmap.errors import DatabaseError, InputError
from gridmap.sentence import Technical
from gridmap.storage import board as board_storage
from gridmap.storage import outbox
from gridmap.storage.database import Connection, Database

logger = logging.getLogger(__name__)

_NOT_ON_BOARD = frozenset({"call"})
"""Subjects of the outbox that change nothing of what the board is loaded from."""
Header = dict[str, object]


@dataclass(frozen=True)
class LoadedBoard:
    """All that one consistent reading of the database gave.

    `header` is the part of a snapshot's header that changes only with a new loading.
    """

    board: Board
    header: Header
    generation: int
    position: str


@dataclass(frozen=True)
class BoardChanges:
    """What a step forward brought: rows that are open, ids that are not any more, and whether all must be loaded
    anew.
    """

    position: str
    now_ms: int
    rows: tuple[BoardRow, ...]
    gone: tuple[int, ...]
    must_reload: bool


class BoardFeed:
    """One connection that listens. Any method raises DatabaseError when the connection is lost."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self, timeout_s: float) -> bool:
        """Wait for a notification at most so long. Answers whether one came."""
        with _lost_as_database_error():
            return len(list(self._connection.notifies(timeout=timeout_s, stop_after=1))) > 0

    def load(self) -> LoadedBoard:
        """Load everything of one snapshot of the database."""
        with _lost_as_database_error(), self._connection.transaction():
            position = outbox.read_position(self._connection)
            generation = board_storage.find_generation(self._connection)
            return LoadedBoard(
                board=_make_board(list(board_storage.list_open_rows(self._connection))),
                header=_make_header(self._connection, generation),
                generation=generation,
                position=position,
            )

    def read_changes(self, position: str) -> BoardChanges:
        """Read what became visible since the position.

        The rows are read after the list of changes and may already be newer than it; their next change is then a
        repeat, which does no harm because a row replaces a row.
        """
        with _lost_as_database_error():
            changes = outbox.list_changes(self._connection, since=position)
            if outbox.is_before(position, changes.position):
                return BoardChanges(changes.position, changes.now_ms, (), (), must_reload=True)
            rows: list[BoardRow] = []
            if changes.incident_ids:
                rows = board_storage.list_rows_by_id(self._connection, changes.incident_ids)
            is_open = {row.id for row in rows}
            return BoardChanges(
                position=changes.position,
                now_ms=changes.now_ms,
                rows=tuple(rows),
                gone=tuple(number for number in changes.incident_ids if number not in is_open),
                must_reload=bool(changes.other_subjects - _NOT_ON_BOARD),
            )

    def read_header(self) -> Header:
        """Read the part of the header that a loading gives; the calendar in it reaches a year round now."""
        with _lost_as_database_error(), self._connection.transaction():
            return _make_header(self._connection, board_storage.find_generation(self._connection))

    def find_generation(self) -> int:
        """Find today's generation: it may change at midnight without a word."""
        with _lost_as_database_error():
            return board_storage.find_generation(self._connection)

    def read_figures(self) -> Header:
        """Read today's figures from the database, without those that the board itself gives."""
        with _lost_as_database_error():
            figures = board_storage.read_day_figures(self._connection)
            return {**asdict(figures), "by_hour": board_storage.list_hours(self._connection)}


@contextmanager
def open_feed(database: Database) -> Iterator[BoardFeed]:
    """Open a feed with a connection of its own.

    Raises
    ------
    DatabaseError
        If the database does not answer, or is lost in the block.
    """
    with _lost_as_database_error(), database.connect(autocommit=True) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        outbox.listen(connection)
        yield BoardFeed(connection)


def make_tree(database: Database, *, generation: int) -> Header:
    """Make the tree of the areas of a generation (docs/architecture.md, "The tree")."""
    with _lost_as_database_error(), database.connect() as connection:
        rows = board_storage.list_tree(connection, generation=generation)
    levels = ["county", "township", "village", "large_grid", "small_grid"]
    return {
        "generation": generation,
        "id": [row.id for row in rows],
        "parent": [row.parent for row in rows],
        "level": [levels.index(row.level) for row in rows],
        "households": [row.households for row in rows],
        "levels": levels,
        "label": {
            str(row.id): [row.name, _round(row.lon), _round(row.lat), [_round(bound) for bound in row.bounds]]
            for row in rows
            if row.name is not None
        },
    }


def _make_board(rows: list[BoardRow]) -> Board:
    """Make the board without the rows that do not fit it: one odd row by SQL must not take the map from all others."""
    try:
        return Board(rows)
    except InputError:
        fitting = []
        for row in rows:
            try:
                check_row(row)
            except InputError as fault:
                logger.error("Left out of the board: %s", fault)
            else:
                fitting.append(row)
        return Board(fitting)


def _make_header(connection: Connection, generation: int) -> Header:
    units = [{**asdict(unit), "colour": make_colour(unit.colour_slot)} for unit in board_storage.list_units(connection)]
    return {
        "generation": generation,
        "units": units,
        "items": [asdict(item) for item in board_storage.list_items(connection)],
        "statuses": STATUSES,
        "channels": CHANNELS,
        "placements": PLACEMENTS,
        "calendar": board_storage.list_working_intervals(connection),
        "working_day_s": board_storage.find_working_day_s(connection),
        "calendar_known_until_s": board_storage.find_calendar_end(connection),
    }


def _round(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, 5)


@contextmanager
def _lost_as_database_error() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise DatabaseError(
            "The database was lost or refused: {cause}.", cause=Technical(str(error).strip())
        ) from error
