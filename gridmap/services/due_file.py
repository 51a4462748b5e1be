"""Due times for the rows of a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import find_due_us, list_faults
from gridmap.domain.due_calendar import DAY_US, US, DueCalendar
from gridmap.domain.due_zone import ZoneTable
from gridmap.errors import InputError
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.due import CsvRows, RowsFile, open_rows

ADDED_COLUMNS = ("due_at", "provisional")
_HAS_OFFSET = r"[T ].*(Z|[+-]\d{2}(:?\d{2})?)$"
_UNITS = tuple(LimitUnit)


@dataclass(frozen=True, kw_only=True)
class DueColumns:
    """Where in the file the start and the limit stand: one limit for all, or a column of numbers."""

    start: str
    start_format: str | None = None
    """As strptime takes it; None is ISO 8601, with or without an offset from UTC."""
    limit: Limit | None = None
    limit_column: str | None = None
    unit_column: str | None = None
    """Of `working_day`, `working_hour`, `calendar_day`; None is working days."""


@dataclass(frozen=True)
class DueReport:
    """What became of the rows: read = written + rejected."""

    read: int
    written: int
    provisional: int
    rejected: int
    rejects_path: Path | None


def write_due_file(csv_path: Path, out_path: Path, *, columns: DueColumns, calendar: DueCalendar) -> DueReport:
    """Write a CSV again with `due_at` (ISO 8601 in the calendar's zone) and `provisional` added, in its order.

    A row whose start or limit can't be used goes to `<out>.rejects.csv` with its number and the reason. The file is
    read in parts, so that its length is of no matter.

    Raises
    ------
    InputError, NotFoundError
        If a file or a column is missing, twice there or can't be read; nothing is written then.
    """
    if out_path.suffix.lower() != ".csv":
        raise InputError(f"--out {out_path.name}: a .csv is written.")
    if out_path.resolve() == csv_path.resolve():
        raise InputError(f"{out_path} is read from: give --out another name.")
    rows = open_rows(csv_path)
    taken = [name for name in ADDED_COLUMNS if name in rows.header]
    if taken:
        raise InputError(f"{csv_path.name} has a column {taken[0]} already. Rename it, so that nothing is lost.")
    reader = _PartReader(rows, columns, calendar)
    rejects_path = out_path.with_name(out_path.name + ".rejects.csv")
    written = provisional = rejected = 0
    with (
        _open_file(out_path, [*rows.header, *ADDED_COLUMNS]) as out,
        _open_file(rejects_path, ["row", "reason", *rows.header]) as rejects,
    ):
        for numbers, cells in rows.read_parts():
            reasons, due_us, is_provisional = reader.find(cells)
            good = reasons == ""
            out.write_columns(
                [
                    *(_pick(cell, good) for cell in cells),
                    _write_instants(due_us[good], calendar.zone),
                    pc.if_else(pa.array(is_provisional[good]), "true", "false"),
                ]
            )
            bad = [pa.array(numbers[~good].astype(str), pa.string()), pa.array(reasons[~good], pa.string())]
            rejects.write_columns([*bad, *(_pick(cell, ~good) for cell in cells)])
            written += int(good.sum())
            provisional += int(is_provisional[good].sum())
            rejected += int((~good).sum())
        for line in rows.bad:
            reason = f"has {line.cells} cells, the header has {len(rows.header)}"
            rejects.write_cells([str(line.row), reason, line.text])
        rejected += len(rows.bad)
    if not rejected:
        # Neither an empty list nor what an earlier run refused is to be left.
        rejects_path.unlink(missing_ok=True)
    return DueReport(written + rejected, written, provisional, rejected, rejects_path if rejected else None)


class _PartReader:
    """Finds the due times of a part of the file."""

    def __init__(self, rows: CsvRows, columns: DueColumns, calendar: DueCalendar) -> None:
        if (columns.limit is None) == (columns.limit_column is None):
            raise InputError("Give one limit for all rows, or the column of the limits.")
        self._columns = columns
        self._calendar = calendar
        self._start = rows.index_of(columns.start)
        self._limit = None if columns.limit_column is None else rows.index_of(columns.limit_column)
        self._unit = None if columns.unit_column is None else rows.index_of(columns.unit_column)

    def find(self, cells: list[Any]) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.bool_]]:
        """Find of each row why it is refused ("" if it is not), when it is due, and whether that is provisional."""
        starts_us, reasons = self._read_starts(cells[self._start])
        values, units = self._read_limits(cells, reasons)
        due_us, is_provisional = np.zeros(len(reasons), np.int64), np.zeros(len(reasons), np.bool_)
        for place, unit in enumerate(_UNITS):
            here = np.flatnonzero((units == place) & (reasons == ""))
            faults = list_faults(starts_us[here], values[here], unit, self._calendar)
            reasons[here] = faults
            here = here[faults == ""]
            if len(here):
                found = find_due_us(starts_us[here], values[here], unit, self._calendar)
                due_us[here], is_provisional[here] = found
        return reasons, due_us, is_provisional

    def _read_starts(self, texts: Any) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        texts = pc.utf8_trim_whitespace(texts)
        form = self._columns.start_format
        read = pd.to_datetime(
            texts.to_pandas().astype(object), format=form or "ISO8601", errors="coerce", utc=True
        ).to_numpy("datetime64[us]")
        missing = np.isnat(read)
        written_us = np.where(missing, 0, read.astype(np.int64))
        if form is None:
            has_offset = pc.match_substring_regex(texts, _HAS_OFFSET).to_numpy(zero_copy_only=False)
        else:
            has_offset = np.full(len(texts), "%z" in form)
        zone = self._calendar.zone
        reasons = np.full(len(texts), "", object)
        reasons[~has_offset & zone.is_skipped(written_us)] = (
            f"the start was never on the wall in {zone.zone.key}: the clocks were put forward"
        )
        form_said = f"of the form {form}" if form else "ISO 8601 such as 2026-11-23T15:00"
        reasons[missing] = f"the start is not {form_said}"
        reasons[(pc.equal(texts, "")).to_numpy(zero_copy_only=False)] = "the start is empty"
        return np.where(has_offset, written_us, zone.to_instant(written_us, is_start=True)), reasons

    def _read_limits(
        self, cells: list[Any], reasons: NDArray[np.object_]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        count = len(reasons)
        units = np.full(count, _UNITS.index(LimitUnit.WORKING_DAY), np.int64)
        if self._columns.limit is not None:
            units[:] = _UNITS.index(self._columns.limit.unit)
            return np.full(count, float(self._columns.limit.value)), units
        assert self._limit is not None  # noqa: S101 - one of the two is given
        values = pd.to_numeric(cells[self._limit].to_pandas(), errors="coerce").to_numpy(np.float64)
        if self._unit is not None:
            words = pc.utf8_trim_whitespace(cells[self._unit])
            found = pc.index_in(words, pa.array([str(unit) for unit in _UNITS]))
            units = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
            reasons[(units < 0) & (reasons == "")] = f"the unit of the limit is none of {', '.join(_UNITS)}"
        reasons[np.isnan(values) & (reasons == "")] = "the limit is not a number"
        return values, units


def _write_instants(instants_us: NDArray[np.int64], zone: ZoneTable) -> Any:
    """Write instants as ISO 8601 with the zone's offset; days and seconds of a day are few, so each is written once."""
    walls = zone.to_wall(instants_us)
    days, day_index = np.unique(walls // DAY_US, return_inverse=True)
    seconds, second_index = np.unique(walls % DAY_US // US, return_inverse=True)
    offsets, offset_index = np.unique((walls - instants_us) // US, return_inverse=True)
    parts = [
        pa.array(np.datetime_as_string(days.astype("datetime64[D]")), pa.string()).take(pa.array(day_index)),
        pa.array([f"T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in seconds.tolist()], pa.string()).take(
            pa.array(second_index)
        ),
    ]
    fraction = walls % US
    if fraction.any():
        written = [f".{one:06}" if one else "" for one in fraction.tolist()]
        parts.append(pa.array(written, pa.string()))
    signed = [f"{'-' if s < 0 else '+'}{abs(s) // 3600:02}:{abs(s) // 60 % 60:02}" for s in offsets.tolist()]
    parts.append(pa.array(signed, pa.string()).take(pa.array(offset_index)))
    return pc.binary_join_element_wise(*parts, "")


def _pick(cells: Any, chosen: NDArray[np.bool_]) -> Any:
    return cells if chosen.all() else cells.filter(pa.array(chosen))


@contextmanager
def _open_file(path: Path, header: list[str]) -> Iterator[RowsFile]:
    with write_whole(path) as growing, growing.open("wb") as opened:
        yield RowsFile(opened, header)
