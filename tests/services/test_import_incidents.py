"""Importing recorded incidents: real ones, of every kind of file, resumed, and with the bad rows kept."""

import csv
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gridmap.errors import InputError, NotFoundError
from gridmap.services.import_incidents import ImportTotals, import_incidents
from gridmap.storage.database import Database
from gridmap.storage.files.incidents import read_profile
from tests.conftest import PROJECT_DIR
from tests.county import VILLAGES, insert_small_county

PROFILE = """
key_prefix = "test:"
timezone = "Asia/Shanghai"
time_format = "%Y-%m-%d %H:%M"
[columns]
source_key = "编号"
item_code = "事项"
title = "标题"
lon = "经度"
lat = "纬度"
reported_at = "上报时间"
resolved_at = "办结时间"
precision = "精度"
[constants]
channel = "hotline"
datum = "cgcs2000"
[values.item_code]
"噪声" = "A01"
"*" = "Z99"
[values.precision]
"精确" = "exact"
"" = "village"
[[precision_rules]]
stacked = 9
precision = "township"
"""
HEADER = ["编号", "事项", "标题", "经度", "纬度", "上报时间", "办结时间", "精度"]
ROWS = [
    ["1", "噪声", "夜间施工", "118.805", "36.915", "2026-11-20 15:00", "", "精确"],
    ["2", "别的", "别的事", "118.815", "36.915", "2026-11-20 15:00", "2026-11-21 09:30", "精确"],
    ["3", "噪声", "没有精度", "118.825", "36.915", "2026-11-20 15:00", "", ""],
    ["4", "噪声", "坏坐标", "east", "36.915", "2026-11-20 15:00", "", "精确"],
    ["5", "噪声", "坏时间", "118.805", "36.915", "20.11.2026", "", "精确"],
    ["6", "噪声", "坏精度", "118.805", "36.915", "2026-11-20 15:00", "", "大概"],
    ["7", "噪声", "少一列", "118.805", "36.915", "2026-11-20 15:00", ""],
    ["1", "噪声", "同号异事", "118.805", "36.915", "2026-11-20 15:00", "", "精确"],
]


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def write_csv(path: Path, rows: list[list[str]], *, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened).writerows([HEADER, *rows])
    return path


def read_stored(database: Database) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(
            """
            SELECT source_key, item_code, title, status, resolved_at, precision, village
            FROM incident ORDER BY source_key
            """
        ).fetchall()


