"""`gridmap locate`: file to file, every format, every fault."""

import itertools
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import Result
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.domain.datum import Datum, from_storage

WEST, SOUTH = 118.7, 36.9


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    sides = [round(WEST + i / 100, 7) for i in range(4)]
    shapes = [shapely.box(west, SOUTH, east, SOUTH + 0.01) for west, east in itertools.pairwise(sides)]
    path = tmp_path / "grids.gpkg"
    frame = gpd.GeoDataFrame({"code": ["003", "002", "001"], "name": ["甲", "乙", "丙"]}, geometry=shapes, crs=4490)
    frame.to_file(path)
    return path


@pytest.fixture
def table() -> pd.DataFrame:
    """Inside 003, on the border of 003 and 002 (the lower wins), outside, inside 001."""
    return pd.DataFrame(
        {
            "id": ["0007", "0008", "0009", "0010"],
            "文字": ["一", "二", "三,四", ""],
            "lon": ["118.705", "118.71", "118.8", "118.725"],
            "lat": ["36.905", "36.905", "36.905", "36.905"],
        }
    )


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["locate", *map(str, arguments)])


def run_well(*arguments: object) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


EXPECTED = [["003", "inside"], ["002", "border"], ["", "outside"], ["001", "inside"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_every_encoding_keeps_every_cell(
    areas: Path, table: pd.DataFrame, tmp_path: Path, encoding: str
) -> None:
    table.to_csv(tmp_path / "points.csv", index=False, encoding=encoding)
    result = run_well(tmp_path / "points.csv", "--areas", areas, "--out", tmp_path / "out.csv")
    found = read_csv(tmp_path / "out.csv")
    pd.testing.assert_frame_equal(found[list(table.columns)], table.astype("str"))
    assert found[["area_code", "placement"]].to_numpy().tolist() == EXPECTED
    # 0.005 degrees of longitude here; the middle of the last grid is as far from its neighbour in the west.
    assert float(found["margin_m"][0]) == pytest.approx(445.5, rel=5e-3)
    assert found["margin_m"][1] == "0.0"
    assert "4 rows in 3 areas: 2 inside, 1 border, 1 outside; 0 rejected" in result.stdout
    assert "longitude is taken from column lon, latitude from column lat" in result.stderr
    assert "taken as CGCS2000" in result.stderr
    assert not (tmp_path / "out.csv.rejects.csv").exists()


@pytest.mark.parametrize("source", ["csv", "parquet", "geo.parquet", "gpkg", "geojson"])
@pytest.mark.parametrize("target", ["csv", "parquet", "gpkg", "geojson"])
def test_every_format_into_every_format(
    areas: Path, table: pd.DataFrame, tmp_path: Path, source: str, target: str
) -> None:
    points, out = tmp_path / f"points.{source}", tmp_path / f"out.{target}"
    numbers = table.assign(lon=table["lon"].astype(float), lat=table["lat"].astype(float))
    features = gpd.GeoDataFrame(
        table[["id", "文字"]], geometry=gpd.points_from_xy(numbers["lon"], numbers["lat"]), crs=4326
    )
    if source == "csv":
        numbers.to_csv(points, index=False)
    elif source == "parquet":
        numbers.to_parquet(points)
    elif source == "geo.parquet":
        features.to_parquet(points)
    else:
        features.to_file(points)
    run_well(points, "--areas", areas, "--out", out)
    if target == "csv":
        found = read_csv(out)
        lon = found["lon"].astype(float)
    elif target == "parquet":
        found = pd.read_parquet(out)
        lon = found["lon"].astype(float)  # cells of a CSV stay text
    else:
        found = pyogrio.read_dataframe(out)
        lon = found.geometry.x
        assert found.crs.to_epsg() == (4490 if target == "gpkg" else 4326)
    assert found["id"].tolist() == table["id"].tolist()
    assert found["文字"].fillna("").tolist() == table["文字"].tolist()
    assert [[a or "", b] for a, b in zip(found["area_code"].fillna(""), found["placement"], strict=True)] == EXPECTED
    np.testing.assert_allclose(lon, numbers["lon"], atol=1e-9)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_declared_datum_wins_over_what_the_file_says(areas: Path, tmp_path: Path, datum: Datum) -> None:
    lon, lat = from_storage(WEST + 0.015, SOUTH + 0.005, datum)
    label = gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([lon], [lat]), crs=4326)
    label.to_file(tmp_path / "points.geojson")
    run_well(tmp_path / "points.geojson", "--areas", areas, "--datum", datum, "--out", tmp_path / "out.gpkg")
    found = gpd.read_file(tmp_path / "out.gpkg")
    assert found["area_code"].tolist() == ["002"]
    assert found.geometry.x[0] == pytest.approx(WEST + 0.015, abs=1e-8)


def test_projected_files_and_shifted_areas(areas: Path, tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([WEST + 0.025], [SOUTH + 0.005]), crs=4490)
    points.to_crs(4549).to_file(tmp_path / "points.gpkg")
    grids = gpd.read_file(areas)
    moved = shapely.transform(
        grids.geometry.to_numpy(), lambda xy: np.column_stack(from_storage(xy[:, 0], xy[:, 1], Datum.GCJ02))
    )
    grids.set_geometry(gpd.GeoSeries(moved, crs=4326)).to_file(tmp_path / "shifted.gpkg")
    shifted = ("--areas", tmp_path / "shifted.gpkg", "--areas-datum", "gcj02")
    run_well(tmp_path / "points.gpkg", *shifted, "--out", tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv")["area_code"].tolist() == ["001"]
    metres = points.to_crs(4549).geometry[0]
    pd.DataFrame({"x": [metres.x], "y": [metres.y]}).to_csv(tmp_path / "metres.csv", index=False)
    run_well(tmp_path / "metres.csv", "--areas", areas, "--datum", "EPSG:4549", "--out", tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv")["area_code"].tolist() == ["001"]


def test_bad_rows_are_kept_apart_with_their_reason_and_nothing_is_lost(
    areas: Path, table: pd.DataFrame, tmp_path: Path
) -> None:
    table["precision"] = ["exact", "building", "street", "county"]
    bad = pd.DataFrame(
        {
            "id": list("abcdef"),
            "文字": "坏",
            "lon": ["", "118,7", "nan", "inf", "118.705", "118.705"],
            "lat": ["36.9", "36.9", "36.9", "36.9", "136.9", "36.9"],
            "precision": ["exact"] * 5 + ["guess"],
        }
    )
    rows = pd.concat([table.iloc[:2], bad, table.iloc[2:]])
    rows.to_csv(tmp_path / "points.csv", index=False)
    arguments = ("--areas", areas, "--precision-column", "precision", "--out", tmp_path / "out.csv")
    result = run_well(tmp_path / "points.csv", *arguments)
    found, rejects = read_csv(tmp_path / "out.csv"), read_csv(tmp_path / "out.csv.rejects.csv")
    assert found["id"].tolist() == table["id"].tolist()
    assert found["placement"].tolist() == ["inside", "border", "imprecise", "imprecise"]
    assert found["area_code"].tolist() == ["003", "002", "", ""]
    assert rejects["id"].tolist() == list("abcdef")
    assert rejects["row"].tolist() == [str(line) for line in range(4, 10)]
    assert rejects["reason"].tolist() == [
        "no lon",
        "lon is no number: 118,7",
        "lon is no number: nan",
        "lon is no number: inf",
        "coordinates 118.705, 136.9 are no place on earth",
        "unknown precision 'guess': one of exact, building, street, village, township, county",
    ]
    assert "10 rows" in result.stdout
    assert "6 rejected" in result.stdout
    # A street is good enough for a village; the file of rejects of the former run does not stay behind.
    table.to_csv(tmp_path / "points.csv", index=False)
    run_well(tmp_path / "points.csv", *arguments, "--level", "village")
    assert read_csv(tmp_path / "out.csv")["placement"].tolist() == ["inside", "border", "outside", "imprecise"]
    assert not (tmp_path / "out.csv.rejects.csv").exists()


def test_features_without_a_point_are_rejected(areas: Path, tmp_path: Path) -> None:
    shapes = [
        shapely.Point(118.705, 36.905),
        None,
        shapely.box(0, 0, 1, 1),
        shapely.MultiPoint([(118.715, 36.905)]),
        shapely.Point(),
    ]
    gpd.GeoDataFrame({"n": range(5)}, geometry=shapes, crs=4490).to_file(tmp_path / "points.gpkg")
    run_well(tmp_path / "points.gpkg", "--areas", areas, "--out", tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv")["area_code"].tolist() == ["003", "002"]
    rejects = read_csv(tmp_path / "out.csv.rejects.csv")
    assert rejects["n"].tolist() == ["1", "2", "4"]
    assert set(rejects["reason"]) == {"no geometry, or not a single point"}


@pytest.mark.parametrize("target", ["csv", "parquet", "gpkg", "geojson"])
def test_empty_file_gives_an_empty_result_with_the_columns(areas: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "points.csv").write_text("id,lon,lat\n")
    out = tmp_path / f"out.{target}"
    run_well(tmp_path / "points.csv", "--areas", areas, "--out", out)
    found = {"csv": pd.read_csv, "parquet": pd.read_parquet}.get(target, pyogrio.read_dataframe)(out)
    assert len(found) == 0
    if target != "geojson":  # a collection without features has no columns
        assert {"id", "area_code", "placement", "margin_m"} <= set(found.columns)


def test_chinese_column_names_and_no_margin(areas: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    table.rename(columns={"lon": "经度", "lat": "纬度"}).to_csv(tmp_path / "points.csv", index=False)
    result = run_well(tmp_path / "points.csv", "--areas", areas, "--out", tmp_path / "out.csv", "--no-margin")
    assert "longitude is taken from column 经度" in result.stderr
    found = read_csv(tmp_path / "out.csv")
    assert found["area_code"].tolist() == [row[0] for row in EXPECTED]
    assert set(found["margin_m"]) == {""}


def refuse(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


def test_refusals_say_what_to_do_and_write_nothing(areas: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    table.to_csv(points, index=False)
    known = ("--areas", areas, "--out", out)
    assert "no column X; it has id, 文字, lon, lat. Say which with --lon-column" in refuse(
        points, *known, "--lon-column", "X"
    )
    assert "has no column X; it has code, name" in refuse(points, *known, "--code-column", "X")
    assert "no column P" in refuse(points, *known, "--precision-column", "P")
    assert re.search("Unknown datum 'mars'.*wgs84, cgcs2000, gcj02, bd09", refuse(points, *known, "--datum", "mars"))
    assert "look exchanged" in refuse(points, *known, "--lon-column", "lat", "--lat-column", "lon")
    assert "There is no file" in refuse(tmp_path / "none.csv", *known)
    assert "There is no file" in refuse(points, "--areas", tmp_path / "none.gpkg", "--out", out)
    assert "written as .csv" in refuse(points, "--areas", areas, "--out", tmp_path / "out.dbf")
    assert "there is no folder" in refuse(points, "--areas", areas, "--out", tmp_path / "none" / "out.csv")
    assert "is read from" in refuse(points, "--areas", areas, "--out", points)
    table.assign(placement="x").to_csv(tmp_path / "again.csv", index=False)
    assert "has a column placement already" in refuse(tmp_path / "again.csv", *known)
    table.drop(columns="lat").to_csv(tmp_path / "half.csv", index=False)
    assert "named like a coordinate; it has id, 文字, lon" in refuse(tmp_path / "half.csv", *known)
    (tmp_path / "nothing.csv").touch()
    assert "is empty" in refuse(tmp_path / "nothing.csv", *known)
    (tmp_path / "noise.gpkg").write_bytes(b"noise")
    assert "can't be read" in refuse(tmp_path / "noise.gpkg", *known)
    (tmp_path / "noise.parquet").write_bytes(b"noise")
    assert "can't be read as Parquet" in refuse(tmp_path / "noise.parquet", *known)
    assert not out.exists()
    assert list(tmp_path.glob("*.rejects.csv")) == []


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_geo_files_without_crs_need_a_datum(areas: Path, tmp_path: Path) -> None:
    points, bare = tmp_path / "points.gpkg", tmp_path / "bare.gpkg"
    gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(118.705, 36.905)]).to_file(points)
    assert "does not say its coordinate system. Say it with --datum" in refuse(
        points, "--areas", areas, "--out", tmp_path / "out.csv"
    )
    run_well(points, "--areas", areas, "--datum", "cgcs2000", "--out", tmp_path / "out.csv")
    gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.box(118, 36, 119, 37)]).to_file(bare)
    assert "Say it with --areas-datum" in refuse(
        points, "--areas", bare, "--datum", "cgcs2000", "--out", tmp_path / "out.csv"
    )


def test_real_grids_same_as_geopandas(tmp_path: Path, real_data: Path) -> None:
    source = real_data / "cn_xihu_grids" / "grids_605.geojson"
    grids = gpd.read_file(source)
    has_code = grids["XZQHBM"].notna() & (grids["XZQHBM"] != "")
    assert (~has_code).sum() == 9
    west, south, east, north = grids.total_bounds
    rng = np.random.default_rng(0)
    xy = rng.uniform([west, south], [east, north], (4000, 2)).round(7)
    pd.DataFrame({"n": range(4000), "lng": xy[:, 0], "lat": xy[:, 1]}).to_csv(tmp_path / "points.csv", index=False)
    arguments = ("--areas", source, "--code-column", "XZQHBM", "--datum", "wgs84", "--out", tmp_path / "out.csv")
    result = run_well(tmp_path / "points.csv", *arguments)
    assert "9 of 605 areas have no code and are left out" in result.stderr
    assert "made one of several rows" not in result.stderr or grids["XZQHBM"][has_code].duplicated().any()
    grids["geometry"] = shapely.make_valid(grids.geometry.to_numpy())
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=grids.crs)
    joined = gpd.sjoin(points, grids[has_code], predicate="intersects").groupby(level=0)["XZQHBM"].min()
    expected = joined.reindex(range(4000)).fillna("").tolist()
    assert read_csv(tmp_path / "out.csv")["area_code"].tolist() == expected
    assert 1000 < sum(code != "" for code in expected) < 4000
