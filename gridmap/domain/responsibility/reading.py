"""A sheet with one row a duty made into items: every fault at once, or the list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from gridmap.domain.cells import make_flag
from gridmap.domain.clock import Limit
from gridmap.domain.responsibility.columns import FORMER_COLUMNS, LIST_COLUMNS, LIST_REQUIRED
from gridmap.domain.responsibility.drafts import Cells, ItemDraft, gather_items
from gridmap.domain.responsibility.faults import Fault, has_refusal
from gridmap.domain.responsibility.item import Item, Stage
from gridmap.domain.responsibility.parties import make_parties
from gridmap.domain.responsibility.sheet import Sheet, list_sheet_faults
from gridmap.domain.responsibility.words import (
    LEVEL_WORDS,
    UNIT_WORDS,
    is_shorter,
    make_limit_text,
    make_stages,
    make_value,
)
from gridmap.errors import InputError

_Word = TypeVar("_Word")


@dataclass(frozen=True)
class ListReading:
    """What became of a sheet: its items, in their order, unless a fault refuses it; all faults by row."""

    items: tuple[Item, ...]
    faults: tuple[Fault, ...]


def read_list(sheet: Sheet, *, unit_types: Collection[str]) -> ListReading:
    """Make the items of a sheet.

    Parameters
    ----------
    unit_types
        Types that units have: a lead of another type could never be found and is a fault, an assistant a warning.
    """
    if not {"role", "unit_type"} & set(sheet.columns) and set(FORMER_COLUMNS) & set(sheet.columns):
        return ListReading(
            (), (Fault(1, "", "a list with one row an item", "Give one row a duty: docs/responsibility.md"),)
        )
    faults = list_sheet_faults(sheet, known=LIST_COLUMNS, required=LIST_REQUIRED, empty="the list has no item")
    if any(fault.row == 1 and not fault.is_warning for fault in faults):
        return ListReading((), tuple(sorted(faults)))
    items = [_make_item(draft, unit_types, faults) for draft in gather_items(sheet, faults)]
    made = tuple(item for item in items if item is not None)
    return ListReading(() if has_refusal(faults) else made, tuple(sorted(faults)))


def _make_item(draft: ItemDraft, unit_types: Collection[str], faults: list[Fault]) -> Item | None:
    for column in ("class_name", "name"):
        if not draft.read(column):
            faults.append(
                Fault(draft.row, column, f"item {draft.code} has no {column}", "Give it in the item's first row")
            )
    level = _find_word(draft, "level", LEVEL_WORDS, faults)
    stages = _make_stages(draft, faults)
    limit = _make_limit(draft, stages, faults)
    needs_power = _make_needs_power(draft, faults)
    parties = make_parties(draft, unit_types, faults)
    if level is None or limit is None:
        return None
    return Item(
        code=draft.code,
        class_name=draft.read("class_name"),
        name=draft.read("name"),
        level=level,
        limit=limit,
        parties=parties,
        stages=stages,
        legal_basis=draft.read("legal_basis"),
        needs_power=needs_power,
    )


def _find_word(cells: ItemDraft, column: str, words: Mapping[str, _Word], faults: list[Fault]) -> _Word | None:
    text = cells.read(column)
    found = words.get(text.lower())
    if found is None:
        what = f"{text[:40]!r} is no {column}" if text else f"item {cells.code} has no {column}"
        faults.append(Fault(_row_of(cells, column, cells.row), column, what, f"Give one of {', '.join(words)}"))
    return found


def _make_limit(draft: ItemDraft, stages: tuple[Stage, ...], faults: list[Fault]) -> Limit | None:
    value_text, unit_text = draft.read("limit_value"), draft.read("limit_unit")
    if not value_text and not unit_text:
        if stages:
            return stages[-1].limit
        if not draft.read("stages"):
            what = f"item {draft.code} has neither a limit nor stages"
            faults.append(Fault(draft.row, "limit_value", what, "Give limit_value and limit_unit, or stages"))
        return None
    units = ", ".join(UNIT_WORDS)
    unit = UNIT_WORDS.get(unit_text.lower())
    if not unit_text:
        row = _row_of(draft, "limit_value", draft.row)
        faults.append(Fault(row, "limit_unit", f"the limit {value_text[:40]} has no unit", f"Give one of {units}"))
    elif unit is None:
        row = _row_of(draft, "limit_unit", draft.row)
        faults.append(Fault(row, "limit_unit", f"{unit_text[:40]!r} is no unit of a limit", f"Give one of {units}"))
    row = _row_of(draft, "limit_value", _row_of(draft, "limit_unit", draft.row))
    if not value_text:
        faults.append(Fault(row, "limit_value", f"the limit in {unit_text[:40]} has no number", "Give limit_value"))
        return None
    try:
        value = make_value(value_text)
    except InputError as error:
        faults.append(Fault(row, "limit_value", str(error), "Give the number alone; its unit stands in limit_unit"))
        return None
    if unit is None:
        return None
    limit = Limit(value, unit)
    if stages and is_shorter(limit, stages[-1].limit):
        what = f"the limit, {make_limit_text(limit)}, is over before stage {stages[-1].name}"
        faults.append(Fault(row, "limit_value", what, "Leave the limit empty, or give at least the last stage's"))
    return limit


def _make_stages(draft: ItemDraft, faults: list[Fault]) -> tuple[Stage, ...]:
    row = _row_of(draft, "stages", draft.row)
    try:
        stages = make_stages(draft.read("stages"))
    except InputError as error:
        faults.append(Fault(row, "stages", str(error), "Separate stages by ;"))
        return ()
    for one, following in pairwise(stages):
        if is_shorter(following.limit, one.limit):
            what = (
                f"stages out of order: {following.name} ({make_limit_text(following.limit)}) after {one.name} "
                f"({make_limit_text(one.limit)})"
            )
            faults.append(
                Fault(row, "stages", what, "Each counts from the report: give them from the first to the last")
            )
    return stages


def _make_needs_power(draft: ItemDraft, faults: list[Fault]) -> bool:
    try:
        return bool(make_flag(draft.read("needs_power")))
    except InputError as error:
        faults.append(Fault(_row_of(draft, "needs_power", draft.row), "needs_power", str(error), "Give yes or no"))
        return False


def _row_of(cells: Cells, column: str, otherwise: int) -> int:
    return cells.rows.get(column, otherwise)
