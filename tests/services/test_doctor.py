"""The doctor: each thing well and not well, on real databases and servers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.services.clock import change_county_clock
from gridmap.services.doctor import (
    Finding,
    State,
    check_disk_room,
    check_font,
    check_outbox,
    check_queues,
    examine,
    examine_database,
    find_worst,
)
from gridmap.services.health import check_health
from gridmap.storage.calendar import find_known_until
from gridmap.storage.database import Database
from gridmap.storage.doctor import QueueCount
from gridmap.storage.fonts import find_chinese_font
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county

ZONE = "Asia/Shanghai"
# The last instant of 14 November in the county, and the first of the 15th.
BEFORE, FROM = datetime(2026, 11, 14, 15, 59, 59, tzinfo=UTC), datetime(2026, 11, 14, 16, tzinfo=UTC)


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def look(database: Database, now: datetime) -> dict[str, Finding]:
    return {one.check: one for one in examine_database(database, timezone=ZONE, now=now)}


def test_all_is_well_until_14_november_and_the_calendar_warns_from_the_15th(county: Database) -> None:
    with county.connect() as connection:
        assert find_known_until(connection) == datetime(2026, 12, 31, 16, tzinfo=UTC), "2027 came with a new release"
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at) "
            "VALUES ('A02', 118.805, 36.915, '2026-12-30 15:00+08'), ('A02', 118.805, 36.915, '2026-11-13 15:00+08')"
        )
    before, after = look(county, BEFORE), look(county, FROM)
    assert {check: one.state for check, one in before.items() if one.state is not State.OK} == {}
    assert set(before) == {"database", "calendar", "provisional", "clock", "outbox", "units", "queues", "migrations"}
    assert "published until 2026-12-31" in before["calendar"].text
    assert after["calendar"].state is State.WARNING
    assert "2027 should be published" in after["calendar"].text
    assert after["calendar"].todo == "Import it: gridmap calendar import FILE."
    assert after["provisional"].text == "1 of 2 open incidents have a provisional due time"
    assert (before["provisional"].state, after["provisional"].state) == (State.OK, State.WARNING)
    # What /healthz says of it.
    assert check_health(county, timezone=ZONE, now=BEFORE).calendar_warning == ""
    assert "2027 should be published" in check_health(county, timezone=ZONE, now=FROM).calendar_warning


def test_an_imported_year_ends_the_warning(county: Database) -> None:
    from gridmap.services.calendar import import_calendar

    day = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}
    import_calendar(county, {"year": 2027, "papers": [], "days": [day]}, where="2027.json")
    assert look(county, FROM)["calendar"].state is State.OK


def test_what_is_not_in_order_is_named_with_what_to_do(county: Database) -> None:
    change_county_clock(county, hours="08:30-17:30", timezone="Asia/Urumqi")
    with county.connect() as connection:
        connection.execute("ALTER TABLE unit DROP CONSTRAINT unit_letter_check")
        connection.execute("UPDATE unit SET letter = '' WHERE code = 'U-WAT'")
        connection.execute("UPDATE outbox SET at = at - interval '9 days'")
        connection.execute(
            "INSERT INTO incident (source_key, item_code, reported_at) VALUES ('old', 'none', '2026-11-10 15:00+08'), "
            "('new', 'none', '2026-11-13 15:00+08'), ('done', 'none', '2026-11-10 15:00+08')"
        )
        with maintenance(connection):
            connection.execute("UPDATE incident SET queue = 'no_unit', lead_unit_id = NULL")
        connection.execute("UPDATE incident SET status = 'rejected' WHERE source_key = 'done'")
    found = look(county, BEFORE)
    assert found["clock"].state is State.WARNING
    assert "Asia/Urumqi; but GRIDMAP_TIMEZONE is Asia/Shanghai" in found["clock"].text
    assert (found["units"].state, found["units"].text) == (State.WARNING, "6 units, 1 without a letter")
    assert found["outbox"].state is State.OK, "the changes of these days are newer than the instant asked about"
    assert look(county, datetime.now(UTC))["outbox"].state is State.WARNING
    assert found["queues"].text == "2 open incidents wait in queues (no_unit 2), 1 longer than one working day"
    assert found["queues"].state is State.WARNING
    assert all(one.todo for one in found.values() if one.state is not State.OK)


def test_a_database_without_tables_asks_for_its_migrations(empty_database: Database) -> None:
    found = look(empty_database, BEFORE)
    assert found["migrations"].state is State.FAULT
    assert found["migrations"].todo == "Apply them: gridmap db migrate."


def test_a_calendar_without_any_year_is_a_fault(fresh_database: Database) -> None:
    assert look(fresh_database, BEFORE)["calendar"].state is State.FAULT


@pytest.mark.parametrize(("free", "state"), [(999_999_999, State.FAULT), (10**9, State.WARNING), (5 * 10**9, State.OK)])
def test_the_disk_has_to_have_room(tmp_path: Path, free: int, state: State) -> None:
    finding = check_disk_room(tmp_path / "not" / "yet", free_bytes=free)
    assert finding.state is state
    assert str(tmp_path) in finding.text


@pytest.mark.parametrize(("age_d", "state"), [(8, State.OK), (8.01, State.WARNING)])
def test_the_outbox_may_be_a_day_older_than_what_is_kept(age_d: float, state: State) -> None:
    assert check_outbox(BEFORE - timedelta(days=age_d), 3, now=BEFORE).state is state
    assert check_outbox(None, 0, now=BEFORE).state is State.OK


def test_one_is_not_said_as_many(county: Database) -> None:
    with county.connect() as connection:
        connection.execute("INSERT INTO incident (item_code, reported_at) VALUES ('none', '2026-11-13 15:00+08')")
        connection.execute("DELETE FROM outbox WHERE revision < (SELECT max(revision) FROM outbox)")
    found = look(county, BEFORE)
    assert found["database"].text.endswith(", 1 open incident")
    assert found["provisional"].text == "0 of 1 open incident has a provisional due time"
    assert found["queues"].text.startswith("1 open incident waits in a queue (item_not_in_list 1), ")
    assert found["outbox"].text.startswith("1 change, ")


def test_queues_are_no_trouble_as_long_as_they_move() -> None:
    assert check_queues([]).state is State.OK
    assert check_queues([QueueCount("no_unit", 5, 0)]).state is State.OK
    assert check_queues([QueueCount("disputed", 1, 0), QueueCount("no_unit", 5, 1)]).state is State.WARNING


def test_fonts_are_asked_of_fontconfig_and_else_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text(f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "NotoSansCJK-Regular.ttc").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chinese_font([tmp_path / "none"]) is None
    assert find_chinese_font([tmp_path]) == "NotoSansCJK-Regular"
    assert check_font(None).state is State.WARNING
    assert check_font("Noto Sans CJK SC").state is State.OK


def test_a_private_server_that_was_never_made_is_not_made(open_dir: Path) -> None:
    settings = SimpleNamespace(database_url=None, var_dir=open_dir / "var", postgres_bin_dir=None)
    found = {one.check: one for one in examine(settings, timezone=ZONE)}
    assert found["private server"].state is State.WARNING
    assert "gridmap db migrate" in found["private server"].todo
    assert "database" not in found
    assert not (open_dir / "var" / "postgres" / "data").exists()


def test_a_server_that_does_not_answer_is_a_fault_beside_the_other_lines(tmp_path: Path) -> None:
    url = SecretStr("postgresql:///nothing?host=/nowhere")
    settings = SimpleNamespace(database_url=url, var_dir=tmp_path, postgres_bin_dir=None)
    found = {one.check: one for one in examine(settings, timezone=ZONE)}
    assert found["database"].state is State.FAULT
    assert {"fonts", "disk", "private server"} <= set(found)
    assert find_worst(list(found.values())) is State.FAULT


def test_the_command_ends_with_the_worst(county: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIDMAP_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", county.conninfo)
    said = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    assert {one["check"] for one in said["findings"]} >= {"fonts", "disk", "database", "calendar", "queues"}
    with county.connect() as connection:
        connection.execute("UPDATE calendar_year SET is_published = true")
        connection.execute("UPDATE setting SET value = 'Asia/Urumqi' WHERE name = 'timezone'")
    plain, strict = CliRunner().invoke(app, ["doctor"]), CliRunner().invoke(app, ["doctor", "--strict"])
    assert (plain.exit_code, strict.exit_code) == (0, 1)
    assert "warning clock" in plain.stdout
    with county.connect() as connection:
        connection.execute("UPDATE calendar_year SET is_published = false")
    broken = CliRunner().invoke(app, ["doctor", "--json"])
    assert broken.exit_code == 2
    assert json.loads(broken.stdout)["state"] == "fault"


def test_all_well_ends_with_nothing(county: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIDMAP_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", county.conninfo)
    with county.connect() as connection:
        connection.execute("UPDATE calendar_year SET is_published = true")
    done = CliRunner().invoke(app, ["doctor", "--strict"])
    if "warning fonts" in done.stdout or "disk" in [
        line.split()[1] for line in done.stdout.splitlines() if line[0] in "wf"
    ]:
        pytest.skip("this machine has no Chinese font or little room on its disk")
    assert done.exit_code == 0, done.stdout
