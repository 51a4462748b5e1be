"""Cells of attribute tables as text and whole numbers, whatever type the file gave them."""

import math
import re
from typing import Final

import pandas as pd

from gridmap.errors import InputError

_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
# Above this a float has lost the last digits of a code: 16 digits need more than the 53 bits.
_MAX_EXACT: Final = 2**53
_MAX_COUNT: Final = 2**31 - 1  # what the database's integer holds


def make_text(cell: object) -> str:
    """Make the text of a cell: trimmed, empty for none, and a whole number without `.0`.

    Codes often come as floats (`330106031102.0`), because one empty cell turns a column of integers into floats.
    """
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        if cell.is_integer() and abs(cell) < _MAX_EXACT:
            return str(int(cell))
    return str(cell).strip().strip("\u3000\ufeff").strip()


def is_rounded_by_spreadsheet(code: str) -> bool:
    """Tell whether a code was turned to a number and cut by a spreadsheet, like `3.30106E+11`."""
    return bool(_ROUNDED.fullmatch(code))


def make_count(cell: object) -> int | None:
    """Make a count of zero or more; None for an empty cell.

    Raises
    ------
    InputError
        If it is no whole number, negative, or larger than any count of people and houses.
    """
    text = make_text(cell).replace(",", "")
    if not text:
        return None
    # Not \d: that takes the digits of every script.
    if not re.fullmatch(r"[0-9]+(\.0*)?", text):
        raise InputError(f"{text[:40]!r} is no whole number of zero or more")
    digits = text.split(".", maxsplit=1)[0].lstrip("0") or "0"
    if len(digits) > 10 or int(digits) > _MAX_COUNT:
        raise InputError(f"{text[:40]} is too large for a count (at most {_MAX_COUNT})")
    return int(digits)


def make_flag(cell: object) -> bool | None:
    """Make yes or no; None for an empty cell.

    Raises
    ------
    InputError
        If it is neither.
    """
    text = make_text(cell).lower()
    if not text:
        return None
    if text in {"true", "1", "yes", "y", "t", "是", "有"}:
        return True
    if text in {"false", "0", "no", "n", "f", "否", "无"}:
        return False
    raise InputError(f"{text!r} is neither yes nor no")
