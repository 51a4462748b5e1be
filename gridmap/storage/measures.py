"""The counts that measures are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import args_row

from gridmap.domain.measures import COUNTED_MEASURES, MAX_HOUSEHOLDS, MIN_HOUSEHOLDS, Dimension, MeasureId
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class Scope:
    """What is asked: rows, filters (codes, None does not restrict), the reports from `since` to before `until`, and the
    instant whose knowledge counts.
    """

    by: Dimension
    area: str | None
    unit: str | None
    item: str | None
    since: datetime | None
    until: datetime | None
    as_of: datetime

    def make_values(self) -> dict[str, Any]:
        """Make the parameters of a statement."""
        return {
            "by": self.by.value,
            "area": self.area,
            "unit": self.unit,
            "item": self.item,
            "since": "-infinity" if self.since is None else self.since,
            "until": "infinity" if self.until is None else self.until,
            "as_of": self.as_of,
            "end": self.as_of if self.until is None else min(self.until, self.as_of),
        }


@dataclass(frozen=True)
class Known:
    """Facts that a question needs, and whether what it names exists."""

    small_number: int
    now: datetime
    centre_code: str | None
    has_area: bool
    has_unit: bool
    has_item: bool


@dataclass(frozen=True)
class IncidentCounts:
    """One row of counted incidents; a key of None are those whose point is not good enough for such a row.

    Rows by unit say who returned an incident, and may count it twice; `returned_once` of all rows add up to the whole.
    """

    key: str | None
    incidents: int
    handled: int
    counts: dict[MeasureId, tuple[int, int]]
    returned_once: tuple[int, int]


@dataclass(frozen=True)
class Hours:
    """Working hours of one row, or of all: burnt, of how many incidents, and those of what the unit holds now.

    The last is None unless the rows are units.
    """

    key: str | None
    is_total: bool
    burnt_h: float
    incidents: int
    held_h: float | None


@dataclass(frozen=True)
class GridCounts:
    """The grids of one row; households of small grids whose number is known, and teams that are known."""

    key: str
    households: int | None
    grid_households: int | None
    grids: int
    grids_in_band: int
    without_team: int
    with_known_team: int


def prepare_reading(connection: Connection) -> None:
    """Begin a transaction that reads one state of the database, with the room that sorts of 200,000 incidents need.

    Compiling a plan takes longer than running it (measured: 1 to 3 s).
    """
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.execute("SET LOCAL work_mem = '64MB'")
    connection.execute("SET LOCAL jit = off")


def find_known(connection: Connection, *, area: str | None, unit: str | None, item: str | None) -> Known:
    """Find the facts of a question."""
    values = {"area": area, "unit": unit, "item": item}
    with connection.cursor(row_factory=args_row(Known)) as cursor:
        [known] = cursor.execute(read_statement("measures/find_known"), values).fetchall()
    return known


def count_incidents(connection: Connection, scope: Scope) -> list[IncidentCounts]:
    """Count incidents, one row for each key."""
    cursor = connection.execute(read_statement("measures/count_incidents"), scope.make_values())
    names = [column.name for column in cursor.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    return [
        IncidentCounts(
            row["key"],
            row["incidents"],
            row["counted"],
            {
                one: (row[one.value], row[f"of_{one.value}"])
                for one in COUNTED_MEASURES - {MeasureId.INCIDENTS_PER_100_HOUSEHOLDS}
            },
            (row["returned_once"], row["of_returned_once"]),
        )
        for row in found
    ]


def count_repeats(connection: Connection, scope: Scope) -> dict[str | None, tuple[int, int]]:
    """Count the repeats of each key, and of how many."""
    rows = connection.execute(read_statement("measures/count_repeats"), scope.make_values())
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def sum_burnt(connection: Connection, scope: Scope) -> list[Hours]:
    """Sum the working hours of the period, which `since` and `until` bound here, by who burnt them."""
    return _make_hours(connection.execute(read_statement("measures/sum_burnt"), scope.make_values()), scope)


def sum_overdue(connection: Connection, scope: Scope) -> list[Hours]:
    """Sum the working hours after their due time of the incidents that are overdue at the instant."""
    return _make_hours(connection.execute(read_statement("measures/sum_overdue"), scope.make_values()), scope)


def count_grids(connection: Connection, scope: Scope) -> dict[str, GridCounts]:
    """Count households and teams by the areas of a level; other rows get one answer, with an empty key."""
    values = {**scope.make_values(), "least_households": MIN_HOUSEHOLDS, "most_households": MAX_HOUSEHOLDS}
    rows = connection.execute(read_statement("measures/count_grids"), values)
    return {str(row[0]): GridCounts(*row) for row in rows}


def list_names(connection: Connection, scope: Scope) -> dict[str, str]:
    """List what the keys of units, areas and items are called."""
    return {
        str(row[0]): str(row[1])
        for row in connection.execute(read_statement("measures/list_names"), scope.make_values())
    }


def _make_hours(rows: Iterable[tuple[Any, ...]], scope: Scope) -> list[Hours]:
    is_by_unit = scope.by is Dimension.UNIT
    return [
        Hours(
            key, is_total, float(burnt_s or 0) / 3600, int(incidents), float(held_s or 0) / 3600 if is_by_unit else None
        )
        for key, is_total, burnt_s, incidents, held_s in rows
    ]
