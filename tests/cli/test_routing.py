"""`gridmap why`, `queues`, `reroute` and `check jurisdictions`."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.storage.database import Database
from tests.county import insert_small_county

Run = Callable[..., Result]


@pytest.fixture
def run(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("UPDATE responsibility_item SET needs_power = true WHERE code = 'A02'")
        connection.execute(
            """
            INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at)
            VALUES ('A01', 118.805, 36.915, '2026-11-20 07:00Z'), ('Z1', 118.805, 36.915, '2026-11-20 07:00Z')
            """
        )
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", fresh_database.conninfo)

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return call


def test_why_queues_reroute_and_check(run: Run, fresh_database: Database) -> None:
    said = run("why", 1)
    assert said.exit_code == 0, said.output
    assert "城区派出所 (U-PS1)" in said.output
    assert "the point lies in this unit's jurisdiction" in said.output
    assert "公安局" in said.output
    assert "管辖区" in run("why", 1, "--language", "zh").output
    answer = json.loads(run("why", 2, "--json").stdout)
    assert (answer["queue"], answer["lead"]) == ("item_not_in_list", None)
    assert run("why", 2).output.startswith("2: Not in the list\n")
    assert run("why", 2, "--language", "zh").output.startswith("2: 清单外事项\n")
    assert run("why", 99).exit_code == 2

    counted = json.loads(run("queues", "--json").stdout)
    assert {one["queue"]: one["count"] for one in counted["queues"]}["item_not_in_list"] == 1
    assert "Z1" in run("queues").output

    with fresh_database.connect() as connection:
        connection.execute("INSERT INTO responsibility_list (name, effective_from) VALUES ('next', '2026-11-21')")
        connection.execute(
            """
            WITH made AS (
                INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit)
                SELECT id, 'Z1', 'c', 'n', 'county', 3, 'working_day' FROM responsibility_list WHERE name = 'next'
                RETURNING id
            ) INSERT INTO responsibility_duty (item_id, role, unit_type, number) SELECT id, 'lead', 'water', 1 FROM made
            """
        )
    dry = run("reroute", "--queue", "item_not_in_list", "--dry-run")
    assert "1 of 1 incidents would be routed anew" in dry.output, dry.output
    assert "U-WAT" in dry.output
    assert "1 of 1 incidents routed anew" in run("reroute", "--queue", "item_not_in_list").output
    assert "0 of 0 incidents" in run("reroute", "--queue", "item_not_in_list").output
    assert "供水公司" in run("why", 2).output
    assert run("reroute", "--queue", "lost").exit_code == 2

    checked = json.loads(run("check", "jurisdictions", "--json").stdout)
    assert checked["jurisdictions"] == {"enforcement": 1, "police": 1}
    assert {one["kind"] for one in checked["findings"]} == {"gap"}
    assert "county" in run("check", "jurisdictions", "--strict", "--day", "2026-11-01").output


def test_why_says_who_was_to_lead_where_nobody_had_the_power(run: Run, fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        row = connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at) "
            "VALUES ('A02', 118.805, 36.915, '2026-11-20 07:00Z') RETURNING id, lead_rule"
        ).fetchone()
    assert row is not None
    assert row[1] == "no_power"
    said = run("why", row[0]).output
    assert f"{row[0]}: No power" in said
    assert "To lead by the list" in said
    assert "enforcement · it had no power" in said
    assert "Also lead" not in said
    assert "no such unit here" not in said
