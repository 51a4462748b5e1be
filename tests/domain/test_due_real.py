"""Due times against records of the real world: Boston's deadlines, the State Council's days, Amsterdam's vectors."""

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import due_at, find_due_us
from gridmap.domain.due_calendar import DueCalendar, make_due_calendar, number_of
from gridmap.domain.due_convention import CONVENTIONS
from gridmap.domain.due_holidays import join_holidays, make_holidays, make_holidays_of_notices
from gridmap.domain.office_hours import OfficeHours
from gridmap.services.calendar import list_seed_notices

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEAR_US = 65_000_000
"""The city's targets run up to 65 s beside the clock time of its reports; at this distance the rates of the record's
provenance come out to the digit.
"""


@pytest.fixture(scope="module")
def tickets(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / "us_boston_sla" / "tickets_30756.csv", dtype=str)


@pytest.fixture(scope="module")
def boston(real_data: Path) -> DueCalendar:
    document = json.loads((real_data / "us_boston_sla" / "holidays_used.json").read_text(encoding="utf-8"))
    holidays = join_holidays(make_holidays_of_notices(list_seed_notices()), [make_holidays(document, where="holidays")])
    return make_due_calendar(
        holidays.exceptions,
        published_years=holidays.years,
        timezone="America/New_York",
        hours=OfficeHours.of_text("08:30-17:00"),
        convention=CONVENTIONS["same-clock-time"],
    )


def walls_of(column: "pd.Series[str]") -> NDArray[np.int64]:
    return pd.to_datetime(column, format="%m/%d/%Y %I:%M:%S %p").to_numpy("datetime64[us]").astype(np.int64)


@pytest.mark.parametrize(
    ("kind", "limit", "count", "share"),
    [
        ("Pick up Dead Animal", Limit(1, LimitUnit.WORKING_DAY), 2247, 0.992),
        ("Street Light Outages", Limit(10, LimitUnit.WORKING_DAY), 7954, 0.921),
        ("Abandoned Vehicles", Limit(12, LimitUnit.WORKING_DAY), 2606, 0.853),
        ("Graffiti Removal", Limit(45, LimitUnit.WORKING_DAY), 4284, 0.614),
        ("Tree Maintenance Requests", Limit(365, LimitUnit.CALENDAR_DAY), 4002, 0.90),
        ("Rodent Activity", Limit(30, LimitUnit.CALENDAR_DAY), 2171, 0.998),
    ],
)
def test_boston_s_targets_are_reproduced(
    tickets: pd.DataFrame, boston: DueCalendar, kind: str, limit: Limit, count: int, share: float
) -> None:
    chosen = tickets[(tickets["TYPE"] == kind) & tickets["TARGET_DT"].notna() & tickets["OPEN_DT"].notna()]
    assert len(chosen) == count
    starts = boston.zone.to_instant(walls_of(chosen["OPEN_DT"]), is_start=True)
    due_us, _ = find_due_us(starts, np.full(count, float(limit.value)), limit.unit, boston)
    off_us = np.abs(boston.zone.to_wall(due_us) - walls_of(chosen["TARGET_DT"]))
    assert np.mean(off_us <= NEAR_US) >= share


