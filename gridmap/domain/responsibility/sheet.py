"""A table as it stands in a file, before anything is made of it, and the faults that any table can have."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gridmap.domain.garbled import is_garbled
from gridmap.domain.responsibility.faults import Fault

LONGEST_CELL = 32_767
"""What a cell of a spreadsheet holds."""


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in the file, counted from 1 for the header, and its trimmed texts by column."""

    number: int
    cells: Mapping[str, str]

    def read(self, column: str) -> str:
        """Read a cell; empty where the column is absent."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """The columns in their order, the rows that hold anything, and what the reader of the file found wrong itself."""

    columns: Sequence[str]
    rows: Sequence[SheetRow]
    faults: Sequence[Fault] = ()


def list_sheet_faults(
    sheet: Sheet, *, known: Iterable[str], required: Iterable[str], empty: str = "the file has no row"
) -> list[Fault]:
    """List missing, unknown and repeated columns, garbled or too long texts, and a file without rows."""
    faults = list(sheet.faults)
    names = list(known)
    for name in required:
        if name not in sheet.columns:
            there = ", ".join(filter(None, sheet.columns))[:300]
            faults.append(Fault(1, name, "the column is missing", f"Add it; there are: {there}"))
    for name in sorted({name for name in sheet.columns if name and sheet.columns.count(name) > 1}):
        faults.append(Fault(1, name, "the column comes more than once", "Keep one of them"))
    for name in dict.fromkeys(sheet.columns):
        if name and name not in names:
            faults.append(
                Fault(1, name, "the column is not known and was not read", "Take it out, or name it right", True)
            )
    if not sheet.rows:
        faults.append(Fault(1, "", empty, "Give at least one"))
    for row in sheet.rows:
        for name, text in row.cells.items():
            if name not in names:
                continue
            if is_garbled(text.replace("\n", " ")) or _has_controls(text):
                faults.append(Fault(row.number, name, "the text is garbled", "Save the file anew as CSV UTF-8 or XLSX"))
            elif len(text) > LONGEST_CELL:
                faults.append(Fault(row.number, name, f"{len(text)} characters", f"A cell holds {LONGEST_CELL}"))
    return faults


def _has_controls(text: str) -> bool:
    return not text.isprintable() and any(unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n" for sign in text)
