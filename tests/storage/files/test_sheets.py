"""Sheets in and out: texts as they were, the numbers of rows, and files that are none."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.domain.responsibility.faults import Fault
from gridmap.errors import InputError, NotFoundError
from gridmap.storage.files.sheets import read_sheet, write_fault_rows, write_sheet

texts = st.text("甲乙ab01=+-@'\"，,;_x \n\uff1d", max_size=8).map(str.strip)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.text("ab'=+1", min_size=1), texts, texts), min_size=1, max_size=5))
def test_texts_come_back(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    for name in ("t.csv", "t.xlsx"):
        write_sheet(tmp_path / name, ["a", "b", "c"], rows)
        read = read_sheet(tmp_path / name)
        assert read.columns == ["a", "b", "c"]
        assert [tuple(row.read(column) for column in "abc") for row in read.rows] == rows
        assert [row.number for row in read.rows] == list(range(2, len(rows) + 2))


def test_nothing_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    write_sheet(tmp_path / "t.csv", ["a"], [["=1+1"], ["'=1"], ["+86"], ["x=1"], ["it's"]])
    assert (tmp_path / "t.csv").read_bytes() == b"\xef\xbb\xbfa\n'=1+1\n''=1\n'+86\nx=1\nit's\n"
    write_sheet(tmp_path / "t.xlsx", ["a"], [["=1+1"], ["007"]])
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [
        ("=1+1", "s", "@"),
        ("007", "s", "@"),
    ]


def test_rows_keep_the_numbers_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes('编码, b ,,\r\n1,"x\r\ny",,\r\n\r\n,,,\r\n2,z,,more\r\n'.encode("gb18030"))
    sheet = read_sheet(path, titles={"编码": "code"})
    assert sheet.columns == ["code", "b"]
    # A cell of two lines is one row of a spreadsheet; empty rows count and are not rows of the list.
    assert [(row.number, dict(row.cells)) for row in sheet.rows] == [
        (2, {"code": "1", "b": "x\ny"}),
        (5, {"code": "2", "b": "z"}),
    ]
    assert [(fault.row, fault.what) for fault in sheet.faults] == [(5, "4 cells for 2 columns")]


def test_cells_of_a_workbook_that_people_typed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["code", "limit", "day", "at", "yes", "none"])
    book.active.append([101, 3.0, date(2026, 3, 1), datetime(2026, 3, 1), True, None])
    book.active.append(["007", 0.5, "2026-03-01", None, False, "  x  "])
    book.save(tmp_path / "t.xlsx")
    sheet = read_sheet(tmp_path / "t.xlsx")
    assert [[row.read(column) for column in sheet.columns] for row in sheet.rows] == [
        ["101", "3", "2026-03-01", "2026-03-01", "yes", ""],
        ["007", "0.5", "2026-03-01", "", "no", "x"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("none.csv", None, NotFoundError, "There is no file"),
        ("t.txt", b"a,b\n", InputError, r"a table is a \.csv or \.xlsx file"),
        ("t.csv", b"", InputError, "has no header"),
        ("t.csv", b",,\n1,2,3\n", InputError, "has no header"),
        ("t.csv", b"a,b\n\xff\xff\xff\xff\n", InputError, "neither UTF-8 nor GB18030"),
        ("t.csv", b'a,b\n"x"y,z\n', InputError, "can't be read"),
        ("t.xlsx", b"a,b\n", InputError, "can't be read"),
    ],
)
def test_what_is_no_sheet(tmp_path: Path, name: str, content: bytes | None, error: type[Exception], words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=words):
        read_sheet(tmp_path / name)


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"name a \.csv or \.xlsx"):
        write_sheet(tmp_path / "t.txt", ["a"], [["1"]])
    with pytest.raises(InputError, match="there is no folder"):
        write_sheet(tmp_path / "none" / "t.csv", ["a"], [["1"]])


def test_faults_stand_beside_their_rows(tmp_path: Path) -> None:
    write_sheet(tmp_path / "t.csv", ["code", "row"], [["1", "x"], ["2", "y"]])
    faults = [Fault(1, "name", "the column is missing", "Add it"), Fault(3, "code", "bad", "Correct it", True)]
    write_fault_rows(tmp_path / "out.csv", read_sheet(tmp_path / "t.csv"), faults)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "row,column,outcome,reason,what_to_do,given_code,given_row",
        "1,name,fault,the column is missing,Add it,,",
        "3,code,warning,bad,Correct it,2,y",
    ]
