"""The clock of the county: what a change of office hours, convention or zone does to incidents and to the board."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import due_at
from gridmap.domain.due_calendar import make_due_calendar
from gridmap.domain.due_convention import CONVENTIONS
from gridmap.domain.office_hours import OfficeHours
from gridmap.errors import InputError, NotFoundError
from gridmap.services.board import open_feed
from gridmap.services.calendar import import_calendar
from gridmap.services.clock import change_county_clock, list_stage_dues, read_county_clock
from gridmap.storage.calendar import list_exceptions
from gridmap.storage.database import Database
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county

HOURS = "08:30-12:00,13:30-17:30"
# Monday 15:00 in the county.
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture
def county(fresh_database: Database) -> Database:
    """Four items with limits, each reported on Monday at 15:00, and one of each that a change must leave alone."""
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("UPDATE responsibility_item SET limit_unit = 'calendar_day' WHERE code = 'A05'")
        connection.execute(
            "INSERT INTO responsibility_stage (item_id, number, name, limit_value, limit_unit) "
            "SELECT id, s.number, s.name, s.value, s.unit FROM responsibility_item, "
            "(VALUES (1, '停工', 4, 'working_hour'), (2, '罚款', 7, 'working_day'), (3, '公示', 30, 'calendar_day')) "
            "AS s (number, name, value, unit) WHERE code = 'A02'"
        )
        connection.execute(
            """
            INSERT INTO incident (source_key, item_code, reported_at, status, resolved_at, target_at, stopped_at)
            VALUES ('days', 'A02', %(at)s, 'reported', NULL, NULL, NULL),
                   ('hours', 'A04', %(at)s, 'reported', NULL, NULL, NULL),
                   ('calendar', 'A05', %(at)s, 'reported', NULL, NULL, NULL),
                   ('unlisted', 'none', %(at)s, 'reported', NULL, NULL, NULL),
                   ('closed', 'A02', %(at)s, 'resolved', %(at)s + interval '1 hour', NULL, NULL),
                   ('target', 'A02', %(at)s, 'reported', NULL, %(at)s + interval '3 days', NULL),
                   ('paused', 'A02', %(at)s, 'paused', NULL, NULL, %(at)s + interval '1 hour')
            """,
            {"at": MONDAY},
        )
    return fresh_database


def read_dues(database: Database) -> dict[str, tuple[datetime, int]]:
    with database.connect() as connection:
        rows = connection.execute("SELECT source_key, due_at, version FROM incident WHERE source_key IS NOT NULL")
        return {row[0]: (row[1], row[2]) for row in rows}


def test_the_default_is_whole_working_days_and_a_running_clock(county: Database) -> None:
    clock = read_county_clock(county)
    assert (str(clock.hours), clock.convention_name, clock.rules) == ("00:00-24:00", "running-clock", ())
    assert clock.convention == CONVENTIONS["running-clock"]
    assert clock.timezone == "Asia/Shanghai"


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
def test_open_incidents_follow_the_clock_and_the_change_is_listed(county: Database, convention: str) -> None:
    before = read_dues(county)
    done = change_county_clock(county, hours=HOURS, convention=convention)
    after = read_dues(county)
    with county.connect() as connection:
        calendar = make_due_calendar(
            list_exceptions(connection),
            published_years=range(2004, 2027),
            hours=OfficeHours.of_text(HOURS),
            convention=CONVENTIONS[convention],
        )
        ids = dict(connection.execute("SELECT source_key, id FROM incident").fetchall())
        day_s = connection.execute("SELECT value FROM setting WHERE name = 'working_day_s'").fetchone()
        told = connection.execute("SELECT count(*) FROM outbox WHERE subject = 'calendar'").fetchone()
    limits = {
        "days": Limit(3, LimitUnit.WORKING_DAY),
        "hours": Limit(4, LimitUnit.WORKING_HOUR),
        "calendar": Limit(1, LimitUnit.CALENDAR_DAY),
        "unlisted": Limit(3, LimitUnit.WORKING_DAY),
    }
    expected = {key: due_at(MONDAY, limit, calendar).at for key, limit in limits.items()}
    assert {key: after[key][0] for key in limits} == expected
    for key in ("closed", "target", "paused"):
        assert after[key] == before[key]
    assert {one.incident_id: (one.old_due_at, one.due_at) for one in done.changed} == {
        ids[key]: (before[key][0], after[key][0]) for key in limits if after[key][1] != before[key][1]
    }
    assert ids["hours"] in {one.incident_id for one in done.changed}
    assert day_s == (str(int(7.5 * 3600)),)
    assert told == (2,)
    clock = read_county_clock(county)
    assert (str(clock.hours), clock.convention_name) == (HOURS, convention)
    # And back: as if nothing had been.
    change_county_clock(county, hours="00:00-24:00", convention="running-clock")
    assert {key: due for key, (due, _) in read_dues(county).items()} == {key: due for key, (due, _) in before.items()}


def test_a_new_incident_is_timed_by_the_same_clock(county: Database) -> None:
    change_county_clock(county, hours=HOURS, convention="civil-code")
    with county.connect() as connection:
        connection.execute(
            "INSERT INTO incident (source_key, item_code, reported_at) VALUES ('new', 'A02', %s)", [MONDAY]
        )
    # Thursday 17:30.
    assert read_dues(county)["new"][0] == datetime(2026, 11, 26, 9, 30, tzinfo=UTC) == read_dues(county)["days"][0]


def test_single_rules_stay_until_a_convention_is_named(county: Database) -> None:
    change_county_clock(county, convention="civil-code", rules=["report-day=counted"])
    assert read_county_clock(county).rules == ("report-day=counted",)
    change_county_clock(county, hours="08:30-17:30")
    assert read_county_clock(county).rules == ("report-day=counted",)
    change_county_clock(county, rules=["last-day-off=stays"])
    assert set(read_county_clock(county).rules) == {"report-day=counted", "last-day-off=stays"}
    change_county_clock(county, convention="civil-code")
    assert read_county_clock(county).rules == ()


def test_a_change_to_the_same_tells_nobody(county: Database) -> None:
    assert change_county_clock(county, hours="00:00-24:00", timezone="Asia/Shanghai").changed == []
    with county.connect() as connection:
        assert connection.execute("SELECT count(*) FROM outbox WHERE subject = 'calendar'").fetchone() == (1,)


def test_the_zone_moves_midnights(county: Database) -> None:
    change_county_clock(county, timezone="America/New_York")
    # Monday 2:00 in New York: three working days are over on Thursday at 2:00.
    assert read_dues(county)["days"][0] == datetime(2026, 11, 26, 7, tzinfo=UTC)
    with county.connect() as connection:
        first = connection.execute(
            "SELECT starts_at FROM working_interval WHERE starts_at > '2026-11-20' ORDER BY starts_at LIMIT 1"
        ).fetchone()
    assert first == (datetime(2026, 11, 23, 5, tzinfo=UTC),)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hours": "9 to 5"}, "not of the form"),
        ({"hours": "17:00-08:30"}, "ends before it starts"),
        ({"convention": "lunar"}, "no convention lunar"),
        ({"rules": ["report-day=counted"]}, "needs ends-at=close"),
        ({"rules": ["weather=good"]}, "no rule weather"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        # In the night of 1 November the second 1:15 comes after the first 1:30.
        ({"hours": "00:30-01:15,01:30-03:00", "timezone": "America/New_York"}, "overlap"),
    ],
)
def test_what_can_t_be_used_changes_nothing(county: Database, asked: dict[str, object], message: str) -> None:
    with county.connect() as connection:
        # A Sunday on which New York sets its clocks back.
        connection.execute(
            "INSERT INTO calendar_exception (day, notice_year, is_working) VALUES ('2026-11-01', 2026, true) "
            "ON CONFLICT DO NOTHING"
        )
    before = read_dues(county), read_county_clock(county)
    with pytest.raises(InputError, match=message):
        change_county_clock(county, **asked)  # type: ignore[arg-type]
    assert (read_dues(county), read_county_clock(county)) == before


def test_the_board_s_calendar_is_the_office_hours(county: Database) -> None:
    change_county_clock(county, hours=HOURS)
    with open_feed(county) as feed:
        header = feed.read_header()
        intervals = header["calendar"]
        assert header["working_day_s"] == 7.5 * 3600
        rows = feed.load().board
    assert isinstance(intervals, list)
    assert {end - start for start, end in intervals} == {3.5 * 3600, 4 * 3600}
    day_s = sum(
        end - start for start, end in intervals if MONDAY.timestamp() - 7 * 3600 <= start < MONDAY.timestamp() + 61200
    )
    assert day_s == 7.5 * 3600
    # Four hours from Monday 15:00 end on Tuesday at 10:00; between the two the intervals hold four hours.
    row = next(row for one in rows if (row := rows.find_row(one)) is not None and row.due == 19 * 3600)
    start, end = row.reported, row.reported + row.due
    assert sum(max(0, min(end, b) - max(start, a)) for a, b in intervals) == 4 * 3600


NOTICE = {
    "year": 2027,
    "papers": ["https://example.org/2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": False},
    ],
}


def test_an_imported_year_counts_extension_and_pause_and_leaves_targets(fresh_database: Database) -> None:
    """Wednesday 30 December 15:00; Thursday and Friday turn out to be days off, Sunday the 3rd a working day."""
    reported = datetime(2026, 12, 30, 7, tzinfo=UTC)
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            """
            INSERT INTO incident
                (source_key, item_code, reported_at, status, extension, stopped_s, target_at, stopped_at)
            VALUES ('plain', 'A02', %(at)s, 'handling', 0, 0, NULL, NULL),
                   ('extended', 'A02', %(at)s, 'extended', 2, 0, NULL, NULL),
                   ('resumed', 'A02', %(at)s, 'handling', 0, 86400, NULL, NULL),
                   ('paused', 'A02', %(at)s, 'paused', 0, 0, NULL, %(at)s + interval '1 hour'),
                   ('target', 'A02', %(at)s, 'handling', 0, 0, %(at)s + interval '5 days', NULL),
                   ('ledger', 'A02', %(at)s, 'handling', 0, 32400, NULL, NULL),
                   ('sunday', 'A02', %(at)s, 'handling', 0, 0, NULL, NULL)
            """,
            {"at": reported},
        )
        # One stood from Thursday 0:00 to 9:00, working time as long as nobody knows of the holiday; one on the Sunday.
        with maintenance(connection):
            connection.execute("DELETE FROM incident_hold")
            connection.execute(
                "INSERT INTO incident_hold (incident_id, kind, from_at, to_at) "
                "SELECT id, 'paused', h.day::timestamptz, h.day::timestamptz + interval '9 hours' FROM incident "
                "JOIN (VALUES ('ledger', '2026-12-31 00:00+08'), ('sunday', '2027-01-03 00:00+08')) AS h (key, day) "
                "ON h.key = source_key"
            )
    before = read_dues(fresh_database)
    assert before["ledger"][0] == datetime(2027, 1, 4, 16, tzinfo=UTC)
    done = import_calendar(fresh_database, NOTICE, where="2027.json")
    after = read_dues(fresh_database)
    # 9 h of Wednesday, then Sunday the 3rd, Monday the 4th, Tuesday the 5th and so on.
    assert after["plain"][0] == datetime(2027, 1, 5, 7, tzinfo=UTC)
    assert after["extended"][0] == datetime(2027, 1, 7, 7, tzinfo=UTC)
    assert after["resumed"][0] == datetime(2027, 1, 6, 7, tzinfo=UTC)
    # A clock that stands on a day off loses nothing.
    assert after["ledger"][0] == datetime(2027, 1, 5, 7, tzinfo=UTC)
    # A clock that stood on a Sunday stood in working time once the Sunday is worked.
    assert (before["sunday"][0], after["sunday"][0]) == (before["plain"][0], datetime(2027, 1, 5, 16, tzinfo=UTC))
    assert after["paused"] == before["paused"]
    assert after["target"] == before["target"]
    with fresh_database.connect() as connection:
        ids = dict(connection.execute("SELECT source_key, id FROM incident").fetchall())
        left = connection.execute("SELECT source_key FROM incident WHERE is_provisional").fetchall()
        stopped = connection.execute("SELECT stopped_s FROM incident WHERE source_key = 'ledger'").fetchone()
    assert {one.incident_id for one in done.changed} == {
        ids[key] for key in ("plain", "extended", "resumed", "ledger", "sunday")
    }
    assert all(one.was_provisional and not one.is_provisional for one in done.changed)
    assert left == []
    assert stopped == (0,)


def test_calendar_days_are_provisional_where_their_end_asks_for_the_calendar(county: Database) -> None:
    def is_provisional() -> bool:
        with county.connect() as connection:
            row = connection.execute(
                "INSERT INTO incident (item_code, reported_at) VALUES ('A05', '2026-12-31 15:00+08') "
                "RETURNING is_provisional"
            ).fetchone()
        assert row is not None
        return bool(row[0])

    assert not is_provisional()
    change_county_clock(county, hours=HOURS)
    assert not is_provisional()
    change_county_clock(county, rules=["last-day-off=next-working-day"])
    assert is_provisional()


def test_stages_are_due_from_the_report(county: Database) -> None:
    with county.connect() as connection:
        ids = dict(connection.execute("SELECT source_key, id FROM incident").fetchall())
    change_county_clock(county, hours=HOURS)
    first, second, third = list_stage_dues(county, ids["days"])
    assert (first.number, first.name, first.limit_value, first.limit_unit) == (1, "停工", 4, LimitUnit.WORKING_HOUR)
    # 2.5 h of Monday, 1.5 h of Tuesday; near due after 3 h.
    assert first.due_at == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert first.near_due_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert second.due_at == datetime(2026, 12, 2, 7, tzinfo=UTC)
    assert third.due_at == MONDAY + timedelta(days=30)
    assert not any(one.is_provisional for one in (first, second, third))
    assert [one.due_at for one in list_stage_dues(county, ids["paused"])] == [None] * 3
    assert list_stage_dues(county, ids["hours"]) == []
    with pytest.raises(NotFoundError, match="no incident 999"):
        list_stage_dues(county, 999)


def test_a_stage_waits_as_long_as_the_clock_stood_before_it_came(county: Database) -> None:
    with county.connect() as connection:
        row = connection.execute(
            "INSERT INTO incident (item_code, reported_at, stopped_s) VALUES ('A02', %s, 86400) RETURNING id", [MONDAY]
        ).fetchone()
    assert row is not None
    assert list_stage_dues(county, row[0])[1].due_at == MONDAY + timedelta(days=10)


def test_seeding_keeps_the_clock(county: Database) -> None:
    from gridmap.services.calendar import seed_calendar_on

    change_county_clock(county, hours=HOURS)
    with county.connect() as connection:
        seed_calendar_on(connection, today=date(2030, 1, 1))
        row = connection.execute(
            "SELECT count(DISTINCT ends_at - starts_at), max(ends_at - starts_at) FROM working_interval"
        ).fetchone()
    assert row == (2, timedelta(hours=4))
