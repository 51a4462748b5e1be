"""What a due time is made of: office hours, conventions, files of holidays, zones; and its explanation."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.calendar import CalendarException
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import due_at
from gridmap.domain.due_calendar import DueCalendar, day_of, make_due_calendar, number_of
from gridmap.domain.due_convention import CONVENTIONS, RUNNING_CLOCK, DueConvention, ReportDay, make_convention
from gridmap.domain.due_explain import explain_due
from gridmap.domain.due_holidays import Holidays, join_holidays, make_holidays
from gridmap.domain.due_zone import ZoneTable
from gridmap.domain.office_hours import WHOLE_DAY, OfficeHours
from gridmap.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "spans_s"),
    [
        ("08:30-17:00", ((30_600, 61_200),)),
        ("8:30-12:00, 13:30-17:30", ((30_600, 43_200), (48_600, 63_000))),
        ("08:30–12:00，13:30至17:30", ((30_600, 43_200), (48_600, 63_000))),
        ("00:00-24:00", ((0, 86_400),)),
    ],
)
def test_office_hours_are_read(text: str, spans_s: tuple[tuple[int, int], ...]) -> None:
    hours = OfficeHours.of_text(text)
    assert hours.spans_s == spans_s
    assert OfficeHours.of_text(str(hours)) == hours
    assert hours.length_s == sum(end - start for start, end in spans_s)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not of the form"),
        ("8-17", "not of the form"),
        ("08:30", "not of the form"),
        ("17:00-08:30", "ends before it starts"),
        ("08:30-08:30", "ends before it starts"),
        ("08:30-24:01", "no time of a day"),
        ("08:60-17:00", "no time of a day"),
        ("13:30-17:30,08:30-12:00", "has to start after"),
        ("08:30-12:00,12:00-17:30", "has to start after"),
    ],
)
def test_wrong_office_hours_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        OfficeHours.of_text(text)


def test_conventions_are_made_of_a_name_and_rules() -> None:
    assert make_convention("running-clock") == RUNNING_CLOCK == DueConvention()
    assert WHOLE_DAY.length_s == 86_400
    assert make_convention("civil-code", ["report-day=counted"]).report_day is ReportDay.COUNTED
    assert make_convention("running-clock", ["ends-at=close", "report-day = counted"]).report_day is ReportDay.COUNTED


@pytest.mark.parametrize(
    ("name", "rules", "message"),
    [
        ("roman-law", [], "there are running-clock, same-clock-time, civil-code"),
        ("civil-code", ["day=counted"], "rules are ends-at"),
        ("civil-code", ["report-day"], "one of not-counted, counted, not ''"),
        ("civil-code", ["report-day=yes"], "one of not-counted, counted, not 'yes'"),
        ("running-clock", ["report-day=counted"], "needs ends-at=close"),
    ],
)
def test_wrong_conventions_are_refused(name: str, rules: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_convention(name, rules)


# --- holidays -------------------------------------------------------------------------------------------------------

NOTICE_2027 = {
    "year": 2027,
    "papers": [],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": False},
    ],
}
BASE = Holidays((CalendarException(date(2026, 1, 1), False, 2026, "New Year"),), frozenset({2026}), False)


def test_a_published_year_is_added_and_replaces_its_own() -> None:
    joined = join_holidays(BASE, [make_holidays(NOTICE_2027, where="2027.json")])
    assert joined.years == {2026, 2027}
    assert [one.day.isoformat() for one in joined.exceptions] == ["2026-01-01", "2027-01-01", "2027-01-03"]
    again = {**NOTICE_2027, "year": 2026, "days": [{"name": "", "date": "2026-01-02", "isOffDay": True}]}
    replaced = join_holidays(BASE, [make_holidays(again, where="2026.json")])
    assert [one.day.isoformat() for one in replaced.exceptions] == ["2026-01-02"]
    assert replaced.years == {2026}


def test_a_list_stands_instead_of_the_chinese_calendar() -> None:
    joined = join_holidays(BASE, [make_holidays(["2015-01-01", "2016-01-01"], where="list.json")])
    assert joined.is_list
    assert joined.years == {2015, 2016}
    assert {one.day.year for one in joined.exceptions} == {2015, 2016}


def test_a_year_that_names_no_day_is_not_published() -> None:
    joined = join_holidays(BASE, [make_holidays({"year": 2027, "papers": [], "days": []}, where="2027.json")])
    assert joined == BASE


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("2027", "an object with year and days, or a list"),
        ({"year": 2027}, "`days`"),
        (["2027-02-30"], r"f.json: \[0\]: '2027-02-30'"),
        (["2027-01-01", 5], r"f.json: \[1\]"),
    ],
)
def test_wrong_holidays_are_refused_with_the_place(document: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_holidays(json.loads(json.dumps(document)), where="f.json")


def test_days_and_years_out_of_reach_are_refused() -> None:
    with pytest.raises(InputError, match="1969-12-31 is outside"):
        make_due_calendar([CalendarException(date(1969, 12, 31), False, 1969)], published_years=[])
    with pytest.raises(InputError, match="no time zone Asia/Atlantis"):
        make_due_calendar([], published_years=[], timezone="Asia/Atlantis")
    assert day_of(number_of(date(2026, 11, 23))) == date(2026, 11, 23)


# --- zones ----------------------------------------------------------------------------------------------------------

ZONES = ["America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin", "UTC"]
TABLES = {name: ZoneTable.of_name(name, first_year=1970, end_year=2040) for name in ZONES}
EPOCH = datetime(1970, 1, 1)


@given(name=st.sampled_from(ZONES), second=st.integers(86_400, 2_208_988_800 - 86_400))
def test_the_wall_clock_is_that_of_the_zone_data(name: str, second: int) -> None:
    instant = np.array([second * 1_000_000], np.int64)
    wall = TABLES[name].to_wall(instant)
    local = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(name)).replace(tzinfo=None)
    assert wall[0] == (local - EPOCH) // timedelta(microseconds=1)
    both = [int(TABLES[name].to_instant(wall, is_start=is_start)[0]) for is_start in (True, False)]
    assert int(instant[0]) in both
    assert not TABLES[name].is_skipped(wall)[0]


@pytest.mark.parametrize("name", ZONES)
def test_times_around_each_change_are_those_of_the_zone_data(name: str) -> None:
    zone, table = ZoneInfo(name), TABLES[name]
    for change in table.changes_us.tolist():
        for minutes in range(-150, 151, 15):
            wall = EPOCH + timedelta(microseconds=int(table.to_wall(np.array([change], np.int64))[0]), minutes=minutes)
            wall_us = np.array([(wall - EPOCH) // timedelta(microseconds=1)], np.int64)
            folds = [wall.replace(tzinfo=zone, fold=fold).timestamp() * 1e6 for fold in (0, 1)]
            first, last = (int(table.to_instant(wall_us, is_start=is_start)[0]) for is_start in (True, False))
            is_skipped = bool(table.is_skipped(wall_us)[0])
            assert is_skipped == (folds[0] > folds[1])
            assert first == folds[0]
            assert last == max(folds)


# --- explanations ---------------------------------------------------------------------------------------------------

NATIONAL_DAY = [
    *(CalendarException(date(2026, 10, day), False, 2026, "国庆节") for day in range(1, 8)),
    CalendarException(date(2026, 10, 10), True, 2026, "国庆节"),
]


def explained(calendar: DueCalendar, start: str, value: float, unit: LimitUnit) -> list[tuple[str, bool, float, str]]:
    found = explain_due(datetime.fromisoformat(start).replace(tzinfo=SHANGHAI), Limit(value, unit), calendar)
    assert found.days[-1].total == pytest.approx(value)
    return [(f"{day.day:%m-%d}", day.is_counted, day.used, day.reason) for day in found.days]


def test_each_day_is_explained() -> None:
    calendar = make_due_calendar(NATIONAL_DAY, published_years=[2026])
    days = explained(calendar, "2026-09-30 18:00", 3, LimitUnit.WORKING_DAY)
    assert days[0] == ("09-30", True, 0.25, "working day; reported 18:00")
    assert days[1] == ("10-01", False, 0.0, "holiday (国庆节)")
    assert days[-1] == ("10-10", True, 0.75, "make-up working day (国庆节)")
    assert explained(calendar, "2026-11-20 12:00", 1, LimitUnit.WORKING_DAY)[1] == ("11-21", False, 0.0, "weekend")
    late = explained(calendar, "2026-12-31 12:00", 1, LimitUnit.WORKING_DAY)
    assert late[-1][3] == "working day; the calendar of 2027 is not published"


def test_days_that_end_at_close_are_explained() -> None:
    calendar = make_due_calendar(
        NATIONAL_DAY,
        published_years=[2026],
        hours=OfficeHours.of_text("08:30-17:30"),
        convention=CONVENTIONS["civil-code"],
    )
    days = explained(calendar, "2026-11-23 15:00", 2, LimitUnit.WORKING_DAY)
    assert [(day, is_counted) for day, is_counted, _, _ in days] == [("11-23", False), ("11-24", True), ("11-25", True)]
    assert days[0][3] == "working day; reported 15:00, the day of the report is not counted"
    assert explained(calendar, "2026-11-23 20:00", 2, LimitUnit.WORKING_DAY)[0][3].endswith(
        "reported 20:00, after hours"
    )
    moved = explained(calendar, "2026-09-28 18:00", 3, LimitUnit.CALENDAR_DAY)
    assert [day for day, is_counted, _, _ in moved if is_counted] == ["09-29", "09-30", "10-01"]
    assert moved[-1][3].endswith("used up before, due here by the convention")
    hours = explained(calendar, "2026-11-23 07:00", 10, LimitUnit.WORKING_HOUR)
    assert hours == [
        ("11-23", True, 9.0, "working day; reported 07:00, before hours"),
        ("11-24", True, 1.0, "working day"),
    ]


EXPLAINED = {
    (name, hours): make_due_calendar(
        NATIONAL_DAY, published_years=[2026], hours=OfficeHours.of_text(hours), convention=CONVENTIONS[name]
    )
    for name in CONVENTIONS
    for hours in ("00:00-24:00", "08:30-12:00,13:30-17:30")
}


@given(
    key=st.sampled_from(sorted(EXPLAINED)),
    minute=st.integers(0, 300 * 1440),
    value=st.integers(1, 30),
    unit=st.sampled_from(list(LimitUnit)),
)
def test_the_days_add_up_to_the_limit(key: tuple[str, str], minute: int, value: int, unit: LimitUnit) -> None:
    start = datetime(2026, 1, 5, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    found = explain_due(start, Limit(value, unit), EXPLAINED[key])
    assert found.due == due_at(start, Limit(value, unit), EXPLAINED[key])
    assert sum(day.used for day in found.days) == pytest.approx(value)
    assert [day.day for day in found.days] == [
        found.days[0].day + timedelta(days=count) for count in range(len(found.days))
    ]
    for day in found.days:
        if day.is_counted and unit is not LimitUnit.CALENDAR_DAY:
            assert EXPLAINED[key].is_working[number_of(day.day)]


def test_nobody_reads_a_million_days() -> None:
    calendar = make_due_calendar([], published_years=[])
    with pytest.raises(InputError, match="5,000 days"):
        explain_due(datetime(2026, 1, 5, tzinfo=SHANGHAI), Limit(5000, LimitUnit.CALENDAR_DAY), calendar)
