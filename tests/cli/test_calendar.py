"""`gridmap calendar`, as a user runs it."""

import pytest
from click.testing import Result
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.storage.database import Database
from tests.county import insert_small_county


@pytest.fixture
def county(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", fresh_database.conninfo)
    monkeypatch.setenv("COLUMNS", "200")
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("INSERT INTO incident (item_code, reported_at) VALUES ('A02', '2026-11-20 15:00+08')")
    return fresh_database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["calendar", "clock", *arguments])


def test_the_clock_is_shown_and_changed(county: Database) -> None:
    shown = run()
    assert shown.exit_code == 0, shown.output
    assert [line.split(maxsplit=2)[-1] for line in shown.stdout.splitlines()] == [
        "00:00-24:00 (24 h a working day)",
        "running-clock",
        "Asia/Shanghai",
    ]
    changed = run("--hours", "08:30-12:00,13:30-17:30", "--convention", "civil-code", "--rule", "report-day=counted")
    assert changed.exit_code == 0, changed.output
    assert "08:30-12:00,13:30-17:30 (7.5 h a working day)" in changed.stdout
    assert "civil-code report-day=counted" in changed.stdout
    assert "1 due times of open incidents changed." in changed.stdout
    # Friday 15:00 was due on Wednesday at 15:00; with the Friday counted it is due on Tuesday at 17:30.
    assert "2026-11-25 15:00" in changed.stdout
    assert "2026-11-24 17:30" in changed.stdout
    refused = run("--hours", "late")
    assert refused.exit_code == 2
    assert "7.5 h" in run().stdout


def test_a_server_of_one_s_own_gets_the_known_years(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", fresh_database.conninfo)
    assert run().exit_code == 0
    with fresh_database.connect() as connection:
        row = connection.execute("SELECT min(year), calendar_known_until() IS NOT NULL FROM calendar_year").fetchone()
    assert row == (2004, True)


def test_a_year_says_where_it_comes_from_or_that_it_is_a_guess(county: Database) -> None:
    published = CliRunner().invoke(app, ["calendar", "show", "2025"])
    assert published.stdout.startswith("2025: published (chinesecalendar)\n")
    guess = CliRunner().invoke(app, ["calendar", "show", "2028"])
    assert guess.stdout.startswith("2028: not published: weekdays only, due times in it are provisional\n")
