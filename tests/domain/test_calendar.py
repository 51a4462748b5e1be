"""Notices of the State Council, and the days that they make."""

import json
from datetime import date
from pathlib import Path

import pytest

from gridmap.domain.calendar import CalendarException, list_days, make_notice
from gridmap.errors import InputError


def _document(**changed: object) -> dict[str, object]:
    day = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}
    return {"year": 2027, "papers": ["https://example.org/notice"], "days": [day], **changed}


def test_a_notice_names_only_what_does_not_follow_the_week() -> None:
    notice = make_notice(_document(), where="2027.json")
    assert notice.source == "https://example.org/notice"
    days = {one.day: one for one in list_days(2027, notice.exceptions)}
    assert len(days) == 365
    assert not days[date(2027, 1, 1)].is_working  # a Friday
    assert days[date(2027, 1, 1)].note == "元旦"
    assert not days[date(2027, 1, 2)].is_working  # a Saturday
    assert days[date(2027, 1, 4)].is_working  # a Monday


def test_the_later_notice_wins_over_a_day_of_december() -> None:
    day = date(2026, 12, 31)
    exceptions = [CalendarException(day, False, 2027), CalendarException(day, True, 2026)]
    assert [one.is_working for one in list_days(2026, exceptions) if one.day == day] == [False]


def test_leap_years_have_their_day() -> None:
    assert len(list_days(2028, [])) == 366


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"days": []}, "not published yet"),
        ({"year": "2027"}, "`year`"),
        ({"year": True}, "`year`"),
        ({"days": None}, "`days`"),
        ({"days": [5]}, r"days\[0\]"),
        ({"days": [{"date": "2027-13-01", "isOffDay": True}]}, "YYYY-MM-DD"),
        ({"days": [{"date": "2027-01-01", "isOffDay": "no"}]}, "isOffDay"),
        ({"days": [{"date": "2028-01-01", "isOffDay": True}]}, "outside 2027"),
        ({"days": [{"date": "2026-11-30", "isOffDay": True}]}, "outside 2027"),
        ({"days": [{"date": "2026-12-31", "isOffDay": True}]}, "no day of 2027 itself"),
        (
            {"days": [{"date": "2027-01-01", "isOffDay": True}, {"date": "2027-01-01", "isOffDay": False}]},
            "named twice",
        ),
    ],
)
def test_a_wrong_notice_is_refused_with_the_place(changed: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_notice(_document(**changed), where="2027.json")


def test_the_published_files_are_read(real_data: Path) -> None:
    for year in range(2007, 2027):
        path = real_data / "cn_holidays_truth" / f"{year}.json"
        notice = make_notice(json.loads(path.read_text(encoding="utf-8")), where=path.name)
        assert notice.year == year


def test_a_year_without_a_notice_is_not_taken_for_published(real_data: Path) -> None:
    path = real_data / "cn_holidays_truth" / "2027.json"
    with pytest.raises(InputError, match="not published yet"):
        make_notice(json.loads(path.read_text(encoding="utf-8")), where=path.name)
