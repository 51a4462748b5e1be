"""A CSV of any length with columns added: read, joined and written in parts, as columns, never as Python rows."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from gridmap.errors import InputError, NotFoundError

_PART_BYTES = 1 << 24
_SAMPLE_BYTES = 1 << 20
_NEEDS_QUOTES = '[",\r\n]'


@dataclass(frozen=True)
class BadLine:
    """A row with too many or too few cells: what follows the fault would be in the wrong column."""

    row: int
    text: str
    cells: int


@dataclass
class CsvRows:
    """The rows of a file, all cells as text; the first under the header is row 2, empty lines are not counted."""

    path: Path
    encoding: str
    header: list[str]
    bad: list[BadLine] = field(default_factory=list)
    """Grows while parts are read."""

    def index_of(self, column: str) -> int:
        """Find the place of a column.

        Raises
        ------
        NotFoundError
            If there is none.
        InputError
            If there are two.
        """
        found = [index for index, name in enumerate(self.header) if name == column]
        if not found:
            raise NotFoundError(f"{self.path.name} has no column {column}; it has {', '.join(self.header) or 'none'}.")
        if len(found) > 1:
            raise InputError(f"{self.path.name} has {len(found)} columns {column}: rename all but one.")
        return found[0]

    def read_parts(self) -> Iterator[tuple[NDArray[np.int64], list[Any]]]:
        """Read part after part: the numbers of its rows, and one Arrow array of text per column.

        Raises
        ------
        InputError
            If the file is no CSV in its encoding.
        """
        names = [str(index) for index in range(len(self.header))]
        try:
            reader = pyarrow.csv.open_csv(
                self.path,
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False,
                    block_size=_PART_BYTES,
                    column_names=names,
                    skip_rows_after_names=1,
                    encoding=self.encoding,
                ),
                parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=self._keep_bad),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
            read = 0
            with reader:
                for batch in reader:
                    yield self._number(read, batch.num_rows), batch.columns
                    read += batch.num_rows
        except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
            # A file with a header alone is a table without rows, and no fault.
            if "Empty CSV" not in str(error):
                raise InputError(
                    f"{self.path.name} can't be read as CSV in {self.encoding}: {error}. Save it again as CSV (UTF-8)."
                ) from error

    def _keep_bad(self, line: Any) -> str:
        self.bad.append(BadLine(line.number or 0, line.text, line.actual_columns))
        return "skip"

    def _number(self, read: int, count: int) -> NDArray[np.int64]:
        # Bad rows were taken out: each good one stands as far down as there are bad ones before it.
        good_before = np.array([line.row - 2 - index for index, line in enumerate(self.bad)], np.int64)
        order = np.arange(read, read + count, dtype=np.int64)
        return order + 2 + np.searchsorted(good_before, order, side="right")


def open_rows(path: Path) -> CsvRows:
    """Read the header of a CSV in UTF-8, with or without BOM, or GB18030.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it is empty or in neither encoding.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.")
    with path.open("rb") as opened:
        sample = opened.read(_SAMPLE_BYTES)
    encoding = _find_encoding(sample, path)
    try:
        with path.open(encoding=encoding, newline="") as opened_text:
            header = next(csv.reader(opened_text), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name} can't be read as CSV in {encoding}: {error}.") from error
    if not header:
        raise InputError(f"{path.name} is empty: not even a line with the names of the columns.")
    # pyarrow takes the mark away itself.
    return CsvRows(path, "utf-8" if encoding == "utf-8-sig" else encoding, [name.strip() for name in header])


class RowsFile:
    """A CSV that grows: UTF-8 with a mark, as Excel wants it."""

    def __init__(self, opened: IO[bytes], header: list[str]) -> None:
        self._opened = opened
        self._opened.write(b"\xef\xbb\xbf" + _make_line(header))

    def write_columns(self, columns: list[Any]) -> None:
        """Write rows given as Arrow arrays of text, one per column (at least two)."""
        if not len(columns[0]):
            return
        cells = [_quote(column) for column in columns]
        cells[-1] = pc.binary_join_element_wise(cells[-1], "\n", "")
        lines = pc.binary_join_element_wise(*cells, ",")
        # The texts of an Arrow array lie one behind the other: that is the file.
        _, bounds, texts = lines.buffers()
        first, last = np.frombuffer(bounds, np.int32)[[lines.offset, lines.offset + len(lines)]]
        self._opened.write(memoryview(texts)[int(first) : int(last)])

    def write_cells(self, cells: list[str]) -> None:
        """Write one row."""
        self._opened.write(_make_line(cells))


def _quote(column: Any) -> Any:
    needs = pc.match_substring_regex(column, _NEEDS_QUOTES)
    if not pc.any(needs, min_count=0).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _make_line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue().encode()


def _find_encoding(sample: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            sample.decode(encoding)
        except UnicodeDecodeError as error:
            # The sample may end within a character.
            if len(sample) < _SAMPLE_BYTES or error.start < len(sample) - 4:
                continue
        return encoding
    raise InputError(f"{path.name} is neither UTF-8 nor GB18030. Save it as CSV UTF-8.")
