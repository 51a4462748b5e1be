"""A sheet as XLSX: all cells text, and the same bytes for the same rows. Loaded only when a workbook is at hand."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from gridmap.errors import InputError

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_WIDTHS = {"duty": 40, "name": 24, "legal_basis": 28, "unit_type": 20}


def read_workbook(path: Path, make_cell: Callable[[object], str]) -> list[list[str]]:
    """Read the first sheet, cell by cell made a text.

    Raises
    ------
    InputError
        If it holds no sheet.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl: features of a sheet that it does not keep
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            if not book.worksheets:
                raise InputError(f"{path.name} holds no sheet.")
            sheet = book.worksheets[0]
            # Some programs write a wrong extent; without one all cells are read.
            sheet.reset_dimensions()
            return [[make_cell(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
        finally:
            book.close()


def make_workbook(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Make a workbook of one sheet with a frozen header."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 14)
    header = [WriteOnlyCell(sheet, value=name) for name in columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    template = WriteOnlyCell(sheet)
    # Text, so that a spreadsheet does not cut the zeros of a code that is typed over it.
    template.number_format = "@"
    for row in rows:
        sheet.append([_make_cell(sheet, text, template) if text else None for text in row])
    stream = io.BytesIO()
    book.save(stream)
    return _without_instants(stream.getvalue())


def _make_cell(sheet: Any, text: str, template: Any) -> Any:
    # The style is handed on as a whole: setting the format of each cell took three times as long as the rest.
    made = Cell(sheet, row=1, column=1, style_array=template._style)
    # Set afterwards, with its type: openpyxl would make a formula of a text that begins with `=`.
    made.value = text
    made.data_type = "s"
    return made


def _without_instants(book: bytes) -> bytes:
    """Give the same workbook without the instant of its writing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
