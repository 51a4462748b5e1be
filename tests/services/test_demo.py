"""The demonstration's own database: built, left alone while fresh, renewed without making the county again."""

import shutil
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from gridmap.demonstration import County, make_county, make_incidents
from gridmap.errors import ConflictError
from gridmap.services import demo, demo_county
from gridmap.services.demo import build_demonstration
from gridmap.services.demo_county import find_county, make_key
from gridmap.storage.database import Database
from tests.county import insert_small_county

DATA_DIR = Path(__file__).resolve().parents[2] / "data"
SEED = 5


def say_nothing(_step: str, _share: float) -> None:
    pass


@pytest.fixture(scope="module")
def small() -> County:
    return make_county(DATA_DIR, seed=SEED, townships=2)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, small: County) -> list[int]:
    """Two real townships instead of all fourteen; gives the seeds for which a county was made."""
    seeds: list[int] = []

    def make(_data_dir: Path, *, seed: int, progress: Callable[[str, float], None], divide: object) -> County:
        seeds.append(seed)
        return small

    monkeypatch.setattr(demo_county, "make_county", make)
    monkeypatch.setattr(demo, "INCIDENTS", 300)
    return seeds


def find(kept_dir: Path, *, seed: int = SEED) -> County:
    return find_county(DATA_DIR, seed=seed, kept_dir=kept_dir, progress=say_nothing)


def test_a_kept_county_is_the_one_that_was_made(made: list[int], small: County, tmp_path: Path) -> None:
    kept_dir = tmp_path / "demo"
    assert find(kept_dir) is small
    kept = find(kept_dir)
    assert made == [SEED]
    for field in fields(County):
        frame, again = getattr(small, field.name), getattr(kept, field.name)
        compare = assert_geodataframe_equal if hasattr(frame, "crs") else assert_frame_equal
        compare(again, frame)
        assert type(again) is type(frame)
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    assert_frame_equal(make_incidents(kept, now=now, count=500), make_incidents(small, now=now, count=500))


def test_another_seed_or_a_spoilt_folder_is_made_anew(made: list[int], tmp_path: Path) -> None:
    find(tmp_path)
    find(tmp_path, seed=6)
    # Only the newest is kept.
    assert [path.name for path in tmp_path.iterdir()] == [make_key(DATA_DIR, seed=6)]
    (tmp_path / make_key(DATA_DIR, seed=6) / "areas.parquet").write_bytes(b"not parquet")
    find(tmp_path, seed=6)
    (tmp_path / make_key(DATA_DIR, seed=6) / "units.parquet").unlink()
    find(tmp_path, seed=6)
    find(tmp_path, seed=6)
    assert made == [SEED, 6, 6, 6]


def test_other_inputs_are_another_county(tmp_path: Path) -> None:
    changed = tmp_path / "data"
    shutil.copytree(DATA_DIR, changed)
    assert make_key(changed, seed=SEED) == make_key(DATA_DIR, seed=SEED)
    with (changed / "villages.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert make_key(changed, seed=SEED) != make_key(DATA_DIR, seed=SEED)


def test_a_folder_that_can_not_be_written_is_done_without(
    made: list[int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "demo"
    blocked.write_text("a file where the folder would be", encoding="utf-8")
    find(blocked)
    assert made == [SEED]
    assert "not kept" in caplog.text


def test_built_then_left_alone_then_renewed(made: list[int], fresh_database: Database, tmp_path: Path) -> None:
    def build() -> bool:
        return build_demonstration(fresh_database, DATA_DIR, seed=SEED, kept_dir=tmp_path, progress=say_nothing)

    assert build()
    assert not build()
    with fresh_database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE incident SET received_at = received_at - interval '13 hours'")
    assert build()
    assert made == [SEED]
    with fresh_database.connect() as connection:
        row = connection.execute(
            "SELECT count(*), min(received_at) > now() - interval '10 minutes', count(*) FILTER (WHERE area_id > 0) "
            "FROM incident"
        ).fetchone()
    assert row is not None
    assert row[:2] == (300, True)
    assert row[2] > 250


def test_a_county_of_ones_own_is_never_touched(made: list[int], fresh_database: Database, tmp_path: Path) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    with pytest.raises(ConflictError, match="of your own"):
        build_demonstration(fresh_database, DATA_DIR, seed=SEED, kept_dir=tmp_path, progress=say_nothing)
    assert made == []


@pytest.mark.parametrize("step", ["Publishing", "Loading incidents"])
def test_a_build_that_was_cut_off_is_begun_anew(
    step: str, made: list[int], fresh_database: Database, tmp_path: Path
) -> None:
    def cut_off(told: str, _share: float) -> None:
        if told == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demonstration(fresh_database, DATA_DIR, seed=SEED, kept_dir=tmp_path, progress=cut_off)
    assert build_demonstration(fresh_database, DATA_DIR, seed=SEED, kept_dir=tmp_path, progress=say_nothing)
    with fresh_database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM incident").fetchone() == (300,)
    assert not build_demonstration(fresh_database, DATA_DIR, seed=SEED, kept_dir=tmp_path, progress=say_nothing)
