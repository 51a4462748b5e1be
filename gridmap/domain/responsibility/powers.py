"""Powers: which unit may handle which item, from when to when, on trial or for good."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from gridmap.domain.cells import make_flag
from gridmap.domain.responsibility.faults import Fault, has_refusal
from gridmap.domain.responsibility.sheet import Sheet, SheetRow, list_sheet_faults
from gridmap.errors import InputError

POWER_COLUMNS: Final = ("unit_code", "item_code", "first_day", "last_day", "is_trial", "source")
POWER_REQUIRED: Final = ("unit_code", "item_code")
_FIRST = date.min
_LAST = date.max


@dataclass(frozen=True)
class Power:
    """A unit may handle an item from `first_day` to `last_day`, both included; None is without an end."""

    unit_code: str
    item_code: str
    first_day: date | None = None
    last_day: date | None = None
    is_trial: bool = False
    source: str = ""

    @property
    def key(self) -> tuple[str, str, date]:
        """What tells one power from another; also their order."""
        return self.unit_code, self.item_code, self.first_day or _FIRST

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return (self.first_day or _FIRST) <= day <= (self.last_day or _LAST)


@dataclass(frozen=True)
class PowerReading:
    """What became of a sheet of powers; the rows are those of the powers."""

    powers: tuple[Power, ...]
    faults: tuple[Fault, ...]


def has_power(powers: Iterable[Power], unit_code: str, item_code: str, day: date) -> bool:
    """Tell whether one of the powers lets the unit handle the item on the day; the SQL form is `unit_has_power`."""
    return any(
        power.unit_code == unit_code and power.item_code == item_code and power.holds_on(day) for power in powers
    )


def read_powers(
    sheet: Sheet, *, unit_codes: Collection[str], item_codes: Collection[str], known: Iterable[Power] = ()
) -> PowerReading:
    """Make the powers of a sheet: every fault at once, or the powers.

    Parameters
    ----------
    item_codes
        Of the current list; an item that is on none can still be handed down for a list to come: a warning.
    known
        Powers that are stored: one of the same unit, item and first day is replaced by the sheet's, the others must
        not overlap with it.
    """
    faults = list_sheet_faults(sheet, known=POWER_COLUMNS, required=POWER_REQUIRED)
    if any(fault.row == 1 and not fault.is_warning for fault in faults):
        return PowerReading((), tuple(sorted(faults)))
    rows: dict[tuple[str, str, date], int] = {}
    powers: dict[tuple[str, str, date], Power] = {power.key: power for power in known}
    for row in sheet.rows:
        power = _make_power(row, unit_codes, item_codes, faults)
        if power is None:
            continue
        if power.key in rows:
            what = (
                f"unit {power.unit_code} and item {power.item_code} stand in row {rows[power.key]} with this first day"
            )
            faults.append(Fault(row.number, "first_day", what, "Keep one of the two"))
            continue
        rows[power.key] = row.number
        powers[power.key] = power
    faults += _list_overlaps(powers, rows)
    made = tuple(powers[key] for key in rows)
    return PowerReading(() if has_refusal(faults) else made, tuple(sorted(faults)))


def make_power_rows(powers: Iterable[Power]) -> list[list[str]]:
    """Make the rows of a file of powers, cells in the order of `POWER_COLUMNS`."""
    return [
        [
            power.unit_code,
            power.item_code,
            power.first_day.isoformat() if power.first_day else "",
            power.last_day.isoformat() if power.last_day else "",
            "yes" if power.is_trial else "no",
            power.source,
        ]
        for power in powers
    ]


def _make_power(
    row: SheetRow, unit_codes: Collection[str], item_codes: Collection[str], faults: list[Fault]
) -> Power | None:
    unit_code, item_code = row.read("unit_code"), row.read("item_code")
    before = len(faults)
    if not unit_code:
        faults.append(Fault(row.number, "unit_code", "no unit_code", "Give the code of a unit"))
    elif unit_code not in unit_codes:
        what = f"there is no unit {unit_code[:60]}"
        faults.append(Fault(row.number, "unit_code", what, "Import the unit first, or correct its code"))
    if not item_code:
        faults.append(Fault(row.number, "item_code", "no item_code", "Give the code of an item"))
    first, last = (_make_day(row, column, faults) for column in ("first_day", "last_day"))
    if first and last and last < first:
        what = f"it ends on {last}, before its first day {first}"
        faults.append(Fault(row.number, "last_day", what, "Both days are included; leave it empty for no end"))
    try:
        is_trial = bool(make_flag(row.read("is_trial")))
    except InputError as error:
        faults.append(Fault(row.number, "is_trial", str(error), "Give yes or no"))
        is_trial = False
    if is_trial and not last and not row.read("last_day"):
        what = "a trial without a last day"
        faults.append(Fault(row.number, "last_day", what, "Say when it ends, or that it is no trial", True))
    if len(faults) > before and has_refusal(faults[before:]):
        return None
    if item_code not in item_codes:
        what = f"item {item_code[:60]} is not on the current list"
        faults.append(Fault(row.number, "item_code", what, "It has no effect until a list holds it", True))
    return Power(unit_code, item_code, first, last, is_trial, row.read("source"))


def _make_day(row: SheetRow, column: str, faults: list[Fault]) -> date | None:
    text = row.read(column)
    if not text:
        return None
    try:
        # A date of a spreadsheet comes with the midnight that it is stored with.
        day = date.fromisoformat(text.removesuffix(" 00:00:00").replace("/", "-"))
    except ValueError:
        day = None
    if day is None or not 1949 <= day.year <= 2999:
        faults.append(Fault(row.number, column, f"{text[:40]!r} is no day", "Give it as 2026-03-01"))
        return None
    return day


def _list_overlaps(powers: dict[tuple[str, str, date], Power], rows: dict[tuple[str, str, date], int]) -> list[Fault]:
    by_pair: dict[tuple[str, str], list[Power]] = defaultdict(list)
    for key in sorted(powers):
        by_pair[key[:2]].append(powers[key])
    faults = []
    for of_pair in by_pair.values():
        for one, following in pairwise(of_pair):
            if (one.last_day or _LAST) < (following.first_day or _FIRST):
                continue
            row = max(rows.get(one.key, 0), rows.get(following.key, 0))
            if row:
                ends = (following.first_day or _FIRST) - timedelta(days=1)
                what = (
                    f"unit {one.unit_code} has item {one.item_code} from {one.first_day or 'ever'} to "
                    f"{one.last_day or 'no end'}, and again from {following.first_day or 'ever'}"
                )
                faults.append(Fault(row, "first_day", what, f"Let the earlier one end on {ends}, or take one out"))
    return faults
