"""CSV and XLSX that open right in Excel, the Chinese one too."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from gridmap.domain.export import Column, ColumnType
from gridmap.storage.files.atomic import write_whole

Translate = Callable[[str], str]

# A cell that begins so is run as a formula by a spreadsheet: reports are typed by anyone (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FORMATS = {
    ColumnType.TIME: "yyyy-mm-dd hh:mm:ss",
    ColumnType.DATE: "yyyy-mm-dd",
    ColumnType.REAL: "0.00",
    ColumnType.INTEGER: "0",
    ColumnType.CODE: "@",
    ColumnType.TEXT: "@",
    ColumnType.CHOICE: "@",
}
_WIDTHS = {ColumnType.TIME: 20, ColumnType.CODE: 18, ColumnType.TEXT: 24, ColumnType.DATE: 12}
_DEGREES = {"lon", "lat"}


def write_csv(
    path: Path, frame: gpd.GeoDataFrame, columns: Sequence[Column], *, translate: Translate, zone: ZoneInfo
) -> None:
    """Write CSV in UTF-8 with BOM, which is how Excel knows it, and times in the county's zone.

    Text that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    with write_whole(path) as growing, growing.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([translate(column.title) for column in columns])
        for row in _list_rows(frame, columns, translate=translate, zone=zone):
            writer.writerow([_make_csv_cell(cell) for cell in row])


def write_xlsx(
    path: Path, frame: gpd.GeoDataFrame, columns: Sequence[Column], *, title: str, translate: Translate, zone: ZoneInfo
) -> None:
    """Write one sheet: typed cells, codes as text, times in the county's zone, a frozen header with a filter."""
    book = Workbook(write_only=True)
    # Excel refuses these in the name of a sheet, and more than 31 characters.
    sheet = book.create_sheet("".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31] or "data")
    sheet.freeze_panes = "A2"
    for position, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(column.type, 14)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(frame) + 1}"
    header = [WriteOnlyCell(sheet, value=translate(column.title)) for column in columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for row in _list_rows(frame, columns, translate=translate, zone=zone):
        sheet.append([_make_xlsx_cell(sheet, cell, column) for cell, column in zip(row, columns, strict=True)])
    with write_whole(path) as growing:
        book.save(growing)


def _list_rows(
    frame: gpd.GeoDataFrame, columns: Sequence[Column], *, translate: Translate, zone: ZoneInfo
) -> Iterator[tuple[Any, ...]]:
    cells = [[_make_value(cell, column, translate, zone) for cell in frame[column.name]] for column in columns]
    return zip(*cells, strict=True) if len(frame) else iter(())


def _make_value(cell: Any, column: Column, translate: Translate, zone: ZoneInfo) -> Any:
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return None
    if column.type is ColumnType.CHOICE:
        return translate(f"{column.choice}:{cell}") if cell else ""
    if column.type is ColumnType.BOOLEAN:
        return translate("yes" if cell else "no")
    if column.type is ColumnType.TIME:
        # Spreadsheets have no zones: the county's own clock is what its people read.
        return cell.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if column.type is ColumnType.REAL:
        return round(float(cell), 7 if column.name in _DEGREES else 2)
    return cell


def _make_csv_cell(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _make_xlsx_cell(sheet: Any, cell: Any, column: Column) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str):
        made = WriteOnlyCell(sheet, value="")
        # Set afterwards, with its type: openpyxl would make a formula of a text that begins with `=`.
        made.value = ILLEGAL_CHARACTERS_RE.sub("", cell)[:32767]
        made.data_type = "s"
    else:
        made = WriteOnlyCell(sheet, value=cell)
    made.number_format = "0.000000" if column.name in _DEGREES else _FORMATS.get(column.type, "General")
    return made