def run(database: Database, path: Path, profile: Path) -> ImportTotals:
    return import_incidents(database, path, profile, rejects_path=path.with_suffix(".rejects.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_are_stored_and_bad_ones_kept(county: Database, tmp_path: Path, profile: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, encoding=encoding)
    assert run(county, path, profile) == ImportTotals(read=8, inserted=3, repeated=0, rejected=5)
    closed_at = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert read_stored(county) == [
        ("test:1", "A01", "夜间施工", "reported", None, "exact", VILLAGES[0]),
        ("test:2", "Z99", "别的事", "resolved", closed_at, "exact", VILLAGES[1]),
        ("test:3", "A01", "没有精度", "reported", None, "village", VILLAGES[2]),
    ]
    with (tmp_path / "a.rejects.csv").open(encoding="utf-8-sig", newline="") as opened:
        rejects = list(csv.DictReader(opened))
    assert [(row["row"], row["field"], row["编号"]) for row in rejects] == [
        ("4", "lon", "4"),
        ("5", "reported_at", "5"),
        ("6", "precision", "6"),
        ("7", "", "7"),
        ("8", "source_key", "1"),
    ]
    assert "another report" in rejects[4]["reason"]


def test_an_import_is_resumed_by_running_it_again(county: Database, tmp_path: Path, profile: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS[:2])
    assert run(county, path, profile) == ImportTotals(read=2, inserted=2)
    write_csv(path, ROWS)
    assert run(county, path, profile) == ImportTotals(read=8, inserted=1, repeated=2, rejected=5)
    write_csv(path, ROWS[:3])
    assert run(county, path, profile) == ImportTotals(read=3, repeated=3)
    assert not path.with_suffix(".rejects.csv").exists(), "the rejects of an earlier import are gone"


def test_rows_without_a_key_are_recognised_by_what_they_say(county: Database, tmp_path: Path, profile: Path) -> None:
    profile.write_text(PROFILE.replace('source_key = "编号"\n', ""), encoding="utf-8")
    path = write_csv(tmp_path / "a.csv", [ROWS[0], ROWS[1], ROWS[0]])
    assert run(county, path, profile) == ImportTotals(read=3, inserted=3)
    assert run(county, path, profile) == ImportTotals(read=3, repeated=3)


def test_many_reports_of_one_spot_are_the_middle_of_an_area(county: Database, tmp_path: Path, profile: Path) -> None:
    profile.write_text(PROFILE.replace("stacked = 9", "stacked = 3"), encoding="utf-8")
    rows = [[str(number), *ROWS[0][1:]] for number in range(3)] + [["9", *ROWS[1][1:]]]
    run(county, write_csv(tmp_path / "a.csv", rows), profile)
    assert [row[5] for row in read_stored(county)] == ["township", "township", "township", "exact"]


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "gpkg", "geojson"])
def test_every_kind_of_file_says_the_same(county: Database, tmp_path: Path, profile: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    frame = pd.DataFrame(ROWS[:3], columns=HEADER)
    frame["经度"], frame["纬度"] = frame["经度"].astype(float), frame["纬度"].astype(float)
    frame["编号"] = frame["编号"].astype(int)
    if suffix == "xlsx":
        frame["上报时间"] = pd.to_datetime(frame["上报时间"])
        frame.to_excel(path, index=False)
    elif suffix == "parquet":
        frame["上报时间"] = pd.to_datetime(frame["上报时间"])
        frame.to_parquet(path)
    else:
        points = gpd.points_from_xy(frame["经度"], frame["纬度"], crs=4490)
        gpd.GeoDataFrame(frame.drop(columns=["经度", "纬度"]), geometry=points).to_file(path)
        text = PROFILE.replace('"经度"', '"geometry.lon"').replace('"纬度"', '"geometry.lat"')
        profile.write_text(text, encoding="utf-8")
    assert run(county, path, profile) == ImportTotals(read=3, inserted=3)
    assert [row[0:2] + row[6:] for row in read_stored(county)] == [
        ("test:1", "A01", VILLAGES[0]),
        ("test:2", "Z99", VILLAGES[1]),
        ("test:3", "A01", VILLAGES[2]),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('channel = "hotline"\n', "", "channel"),
        ('datum = "cgcs2000"', 'datum = "wgs72"', "wgs72"),
        ('"Asia/Shanghai"', '"Asia/Peking"', "time zone"),
        ('title = "标题"', 'titel = "标题"', "titel"),
        ('title = "标题"', 'title = "题目"', "no column 题目; it has 编号"),
        ('key_prefix = "test:"', "key_prefix = ", "TOML"),
        ("stacked = 9\n", "", "precision rule"),
        ("[values.precision]", "[values.status]", "no status"),
    ],
)
def test_a_profile_that_can_t_be_used_stores_nothing(
    county: Database, tmp_path: Path, profile: Path, old: str, new: str, message: str
) -> None:
    assert old in PROFILE
    profile.write_text(PROFILE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        run(county, write_csv(tmp_path / "a.csv", ROWS), profile)
    assert read_stored(county) == []


def test_files_that_can_t_be_read_say_why(county: Database, tmp_path: Path, profile: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        run(county, tmp_path / "none.csv", profile)
    with pytest.raises(NotFoundError, match="no profile"):
        run(county, write_csv(tmp_path / "a.csv", ROWS), tmp_path / "none.toml")
    for name in ("a.doc", "a.xlsx", "a.parquet", "a.gpkg"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(InputError):
            run(county, tmp_path / name, profile)
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError, match="it has none"):
        run(county, tmp_path / "empty.csv", profile)


def test_times_that_summer_time_skips_do_not_exist(county: Database, tmp_path: Path, profile: Path) -> None:
    profile.write_text(PROFILE.replace("Asia/Shanghai", "America/New_York"), encoding="utf-8")
    rows = [[*ROWS[0][:5], "2026-03-08 02:30", "", "精确"], ["2", *ROWS[0][1:5], "2026-11-01 01:30", "", "精确"]]
    assert run(county, write_csv(tmp_path / "a.csv", rows), profile).rejected == 1
    with county.connect() as connection:
        row = connection.execute("SELECT reported_at FROM incident").fetchone()
    assert row == (datetime(2026, 11, 1, 5, 30, tzinfo=UTC),), "the repeated hour is taken as the first"


def test_every_profile_of_the_project_is_read() -> None:
    profiles = sorted((PROJECT_DIR / "data" / "profiles").glob("*.toml"))
    assert profiles
    ours = [path for path in profiles if "reported_at" in path.read_text(encoding="utf-8")]
    assert ours
    for path in ours:
        read_profile(path)


def test_the_tickets_of_a_real_city(county: Database, tmp_path: Path, real_data: Path) -> None:
    source = real_data / "us_boston_sla" / "tickets_30756.csv"
    path = tmp_path / "tickets.csv"
    with source.open(encoding="utf-8") as opened:
        lines = opened.readlines()
    path.write_text("".join(lines[:1] + lines[1:9000:3]), encoding="utf-8")
    totals = run(county, path, PROJECT_DIR / "data" / "profiles" / "boston_311.toml")
    assert totals.read == 3000
    assert totals.inserted + totals.rejected == 3000
    assert totals.rejected <= 0.01 * 3000
    table = pd.read_csv(path, dtype=str).set_index("id")
    with county.connect() as connection:
        rows = connection.execute(
            "SELECT source_key, reported_at, resolved_at, placement, lead_rule, status FROM incident"
        ).fetchall()
    for key, reported_at, resolved_at, placement, lead_rule, status in rows:
        ticket = table.loc[key.removeprefix("boston:")]
        opened_at = pd.to_datetime(ticket["OPEN_DT"], format="%m/%d/%Y %I:%M:%S %p").tz_localize("America/New_York")
        assert reported_at == opened_at
        assert (resolved_at is not None) == (ticket["CASE_STATUS"] == "Closed") == (status == "resolved")
        # Seen from a Chinese county each of them is outside, and on no list.
        assert (placement, lead_rule) == ("outside", "item_not_in_list")


def test_the_verdicts_of_a_real_city_are_ours(fresh_database: Database, tmp_path: Path, real_data: Path) -> None:
    """Every ticket with a target, a closing and a verdict: none refused, none judged otherwise."""
    table = pd.read_csv(real_data / "us_boston_sla" / "tickets_30756.csv", dtype=str, keep_default_na=False)
    judged = table[(table[["TARGET_DT", "CLOSED_DT", "OnTime_Status"]] != "").all(axis=1)]
    assert len(judged) == 22_366
    path = tmp_path / "judged.csv"
    judged.to_csv(path, index=False)
    totals = run(fresh_database, path, PROJECT_DIR / "data" / "profiles" / "boston_311.toml")
    assert (totals.inserted, totals.rejected) == (22_366, 0)
    assert (totals.judged, totals.agreed, totals.differing) == (22_366, 22_366, [])
    with fresh_database.connect() as connection:
        rows = connection.execute("SELECT source_key, due_at, resolved_at > due_at FROM incident").fetchall()
    said = {row.id: row for row in judged.itertuples()}
    for key, due_at, is_overdue in rows:
        ticket = said[key.removeprefix("boston:")]
        assert is_overdue == (ticket.OnTime_Status == "OVERDUE")
        # As the city wrote it, in its own zone.
        assert due_at.astimezone(ZoneInfo("America/New_York")).strftime("%m/%d/%Y %I:%M:%S %p") == ticket.TARGET_DT


def test_a_verdict_that_differs_is_counted_and_named(county: Database, tmp_path: Path, profile: Path) -> None:
    text = PROFILE.replace('resolved_at = "办结时间"', 'resolved_at = "办结时间"\ntarget_at = "精度"')
    text = text.replace('precision = "精度"\n', "", 1).replace(
        'datum = "cgcs2000"', 'datum = "cgcs2000"\nprecision = "exact"'
    )
    text = (
        text[: text.index("[values.precision]")]
        + '[verdict]\ncolumn = "标题"\nin_time = ["及时"]\noverdue = ["超期"]\n'
    )
    profile.write_text(text, encoding="utf-8")
    reported, target, late = "2026-11-20 15:00", "2026-11-21 15:00", "2026-11-21 15:01"
    rows = [
        ["1", "噪声", "及时", "118.805", "36.915", reported, "2026-11-21 14:59", target],
        ["2", "噪声", "及时", "118.805", "36.915", reported, late, target],
        ["3", "噪声", "超期", "118.805", "36.915", reported, late, target],
        ["4", "噪声", "未评", "118.805", "36.915", reported, late, target],
        # Without a target or a closing there is nothing to compare with.
        ["5", "噪声", "超期", "118.805", "36.915", reported, late, ""],
        ["6", "噪声", "超期", "118.805", "36.915", reported, "", target],
    ]
    totals = run(county, write_csv(tmp_path / "a.csv", rows), profile)
    assert totals == ImportTotals(read=6, inserted=6, judged=3, agreed=2, differing=[2])
    # Repeated rows are judged as well.
    assert run(county, tmp_path / "a.csv", profile).differing == [2]
    profile.write_text(text.replace('target_at = "精度"\n', ""), encoding="utf-8")
    with pytest.raises(InputError, match="has to give target_at"):
        run(county, tmp_path / "a.csv", profile)


@pytest.mark.parametrize("is_there", [True, False])
def test_rejects_never_replace_what_is_read(county: Database, tmp_path: Path, profile: Path, is_there: bool) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ROWS)
    before = path.read_bytes()
    read = path if is_there else tmp_path / "absent.csv"
    with pytest.raises((InputError, NotFoundError)):
        import_incidents(county, read, profile, rejects_path=path)
    assert path.read_bytes() == before


def test_a_file_that_breaks_late_stores_nothing(county: Database, tmp_path: Path, profile: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [[str(100 + i), *ROWS[0][1:]] for i in range(20_000)])
    path.write_bytes(path.read_bytes() + b"\xff\xfe\xff,1,2\n")
    with pytest.raises(InputError, match="can't be read as CSV"):
        import_incidents(county, path, profile, rejects_path=tmp_path / "r.csv")
    with county.connect() as connection:
        assert connection.execute("SELECT count(*) FROM incident").fetchone() == (0,)


def test_a_cell_of_any_length_is_refused_alone(county: Database, tmp_path: Path, profile: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [ROWS[0], ["9", "噪声", "长" * 200_000, *ROWS[0][3:]]])
    totals = import_incidents(county, path, profile, rejects_path=tmp_path / "r.csv")
    assert (totals.inserted, totals.rejected) == (1, 1)


@pytest.mark.parametrize("place", ["", "/proc/r.csv"])
def test_rejects_that_can_not_be_written_stop_it_first(
    county: Database, tmp_path: Path, profile: Path, place: str
) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ROWS)
    with pytest.raises(InputError, match="can't be written"):
        import_incidents(county, path, profile, rejects_path=Path(place) if place else tmp_path)
    with county.connect() as connection:
        assert connection.execute("SELECT count(*) FROM incident").fetchone() == (0,)


def test_a_polygon_is_refused_alone(county: Database, tmp_path: Path, profile: Path) -> None:
    text = profile.read_text(encoding="utf-8").replace('"经度"', '"geometry.lon"').replace('"纬度"', '"geometry.lat"')
    profile.write_text(text, encoding="utf-8")
    columns = {name: [ROWS[0][i], f"{ROWS[0][i]}"] for i, name in enumerate(HEADER) if name not in ("经度", "纬度")}
    columns["编号"] = ["1", "2"]
    shapes = [Point(118.805, 36.915), box(118, 36, 119, 37)]
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490").to_file(tmp_path / "a.gpkg")
    rejects = tmp_path / "r.csv"
    totals = import_incidents(county, tmp_path / "a.gpkg", profile, rejects_path=rejects)
    assert (totals.inserted, totals.rejected) == (1, 1)
    assert "Polygon, not a point" in rejects.read_text(encoding="utf-8-sig")


def test_a_broken_workbook_is_said(county: Database, tmp_path: Path, profile: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")
    with pytest.raises(InputError, match="can't be read as XLSX"):
        import_incidents(county, path, profile, rejects_path=tmp_path / "r.csv")
