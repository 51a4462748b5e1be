"""The board against a dictionary, its bytes against its rows."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.board import COLUMNS, NO_POINT, NO_TIME, Board, BoardRow
from gridmap.domain.limit_table import find_wait, make_limit_table
from gridmap.domain.snapshot import decode_snapshot, encode_snapshot
from gridmap.errors import InputError

CALENDAR = [[0, 100_000], [200_000, 500_000], [600_000, 10_000_000]]

seconds = st.sampled_from([0, 1, 3600, 194_400, 259_200, NO_TIME]) | st.integers(0, NO_TIME)
rows = st.builds(
    BoardRow,
    id=st.integers(1, 60),
    area=st.integers(0, 5) | st.integers(0, 2**32 - 1),
    x=st.sampled_from([NO_POINT, -1, 0, 11_880_000, 2**31 - 1]) | st.integers(-(2**31), 2**31 - 1),
    y=st.integers(-9_000_000, 9_000_000),
    unit=st.integers(0, 65_535),
    item=st.integers(0, 65_535),
    status=st.integers(0, 14),
    channel=st.integers(0, 6),
    placement=st.integers(0, 3),
    flags=st.integers(0, 15).filter(lambda flags: not flags & 2),
    reported=st.integers(0, 1_000_000) | st.integers(0, 2**32 - 1),
    near=seconds,
    due=seconds,
    twice=seconds,
)
steps = st.lists(st.tuples(st.sampled_from(["put", "put", "remove"]), rows), max_size=80)


@given(steps)
def test_a_board_holds_what_a_dictionary_holds(actions: list[tuple[str, BoardRow]]) -> None:
    board = Board()
    model: dict[int, BoardRow] = {}
    for action, row in actions:
        if action == "put":
            assert board.put(row) == (model.get(row.id) != row)
            model[row.id] = row
        else:
            assert board.remove(row.id) == (model.pop(row.id, None) is not None)
    assert len(board) == len(model)
    assert all(board.find_row(number) == model.get(number) for number in range(1, 61))
    assert board.count_not_on_map() == sum(row.placement >= 2 for row in model.values())
    columns = board.copy_columns()
    held = [BoardRow(*map(int, values)) for values in zip(*(columns[c.name] for c in COLUMNS), strict=True)]
    assert held == [model[number] for number in sorted(model)]


@given(st.lists(rows, max_size=60, unique_by=lambda row: row.id))
def test_bytes_give_back_the_rows(content: list[BoardRow]) -> None:
    columns = Board(sorted(content)).copy_columns()
    header, read = decode_snapshot(encode_snapshot({"calendar": CALENDAR, "note": "网格"}, columns))
    assert header["count"] == len(content)
    assert header["note"] == "网格"
    for column in COLUMNS:
        assert np.array_equal(read[column.name], columns[column.name]), column.name


def test_a_growing_board_keeps_its_rows() -> None:
    made = [BoardRow(n, n % 7, n, -n, 1, 2, 3, 4, 0, 0, 1000 + n, 10, 20, 30) for n in range(1, 5001)]
    board = Board()
    for row in made:
        board.put(row)
    assert [board.find_row(n) for n in (1, 1024, 1025, 5000)] == [made[n - 1] for n in (1, 1024, 1025, 5000)]
    for row in made[::2]:
        board.remove(row.id)
    for row in made[::2]:
        board.put(row)
    assert len(board) == 5000
    assert len(Board(made)) == 5000


@pytest.mark.parametrize(("column", "value"), [("unit", 65_536), ("item", -1), ("id", 2**32), ("id", 0), ("x", 2**31)])
def test_what_does_not_fit_is_named(column: str, value: int) -> None:
    row = BoardRow(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)._replace(**{column: value})
    with pytest.raises(InputError, match=column):
        Board().put(row)
    with pytest.raises(InputError, match=column):
        Board([row])


def test_a_snapshot_that_is_cut_off_is_an_error() -> None:
    whole = encode_snapshot({}, Board([BoardRow(1, *[0] * 13)]).copy_columns())
    with pytest.raises(InputError, match="cut off"):
        decode_snapshot(whole[:-1])
    with pytest.raises(InputError, match="GMB1"):
        decode_snapshot(b"<!DOCTYPE html>")


def test_the_body_starts_at_a_multiple_of_eight() -> None:
    for note in ("", "a", "ab", "abc", "abcd", "网"):
        data = encode_snapshot({"note": note}, Board().copy_columns())
        assert (8 + int.from_bytes(data[4:8], "little")) % 8 == 0


def test_wait_reaches_to_the_next_working_interval() -> None:
    reported = np.array([0, 99_999, 100_000, 150_000, 199_999, 200_000, 550_000, 20_000_000])
    assert find_wait(reported, CALENDAR).tolist() == [0, 0, 100_000, 50_000, 1, 0, 50_000, 0]


def test_reports_of_a_day_off_share_one_limit() -> None:
    # Two reports in working time and three in the gap 100,000 to 200,000, each with one day counted from 200,000.
    reported = np.array([10, 20, 120_000, 130_000, 140_000])
    wait = np.array([0, 0, 80_000, 70_000, 60_000])
    table = make_limit_table(reported, wait + 300, wait + 400, wait + 800, calendar=CALENDAR)
    assert table is not None
    assert table.triples == [[300, 400, 800]]
    assert table.is_shifted.tolist() == [False, False, True, True, True]


def test_too_many_limits_are_sent_plain() -> None:
    made = [BoardRow(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, n, n + 1, n + 2) for n in range(1, 5001)]
    columns = Board(made).copy_columns()
    header, read = decode_snapshot(encode_snapshot({"calendar": CALENDAR}, columns))
    assert "limits" not in header
    assert np.array_equal(read["twice"], columns["twice"])


def test_one_change_of_a_large_board_costs_less_than_a_millisecond() -> None:
    made = [BoardRow(n, n % 4000, n, n, 1, 2, 3, 4, 0, 0, 1000, 10, 20, 30) for n in range(1, 50_001)]
    board = Board(made)
    started = time.perf_counter()
    for n in range(1, 1001):
        board.put(made[n]._replace(status=n % 3))
    assert time.perf_counter() - started < 1.0
