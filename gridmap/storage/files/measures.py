"""A table of measures as CSV or XLSX: one line for each row and measure."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from gridmap.errors import InputError
from gridmap.storage.files.atomic import write_whole

Cell = str | int | float | bool | None

# A cell that begins so is run as a formula by a spreadsheet; names are typed by anyone.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def make_csv(header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Make CSV text; a text that a spreadsheet would run as a formula is preceded by an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([[_make_cell(cell) for cell in line] for line in lines])
    return stream.getvalue()


def write_table(path: Path, header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> None:
    """Write it by the suffix of the path, whole or not at all: .csv (UTF-8 with BOM, for Excel) or .xlsx.

    Raises
    ------
    InputError
        If it is another suffix, or can't be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise InputError(f"{path.name}: a table of measures is written as .csv or .xlsx.")
    with write_whole(path) as growing:
        if suffix == ".csv":
            growing.write_bytes(make_csv(header, lines).encode("utf-8-sig"))
            return
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = "measures"
        sheet.freeze_panes = "A2"
        sheet.append(list(header))
        for number, line in enumerate(lines, start=2):
            for column, cell in enumerate(line, start=1):
                made = sheet.cell(number, column)
                made.value = cell
                if isinstance(cell, str):
                    # openpyxl would make a formula of a text that begins with `=`; codes stay texts.
                    made.data_type = "s"
        book.save(growing)


def _make_cell(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell
