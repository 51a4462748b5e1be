"""The commands, as a user runs them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridmap.storage.database import Database
from tests.conftest import PROJECT_DIR
from tests.county import insert_small_county

PROFILE = """
timezone = "Asia/Shanghai"
[columns]
source_key = "id"
item_code = "item"
title = "item"
lon = "lon"
lat = "lat"
reported_at = "at"
[constants]
channel = "patrol"
datum = "wgs84"
precision = "exact"
"""
ROWS = "id,item,lon,lat,at\n1,A01,118.805,36.915,2026-05-06 10:20:00\n2,A01,east,36.915,2026-05-06 10:20:00\n"


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(database.conninfo)
    url = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
    if "port" in parts:
        url += f"&port={parts['port']}"
    return {**os.environ, "GRIDMAP_DATABASE_URL": url, "GRIDMAP_VAR_DIR": str(tmp_path / "var"), "PYTHONWARNINGS": ""}


def run(database: Database, tmp_path: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gridmap", *map(str, arguments)],
        env=environment(database, tmp_path),
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def write(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "a.csv", tmp_path / "profile.toml"


def test_import_prints_totals_that_add_up_and_keeps_rejects(county: Database, tmp_path: Path) -> None:
    file, profile = write(tmp_path)
    done = run(county, tmp_path, "import", "incidents", file, "--profile", profile)
    assert done.returncode == 0, done.stderr
    assert "2 read = 1 inserted + 0 repeated + 1 rejected" in done.stdout
    rejects = tmp_path / "var" / "rejects" / "a.rejects.csv"
    assert str(rejects) in done.stdout
    assert "not a number of degrees" in rejects.read_text(encoding="utf-8-sig")
    again = run(county, tmp_path, "import", "incidents", file, "--profile", profile)
    assert "2 read = 0 inserted + 1 repeated + 1 rejected" in again.stdout


def test_bad_input_ends_with_2_and_a_sentence(county: Database, tmp_path: Path) -> None:
    file, profile = write(tmp_path)
    for arguments in (
        ("import", "incidents", tmp_path / "none.csv", "--profile", profile),
        ("import", "incidents", file, "--profile", tmp_path / "none.toml"),
        ("replay", file, "--profile", profile, "--speed", "0"),
        ("simulate", "--rate", "0"),
        ("calendar", "show", "1999"),
        ("calendar", "import", tmp_path / "none.json"),
        ("calendar", "import", profile),
    ):
        done = run(county, tmp_path, *arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.startswith("gridmap: "), done.stderr
        assert "Traceback" not in done.stderr


def test_a_year_is_shown_and_imported(county: Database, tmp_path: Path) -> None:
    shown = run(county, tmp_path, "calendar", "show", "2026")
    assert shown.returncode == 0, shown.stderr
    assert "2026: published" in shown.stdout
    assert "2026-10-10" in shown.stdout
    assert "not published" in run(county, tmp_path, "calendar", "show", "2027").stdout
    notice = tmp_path / "2027.json"
    day = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}
    notice.write_text(json.dumps({"year": 2027, "papers": [], "days": [day]}), encoding="utf-8")
    done = run(county, tmp_path, "calendar", "import", notice)
    assert done.returncode == 0, done.stderr
    assert "1 days that do not follow the week" in done.stdout
    assert "2027: published (2027.json)" in run(county, tmp_path, "calendar", "show", "2027").stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_simulate_ends_on_a_signal_and_leaves_whole_rows(
    county: Database, tmp_path: Path, number: signal.Signals
) -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "gridmap", "simulate", "--rate", "600", "--seed", "1"],
        env=environment(county, tmp_path),
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        count = 0
        while count < 3 and time.monotonic() < deadline:
            time.sleep(0.2)
            with county.connect() as connection:
                row = connection.execute("SELECT count(*) FROM incident").fetchone()
                count = row[0] if row else 0
        assert count >= 3
        started.send_signal(number)
        _, told = started.communicate(timeout=15)
    finally:
        started.kill()
    assert started.returncode in (130, 143)
    assert "Traceback" not in told
    with county.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM incident i WHERE NOT EXISTS (SELECT FROM incident_event e WHERE e.incident_id = i.id)"
        ).fetchone()
    assert row == (0,)


@pytest.mark.parametrize("command", [("import", "incidents"), ("replay",)])
def test_a_database_without_the_tables_is_said(
    empty_database: Database, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file, profile = write(tmp_path)
    done = run(empty_database, tmp_path, *command, file, "--profile", profile)
    assert done.returncode == 2, done.stderr
    assert "gridmap db migrate" in done.stderr
    assert "Traceback" not in done.stderr
