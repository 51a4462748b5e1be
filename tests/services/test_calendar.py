"""The calendar in the database, against the State Council's notices as somebody else collected them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gridmap.errors import InputError, NotFoundError
from gridmap.services.calendar import import_calendar, seed_calendar, seed_calendar_on, show_calendar
from gridmap.storage.calendar import list_days, list_years
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county

SPRING_2027 = [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
    {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
    {"name": "元旦", "date": "2027-01-03", "isOffDay": False},
]
NOTICE = {"year": 2027, "papers": ["https://example.org/2027"], "days": SPRING_2027}


def test_every_day_of_2007_to_2026_is_as_published(connection: Connection, real_data: Path) -> None:
    seed_calendar_on(connection, today=date(2026, 11, 23))
    published: dict[date, bool] = {}
    for year in range(2007, 2028):  # the notice of 2027 could name a day of December 2026
        document = json.loads((real_data / "cn_holidays_truth" / f"{year}.json").read_text(encoding="utf-8"))
        for one in document["days"]:
            published[date.fromisoformat(one["date"])] = not one["isOffDay"]
    days = {one.day: one.is_working for one in list_days(connection)}
    day, wrong = date(2007, 1, 1), []
    while day < date(2027, 1, 1):
        if days[day] != published.get(day, day.weekday() < 5):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


def test_the_years_to_come_are_there_and_say_that_they_are_a_guess(connection: Connection) -> None:
    seed_calendar_on(connection, today=date(2026, 11, 23))
    years = {one.year: one for one in list_years(connection)}
    assert min(years) == 2004
    assert max(years) == 2028
    assert years[2026].is_published
    assert not years[2027].is_published
    days = list_days(connection, year=2027)
    assert len(days) == 365
    assert [one.is_working for one in days] == [one.day.weekday() < 5 for one in days]
    seed_calendar_on(connection, today=date(2029, 1, 1))
    assert max(one.year for one in list_years(connection)) == 2031


def test_seeding_again_changes_nothing(fresh_database: Database) -> None:
    seed_calendar(fresh_database)
    import_calendar(fresh_database, NOTICE, where="2027.json")
    with fresh_database.connect() as connection:
        before = list_days(connection), list_years(connection)
        count = connection.execute("SELECT count(*) FROM outbox").fetchone()
    seed_calendar(fresh_database)
    with fresh_database.connect() as connection:
        assert (list_days(connection), list_years(connection)) == before
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == count


def test_an_imported_year_gives_open_provisional_incidents_their_times_anew(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            """
            INSERT INTO incident (source_key, item_code, reported_lon, reported_lat, reported_at, status)
            VALUES ('open', 'A02', 118.805, 36.915, '2026-12-30 15:00+08', 'reported'),
                   ('closed', 'A02', 118.805, 36.915, '2026-12-30 15:00+08', 'resolved'),
                   ('early', 'A02', 118.805, 36.915, '2026-12-01 15:00+08', 'reported')
            """
        )
        before = {row[0]: row[1:] for row in connection.execute("SELECT source_key, due_at, version FROM incident")}
    # Thursday 31 December and Friday 1 January are weekdays as long as nothing is published.
    assert before["open"][0] == datetime(2027, 1, 4, 7, tzinfo=UTC)
    done = import_calendar(fresh_database, NOTICE, where="2027.json")
    with fresh_database.connect() as connection:
        after = {
            row[0]: row[1:]
            for row in connection.execute("SELECT source_key, due_at, version, is_provisional FROM incident")
        }
        told = connection.execute("SELECT count(*) FROM outbox WHERE subject = 'calendar'").fetchone()
    # 9 h of Wednesday, Sunday the 3rd (worked), Monday the 4th, 15 h of Tuesday.
    assert after["open"] == (datetime(2027, 1, 5, 7, tzinfo=UTC), 2, False)
    assert after["closed"][:2] == before["closed"]
    assert after["early"][:2] == before["early"]
    assert [(one.old_due_at, one.due_at, one.is_provisional) for one in done.changed] == [
        (before["open"][0], after["open"][0], False)
    ]
    assert told == (2,)


def test_sums_that_differ_by_less_than_a_microsecond_are_no_change(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at) "
            "SELECT 'A02', 118.805, 36.915, '2026-12-30 15:00:00.1+08'::timestamptz + n * interval '1.000007 s' "
            "FROM generate_series(1, 20) n"
        )
        life = ("accepted", "dispatched", "acknowledged", *["handling", "paused"] * 3, "handling")
        for step, status in enumerate(life, start=1):
            connection.execute(
                "SELECT set_config('gridmap.at', ('2026-12-30 16:00+08'::timestamptz "
                "+ %s * interval '61.234567 s')::text, true)",
                [step],
            )
            connection.execute("UPDATE incident SET status = %s", [status])
    assert len(import_calendar(fresh_database, NOTICE, where="2027.json").changed) == 20
    # The same year again: the standstills are summed anew, and nothing has another due time.
    assert import_calendar(fresh_database, NOTICE, where="2027.json").changed == []
    with fresh_database.connect() as connection, maintenance(connection):
        connection.execute("UPDATE incident SET stopped_s = stopped_s + 1e-10")
    assert import_calendar(fresh_database, NOTICE, where="2027.json").changed == []


def test_importing_a_year_again_replaces_it(fresh_database: Database) -> None:
    seed_calendar(fresh_database)
    import_calendar(fresh_database, NOTICE, where="2027.json")
    shown = show_calendar(fresh_database, 2027)
    assert shown.is_published
    assert shown.source == "https://example.org/2027"
    assert not {one.day: one.is_working for one in show_calendar(fresh_database, 2026).days}[date(2026, 12, 31)]
    changed = {**NOTICE, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}
    import_calendar(fresh_database, changed, where="2027.json")
    assert {one.day: one.is_working for one in show_calendar(fresh_database, 2026).days}[date(2026, 12, 31)]
    assert not {one.day: one.is_working for one in show_calendar(fresh_database, 2027).days}[date(2027, 1, 3)]


def test_importing_the_published_files_over_the_seed_changes_no_day(fresh_database: Database, real_data: Path) -> None:
    seed_calendar(fresh_database)
    with fresh_database.connect() as connection:
        before = [(one.day, one.is_working) for one in list_days(connection)]
    for year in (2007, 2008, 2012, 2023, 2026):
        document = json.loads((real_data / "cn_holidays_truth" / f"{year}.json").read_text(encoding="utf-8"))
        import_calendar(fresh_database, document, where=f"{year}.json")
    with fresh_database.connect() as connection:
        assert [(one.day, one.is_working) for one in list_days(connection)][: len(before)] == before


def test_what_can_t_be_used_leaves_the_database_as_it_was(fresh_database: Database) -> None:
    seed_calendar(fresh_database)
    with pytest.raises(InputError, match="not published yet"):
        import_calendar(fresh_database, {"year": 2027, "papers": [], "days": []}, where="2027.json")
    day = {"name": "", "date": "2003-01-01", "isOffDay": True}
    with pytest.raises(InputError, match="starts with 2004"):
        import_calendar(fresh_database, {"year": 2003, "days": [day]}, where="2003.json")
    assert not show_calendar(fresh_database, 2027).is_published
    with pytest.raises(NotFoundError, match="2004 to 2028"):
        show_calendar(fresh_database, 2050)
