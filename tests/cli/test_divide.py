"""`gridmap divide`, file to file, as it is run."""

import importlib.util
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.domain.datum import Datum, from_storage
from tests.domain.divide.county import scatter, shape_in_degrees, to_degrees

LEFT, RIGHT = shapely.box(0, 0, 1200, 900), shapely.Polygon([(1200, 0), (2300, 100), (2200, 1000), (1200, 900)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two areas, 950 addresses with hamlets and households, a river."""
    areas = [shape_in_degrees(shape) for shape in (LEFT, RIGHT)]
    codes = ["370783100200", "370783100201"]
    gpd.GeoDataFrame({"code": codes}, geometry=areas, crs="EPSG:4490").to_file(tmp_path / "areas.gpkg")
    xy = np.concatenate([scatter(LEFT, 520, 4), scatter(RIGHT, 430, 4)])
    places = to_degrees(xy)
    hamlet = [f"h{int(x // 300)}-{int(y // 450)}" for x, y in xy]
    households = np.where(np.arange(len(xy)) % 50 == 0, 3, 1)
    points = shapely.points(places)
    frame = gpd.GeoDataFrame({"households": households, "hamlet": hamlet}, geometry=points, crs="EPSG:4490")
    frame.to_file(tmp_path / "households.gpkg")
    river = shape_in_degrees(shapely.LineString([(500, -20), (560, 400), (480, 920)]))
    gpd.GeoDataFrame(geometry=[river], crs="EPSG:4490").to_file(tmp_path / "river.gpkg")
    return tmp_path


def run(folder: Path, *options: str, out: str = "grids.gpkg", code: int = 0) -> str:
    files = [str(folder / "households.gpkg"), "--within", str(folder / "areas.gpkg"), "--out", str(folder / out)]
    result = CliRunner().invoke(app, ["divide", *files, *options])
    assert result.exit_code == code, result.output
    return result.output


def read_bytes(folder: Path, out: str) -> list[tuple[str, bytes]]:
    grids = gpd.read_file(folder / out).sort_values("code")
    return [(str(code), shape.wkb) for code, shape in zip(grids["code"], grids.geometry, strict=True)]


def test_the_file_holds_the_grids_and_the_report_adds_up(folder: Path) -> None:
    options = ["--weight-column", "households", "--report", str(folder / "report.json"), "--processes", "1"]
    output = run(folder, *options)
    grids = gpd.read_file(folder / "grids.gpkg")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert grids.crs.to_epsg() == 4490
    assert list(grids.columns) == ["code", "area_code", "number", "households", "area_m2", "compactness", "geometry"]
    assert grids["households"].sum() == report["total"]["households"] == 950 + 2 * 19
    assert len(grids) == report["total"]["grids"] == sum(area["grids"] for area in report["areas"])
    assert (grids["code"].str[:12] == grids["area_code"]).all()
    assert f"{len(grids)} grids" in output
    joined = gpd.sjoin(gpd.read_file(folder / "households.gpkg"), grids[["code", "geometry"]], predicate="within")
    counted = joined.groupby("code")["households"].sum()
    assert counted.to_dict() == dict(zip(grids["code"], grids["households"], strict=True))


@pytest.mark.parametrize("others", [["--processes", "2"]])
def test_any_number_of_processes_gives_the_same_bytes(folder: Path, others: list[str]) -> None:
    rules = ["--hamlet-column", "hamlet", "--barriers", str(folder / "river.gpkg")]
    run(folder, *rules, "--processes", "1", out="one.gpkg")
    run(folder, *rules, *others, out="two.gpkg")
    assert read_bytes(folder, "one.gpkg") == read_bytes(folder, "two.gpkg")


@pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the package `distributed` is not installed"
)
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_gives_the_same_bytes(folder: Path) -> None:
    from distributed import LocalCluster

    run(folder, "--processes", "1", out="one.gpkg")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster:
        run(folder, "--scheduler", cluster.scheduler_address, out="two.gpkg")
    assert read_bytes(folder, "one.gpkg") == read_bytes(folder, "two.gpkg")


def test_a_plan_is_kept_when_it_is_the_previous_one(folder: Path) -> None:
    run(folder, "--processes", "1", out="one.gpkg")
    output = run(folder, "--processes", "1", "--previous", str(folder / "one.gpkg"), "--band", "0", out="two.gpkg")
    assert read_bytes(folder, "one.gpkg") == read_bytes(folder, "two.gpkg")
    assert "changed grid: 0 of 950" in output


def test_gcj02_addresses_are_brought_back(folder: Path) -> None:
    frame = gpd.read_file(folder / "households.gpkg")
    lon, lat = from_storage(frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy(), Datum.GCJ02)
    frame.set_geometry(gpd.points_from_xy(lon, lat), crs="EPSG:4490").to_file(folder / "households.gpkg")
    report = folder / "report.json"
    run(folder, "--datum", "gcj02", "--report", str(report), "--processes", "1")
    assert json.loads(report.read_text(encoding="utf-8"))["total"]["households"] == 950


def test_two_grids_of_a_real_village_of_223_flats(real_data: Path, folder: Path) -> None:
    village = real_data / "cz_village_flats"
    outline = gpd.read_file(village / "Obec.geojson")
    outline["code"] = "203506564729"
    outline[["code", "geometry"]].to_file(folder / "areas.gpkg")
    buildings = gpd.read_file(village / "StavebniObjekt.geojson")
    buildings = buildings[buildings["PocetBytu"].notna()][["PocetBytu", "CastObce", "geometry"]]
    buildings.to_file(folder / "households.gpkg")
    report = folder / "report.json"
    run(folder, "--weight-column", "PocetBytu", "--report", str(report), "--processes", "1")
    total = json.loads(report.read_text(encoding="utf-8"))["total"]
    flats = int(buildings["PocetBytu"].sum())
    assert (total["grids"], total["households"]) == (2, flats)
    assert total["households_max"] - total["households_min"] <= 1
    assert total["addresses_outside"] == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--weight-column", "nobody"], "no column nobody"),
        (["--keep", "370783100200001"], "--previous"),
        (["--barriers", "nowhere.gpkg"], "no file nowhere.gpkg"),
        (["--datum", "moon"], "Unknown datum"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler"),
        (["--weight-column", "hamlet"], "no number"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_is_wrong_is_named_and_nothing_is_written(folder: Path, options: list[str], words: str) -> None:
    assert words in run(folder, "--processes", "1", *options, code=2)
    assert not (folder / "grids.gpkg").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_file_without_datum_is_refused(folder: Path) -> None:
    frame = gpd.read_file(folder / "households.gpkg").set_crs(None, allow_override=True)
    frame.to_file(folder / "households.gpkg")
    assert "--datum" in run(folder, code=2)
