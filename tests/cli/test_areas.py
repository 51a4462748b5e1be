"""`gridmap import areas | units | items`, `check areas`, `publish`, `generations`, `export`, end to end."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from click.testing import Result
from shapely.geometry import box
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.storage.database import Database

COLUMNS = ["--code-column", "code", "--name-column", "name"]


@pytest.fixture
def run(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", fresh_database.conninfo)
    monkeypatch.setenv("GRIDMAP_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "220")

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    shapes = [box(118.8, 36.9, 118.82, 36.92), box(118.815, 36.9, 118.84, 36.92), box(118.9, 36.9, 118.91, 36.91)]
    frame = gpd.GeoDataFrame({"code": ["1", "2", "3"], "name": ["甲", "乙", ""]}, geometry=shapes, crs="EPSG:4326")
    path = tmp_path / "grids.gpkg"
    pyogrio.write_dataframe(frame, path)
    return path


def test_from_file_to_export(run: object, grids: Path, tmp_path: Path) -> None:
    assert callable(run)
    rejects = tmp_path / "rejects.csv"
    done = run("import", "areas", grids, "--level", "small_grid", "--datum", "cgcs2000", *COLUMNS, "--rejects", rejects)
    assert done.exit_code == 0, done.output
    assert "read 3 = inserted 2 + dissolved 0 + rejected 1" in done.output
    table = pd.read_csv(rejects, dtype=str)
    assert list(table.columns) == ["row", "outcome", "reason", "code", "name", "wkt"]
    assert table.loc[0, ["row", "outcome", "reason"]].tolist() == ["3", "rejected", "no name in name"]
    assert table.loc[0, "wkt"].startswith("POLYGON ((118.91")
    checked = run("check", "areas", "--json")
    found = json.loads(checked.stdout)
    assert set(found) == {"generation", "areas", "counts", "findings"}
    assert [finding["kind"] for finding in found["findings"]] == ["overlap"]
    assert found["findings"][0]["codes"] == ["1", "2"]
    assert run("check", "areas").exit_code == 0
    assert run("check", "areas", "--strict").exit_code == 1
    assert "overlap" in run("check", "areas").output
    published = run("publish", "--valid-from", "2026-01-01")
    assert "published" in published.output
    assert "2 small_grid" in published.output
    assert "current" in run("generations").output
    out = tmp_path / "grids.geojson"
    assert "2 rows of small_grid" in run("export", "small_grid", "--out", out).output
    assert list(pyogrio.read_dataframe(out)["name"]) == ["甲", "乙"]
    # A fault that today's boundaries do not have is refused, unless it is said that it is the survey's.
    worse = gpd.read_file(grids).assign(name="丙")
    worse.loc[1, "geometry"] = box(118.812, 36.9, 118.84, 36.92)
    pyogrio.write_dataframe(worse, tmp_path / "worse.gpkg")
    run("import", "areas", tmp_path / "worse.gpkg", "--level", "small_grid", "--datum", "cgcs2000", *COLUMNS)
    refused = run("publish")
    assert refused.exit_code == 2
    assert "1 and 2 lie over one another" in refused.stderr
    assert "--force" in refused.stderr
    assert "draft" in run("generations").output
    assert "3 small_grid" in run("publish", "--force").output


def test_profile_gives_what_options_do_not(run: object, grids: Path, tmp_path: Path) -> None:
    assert callable(run)
    profile = tmp_path / "p.toml"
    profile.write_text('level = "village"\ndatum = "bd09"\ncode_column = "code"\nname_column = "name"\n')
    done = run("import", "areas", grids, "--profile", profile, "--level", "large_grid", "--generation", "试行")
    assert "large_grid: read 3" in done.output
    # Without --rejects they are kept in the folder of the program's own files.
    assert len(list((tmp_path / "var" / "rejects").glob("grids.*.csv"))) == 1
    assert "试行" in run("generations").output


def test_better_datum_is_refused_without_a_terminal(run: object, grids: Path) -> None:
    assert callable(run)
    first = ["import", "areas", grids, "--level", "township", *COLUMNS]
    assert run(*first, "--datum", "cgcs2000").exit_code == 0
    second = run(*first, "--datum", "gcj02")
    assert second.exit_code == 2
    assert "fits the county better as cgcs2000" in second.stderr
    assert run(*first, "--datum", "gcj02", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "areas", "absent.gpkg", "--level", "village", "--datum", "wgs84", *COLUMNS], "no file absent.gpkg"),
        (["import", "areas", "GRIDS"], "give --level, --code-column, --name-column"),
        (["import", "areas", "GRIDS", "--level", "planet", *COLUMNS], "--level planet is none of county"),
        (["import", "areas", "GRIDS", "--level", "village", *COLUMNS], "the datum must be declared"),
        (["import", "areas", "GRIDS", "--level", "village", *COLUMNS, "--parent-is", "x"], "takes code or name"),
        (["import", "areas", "GRIDS", "--rejects", "absent/r.csv"], "there is no folder absent"),
        (["import", "units", "absent.csv"], "no file absent.csv"),
        (["import", "items", "GRIDS"], "a table is a .csv or .xlsx"),
        (["import", "jurisdictions", "GRIDS", "--datum", "wgs84"], "has no column code, name, kind"),
        (["check", "areas"], "no areas yet"),
        (["check", "areas", "--level", "x"], "--level x is none of"),
        (["publish"], "no draft"),
        (["export", "nothing", "--out", "a.csv"], "No layer 'nothing'"),
        (["export", "incident", "--out", "a.csv", "--where", "status"], "is not key=value"),
        (["export", "incident", "--out", "a.csv", "--language", "fr"], "--language fr is none of"),
        (["export", "incident", "--out", "a.doc"], "format doc is none of"),
    ],
)
def test_bad_input_ends_with_two_and_words(run: object, grids: Path, arguments: list[str], said: str) -> None:
    assert callable(run)
    if arguments[:3] == ["import", "jurisdictions", "GRIDS"]:
        said = "has no column kind"
    done = run(*[grids if argument == "GRIDS" else argument for argument in arguments])
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "no areas yet" in run("check", "areas").stderr
