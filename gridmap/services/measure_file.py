"""A table of measures for files: lines of cells, the whole last."""

from pathlib import Path

from gridmap.domain.measures import MEASURES
from gridmap.services.measures import MeasureRow, MeasureTable
from gridmap.storage.files.measures import Cell, make_csv, write_table

HEADER = (
    "row",
    "name",
    "incidents",
    "measure",
    "measure_chinese",
    "numerator",
    "denominator",
    "value",
    "unit",
    "low",
    "high",
    "is_small",
    "held",
)
TOTAL = "total"
"""What the line of the whole is called; no code, day or word is."""


def make_lines(table: MeasureTable) -> list[list[Cell]]:
    """Make one line for each row and measure, then those of the whole. Shares are 0 to 1."""
    lines = [line for row in table.rows for line in _make_row_lines(table, row, row.key)]
    return [*lines, *_make_row_lines(table, table.total, TOTAL)]


def make_measure_csv(table: MeasureTable) -> str:
    """Make CSV text."""
    return make_csv(HEADER, make_lines(table))


def write_measures(path: Path, table: MeasureTable) -> None:
    """Write a CSV or XLSX; raises InputError if it can't be written or is named otherwise."""
    write_table(path, HEADER, make_lines(table))


def _make_row_lines(table: MeasureTable, row: MeasureRow, key: str) -> list[list[Cell]]:
    lines: list[list[Cell]] = []
    for one in table.measures:
        definition, value = MEASURES[one], row.values[one]
        unit = "share" if definition.unit == "%" else definition.unit
        lines.append(
            [
                key,
                row.name,
                row.incidents,
                one.value,
                definition.chinese,
                value.numerator,
                value.denominator,
                value.value,
                unit,
                value.low,
                value.high,
                value.is_small,
                value.held,
            ]
        )
    return lines
