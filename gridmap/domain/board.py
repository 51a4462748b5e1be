"""The board: all open incidents as columns in memory.

One array per column with free slots, so that a changed row costs microseconds whatever the size of the board.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.incidents import Channel, Placement, Status
from gridmap.errors import InputError

NO_POINT = -(2**31)
"""`x` and `y` of an incident without a point."""
NO_TIME = 2**32 - 1
"""`near`, `due` and `twice` when the calendar does not reach so far."""

STATUSES = tuple(status.value for status in Status)
CHANNELS = tuple(channel.value for channel in Channel)
PLACEMENTS = tuple(placement.value for placement in Placement)


class BoardRow(NamedTuple):
    """One open incident, in the order in which the live channel sends it.

    `area`, `unit` and `item` are ids, 0 for none; `x`, `y` lon and lat (EPSG:4490) in 1e-5 degree; `status`, `channel`
    and `placement` indices into STATUSES, CHANNELS and PLACEMENTS; `flags` bit 0 a provisional due time, bits 2 and 3
    an open request for a pause, for an extension; `reported` in epoch seconds; `near`, `due`, `twice` in seconds after
    `reported`.
    """

    id: int
    area: int
    x: int
    y: int
    unit: int
    item: int
    status: int
    channel: int
    placement: int
    flags: int
    reported: int
    near: int
    due: int
    twice: int


class Column(NamedTuple):
    """How one column is kept, and whether it is sent as the difference to the previous row."""

    name: str
    dtype: str
    is_delta: bool = False


COLUMNS = (
    Column("id", "<u4", is_delta=True),
    Column("area", "<u4"),
    Column("x", "<i4"),
    Column("y", "<i4"),
    Column("unit", "<u2"),
    Column("item", "<u2"),
    Column("status", "<u1"),
    Column("channel", "<u1"),
    Column("placement", "<u1"),
    Column("flags", "<u1"),
    Column("reported", "<u4", is_delta=True),
    Column("near", "<u4"),
    Column("due", "<u4"),
    Column("twice", "<u4"),
)

assert tuple(column.name for column in COLUMNS) == BoardRow._fields  # noqa: S101  one order, written twice

Columns = dict[str, NDArray[np.generic]]


class Board:
    """Open incidents by id. Not safe for threads: its owner holds a lock."""

    def __init__(self, rows: list[BoardRow] | None = None) -> None:
        self._slots: dict[int, int] = {}
        self._free: list[int] = []
        self._columns = _make_columns(1024)
        if rows:
            self._fill(rows)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, incident_id: int) -> bool:
        return incident_id in self._slots

    def __iter__(self) -> Iterator[int]:
        return iter(self._slots)

    def find_row(self, incident_id: int) -> BoardRow | None:
        """Find the row of an incident; None when it is not open."""
        slot = self._slots.get(incident_id)
        if slot is None:
            return None
        return BoardRow(*(int(self._columns[name][slot]) for name in BoardRow._fields))

    def put(self, row: BoardRow) -> bool:
        """Insert or replace a row. Answers whether anything changed.

        Raises
        ------
        InputError
            If a value does not fit its column (an id beyond 2^32, a unit or item id beyond 65,535).
        """
        slot = self._slots.get(row.id)
        if slot is not None and self.find_row(row.id) == row:
            return False
        check_row(row)
        if slot is None:
            slot = self._free.pop() if self._free else self._grow()
            self._slots[row.id] = slot
        for name, value in zip(BoardRow._fields, row, strict=True):
            self._columns[name][slot] = value
        return True

    def remove(self, incident_id: int) -> bool:
        """Remove a row. Answers whether it was there."""
        slot = self._slots.pop(incident_id, None)
        if slot is None:
            return False
        self._columns["id"][slot] = 0
        self._free.append(slot)
        return True

    def copy_columns(self) -> Columns:
        """Copy the rows as columns sorted by id: arrays of one length, in the order of COLUMNS."""
        ids = self._columns["id"]
        slots = np.flatnonzero(ids)
        slots = slots[np.argsort(ids[slots], kind="stable")]
        return {name: values[slots] for name, values in self._columns.items()}

    def count_not_on_map(self) -> int:
        """Count the rows in no grid or with an imprecise point."""
        placement = self._columns["placement"].astype(np.uint8)
        is_off = placement >= PLACEMENTS.index("outside")
        return int(np.count_nonzero(is_off & (self._columns["id"] != 0)))

    def _fill(self, rows: list[BoardRow]) -> None:
        table = np.array(rows, dtype=np.int64)
        self._columns = _make_columns(max(1024, len(rows) * 5 // 4))
        for number, column in enumerate(COLUMNS):
            values = table[:, number]
            limits = np.iinfo(column.dtype)
            wrong = (values < limits.min) | (values > limits.max)
            if column.name == "id":
                wrong |= values <= 0
            if wrong.any():
                check_row(rows[int(np.flatnonzero(wrong)[0])])
            self._columns[column.name][: len(rows)] = values
        self._slots = {int(row[0]): slot for slot, row in enumerate(rows)}
        if len(self._slots) != len(rows):
            raise InputError("Board: an incident id came twice.")
        capacity = len(self._columns["id"])
        self._free = list(range(capacity - 1, len(rows) - 1, -1))

    def _grow(self) -> int:
        used = len(self._slots)
        capacity = len(self._columns["id"])
        if used == capacity:
            wider = _make_columns(capacity * 2)
            for name, values in self._columns.items():
                wider[name][:capacity] = values
            self._columns = wider
            capacity *= 2
        # Only reached without free slots: every slot below `used` is taken.
        self._free = list(range(capacity - 1, used, -1))
        return used


def check_row(row: BoardRow) -> None:
    """Check that each value fits its column.

    Raises
    ------
    InputError
        Names the incident and the column.
    """
    for column, value in zip(COLUMNS, row, strict=True):
        limits = np.iinfo(column.dtype)
        if not limits.min <= value <= limits.max or (column.name == "id" and value == 0):
            raise InputError(
                f"Incident {row.id}: {column.name} {value} does not fit the board ({limits.min} to {limits.max})."
            )


def _make_columns(capacity: int) -> dict[str, NDArray[np.generic]]:
    return {column.name: np.zeros(capacity, dtype=column.dtype) for column in COLUMNS}
