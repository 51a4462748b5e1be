"""`gridmap supervise`, as a user runs it."""

import pytest
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.storage.database import Database
from tests.county import insert_small_county


@pytest.fixture
def county(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("INSERT INTO incident (item_code, reported_at) VALUES ('A02', '2026-11-16T09:00:00+08:00')")
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", fresh_database.conninfo)
    return fresh_database


def test_it_gives_what_is_due_once(county: Database) -> None:
    def run(at: str) -> str:
        done = CliRunner().invoke(app, ["supervise", "--at", at])
        assert done.exit_code == 0, done.output
        return done.output.strip()

    assert run("2026-11-19T08:59:59+08:00") == "Given: 1 reminder, 0 yellow, 0 red, 0 black."
    assert run("2026-11-19T09:00:00+08:00") == "Given: 0 reminder, 1 yellow, 0 red, 0 black."
    assert run("2026-11-19T09:00:00+08:00") == "Given: 0 reminder, 0 yellow, 0 red, 0 black."


@pytest.mark.parametrize(("at", "said"), [("yesterday", "is no instant"), ("2026-11-19T09:00:00", "has no time zone")])
def test_what_is_no_instant_is_refused(county: Database, at: str, said: str) -> None:
    done = CliRunner().invoke(app, ["supervise", "--at", at])
    assert done.exit_code == 2
    assert said in done.stderr
