"""Search by part of a name, pinyin initials, code and number."""

import pytest
from psycopg.rows import TupleRow

from gridmap.services.search import PlaceSearch, make_index
from gridmap.storage import search as storage
from gridmap.storage.database import Connection, Database
from tests.county import COUNTY, VILLAGES, insert_small_county

BOX = (118.0, 36.0, 119.0, 37.0)
AREAS = [
    (1, "county", 1, "370783", "寿光市", "", *BOX),
    (2, "village", 3, "370783001001", "天山村", "圣城街道", *BOX),
    (3, "village", 3, "370783001002", "东天山村", "圣城街道", *BOX),
    (4, "small_grid", 5, "370783001001001", "天山村第1微网格", "天山村", *BOX),
    (5, "village", 3, "370783001003", "李家庄", "圣城街道", *BOX),
    (6, "village", 3, "370783001004", "Tsc 示范区", "圣城街道", *BOX),
]
UNITS = [(7, "U-ENF", "综合行政执法局", "执法局", "EN")]


def _find(text: str, limit: int = 12) -> list[str]:
    return [place.name for place in make_index((1, 1), AREAS, UNITS).list_matches(text, limit=limit)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("天山村", "天山村"),
        ("天山", "天山村"),
        ("tsc", "天山村"),
        ("TSC", "天山村"),
        ("t s c", "天山村"),
        ("tianshan", "天山村"),
        ("家庄", "李家庄"),
        ("jz", "李家庄"),
        ("370783001003", "李家庄"),
        ("en", "综合行政执法局"),
        ("执法局", "综合行政执法局"),
        ("zhxz", "综合行政执法局"),
        ("zfj", "综合行政执法局"),
        ("sgs", "寿光市"),
    ],
)
def test_best_match_comes_first(text: str, first: str) -> None:
    found = _find(text)
    assert found
    if text.casefold().replace(" ", "") == "tsc":
        # A name that is written so begins with it too; the initials of the village follow at once.
        assert set(found[:2]) == {"Tsc 示范区", first}
    else:
        assert found[0] == first


def test_part_in_the_middle_is_found_after_the_start() -> None:
    assert _find("天山") == ["天山村", "天山村第1微网格", "东天山村"]
    assert _find("sc")
    assert "天山村" in _find("sc")


@pytest.mark.parametrize("text", ["", "   ", "不存在的地方", "%", "_", "zzzz"])
def test_what_is_not_there_finds_nothing(text: str) -> None:
    assert _find(text) == []


def test_limit() -> None:
    assert len(_find("t", limit=2)) == 2


def _commit_county(database: Database) -> int:
    with database.connect() as connection:
        generation = insert_small_county(connection)
        connection.execute(
            """
            INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, datum, precision)
            VALUES ('patrol', 'A01', 'x', 118.805, 36.905, 'cgcs2000', 'exact')
            """
        )
    return generation


def test_index_of_the_database(fresh_database: Database) -> None:
    _commit_county(fresh_database)
    places = PlaceSearch()
    found = places.list_places(fresh_database, "dc")
    assert found[0].name == "东村"
    assert found[0].within == "一街道"
    assert found[0].bounds == pytest.approx((118.80, 36.90, 118.81, 36.92))
    assert places.find_index(fresh_database).by_code["village", VILLAGES[0]].name == "东村"
    assert places.list_places(fresh_database, COUNTY)[0].level == "county"


def test_incident_by_its_number(fresh_database: Database) -> None:
    _commit_county(fresh_database)
    with fresh_database.connect() as connection:
        row: TupleRow | None = connection.execute("SELECT id FROM gridmap.incident").fetchone()
    assert row is not None
    places = PlaceSearch()
    for text in (str(row[0]), f"#{row[0]}", f" {row[0]} "):
        found = places.list_places(fresh_database, text)
        assert (found[0].kind, found[0].id, found[0].name, found[0].within) == (
            "incident",
            row[0],
            "噪声扰民",
            "一街道",
        )
    assert all(place.kind != "incident" for place in places.list_places(fresh_database, str(row[0] + 1)))
    # Longer than any number of the database: no error, nothing found.
    assert places.list_places(fresh_database, "9" * 30) == []


def test_index_is_kept_until_something_changes(fresh_database: Database) -> None:
    _commit_county(fresh_database)
    places = PlaceSearch()
    index = places.find_index(fresh_database)
    assert places.find_index(fresh_database) is index
    with fresh_database.connect() as connection:
        connection.execute("UPDATE gridmap.unit SET short_name = '城管局' WHERE code = 'U-ENF'")
    renewed = places.find_index(fresh_database)
    assert renewed is not index
    assert places.list_places(fresh_database, "城管局")[0].code == "U-ENF"


def test_without_boundaries_nothing_is_found(connection: Connection) -> None:
    assert storage.find_search_version(connection) == (0, 0)
    assert storage.list_areas(connection) == []
