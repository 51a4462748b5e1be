"""Stages of a limit under extensions and standstills: by hand, and in the database as in the pure twin."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due_calendar import DueCalendar, make_due_calendar
from gridmap.domain.due_convention import make_convention
from gridmap.domain.due_stages import find_stage_due
from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.office_hours import OfficeHours
from gridmap.services.calendar import seed_calendar_on
from gridmap.services.transitions import carry_out_on
from gridmap.storage.calendar import list_exceptions
from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county
from tests.staff import insert_staff

# Monday 15:00 in the county; no holiday until 1 October, but Sunday the 20th is worked and Friday the 25th is off.
MONDAY = datetime(2026, 9, 7, 7, tzinfo=UTC)
STAGES = ((1, "stop work", 4, "working_hour"), (2, "fine", 7, "working_day"), (3, "demolish", 20, "working_day"))
DAY = timedelta(days=1)


@pytest.fixture
def site(connection: Connection) -> Iterator[Connection]:
    """An illegal building (A03) in three stages, which the enforcement bureau handles since Monday."""
    insert_small_county(connection)
    insert_staff(connection)
    connection.execute("UPDATE responsibility_item SET limit_value = 20 WHERE code = 'A03'")
    for stage in STAGES:
        connection.execute(
            "INSERT INTO responsibility_stage (item_id, number, name, limit_value, limit_unit) "
            "SELECT id, %s, %s, %s, %s FROM responsibility_item WHERE code = 'A03'",
            stage,
        )
    connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, status) "
        "VALUES ('A03', 118.805, 36.905, %s, 'handling')",
        [MONDAY],
    )
    return connection


def act(connection: Connection, action: Action, actor: str, at: datetime, **carried: object) -> None:
    row = connection.execute("SELECT id, version FROM incident").fetchone()
    assert row is not None
    carry_out_on(
        connection,
        row[0],
        action,
        actor=actor,
        expected_version=row[1],
        carried=Carried(reason="r", **carried),  # type: ignore[arg-type]
        at=at,
    )


def list_dues(connection: Connection) -> list[datetime | None]:
    return [row[0] for row in connection.execute("SELECT due_at FROM incident_stage ORDER BY number")]


def find_due(connection: Connection) -> datetime:
    row = connection.execute("SELECT due_at FROM incident").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def test_an_extension_moves_the_running_stage_and_those_after_it(site: Connection) -> None:
    before = list_dues(site)
    # 4 h, 7 working days, 20 working days: Sunday the 20th is one, Friday the 25th and 1, 2 October are not.
    assert before[:2] == [MONDAY + timedelta(hours=4), MONDAY + 9 * DAY]
    assert before[2] == find_due(site)
    act(site, Action.EXTEND, "su", MONDAY + 2 * DAY, extension=Decimal(3))
    after = list_dues(site)
    assert after[0] == before[0], "stop work was past when the extension was granted"
    assert after[1] == MONDAY + 13 * DAY, "Wednesday the 16th, and Thursday, Friday, Sunday"
    assert after[2] == find_due(site) > before[2]


def test_an_extension_late_in_the_matter_leaves_the_fine_alone(site: Connection) -> None:
    before = list_dues(site)
    act(site, Action.EXTEND, "su", MONDAY + 9 * DAY, extension=Decimal(3))
    after = list_dues(site)
    assert after[:2] == before[:2], "used up at the very instant of the extension"
    assert after[2] == find_due(site)


def test_a_pause_moves_what_was_not_past_and_hides_it_meanwhile(site: Connection) -> None:
    before = list_dues(site)
    act(site, Action.PAUSE, "su", MONDAY + 2 * DAY)
    assert list_dues(site) == [before[0], None, None]
    act(site, Action.RESUME, "enf-lead", MONDAY + 3 * DAY)
    after = list_dues(site)
    assert after[:2] == [before[0], MONDAY + 10 * DAY]
    assert after[2] == find_due(site)


def test_before_the_first_stage_is_past_a_pause_moves_all(site: Connection) -> None:
    act(site, Action.PAUSE, "su", MONDAY + timedelta(hours=1))
    assert list_dues(site) == [None] * 3
    act(site, Action.RESUME, "enf-lead", MONDAY + timedelta(hours=3))
    assert list_dues(site)[:2] == [MONDAY + timedelta(hours=6), MONDAY + 9 * DAY + timedelta(hours=2)]


def test_a_record_that_comes_extended_is_so_from_its_report(site: Connection) -> None:
    with maintenance(site):
        site.execute("DELETE FROM incident")
    site.execute(
        "INSERT INTO incident (item_code, reported_at, status, extension) VALUES ('A03', %s, 'extended', 2)", [MONDAY]
    )
    # Two working days on top of four working hours, and on top of seven working days.
    assert list_dues(site)[:2] == [MONDAY + 2 * DAY + timedelta(hours=4), MONDAY + 11 * DAY]


UNITS = (LimitUnit.WORKING_HOUR, LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY)


def make_calendar(connection: Connection, zone: str, hours: str, rules: str) -> DueCalendar:
    seed_calendar_on(connection, today=date(2026, 11, 23))
    for name, value in (("timezone", zone), ("office_hours", hours), ("due_rules", rules)):
        connection.execute("UPDATE setting SET value = %s WHERE name = %s", [value, name])
    connection.execute("SELECT rebuild_working_intervals()")
    return make_due_calendar(
        list_exceptions(connection),
        published_years=range(2004, 2027),
        timezone=zone,
        hours=OfficeHours.of_text(hours),
        convention=make_convention("running-clock", rules.split()),
    )


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("hours", ["00:00-24:00", "08:30-12:00,13:30-17:30"])
@pytest.mark.parametrize("convention", ["running-clock", "same-clock-time", "civil-code"])
def test_the_database_and_the_twin_say_the_same(connection: Connection, zone: str, hours: str, convention: str) -> None:
    insert_small_county(connection)
    calendar = make_calendar(connection, zone, hours, str(make_convention(convention)))
    rng = random.Random(f"{zone} {hours} {convention}")
    incident = "INSERT INTO incident (item_code, reported_at) VALUES ('A02', %s) RETURNING id"
    seen = set()
    for _ in range(60):
        reported_at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(250 * 86_400))
        row = connection.execute(incident, [reported_at]).fetchone()
        assert row is not None
        edges = sorted(reported_at + timedelta(seconds=rng.randrange(14 * 86_400)) for _ in range(2 * rng.randrange(4)))
        stops = list(zip(edges[::2], edges[1::2], strict=True))
        with maintenance(connection):
            connection.execute("DELETE FROM incident_hold WHERE incident_id = %s", [row[0]])
            for since, until in stops:
                connection.execute(
                    "INSERT INTO incident_hold (incident_id, kind, from_at, to_at) VALUES (%s, 'paused', %s, %s)",
                    [row[0], since, until],
                )
        limit = Limit(rng.choice((1, 2, 5, 8)), rng.choice(UNITS))
        extension = rng.choice([None, *(Limit(rng.choice((1, 2)), unit) for unit in UNITS)])
        extended_at = rng.choice([None, reported_at + timedelta(seconds=rng.randrange(10 * 86_400))])
        found = connection.execute(
            "SELECT due_at FROM stage_times(%s, %s, %s::numeric, %s, %s::numeric, %s, %s, 0)",
            [
                row[0],
                reported_at,
                limit.value,
                limit.unit,
                extension.value if extension else 0,
                extension.unit if extension else limit.unit,
                extended_at if extension else None,
            ],
        ).fetchone()
        plain = find_stage_due(reported_at, limit, calendar)
        expected = find_stage_due(
            reported_at, limit, calendar, stops=stops, extension=extension, extended_at=extended_at
        )
        assert found is not None
        assert abs(found[0] - expected) <= timedelta(microseconds=1), (reported_at, limit, stops, extension)
        seen.add((bool(stops), extension is not None, expected > plain))
    assert len(seen) >= 5, "some move and some do not"
