"""What the board is loaded from."""

from collections.abc import Iterable
from dataclasses import dataclass

from gridmap.domain.board import CHANNELS, PLACEMENTS, STATUSES, BoardRow
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement

_LISTS = {"statuses": list(STATUSES), "channels": list(CHANNELS), "placements": list(PLACEMENTS)}


@dataclass(frozen=True)
class UnitFact:
    """A responsible unit as the browser needs it."""

    id: int
    code: str
    letter: str
    name: str
    short_name: str
    unit_type: str
    level: str
    township_code: str
    colour_slot: int


@dataclass(frozen=True)
class ItemFact:
    """An item of the responsibility list as the browser needs it."""

    id: int
    code: str
    name: str
    class_name: str


@dataclass(frozen=True)
class TreeRow:
    """An area in the tree: `parent` 0 for none; name and label point (lon, lat, EPSG:4490) of the upper levels only."""

    id: int
    parent: int
    level: str
    households: int
    name: str | None
    lon: float | None
    lat: float | None
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class DayFigures:
    """Counts of today, in the county's zone."""

    reported_today: int
    accepted_today: int
    dispatched_today: int
    dispatched_in_time: int
    resolved_today: int
    resolved_in_time: int
    same_day: int


def list_open_rows(connection: Connection) -> list[BoardRow]:
    """List all open incidents by id."""
    rows = connection.execute(read_statement("board/list_open"), _LISTS)
    return list(map(BoardRow._make, rows.fetchall()))


def list_rows_by_id(connection: Connection, ids: Iterable[int]) -> list[BoardRow]:
    """List those of the incidents that are open; the others are not in the answer."""
    rows = connection.execute(read_statement("board/list_by_id"), {**_LISTS, "ids": list(ids)})
    return list(map(BoardRow._make, rows.fetchall()))


def find_generation(connection: Connection) -> int:
    """Find the id of today's generation; 0 when none is published."""
    return _read_number(connection, "board/find_generation")


def list_units(connection: Connection) -> list[UnitFact]:
    """List all units by id."""
    return [UnitFact(*row) for row in connection.execute(read_statement("board/list_units"))]


def list_items(connection: Connection) -> list[ItemFact]:
    """List the items of all versions of the list by id."""
    return [ItemFact(*row) for row in connection.execute(read_statement("board/list_items"))]


def list_working_intervals(connection: Connection) -> list[tuple[int, int]]:
    """List the working intervals from a year ago to a year ahead: start and end in epoch seconds."""
    return [(row[0], row[1]) for row in connection.execute(read_statement("board/list_working_intervals"))]


def find_calendar_end(connection: Connection) -> int:
    """Find the end of the published calendar in epoch seconds; 0 when there is none."""
    return _read_number(connection, "board/find_calendar_end")


def find_working_day_s(connection: Connection) -> int:
    """Find the working seconds of one working day."""
    return _read_number(connection, "board/find_working_day")


def list_tree(connection: Connection, *, generation: int) -> list[TreeRow]:
    """List the areas of a generation but its special grids, by id."""
    rows = connection.execute(read_statement("board/list_tree"), {"generation": generation})
    return [
        TreeRow(row[0], row[1], row[2], row[3], row[4], row[5], row[6], (row[7], row[8], row[9], row[10]))
        for row in rows
    ]


def read_day_figures(connection: Connection) -> DayFigures:
    """Read today's counts, a day being one of the county's zone."""
    row = connection.execute(read_statement("board/read_figures")).fetchone()
    assert row is not None  # noqa: S101  aggregates have one row
    return DayFigures(*row)


def list_hours(connection: Connection) -> list[tuple[int, int, int]]:
    """List the last 24 hours: start in epoch seconds, reported, resolved."""
    return [(row[0], row[1], row[2]) for row in connection.execute(read_statement("board/list_hours"))]


def _read_number(connection: Connection, statement: str) -> int:
    row = connection.execute(read_statement(statement)).fetchone()
    assert row is not None  # noqa: S101  each of these statements has one row
    return int(row[0])
