"""The numbers of all proceedings and of duplicates, as rows of the table `setting`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from gridmap.errors import InputError


class SpanUnit(StrEnum):
    """What a span counts in: plain time, or time of the working calendar."""

    MINUTE = "minute"
    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"


@dataclass(frozen=True)
class Span:
    """A length of time such as 30 minutes or 1 working day; `value` > 0."""

    value: float
    unit: SpanUnit

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


class CallClock(StrEnum):
    """From when the clocks of a call run."""

    CALL = "call"
    JUDGEMENT = "judgement"


class OrdersAtDispatch(StrEnum):
    """For which incidents orders are made by themselves when they are dispatched."""

    NONE = "none"
    ASSISTED = "assisted"
    """Those whose item names assisting units."""


@dataclass(frozen=True, kw_only=True)
class ProceedingSettings:
    """All of them, with their defaults; docs/proceedings.md says where each comes from."""

    max_returns: int = 3
    dispute_limit: Span = Span(3, SpanUnit.WORKING_DAY)
    orders_at_dispatch: OrdersAtDispatch = OrdersAtDispatch.NONE
    call_clock: CallClock = CallClock.CALL
    call_respond_limit: Span = Span(30, SpanUnit.MINUTE)
    call_arrive_limit: Span = Span(2, SpanUnit.HOUR)
    expert_respond_limit: Span = Span(4, SpanUnit.WORKING_HOUR)
    expert_arrive_limit: Span = Span(1, SpanUnit.WORKING_DAY)
    supervision_reminder: float = 0.75
    supervision_yellow: float = 1.0
    supervision_red: float = 2.0
    supervision_black: float = 3.0
    supervision_black_reds: int = 3
    supervision_black_days: int = 30
    call_back_attempts: int = 3
    call_back_limit_days: int = 3
    request_limit: Span = Span(1, SpanUnit.HOUR)
    duplicate_distance_m: float = 200.0
    duplicate_days: int = 7


NAMES = tuple(field.name for field in fields(ProceedingSettings))


def read_span(text: str) -> Span:
    """Read "30 minute" or "1 working_day". Raises ValueError when it is neither."""
    value, _, unit = text.strip().partition(" ")
    span = Span(float(value), SpanUnit(unit.strip()))
    if not 0 < span.value < 100_000:
        raise ValueError(text)
    return span


def make_proceeding_settings(rows: Mapping[str, str]) -> ProceedingSettings:
    """Make them of rows of the table; what is absent has its default.

    Raises
    ------
    InputError
        If a value can't be used; it names each.
    """
    values: dict[str, Any] = {}
    faults = []
    for field in fields(ProceedingSettings):
        text = rows.get(field.name)
        if text is None:
            continue
        try:
            values[field.name] = _read(text, like=field.default)
        except ValueError:
            faults.append(f"{field.name} = {text!r} (such as {field.default!s})")
    made = ProceedingSettings(**values)
    shares = [made.supervision_reminder, made.supervision_yellow, made.supervision_red, made.supervision_black]
    if not faults and shares != sorted(set(shares)):
        faults.append(f"supervision_reminder, _yellow, _red, _black have to grow, they are {shares}")
    if faults:
        raise InputError(f"Rows of the table setting that can't be used: {'; '.join(faults)}.")
    return made


def _read(text: str, *, like: object) -> object:
    if isinstance(like, Span):
        return read_span(text)
    if isinstance(like, StrEnum):
        return type(like)(text.strip())
    number = float(text) if isinstance(like, float) else int(text)
    if not 0 < number < 1_000_000:
        raise ValueError(text)
    return number
