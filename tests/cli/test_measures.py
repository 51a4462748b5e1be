"""`gridmap measures`, as a user runs it."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.storage.database import Database
from tests.county import insert_small_county


@pytest.fixture
def county(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("UPDATE unit SET name = '=1+1' WHERE code = 'U-ENF'")
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at) VALUES "
            "('A02', 118.805, 36.905, '2026-09-21T09:00+08:00'), ('A02', NULL, NULL, '2026-09-21T09:00+08:00')"
        )
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", fresh_database.conninfo)
    monkeypatch.setenv("COLUMNS", "300")
    return fresh_database


def run(*options: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["measures", *options])
    assert done.exit_code == code, done.output
    return done.output


def test_it_shows_writes_and_refuses(county: Database, tmp_path: Path) -> None:
    shown = run("--as-of", "2026-09-21T10:00:00+08:00")
    assert "受理率 accepted" in shown
    assert "0.0%*" in shown
    assert "0 / 2" in shown
    assert "On the map 1 of 2. As of" in shown
    by_village = run("--by", "village", "--measure", "accepted")
    assert "东村" in by_village
    assert "total" in by_village

    said = json.loads(run("--by", "unit", "--measure", "burnt_hours", "--as-of", "2026-09-21T10:00:00+08:00", "--json"))
    assert said["total"]["values"]["burnt_hours"]["numerator"] == 2
    assert [row["key"] for row in said["rows"]] == ["", "U-ENF"]

    for name in ("m.csv", "m.xlsx"):
        assert "2 rows written" in run(
            "--by", "unit", "--as-of", "2026-09-21T10:00:00+08:00", "--out", str(tmp_path / name)
        )
    table = pd.read_excel(tmp_path / "m.xlsx", dtype=object)
    assert len(table) == 13 * 3
    # As written, not as a formula with its value.
    assert set(table.loc[table["row"] == "U-ENF", "name"]) == {"=1+1"}
    assert "'=1+1" in (tmp_path / "m.csv").read_text(encoding="utf-8-sig")

    assert ".csv or .xlsx" in run("--out", str(tmp_path / "m.pdf"), code=2)
    assert "is no instant" in run("--since", "yesterday", code=2)
    # Of the county, whatever zone this machine is in: the reports are of 9:00 there.
    for as_of, count in (("2026-09-21T08:59", 0), ("2026-09-21T09:00", 2), ("2026-09-21", 0), ("2026-09-22", 2)):
        assert json.loads(run("--as-of", as_of, "--json"))["incidents"] == count
    assert "in the county's time zone" in " ".join(run("--help").replace("│", "").split())
    assert "not both" in run("--json", "--out", str(tmp_path / "m.csv"), code=2)


def test_a_narrow_terminal_gets_one_value_a_line(county: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--by", "unit", "--as-of", "2026-09-21T10:00:00+08:00")
    assert "working hours burnt" in run(*asked).splitlines()[1]
    monkeypatch.setenv("COLUMNS", "80")
    shown = run(*asked)
    assert "…" not in shown
    (line,) = [line for line in shown.splitlines() if "U-ENF" in line]
    assert line.split() == ["│", "U-ENF", "=1+1", "│", "incidents", "│", "2", "│"]
    assert sum("working hours burnt" in line for line in shown.splitlines()) == 3
