"""The clock against the deadlines and verdicts that a real city recorded: 30,756 tickets with office hours."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from gridmap.domain.clock import WorkingCalendar
from gridmap.domain.lateness import STATES, Lateness, states_at

ZONE = ZoneInfo("America/New_York")
OPENS, CLOSES = time(8, 30), time(17, 0)
DAY_S = int(8.5 * 3600)


@pytest.fixture(scope="module")
def tickets(real_data: Path) -> pd.DataFrame:
    frame = pd.read_csv(real_data / "us_boston_sla" / "tickets_30756.csv", dtype=str)
    for name in ("OPEN_DT", "TARGET_DT", "CLOSED_DT"):
        local = pd.to_datetime(frame[name], format="%m/%d/%Y %I:%M:%S %p")
        frame[name] = local.dt.tz_localize(ZONE, ambiguous="NaT", nonexistent="NaT")
    return frame


@pytest.fixture(scope="module")
def office_hours(real_data: Path) -> WorkingCalendar:
    holidays = set(json.loads((real_data / "us_boston_sla" / "holidays_used.json").read_text()))
    starts, ends = [], []
    day = date(2014, 12, 1)
    while day < date(2017, 6, 1):
        if day.weekday() < 5 and day.isoformat() not in holidays:
            starts.append(int(datetime.combine(day, OPENS, ZONE).timestamp()) * 1_000_000)
            ends.append(int(datetime.combine(day, CLOSES, ZONE).timestamp()) * 1_000_000)
        day += timedelta(days=1)
    return WorkingCalendar.of_intervals(np.array(starts, np.int64), np.array(ends, np.int64))


def _in_us(column: "pd.Series[pd.Timestamp]") -> np.ndarray:
    return column.dt.as_unit("us").astype("int64").to_numpy()


@pytest.mark.parametrize(
    ("kind", "days", "share"), [("Pick up Dead Animal", 1, 0.99), ("Street Light Outages", 10, 0.92)]
)
def test_deadlines_are_reproduced_to_the_minute(
    tickets: pd.DataFrame, office_hours: WorkingCalendar, kind: str, days: int, share: float
) -> None:
    chosen = tickets[(tickets["TYPE"] == kind) & tickets["TARGET_DT"].notna() & tickets["OPEN_DT"].notna()]
    assert len(chosen) > 2000
    due = office_hours.add_working_us(_in_us(chosen["OPEN_DT"]), days * DAY_S * 1_000_000)
    # 17:00 and the next opening are the same working instant; the city writes the latter.
    off_us = office_hours.working_us_at(due) - office_hours.working_us_at(_in_us(chosen["TARGET_DT"]))
    assert np.mean(np.abs(off_us) <= 60 * 1_000_000) >= share


def test_verdicts_are_reproduced_without_exception(tickets: pd.DataFrame) -> None:
    judged = tickets[tickets[["TARGET_DT", "CLOSED_DT"]].notna().all(axis=1) & tickets["OnTime_Status"].notna()]
    assert len(judged) > 20_000
    target, closed = _in_us(judged["TARGET_DT"]), _in_us(judged["CLOSED_DT"])
    far = np.full_like(target, 2**62)
    # Each row has its own instant; seen from it as zero, the thresholds are what is left until them.
    states = states_at(target - closed, target - closed, far, 0)
    overdue = STATES.index(Lateness.OVERDUE)
    np.testing.assert_array_equal(states == overdue, (judged["OnTime_Status"] == "OVERDUE").to_numpy())
