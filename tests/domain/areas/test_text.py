"""Garbled text, cells, names of parents."""

import pandas as pd
import pytest

from gridmap.domain.areas import AreaLevel, find_parent_level
from gridmap.domain.cells import is_rounded_by_spreadsheet, make_count, make_flag, make_text
from gridmap.domain.garbled import is_garbled
from gridmap.domain.parents import find_codes_by_name, make_stem
from gridmap.errors import InputError

NAMES = [
    "西湖区",
    "社区第一网格",
    "镇村街道办",
    "东山弄",
    "北宅子村",
    "洛城街道",
    "Ürümqi",
    "Straße 7",
    "A-1?",
    "孙家集街道三元朱村",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_not_garbled(name: str) -> None:
    assert not is_garbled(name)


@pytest.mark.parametrize("name", ["社区第一网格", "镇村街道办", "东山弄社区", "洛城街道"])
@pytest.mark.parametrize(
    ("written", "read"), [("utf-8", "gb18030"), ("gb18030", "latin-1"), ("utf-8", "cp1252"), ("utf-8", "latin-1")]
)
def test_wrong_encodings_are_found(name: str, written: str, read: str) -> None:
    assert is_garbled(name.encode(written).decode(read, errors="replace"))


@pytest.mark.parametrize("text", ["西湖??", "???", "花园社区第?\ue436\ue24b?", "a\ufffdb", "a\x00b"])
def test_lost_characters_are_found(text: str) -> None:
    assert is_garbled(text)


def test_every_real_name_of_the_county_passes(request: pytest.FixtureRequest) -> None:
    table = pd.read_csv(request.config.rootpath / "data" / "villages.csv", dtype=str)
    cells = {cell for column in table for cell in table[column].dropna()}
    assert len(cells) > 1000
    assert [cell for cell in cells if is_garbled(cell)] == []


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (330106031102.0, "330106031102"),
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        (" 07 ", "07"),
        (12, "12"),
        (1.5, "1.5"),
    ],
)
def test_text_of_cells(cell: object, text: str) -> None:
    assert make_text(cell) == text


def test_counts_and_flags() -> None:
    assert [make_count(cell) for cell in ("12", 12.0, "1,200", "", None)] == [12, 12, 1200, None, None]
    assert [make_flag(cell) for cell in ("是", "0", True, "", "No")] == [True, False, True, None, False]
    for bad in ("-1", "1.5", "many"):
        with pytest.raises(InputError):
            make_count(bad)
    with pytest.raises(InputError):
        make_flag("perhaps")


def test_codes_cut_by_a_spreadsheet() -> None:
    assert is_rounded_by_spreadsheet("3.30106E+11")
    assert not is_rounded_by_spreadsheet("330106031102")
    assert not is_rounded_by_spreadsheet("370783001001D01")


def test_parent_level_is_the_nearest_that_has_areas() -> None:
    present = [AreaLevel.TOWNSHIP, AreaLevel.VILLAGE, AreaLevel.SMALL_GRID, AreaLevel.SPECIAL_GRID]
    expected = {
        AreaLevel.TOWNSHIP: None,
        AreaLevel.VILLAGE: AreaLevel.TOWNSHIP,
        AreaLevel.SMALL_GRID: AreaLevel.VILLAGE,
        AreaLevel.SPECIAL_GRID: AreaLevel.SMALL_GRID,
    }
    assert {level: find_parent_level(level, present) for level in expected} == expected


def test_parents_by_name() -> None:
    parents = pd.DataFrame({"code": ["1", "2", "3", "4"], "name": ["灵隐", "蒋村", "东村", "东社区"]})
    recorded = ["灵隐街道", "蒋村街道", "东村", "东", "西", ""]
    # 东 may be either of two, 西 is none: both stay as they are written, for the check to report.
    assert find_codes_by_name(recorded, parents) == ["1", "2", "3", "东", "西", ""]
    assert make_stem("村") == "村"
