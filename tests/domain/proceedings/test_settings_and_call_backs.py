"""The settings of proceedings, and what an attempt to call back makes of an incident."""

from dataclasses import asdict, fields

import pytest

from gridmap.domain.call_backs import CallBackResult, check_caller, judge_attempt
from gridmap.domain.proceeding_settings import (
    NAMES,
    CallClock,
    ProceedingSettings,
    Span,
    SpanUnit,
    make_proceeding_settings,
    read_span,
)
from gridmap.domain.staff import Actor, Role
from gridmap.errors import InputError, NotAllowedError
from gridmap.storage.database import Connection


def test_the_database_begins_with_the_defaults(connection: Connection) -> None:
    rows = dict(connection.execute("SELECT name, value FROM setting WHERE name = ANY(%s)", [list(NAMES)]).fetchall())
    assert set(rows) == set(NAMES)
    assert make_proceeding_settings(rows) == ProceedingSettings() == make_proceeding_settings({})


def test_values_are_read() -> None:
    made = make_proceeding_settings(
        {"call_clock": "judgement", "call_arrive_limit": "1.5 working_hour", "max_returns": "2", "other": "x"}
    )
    assert made.call_clock is CallClock.JUDGEMENT
    assert made.call_arrive_limit == Span(1.5, SpanUnit.WORKING_HOUR)
    assert made.max_returns == 2
    for field in fields(ProceedingSettings):
        text = str(getattr(made, field.name))
        assert asdict(make_proceeding_settings({field.name: text}))[field.name] == asdict(made)[field.name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max_returns", "0"),
        ("max_returns", "2.5"),
        ("max_returns", ""),
        ("duplicate_distance_m", "nan"),
        ("duplicate_distance_m", "-1"),
        ("duplicate_distance_m", "inf"),
        ("call_clock", "report"),
        ("call_respond_limit", "30"),
        ("call_respond_limit", "30 seconds"),
        ("call_respond_limit", "0 minute"),
        ("call_respond_limit", "inf hour"),
        ("dispute_limit", "three working_day"),
        ("orders_at_dispatch", "all"),
    ],
)
def test_what_can_t_be_used_is_named(name: str, text: str) -> None:
    with pytest.raises(InputError, match=name):
        make_proceeding_settings({name: text})


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(InputError, match=r"max_returns.*call_clock"):
        make_proceeding_settings({"max_returns": "x", "call_clock": "y"})


def test_shares_have_to_grow() -> None:
    with pytest.raises(InputError, match="have to grow"):
        make_proceeding_settings({"supervision_red": "1"})


def test_a_span_is_said_as_it_is_read() -> None:
    for text in ("30 minute", "1.5 working_hour", "2 calendar_day"):
        assert str(read_span(text)) == text


@pytest.mark.parametrize(
    ("reached", "satisfied", "note", "unreached", "result"),
    [
        (True, True, "", 0, CallBackResult.CLOSE),
        (True, True, "", 9, CallBackResult.CLOSE),
        (True, False, "x", 0, CallBackResult.REOPEN),
        (False, None, "", 0, CallBackResult.TRY_AGAIN),
        (False, None, "", 1, CallBackResult.TRY_AGAIN),
        (False, None, "", 2, CallBackResult.CLOSE_UNREACHED),
        (False, None, "", 7, CallBackResult.CLOSE_UNREACHED),
    ],
)
def test_what_follows_from_an_attempt(
    reached: bool, satisfied: bool | None, note: str, unreached: int, result: CallBackResult
) -> None:
    found = judge_attempt(is_reached=reached, is_satisfied=satisfied, note=note, unreached=unreached, attempts=3)
    assert found is result


@pytest.mark.parametrize("role", Role)
def test_an_operator_without_another_part_calls(role: Role) -> None:
    actor = Actor(7, "x", role, None, "")
    if role is not Role.OPERATOR:
        with pytest.raises(NotAllowedError, match="operator"):
            check_caller(actor, took_part={})
        return
    check_caller(actor, took_part={8: "handler"})
    with pytest.raises(NotAllowedError, match="verifier"):
        check_caller(actor, took_part={7: "verifier"})
