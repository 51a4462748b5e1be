"""Units and jurisdictions: columns of their frames, letters, colour slots, and the faults of rows."""

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from gridmap.domain.cells import make_text
from gridmap.domain.garbled import is_garbled

UNIT_COLUMNS: Final = (
    "code",
    "name",
    "short_name",
    "letter",
    "unit_type",
    "level",
    "township_code",
    "telephone",
    "colour_slot",
)
UNIT_REQUIRED: Final = ("code", "name", "unit_type", "level")
JURISDICTION_REQUIRED: Final = ("code", "name", "kind", "unit_code")

_LETTER = re.compile(r"[A-Z0-9]{1,4}")
_LEVELS = {"county", "township"}
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def list_unit_faults(units: pd.DataFrame) -> list[str]:
    """List every fault of a frame of units, each with its row."""
    faults = _list_common_faults(units, UNIT_REQUIRED)
    for row, unit in units.iterrows():
        letter = make_text(unit.get("letter"))
        if letter and not _LETTER.fullmatch(letter):
            faults.append(f"row {row}: letter {letter!r} is not one to four of A-Z and 0-9")
        if make_text(unit.get("level")) == "township" and not make_text(unit.get("township_code")):
            faults.append(f"row {row}: a unit of level township needs a township_code")
    given = units["letter"].map(make_text) if "letter" in units else pd.Series(dtype=object)
    for letter in sorted(set(given[given.duplicated() & (given != "")])):
        faults.append(f"letter {letter} is used {int((given == letter).sum())} times: letters are unique")
    return faults


def list_jurisdiction_faults(jurisdictions: pd.DataFrame, unit_codes: Iterable[str]) -> list[str]:
    """List every fault of the attributes of jurisdictions, each with its row."""
    faults = _list_common_faults(jurisdictions, JURISDICTION_REQUIRED)
    known = set(unit_codes)
    for row, given in jurisdictions.iterrows():
        code = make_text(given.get("unit_code"))
        if code and code not in known:
            faults.append(f"row {row}: there is no unit {code}")
    return faults


def make_letters(units: pd.DataFrame, taken: Iterable[str]) -> list[str]:
    """Make a letter code for each unit that has none: A to Z, then AA to ZZ and so on, skipping those taken.

    Two units must never share one: the letter is what tells them apart for those who see no difference of colour.
    """
    given = [make_text(cell) for cell in units["letter"]] if "letter" in units else [""] * len(units)
    used = {*taken, *given}
    free = (letter for letter in _list_letters() if letter not in used)
    return [letter or next(free) for letter in given]


def _list_letters() -> Iterable[str]:
    names = [""]
    while True:
        names = [name + letter for name in names for letter in _ALPHABET]
        yield from names


def _list_common_faults(frame: pd.DataFrame, required: tuple[str, ...]) -> list[str]:
    absent = [name for name in required if name not in frame.columns]
    if absent:
        return [f"column {', '.join(absent)} is missing; there are: {', '.join(map(str, frame.columns))}"]
    faults = []
    for row, given in frame.iterrows():
        empty = [name for name in required if not make_text(given[name])]
        if empty:
            faults.append(f"row {row}: no {', '.join(empty)}")
        garbled = [
            str(name) for name, cell in given.items() if isinstance(cell, str) and is_garbled(cell.replace("\n", " "))
        ]
        if garbled:
            faults.append(f"row {row}: garbled text in {', '.join(garbled)}")
        if "level" in required and make_text(given["level"]) not in _LEVELS | {""}:
            faults.append(f"row {row}: level {make_text(given['level'])!r} is neither county nor township")
    codes = frame["code"].map(make_text)
    for code in sorted(set(codes[codes.duplicated() & (codes != "")])):
        faults.append(f"code {code} is used {int((codes == code).sum())} times: codes are unique")
    return faults
