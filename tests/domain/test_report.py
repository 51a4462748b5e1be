"""What a report has to hold, and how its faults are told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gridmap.domain.report import RecordedReport, Report, RowFault, make_report

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def _row(**changed: Any) -> dict[str, Any]:
    row = {
        "channel": "hotline",
        "item_code": "A01",
        "title": "噪声扰民",
        "lon": 118.8,
        "lat": 36.9,
        "datum": "gcj02",
        "precision": "exact",
        "reported_at": "2026-11-23T11:00:00+08:00",
    }
    return {name: value for name, value in {**row, **changed}.items() if value is not ...}


def _faults(row: object, model: type[Report] = Report) -> list[RowFault]:
    made = make_report(row, model=model, now=NOW)
    assert isinstance(made, list), "it was taken in"
    return made


def test_a_good_row_is_taken_as_it_is() -> None:
    made = make_report(_row(), model=Report, now=NOW)
    assert isinstance(made, Report)
    assert made.reported_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert (made.lon, made.lat, made.address) == (118.8, 36.9, "")


def test_a_point_may_be_absent_as_a_whole() -> None:
    assert isinstance(make_report(_row(lon=None, lat=None), model=Report, now=NOW), Report)
    assert isinstance(make_report(_row(lon=..., lat=...), model=Report, now=NOW), Report)


@pytest.mark.parametrize("name", ["channel", "item_code", "title", "datum", "precision", "reported_at"])
def test_what_is_needed_has_no_default(name: str) -> None:
    assert _faults(_row(**{name: ...})) == [RowFault(name, "is missing; it has no default")]


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"datum": "wgs72"}, "datum", "gcj02"),
        ({"datum": None}, "datum", "gcj02"),
        ({"precision": "roughly"}, "precision", "street"),
        ({"channel": "pigeon"}, "channel", "hotline"),
        ({"lon": float("nan")}, "lon", "finite"),
        ({"lat": float("inf")}, "lat", "finite"),
        ({"lon": "118.8"}, "lon", "number"),
        ({"lon": True}, "lon", "number"),
        ({"lon": None}, "lon", "together"),
        ({"lon": 36.9, "lat": 118.8}, "lon", "swapped"),
        ({"lon": 181}, "lon", "between -180 and 180"),
        ({"lat": -91}, "lat", "between -90 and 90"),
        ({"reported_at": "2026-11-23T11:00:00"}, "reported_at", "offset"),
        ({"reported_at": 1_790_000_000}, "reported_at", "text"),
        ({"reported_at": "yesterday"}, "reported_at", ""),
        ({"reported_at": "2026-11-23T12:06:00+08:00"}, "reported_at", "future"),
        ({"reported_at": "2003-12-31T12:00:00+08:00"}, "reported_at", "before the calendar"),
        ({"title": "a\x00b"}, "title", "U+0000"),
        ({"title": "a\nb"}, "title", "U+000A"),
        ({"title": "a\u202eb"}, "title", "U+202E"),
        ({"title": "a\ud800b"}, "title", ""),
        ({"title": "   "}, "title", "at least 1"),
        ({"title": "长" * 201}, "title", "at most 200"),
        ({"address": "长" * 201}, "address", "at most 200"),
        ({"item_code": "x" * 41}, "item_code", "at most 40"),
        ({"source_key": ""}, "source_key", "at least 1"),
        ({"long": 118.8}, "long", "not a field"),
        ({"status": "resolved"}, "status", "not a field"),
    ],
)
def test_a_bad_row_is_refused_by_field_and_reason(changed: dict[str, Any], field: str, reason: str) -> None:
    faults = _faults(_row(**changed))
    assert [fault.field for fault in faults] == [field]
    assert reason in faults[0].reason


@pytest.mark.parametrize("row", [5, None, "text", ["a"]])
def test_what_is_no_object_is_refused(row: object) -> None:
    assert _faults(row)[0].field == ""


def test_all_faults_are_told_at_once() -> None:
    assert {fault.field for fault in _faults(_row(datum="x", title=..., lon="a"))} == {"datum", "title", "lon"}


def test_five_minutes_ahead_are_a_clock_that_is_off() -> None:
    assert isinstance(
        make_report(_row(reported_at=(NOW + timedelta(minutes=5)).isoformat()), model=Report, now=NOW), Report
    )


def test_the_digest_is_of_what_was_said_however_it_was_written() -> None:
    def digest(**changed: Any) -> bytes:
        made = make_report(_row(**changed), model=Report, now=NOW)
        assert isinstance(made, Report)
        return made.digest()

    assert (
        digest() == digest(reported_at="2026-11-23T03:00:00Z") == digest(source_key="k") == digest(title=" 噪声扰民 ")
    )
    assert (
        len({digest(), digest(title="x"), digest(lon=118.80000001), digest(datum="bd09"), digest(lon=None, lat=None)})
        == 5
    )
    recorded = make_report(
        _row(status="resolved", resolved_at="2026-11-23T11:30:00+08:00"), model=RecordedReport, now=NOW
    )
    assert isinstance(recorded, RecordedReport)
    assert recorded.digest() == digest()


def test_a_target_is_part_of_what_was_said_and_without_one_nothing_changes() -> None:
    def digest(**changed: Any) -> bytes:
        made = make_report(_row(**changed), model=Report, now=NOW)
        assert isinstance(made, Report), made
        return made.digest()

    # As it was stored before there were targets.
    assert digest().hex() == "89d346495852569ed74ee65d7c83e2f7bc0390695b6841bcc64d9b769adb6589"
    at, same = "2026-11-24T11:00:00+08:00", "2026-11-24T03:00:00Z"
    assert digest() != digest(target_at=at) == digest(target_at=same)


@pytest.mark.parametrize(
    ("target_at", "reason"),
    [
        ("2026-11-23T10:59:59+08:00", "days after reported_at"),
        ("2126-11-23T11:00:00+08:00", "days after reported_at"),
        ("2026-11-24T11:00:00", "no offset"),
    ],
)
def test_a_target_has_to_follow_the_report(target_at: str, reason: str) -> None:
    (fault,) = _faults(_row(target_at=target_at))
    assert fault.field == "target_at"
    assert reason in fault.reason
    assert isinstance(make_report(_row(target_at="2026-11-23T11:00:00+08:00"), model=Report, now=NOW), Report)


def test_a_closing_a_minute_before_the_report_is_at_the_report() -> None:
    made = make_report(_row(status="resolved", resolved_at="2026-11-23T10:59:00+08:00"), model=RecordedReport, now=NOW)
    assert isinstance(made, RecordedReport)
    assert made.closed_at == made.reported_at
    late = make_report(_row(status="resolved", resolved_at="2026-11-23T11:01:00+08:00"), model=RecordedReport, now=NOW)
    assert isinstance(late, RecordedReport)
    assert late.closed_at == late.resolved_at


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "resolved"}, "closed"),
        ({"status": "handling", "resolved_at": "2026-11-23T11:30:00+08:00"}, "closed"),
        ({"status": "resolved", "resolved_at": "2026-11-23T10:54:59+08:00"}, "before reported_at"),
        ({"status": "resolved", "resolved_at": "2026-11-24T10:59:59+08:00"}, "future"),
    ],
)
def test_a_record_has_to_fit_together(changed: dict[str, Any], reason: str) -> None:
    faults = _faults(_row(**changed), RecordedReport)
    assert faults[0].field == "resolved_at"
    assert reason in faults[0].reason
