"""Sheets that people edit: CSV and XLSX in and out, every cell a text, what is written read again as it was."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from gridmap.domain.cells import make_text
from gridmap.domain.responsibility.faults import Fault
from gridmap.domain.responsibility.sheet import Sheet, SheetRow
from gridmap.errors import InputError, NotFoundError
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.encodings import find_text_encoding

# A cell that begins so is run as a formula by a spreadsheet. One apostrophe more or less keeps the text itself apart.
_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20]")


def read_sheet(path: Path, *, titles: Mapping[str, str] | None = None) -> Sheet:
    """Read a CSV (UTF-8 or GB18030) or the first sheet of an XLSX.

    Parameters
    ----------
    titles
        Other titles of columns and the names that they stand for.

    Returns
    -------
    Sheet
        Its rows carry the numbers that a spreadsheet shows; rows without any text are left out. A row with more cells
        than the header is a fault of the sheet.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it is neither, can't be read, or has no header.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.")
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise InputError(f"{path.name}: a table is a .csv or .xlsx file.")
    try:
        lines = _read_csv(path) if suffix == ".csv" else _read_xlsx(path)
    except (csv.Error, zipfile.BadZipFile, ParseError, KeyError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} can't be read: {error}. Save it again as CSV (UTF-8) or XLSX.") from error
    if not lines or not any(lines[0]):
        raise InputError(f"{path.name} has no header: the first row names the columns.")
    names = [(titles or {}).get(title, title) for title in lines[0]]
    while not names[-1]:
        names.pop()
    rows = []
    faults = []
    for number, cells in enumerate(lines[1:], start=2):
        if any(cells[len(names) :]):
            faults.append(
                Fault(number, "", f"{len(cells)} cells for {len(names)} columns", "Put texts with commas in quotes")
            )
        if any(cells):
            # The first of two columns of one name counts; the second is a fault already.
            named: dict[str, str] = {}
            for name, cell in zip(names, cells, strict=False):
                named.setdefault(name, cell)
            rows.append(SheetRow(number, named))
    return Sheet(names, rows, faults)


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "list") -> None:
    """Write rows of texts as CSV (UTF-8 with a mark, as Excel wants it) or XLSX (all cells text), by the name's ending.

    The same rows give the same bytes: no instant is written.

    Raises
    ------
    InputError
        If the name ends otherwise, or the file can't be written.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise InputError(f"{path.name}: name a .csv or .xlsx file.")
    if suffix == ".csv":
        content = _make_csv(columns, rows)
    else:
        from gridmap.storage.files.workbook import make_workbook

        content = make_workbook(columns, rows, title)
    with write_whole(path) as growing:
        growing.write_bytes(content)


def write_fault_rows(path: Path, sheet: Sheet, faults: Iterable[Fault]) -> None:
    """Write the faults as CSV: row, column, reason, what to do, and the row's own cells as they were read."""
    by_number = {row.number: row for row in sheet.rows}
    own = [name for name in dict.fromkeys(sheet.columns) if name]
    rows = []
    for fault in faults:
        row = by_number.get(fault.row)
        kind = "warning" if fault.is_warning else "fault"
        cells = [row.read(name) if row else "" for name in own]
        rows.append([str(fault.row), fault.column, kind, fault.what, fault.to_do, *cells])
    write_sheet(path, ["row", "column", "outcome", "reason", "what_to_do", *(f"given_{name}" for name in own)], rows)


def _read_csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    text = raw.decode(find_text_encoding(raw, path.name)).replace("\r\n", "\n").replace("\r", "\n")
    return [[_take_apart(_make_cell(cell)) for cell in line] for line in csv.reader(io.StringIO(text), strict=True)]


def _read_xlsx(path: Path) -> list[list[str]]:
    from gridmap.storage.files.workbook import read_workbook

    return read_workbook(path, _make_cell)


def _make_cell(cell: object) -> str:
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return make_text(cell).replace("\r\n", "\n").replace("\r", "\n")


def _take_apart(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _make_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return stream.getvalue().encode("utf-8-sig")