def test_boston_s_rodents_and_trees_by_date(tickets: pd.DataFrame, boston: DueCalendar) -> None:
    for kind, days, share in (("Rodent Activity", 30.0, 1.0), ("Tree Maintenance Requests", 365.0, 0.93)):
        chosen = tickets[(tickets["TYPE"] == kind) & tickets["TARGET_DT"].notna()]
        starts = boston.zone.to_instant(walls_of(chosen["OPEN_DT"]), is_start=True)
        due_us, _ = find_due_us(starts, np.full(len(chosen), days), LimitUnit.CALENDAR_DAY, boston)
        day_us = 86_400_000_000
        assert np.mean(boston.zone.to_wall(due_us) // day_us == walls_of(chosen["TARGET_DT"]) // day_us) >= share


def test_boston_s_verdicts_without_exception(tickets: pd.DataFrame, boston: DueCalendar) -> None:
    judged = tickets[tickets[["TARGET_DT", "CLOSED_DT", "OnTime_Status"]].notna().all(axis=1)]
    assert len(judged) == 22_366
    target, closed = (
        boston.zone.to_instant(walls_of(judged[name]), is_start=False) for name in ("TARGET_DT", "CLOSED_DT")
    )
    np.testing.assert_array_equal(closed > target, (judged["OnTime_Status"] == "OVERDUE").to_numpy())


def test_every_day_of_2007_to_2026_is_as_published(real_data: Path) -> None:
    seeded = make_holidays_of_notices(list_seed_notices())
    calendar = make_due_calendar(seeded.exceptions, published_years=seeded.years)
    published: dict[date, bool] = {}
    files = []
    for year in range(2007, 2028):
        document = json.loads((real_data / "cn_holidays_truth" / f"{year}.json").read_text(encoding="utf-8"))
        files.append(make_holidays(document, where=f"{year}.json"))
        published |= {date.fromisoformat(one["date"]): not one["isOffDay"] for one in document["days"]}
    joined = join_holidays(seeded, files)
    from_files = make_due_calendar(joined.exceptions, published_years=joined.years)
    day = date(2007, 1, 1)
    while day < date(2027, 1, 1):
        expected = published.get(day, day.weekday() < 5)
        assert calendar.is_working[number_of(day)] == expected, day
        assert from_files.is_working[number_of(day)] == expected, day
        # 1 working day from 0:00 is over at 24:00 of the same day, if and only if that is worked.
        due = due_at(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI), Limit(1, LimitUnit.WORKING_DAY), calendar)
        following = day + timedelta(days=1)
        end = datetime(following.year, following.month, following.day, tzinfo=SHANGHAI)
        assert (due.at == end) == expected
        day = following
    assert {2007, 2026} <= joined.years
    assert 2027 not in joined.years


def test_2027_is_provisional(real_data: Path) -> None:
    seeded = make_holidays_of_notices(list_seed_notices())
    document = json.loads((real_data / "cn_holidays_truth" / "2027.json").read_text(encoding="utf-8"))
    joined = join_holidays(seeded, [make_holidays(document, where="2027.json")])
    calendar = make_due_calendar(joined.exceptions, published_years=joined.years)
    limit = Limit(3, LimitUnit.WORKING_DAY)
    assert not due_at(datetime(2026, 12, 28, 15, tzinfo=SHANGHAI), limit, calendar).is_provisional
    assert due_at(datetime(2026, 12, 30, 15, tzinfo=SHANGHAI), limit, calendar).is_provisional
    assert due_at(datetime(2027, 3, 1, 15, tzinfo=SHANGHAI), limit, calendar).is_provisional


@pytest.mark.parametrize("convention", ["running-clock", "same-clock-time"])
def test_amsterdam_s_vectors_hold(real_data: Path, convention: str) -> None:
    """Saturday and Sunday off, no holidays, no office hours, as the convention of the vectors says."""
    calendar = make_due_calendar(
        [], published_years=[2021], timezone="Europe/Amsterdam", convention=CONVENTIONS[convention]
    )
    zone = ZoneInfo("Europe/Amsterdam")
    path = real_data / "routing_signalen" / "deadline_vectors.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 33
    for row in rows:
        unit = LimitUnit.CALENDAR_DAY if row["calendar_days"] == "True" else LimitUnit.WORKING_DAY
        limit = Limit(int(row["n_days"]) * int(row["factor"]), unit)
        due = due_at(datetime.fromisoformat(row["created_at"]).replace(tzinfo=zone), limit, calendar)
        assert due.at.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(row["deadline"]), row
        assert not due.is_provisional
