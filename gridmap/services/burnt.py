"""Who burnt the time of the last 30 days: beside who holds what is overdue now, whose hands it went through."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from gridmap.services.tiles import Database
from gridmap.services.transaction import transaction
from gridmap.storage import burnt as storage
from gridmap.storage.burnt import BurntRow

DAYS = 30
"""The period that the screens show."""

_HOUR_S = 3600.0


@dataclass(frozen=True)
class Burnt:
    """What units burnt in a period, in working hours, rounded to a tenth.

    `units` are (unit id, hours, of them after the due time), those with the most overdue hours first; 0 is the command
    centre where no unit stands for it. `areas` are (area id, unit id, hours after the due time) by the finest area; 0
    is none.
    """

    days: int
    units: list[tuple[int, float, float]]
    areas: list[tuple[int, int, float]]


def read_burnt(database: Database, *, at: datetime | None = None, days: int = DAYS) -> Burnt:
    """Read what units burnt in the days before an instant (aware; None is now): the same as `ledger.list_burnt`."""
    until = datetime.now(UTC) if at is None else at
    with transaction(database) as connection:
        return sum_burnt(storage.list_burnt_rows(connection, since=until - timedelta(days=days), until=until), days)


def sum_burnt(rows: Iterable[BurntRow], days: int) -> Burnt:
    """Sum rows by unit, and by area and unit."""
    working: dict[int, float] = defaultdict(float)
    overdue: dict[int, float] = defaultdict(float)
    areas: dict[tuple[int, int], float] = defaultdict(float)
    for row in rows:
        if row.area_id is None:
            working[row.unit_id] += row.seconds
        else:
            overdue[row.unit_id] += row.seconds
            areas[row.area_id, row.unit_id] += row.seconds
    units = sorted(working, key=lambda unit: (-overdue[unit], -working[unit], unit))
    return Burnt(
        days=days,
        units=[(unit, _count_hours(working[unit]), _count_hours(overdue[unit])) for unit in units],
        areas=[(*key, _count_hours(seconds)) for key, seconds in sorted(areas.items()) if seconds >= _HOUR_S / 20],
    )


def read_standing_figures(database: Database) -> dict[str, int]:
    """Read how many cards of today stand, by kind, and how many incidents wait in queues."""
    with transaction(database) as connection:
        return asdict(storage.read_standing(connection))


def _count_hours(seconds: float) -> float:
    return round(seconds / _HOUR_S, 1)
